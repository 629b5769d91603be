"""The shipped policies as data: found, complete, and of one mind where they must be."""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from fingerpost.history import CalendarData
from fingerpost.policy_coverage import coverage_of
from fingerpost.policy_tests import run_tests
from fingerpost.readers import read_calendar
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import load_file, load_folder, load_policies, syntax
from fingerpost_dsl.model.declarations import Modality
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText
from fingerpost_policies import calendar_path, examples, folders

SAMPLES = Path(__file__).parent / "samples"

YEARS = ("2022-23", "2023-24", "2024-25", "2025-26", "2026-27", "2027-28")

EDITIONS = pytest.mark.parametrize("folder", folders(), ids=lambda folder: folder.name)


def declarations(folder: Path) -> Iterator[object]:
    for path in sorted(folder.rglob("*.policy")):
        tree, found = parse(SourceText(str(path), path.read_text(encoding="utf-8")))
        assert not found, path
        yield from tree.declarations


def calendar(name: str) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(calendar_path(name).read_text(encoding="utf-8"))
    return loaded


def calendar_data(name: str) -> CalendarData:
    given, found = read_calendar(calendar_path(name), Vocabulary.from_policies())
    assert given is not None, found
    return given


def school_days(of: Mapping[str, Any]) -> list[dt.date]:
    closed = {dt.date.fromisoformat(day) for day in of["closed"]}
    days: list[dt.date] = []
    for term in of["terms"]:
        breaks = [(dt.date.fromisoformat(b["from"]), dt.date.fromisoformat(b["to"])) for b in term["breaks"]]
        day, last = dt.date.fromisoformat(term["from"]), dt.date.fromisoformat(term["to"])
        while day <= last:
            if (
                day.weekday() < 5
                and day not in closed
                and not any(first <= day <= end for first, end in breaks)
            ):
                days.append(day)
            day += dt.timedelta(days=1)
    return days


def test_both_english_editions_are_found() -> None:
    """`folders` gives the folder of each edition, the earlier one first."""
    assert [folder.name for folder in folders()] == ["2022.09", "2024.08"]


@EDITIONS
def test_nothing_but_tests_stands_in_an_editions_tests(folder: Path) -> None:
    """So that an edition read without them, as to evaluate it, is the same policy, warnings included."""
    assert all(isinstance(one, syntax.Test) for one in declarations(folder / "tests"))
    (with_tests,), found = load_policies([folder])
    (without,), found_without = load_policies([folder], tests=False)
    assert with_tests.versions[0].tests
    assert not without.versions[0].tests
    assert without.versions[0].digest == with_tests.versions[0].digest
    assert list(map(str, found_without)) == list(map(str, found))


@EDITIONS
def test_an_edition_parses_and_has_one_header(folder: Path) -> None:
    """Every file of an edition parses, and one of them has the header."""
    assert sum(isinstance(one, syntax.Policy) for one in declarations(folder)) == 1


@EDITIONS
def test_an_edition_checks_without_a_finding(folder: Path) -> None:
    """Not an error, not a warning, not a lint: what we ship is what we ask of others."""
    policy, found = load_folder(folder)
    assert found == ()
    assert policy is not None


EXAMPLES = pytest.mark.parametrize("folder", examples(), ids=lambda folder: folder.parent.name)


@EXAMPLES
def test_a_local_example_checks_without_a_finding(folder: Path) -> None:
    """And an edition read without its tests is the same policy."""
    (with_tests,), found = load_policies([folder], search=folders())
    assert found == ()
    (without,), _ = load_policies([folder], search=folders(), tests=False)
    assert without.versions[0].digest == with_tests.versions[0].digest


@EXAMPLES
def test_a_local_example_is_shown_from_every_side(folder: Path) -> None:
    """Its tests pass, and nothing that it says is left out by them."""
    policy, _ = load_folder(folder, search=folders())
    assert policy is not None
    results = list(run_tests(policy, calendar_data))
    assert results
    assert [one.test.title for one in results if not one.passed] == []
    assert [str(one.point) for one in coverage_of(policy, calendar_data).points if one.missing] == []


