"""Batches: however the work is divided, and however often it is killed, the file is the same."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing.context import BaseContext
from pathlib import Path
from random import Random

import pytest

pytest.importorskip("pyarrow")

import pyarrow as pa
import pyarrow.parquet as pq

from fingerpost.history import History, Pupil, Register
from fingerpost.population import batches as batches_module
from fingerpost.population import joining
from fingerpost.population import population as population_module
from fingerpost.population.batches import (
    FEWEST_IN_A_BATCH,
    MEMORY_OF_A_PROCESS,
    MEMORY_OF_ONE,
    MOST_IN_A_BATCH,
    SHARE_OF_THE_POPULATION,
    TABLES,
    BusyError,
    MemoryLimitError,
    Plan,
    ResumeError,
    Run,
    Way,
    digest_of_files,
    plan_of,
    way_within,
)
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.population.result_columns import schema_of
from fingerpost.population.results import Deciding, results
from fingerpost.table_files import read_columns
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.load import load_text
from fingerpost_dsl.model.policy import Policy

GIB = 2**30
ON = dt.date(2025, 3, 14)
POLICY = """
policy test.batches "A little to do"
  version 2025.1
  language 1
  in force from 1 September 2020

role school "School"
code "/" "Present" present
code "O" "Absent in other or unknown circumstances" unauthorised absence

measure away "Absence" = share of absent in the last 10 school days
tier persistent "Persistently absent" when away is at least 10%

action ask_why "Ask why"
  school should "ask why"
  when count of unauthorised in the last 5 school days is at least 2 sessions
  within 2 school days
"""


@cache
def policy() -> Policy:
    """Two things to say of a pupil."""
    found, diagnostics = load_text(POLICY)
    assert found is not None, diagnostics
    return found


@cache
def school() -> Population:
    """Forty made-up pupils, some of whom are away."""
    random = Random(5)
    days = [
        ON - dt.timedelta(days=back) for back in range(60) if (ON - dt.timedelta(days=back)).weekday() < 5
    ]
    slots = tuple(sorted(day.toordinal() * 2 for day in days))
    pupils = {}
    for number in range(40):
        share = random.random() / 2
        codes = tuple("O" if random.random() < share else "/" for _ in slots)
        pupils[f"P{number}"] = Pupil(id=f"P{number}", school="S", register=Register(slots, codes))
    return population_of(History(pupils=pupils), Vocabulary.from_policies(policy()))


def run_to(output: Path, way: Way, *, on: dt.date = ON, what: str = "recommendations") -> Run:
    """An evaluation of the small school into a file."""
    deciding = Deciding(school(), school().session(policy(), on))
    return Run(deciding, plan_of(deciding, "data", way, what), way, output)


def finished(run: Run, *, resume: bool = False) -> bytes:
    """What stands in the file when all batches are done."""
    portions, _ = run.begin(resume=resume)
    assert sum(run.batches(portions)) == sum(len(portion.rows) for portion in portions)
    run.join(portions)
    assert not run.folder.exists()
    return run.output.read_bytes()


@pytest.mark.parametrize("what", TABLES)
def test_rows_do_not_hang_on_how_the_work_is_divided(tmp_path: Path, what: str) -> None:
    finished(run_to(tmp_path / "whole.parquet", Way(1, MOST_IN_A_BATCH), what=what))
    whole = pq.read_table(tmp_path / "whole.parquet")
    assert whole.num_rows > 20
    for way in (Way(1, 7), Way(2, 7)):
        finished(run_to(tmp_path / "parts.parquet", way, what=what))
        assert pq.read_table(tmp_path / "parts.parquet").equals(whole)
        assert (tmp_path / "parts.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()


def test_processes_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many batches others go on; the file is the same."""
    alone = finished(run_to(tmp_path / "alone.parquet", Way(1, 4)))
    monkeypatch.setattr(batches_module, "BATCHES_OF_A_PROCESS", 2)
    began: list[int] = []

    class Watched(ProcessPoolExecutor):
        def __init__(self, processes: int, *, mp_context: BaseContext) -> None:
            began.append(processes)
            super().__init__(processes, mp_context)

    monkeypatch.setattr(batches_module, "ProcessPoolExecutor", Watched)
    assert finished(run_to(tmp_path / "turns.parquet", Way(2, 4))) == alone
    assert began == [2, 2, 2]


@pytest.mark.parametrize("what", TABLES)
@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_groups_of_rows_do_not_hang_on_how_the_work_is_divided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str, ending: str
) -> None:
    """A unit is of 16 pupils here, and a group of rows is written when there are 20."""
    monkeypatch.setattr(population_module, "MOST_AT_ONCE", 16)
    monkeypatch.setattr(joining, "ROWS_IN_A_GROUP", 20)
    output = tmp_path / f"some.{ending}"
    whole = finished(run_to(output, Way(1, 16), what=what))
    if ending == "parquet":
        rows = pq.read_table(output).num_rows
        assert 1 < pq.ParquetFile(output).num_row_groups <= rows // 20 + 1
    for way in (Way(1, 1), Way(1, 5), Way(2, 16), Way(2, 3)):
        assert finished(run_to(output, way, what=what)) == whole


