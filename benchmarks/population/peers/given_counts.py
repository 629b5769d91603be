"""For the tools that decide and do not count: the counts of NumPy, and whom to ask about what may apply."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.population.data import Batch
from benchmarks.population.peers import in_numpy
from benchmarks.population.questions import COLUMNS, Answers, Bits, Counts

CHUNK = 2_000
"""Pupils handed over at a time."""

Context = dict[str, int]
Decide = Callable[[Sequence[Context]], Sequence[int]]
"""The bits of the rules for each of some pupils."""


def counts_of(batch: Batch) -> Counts:
    """Worked out beforehand and not timed."""
    counts = in_numpy.one_date(in_numpy.load(batch)).counts
    assert counts is not None
    return counts


def answer(counts: Counts, certain: Decide, possible: Decide) -> Answers:
    """What may apply differs from what does only where a mark is missing: few pupils are asked twice."""
    applies = _decided(counts, certain)
    may_apply = applies.copy()
    unmarked = np.flatnonzero(counts[:, COLUMNS.index("missing")])
    may_apply[unmarked] = _decided(counts[unmarked], possible)
    return Answers(None, applies, may_apply)


def _decided(counts: Counts, decide: Decide) -> Bits:
    return np.array([bits for chunk in _contexts(counts) for bits in decide(chunk)], dtype=np.int64)


def _contexts(counts: Counts) -> Iterator[list[Context]]:
    for at in range(0, len(counts), CHUNK):
        yield [dict(zip(COLUMNS, row, strict=True)) for row in counts[at : at + CHUNK].tolist()]
