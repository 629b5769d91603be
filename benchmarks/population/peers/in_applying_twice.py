"""Ourselves: what of the national policy applies on one date, by two processes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.population.data import Batch
from benchmarks.population.peers import in_applying
from benchmarks.population.peers.halves import Halves
from benchmarks.population.peers.in_applying import sample_of
from benchmarks.population.peers.in_national import Said, told
from benchmarks.population.peers.in_national import load as load_block
from benchmarks.population.peers.in_reference import SAMPLE
from benchmarks.population.questions import Answers
from fingerpost.population.block import Block


@dataclass(frozen=True)
class Half:
    """How many pupils and rows there are, and what is said of the first pupils."""

    pupils: int
    rows: int
    said: dict[int, Said]


def load(batch: Batch) -> Halves[Half]:
    """The registers packed into planes, and two processes that have them."""
    block, editions, date = load_block(batch)

    def ask(half: Block) -> Half:
        """What applies to half of the batch; it stays where it was made, as on its way to a file."""
        found = in_applying.one_date((half, editions, date))
        said = sample_of(found, range(min(SAMPLE, len(half))))
        return Half(len(half), sum(len(one.pupils) for one in found.rules), said)

    return Halves.of(block, ask)


def one_date(halves: Halves[Half]) -> list[Half]:
    """Both halves."""
    return halves.asked()


def answers(halves: Halves[Half], found: list[Half]) -> Answers:
    """Of the first pupils; the processes end."""
    halves.processes.shutdown()
    said = [*found[0].said.values(), *found[1].said.values()][: min(SAMPLE, sum(one.pupils for one in found))]
    return told(said)


PEER = replace(
    in_applying.PEER,
    title="Fingerpost, bit planes, two processes",
    load=load,
    one_date=one_date,
    answers=answers,
    threads="2",
)
