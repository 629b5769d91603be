"""Whether an action or step applies: on a date with its reason, and on every school day (meanings 19 and 20).

A rule applies when its tier holds, and all `when` do, and no `unless` does. A rule for each occasion applies
from the close of the day on which the occasion reaches its least length. Days of an earlier edition are
judged by that edition, if it has a rule of the same name.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fingerpost.axis import Axis
from fingerpost.conditions import reason_at, truth_at
from fingerpost.days import Days, bits, over_days
from fingerpost.logic import Truth
from fingerpost.reasons import Occurrence, Reason, rule_truth
from fingerpost.scope import Scope
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Action, Deadline, Pathway, Step, Subject
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of the policy and the days, as ordinals, on which it is the one to judge by."""

    policy: Policy
    first: int
    last: int

    def rule_like(self, rule: Action | Step) -> Action | Step | None:
        """Its rule of the same kind and name, which a later one goes on from."""
        known = self.policy.steps if isinstance(rule, Step) else self.policy.actions
        return known.get(rule.name)


@dataclass(frozen=True, slots=True)
class Editions:
    """The edition in force, and those before it, the latest first."""

    current: Edition
    earlier: tuple[Edition, ...] = ()


@dataclass(frozen=True, slots=True)
class Instance:
    """A rule for one pupil; where it is `for each`, for one parent or one occasion."""

    rule: Action | Step
    scope: Scope


def pathway_of(rule: Action | Step, policy: Policy) -> Pathway | None:
    """The pathway of a step."""
    return policy.pathways[rule.pathway] if isinstance(rule, Step) else None


def instances(rule: Action | Step, scope: Scope, ordinal: int) -> Iterator[Instance]:
    """The rule for the pupil, or for each parent or occasion of the pupil as at a date."""
    pathway = pathway_of(rule, scope.policy)
    subject = pathway.subject if pathway is not None else rule.subject
    occasion = pathway.occasion if pathway is not None and pathway.occasion else rule.occasion
    if occasion is not None:
        for occurrence in scope.occurrences(occasion, ordinal):
            if not occurrence.sessions:
                continue  # missing marks alone are asked about as such, not as an absence to follow up
            yield Instance(rule, scope.of_occasion(occurrence))
    elif subject is Subject.PARENT:
        parents: list[str | None] = [parent.id for parent in scope.view.pupil.parents]
        for parent in parents or [None]:
            yield Instance(rule, scope.of_parent(parent))
    else:
        yield Instance(rule, scope)


# --- on a date ------------------------------------------------------------------------------------


def rule_reasons(rule: Action | Step, ordinal: int, scope: Scope) -> tuple[Reason, ...]:
    """The reasons of a rule's own clauses, and of its pathway's, as at a date."""
    return tuple(_each_rule_reason(rule, ordinal, scope))


def _each_rule_reason(rule: Action | Step, ordinal: int, scope: Scope) -> Iterator[Reason]:
    for condition, role in _conditions(rule, scope.policy):
        yield reason_at(condition, ordinal, scope, role=role)
    if rule.no_sooner is not None:
        yield _no_sooner_reason(rule, rule.no_sooner, ordinal, scope)
    if scope.occasion is not None:
        yield Reason(
            clause=rule, truth=_there(scope.occasion), role="occasion", label=scope.occasion.occasion
        )


def each_rule_truth(rule: Action | Step, ordinal: int, scope: Scope) -> Iterator[Truth]:
    """The truths of the same, `unless` reversed: the rule applies if all of them hold."""
    for condition, role in _conditions(rule, scope.policy):
        truth = truth_at(condition, ordinal, scope)
        yield ~truth if role == "unless" else truth
    if rule.no_sooner is not None:
        yield _no_sooner(rule.no_sooner, ordinal, scope)[0]
    if scope.occasion is not None:
        yield _there(scope.occasion)


def _conditions(rule: Action | Step, policy: Policy) -> Iterator[tuple[Condition, str]]:
    """The conditions that a rule hangs on, those of its pathway first, and what each is to it."""
    pathway = pathway_of(rule, policy)
    if pathway is not None:
        if pathway.tier is not None:
            yield pathway.tier, "pathway"
        yield from ((condition, "pathway") for condition in pathway.when)
    if rule.tier is not None:
        yield rule.tier, "tier"
    yield from ((condition, "when") for condition in rule.when)
    yield from ((condition, "unless") for condition in rule.unless)


def _there(occasion: Occurrence) -> Truth:
    """Whether there is such an occasion."""
    return Truth.TRUE if occasion.certain else Truth.UNKNOWN


def combined(clause: Action | Step, children: Sequence[Reason]) -> Reason:
    """The rule's reason: all its clauses, `unless` reversed, ways in as alternatives."""
    truth = rule_truth((child.truth, child.role) for child in children)
    return Reason(clause=clause, truth=truth, children=tuple(children))


