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

from fingerpost import load_policy
from fingerpost.evaluate import Session
from fingerpost.population import kernels
from fingerpost.population.block import blocks_of
from fingerpost.population.decisions import decide_block
from fingerpost.population.truths import Words, all_days, packed_rows
from fingerpost_simulations.hillview import SEED, hillview

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
        ("longest_stretches", (one, two & ~one, sessions)),
        ("first_and_latest", (one, two & ~one, sessions)),
        ("first_and_latest", (three & all_days(sessions), four & ~three, sessions)),
        ("first_of_whole_days", (one, two & ~one, np.arange(sessions) % 2 == 1, sessions)),
        ("first_of_whole_days", (one, two & ~one, np.arange(sessions) % 5 == 3, sessions)),
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


def test_decisions_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    history, on = hillview(SEED, per_year=8), dt.date(2025, 3, 14)
    session = Session.open(load_policy("england"), history, on)
    (block,) = blocks_of(session.records, history.pupils.values())
    found = []
    for worthwhile in (0, 10**9):
        monkeypatch.setattr(kernels, "WORTHWHILE", worthwhile)
        decided = decide_block(block, session.editions, on.toordinal())
        found.append((list(decided.recommended), list(decided.in_tiers)))
    assert found[0] == found[1]
    assert len(found[0][0]) > 50
