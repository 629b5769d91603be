"""YAML, the second spelling: the same model, the same findings, and their places in the YAML file."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fingerpost_dsl import syntax
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION
from fingerpost_dsl.layers.resolved import resolved_text
from fingerpost_dsl.load import load_file, load_folder, load_text
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.tables import tables
from fingerpost_dsl.yaml_form import nodes
from fingerpost_dsl.yaml_form.from_yaml import parse_yaml
from fingerpost_dsl.yaml_form.nodes import Listed, Mapped, Node, Refused, Scalar, nodes_of
from fingerpost_dsl.yaml_form.scalars import comment_lines, key_text, plain_or_quoted
from fingerpost_dsl.yaml_form.schema import build_schema, schema_text
from fingerpost_dsl.yaml_form.shapes import Shape, shapes
from fingerpost_dsl.yaml_form.to_yaml import comments_lost, policy_form, yaml_text
from fingerpost_policies import examples, folders
from tests.dsl.gallery import ERRORS

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path
    for path in ROOT.rglob("*.policy")
    if ERRORS not in path.parents and not any(part.startswith(".") for part in path.relative_to(ROOT).parts)
)


def named(path: object) -> str:
    return path.relative_to(ROOT).as_posix() if isinstance(path, Path) else str(path)


@cache
def as_yaml(text: str) -> str:
    converted, found = yaml_text(SourceText("a.policy", text))
    assert found == ()
    return converted


def declared(text: str) -> tuple[syntax.Declaration, ...]:
    file, found = parse_yaml(SourceText("a.yaml", text))
    assert found == ()
    return file.declarations


def by_title(declarations: tuple[syntax.Declaration, ...]) -> list[syntax.Declaration]:
    """The declarations, with tests of one title beside one another, as YAML has them."""
    titles: dict[str, list[syntax.Declaration]] = {}
    for place, one in enumerate(declarations):
        titles.setdefault(one.title.text if isinstance(one, syntax.Test) else str(place), []).append(one)
    return [one for those in titles.values() for one in those]


# --- there and back -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_file_of_the_repository_there_and_back(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before = parse(SourceText("a.policy", text))[0].declarations
    converted = as_yaml(text)
    assert list(declared(converted)) == by_title(before)
    back, found = policy_form(SourceText("a.yaml", converted))
    assert found == ()
    assert list(parse(SourceText("b.policy", back))[0].declarations) == by_title(before)
    assert as_yaml(back) == converted


def in_yaml(folder: Path) -> dict[str, str]:
    """Every file of a policy, converted, by its path."""
    return {
        path.relative_to(folder).with_suffix(".yaml").as_posix(): as_yaml(path.read_text(encoding="utf-8"))
        for path in folder.rglob("*.policy")
    }


def with_tests_by_title(policy: Policy) -> Policy:
    return dataclasses.replace(policy, tests=tuple(sorted(policy.tests, key=lambda test: test.title)))


@pytest.mark.parametrize("folder", folders(), ids=lambda folder: "/".join(folder.parts[-2:]))
def test_a_shipped_edition_in_yaml_is_the_same_model(folder: Path) -> None:
    before, _ = load_folder(folder)
    after, found = load_text(in_yaml(folder))
    assert before is not None
    assert after is not None, found
    assert with_tests_by_title(after) == with_tests_by_title(before)
    assert after.digest == before.digest


LOCAL_RULES = sorted((ROOT / "tests/policies/local").glob("*.policy"))


@pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.parent.name)
def test_a_local_example_in_yaml_is_the_same_model(folder: Path) -> None:
    before, _ = load_folder(folder, search=folders())
    after, found = load_text(in_yaml(folder), search=folders())
    assert before is not None
    assert after is not None, found
    assert with_tests_by_title(after) == with_tests_by_title(before)


@pytest.mark.parametrize("file", LOCAL_RULES, ids=lambda file: file.stem)
def test_local_rules_in_yaml_are_the_same_model(file: Path) -> None:
    before, _ = load_file(file, search=folders())
    after, found = load_text(
        {f"{file.stem}.yaml": as_yaml(file.read_text(encoding="utf-8"))}, search=folders()
    )
    assert before is not None
    assert after is not None, found
    assert after == before


def test_a_local_policy_in_yaml_extends_one_in_policy_files() -> None:
    text = (ROOT / "tests/policies/samples/local.policy").read_text(encoding="utf-8")
    before, _ = load_text(text, search=folders()[-1:])
    after, _ = load_text({"local.yaml": as_yaml(text)}, search=folders()[-1:])
    assert before is not None
    assert after == before


def test_what_is_resolved_from_yaml_is_what_is_resolved_from_policy_files() -> None:
    """Every declaration, merged with its changes, but for the places in the comments."""
    text = (ROOT / "tests/policies/samples/local.policy").read_text(encoding="utf-8")
    before, _ = load_text({"local.policy": text}, search=folders()[-1:])
    after, _ = load_text({"local.yaml": as_yaml(text)}, search=folders()[-1:])
    assert before is not None
    assert after is not None
    place = re.compile(r"local\.\w+:\d+")
    assert place.sub("", resolved_text(after)) == place.sub("", resolved_text(before))


def test_a_folder_may_mix_the_spellings_and_hold_calendars(tmp_path: Path) -> None:
    header = "policy a.b:\n  title: A\n  version: 2024.10\n  language: 1\n  in force from: 2024-09-01\n"
    (tmp_path / "header.yaml").write_text(header, encoding="utf-8")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "roles.policy").write_text('role school "School"\n', encoding="utf-8")
    (tmp_path / "more" / "trusts.yml").write_text("role trust: {title: Trust}\n", encoding="utf-8")
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "odd name: x.yaml").write_text("a b: c\n", encoding="utf-8")
    (tmp_path / "history.yaml").write_text("complete:\n  marks: 2024-09-01\n", encoding="utf-8")
    policy, found = load_folder(tmp_path)
    assert policy is not None, found
    assert policy.header.id.version == "2024.10"
    assert set(policy.roles) == {"school", "trust"}


def test_two_headers_in_two_spellings_are_two() -> None:
    header = 'policy a.b "A"\n  version 2025.1\n  language 1\n  in force from 1 September 2025\n'
    policy, found = load_text({"a.policy": header, "b.yaml": as_yaml(header)})
    assert policy is None
    assert "E0522" in {one.code for one in found}


# --- what the keys are --------------------------------------------------------------------------------------


def test_every_declaration_and_every_clause_of_the_grammar_has_a_key() -> None:
    """A clause added to the grammar without a word of its own is missed here, not by its first user."""
    kinds = {kind.split()[0] for kind in shapes()}
    assert kinds == set(KINDS_OF_DECLARATION)
    for shape in shapes().values():
        for rule in (rule for rule in tables().rules if rule.name == f"_{shape.kind}_clause"):
            (symbol,) = rule.symbols
            if not symbol.startswith("_") and not shape.is_test:
                assert _has_a_key(shape, symbol), f"{shape.kind}: {symbol}"


def _has_a_key(shape: Shape, symbol: str) -> bool:
    from fingerpost_dsl.yaml_form.shapes import _keys_of, clause_rules, rule_of

    trees = {rule.tree for rule in tables().rules if rule.name == symbol}
    words = {key.words for tree in trees for key in _keys_of(tree)}
    return trees <= set(clause_rules(rule_of(shape.kind))) and words <= {key.words for key in shape.keys}


@pytest.mark.parametrize(
    ("kind", "words", "value"),
    [
        ("tier", "when", "ill"),
        ("action", "unless", "ill"),
        ("action", "cites", "A.b"),
        ("threshold", "note", '"n"'),
        ("event", "with", "x date"),
        ("tier", "continues", "other"),
        ("tier", "left when", "ill"),
        ("action", "within", "5 days"),
        ("threshold", "ours", '"n"'),
        ("event", "of", "school"),
    ],
)
def test_what_may_be_repeated_is_what_the_parser_lets_repeat(kind: str, words: str, value: str) -> None:
    heads = {
        "tier": 'tier t "T"',
        "action": 'action a "A" school may "b"',
        "threshold": 'threshold x "X" = 5%',
        "event": 'event e "E"',
    }
    found = parse(SourceText("a.policy", f"{heads[kind]} {words} {value} {words} {value}"))[1]
    key = shapes()[kind].key(words)
    assert key is not None
    assert key.repeats is (found == ())


def test_scalars_are_texts_that_the_grammar_types() -> None:
    header, fact, role = declared(
        "policy a.on:\n  title: on\n  version: 2024.10\n  status: no\n"
        "fact no_answer:\n  title: 'null'\n  type: one of on, off\n"
        "role off: {title: 010}\n"
    )
    assert isinstance(header, syntax.Policy)
    assert str(header.version) == "2024.10"
    assert str(header.title) == "on"
    assert str(header.status) == "no"
    assert isinstance(fact, syntax.Fact)
    assert isinstance(fact.type, syntax.OneOfType)
    assert [str(one) for one in fact.type.options] == ["on", "off"]
    assert isinstance(role, syntax.Role)
    assert str(role.title) == "010"


def test_a_flag_that_is_false_is_not_there() -> None:
    with_false = declared("fact a: {title: A, type: yes or no, sensitive: false}")
    assert with_false == declared("fact a: {title: A, type: yes or no}")
    assert with_false != declared("fact a: {title: A, type: yes or no, sensitive: true}")


# --- places -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "underlined", "place"),
    [
        ("tier t:\n  title: T\n  when: a is at least 5% of\n", "of", (3, 26)),
        ("tier t:\n  title: T\n  when: 'a is at least 5% of'\n", "of", (3, 27)),
        ('tier t:\n  title: T\n  when: "a is \\u0061t least 5% of"\n', "of", (3, 32)),
        ("tier t:\n  title: T\n  when: >-\n    a is at least 5%\n    and b of\n", "of", (5, 11)),
        ("tier t:\n  title: T\n  when: |\n    a is at least 5%\n\n    and b of\n", "of", (6, 11)),
        ("tier t:\n  title: T\n  when:\n    - a\n    - a is at least\n      5% of\n", "of", (6, 10)),
        ("\ufefftier t:\r\n  title: T\r\n  when: a of\r\n", "of", (3, 11)),
        ("{tier t: {title: T, when: a of}}", "of", (1, 29)),
        ("test 'a ''b''':\n  - on 7 Novembre 2024\n", "7", (2, 8)),
    ],
)
def test_a_mistake_is_underlined_in_the_yaml_file(text: str, underlined: str, place: tuple[int, int]) -> None:
    (problem,) = parse_yaml(SourceText("a.yaml", text))[1]
    assert isinstance(problem.span, Span)
    assert (problem.span.text, (problem.span.line, problem.span.column)) == (underlined, place)


def test_a_threshold_in_braces_is_underlined_however_the_text_is_written() -> None:
    for written in (
        "'within {nothing}, {nothing}'",
        "within {nothing}",
        ">-\n    as said,\n    within {nothing}",
    ):
        text = f"role school: {{title: School}}\naction a:\n  title: A\n  school may: {written}\n"
        policy = "policy a.b:\n  title: A\n  version: 2025.1\n  language: 1\n  in force from: 1 May 2025\n"
        found = [one for one in load_text({"a.yaml": policy + text})[1] if one.code == "E0210"]
        spans = [one.span for one in found]
        assert {span.text for span in spans if isinstance(span, Span)} == {"{nothing}"}
        assert len({span.column for span in spans if span is not None}) == written.count("{")


def test_several_mistakes_of_one_declaration_are_told_in_one_run() -> None:
    text = 'tier t:\n  title: T\n  when: a is at\n  wehn: b\n  note: a "b"\n'
    assert {one.code for one in parse_yaml(SourceText("a.yaml", text))[1]} == {"E0107", "E0106", "E0126"}


def test_a_declaration_with_a_mistake_is_not_unknown() -> None:
    file, _ = parse_yaml(SourceText("a.yaml", "step one of two: {title: A}\nrole school: {titel: A}\n"))
    assert file.declarations == ()
    assert [(one.text, one.span.text) for one in file.unread] == [("one", "one"), ("school", "school")]


# --- hostile files ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "E0103"),
        ("{a: " * 100_000, "E0103"),
        ("- " * 100_000 + "a", "E0103"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "E0122"),
        ("a: *b\n", "E0122"),
        ("a: !!python/object/apply:os.system [x]\n", "E0122"),
        ("!!map {a: b}\n", "E0122"),
        ("role a: {<<: {title: A}}\n", "E0122"),
        ("a: b\n---\nc: d\n", "E0122"),
        ("%YAML 1.1\n%TAG ! tag:x,2000:\n---\na: !b c\n", "E0122"),
        ("role a:\n  title: A\0B\n", "E0104"),
        ("role a:\n  title: A\x1b[31mB\n", "E0104"),
        ("role a:\n  title: A\u2028B\n", "E0104"),
        ('role a:\n  title: "A\\u202eB"\n', "E0104"),
        ('role a:\n  title: "A\\0B"\n', "E0104"),
        ("role a:\n  title: A\n\ttitle: B\n", "E0121"),
        ("role a:\n  title: A\nrole a:\n  title: B\n", "E0123"),
        ("role a: {title: A, title: B}\n", "E0123"),
        ("? [a, b]\n: c\n", "E0124"),
        ("? {role a: b}\n: c\n", "E0124"),
        ("just a text", "E0124"),
        ("- role a\n", "E0124"),
        ("role a: " + "x" * 4_000_001, "E0102"),
        ("role a:\n  title: A\n  note:\n" + "    - a\n" * 300_000, "E0102"),
        ("role a: [" + "{title: A}, " * 150_000 + "]", "E0102"),
        ('"' + "a" * 100_000, "E0121"),
    ],
    ids=lambda one: re.sub(r"\W+", " ", one)[:24],
)
def test_a_hostile_file_is_refused_with_its_place(text: str, code: str) -> None:
    _, found = parse_yaml(SourceText("a.yaml", text))
    assert code in {one.code for one in found if one.is_error}
    assert all(one.span is not None for one in found)


def test_brackets_without_end_in_a_value() -> None:
    text = "tier t:\n  title: T\n  when: " + "(" * 5_000 + "a" + ")" * 5_000
    assert {one.code for one in parse_yaml(SourceText("a.yaml", text))[1]} == {"E0103"}


def test_an_empty_file_declares_nothing() -> None:
    for text in ("", "\n", "# a comment\n", "---\n", "~\n", "\ufeff"):
        assert declared(text) == ()


_BITS = st.sampled_from(
    [
        *(
            "role a:",
            "tier t:",
            "  title: T",
            "  when: ",
            "  - ",
            "    - ",
            "a is at least 5%",
            "\n",
            "\n",
            " ",
        ),
        *(
            ">-\n",
            "|\n",
            "'",
            '"',
            "{",
            "}",
            "[",
            "]",
            "&a ",
            "*a",
            "!b ",
            "# c",
            ": ",
            "\\",
            "--",
            "\t",
            "\r\n",
        ),
        *("test x:\n", "code /:\n", "on 7 November 2024", "~", "true", "\ufeff", "\u00e9", "“", "\0", "? "),
    ]
)


@given(st.lists(_BITS, max_size=30).map("".join))
def test_no_text_makes_it_raise_and_every_place_lies_in_the_file(text: str) -> None:
    file, found = parse_yaml(SourceText("a.yaml", text))
    for one in found:
        assert isinstance(one.span, Span)
        assert 0 <= one.span.start <= one.span.end <= len(text)
    assert found or policy_form(SourceText("a.yaml", text))[1] == ()
    assert all(one.span.end <= len(text) for one in file.declarations)


# --- single texts -------------------------------------------------------------------------------------------


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40))
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    for written in (f"- {plain_or_quoted(text)}\n", f"- - {plain_or_quoted(text)}\n"):
        assert _first(nodes_of(written, deepest=5, most=50)) == text
    assert _key(nodes_of(f"{key_text(text * 40)}: x\n", deepest=5, most=50)) == text * 40


def _first(node: Node | Refused | None) -> str:
    while isinstance(node, Listed):
        node = node.items[0]
    assert isinstance(node, Scalar)
    return node.value


def _key(node: Node | Refused | None) -> str:
    assert isinstance(node, Mapped)
    ((key, _),) = node.items
    assert isinstance(key, Scalar)
    return key.value


@given(st.text(st.sampled_from("ab '\"\\\n é:"), max_size=30), st.sampled_from(["'", '"', "|", ">", None]))
def test_each_character_of_a_value_has_its_place(text: str, style: str | None) -> None:
    """As PyYAML writes it, in whatever style it can: letters stand where they are said to stand."""
    written = "- " + yaml.dump([text], default_style=style, allow_unicode=True, width=12).removeprefix("- ")
    node = nodes_of(written, deepest=3, most=10)
    assert isinstance(node, Listed)
    (scalar,) = node.items
    assert isinstance(scalar, Scalar)
    places = scalar.places()
    assert len(places) == len(scalar.value)
    for character, (start, end) in zip(scalar.value, places, strict=True):
        there = written[start:end]
        if not character.isspace():
            assert there in {character, f"{character}{character}"} or there.startswith("\\")


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
def test_the_reader_in_c_and_the_one_in_python_agree(
    loader: type[yaml.SafeLoader], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [as_yaml(path.read_text(encoding="utf-8")) for path in FILES[::7]]
    texts += [path.read_text(encoding="utf-8") for path in ERRORS.glob("*.yaml")]
    texts += ["\ufeffa: 'é'\r\nb: >\r\n  c\r\n  d\r\n", 'a: [1, "x\\u00e9"]\n', "\U0001f600: b\nc: |\n  d\n"]
    usual = [nodes_of(text, deepest=6, most=100_000) for text in texts]
    monkeypatch.setattr(nodes, "_LOADER", loader)
    assert [nodes_of(text, deepest=6, most=100_000) for text in texts] == usual


def test_comments_are_found_outside_of_texts() -> None:
    text = "# yaml-language-server: $schema=x\n# one\na: b # two\nc: 'd # no'\ne: |\n  # no\nf: g#no\n"
    assert [text[at : at + length] for at, length in comment_lines(text)] == ["# one", "# two"]
    (lost, kept) = (comments_lost(SourceText("a.yaml", one), is_yaml=True) for one in (text, "a: b\n"))
    assert lost is not None
    assert (lost.code, lost.message) == ("W0101", "2 comments are left behind")
    assert kept is None


# --- the schema ---------------------------------------------------------------------------------------------


class _Yaml12(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `on` is a text, `true` is not, `2024.10` is a number."""


