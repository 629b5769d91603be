"""Parents, dated facts and events in random tables, right and wrong: both readers read them alike."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

import pyarrow.parquet as pq

from fingerpost import read_history
from fingerpost.population.block import blocks_of
from fingerpost.population.read import read_population
from fingerpost.population.saved import load_population, save_population
from fingerpost.subject import Records
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.policy import Policy
from tests.generate.words import HEADER, VOCABULARY
from tests.population.tables import Rows, table_of
from tests.population.test_tables import same_block
from tests.strategies import few, load

CALENDAR = "terms:\n  - {name: Autumn, from: 2024-09-02, to: 2024-12-20}\n"
MORE = (
    'event moved "the family moved" for each family\nmeasure seen "seen" = count of attended in this term\n'
)
DATES = ("2024-09-04", "2024-09-04", "2024-09-10", "2024-10-01")
NOW_AND_THEN = 12
"""One cell in so many is wrong, or blank where it should not be."""

Row = dict[str, str]


@cache
def policy() -> Policy:
    """The words of generated policies, and an event of families."""
    return load([HEADER, VOCABULARY, MORE])


def words() -> Vocabulary:
    return Vocabulary.from_policies(policy())


@st.composite
def tables(draw: st.DrawFn) -> Rows:
    """Rows of each table; few values, so that many rows say the same."""
    wrong = draw(st.booleans())

    def one_of(*texts: str, odd: str | None = None) -> str:
        if wrong and odd is not None and draw(st.integers(0, NOW_AND_THEN)) == NOW_AND_THEN:
            return odd
        return draw(st.sampled_from(texts))

    names = [f"P{number}" for number in range(1, draw(st.integers(2, 7)))]
    families = draw(st.booleans())
    pupils = [
        {
            "pupil": name,
            "school": "S1",
            "date_of_birth": one_of("2015-01-15", "", odd="2015-13-01"),
            "family": one_of("", "F1", "F2") if families else "",
            "flag": one_of("", "yes", "no", "true", odd="perhaps"),
            "housed": one_of("yes", "yes", "", odd="?"),
            "remark": one_of("", "said", "Said"),
            "reported_seen": one_of("", "", "", "", odd="12"),
            "start": "2024-09-04",
            "marks": one_of("/\\/\\", "II/\\", odd="I?"),
        }
        for name in names
    ]
    pupils += [pupils[0]] if wrong and draw(st.integers(0, 9)) == 9 else []
    parents = [
        {"pupil": name, "parent": parent, "lives_with": one_of("", "yes", "no", odd="maybe")}
        for name in names
        for parent in ("A", "B")
        if draw(st.booleans())
    ]
    parents += parents[:1] if wrong and draw(st.integers(0, 9)) == 9 else []
    known = sorted({row["parent"] for row in parents}) or ["A"]
    return {
        "pupils": pupils,
        "parents": parents,
        "facts": [_fact(one_of, names, known) for _ in range(draw(st.integers(0, 8)))],
        "events": [_event(one_of, names, known) for _ in range(draw(st.integers(0, 10)))],
    }


def _fact(one_of: object, names: list[str], parents: list[str]) -> Row:
    assert callable(one_of)
    of = {
        "flag": ("yes", "no", "true", ""),
        "support": ("fully", "partly"),
        "siblings": ("1", "1.0", "2"),
        "housed": ("yes", "yes", "no"),
        "stance": ("helpful", "unreachable"),
        "lives_with": ("yes", "no"),
        "published": ("yes",),
        "seen": ("12",),
    }
    name = one_of("flag", "flag", "support", "siblings", "stance", "lives_with", odd="housed")
    name = one_of(name, odd=one_of("published", "seen", "nothing"))
    whose = "parent" if name in {"stance", "lives_with"} else "school" if name == "published" else "pupil"
    return {
        "fact": name,
        "value": one_of(*of.get(name, ("1",)), odd="wrong"),
        "from": one_of("", *DATES, odd="2024-09-31"),
        "until": one_of("", "", "2024-10-15", odd="2024-09-01"),
        "pupil": one_of(*names, odd=one_of("", "P99")) if whose != "school" else "",
        "parent": one_of(*parents, odd="") if whose == "parent" else one_of("", odd="A"),
        "school": one_of("S1") if whose == "school" else "",
        "recorded_on": one_of("", *DATES, odd="later"),
        "recorded_by": one_of("", "authority_team" if name == "stance" else "school", odd="parent"),
    }


def _event(one_of: object, names: list[str], parents: list[str]) -> Row:
    assert callable(one_of)
    name = one_of(
        "letter", "meeting", "plan", "notice", "notice", "warning", odd=one_of("visit", "moved", "tea")
    )
    own: Row = {}
    if name == "meeting":
        own = {
            "outcome": one_of("", "agreed", "agreed; refused from 2024-10-02", odd="paid"),
            "points": one_of("", "1", "1.0", odd="many"),
        }
    if name == "notice":
        own = {
            "outcome": one_of("", "outstanding", "paid", odd="agreed"),
            "cost": one_of("", "80", "£80", odd="dear"),
            "marks": one_of(
                "",
                "2024-09-04 AM; 2024-09-04 PM",
                "2024-09-04 AM; 2024-09-05 AM",
                odd=one_of("2024-09-04", "2024-09-05 AM; 2024-09-04 AM", "04/09/2024 am", "2024-09-31 AM"),
            ),
        }
    return {
        "event": name,
        "date": one_of(*DATES, "04/09/2024", odd=""),
        "pupil": one_of(*names, odd=one_of("", "P99")) if name != "visit" else "",
        "parent": one_of("", "", *parents, odd="C") if name != "visit" else "",
        "school": one_of("", odd="S1"),
        "until": one_of("", "2024-11-01", odd="2024-09-01"),
        "id": one_of("", "", "", "N1", "N2"),
        "cancelled": one_of("", "", "", "no", odd="yes"),
        "recorded_on": one_of("", *DATES, odd="never"),
        "recorded_by": one_of("", "school"),
        **own,
        **({"goal": "3"} if name == one_of("plan", odd="letter") else {}),
    }


def written(found: Rows, folder: Path) -> Path:
    folder.mkdir()
    (folder / "calendar.yaml").write_text(CALENDAR)
    for name, rows in found.items():
        if rows:
            pq.write_table(table_of(rows, typed=False), folder / f"{name}.parquet")
    return folder


def said(one: Diagnostic) -> tuple[object, ...]:
    """What a problem says, and where."""
    place = (one.span.file, one.span.line, one.span.column) if one.span else ()
    return one.code, one.message, one.help, place


def readers_agree(found: Rows, known: Sequence[dt.date | None]) -> None:
    """Both readers say the same of some tables, also when it was saved, as known on some dates."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = written(found, Path(scratch) / "tables")
        history, plain = read_history(folder, words(), keep_going=True)
        population, problems = read_population(folder, words(), keep_going=True)
        assert sorted(map(said, problems), key=repr) == sorted(map(said, plain), key=repr)
        assert (history is None) == (population is None)
        if history is None or population is None:
            return
        assert population.history.pupils == history.pupils
        assert population.digest == history.digest
        save_population(population, Path(scratch) / "saved")
        for one in (population, load_population(Path(scratch) / "saved", words())):
            assert one.digest == history.digest
            for known_on in known:
                records, theirs = one.records(policy(), known_on), Records(policy(), history, known_on)
                blocks = zip(one.blocks(records), blocks_of(theirs, history.pupils.values()), strict=True)
                for block, wanted in blocks:
                    same_block(block, wanted)
                for kind in policy().events:
                    assert records.events_from(kind, "S1") == theirs.events_from(kind, "S1")


