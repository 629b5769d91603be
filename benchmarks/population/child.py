"""One peer in a process of its own, so that its memory is its own: prints what it measured as JSON.

python -m benchmarks.population.child PEER --pupils 10000 --question one_date
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import math
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.population.data import BATCH, SEED, batches
from benchmarks.population.peers import NAMES, peer
from benchmarks.population.questions import Answers

QUESTIONS = ("one_date", "every_day")
SAMPLE = 200
"""Pupils of each batch whose answers have a digest of their own."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What one peer took for one question."""

    peer: str
    question: str
    pupils: int
    """How many there are."""
    answered: int
    """Of how many it was asked: of all, or of a sample."""
    seconds: float
    """For the answers; of several runs the fastest."""
    load_seconds: float
    """To put the data into its own form."""
    peak_mib: float
    digests: dict[str, str]
    """Of the answers of all pupils, of a sample, and of the counts."""


def measure(name: str, question: str, pupils: int, *, seed: int, size: int, repeat: int) -> Measured:
    """Batch by batch: load, answer, let go."""
    asked = peer(name)
    ask = asked.one_date if question == "one_date" else asked.every_day
    if ask is None:
        raise ValueError(f"{asked.title} is not asked about every day")
    digests = Digests()
    seconds = load_seconds = 0.0
    answered = 0
    for batch in batches(pupils, seed=seed, size=size):
        started = time.perf_counter()
        state = asked.load(batch)
        load_seconds += time.perf_counter() - started
        fastest, found = _fastest(partial(ask, state), repeat)
        seconds += fastest
        of_each = len(batch.calendar.days) if question == "every_day" else 1
        digests.add(asked.answers(state, found), of_each)
        answered += min(asked.sample or len(batch), len(batch))
    return Measured(name, question, pupils, answered, seconds, load_seconds, peak_mib(), digests.found())


def _fastest(ask: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    """The seconds of the fastest of several runs, and what the last one found."""
    seconds, found = math.inf, None
    for _ in range(repeat):
        found = None  # the last answer is let go before the next is asked for
        gc.collect()
        started = time.perf_counter()
        found = ask()
        seconds = min(seconds, time.perf_counter() - started)
    return seconds, found


def peak_mib() -> float:
    """The most memory that this process has had. `ru_maxrss` may be that of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


class Digests:
    """Digests of answers as they come."""

    def __init__(self) -> None:
        self._kept = {name: hashlib.sha256() for name in ("all", "sample", "counts")}
        self._counted = False

    def add(self, answers: Answers, of_each: int) -> None:
        """The answers for one batch, so many of each pupil."""
        for bits in (answers.applies, answers.may_apply):
            self._kept["all"].update(bits.astype("<i8").tobytes())
            self._kept["sample"].update(bits[: SAMPLE * of_each].astype("<i8").tobytes())
        if answers.counts is not None:
            self._counted = True
            self._kept["counts"].update(answers.counts.astype("<i4").tobytes())

    def found(self) -> dict[str, str]:
        """All of them, short."""
        return {
            name: kept.hexdigest()[:16]
            for name, kept in self._kept.items()
            if name != "counts" or self._counted
        }


def main() -> None:
    """Measures one peer."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", choices=NAMES)
    parser.add_argument("--question", choices=QUESTIONS, default="one_date")
    parser.add_argument("--pupils", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--repeat", type=int, default=3)
    asked = parser.parse_args()
    found = measure(
        asked.peer, asked.question, asked.pupils, seed=asked.seed, size=asked.batch, repeat=asked.repeat
    )
    print(json.dumps(asdict(found)))


if __name__ == "__main__":
    main()
