"""Counting in NumPy and as machine code: the same, bit for bit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("numba", reason="the compiled path needs numba: pip install 'fingerpost[fast]'")

from fingerpost.evaluate import Session
from fingerpost.population import kernels
from fingerpost.population.block import blocks_of, distinct
from fingerpost.population.circuits import Circuit
from fingerpost.population.decisions import decide_block
from fingerpost.population.truths import Words, all_days, flags_of, packed_rows
from fingerpost_simulations.hillview import SEED, hillview
from tests.shipped import shipped

compiled: Any = kernels.compiled()


def plain(function: Callable[..., Any]) -> Callable[..., Any]:
    """The one in NumPy."""
    found = function.__wrapped__  # type: ignore[attr-defined]  # what `wraps` leaves
    assert callable(found)
    return found  # type: ignore[no-any-return]


@st.composite
def planes(draw: st.DrawFn) -> tuple[int, list[Words]]:
    """Four planes of a few pupils over up to 140 sessions: a word that is full, and one that is not."""
    sessions = draw(st.integers(1, 140))
    rows = draw(st.integers(1, 4))
    density = draw(st.sampled_from((0.02, 0.5, 0.98)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    found = [packed_rows(rng.random((rows, sessions)) < density) for _ in range(4)]
    return sessions, found


@given(planes())
def test_the_compiled_count_is_that_of_numpy(case: tuple[int, list[Words]]) -> None:
    sessions, (one, two, three, four) = case
    starts = np.sort(np.array([0, sessions // 3, sessions // 2, sessions], dtype=np.int64))
    ends = np.array([sessions // 2, sessions, sessions, sessions], dtype=np.int64)
    for name, given_ in (
        ("running_totals", (one, sessions)),
        ("counts_in_stretches", (one, starts, ends, sessions)),
        ("lengths_of_runs", (one, two & ~one, starts, ends, sessions)),
        ("counts_reaching", (one, starts, ends, 0)),
        ("counts_reaching", (one, starts, ends, 2)),
        ("counts_reaching", (one, starts, ends, sessions)),
        ("longest_runs", (one, two & ~one, starts, ends, sessions)),
        ("longest_runs", (one, two & ~one, np.array([0]), np.array([sessions]), sessions)),
        *(("long_stretches", (one, two & ~one, one, least)) for least in (1, 2, 5, sessions)),
        *(("long_stretches", (one, two & ~one, one & three, least)) for least in (1, 2, sessions)),
        ("places_of", (one,)),
        ("flags_at", (one, *compiled.places_of(two))),
        ("lacks_any", (one, two[:1])),
        ("lacks_any", (one | two, all_days(sessions))),
        ("first_and_latest", (one, two & ~one, sessions)),
        ("first_and_latest", (three & all_days(sessions), four & ~three, sessions)),
    ):
        expected = plain(getattr(kernels, name))(*given_)
        found = getattr(compiled, name)(*given_)
        for own, other in zip(
            found if isinstance(found, tuple) else (found,),
            expected if isinstance(expected, tuple) else (expected,),
            strict=True,
        ):
            assert own.dtype == other.dtype, name
            assert (own == other).all(), name


@given(planes(), st.integers(0, 2**32), st.integers(3, 16))
def test_counts_together_are_those_of_each_set_by_itself(
    case: tuple[int, list[Words]], seed: int, used: int
) -> None:
    """Of any sets of numbers within any masks, and of whole days of them, in NumPy and compiled."""
    sessions, registers = case
    chance = np.random.default_rng(seed)
    circuit = Circuit(len(registers), used)
    bits = [flags_of(plane, sessions).astype(np.int64) << bit for bit, plane in enumerate(registers)]
    numbers = np.sum(bits, axis=0)
    known = packed_rows(numbers < used)
    whole = np.stack([plane & known for plane in registers])
    numbers = np.where(numbers < used, numbers, 0)
    sets = [
        frozenset(chance.choice(used, chance.integers(0, used + 1), replace=False).tolist()) for _ in range(5)
    ]
    masks = packed_rows(chance.random((3, sessions)) < 0.6)
    pairs = np.array([(circuit.place_of(one), place % 3) for place, one in enumerate(sets)], dtype=np.int64)
    expected = [
        (np.isin(numbers, list(one)) & flags_of(masks, sessions)[place % 3]).sum(axis=1)
        for place, one in enumerate(sets)
    ]
    days = np.array([[circuit.place_of(one) for one in (sets[0], sets[1] - sets[0])]], dtype=np.int64)
    seconds = packed_rows((np.arange(sessions) % (2 + seed % 3) == 1)[None])
    inside, others = (packed_rows(np.isin(numbers, list(one))) for one in (sets[0], sets[1] - sets[0]))
    whole_days = kernels.first_of_whole_days(inside, others, seconds)
    pairs = np.concatenate([pairs, [[len(registers) + len(circuit.gates), 1]]])
    expected.append((flags_of(whole_days, sessions) & flags_of(masks, sessions)[1]).sum(axis=1))
    for planes_of_sets in (compiled.planes_of_sets, plain(kernels.planes_of_sets)):
        some = np.flatnonzero(chance.random(whole.shape[1]) < 0.7)
        places = np.array([circuit.place_of(one) for one in sets[:3]], dtype=np.int64)
        found = planes_of_sets(whole, circuit.gates, places, some, masks)
        for layer, one, mask in zip(found, sets, masks, strict=False):
            expected_of_set = np.isin(numbers[some], list(one)) & flags_of(mask[None], sessions)
            assert (flags_of(layer, sessions) == expected_of_set).all()
            assert not (layer & ~mask).any()
    for count_together in (compiled.count_together, plain(kernels.count_together)):
        some = chance.permutation(whole.shape[1])[: chance.integers(whole.shape[1] + 1)]
        found = count_together(whole, some, circuit.gates, (days, seconds), (pairs, masks))
        assert found.dtype == np.int16
        assert (found == np.array(expected)[:, some]).all()


@given(planes(), st.integers(0, 2**32))
def test_counts_in_masks_of_each_row(case: tuple[int, list[Words]], seed: int) -> None:
    _, (plane, *others) = case
    masks = np.stack(others)
    which = np.random.default_rng(seed).integers(3, size=len(plane))
    expected = np.array(
        [
            np.bitwise_count(masks[group] & row).sum(axis=1)
            for row, group in zip(plane, which.tolist(), strict=True)
        ]
    )
    for counts_in_masks in (compiled.counts_in_masks, plain(kernels.counts_in_masks)):
        found = counts_in_masks(plane, masks, which)
        assert found.dtype == np.int16
        assert (found == expected).all()


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=1, max_size=140),
    st.integers(-3, 2**31 - 1) | st.integers(0, 12),
    st.integers(1, 2**31 - 1) | st.integers(1, 12),
    st.booleans(),
)
def test_the_compiled_comparison_is_that_of_numpy(
    counts: list[tuple[int, int]], part: int, whole: int, strict: bool
) -> None:
    values = np.array([[value for value, _ in counts]], dtype=np.int16)
    of = np.array([[number for _, number in counts]], dtype=np.int16)
    shares = (values, of, part, whole, strict)
    assert (compiled.shares_reaching(*shares) == plain(kernels.shares_reaching)(*shares)).all()
    assert (compiled.at_least(values, part) == plain(kernels.at_least)(values, part)).all()


@given(planes(), st.sampled_from((2, 5)))
def test_whole_days(case: tuple[int, list[Words]], every: int) -> None:
    """A day's one bit is at its first session inside, if none of its sessions is another possible one."""
    sessions, (inside, two, _, _) = case
    others = two & ~inside
    seconds = np.arange(sessions) % every == 1
    days = np.cumsum(~seconds) - 1
    expected = np.zeros((len(inside), sessions), dtype=np.bool_)
    within, beside = flags_of(inside, sessions), flags_of(others, sessions)
    for row in range(len(inside)):
        for day in range(int(days[-1]) + 1):
            own = np.flatnonzero((days == day) & within[row])
            if len(own) and not beside[row][days == day].any():
                expected[row, own[0]] = True
    found = kernels.first_of_whole_days(inside, others, packed_rows(seconds[None]))
    assert (found == packed_rows(expected)).all()


