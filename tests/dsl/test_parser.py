"""From text to syntax tree: what is read, where it stands, and what one run still reads after a mistake."""

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost_dsl import syntax
from fingerpost_dsl.parser import MAX_PROBLEMS, parse
from fingerpost_dsl.source import SourceText, Span

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.policy"))
NATIONAL = (Path(__file__).parent / "samples" / "national.policy").read_text(encoding="utf-8")


def read(text: str) -> syntax.File:
    """The tree of a text without mistakes."""
    file, problems = parse(SourceText("test.policy", text))
    assert problems == ()
    return file


def spans(node: object) -> Iterator[Span]:
    """Every span in a tree."""
    if isinstance(node, Span):
        yield node
    elif isinstance(node, tuple):
        for part in node:
            yield from spans(part)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            yield from spans(getattr(node, field.name))


def codes(text: str) -> list[str]:
    """The codes of what is wrong with a text."""
    return [problem.code for problem in parse(SourceText("test.policy", text))[1]]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_the_samples_are_read_whole(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    file = read(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans(file.declarations))


def test_a_name_s_span_is_its_text() -> None:
    file = read(NATIONAL)
    threshold = next(d for d in file.declarations if isinstance(d, syntax.Threshold))
    assert threshold.name.span.text == "persistent_from"
    assert threshold.value == syntax.Percent(value=Fraction(1, 10), span=threshold.span)


def test_the_order_of_clauses_has_no_meaning() -> None:
    one = 'action talk "Talk"\n  school should "talk"\n  within 5 school days\n  in tier at_risk'
    other = 'action talk "Talk"\n  school should "talk"\n  in tier at_risk\n  within 5 school days'
    assert read(one) == read(other)


def test_white_space_has_no_meaning() -> None:
    assert read('role a "A"\n  part of b') == read('  role a\t"A" part\nof b')


def test_brackets_leave_only_their_grouping() -> None:
    assert read('condition c "C" = (a is 1)') == read('condition c "C" = a is 1')
    assert read('condition c "C" = (a and b) and c') != read('condition c "C" = a and b and c')


def test_chains_are_flat() -> None:
    (declaration,) = read('measure m "M" = a + b - c + d').declarations
    assert isinstance(declaration, syntax.Measure)
    assert isinstance(declaration.value, syntax.Sum)
    assert [term.operator.value for term in declaration.value.rest] == ["+", "-", "+"]


def test_codes_are_texts_as_they_are_written() -> None:
    (declaration,) = read('code "\\" "Afternoon" present').declarations
    assert isinstance(declaration, syntax.Code)
    assert declaration.code.text == "\\"


def test_a_change_of_a_norm_needs_no_other_clause() -> None:
    (declaration,) = read('change action talk school may "talk" because "why"').declarations
    assert isinstance(declaration, syntax.ChangeRule)
    assert declaration.norm is not None


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_kind_of_line_end(line_end: str) -> None:
    text = f'-- comment{line_end}role a "A"{line_end}{line_end}role b'
    file, (problem,) = parse(SourceText("a", text))
    assert len(file.declarations) == 1
    assert problem.span is not None
    assert (problem.span.line, problem.span.column) == (4, 6)


def test_a_byte_order_mark_is_no_character() -> None:
    file, problems = parse(SourceText("a", '\ufeffrole a "A"'))
    assert problems == ()
    assert (file.declarations[0].span.line, file.declarations[0].span.column) == (1, 1)


def test_good_declarations_survive_bad_ones() -> None:
    text = 'role a "A"\nrole b\nrole c "C"\nthreshold x "X" = \nrole d "D"'
    file, problems = parse(SourceText("a", text))
    names = [d.name.text for d in file.declarations if isinstance(d, syntax.Role)]
    assert names == ["a", "c", "d"]
    assert [name.text for name in file.unread] == ["b", "x"]
    assert len(problems) == 2


def test_a_mistake_in_a_misspelt_keyword_spares_the_declaration_before() -> None:
    file, problems = parse(SourceText("a", 'role a "A"\nrol b "B"\nrole c "C"'))
    assert len(file.declarations) == 2
    assert [problem.code for problem in problems] == ["E0107"]


def test_odd_characters_do_not_hide_the_declaration() -> None:
    file, problems = parse(SourceText("a", "role sch\u200bool “School”"))
    (role,) = file.declarations
    assert isinstance(role, syntax.Role)
    assert (role.name.text, role.title.text) == ("school", "School")
    assert [problem.code for problem in problems] == ["E0104", "E0104"]


HOSTILE = {
    "brackets": 'condition c "C" = ' + "(" * 20_000 + "a" + ")" * 20_000,
    "open brackets": 'condition c "C" = ' + "(" * 20_000,
    "not": 'condition c "C" = ' + "not " * 20_000 + "a",
    "where": 'measure c "C" = count of a ' + "where x since y " * 5_000,
    "plus": 'measure c "C" = a' + " + a" * 10_000,
    "with": 'action a "A" school should "x" with a' + ", a" * 10_000,
    "nul": "\0" * 20_000,
    "quotation marks": '"\n' * 5_000,
    "bad lines": "role a\n" * 20_000,
    "misspelt": 'rol a "A"\n' * 20_000,
    "long word": "role a " + "x" * 500_000,
    "digits": 'threshold a "A" = ' + "9" * 100_000,
    "no date": 'threshold a "A" = 0000-00-00',
    "surrogate": 'role \ud800 "A"',
    "too large": "x" * 50_000_000,
    "too many words": "a " * 300_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_answered(name: str) -> None:
    _, problems = parse(SourceText("a", HOSTILE[name]))
    assert len(problems) <= MAX_PROBLEMS + 1
    assert bool(problems) is (name not in {"plus", "with"})


def test_more_problems_than_anybody_reads() -> None:
    assert codes("role a\n" * 200)[-1] == "E0119"


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    _, problems = parse(SourceText("a", text))
    for problem in problems:
        assert str(problem)


_WORDS = sorted(
    {*NATIONAL.split(), "(", ")", ";", ",", '"', "“", "--", "é", "\u200b", "£", ">=", "and", "not"}
)


@given(st.lists(st.sampled_from(_WORDS), max_size=60).map(" ".join))
def test_no_sequence_of_words_raises(text: str) -> None:
    parse(SourceText("a", text))


@given(
    st.integers(0, len(NATIONAL)), st.integers(0, 30), st.one_of(st.text(max_size=8), st.sampled_from(_WORDS))
)
def test_no_mutation_of_a_sample_raises(place: int, removed: int, put: str) -> None:
    begin = max(0, place - 1_500)
    text = NATIONAL[begin:place] + put + NATIONAL[place + removed : place + 1_500]
    file, problems = parse(SourceText("a", text))
    located = [problem.span for problem in problems if isinstance(problem.span, Span)]
    for span in [*spans(file.declarations), *located]:
        assert 0 <= span.start <= span.end <= len(text)


@pytest.mark.parametrize(
    ("written", "share"), [("5%", Fraction(1, 20)), ("12.5%", Fraction(1, 8)), ("0.50%", Fraction(1, 200))]
)
def test_a_percentage_may_have_decimals(written: str, share: Fraction) -> None:
    """`12.5%` is one word, and not a decimal with a sign after it."""
    file, problems = parse(SourceText("a.policy", f'threshold x "X" = {written} open'))
    assert not problems
    (threshold,) = file.declarations
    assert isinstance(threshold, syntax.Threshold)
    assert isinstance(threshold.value, syntax.Percent)
    assert threshold.value.value == share
