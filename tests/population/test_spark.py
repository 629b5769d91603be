"""Under Spark the rows are those of one machine."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.population.java import has_java

if not has_java():
    pytest.skip("Spark needs Java 17 or later, and there is none", allow_module_level=True)
pytest.importorskip("pyspark", reason="Spark needs pyspark: pip install 'fingerpost[spark]'")

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from fingerpost import Vocabulary, versions_of
from fingerpost.population.read import read_population
from fingerpost.population.results import results
from fingerpost.population.spark import evaluate_frames
from fingerpost_simulations.hillview import SEED, hillview
from tests.population.tables import write_columns
from tests.shipped import shipped

ON = dt.date(2025, 3, 14)
QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""For a minute's work a Java that is soon ready is quicker than one that makes itself fast."""
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    """A cluster of two workers on this machine, each a process of its own."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), *sys.path])
    session = (
        SparkSession.builder.master("local-cluster[2,1,1024]")
        .config("spark.ui.enabled", "false")
        .config("spark.executorEnv.PYTHONPATH", os.environ["PYTHONPATH"])
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.task.maxFailures", "1")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.driver.extraJavaOptions", QUICK)
        .config("spark.executor.extraJavaOptions", QUICK)
        .getOrCreate()
    )
    yield session
    session.stop()


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three schools of some thirty pupils as Parquet, with events, facts and parents."""
    pupils, schools, whole = {}, {}, hillview(SEED, per_year=3)
    for school in ("SYN-A", "SYN-B", "SYN-C"):
        history = hillview(SEED + ord(school[-1]), per_year=3)
        schools[school] = replace(next(iter(whole.schools.values())), id=school, events=())
        for pupil in history.pupils.values():
            own = f"{school}-{pupil.id}"
            family = pupil.family and f"{school}-{pupil.family}"
            pupils[own] = replace(pupil, id=own, school=school, family=family)
    together = replace(whole, pupils=pupils, schools=schools, authorities={}, digest="")
    together = replace(together, calendars={"": next(iter(whole.calendars.values()))})
    return write_columns(together, tmp_path_factory.mktemp("spark") / "council", "strings")


def test_the_rows_are_those_of_one_machine_and_what_is_wrong_ends_the_job(
    spark: SparkSession, council: Path, tmp_path: Path
) -> None:
    """All in one test, so that tests that run side by side do not start a cluster each."""
    england = shipped("england")
    population, found = read_population(council, Vocabulary.from_policies(*versions_of(england)))
    assert population is not None, found
    frames = frames_of(spark, council)
    for pupils in (False, True):
        session = population.session(england, ON)
        tables = [one.pupils if pupils else one.recommendations for one in results(population, session)]
        expected = pa.concat_tables(tables)
        assert expected.num_rows > 50
        frame = evaluate_frames(
            frames,
            "england",
            ON,
            calendars=population.calendars,
            complete=population.complete,
            pupils=pupils,
            tasks=3,
        )
        assert as_octets(frame.toArrow()) == as_octets(expected)

    partitions = {"pupils": ["school", "year_group"], "events": ["event"]}
    for path in council.iterdir():
        if path.stem not in partitions:
            (tmp_path / path.name).write_bytes(path.read_bytes())
    for name, by in partitions.items():
        frames[name].write.partitionBy(by).parquet(str(tmp_path / f"{name}.parquet"))
    partitioned, _ = read_population(tmp_path, Vocabulary.from_policies(*versions_of(england)))
    assert partitioned is not None
    assert list(tmp_path.glob("pupils.parquet/school=SYN-A/year_group=5/*.parquet"))
    assert partitioned.digest == population.digest

    frames["parents"] = frames["parents"].withColumn("pupil", frames["parents"]["parent"])
    with pytest.raises(Exception, match="The data cannot be used"):
        evaluate_frames(frames, "england", ON).toArrow()


def frames_of(spark: SparkSession, council: Path) -> dict[str, DataFrame]:
    """The tables as data frames, by their names."""
    return {path.stem: spark.read.parquet(str(path)) for path in sorted(council.glob("*.parquet"))}


def as_octets(table: pa.Table) -> bytes:
    """The rows in order as an Arrow stream: the same rows, the same octets."""
    plain = pa.schema([(one.name, one.type) for one in table.schema])
    order = [(name, "ascending") for name in table.column_names]
    rows = table.cast(plain).sort_by(order).combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, plain) as writer:
        writer.write_table(rows)
    return bytes(sink.getvalue())