def _no_sooner_reason(rule: Action | Step, deadline: Deadline, ordinal: int, scope: Scope) -> Reason:
    truth, date = _no_sooner(deadline, ordinal, scope)
    label = f"not before {date.isoformat()}" if date else "what it waits for has not happened"
    return Reason(clause=rule, truth=truth, role="no sooner", label=label)


def _no_sooner(deadline: Deadline, ordinal: int, scope: Scope) -> tuple[Truth, dt.date | None]:
    """Whether so much time has passed since the anchor, and the first date on which it has."""
    assert deadline.anchor is not None
    moment = scope.moment(deadline.anchor, ordinal)
    if moment.first is None or not moment.certain:
        return (Truth.FALSE if moment.certain else Truth.UNKNOWN), None
    date = earliest_after(deadline, dt.date.fromordinal(moment.first), scope)
    return Truth.of(date is not None and ordinal >= date.toordinal()), date


def earliest_after(deadline: Deadline, start: dt.date, scope: Scope) -> dt.date | None:
    """The first date on which so much time has passed since a day: of a week or a term, its first school day.

    None past the end of the calendar, or for an open threshold.
    """
    quantity = quantity_of(deadline.amount, scope.policy)
    return None if quantity is None else scope.calendar.reached(start, int(quantity.amount), quantity.unit)


def time_after(deadline: Deadline, start: dt.date, scope: Scope) -> dt.date | None:
    """So much time after a day, which is day 0.

    None past the end of the calendar, or for an open threshold.
    """
    quantity = quantity_of(deadline.amount, scope.policy)
    return None if quantity is None else scope.calendar.add(start, int(quantity.amount), quantity.unit)


# --- on every school day --------------------------------------------------------------------------


def rule_days(rule: Action | Step, length: int, scope: Scope, wanted: int | None = None) -> Days:
    """The school days on which a rule's own clauses hold, those of its pathway included.

    `wanted` are the days that matter, as bits; of others nothing is said.
    """
    asked = (1 << length) - 1 if wanted is None else wanted
    true, false, left = (1 << length) - 1, 0, _Left(asked)
    for days in _parts(rule, length, scope, left):
        true &= days.true
        false |= days.false
        left.days = asked & ~false
        if not left.days:
            break
    return Days(true, false, length)


@dataclass(slots=True)
class _Left:
    """The days that no clause has settled yet, as bits."""

    days: int


def _parts(rule: Action | Step, length: int, scope: Scope, left: _Left) -> Iterator[Days]:
    """The days of each clause in turn, asked only about those that the clauses before it left open."""
    if scope.occasion is not None:
        yield _occasion_days(scope.occasion, length, scope, left.days)
    pathway = pathway_of(rule, scope.policy)
    if pathway is not None:
        if pathway.tier is not None:
            yield over_days(pathway.tier, length, scope, wanted=left.days)
        for condition in pathway.when:
            yield over_days(condition, length, scope, wanted=left.days)
    if rule.tier is not None:
        yield over_days(rule.tier, length, scope, wanted=left.days)
    for condition in rule.when:
        yield over_days(condition, length, scope, wanted=left.days)
    for condition in rule.unless:
        yield ~over_days(condition, length, scope, wanted=left.days)
    if rule.no_sooner is not None:
        yield _no_sooner_days(rule.no_sooner, length, scope, left.days)


def _no_sooner_days(deadline: Deadline, length: int, scope: Scope, wanted: int) -> Days:
    return no_sooner_days(deadline, scope.view.axis.school_days[:length], scope, wanted)


def no_sooner_days(deadline: Deadline, days: Sequence[int], scope: Scope, wanted: int | None = None) -> Days:
    """The days, as ordinals, on which so much time has passed; false on those that are not `wanted`."""
    asked = (1 << len(days)) - 1 if wanted is None else wanted
    truths = [
        _no_sooner(deadline, day, scope)[0] if asked >> i & 1 else Truth.FALSE for i, day in enumerate(days)
    ]
    return Days(bits([t is Truth.TRUE for t in truths]), bits([t is Truth.FALSE for t in truths]), len(days))


def _occasion_days(occasion: Occurrence, length: int, scope: Scope, wanted: int) -> Days:
    """From the day on which the occasion reaches its least length, whatever days are `wanted`."""
    before = (1 << min(reached_on(occasion, scope), length)) - 1
    return Days(((1 << length) - 1) & ~before & wanted if occasion.certain else 0, before, length)


