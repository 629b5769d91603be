"""The sorts of change: coming sessions, facts recorded, events recorded."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fingerpost.history import Value as Held

if TYPE_CHECKING:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreSessions:
    """`3 more unauthorised sessions`.

    On the next open sessions it would apply from `from_date`; until `until` at the latest.
    """

    number: int
    marks: str
    """The set of marks by name: `unauthorised`."""
    code: str
    from_date: dt.date
    until: dt.date | None
    """The last school day on which so many sessions would still do, those between being attended; None: no
    end found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactsRecorded:
    """Facts that would make it apply if they were recorded: name, value and, for a parent's, whose."""

    facts: tuple[tuple[str, Held, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsRecorded:
    """Events that would make it apply if they were recorded on the date.

    Kind, fields and, for a parent's, whose.
    """

    events: tuple[tuple[str, tuple[tuple[str, Held], ...], str | None], ...]


Change = MoreSessions | FactsRecorded | EventsRecorded