@st.composite
def stretches(draw: st.DrawFn) -> tuple[int, int, list[Words], list[tuple[int, int]]]:
    """Two planes of some pupils, and a stretch of sessions for each of some days, empty ones among them.

    Mostly stretches go up with the days, as those of nearly all windows do, some of them beginning alike.
    """
    sessions = draw(st.integers(1, 200))
    rows = draw(st.sampled_from((1, 3, 450)))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    density = draw(st.sampled_from((0.0, 0.05, 0.5, 1.0)))
    chosen = packed_rows(rng.random((rows, sessions)) < density)
    possible = chosen | packed_rows(rng.random((rows, sessions)) < draw(st.sampled_from((0.0, 0.9))))
    edges = st.tuples(st.integers(0, sessions), st.integers(0, sessions))
    days = draw(st.lists(edges, min_size=1, max_size=130))
    stretches = [(min(pair), max(pair)) for pair in days]
    if draw(st.sampled_from((True, True, False))):
        starts, ends = (sorted(edges) for edges in zip(*stretches, strict=True))
        if draw(st.booleans()):
            starts = [starts[day - day % 9] for day in range(len(starts))]
        stretches = list(zip(starts, ends, strict=True))
    return sessions, rows, [chosen, possible], stretches


@given(
    stretches(),
    st.lists(
        st.tuples(st.integers(-3, 12) | st.integers(-3, 2**31 - 1), st.integers(1, 40), st.booleans()),
        min_size=1,
        max_size=3,
    ),
)
def test_what_reaches_a_line_is_what_is_counted(
    case: tuple[int, int, list[Words], list[tuple[int, int]]], lines: list[tuple[int, int, bool]]
) -> None:
    """Held against the line where it is counted, or counted first: by NumPy and as machine code."""
    sessions, rows, (chosen, possible), days = case
    starts, ends = (np.array(edges, dtype=np.int64) for edges in zip(*days, strict=True))
    counts, of = (flags_of(plane, sessions).cumsum(axis=1, dtype=np.int16) for plane in (chosen, possible))
    counts, of = (np.concatenate([np.zeros((rows, 1), np.int16), one], axis=1) for one in (counts, of))
    counts, of = (one[:, ends] - one[:, starts] for one in (counts, of))
    asked = np.array(lines, dtype=np.int64).reshape(len(lines), 3)
    expected = [
        plain(kernels.shares_reaching)(counts, of, part, whole, strict) for part, whole, strict in lines
    ]
    expected.append(packed_rows(of == 0))
    for name in (plain(kernels.shares_in_stretches), compiled.shares_in_stretches):
        assert (name(chosen, possible, starts, ends, asked) == np.stack(expected)).all()
    for name in (plain(kernels.counts_in_stretches), compiled.counts_in_stretches):
        assert (name(chosen, starts, ends, sessions) == counts).all()
    for least in (0, 1, 2, 3, 10, sessions + 1):
        for name in (plain(kernels.counts_reaching), compiled.counts_reaching):
            assert (name(chosen, starts, ends, least) == packed_rows(counts >= least)).all()