def reached_on(occasion: Occurrence, scope: Scope) -> int:
    """The number of the school day at whose close an occasion reaches its least length (meaning 32)."""
    axis = scope.view.axis
    marks, least, unit = scope.occasion_kind(occasion.occasion)
    reached = reached_without_gaps(occasion, least, axis)
    if reached is not None:
        return reached
    if not occasion.certain:  # on no day does it surely apply: what counts is from when it may
        slot = occasion.first_slot if unit is Unit.SESSION else occasion.last_slot
        return axis.days_until(slot // 2 - 1)
    if unit is Unit.SESSION:
        index = axis.index[occasion.first_slot]
        chosen = scope.view.plane(marks) >> index << index
        for _ in range(least - 1):
            chosen &= chosen - 1
        slot = axis.slots[(chosen & -chosen).bit_length() - 1] if chosen else occasion.first_slot
        return axis.days_until(slot // 2 - 1)
    days = [day for day in scope.view.whole_days(marks) if day >= occasion.first_slot // 2]
    day = days[least - 1] if len(days) >= least else occasion.last_slot // 2
    return axis.days_until(day - 1)


def reached_without_gaps(occasion: Occurrence, least: int, axis: Axis) -> int | None:
    """The same where nothing lies between its first and its last session: no mark need be looked at.

    None where something does.
    """
    index = axis.index[occasion.first_slot]
    if not occasion.certain or occasion.sessions != axis.index[occasion.last_slot] - index + 1:
        return None
    if occasion.unit is Unit.SESSION:
        return axis.days_until(axis.slots[index + least - 1] // 2 - 1)
    first, end = (axis.days_until(day) for day in (occasion.first_slot // 2 - 1, occasion.last_slot // 2))
    return first + least - 1 if occasion.length == end - first else None


RECENT = 16
"""School days looked back over before all are: more than those for which a lapsed action stays listed."""
_LESS_RECENT = 80


def latest_spells(rule: Action | Step, length: int, scope: Scope, editions: Editions) -> Days:
    """The days of the rule's latest spells, as `days_by_edition` has them; older spells may be left out.

    What is owed may come from any spell, and is looked for in all of them; else only the latest matter, and a
    day on which the rule did not apply divides them from the rest.
    """
    if not rule.stands_until_done:
        for recent in (RECENT, _LESS_RECENT):
            if recent >= length:
                break
            wanted = ((1 << length) - 1) & ~((1 << (length - recent)) - 1)
            days = days_by_edition(rule, length, scope, editions, wanted)
            if days.false >> (length - recent) & 1:
                return Days(days.true & wanted, days.false | ~wanted & days.every, length)
    return days_by_edition(rule, length, scope, editions)


def days_by_edition(
    rule: Action | Step, length: int, scope: Scope, editions: Editions, wanted: int | None = None
) -> Days:
    """The school days on which a rule applies, each judged by the edition in force on it (meaning 20).

    Earlier editions are asked only where a spell may reach back into their time, or what began then may last
    (`may_last`). `wanted` are the days that matter, as bits.
    """
    axis = scope.view.axis
    current = editions.current
    start = min(axis.days_until(current.first - 1), length)
    before = (1 << start) - 1
    asked = (1 << length) - 1 if wanted is None else wanted
    days = rule_days(rule, length, scope, asked & ~before)
    days = Days(days.true & ~before, days.false | before, length)
    end = start
    for edition in editions.earlier:
        predecessor = edition.rule_like(rule)
        if end == 0 or predecessor is None:
            break
        if days.false >> end & 1 and not may_last(rule, predecessor):
            break
        first = min(axis.days_until(edition.first - 1), length)
        last = min(axis.days_until(edition.last), end)
        mask = ((1 << last) - 1) & ~((1 << first) - 1) & asked if last > first else 0
        own = by_edition(scope, edition.policy, length) if mask else None
        if own is not None:
            older = rule_days(predecessor, length, own, mask)
            days = Days(days.true | older.true & mask, days.false & ~(mask & ~older.false), length)
        end = first
    return days


def may_last(rule: Action | Step, predecessor: Action | Step) -> bool:
    """Whether what an earlier edition began may last though its spell is over.

    What is owed until it is done; and a round of a pathway, which a first step opens in both editions.
    """
    if isinstance(rule, Step) and isinstance(predecessor, Step) and rule.starts_here:
        return predecessor.starts_here or rule.stands_until_done
    return rule.stands_until_done


def by_edition(scope: Scope, policy: Policy, length: int) -> Scope | None:
    """The same by another edition, with its own occasion that has the same first session (meaning 32).

    None where that edition knows no such occasion among so many school days.
    """
    own = scope.by(policy)
    if scope.occasion is None or is_of_edition(scope.occasion.occasion, scope, own):
        return own
    if not knows_occasion(scope.occasion.occasion, policy):
        return None
    ordinal = scope.view.axis.school_days[length - 1]
    for occasion in own.occurrences(scope.occasion.occasion, ordinal):
        if occasion.first_slot == scope.occasion.first_slot:
            return own.of_occasion(occasion)
    return None


def is_of_edition(occasion: str, scope: Scope, other: Scope) -> bool:
    """Whether two editions mean the same by an occasion."""
    known = knows_occasion(occasion, other.policy)
    return known and scope.occasion_kind(occasion) == other.occasion_kind(occasion)


def knows_occasion(name: str, policy: Policy) -> bool:
    """Whether an edition has an occasion, or a set of codes, of that name."""
    return name in policy.occasions or name in policy.code_sets
