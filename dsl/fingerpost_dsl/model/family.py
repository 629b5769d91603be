"""A policy through time: all its versions, and which of them is in force on a date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fingerpost_dsl.model.policy import Policy

_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFamily:
    """Every version of one policy, the earliest first.

    A version holds from its first day until the day before its successor's, or until the last day that it
    names, if that is earlier. A day that no version covers has no policy: nothing falls through to a
    neighbour.

    `before` is what the first version extends, in its versions: the days before that version were judged by
    it. A decision on such a day is still an error.
    """

    id: str
    versions: tuple[Policy, ...]
    before: PolicyFamily | None = None

    def in_force_on(self, date: dt.date) -> Policy | None:
        """The version in force on a date, or None on a day that no version covers."""
        for policy in reversed(self.versions):
            if policy.header.in_force_from <= date:
                last = self.last_day(policy)
                return policy if last is None or date <= last else None
        return None

    def last_day(self, policy: Policy) -> dt.date | None:
        """The last day on which a version is in force; None while that is open."""
        later = [
            other.header.in_force_from
            for other in self.versions
            if other.header.in_force_from > policy.header.in_force_from
        ]
        ends = [first - _ONE_DAY for first in later]
        if policy.header.in_force_until is not None:
            ends.append(policy.header.in_force_until)
        return min(ends, default=None)

    def version(self, name: str) -> Policy | None:
        """The version of that name, whether in force or not."""
        return next((policy for policy in self.versions if policy.header.id.version == name), None)
