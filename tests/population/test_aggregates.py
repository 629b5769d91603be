"""Nobody finds out a number that was held back by taking the shown ones from one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerpost.population.aggregates import THRESHOLD
from fingerpost.population.suppression import Suppression
from tests.strategies import few

LARGER: Mapping[int, Sequence[int]] = {0: (), 1: (0,), 2: (0, 1), 3: (0, 1, 2), 4: (0,)}
"""Pupils; three tiers, each within the one before; something overdue."""
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]


@st.composite
def tables(draw: st.DrawFn) -> Counts:
    """Groups of pupils, some in the first tier, some of those in the second, some of those in the third."""
    rows = []
    for _ in range(draw(st.integers(1, 7))):
        pupils = draw(st.one_of(st.integers(1, 40), st.integers(1, 400)))
        first = draw(st.one_of(st.integers(0, pupils), st.integers(max(pupils - 12, 0), pupils)))
        second = draw(st.one_of(st.integers(0, first), st.integers(max(first - 12, 0), first)))
        third = draw(st.integers(0, second))
        rows.append([pupils, first, second, third, draw(st.integers(0, pupils))])
    return np.array(rows, dtype=np.int64)


def attack(counts: Counts, hidden: Flags, totals: Flags) -> tuple[Counts, Counts]:
    """The least and the greatest that each count can be, by all that is shown and known of counts.

    Bounds are drawn closer by every sum and every "some of those" until nothing moves.
    """
    whole = np.vstack([counts, counts.sum(axis=0)])
    shown = ~np.vstack([hidden, totals])
    most = int(whole.max()) * 50 + 1_000
    low, high = np.where(shown, whole, 0), np.where(shown, whole, most)
    while True:
        before = (low.copy(), high.copy())
        for measure, larger in LARGER.items():
            for other in larger:
                low[:, other] = np.maximum(low[:, other], low[:, measure])
                high[:, measure] = np.minimum(high[:, measure], high[:, other])
        low[-1], high[-1] = (
            np.maximum(low[-1], low[:-1].sum(axis=0)),
            np.minimum(high[-1], high[:-1].sum(axis=0)),
        )
        for row in range(len(counts)):
            others_low, others_high = low[:-1].sum(axis=0) - low[row], high[:-1].sum(axis=0) - high[row]
            low[row] = np.maximum(low[row], low[-1] - others_high)
            high[row] = np.minimum(high[row], high[-1] - others_low)
        if (low == before[0]).all() and (high == before[1]).all():
            return low[:-1], high[:-1]


@settings(max_examples=few(400), deadline=None)
@given(tables())
def test_no_hidden_count_follows_from_what_is_shown(counts: Counts) -> None:
    hidden, totals = Suppression(counts, LARGER, THRESHOLD).settle()
    low, high = attack(counts, hidden, totals)
    assert (low <= counts).all()
    assert (counts <= high).all()
    assert ((high - low)[hidden] >= THRESHOLD).all()


@settings(max_examples=few(200), deadline=None)
@given(tables())
def test_no_small_count_and_no_small_rest_is_shown(counts: Counts) -> None:
    hidden, totals = Suppression(counts, LARGER, THRESHOLD).settle()
    whole, held = np.vstack([counts, counts.sum(axis=0)]), np.vstack([hidden, totals])
    assert not ((whole > 0) & (whole < THRESHOLD) & ~held).any()
    for measure, larger in LARGER.items():
        for other in larger:
            both = ~held[:, measure] & ~held[:, other]
            rest = whole[:, other] - whole[:, measure]
            assert not (both & (rest > 0) & (rest < THRESHOLD)).any()


def test_what_is_large_is_shown() -> None:
    """Nothing is held back where nothing is small."""
    counts = np.array([[200, 100, 50, 20, 60], [300, 120, 40, 30, 0]], dtype=np.int64)
    hidden, totals = Suppression(counts, LARGER, THRESHOLD).settle()
    assert not hidden.any()
    assert not totals.any()


def test_one_small_count_takes_the_next_with_it() -> None:
    counts = np.array([[200, 4], [300, 30], [250, 20]], dtype=np.int64)
    hidden, totals = Suppression(counts, {0: (), 1: (0,)}, THRESHOLD).settle()
    assert hidden[:, 1].tolist() == [True, False, True]
    assert not totals.any()
