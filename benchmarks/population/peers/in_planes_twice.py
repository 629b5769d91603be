"""Ourselves, the shared rules on bit planes, by two processes as DuckDB and Polars have two threads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.peers import in_planes
from benchmarks.population.peers.halves import Halves
from benchmarks.population.questions import Answers
from fingerpost.population.block import Block


def load(batch: Batch) -> Halves[Answers]:
    """The registers packed into planes, and two processes that have them."""
    block, editions, date = in_planes.load(batch)

    def ask(half: Block) -> Answers:
        """The rules for half of the batch."""
        return in_planes.one_date((half, editions, date))

    return Halves.of(block, ask)


def one_date(halves: Halves[Answers]) -> Answers:
    """Both halves, and their answers one after the other."""
    first, second = halves.asked()
    return Answers(
        None,
        np.concatenate([first.applies, second.applies]),
        np.concatenate([first.may_apply, second.may_apply]),
    )


def answers(halves: Halves[Answers], found: Answers) -> Answers:
    """As they are; the processes end."""
    halves.processes.shutdown()
    return found


PEER = replace(
    in_planes.PEER,
    title="Fingerpost, bit planes, two processes",
    load=load,
    one_date=one_date,
    every_day=None,
    answers=answers,
    threads="2",
)
