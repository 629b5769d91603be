"""More absence never takes support away, where a policy only ever asks for `at least` so much of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.digest import normal
from fingerpost.evaluate import evaluate
from fingerpost.history import Completeness, History
from fingerpost.logic import Truth
from fingerpost_dsl.model.policy import Policy
from tests.generate.words import HEADER, VOCABULARY
from tests.properties.test_changes import with_marks
from tests.strategies import dates_of, few, histories, load

MEASURES = (
    ("share of absent in this academic year", "%", (1, 5, 10, 20, 50)),
    ("share of absent in the last 10 school days rounded to whole percent", "%", (5, 10, 50)),
    ("count of absent in the last 2 school weeks", " sessions", (2, 5, 10)),
    ("count of whole days of absent in this term", " school days", (2, 3)),
    ("weeks with at least 2 sessions of absent in this term", " school weeks", (2, 3)),
    ("longest run of absent in sessions in this term", " sessions", (3, 6)),
    ("current run of absent in sessions", " sessions", (2, 4)),
    ("most absent in any 1 school week in this academic year", " sessions", (3, 5)),
)
"""Over absence of every kind: no mark can leave such a measure by becoming an absence."""


def _test(draw: st.DrawFn) -> str:
    measure, unit, numbers = draw(st.sampled_from(MEASURES))
    comparison = draw(st.sampled_from(("is at least", "is more than")))
    return f"({measure}) {comparison} {draw(st.sampled_from(numbers))}{unit}"


def _condition(draw: st.DrawFn) -> str:
    tests = [f"({_test(draw)})" for _ in range(draw(st.integers(1, 3)))]
    match draw(st.integers(0, 2)):
        case 0:
            return " and ".join(tests)
        case 1:
            return " or ".join(tests)
        case _:
            return f"at least 1 of ({'; '.join(tests)})"


@st.composite
def support_only(draw: st.DrawFn) -> Policy:
    """A policy that only offers help, and only for more than so much absence."""
    tiers = [
        f'tier tier_{n} "Tier" {f"continues tier_{n - 1}" if n else ""} when {_condition(draw)}'
        for n in range(3)
    ]
    actions = [
        f'action action_{n} "Action" school should "help" in tier tier_{n} when {_condition(draw)}'
        for n in range(3)
    ]
    return load([HEADER, VOCABULARY, *tiers, *actions])


@st.composite
def with_more_absence(draw: st.DrawFn) -> tuple[Policy, History, History, dt.date]:
    """The same pupils, some of whose sessions of presence become absence."""
    long_ago = dt.date(2020, 9, 1)
    history = replace(draw(histories()), complete=Completeness(marks=long_ago, events=long_ago))
    pupil = history.pupils["P1"]
    present = [mark.slot for mark in pupil.register if mark.code in ("/", "\\", "V")]
    chosen = draw(st.lists(st.sampled_from(present), unique=True, max_size=8)) if present else []
    code = draw(st.sampled_from(("O", "I", "N")))
    more = with_marks(history, "P1", [(slot, code) for slot in sorted(chosen)])
    return draw(support_only()), normal(history), normal(more), draw(dates_of(history))


def offered(policy: Policy, history: History, on: dt.date) -> set[str]:
    """The names of what applies."""
    decision = evaluate(policy, history, on, pupil="P1")
    return {one.name for one in decision.recommendations if one.reason.truth is Truth.TRUE}


@settings(max_examples=few(15))
@given(with_more_absence())
def test_more_absence_never_takes_support_away(found: tuple[Policy, History, History, dt.date]) -> None:
    policy, fewer, more, on = found
    assert offered(policy, fewer, on) <= offered(policy, more, on)
