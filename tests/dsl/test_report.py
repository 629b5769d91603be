"""Diagnostics as people and programs see them."""

import json
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, Fix, Label, in_order
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import Place, SourceText
from tests.dsl.gallery import ERRORS
from tests.dsl.golden import assert_golden

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.md"))


def rendered(policy: str, command: str) -> str:
    name = command.split()[2]
    _, problems = parse(SourceText(name, policy))
    return f"{report.text(problems)}\n{report.summary(problems)}\n"


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    assert_golden(path, rendered)


def example() -> Diagnostic:
    here = SourceText("devon.policy", "\n" * 14 + "change threshold conversation_within to 10 days")
    there = SourceText(
        "thresholds.policy", "\n" * 43 + 'threshold conversation_within "Time" = 10 school days'
    )
    span = here.span(14 + 40, 14 + 47)
    return Diagnostic(
        code="E0312",
        message="`conversation_within` is counted in school days; `10 days` are calendar days",
        span=span,
        note="weekends and holidays included",
        labels=(Label(there.span(43 + 10, 43 + 29), "open to you, in school days"),),
        help="write `10 school days`",
        fix=Fix(span, "10 school days"),
    )


def test_two_files() -> None:
    assert report.text([example()]) == (
        "error[E0312]: `conversation_within` is counted in school days; `10 days` are calendar days\n"
        "  ┌─ devon.policy:15:41\n"
        "15│ change threshold conversation_within to 10 days\n"
        "  │                                         ^^^^^^^ weekends and holidays included\n"
        "  ┌─ thresholds.policy:44:11\n"
        '44│ threshold conversation_within "Time" = 10 school days\n'
        "  │           ------------------- open to you, in school days\n"
        "  help: write `10 school days`\n"
    )


@pytest.mark.parametrize("before", ["\t", "\t\t a\t", "日本 ", "e\u0301 ", "\u200b", "\x1b[31m", "£"])
def test_carets_stand_under_what_is_meant(before: str) -> None:
    source = SourceText("a", f"{before}HERE and more")
    start = len(before)
    diagnostic = Diagnostic(code="E0106", message="m", span=source.span(start, start + 4))
    _, _, line, under, *_ = report.text([diagnostic]).splitlines()
    assert report._width(line[: line.index("HERE")]) == report._width(under[: under.index("^")])
    assert under.count("^") == 4
    assert "\x1b" not in line


@pytest.mark.parametrize("column", [1, 70, 401, 402, 9_000, 19_999])
def test_a_place_far_along_a_line_shows_its_own_surroundings(column: int) -> None:
    """A whole document may stand in one line: what is underlined is what stands there."""
    line = "".join(chr(ord("a") + number % 26) for number in range(20_000))
    place = Place.in_line("all.json", 1, column, length=2, text=line)
    shown = report.text([Diagnostic(code="E0633", message="wrong", span=place)]).splitlines()
    marks = shown[3].index("^")
    assert shown[2][marks : marks + 2] == line[column - 1 : column + 1]
    assert (shown[2][3] == "…") is (column > 100)
    assert len(place.line_text or "") <= 800


def test_a_long_line_is_cut_around_the_place() -> None:
    source = SourceText("a", f"{'x ' * 50_000}HERE {'y ' * 50_000}")
    start = source.text.index("HERE")
    text = report.text([Diagnostic(code="E0106", message="m", span=source.span(start, start + 4))])
    line, under = text.splitlines()[2:4]
    assert len(line) < 180
    assert line.index("HERE") == under.index("^")


def test_a_place_in_a_data_file() -> None:
    place = Place("marks.csv", 12, 9, 2, "P1,2024,ZZ,x")
    assert report.text([Diagnostic(code="E0106", message="m", span=place)]).splitlines()[1:] == [
        "  ┌─ marks.csv:12:9",
        "12│ P1,2024,ZZ,x",
        "  │         ^^",
    ]


def test_json_has_all_of_it() -> None:
    (found,) = json.loads(report.as_json([example()]))
    assert found["place"] == {
        "file": "devon.policy",
        "line": 15,
        "column": 41,
        "end_line": 15,
        "end_column": 48,
    }
    assert found["fix"]["text"] == "10 school days"
    assert (found["code"], found["severity"]) == ("E0312", "error")


def test_github_annotations_cannot_be_broken_out_of() -> None:
    place = Place("a,b:c.policy", 1)
    line = report.github([Diagnostic(code="E0106", message="100%\n::error::x", span=place)])
    assert line == "::error file=a%2Cb%3Ac.policy,line=1,col=1,title=E0106,endColumn=2::100%25%0A::error::x\n"


def test_order_and_summary() -> None:
    source = SourceText("a", "x\ny")
    one, two = (Diagnostic(code="E0106", message="m", span=source.span(at, at + 1)) for at in (2, 0))
    assert in_order([one, two, one]) == (two, one)
    assert report.summary([one, two]) == "2 errors"
    assert report.summary([]) == "no problems"


@pytest.mark.parametrize("path", sorted(ERRORS.glob("E0[1-5]*")), ids=lambda path: path.stem)
def test_findings_as_json_keep_to_their_schema(path: Path) -> None:
    """Every mistake of the gallery, with its places, labels and fixes, and no key that is not promised."""
    text = resources.files("fingerpost_dsl").joinpath("schemas", "findings.schema.json").read_text("utf-8")
    Draft202012Validator.check_schema(json.loads(text))
    _, found = parse(SourceText(path.name, path.read_text(encoding="utf-8")))
    told = json.loads(report.as_json([*found, example(), Diagnostic(code="E0401", message="no place")]))
    assert len(told) >= 2
    validator = Draft202012Validator(json.loads(text))
    assert [error.message for error in validator.iter_errors(told)] == []
    assert list(validator.iter_errors([{**told[0], "colour": "red"}]))
