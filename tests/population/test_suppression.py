"""Held back counts against every table that has the same shown numbers: all of them are gone through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.population.suppression import Flags, Numbers, Suppression
from tests.strategies import few

THRESHOLD = 3
CHAIN: Mapping[int, Sequence[int]] = {0: (), 1: (0,), 2: (0, 1)}
"""Pupils, a tier, and one that continues it."""
BESIDE: Mapping[int, Sequence[int]] = {0: (), 1: (0,), 2: (0,)}
"""Pupils, a tier, and something overdue."""


@st.composite
def tables(draw: st.DrawFn) -> tuple[Numbers, Mapping[int, Sequence[int]]]:
    larger = draw(st.sampled_from([CHAIN, BESIDE]))
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        pupils = draw(st.integers(1, 7))
        tier = draw(st.one_of(st.integers(0, pupils), st.just(pupils)))
        rows.append([pupils, tier, draw(st.integers(0, tier if larger is CHAIN else pupils))])
    return np.array(rows, dtype=np.int64), larger


class Reader:
    """Knows what is shown, that 0 is shown, and how measures lie within one another."""

    def __init__(
        self, counts: Numbers, hidden: Flags, totals: Flags, larger: Mapping[int, Sequence[int]]
    ) -> None:
        most = int(counts.max()) + 2 * THRESHOLD
        self.larger = larger
        self.rows = [
            [
                row
                for row in product(
                    *(
                        range(1, most + 1) if is_hidden else (count,)
                        for count, is_hidden in zip(own.tolist(), hides.tolist(), strict=True)
                    )
                )
                if all(row[one] <= row[other] for one, others in larger.items() for other in others)
            ]
            for own, hides in zip(counts, hidden, strict=True)
        ]
        """Of each group what its counts may be, were there no totals."""
        self.seen = [measure for measure in range(counts.shape[1]) if not totals[measure]]
        self.whole = tuple(int(counts[:, measure].sum()) for measure in self.seen)

    def possible(self, group: int) -> list[tuple[int, ...]]:
        """What the counts of a group may be in a table that adds up."""
        sums = {tuple(0 for _ in self.seen)}
        for place, rows in enumerate(self.rows):
            if place != group:
                steps = {tuple(row[measure] for measure in self.seen) for row in rows}
                added = (
                    tuple(a + b for a, b in zip(one, step, strict=True)) for one in sums for step in steps
                )
                sums = {
                    one for one in added if all(a <= whole for a, whole in zip(one, self.whole, strict=True))
                }
        return [
            row
            for row in self.rows[group]
            if tuple(whole - row[measure] for whole, measure in zip(self.whole, self.seen, strict=True))
            in sums
        ]


def given_away(counts: Numbers, larger: Mapping[int, Sequence[int]]) -> list[str]:
    """Which hidden counts, and small differences of two of them, are known more closely than they should."""
    hidden, totals = Suppression(counts, larger, THRESHOLD).settle()
    reader = Reader(counts, hidden, totals, larger)
    found = []
    for group, row in enumerate(counts.tolist()):
        possible = np.array(reader.possible(group))
        assert (possible == row).all(axis=1).any(), "what is so is possible"
        for measure in np.flatnonzero(hidden[group]).tolist():
            if np.ptp(possible[:, measure]) < THRESHOLD:
                found.append(f"count {measure} of group {group}")
            for other in larger[measure]:
                rest = possible[:, other] - possible[:, measure]
                if hidden[group, other] and 0 < row[other] - row[measure] < THRESHOLD > np.ptp(rest):
                    found.append(f"difference of {other} and {measure} of group {group}")
    return found


@settings(max_examples=few(60), deadline=None)
@given(tables())
def test_nothing_follows_from_all_that_is_shown_together(
    table: tuple[Numbers, Mapping[int, Sequence[int]]],
) -> None:
    counts, larger = table
    assert given_away(counts, larger) == []


GIVEN_AWAY_BY_SUMS = {
    "three groups of one, since none is 0": ([[8, 1, 0], [8, 1, 0], [8, 1, 0]], CHAIN),
    "all are in the tier, so its counts are those of pupils": ([[2, 2, 0], [8, 8, 0], [1, 1, 0]], CHAIN),
    "the total is a sum of what is shown": ([[8, 8, 0], [7, 5, 0], [8, 8, 4]], CHAIN),
    "two hidden counts, and a small difference between them": ([[8, 8, 7], [8, 7, 4], [8, 4, 3]], CHAIN),
}


@pytest.mark.parametrize("case", GIVEN_AWAY_BY_SUMS.values(), ids=GIVEN_AWAY_BY_SUMS)
def test_sums_and_parts_together_give_nothing_away(
    case: tuple[list[list[int]], Mapping[int, Sequence[int]]],
) -> None:
    counts, larger = case
    assert given_away(np.array(counts, dtype=np.int64), larger) == []


def test_ten_groups_of_one_pupil_are_not_told_by_their_total() -> None:
    """Ten numbers that are not 0 and come to ten are ten times one."""
    counts = np.array([[50, 1]] * 10, dtype=np.int64)
    hidden, totals = Suppression(counts, {0: (), 1: (0,)}, 10).settle()
    assert hidden[:, 1].all()
    assert totals.tolist() == [False, True]


def test_a_total_that_is_held_back_is_not_the_sum_of_what_is_shown() -> None:
    """881 of 884 are in the tier: the total is held back, and so is the group with the three that are not."""
    counts = np.array([[81, 81], [378, 378], [71, 71], [354, 351]], dtype=np.int64)
    hidden, totals = Suppression(counts, {0: (), 1: (0,)}, 10).settle()
    assert totals[1]
    assert hidden[3, 1]


def test_a_measure_that_counts_everybody_is_held_back_where_the_pupils_are() -> None:
    """Or it would say how many there are; and it takes no more with it than they do."""
    counts = np.array([[4, 4], [200, 200], [30, 30], [60, 60]], dtype=np.int64)
    hidden, totals = Suppression(counts, {0: (), 1: (0,)}, 10).settle()
    assert hidden.tolist() == [[True, True], [False, False], [True, True], [False, False]]
    assert not totals.any()


def test_what_gives_a_count_away_in_its_group_is_held_back_there() -> None:
    """Of 10 in the larger tier some are in the smaller: 1 to 10 lie too close. Other groups are no help."""
    counts = np.array([[100, 10, 4], [100, 50, 20], [100, 60, 30]], dtype=np.int64)
    hidden, totals = Suppression(counts, {0: (), 1: (0,), 2: (0, 1)}, 10).settle()
    assert hidden[0].tolist() == [False, True, True]
    assert hidden[1:, 0].tolist() == [False, False]
    assert not hidden[2, 1]
    assert not totals.any()