@settings(max_examples=few(150), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tables())
def test_records_are_equal(found: Rows) -> None:
    readers_agree(found, [None])


def test_a_line_that_cannot_be_read_stands_for_no_other(tmp_path: Path) -> None:
    """Two letters say the same but for a cell of the first that is no date: the second is read as it is."""
    letter = {"event": "letter", "date": "2024-09-04"}
    rows: Rows = {
        "pupils": [{"pupil": name, "start": "2024-09-04", "marks": "/\\"} for name in ("P1", "P2")],
        "events": [
            {**letter, "pupil": "P1", "recorded_on": "never"},
            {**letter, "pupil": "P2", "recorded_on": ""},
        ],
    }
    population, problems = read_population(written(rows, tmp_path / "tables"), words(), keep_going=True)
    assert "`never` is not written as a date" in [problem.message for problem in problems]
    assert population is not None
    (found,) = population.history.pupils["P2"].events
    assert (found.date, found.recorded_on) == (dt.date(2024, 9, 4), None)


def test_no_pupil_is_kept_for_what_columns_hold(tmp_path: Path) -> None:
    """Neither dated facts nor events, nor both of a parent, make a pupil one who is read by themself."""
    names = ["P1", "P2", "P3"]
    rows: Rows = {
        "pupils": [{"pupil": name, "start": "2024-09-04", "marks": "/\\"} for name in names],
        "parents": [{"pupil": name, "parent": "A"} for name in names],
        "facts": [{"fact": "flag", "value": "yes", "pupil": name, "from": "2024-09-04"} for name in names],
        "events": [
            {"event": "notice", "date": "2024-09-05", "pupil": name, "parent": "A", "outcome": "paid"}
            for name in names
        ],
    }
    found, _ = read_population(written(rows, tmp_path / "tables"), words())
    assert found is not None
    assert not found.kept
    pupil = found.pupil(0)
    assert pupil.events[0].parent == "A"
    assert pupil.facts["flag"][0].first is not None


LONG = {"date": "2024-09-04", "session": "AM", "code": "I"}


OPENS_NOTHING = "terms:\n  - {name: Autumn, from: 2024-09-12, to: 2024-09-12}\nclosed: [2024-09-12]\n"
OF_ITS_OWN = CALENDAR + "calendars:\n  S9:\n    terms:\n      - {name: A, from: 2024-09-02, to: 2024-12-20}\n"


@pytest.mark.parametrize(
    ("year_group", "calendar"), [("5", OPENS_NOTHING), ("50", CALENDAR), ("50", OF_ITS_OWN)]
)
def test_what_is_left_out_is_told_alike(year_group: str, calendar: str, tmp_path: Path) -> None:
    """Where a calendar opens nothing, no mark can stand; the marks of a pupil left out are counted too.

    And nobody's school is known from a pupil who is left out.
    """
    rows: Rows = {
        "pupils": [{"pupil": "P1", "school": "S9", "year_group": year_group}],
        "marks": [{"pupil": "P1", **LONG}, {"pupil": "P1", **LONG, "session": "PM"}],
        "events": [{"event": "visit", "date": "2024-09-05", "school": "S9"}],
    }
    folder = written(rows, tmp_path / "tables")
    (folder / "calendar.yaml").write_text(calendar)
    history, plain = read_history(folder, words(), keep_going=True)
    population, problems = read_population(folder, words(), keep_going=True)
    assert [one.message for one in problems] == [one.message for one in plain]
    assert [one.message for one in plain if "left out" in one.message and "2 marks" in one.message]
    assert population is not None
    assert history is not None
    assert population.digest == history.digest
