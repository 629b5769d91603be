"""A population read from tables is the same as one made of the same history's pupils, one by one."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from fingerpost import versions_of
from fingerpost.history import EventRow
from fingerpost.population.block import Block, Codes, blocks_of
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.population.read import read_population
from fingerpost.readers import read_history
from fingerpost.subject import Records
from fingerpost.vocabulary import Vocabulary
from fingerpost_cli.histories import latest_mark
from fingerpost_dsl.diagnostics import has_errors
from tests.shipped import shipped
from tests.strategies import Case, cases, few

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from tests.population.tables import write_columns, write_partitioned

FORMS = ("csv", "parquet", "arrow", "strings", "parts", "partitioned")


def read(case: Case, form: str) -> tuple[Population, Case]:
    """The population in the tables of a case, and the case as the other reader reads the same tables.

    (Readers count once what stands in a table twice, so that a generated history may lose a doubled event.)
    """
    vocabulary = Vocabulary.from_policies(case.policy)
    with tempfile.TemporaryDirectory() as folder:
        path = write_columns(case.history, Path(folder) / "tables", form)
        found, problems = read_population(path, vocabulary)
        history, _ = read_history(path, vocabulary)
    assert not has_errors(problems), [(one.code, one.message) for one in problems]
    assert found is not None
    assert history is not None
    return found, replace(case, history=history)


def same_column(one: Codes, other: Codes) -> bool:
    """Whether two coded columns tell the same rows apart, and have nothing in the same rows."""
    pairs = set(zip(one.tolist(), other.tolist(), strict=True))
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs}) and all(
        (a == 0) == (b == 0) for a, b in pairs
    )


def same_block(found: Block, expected: Block) -> None:
    """Every column, pupil by pupil."""
    rank = {pupil.id: place for place, pupil in enumerate(found.pupils)}
    order = np.array([rank[pupil.id] for pupil in expected.pupils])
    assert [found.pupils[int(place)] for place in order] == list(expected.pupils)
    assert found.axis.slots == expected.axis.slots
    assert found.axis.taken == expected.axis.taken
    assert found.axis.complete_from == expected.axis.complete_from
    everybody = np.arange(len(expected.pupils))
    assert (found.registers.numbers(order) == expected.registers.numbers(everybody)).all()
    for name in ("births", "year_groups", "reaches_before", "parent_counts"):
        assert (getattr(found, name)[order] == getattr(expected, name)).all(), name
    assert same_column(found.parents[order], expected.parents)
    assert same_column(found.schools[order] + 1, expected.schools + 1)
    for name in ("facts", "events"):
        own, wanted = getattr(found, name), getattr(expected, name)
        assert own.keys() == wanted.keys(), name
        assert all(same_column(own[one][order], wanted[one]) for one in own), name
    assert found.parent_facts.keys() == expected.parent_facts.keys()
    for name, columns in expected.parent_facts.items():
        for mine, theirs in zip(found.parent_facts[name], columns, strict=True):
            assert same_column(mine[order], theirs), name
    assert found.school_kinds == expected.school_kinds


def same_when(found: Block) -> None:
    """When each pupil's events were, and whose; where no row is told there is no more to say than that."""
    for kind, column in found.events.items():
        for pupil, number in zip(found.pupils, column.tolist(), strict=True):
            told = found.told_of_events.when(kind, number) if number else ()
            if told is None:
                continue  # of a pupil whom the other reader has read
            rows = [row for row in pupil.events if row.event == kind]
            said = [(row.date.toordinal(), row.parent, _is_more(row)) for row in rows]
            when = [(one.date, one.parent, one.row is not None and _is_more(one.row)) for one in told]
            assert sorted(said, key=repr) == sorted(when, key=repr)


def _is_more(row: EventRow) -> bool:
    """Whether another row may say something else of an event, or it is told when it was recorded."""
    return row.id is not None or row.cancelled or row.recorded_on is not None


