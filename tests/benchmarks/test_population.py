"""The peers of benchmarks/population say the same of few pupils; what is not installed is skipped."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.population.child import Measured, measure
from benchmarks.population.data import ABSENT, ATTENDED, NUMBER, Batch, batches
from benchmarks.population.peers import NAMES, in_numpy, peer
from benchmarks.population.peers.in_reference import intervals
from benchmarks.population.peers.in_reference import load as load_reference
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import COLUMNS, MEASURES, RULES, Answers
from benchmarks.population.run import compared
from benchmarks.population.table import Outcome

PUPILS = 200
OTHER_QUESTIONS = (
    "national_reference",
    "national",
    "parquet",
    "applying",
    "applying_twice",
    "applying_reference",
)
SHARED = [name for name in NAMES if name not in (*OTHER_QUESTIONS, "numpy")]


@cache
def pupils() -> tuple[Batch, ...]:
    return tuple(batches(PUPILS))


@cache
def expected() -> tuple[Answers, ...]:
    return tuple(in_numpy.one_date(in_numpy.load(batch)) for batch in pupils())


def installed(name: str) -> Peer:
    try:
        return peer(name)
    except ImportError as error:
        pytest.skip(str(error))


def test_the_data_have_all_that_is_asked_about() -> None:
    """Every rule holds of some and not of others, or the comparison says little."""
    given = list(batches(6000))
    found = [in_numpy.one_date(in_numpy.load(batch)) for batch in given]
    applies = np.concatenate([one.applies for one in found])
    may_apply = np.concatenate([one.may_apply for one in found])
    rare = {"part_time_severe"}
    for at, rule in enumerate(RULES):
        holding = int((applies >> at & 1).sum())
        assert holding < 4000, rule.name
        assert holding > 0 or rule.name in rare, rule.name
    assert (applies != may_apply).any()
    marks = np.concatenate([batch.marks.ravel() for batch in given])
    absent, attended = (
        np.isin(marks, [NUMBER[code] for code in codes]).sum() for codes in (ABSENT, ATTENDED)
    )
    assert 0.06 < absent / (absent + attended) < 0.09


def test_the_data_depend_on_the_seed_alone() -> None:
    again = tuple(batches(PUPILS))
    other = tuple(batches(PUPILS, seed=1))
    assert len(again) == 3
    assert len({batch.calendar.name for batch in again}) == 3
    for batch, same, different in zip(pupils(), again, other, strict=True):
        assert (batch.marks == same.marks).all()
        assert batch.events == same.events
        assert not np.array_equal(batch.marks, different.marks)
    assert [batch.pupil_id(0) for batch in again] == ["SYN-0000001", "SYN-0000068", "SYN-0000135"]


@pytest.mark.parametrize("name", SHARED)
def test_a_peer_says_what_numpy_says(name: str) -> None:
    asked = installed(name)
    for batch, right in zip(pupils(), expected(), strict=True):
        state = asked.load(batch)
        found = asked.answers(state, asked.one_date(state))
        assert len(found.applies) == len(batch)
        assert (found.applies == right.applies).all()
        assert (found.may_apply == right.may_apply).all()
        if found.counts is not None:
            assert right.counts is not None
            assert (found.counts == right.counts).all()


@pytest.mark.parametrize("name", [name for name in SHARED if name in ("duckdb", "planes")])
def test_every_day_too(name: str) -> None:
    """Each pupil on each school day, those before the pupil came included."""
    asked = installed(name)
    batch = next(batches(180, seed=7))
    assert batch.joined.any()
    right = in_numpy.every_day(in_numpy.load(batch))
    assert asked.every_day is not None
    found = asked.every_day(asked.load(batch))
    assert len(found.applies) == len(batch) * len(batch.calendar.days)
    assert (found.applies == right.applies).all()
    assert (found.may_apply == right.may_apply).all()


def test_the_last_of_every_day_is_the_one_date() -> None:
    batch, right = pupils()[0], expected()[0]
    found = in_numpy.every_day(in_numpy.load(batch))
    shape = (len(batch), len(batch.calendar.days))
    assert (found.applies.reshape(shape)[:, -1] == right.applies).all()
    assert (found.may_apply.reshape(shape)[:, -1] == right.may_apply).all()


def test_the_reference_has_the_same_measures() -> None:
    """The counts of the peers are those between which the reference puts each measure."""
    for batch, right in zip(pupils(), expected(), strict=True):
        assert right.counts is not None
        for counts, found in zip(right.counts.tolist(), intervals(load_reference(batch)), strict=True):
            known = dict(zip(COLUMNS, counts, strict=True))
            assert found.keys() == MEASURES.keys()
            for name, measure_ in MEASURES.items():
                least, most = (
                    eval(side, {}, known)  # noqa: S307 (our own arithmetic)
                    for side in (measure_.least, measure_.most)
                )
                of = known["possible"] + known["missing"] if measure_.share else 1
                assert found[name] == (Fraction(least, of), Fraction(most, of)), name


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("national", "national_reference"),
        ("parquet", "national_reference"),
        ("applying", "applying_reference"),
        ("applying_twice", "applying_reference"),
    ],
)
def test_the_national_policy_is_that_of_the_reference(name: str, other: str) -> None:
    """On a sample of each batch, everything that is listed."""
    installed(name)
    reference, found = (measure(one, "one_date", 45, seed=7, size=15, repeat=1) for one in (other, name))
    assert found.digests["sample"] == reference.digests["sample"]
    assert found.answered == reference.answered == 45


def test_a_difference_is_seen() -> None:
    def outcome(name: str, **digests: str) -> Outcome:
        return Outcome(name, "one_date", 9, Measured(name, "one_date", 9, 9, 1.0, 1.0, 1.0, digests))

    peers = {name: peer(name) for name in ("numpy", "python", "reference")}
    alike = [
        outcome("numpy", all="a", sample="s", counts="c"),
        outcome("python", all="a", sample="s", counts="c"),
        outcome("reference", all="of fewer", sample="s"),
    ]
    assert [one.agrees for one in compared(alike, peers)] == [True, True, True]
    for key in ("all", "sample", "counts"):
        digests = {"all": "a", "sample": "s", "counts": "c", key: "other"}
        changed = [alike[0], outcome("python", **digests), alike[2]]
        assert compared(changed, peers)[1].agrees is False
    assert compared([alike[0], replace(alike[1], measured=None)], peers)[0].agrees is None


def test_files_are_folders_that_can_be_read(tmp_path: Path) -> None:
    pq: Any = pytest.importorskip(
        "pyarrow.parquet", reason="writing Parquet needs pyarrow: pip install 'fingerpost[bench]'"
    )
    from benchmarks.population.files import marks_strings, write

    batch = pupils()[0]
    write([batch], tmp_path)
    table = pq.read_table(tmp_path / "marks.parquet")
    assert table.column_names == ["pupil", "start", "marks"]
    assert b"synthetic" in table.schema.metadata
    assert table.column("marks").to_pylist() == list(marks_strings(batch))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "calendar.yaml",
        "events.parquet",
        "history.yaml",
        "marks.parquet",
        "parents.parquet",
        "pupils.parquet",
        "schools.parquet",
    ]