@EXAMPLES
def test_a_local_example_says_which_numbers_are_illustrative(folder: Path) -> None:
    """In its header; and each number of its own says so where it stands."""
    policy, _ = load_folder(folder, search=folders())
    assert policy is not None
    header = (folder / "00-policy.policy").read_text(encoding="utf-8").split("\npolicy ")[0]
    assert "llustrative" in header
    own = [one for name, one in policy.thresholds.items() if policy.origins[name] == policy.header.id]
    assert [one.name for one in own if not (one.ours or "").startswith("illustrative")] == []
    changed = [change for change in policy.changes if change.kind == "threshold"]
    assert [one.name for one in changed if not one.because.startswith("illustrative")] == []


DENIALS = {"no", "not", "never", "none", "nothing", "nobody", "without", "refuse", "refrain", "avoid", "stop"}


@pytest.mark.parametrize("folder", [*folders(), *examples()], ids=lambda folder: "-".join(folder.parts[-2:]))
def test_what_is_forbidden_is_named_by_what_would_be_done(folder: Path) -> None:
    """Lists put `must not` before a title: `must not: grant no other leave` would ask for the contrary."""
    policy, _ = load_folder(folder, search=folders())
    assert policy is not None
    forbidding = [one for one in policy.rules() if one.modality in (Modality.MUST_NOT, Modality.SHOULD_NOT)]
    assert forbidding or folder not in folders()
    for one in forbidding:
        assert DENIALS.isdisjoint(one.title.lower().split()), one.title
        assert one.text.lower().split()[0] not in DENIALS, one.text


@pytest.mark.parametrize("name", ["national", "local"])
def test_the_language_samples_check_without_a_finding(name: str) -> None:
    """The two samples of the language, completed; the local one extends the shipped edition of 2024."""
    policy, found = load_file(SAMPLES / f"{name}.policy", search=folders())
    assert found == ()
    assert policy is not None


def test_both_editions_hold_the_same_code_lists() -> None:
    """A mark means what the code list of its own day says, whichever edition evaluates it."""
    first, second = ((folder / "03-codes.policy").read_text(encoding="utf-8") for folder in folders())
    assert first == second


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (
            dt.date(2024, 8, 18),
            {
                "present": "/\\L",
                "approved activity": "BJPVW",
                "authorised absence": "CEFHIMRST",
                "unauthorised absence": "GNOU",
                "not a possible session": "DXY",
                "administrative": "#Z",
            },
        ),
        (
            dt.date(2024, 8, 19),
            {
                "present": "/\\L",
                "approved activity": "BKPVW",
                "authorised absence": "C C1 C2 E I J1 M R S T",
                "unauthorised absence": "GNOU",
                "not a possible session": "D Q X Y1 Y2 Y3 Y4 Y5 Y6 Y7",
                "administrative": "#Z",
            },
        ),
    ],
)
def test_the_code_list_in_force(day: dt.date, expected: dict[str, str]) -> None:
    """On each side of 19 August 2024 every code of that day's list is declared once, and has its kind."""
    kinds: dict[str, list[str]] = {}
    for one in declarations(folders()[1]):
        if (
            isinstance(one, syntax.Code)
            and (one.first is None or one.first.date <= day)
            and (one.last is None or day <= one.last.date)
        ):
            kinds.setdefault(one.kind.value, []).append(one.code.text)
    assert {kind: sorted(codes) for kind, codes in kinds.items()} == {
        kind: sorted(codes.split() if " " in codes else codes) for kind, codes in expected.items()
    }


@pytest.mark.parametrize("year", YEARS)
def test_a_year_has_three_terms_and_190_school_days(year: str) -> None:
    """A maintained school is open for 190 days: so are the calendars, in three terms with a break in each."""
    terms = calendar(f"england-{year}")["terms"]
    assert len(terms) == 3
    assert all(len(term["breaks"]) == 1 for term in terms)
    assert len(school_days(calendar(f"england-{year}"))) == 190


def test_the_long_calendar_is_the_years_together() -> None:
    """`england` has the same school days as the calendars of the years."""
    together = [day for year in YEARS for day in school_days(calendar(f"england-{year}"))]
    assert school_days(calendar("england")) == together


def test_a_calendar_nobody_ships_is_answered_with_those_there_are() -> None:
    """An unknown calendar is a `KeyError` that names the calendars."""
    with pytest.raises(KeyError, match="england-2024-25"):
        calendar_path("wales")
