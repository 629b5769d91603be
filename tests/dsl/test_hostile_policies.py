"""A policy made to be more than a computer can bear is refused, and soon."""

from __future__ import annotations

import pytest

from fingerpost_dsl import syntax
from fingerpost_dsl.checker import check
from fingerpost_dsl.parser import MAX_WORDS, parse
from fingerpost_dsl.scan import scan
from fingerpost_dsl.source import SourceText
from tests.dsl.test_checker_errors import preamble


def errors(text: str) -> list[str]:
    file, problems = parse(SourceText("hostile.policy", text))
    assert problems == ()
    whole = syntax.File(declarations=(*preamble().declarations, *file.declarations), span=file.span)
    return [one.code for one in check(whole)[1] if one.is_error]


def chain(length: int, sort: str, first: str, following: str) -> str:
    """Declarations of which each asks for the one before it."""
    lines = [f'{sort} c0 "C" = {first}']
    lines += [f'{sort} c{i} "C" = {following.replace("_", f"c{i - 1}")}' for i in range(1, length)]
    return "\n".join(lines)


@pytest.mark.parametrize("length", [40, 1_200])
@pytest.mark.parametrize(
    ("sort", "first", "following"),
    [
        ("condition", "ill", "_ and _"),
        ("condition", "ill", "not _"),
        ("condition", "ill", "any parent has (_)"),
        ("measure", "unauthorised_sessions", "_ + _"),
        ("measure", "notices_so_far", "_ * _"),
    ],
)
def test_names_that_double_or_nest_without_end(length: int, sort: str, first: str, following: str) -> None:
    start = 'measure notices_so_far "N" = count of meeting in this academic year\n'
    used = f"c{length - 1}" if sort == "condition" else f"c{length - 1} is at least 5 sessions"
    if first != "notices_so_far":
        start += f'pathway path "P"\n  enforcement\n  when {used}\n'
    assert set(errors(start + chain(length, sort, first, following))) == {"E0537"}


def test_facts_that_double_are_told_even_where_something_else_is_wrong() -> None:
    text = chain(40, "condition", "ill", "_ and _")
    text += '\nmeasure unwell "U" = count of absent while c39\nmeasure wrong "W" = nobody\n'
    assert set(errors(text)) == {"E0203", "E0537"}


def test_tiers_that_rest_on_tiers() -> None:
    tiers = (f'tier t{i} "T"\n  when in tier t{i - 1} or in tier t{i - 1}' for i in range(1, 40))
    assert set(errors('tier t0 "T"\n  when ill\n' + "\n".join(tiers))) == {"E0537"}


def test_a_pathway_without_end() -> None:
    first = 'pathway path "P"\nstep s0 of path "S"\n  school should "s"\n  starts here\n  done when meeting\n'
    steps = (
        f'step s{i} of path "S"\n  school should "s"\n  after s{i - 1}\n  done when meeting\n'
        for i in range(1, 101)
    )
    assert errors(first + "".join(steps)) == ["E0537"]


def test_sets_of_codes_are_opened_once() -> None:
    sets = [f'codes k{i} "K" = k{i - 1}, k{i - 1}' for i in range(1, 60)]
    assert errors("\n".join(['codes k0 "K" = "G"', *sets])) == []
    assert errors("\n".join([*reversed(sets[:45]), 'codes k0 "K" = "G"'])) == []


def test_sets_of_codes_without_end() -> None:
    sets = [f'codes k{i} "K" = k{i - 1}' for i in range(1, 1_500)]
    assert "E0537" in errors("\n".join([*reversed(sets), 'codes k0 "K" = "G"']))


def test_a_circle_of_sets_is_told_once_from_wherever_it_is_entered() -> None:
    assert errors('codes k0 "K" = k1\ncodes k1 "K" = k2\ncodes k2 "K" = k1') == ["E0501"]


def test_more_words_than_are_parsed() -> None:
    _, found = parse(SourceText("long.policy", "; " * (MAX_WORDS + 1)))
    assert [one.code for one in found] == ["E0102"]


def test_quotation_marks_that_are_never_closed_are_told_without_parsing_on() -> None:
    source = SourceText("open.policy", 'role a "\n' * 20_000)
    assert len(scan(source, most=100).damaged) == 20_000
    _, found = parse(source)
    assert {one.code for one in found} == {"E0105", "E0119"}


def test_a_version_that_supersedes_itself() -> None:
    text = 'policy a.b "A"\n  version 2025.1\n  language 1\n  supersedes 2025.1\n  in force from 1 May 2025\n'
    file, _ = parse(SourceText("itself.policy", text))
    assert [one.code for one in check(file)[1]] == ["E0501"]


@pytest.mark.parametrize("sign", ["\x1b", "\x9b", "\u202e", "\u2028"])
def test_what_a_terminal_would_obey_stands_in_no_text(sign: str) -> None:
    _, found = parse(SourceText("odd.policy", f'role a "A{sign}[31m"\n'))
    assert [one.code for one in found] == ["E0104"]


@pytest.mark.parametrize(
    ("clause", "code"),
    [
        ("present from 2 September 1801 to 5 September 2199", "E0537"),
        ("closed from 2 September 1801 to 5 September 2199", "E0537"),
        ('marks "G}{" from 2 September 2024', "E0205"),
        ('marks "G{{G}}" from 2 September 2024', "E0205"),
    ],
)
def test_a_register_that_no_test_needs(clause: str, code: str) -> None:
    text = f'test "t"\n  pupil in year 5\n  {clause}\n  on 1 October 2024\n  expect no tier over_the_line\n'
    assert errors(text) == [code]
