"""Ourselves: the whole national policy, from Parquet files (a marks string a pupil) to the result."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.population.data import Batch
from benchmarks.population.files import write
from benchmarks.population.peers.in_national import TITLE, Said, national, sample_of, told
from benchmarks.population.peers.in_reference import SAMPLE
from benchmarks.population.peers.peer import Peer
from benchmarks.population.questions import Answers
from fingerpost.policies import versions_of
from fingerpost.population.decided import BlockDecisions
from fingerpost.population.decisions import decide_block
from fingerpost.population.read import read_population
from fingerpost.vocabulary import Vocabulary


@dataclass(frozen=True)
class State:
    """A folder with the files of the batch, which is deleted when the answers are told."""

    folder: TemporaryDirectory[str]
    batch: Batch


def load(batch: Batch) -> State:
    """Writes the files."""
    folder = TemporaryDirectory(prefix="fingerpost-benchmark-")
    write([batch], Path(folder.name))
    return State(folder, batch)


@cache
def _vocabulary() -> Vocabulary:
    return Vocabulary.from_policies(*versions_of(national()))


def one_date(state: State) -> list[BlockDecisions]:
    """Reads, packs and decides."""
    population, diagnostics = read_population(state.folder.name, _vocabulary())
    assert population is not None, [one.message for one in diagnostics]
    on = state.batch.calendar.on
    session = population.session(national(), on)
    records = population.records(session.editions.current.policy)
    return [decide_block(block, session.editions, on.toordinal()) for block in population.blocks(records)]


def answers(state: State, found: list[BlockDecisions]) -> Answers:
    """Of the first pupils, in the order of the batch."""
    number = min(SAMPLE, len(state.batch))
    places = {state.batch.pupil_id(row): row for row in range(number)}
    said: dict[int, Said] = {}
    for block in found:
        rows = [row for row, pupil in enumerate(block.block.pupils) if pupil.id in places]
        for row, one in sample_of(block, rows).items():
            said[places[block.block.pupils[row].id]] = one
    state.folder.cleanup()
    return told(said[place] for place in range(number))


PEER = Peer(
    title="Fingerpost, bit planes, from Parquet",
    needs=("pyarrow",),
    start="from benchmarks.population.peers import in_national; in_national.national()",
    load=load,
    one_date=one_date,
    answers=answers,
    asks=TITLE,
    given="files",
)
