"""What of the national policy applies to everybody in a folder on one date, from planes; prints it as JSON.

python -m benchmarks.population.on_date FOLDER --on 2025-06-13 --processes 2

The registers are read and packed once, which is timed apart. Processes are forked when that is done, and
share the pupils; what one of them has met before it does not ask the reference again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from fingerpost import Vocabulary, load_policy, versions_of
from fingerpost.collection import settled
from fingerpost.population.portions import Portion
from fingerpost.population.read import read_population
from fingerpost.population.results import MOST_ON_DATE, Deciding


def main() -> None:
    """Reads, asks, and prints the seconds of both, and how many rows there are."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--on", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    started = time.perf_counter()
    deciding = _read(asked.folder, asked.on)
    portions = list(deciding.portions(MOST_ON_DATE))
    deciding.population.work_out()
    read = time.perf_counter()
    with settled():
        rows = sum(_asked(deciding, portions, asked.processes))
    seconds = {"read": read - started, "asked": time.perf_counter() - read}
    print(json.dumps({**seconds, "rows": rows, "pupils": sum(len(one.rows) for one in portions)}))


def _read(folder: Path, on: dt.date) -> Deciding:
    england = load_policy("england")
    population, problems = read_population(folder, Vocabulary.from_policies(*versions_of(england)))
    if population is None:
        raise ValueError(problems)
    return Deciding(population, population.session(england, on))


def _asked(deciding: Deciding, portions: list[Portion], processes: int) -> Iterator[int]:
    """How many rows each portion comes to."""
    _WORK[:] = [(deciding, portions)]
    if processes == 1:
        yield from map(_rows, range(len(portions)))
        return
    with ProcessPoolExecutor(processes, multiprocessing.get_context("fork")) as forked:
        yield from forked.map(_rows, range(len(portions)))


_WORK: list[tuple[Deciding, list[Portion]]] = []


def _rows(number: int) -> int:
    """How many rows a portion comes to: a tier or a rule that applies, or may, to one pupil or parent."""
    ((deciding, portions),) = _WORK
    found = deciding.applying(portions[number])
    return sum(len(one.pupils) for one in (*found.tiers, *found.rules))


if __name__ == "__main__":
    main()