@pytest.mark.parametrize("ending", ["parquet", "arrow"])
def test_a_file_has_the_rows_of_the_results(tmp_path: Path, ending: str) -> None:
    session = school().session(policy(), ON)
    found = list(results(school(), session, reasons=True))
    for what, tables in (
        ("reasons", [one.recommendations for one in found]),
        ("pupils", [one.pupils for one in found]),
    ):
        output = tmp_path / f"{what}.{ending}"
        finished(run_to(output, Way(1, 7), what=what))
        read = read_columns(output)
        assert read.equals(pa.concat_tables(tables))
        assert read.schema.equals(schema_of(TABLES[what], session), check_metadata=True)


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    expected = finished(run_to(tmp_path / "expected.parquet", Way(1, 5)))
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    portions, done = run.begin(resume=True)
    assert done == 0
    work = run.batches(portions)
    next(work), next(work)
    assert not run.output.exists()
    (run.folder / "part-000002.9.tmp").write_bytes(b"half")
    before = {path.name: path.stat().st_mtime_ns for path in run.folder.glob("*.arrow")}

    again = run_to(tmp_path / "monday.parquet", Way(2, 900))  # the size of a batch is that of before
    portions, done = again.begin(resume=True)
    assert done == 2
    assert not list(again.folder.glob("*.tmp"))
    assert sum(again.batches(portions)) == sum(len(portion.rows) for portion in portions[2:])
    after = {path.name: path.stat().st_mtime_ns for path in again.folder.glob("*.arrow")}
    assert {name: after[name] for name in before} == before
    again.join(portions)
    assert again.output.read_bytes() == expected


def test_without_resume_it_is_begun_anew(tmp_path: Path) -> None:
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    portions, _ = run.begin(resume=False)
    next(run.batches(portions))
    assert run.begin(resume=False)[1] == 0
    assert not list(run.folder.glob("*.arrow"))


