"""Cohorts: groups defined over facts, with figures pooled over their members (meaning 30).

A cohort is those for whom its condition is true on the date. Whoever may belong to it widens its figures; a
group smaller than its least size has none, so that nobody is pointed at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from fingerpost.conditions import truth_at
from fingerpost.counting import sessions_in, tally
from fingerpost.evaluate import Session, is_on_roll
from fingerpost.groups import pooled
from fingerpost.logic import Cause, Truth
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.declarations import Cohort, Measure
from fingerpost_dsl.model.expressions import ShareOfMarks
from fingerpost_dsl.model.quantities import Unit

Ratio = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The pupils on roll who belong to a cohort, and those who may: nobody recorded what it asks."""

    certain: tuple[Scope, ...]
    unknown: tuple[Scope, ...]

    @property
    def size(self) -> tuple[int, int]:
        """The least and the greatest number of members."""
        return len(self.certain), len(self.certain) + len(self.unknown)


def members_of(cohort: Cohort, session: Session, school: str | None = None) -> Members:
    """Who belongs to a cohort on the session's date, in one school or in all."""
    policy, ordinal = session.editions.current.policy, session.on.toordinal()
    certain: list[Scope] = []
    unknown: list[Scope] = []
    for pupil in session.records.history.pupils.values():
        if (school is None or pupil.school == school) and is_on_roll(pupil, session.on):
            scope = Scope(policy=policy, view=session.records.view(pupil), with_evidence=False)
            match truth_at(cohort.condition, ordinal, scope):
                case Truth.TRUE:
                    certain.append(scope)
                case Truth.UNKNOWN:
                    unknown.append(scope)
                case Truth.FALSE:
                    pass
    return Members(certain=tuple(certain), unknown=tuple(unknown))


def cohort_measure(cohort: Cohort, measure: Measure, session: Session, school: str | None = None) -> Measured:
    """A share of marks, pooled over a cohort: sum over sum, widened by those who may belong to it.

    Not applicable below the cohort's least size; not known while it may or may not reach it. Raises
    ValueError for a measure that is no share of marks.
    """
    if not isinstance(measure.value, ShareOfMarks):
        raise ValueError(f"`{measure.name}` is no share of marks, and has no figure for a cohort")
    members = members_of(cohort, session, school)
    fewest, most = members.size
    least = _least_size(cohort, members)
    if most < least:
        return Measured(name=measure.name, unit=Unit.SHARE, applicable=False, cause=Cause.TOO_FEW)
    ordinal = session.on.toordinal()
    certain = pooled(measure, ordinal, members.certain)
    if not members.unknown:
        return certain
    if fewest < max(least, 1):
        return Measured(name=measure.name, unit=Unit.SHARE, cause=Cause.FACT)
    lows, highs = (
        _bounds(measure.value, ordinal, members.certain),
        _bounds(measure.value, ordinal, members.unknown),
    )
    low = _extreme([one[0] for one in lows], [one[0] for one in highs], highest=False)
    high = _extreme([one[1] for one in lows], [one[1] for one in highs], highest=True)
    if low is None or high is None or (certain.applicable and certain.lowest is None):
        return Measured(name=measure.name, unit=Unit.SHARE, cause=certain.cause or Cause.FACT)
    return replace(certain, applicable=True, lowest=low, highest=high, parts=None, cause=Cause.FACT)


def _least_size(cohort: Cohort, members: Members) -> int:
    if cohort.least_size is None:
        return 1
    scopes = (*members.certain, *members.unknown)
    if not scopes:
        return 1
    asked = value_at(cohort.least_size, 1, scopes[0]).lowest
    return int(asked) if asked is not None else 1


def _bounds(value: ShareOfMarks, ordinal: int, scopes: Iterable[Scope]) -> list[tuple[Ratio, Ratio]]:
    """For each member the least and the greatest share, as counts."""
    return [
        tally(value.marks, sessions_in(value.windows, value.weekdays, ordinal, scope), scope).share
        for scope in scopes
    ]


def _extreme(certain: Sequence[Ratio], perhaps: Sequence[Ratio], *, highest: bool) -> Fraction | None:
    """The least (or greatest) pooled share, whoever of those that may belong to the group does."""
    counted, possible = sum(one[0] for one in certain), sum(one[1] for one in certain)
    ratios = sorted((one for one in perhaps if one[1]), key=lambda one: Fraction(*one), reverse=highest)
    for more, of in ratios:
        moves = not possible or (
            (more * possible > counted * of) is highest and more * possible != counted * of
        )
        if not moves:
            break
        counted, possible = counted + more, possible + of
    return Fraction(counted, possible) if possible else None