def same_blocks(population: Population, case: Case) -> None:
    """The blocks of a population, and those of the history."""
    records = population.records(case.policy, case.known_on)
    plain = Records(case.policy, case.history, case.known_on)
    blocks = blocks_of(plain, case.history.pupils.values())
    wanted = {frozenset(pupil.id for pupil in block.pupils): block for block in blocks}
    found = list(population.blocks(records))
    assert {frozenset(pupil.id for pupil in block.pupils) for block in found} == wanted.keys()
    for block in found:
        same_when(block)
        same_block(block, wanted[frozenset(pupil.id for pupil in block.pupils)])
    for kind in case.policy.events:
        for school in case.history.schools:
            assert records.events_from(kind, school) == plain.events_from(kind, school)


@settings(max_examples=few(40), suppress_health_check=[HealthCheck.too_slow])
@given(cases(rules=False))
def test_blocks_are_equal(generated: Case) -> None:
    for form in FORMS:
        population, case = read(generated, form)
        assert list(population.history.pupils) == list(case.history.pupils), form
        assert population.history.pupils == case.history.pupils, form
        assert population.digest == case.history.digest, form
        assert population.last_marked == latest_mark(case.history), form
        same_blocks(population, case)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_a_history_as_a_population(case: Case) -> None:
    population = population_of(case.history, Vocabulary.from_policies(case.policy))
    assert population.digest == case.history.digest
    same_blocks(population, case)


@pytest.mark.parametrize(
    "partitioned",
    [
        {"pupils": ["school"]},
        {"pupils": ["has_send", "school", "year_group"], "marks": ["date", "session"]},
        {"pupils": ["pupil"], "marks": ["code"], "events": ["event"], "parents": ["parent"]},
        {"pupils": ["start", "pupil", "school", "year_group", "date_of_birth", "has_send"]},
        {"pupils": ["marks"]},
    ],
)
def test_partitioned_by_columns_a_table_says_what_it_says_in_one_file(
    partitioned: dict[str, list[str]], tmp_path: Path
) -> None:
    """Also with blanks, and with signs that no name of a folder may hold."""
    tables = {
        "pupils": {
            "pupil": ["P/1", "P=2", "P 3", "007"],
            "school": ["S1", "S/2", "S1", "S/2"],
            "year_group": [5, 6, 5, None],
            "date_of_birth": [dt.date(2015, 1, 15), dt.date(2014, 2, 3), dt.date(2015, 5, 5), None],
            "has_send": [True, False, None, True],
            "start": [dt.date(2024, 9, 2), None, dt.date(2024, 9, 3), None],
            "marks": ["/\\I", None, "{Y1}/", None],
        },
        "marks": {
            "pupil": ["P=2", "P=2", "007"],
            "date": [dt.date(2024, 9, 2), dt.date(2024, 9, 2), dt.date(2024, 9, 3)],
            "session": ["AM", "PM", "AM"],
            "code": ["/", "\\", "I"],
        },
        "parents": {"pupil": ["P/1", "P/1"], "parent": ["A", "B%"]},
        "events": {"event": ["support_offered"], "date": [dt.date(2024, 9, 5)], "pupil": ["P/1"]},
    }
    folders = tmp_path / "whole", tmp_path / "partitioned"
    for folder in folders:
        folder.mkdir()
        (folder / "calendar.yaml").write_text("terms: [{name: A, from: 2024-09-02, to: 2024-12-20}]\n")
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), folders[0] / f"{name}.parquet")
        if name in partitioned:
            write_partitioned(pa.table(columns), folders[1] / f"{name}.parquet", *partitioned[name])
        else:
            pq.write_table(pa.table(columns), folders[1] / f"{name}.parquet")
    vocabulary = Vocabulary.from_policies(*versions_of(shipped("england")))
    (whole, said), (parts, others) = (read_history(folder, vocabulary) for folder in folders)
    (many, of_whole), (of_parts, of_many) = (read_population(folder, vocabulary) for folder in folders)
    assert said == others == of_whole == of_many == ()
    assert whole is not None
    assert parts is not None
    assert many is not None
    assert of_parts is not None
    assert len(whole.pupils) == 4
    assert whole.digest == parts.digest == many.digest == of_parts.digest