@pytest.mark.skipif(sys.platform == "win32", reason="no lock there")
def test_two_runs_do_not_write_the_same_output(tmp_path: Path) -> None:
    """Nor does the second take anything away; once the other has ended, whatever way, it goes on."""
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    portions, _ = run.begin(resume=False)
    next(run.batches(portions))
    run._let_go()
    holding = (
        "import sys, pathlib, time; from fingerpost.population.alone import hold;"
        "file = hold(pathlib.Path(sys.argv[1])); print(file is not None, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", holding, str(run.folder / "running")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "True\n"
        for resume in (False, True):
            with pytest.raises(BusyError, match="is being written by another run: wait for it"):
                run_to(tmp_path / "monday.parquet", Way(1, 5)).begin(resume=resume)
        assert (run.folder / "part-000000.arrow").exists()
        other.kill()
    again = run_to(tmp_path / "monday.parquet", Way(1, 5))
    portions, done = again.begin(resume=True)
    assert done == 1
    assert sum(again.batches(portions)) == sum(len(portion.rows) for portion in portions[1:])
    again.join(portions)
    assert not again.folder.exists()


def test_nothing_is_joined_with_another_evaluation(tmp_path: Path) -> None:
    run_to(tmp_path / "monday.parquet", Way(1, 5)).begin(resume=False)
    for other, what in (
        (run_to(tmp_path / "monday.parquet", Way(1, 5), on=ON + dt.timedelta(1)), "date"),
        (run_to(tmp_path / "monday.parquet", Way(1, 5), what="pupils"), "table"),
    ):
        with pytest.raises(ResumeError, match=f"not the same {what}. Without --resume it is begun anew"):
            other.begin(resume=True)
        assert other.folder.exists()


@pytest.mark.parametrize("left", [0, 100, -20])
def test_a_damaged_batch_is_told(tmp_path: Path, left: int) -> None:
    """As after a power cut, or on a disk that loses what it was given; the next run may go on."""
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    portions, _ = run.begin(resume=False)
    next(run.batches(portions))
    part = next(run.folder.glob("part-*.arrow"))
    part.write_bytes(part.read_bytes()[:left])
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    with pytest.raises(ResumeError, match=r"part-0+\.arrow is damaged. Without --resume it is begun anew"):
        finished(run, resume=True)
    assert not run.output.exists()
    assert finished(run_to(tmp_path / "monday.parquet", Way(1, 5)))


@pytest.mark.parametrize("size", ['"x"', "null", "[]"])
def test_a_damaged_plan_is_told(tmp_path: Path, size: str) -> None:
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    run.begin(resume=False)
    plan = run.folder / "plan.json"
    plan.write_text(plan.read_text().replace('"in_a_batch": 5', f'"in_a_batch": {size}'), encoding="utf-8")
    run = run_to(tmp_path / "monday.parquet", Way(1, 5))
    with pytest.raises(ResumeError, match="damaged"):
        run.begin(resume=True)


def test_every_part_of_a_plan_but_the_size_of_a_batch_matters() -> None:
    plan = run_to(Path("monday.parquet"), Way(1, 5)).plan
    noted = json.loads(json.dumps({name: getattr(plan, name) for name in Plan.__slots__}))
    assert not plan.differs_from(noted)
    for name in noted:
        assert bool(plan.differs_from({**noted, name: "other"})) is (name != "in_a_batch"), name


def test_the_digest_of_files_is_of_their_names_and_content(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "pupils.csv").write_text("1")
    first = digest_of_files(folder)
    (folder / "pupils.csv").touch()
    assert digest_of_files(folder) == first
    (folder / "pupils.csv").rename(folder / "marks.csv")
    assert digest_of_files(folder) != first
    (folder / "marks.csv").rename(folder / "pupils.csv")
    (folder / "pupils.csv").write_text("2")
    assert digest_of_files(folder) != first
    assert digest_of_files(folder / "pupils.csv") != first


def test_the_digest_of_a_folder_is_of_what_is_read_in_it(tmp_path: Path) -> None:
    """An output may stand in the folder, and what is done of it: it goes on all the same."""
    (tmp_path / "pupils.csv").write_text("pupil\nP1\n")
    first = digest_of_files(tmp_path)
    (tmp_path / "monday.parquet").write_text("half of it")
    (tmp_path / ".monday.parquet.parts").mkdir()
    (tmp_path / ".monday.parquet.parts" / "plan.json").write_text("{}")
    assert digest_of_files(tmp_path) == first


def test_so_it_is_of_what_a_mapping_names(tmp_path: Path) -> None:
    (tmp_path / "mapping.yaml").write_text("pupils: {file: Students.csv, leave_out: others}\n")
    (tmp_path / "Students.csv").write_text("pupil\nP1\n")
    first = digest_of_files(tmp_path)
    (tmp_path / "Students.csv").write_text("pupil\nP2\n")
    assert (second := digest_of_files(tmp_path)) != first
    (tmp_path / "mapping.yaml").write_text("pupils: {file: Students.csv}\n")
    assert digest_of_files(tmp_path) not in (first, second)
    (tmp_path / "Students.csv").unlink()
    assert digest_of_files(tmp_path) not in (first, second)


def test_the_work_is_divided_by_the_memory_there_is() -> None:
    assert way_within(None, 3, GIB) == Way(3, MOST_IN_A_BATCH)
    assert way_within(8 * GIB, 2, 5 * GIB) == Way(2, MOST_IN_A_BATCH)
    of_a_process = MEMORY_OF_A_PROCESS + GIB // SHARE_OF_THE_POPULATION
    least = GIB + of_a_process + FEWEST_IN_A_BATCH * MEMORY_OF_ONE
    assert way_within(least, 4, GIB) == Way(1, FEWEST_IN_A_BATCH)
    with pytest.raises(MemoryLimitError, match=r"The pupils read take 1\.0 GiB; with 1\.4GiB they can"):
        way_within(least - 1, 4, GIB)
    assert 1.3 * GIB < least <= 1.4 * GIB, "what the message names is enough, and hardly more"
    tight = way_within(2 * least, 4, 0)
    assert tight.processes * (MEMORY_OF_A_PROCESS + tight.in_a_batch * MEMORY_OF_ONE) <= 2 * least


_CHILD = """
import sys
from pathlib import Path
from fingerpost.population.batches import Way
from tests.population.test_batches import run_to
run = run_to(Path(sys.argv[1]), Way(int(sys.argv[2]), 4))
portions, _ = run.begin(resume=True)
print("begun", flush=True)
for _ in run.batches(portions):
    print("batch", flush=True)
run.join(portions)
"""


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by a signal")
@pytest.mark.parametrize("processes", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_killed_at_random_moments_and_resumed_it_is_the_same(tmp_path: Path, processes: int) -> None:
    expected = finished(run_to(tmp_path / "expected.parquet", Way(1, 4)))
    output, random = tmp_path / "monday.parquet", Random(processes)
    for wait in (_at_batch(1), _at_batch(2), _after(random.random() / 5), _after(random.random() / 5)):
        command = [sys.executable, "-c", _CHILD, str(output), str(processes)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as child:
            wait(child)
            os.killpg(child.pid, signal.SIGKILL)
        assert not output.exists() or output.read_bytes() == expected
    subprocess.run([sys.executable, "-c", _CHILD, str(output), str(processes)], check=True)
    assert output.read_bytes() == expected


def _at_batch(number: int) -> Callable[[subprocess.Popen[str]], None]:
    """Waits until so many batches are done."""

    def wait(child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        for _ in range(number + 1):
            child.stdout.readline()

    return wait


def _after(seconds: float) -> Callable[[subprocess.Popen[str]], None]:
    """Waits until the work has begun, and a moment longer."""

    def wait(child: subprocess.Popen[str]) -> None:
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(seconds)

    return wait
