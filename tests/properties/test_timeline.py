"""A pupil's year says of every day what a decision on that day says: whether a rule is barred."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.decision import Status
from fingerpost.evaluate import Session, decision_of
from fingerpost.judgement import OVER
from fingerpost.logic import Truth
from fingerpost.timeline import Entry, timeline_in
from fingerpost_dsl.wording import say_date
from tests.engine.meanings.asking import history, policy_of
from tests.strategies import few

POLICY = """
action once "Once" school should "a" when support is declined within 3 school days done when letter
action open "Open" school may "b" when support is declined expires after 1 week done when letter
action again "Again" school should "c" when support is declined every 1 weeks done when letter
action owed "Owed" school must "d" when support is declined stands until done done when letter
pathway way "Way"
step first_ of way "First" school should "e" starts here when support is declined done when visit
step second_ of way "Second" officer may "f" after first_ done when letter ends the round
bar stop "Stop" stops once, open, again, owed, first_, second_ when checked is yes
bar pause "Pause" stops once, open, second_ when count of meeting in the last 4 days is at least 1
"""
FIRST, LAST = dt.date(2024, 9, 16), dt.date(2024, 10, 11)
_DATES = st.dates(FIRST, LAST)


@st.composite
def told(draw: st.DrawFn) -> str:
    """What is on record: support and what bars it, each changing now and then, and events."""
    said = []
    for fact, values in (("support", ("declined", "fully")), ("checked", ("yes", "no"))):
        changes = sorted(draw(st.lists(_DATES, min_size=1, max_size=4, unique=True)))
        for place, first in enumerate(changes):
            value = draw(st.sampled_from(values))
            last = changes[place + 1] - dt.timedelta(days=1) if place + 1 < len(changes) else None
            until = f" until {say_date(last)}" if last else ""
            said.append(f"given {fact} is {value} from {say_date(first)}{until}")
    for event in ("letter", "meeting", "visit"):
        said += [f"given {event} on {say_date(date)}" for date in draw(st.lists(_DATES, max_size=2))]
    return "\n".join(said)


@settings(max_examples=few(30), deadline=None)
@given(told())
def test_the_year_says_barred_where_a_decision_does(text: str) -> None:
    """Of what applies and is not done: a later step in the round that the year shows, else at any time."""
    policy = policy_of(POLICY)
    given = history(f"present from 4 September 2024 to 11 October 2024\n{text}")
    session = Session.open(policy, given, LAST)
    pupil = session.records.history.pupils["P"]
    entries = timeline_in(session, pupil).entries
    for days in range((LAST - FIRST).days + 1):
        date = FIRST + dt.timedelta(days=days)
        if date.weekday() > 4:
            continue
        then = Session.open(policy, given, date)
        judgement = then.judgement(then.records.history.pupils["P"])
        for one in decision_of(then, judgement).recommendations:
            state = _state([entry for entry in entries if entry.name == one.name and entry.date <= date])
            if state is not None and one.applies is Truth.TRUE and one.status not in OVER:
                assert (state == "barred") is (one.status is Status.BARRED), f"{one.name} on {date}: {state}"


def _state(entries: list[Entry]) -> str | None:
    """How a rule stands after these entries; None where it does not apply."""
    kind = entries[-1].kind if entries else "ended"
    return None if kind == "ended" else kind
