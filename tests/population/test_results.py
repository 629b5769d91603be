"""Results as tables: what they say is what the reference says, and a file is whole or as it was."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.ipc as pa_ipc
import pyarrow.parquet as pq

from fingerpost import evaluate
from fingerpost.decision import Status, TierState
from fingerpost.digest import normal
from fingerpost.evaluate import Session
from fingerpost.population.aggregates import COLUMNS, aggregate
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.population.result_columns import PUPILS, REASONS, RECOMMENDATIONS, schema_of
from fingerpost.population.results import results
from fingerpost.population.write import EndingError, write_results
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_simulations.hillview import SEED, hillview
from tests.shipped import shipped

ON = dt.date(2025, 3, 14)


def england() -> PolicyFamily:
    """The national policy in its editions."""
    found = shipped("england")
    assert isinstance(found, PolicyFamily)
    return found


@cache
def school() -> Population:
    """A made-up school, small."""
    history = hillview(SEED, per_year=5)
    return population_of(history, Vocabulary.from_policies(*england().versions))


@cache
def tables() -> tuple[pa.Table, pa.Table]:
    """The recommendations and the pupils of the school."""
    session = school().session(england(), ON)
    found = list(results(school(), session))
    return pa.concat_tables([one.recommendations for one in found]), pa.concat_tables(
        [one.pupils for one in found]
    )


def test_the_columns_are_those_that_are_published() -> None:
    recommendations, pupils = tables()
    assert recommendations.column_names == list(RECOMMENDATIONS)
    assert pupils.column_names == list(PUPILS)
    assert recommendations.schema.equals(schema_of(RECOMMENDATIONS))
    assert pupils.schema.equals(schema_of(PUPILS))
    session = school().session(england(), ON)
    (found,) = results(school(), session, reasons=True)
    assert found.recommendations.schema.equals(schema_of(REASONS))
    assert found.recommendations.drop_columns(["reasons"]).equals(recommendations)


def test_rows_say_what_the_reference_says() -> None:
    """Recommendations in order, tiers, counts; and the decision of any row has the record of `evaluate`."""
    history, policy = normal(hillview(SEED, per_year=5)), england()
    session = school().session(policy, ON, with_digest=True)
    recommendations, pupils = tables()
    by_pupil: dict[str, list[dict[str, object]]] = {}
    for row in recommendations.to_pylist():
        by_pupil.setdefault(row["pupil"], []).append(row)
    assert pupils.num_rows > 30
    for row in pupils.to_pylist():
        decision = evaluate(policy, history, ON, pupil=row["pupil"])
        again = session.decide(school().history.pupils[row["pupil"]])
        assert again == decision
        assert again.record == decision.record
        own = by_pupil.get(row["pupil"], [])
        assert [(one["name"], one["status"], one["due"], one["parent"], one["text"]) for one in own] == [
            (one.name, one.status.value, one.due, one.parent, one.text) for one in decision.recommendations
        ]
        held = [one for one in decision.tiers if one.state is not TierState.NOT]
        texts = [one.name + ("" if one.state is TierState.HOLDS else f" ({one.state.value})") for one in held]
        assert (row["tiers"] or "") == " ".join(texts)
        for status in (Status.OVERDUE, Status.DUE, Status.UNKNOWN):
            assert row[status.value] == sum(one.status is status for one in decision.recommendations)
        overdue = [one.due for one in decision.recommendations if one.status is Status.OVERDUE and one.due]
        if overdue:
            assert row["next_status"] == "overdue"


def test_files_by_their_endings(tmp_path: Path) -> None:
    recommendations, _ = tables()
    schema = schema_of(RECOMMENDATIONS)
    for ending in ("parquet", "arrow", "csv"):
        assert write_results(tmp_path / f"one.{ending}", [recommendations], schema) == len(recommendations)
    assert pq.read_table(tmp_path / "one.parquet").equals(recommendations)
    with pa_ipc.open_file(tmp_path / "one.arrow") as file:
        assert file.read_all().equals(recommendations)
    assert pa_csv.read_csv(tmp_path / "one.csv").num_rows == recommendations.num_rows
    with pytest.raises(EndingError, match=r"should end in one of"):
        write_results(tmp_path / "one.txt", [recommendations], schema)


def test_an_interrupted_file_is_as_it_was(tmp_path: Path) -> None:
    recommendations, _ = tables()
    path = tmp_path / "one.parquet"
    path.write_bytes(b"as it was")

    def interrupted() -> Iterator[pa.Table]:
        yield recommendations
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_results(path, interrupted(), schema_of(RECOMMENDATIONS))
    assert path.read_bytes() == b"as it was"
    assert [one.name for one in tmp_path.iterdir()] == ["one.parquet"]


def test_no_formula_in_csv(tmp_path: Path) -> None:
    table = pa.table({"pupil": ["=1+1", "P1", None]})
    write_results(tmp_path / "one.csv", [table], table.schema)
    assert (tmp_path / "one.csv").read_text().splitlines()[1:] == ['"\'=1+1"', '"P1"', ""]


@pytest.mark.parametrize("by", ["school", "year_group", "tier", "authority"])
def test_aggregates_hold_back_small_numbers(by: str) -> None:
    session = school().session(england(), ON)
    table = aggregate(school(), session, by)
    assert table.column_names == list(COLUMNS)
    for row in table.to_pylist():
        assert row["pupils"] is None or row["pupils"] == 0 or row["pupils"] >= 10
        assert row["percent"] is None or row["pupils"] is not None
        assert row["held_back"] == (row["pupils"] is None)
    whole = [row for row in table.to_pylist() if row["group"] == "all" and row["measure"] == "pupils"]
    assert [row["pupils"] for row in whole] == [tables()[1].num_rows]


def counted(session: Session, by: str, *, overdue: bool = True) -> pa.Table:
    return aggregate(school(), session, by, threshold=1, overdue=overdue)


@pytest.mark.parametrize("by", ["school", "year_group", "tier", "authority"])
def test_aggregates_count_the_rows_of_pupils(by: str) -> None:
    """Nothing held back: each number is what one finds by going through the table of pupils."""
    session = school().session(england(), ON)
    found = {(row["group"], row["measure"]): row["pupils"] for row in counted(session, by).to_pylist()}
    expected: Counter[tuple[str, str]] = Counter()
    for row in tables()[1].to_pylist():
        group = "all" if by == "tier" else "not known" if row[by] is None else str(row[by])
        unsure = re.findall(r"(\S+) \(unknown\)", row["tiers"] or "")
        held = [one for one in (row["tiers"] or "").split() if one[0] != "(" and one not in unsure]
        measures = ["pupils", *held, *(["something overdue"] if row["overdue"] else [])]
        expected.update((one, measure) for one in {group, "all"} for measure in measures)
    assert {key: count for key, count in found.items() if count} == expected


@pytest.mark.parametrize("by", ["school", "tier", "year_group"])
def test_without_overdue_the_other_numbers_are_the_same(by: str) -> None:
    session = school().session(england(), ON)
    whole = [row for row in counted(session, by).to_pylist() if row["measure"] != "something overdue"]
    assert counted(session, by, overdue=False).to_pylist() == whole
    assert any(row["measure"] == "persistent" and row["pupils"] for row in whole)
