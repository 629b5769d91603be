"""Every example of the manual parses, checks, reads or runs, as its fence says (see `manual.py`)."""

import re
import shlex
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner

from fingerpost.history import CalendarData
from fingerpost.policy_tests import run_tests
from fingerpost.readers import read_calendar, read_history
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import Policy, load_folder, load_text
from fingerpost_dsl.model.expressions import Condition, Value, Window
from fingerpost_dsl.model.walk import walk
from fingerpost_policies import calendar_path, folders
from tests.docs.manual import (
    DOCS,
    EXAMPLES,
    LOCAL_HEADER,
    blocks,
    mistakes,
    pages,
    pages_with,
    policies_on,
    policy_texts,
    title,
    write_files,
)

NOT_A_FINDING = {"L0201", "L0202"}
"""An example may declare what it does not use."""

LANGUAGE = sorted((DOCS / "language").glob("*.md"))


@cache
def england() -> Policy:
    policy, _ = load_folder(folders()[-1])
    assert policy is not None
    return policy


def vocabulary() -> Vocabulary:
    return Vocabulary.from_policies(england())


@cache
def the_policy(page: Path, name: str = "") -> Policy:
    policy, found = load_text(policy_texts(page, name), search=folders()[-1:] if name else ())
    assert not [str(one) for one in found if one.code not in NOT_A_FINDING]
    assert policy is not None
    return policy


def calendar(name: str) -> CalendarData:
    data, found = read_calendar(calendar_path(name), vocabulary())
    assert data is not None, found
    return data


# --- policies -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "name"),
    [(page, name) for page in pages_with("policy") for name in policies_on(page)],
    ids=lambda one: title(one) if isinstance(one, Path) else one or "own",
)
def test_a_page_s_policy_checks_and_its_tests_pass(page: Path, name: str) -> None:
    """The policy blocks of a page are one policy, without a finding, whose own tests pass."""
    results = run_tests(the_policy(page, name), calendar)
    failures = {one.test.title: [one.problem, *map(str, one.failures)] for one in results if not one.passed}
    assert not failures


@pytest.mark.parametrize("page", [page for page in pages_with("policy") if mistakes(page)], ids=title)
def test_a_mistake_is_answered_as_the_page_says(page: Path) -> None:
    """A block with a code gives that finding, and nothing else that stops."""
    for number, block in enumerate(mistakes(page)):
        own = policy_texts(page)
        texts = {**(own or {"header": LOCAL_HEADER}), f"mistake {number}": block.text}
        _, found = load_text(texts, search=() if own else folders()[-1:])
        codes = {one.code for one in found} - NOT_A_FINDING
        assert codes == {block.word}, f"line {block.line}"


def test_the_reference_shows_every_value_condition_and_window() -> None:
    """Whatever the language can say, some example of the reference says."""
    shown: set[type] = set()
    for page in LANGUAGE:
        if policy_texts(page):
            policy = the_policy(page)
            declared = (policy.measures, policy.conditions, policy.tiers, policy.actions, policy.steps)
            shown |= {type(node) for each in declared for node in walk(tuple(each.values()))}
    wanted = {*get_args(Value), *get_args(Condition), *get_args(Window)}
    assert sorted(node.__name__ for node in wanted - shown) == []


def test_the_reference_shows_every_declaration() -> None:
    """Every top-level keyword of the grammar opens a declaration in some example of the manual."""
    from fingerpost_dsl import syntax
    from fingerpost_dsl.parser import parse
    from fingerpost_dsl.source import SourceText

    shown: set[type] = set()
    for page in pages_with("policy"):
        for block in blocks(page, "policy"):
            shown |= {type(one) for one in parse(SourceText(title(page), block.text))[0].declarations}
    assert sorted(one.__name__ for one in set(get_args(syntax.Declaration)) - shown) == []


def test_the_local_example_is_the_file() -> None:
    """The guide to local policies shows the whole of the example that lies beside it."""
    page = DOCS / "write-a-local-policy.md"
    shown = "\n".join(policy_texts(page, "local").values())
    file = (EXAMPLES / "devon.policy").read_text(encoding="utf-8")
    assert shown.split() == re.sub(r"^--.*$", "", file, flags=re.MULTILINE).split()


# --- data ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [*pages_with("csv"), *pages_with("json")], ids=title)
def test_data_shown_can_be_read(page: Path, tmp_path: Path) -> None:
    """The files of a page, folder by folder and document by document, are read without a finding.

    A folder called `broken` shows what is wrong with it, in the output of a command.
    """
    names = write_files(page, tmp_path)
    roots = {name.split("/", maxsplit=1)[0] for name in names}
    for root in sorted(roots - {"broken"}):
        history, found = read_history(tmp_path / root, vocabulary())
        assert [str(one) for one in found] == [], root
        assert history is not None
        assert history.pupils


def test_the_example_school_can_be_read() -> None:
    """The school that the manual's commands are run on has nothing wrong with it."""
    history, found = read_history(EXAMPLES / "school", vocabulary())
    assert found == ()
    assert history is not None


# --- Python and commands ------------------------------------------------------------------------------------


def beside_the_examples(page: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the examples where a reader who stands in the repository finds them."""
    monkeypatch.setenv("COLUMNS", "110")
    shutil.copytree(EXAMPLES, folder / "docs" / "examples")
    write_files(page, folder)
    monkeypatch.chdir(folder)


@pytest.mark.parametrize("page", pages_with("python"), ids=title)
def test_python_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python of a page runs from top to bottom; its asserts hold."""
    beside_the_examples(page, tmp_path, monkeypatch)
    names: dict[str, Any] = {"__name__": "manual"}
    for block in blocks(page, "python"):
        code = compile("\n" * block.line + block.text, title(page), "exec")
        exec(code, names)  # noqa: S102 (our own manual)


@pytest.mark.parametrize("page", pages_with("console"), ids=title)
def test_commands_print_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every command ends as the page says, and prints the lines shown, in their order."""
    from fingerpost_cli.main import COMMANDS, fingerpost

    beside_the_examples(page, tmp_path, monkeypatch)
    for block in blocks(page, "console"):
        for command, shown in re.findall(
            r"^\$ fingerpost ([^\n]*)\n((?:(?!\$ )[^\n]*\n)*)", block.text, re.MULTILINE
        ):
            arguments = shlex.split(command, comments=True)
            if arguments[0] in COMMANDS and find_spec(f"fingerpost_cli.commands.{arguments[0]}") is None:
                pytest.skip(f"`fingerpost {arguments[0]}` is not there yet")
            result = CliRunner().invoke(fingerpost, arguments)
            where = f"{title(page)}:{block.line}: fingerpost {command}\n{result.output}"
            assert result.exit_code == int(block.word or 0), where
            rest = iter(line.rstrip() for line in result.output.splitlines())
            for line in shown.splitlines():
                if line.strip() not in ("", "…"):
                    shape = re.compile(".*".join(map(re.escape, line.rstrip().split("…"))))
                    assert any(map(shape.fullmatch, rest)), f"{line!r} is not there\n{where}"


# --- links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", pages(), ids=title)
def test_links_lead_somewhere(page: Path) -> None:
    """Every link to a file, and to a heading of it, finds one."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if heading:
            anchors = {
                re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
                for line in file.read_text(encoding="utf-8").splitlines()
                if line.startswith("#")
            }
            assert heading in anchors, target
