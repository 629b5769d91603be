"""What the reference evaluator and the commands cost, beside the ceilings they are to keep.

python benchmarks/reference.py [--pupils 1000] [--quick]

Everything is measured in one run on one machine, with data made from a seed. Machines differ and are shared,
so each time is also given as a multiple of a fixed piece of work (ten million additions in a plain loop), and
of several runs the fastest counts: noise only ever adds.
"""

from __future__ import annotations

import argparse
import compileall
import gc
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import fingerpost
import fingerpost_cli
import fingerpost_dsl
import fingerpost_policies
import fingerpost_simulations
from fingerpost import load_policy
from fingerpost.evaluate import Session
from fingerpost.history import History
from fingerpost.writers import write_folder
from fingerpost_policies import folders
from fingerpost_simulations.hillview import LAST_DAY, SEED, hillview

PACKAGES = (fingerpost, fingerpost_cli, fingerpost_dsl, fingerpost_policies, fingerpost_simulations)
PER_HUNDRED = 14.2
"""Pupils of each of the seven year groups for every hundred on roll."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure, in milliseconds, and the ceiling it is to keep."""

    what: str
    milliseconds: float
    ceiling: float
    note: str = ""


def main() -> None:
    """Measures everything and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=1000, help="on roll in the school read from CSV")
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    asked = parser.parse_args()
    compile_packages()
    work = min(fixed_work() for _ in range(3))
    repetitions = 2 if asked.quick else 5
    school = hillview(SEED, per_year=round(asked.pupils * PER_HUNDRED / 100))
    figures = [
        *one_pupil(school, repetitions),
        check_national(repetitions),
        show_help(repetitions),
        work_list(school, 1 if asked.quick else 2),
    ]
    print(f"{platform.python_implementation()} {platform.python_version()}, {platform.machine()}, ", end="")
    print(f"fixed work {work * 1000:.0f} ms; England {LAST_DAY:%d %B %Y}, two years of registers\n")
    print(f"{'':58}{'measured':>12}{'ceiling':>12}{'of ceiling':>12}{'of fixed work':>15}")
    for figure in figures:
        share = figure.milliseconds / figure.ceiling
        ratio = figure.milliseconds / 1000 / work
        measured = f"{figure.milliseconds:>9.1f} ms{figure.ceiling:>9.0f} ms{share:>11.0%} {ratio:>14.4f}"
        print(f"{figure.what:58}{measured}  {figure.note}".rstrip())


def compile_packages() -> None:
    """As an installed package is: otherwise, where Python writes no bytecode, every command compiles anew."""
    for package in PACKAGES:
        compileall.compile_dir(Path(package.__path__[0]), quiet=1)


def fixed_work() -> float:
    """Seconds for ten million additions."""
    started = time.perf_counter()
    total = 0
    for number in range(10_000_000):
        total += number & 3
    assert total == 15_000_000
    return time.perf_counter() - started


def fastest(run: Callable[[], object], repetitions: int) -> float:
    """Milliseconds of the fastest of several runs."""
    times = []
    for _ in range(repetitions):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def one_pupil(school: History, repetitions: int) -> Sequence[Figure]:
    """One decision with reasons, triggers and due dates; one pupil's year day by day."""
    policy = load_policy("england")
    session = Session.open(policy, school, LAST_DAY)
    pupils = [pupil for pupil in school.pupils.values() if pupil.is_on_roll(LAST_DAY)][:200]
    for pupil in pupils[:5]:
        session.decide(pupil)
    gc.disable()
    each = sorted(fastest(partial(session.decide, pupil), repetitions) for pupil in pupils)
    gc.enable()
    days = [day_by_day(session, pupil.id) for pupil in pupils[:40]]
    return (
        Figure("one decision, median of 200 pupils", statistics.median(each), 5),
        Figure("one decision, nine in ten are faster than", each[int(len(each) * 0.9)], 5),
        Figure("one decision, the slowest", each[-1], 5),
        Figure("one pupil's two years day by day, per year, median", statistics.median(days), 20),
    )


def day_by_day(session: Session, pupil: str) -> float:
    """Milliseconds a school year to judge every rule on every school day of the record."""
    subject = session.records.history.pupils[pupil]
    started = time.perf_counter()
    judgement = session.judgement(subject)
    for judged in judgement.rules():
        assert judged.truth is not None
    years = max(len(subject.register) / 380, 0.1)
    return (time.perf_counter() - started) * 1000 / years


def check_national(repetitions: int) -> Figure:
    """`fingerpost check` on the national policy, Python's start included."""
    folder = str(folders()[-1])
    run = partial(subprocess.run, command("check", folder), check=True, capture_output=True)
    return Figure("fingerpost check, the national policy, from a cold start", fastest(run, repetitions), 1500)


def show_help(repetitions: int) -> Figure:
    """`fingerpost --help`."""
    run = partial(subprocess.run, command("--help"), check=True, capture_output=True)
    return Figure("fingerpost --help", fastest(run, repetitions), 150)


def work_list(school: History, repetitions: int) -> Figure:
    """`fingerpost evaluate` on a folder of CSV files: the work list of the whole school, end to end."""
    on_roll = sum(pupil.is_on_roll(LAST_DAY) for pupil in school.pupils.values())
    rows = sum(len(pupil.register) for pupil in school.pupils.values())
    with tempfile.TemporaryDirectory() as folder:
        write_folder(school, Path(folder) / "school")
        data, out = str(Path(folder) / "school"), str(Path(folder) / "list.txt")
        arguments = command("evaluate", data, "--policy", "england", "--on", LAST_DAY.isoformat(), "-o", out)
        run = partial(subprocess.run, arguments, check=True, capture_output=True)
        milliseconds = fastest(run, repetitions)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    note = f"{on_roll} pupils on roll, {rows:,} marks, {memory:.0f} MiB at most"
    return Figure("fingerpost evaluate, from CSV to work list", milliseconds, 10_000, note)


def command(*arguments: str) -> list[str]:
    """The command line of this environment."""
    return [sys.executable, "-m", "fingerpost_cli", *arguments]


if __name__ == "__main__":
    main()