_Yaml12.yaml_implicit_resolvers = {}
for _tag, _expression, _first_signs in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]+\.[0-9]*", "-+0123456789"),
):
    _Yaml12.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_expression})$"), _first_signs
    )


def errors_of(text: str) -> list[str]:
    validator = Draft202012Validator(json.loads(schema_text()))
    return [error.json_path for error in validator.iter_errors(yaml.load(text, Loader=_Yaml12))]  # noqa: S506  # it is a safe one


def test_the_schema_is_the_one_that_the_grammar_gives() -> None:
    """`python -m fingerpost_dsl.yaml_form.schema` writes it anew."""
    assert schema_text() == build_schema()
    Draft202012Validator.check_schema(json.loads(schema_text()))


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_file_converted_keeps_to_the_schema(path: Path) -> None:
    assert errors_of(as_yaml(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "polisy a: {title: A}",
        "role a b: {title: A}",
        "role a: {titel: A}",
        "role a: {part of: b}",
        "role a: {title: [A]}",
        "role a: {title: 'A \"b\"'}",
        "fact a: {title: A, type: yes or no, sensitive: very}",
        "action a: {title: A, school shuold: b}",
        "threshold a: {title: A}",
        "source a: {title: A, weight: heavy}",
        "test a: {on: 1 May 2025}",
        "step a: {title: A, school may: b}",
    ],
)
def test_the_schema_finds_what_the_reader_refuses(text: str) -> None:
    assert errors_of(text) != []
    assert parse_yaml(SourceText("a.yaml", text))[1] != ()


@pytest.mark.parametrize("path", [path for path in FILES if "samples" in path.parts], ids=named)
def test_converting_loses_nothing_but_comments_and_empty_lines(path: Path) -> None:
    """The words of a sample, in their order, are those of its conversion there and back."""
    from fingerpost_dsl.format import format_source

    laid_out, _ = format_source(SourceText("a.policy", path.read_text(encoding="utf-8")))
    without = re.sub(r'("[^"\n]*")|--[^\n]*', lambda match: match[1] or "", laid_out)
    back, _ = policy_form(SourceText("a.yaml", as_yaml(laid_out)))
    assert sorted(back.split()) == sorted(without.split())
