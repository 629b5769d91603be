"""What it costs to make a population: time, memory, and whether both grow with the pupils alone.

python benchmarks/simulations.py [--pupils 1000000] [--processes 2]

The aim: a million pupil-years in at most 60 seconds on two cores, under 4 GiB, and twice the pupils in twice
the time. Registers are made in slices and counted, as a run would use them, not kept.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from fingerpost_simulations.people import People, Spec, make_people

SEED = 7
SLICE = 25_000
CEILING_SECONDS = 60.0
CEILING_GIB = 4.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one population cost."""

    pupils: int
    who: float
    """Seconds to make the pupils."""
    registers: float
    """Seconds to make their registers."""
    processor: float
    """Seconds of processor time, all processes together: what a machine that is shared does not lengthen."""
    digest: str


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pupils", type=int, default=1_000_000)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| pupils | processes | who, s | registers, s | together, s | processor, s | µs a pupil | digest |")
    print("|---|---|---|---|---|---|---|---|")
    costs = []
    for pupils, processes in (
        (asked.pupils // 4, asked.processes),
        (asked.pupils // 2, asked.processes),
        (asked.pupils, asked.processes),
    ):
        cost = measured(pupils, processes)
        costs.append(cost)
        both = cost.who + cost.registers
        print(
            f"| {pupils:,} | {processes} | {cost.who:.1f} | {cost.registers:.1f} | {both:.1f} "
            f"| {cost.processor:.1f} | {1e6 * cost.processor / pupils:.1f} | {cost.digest[:12]} |",
            flush=True,
        )
    whole = costs[-1].who + costs[-1].registers
    memory = _gibibytes(resource.RUSAGE_SELF) + asked.processes * _gibibytes(resource.RUSAGE_CHILDREN)
    print(f"\n{asked.pupils:,} pupil-years: {whole:.1f} s (aim {CEILING_SECONDS:.0f} s for a million)")
    print(f"memory at most {memory:.2f} GiB, all processes together (aim {CEILING_GIB:.0f} GiB)")
    twice = costs[-1].processor / costs[-2].processor
    print(f"twice the pupils take {twice:.2f} times the processor time")


def measured(pupils: int, processes: int) -> Cost:
    """Makes a population, and its registers slice by slice."""
    before = _processor()
    started = time.perf_counter()
    people = make_people(Spec(pupils=pupils), SEED)
    made = time.perf_counter()
    slices = [slice(first, min(first + SLICE, pupils)) for first in range(0, pupils, SLICE)]
    if processes == 1:
        digests = [digest_of(people, rows) for rows in slices]
    else:
        with ProcessPoolExecutor(processes, initializer=_remember, initargs=(people,)) as pool:
            digests = list(pool.map(_digest, slices))
    done = time.perf_counter()
    whole = hashlib.sha256("".join(digests).encode()).hexdigest()
    return Cost(pupils, made - started, done - made, _processor() - before, whole)


def digest_of(people: People, rows: slice) -> str:
    """The digest of the registers of a slice."""
    return hashlib.sha256(people.registers(rows).tobytes()).hexdigest()


_PEOPLE: list[People] = []


def _remember(people: People) -> None:
    _PEOPLE[:] = [people]


def _digest(rows: slice) -> str:
    return partial(digest_of, _PEOPLE[0])(rows)


def _processor() -> float:
    spent = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in spent)


def _gibibytes(whose: int) -> float:
    return resource.getrusage(whose).ru_maxrss / 2**20


if __name__ == "__main__":
    main()
