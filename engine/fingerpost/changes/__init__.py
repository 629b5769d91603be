"""The smallest change that would make a rule apply (meaning 31), of one sort at a time, each verified.

* sessions: the least number of coming possible sessions with one code, and the last day they would do by;
* facts: the fewest facts recorded;
* events: the fewest events recorded.

Every candidate is put into a copy of the history and judged; only what then applies is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fingerpost.changes.events import fewest_events
from fingerpost.changes.facts import fewest_facts
from fingerpost.changes.kinds import Change, EventsRecorded, FactsRecorded, MoreSessions
from fingerpost.changes.sessions import fewest_sessions

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement

__all__ = ["Change", "EventsRecorded", "FactsRecorded", "MoreSessions", "smallest_changes"]


def smallest_changes(judged: Judged, judgement: Judgement) -> tuple[Change, ...]:
    """The smallest change of each sort that makes the rule apply, if one was found."""
    found = (
        fewest_sessions(judged, judgement),
        fewest_facts(judged, judgement),
        fewest_events(judged, judgement),
    )
    return tuple(change for change in found if change is not None)