@given(
    st.lists(
        st.lists(
            st.integers(-5, 5) | st.integers(-(2**62), 2**62) | st.sampled_from((-(2**63), 2**63 - 1)),
            min_size=6,
            max_size=6,
        ),
        max_size=4,
    ),
    st.integers(1, 6),
    st.booleans(),
)
def test_distinct_combinations(columns: list[list[int]], rows: int, plainly: bool) -> None:
    """In the order of their values, each with its first row: by NumPy and as machine code."""
    cut = [np.array(column[:rows], dtype=np.int64) for column in columns]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "compiled", lambda: None if plainly else compiled)
        first, which = distinct(cut, rows)
    cases = list(zip(*(column.tolist() for column in cut), strict=True)) if cut else [()] * rows
    ordered = sorted(set(cases))
    assert [cases.index(case) for case in ordered] == first.tolist()
    assert [ordered.index(case) for case in cases] == which.tolist()


@given(
    st.integers(0, 2**32),
    st.integers(0, 5000),
    st.integers(1, 2**62) | st.integers(1, 6000),
    st.booleans(),
)
def test_distinct_numbers(seed: int, rows: int, size: int, ordered: bool) -> None:
    """Few or many, in any order: by NumPy and as machine code."""
    numbers = np.random.default_rng(seed).integers(size, size=rows)
    numbers = np.sort(numbers) if ordered else numbers
    _, first, which = np.unique(numbers, return_index=True, return_inverse=True)
    for function in (plain(kernels.distinct_numbers), compiled.distinct_numbers):
        for most in (size, kernels.MOST_NUMBERS):
            found = function(numbers, most)
            assert (found[0].tolist(), found[1].tolist()) == (first.tolist(), which.tolist())


@given(
    st.integers(1, 2**62),
    st.lists(st.tuples(st.integers(0, 2**62 - 1), st.integers(-(2**63), 2**63 - 1)), min_size=1, max_size=5),
)
def test_combinations_with_a_number_more(size: int, rows: list[tuple[int, int]]) -> None:
    """Where all of them fit; by NumPy and as machine code."""
    before = np.array([one % size for one, _ in rows], dtype=np.int64)
    numbers = np.array([number for _, number in rows], dtype=np.int64)
    found = []
    for function in (plain(kernels.combine), compiled.combine):
        combined = before.copy()
        found.append((function(combined, size, numbers), combined.tolist()))
    assert found[0] == found[1]
    least = int(numbers.min())
    many = int(numbers.max()) - least + 1
    fits = size * many <= kernels.MOST_NUMBERS
    expected = [
        one * many + number - least for one, number in zip(before.tolist(), numbers.tolist(), strict=True)
    ]
    assert found[0] == ((size * many, expected) if fits else (0, before.tolist()))


def test_decisions_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    history, on = hillview(SEED, per_year=8), dt.date(2025, 3, 14)
    session = Session.open(shipped("england"), history, on)
    (block,) = blocks_of(session.records, history.pupils.values())
    found = []
    monkeypatch.setattr(kernels, "WORTHWHILE", 0)
    for module in (compiled, None):
        monkeypatch.setattr(kernels, "compiled", lambda module=module: module)
        decided = decide_block(block, session.editions, on.toordinal())
        found.append((list(decided.recommended), list(decided.in_tiers)))
    assert found[0] == found[1]
    assert len(found[0][0]) > 50
