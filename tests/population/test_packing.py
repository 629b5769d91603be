"""A marks string is packed alike by machine code, by NumPy, and among several strings."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

from fingerpost import versions_of
from fingerpost.population import packing
from fingerpost.population.code_list import CodeList
from fingerpost.population.kept import codes_of
from fingerpost.population.packing import Packing, Spelt, machine_code
from fingerpost.population.sources import Strings
from fingerpost.population.strips import Administrative, Roll, weekdays
from fingerpost.vocabulary import Vocabulary
from tests.shipped import shipped
from tests.strategies import few

FIRST = dt.date(2024, 7, 15).toordinal()
"""Some weeks before a list of codes changes."""
SESSIONS = 90
PIECES = ("/", "\\", "/", "\\", "I", "O", "-", "#", "{Y1}", "{C1}", "{C}", "B", "Y")
ODD = ("{", "}", "{}", "{Y1", "{{Y1}", "?", " ", "é", "{C1C1}", "{é}", "\0", "{ C1}")


@cache
def codes() -> CodeList:
    return codes_of(Vocabulary.from_policies(*versions_of(shipped("england"))))


@st.composite
def spelt(draw: st.DrawFn) -> tuple[Spelt, Roll]:
    """Strings of some of the rows, and when each is on roll."""
    rows = draw(st.integers(1, 12))
    texts = [
        "".join(
            draw(st.lists(st.sampled_from(PIECES), max_size=30)) * draw(st.sampled_from((1, 3)))
            + ([draw(st.sampled_from(ODD))] if draw(st.integers(0, 5)) == 5 else [])
        ).encode("latin-1")
        for _ in range(rows)
    ]
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    ends = np.cumsum(lengths)
    days = st.sampled_from((0, 0, 0, FIRST, FIRST + 10, FIRST + 40))
    roll = Roll(*(np.array([draw(days) for _ in range(rows)], dtype=np.int64) for _ in range(3)))
    starts = np.array([draw(st.sampled_from((0, 0, 0, -3, 5, 80))) for _ in range(rows)]) + FIRST * 2
    letters = np.frombuffer(b"".join(texts), dtype=np.uint8)
    order = np.array(draw(st.permutations(range(rows))))
    found = Spelt(np.arange(rows), starts.astype(np.int64), ends - lengths, ends, letters)
    return found.take(order[: draw(st.integers(0, rows))]), roll


def packed(strings: Spelt, roll: Roll, by: ModuleType | None, patch: pytest.MonkeyPatch) -> Packing:
    """The strings packed by NumPy, or by machine code."""
    patch.setattr(packing, "machine_code", lambda: by)
    patch.setattr(packing, "WORTHWHILE", 0)
    made = Packing.of(codes(), roll, (0, len(roll.first)), weekdays(FIRST * 2, SESSIONS))
    made.strings(strings)
    made.rest([])
    return made


def same(one: Packing, other: Packing) -> None:
    """Every bit, who is not plain, and what planes do not hold."""
    assert (one.strip.planes == other.strip.planes).all()
    out = [sorted(np.concatenate([*made.unplain, np.zeros(0, np.int64)]).tolist()) for made in (one, other)]
    assert out[0] == out[1]
    beside = [Administrative.joined(made.administrative) for made in (one, other)]
    for column in ("rows", "slots", "letters"):
        assert getattr(beside[0], column).tolist() == getattr(beside[1], column).tolist()


@settings(max_examples=few(200), deadline=None)
@given(spelt())
def test_machine_code_is_equal(given_: tuple[Spelt, Roll]) -> None:
    pytest.importorskip("numba")
    with pytest.MonkeyPatch.context() as patch:
        same(packed(*given_, machine_code(), patch), packed(*given_, None, patch))


@settings(max_examples=few(200), deadline=None)
@given(spelt())
def test_several_strings_are_equal(given_: tuple[Spelt, Roll]) -> None:
    """What packs several strings of a pupil packs a single one in the same way."""
    strings, roll = given_
    with pytest.MonkeyPatch.context() as patch:
        alone = packed(strings, roll, None, patch)
    made = Packing.of(codes(), roll, (0, len(roll.first)), alone.strip.slots)
    texts = [strings.text[begin:end] for begin, end in zip(strings.begins, strings.ends, strict=True)]
    order = np.argsort(strings.rows)
    text = np.concatenate([np.zeros(0, np.uint8), *(texts[place] for place in order.tolist())])
    edges = np.concatenate([[0], np.cumsum((strings.ends - strings.begins)[order])]).astype(np.int64)
    source = Strings(strings.rows[order], strings.starts[order], edges, text, codes(), alone.strip.slots)
    made.rest([replace(source)])
    same(alone, made)
