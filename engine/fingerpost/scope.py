"""For whom a condition is judged.

A policy, a pupil, perhaps one parent, one occasion, one round of a pathway.

A `Scope` answers what events and occasions there were as at a day, and what an anchor (`since the latest
letter`) stands for. It is frozen; `dataclasses.replace` gives the scope of another parent or round.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import assert_never

from fingerpost.axis import touches
from fingerpost.calendar import Calendar
from fingerpost.fields import compare_held, event_field, occasion_field, plain
from fingerpost.history import Value
from fingerpost.known import UNKNOWN, FactInterval, KnownEvent, Unknown
from fingerpost.logic import Cause, Truth, all_true
from fingerpost.reasons import Occurrence
from fingerpost.subject import PupilView, Segment
from fingerpost.windows import Moment, date_of, lay_out_one, quantity_of
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.model.expressions import (
    Amount,
    Anchor,
    FieldCompare,
    FieldIs,
    FieldRef,
    FieldTest,
    FieldWithin,
    MarkSet,
    Selection,
    Which,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Unit


@dataclass(frozen=True, slots=True)
class Selected:
    """Events or occasions of one kind as at a day: those that are meant, and those that may be."""

    certain: tuple[KnownEvent, ...] = ()
    perhaps: tuple[KnownEvent, ...] = ()
    """Their fields leave open whether they are meant."""


@dataclass(frozen=True, slots=True)
class Group:
    """Pupils over whom every measure of marks is pooled (meaning 30).

    Whoever may belong to it widens its figures; a group smaller than its least size has none.
    """

    members: Sequence[PupilView]
    perhaps: Sequence[PupilView] = ()
    """Those who may belong to it: nobody recorded what it asks."""
    least_size: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """The least and the greatest number of members."""
        return len(self.members), len(self.members) + len(self.perhaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """For whom, and with what left out.

    `without` are events (by `id`) that are not looked at, because a step is judged without the event that
    records it; `earlier_rounds` are stretches of ordinals: a judgement dated in one of them opens nothing in
    this round (meaning 26). `answers` are facts taken to be so, to see what would follow.
    """

    policy: Policy
    view: PupilView
    parent: str | None = None
    occasion: Occurrence | None = None
    without: frozenset[int] = frozenset()
    earlier_rounds: tuple[tuple[int, int], ...] = ()
    answers: Mapping[str, Value] = field(default_factory=dict, hash=False)
    group: Group | None = None
    """For a school, an authority, a family or a cohort: the pupils over whom measures of marks are pooled."""
    with_evidence: bool = True
    """Whether values carry the marks, events and occasions they count; without, they cost half."""
    memo_key: tuple[object, ...] = field(init=False, repr=False, compare=False)
    """What tells this scope's results from another's, for one pupil."""
    memo: dict[object, object] = field(init=False, repr=False, compare=False)
    """What was worked out in this scope, with or without evidence, and may be used again."""

    @property
    def calendar(self) -> Calendar:
        """The calendar of the pupil's school."""
        return self.view.axis.calendar

    def quiet(self) -> Scope:
        """The same without evidence."""
        if not self.with_evidence:
            return self
        return self._derived(self.policy, self.parent, self.occasion, with_evidence=False)

    def evident(self) -> Scope:
        """The same with evidence."""
        if self.with_evidence:
            return self
        return self._derived(self.policy, self.parent, self.occasion, with_evidence=True)

    def of_pupil(self) -> Scope:
        """The same for the pupil alone: no one parent, no one occasion."""
        if self.parent is None and self.occasion is None:
            return self
        return self._derived(self.policy, None, None, with_evidence=self.with_evidence)

    def of_parent(self, parent: str | None) -> Scope:
        """The same for one parent."""
        if parent == self.parent:
            return self
        return self._derived(self.policy, parent, self.occasion, with_evidence=self.with_evidence)

    def of_occasion(self, occasion: Occurrence | None) -> Scope:
        """The same for one occasion, or for none."""
        return self._derived(self.policy, self.parent, occasion, with_evidence=self.with_evidence)

    def by(self, policy: Policy) -> Scope:
        """The same by another edition of the policy."""
        return self._derived(policy, self.parent, self.occasion, with_evidence=self.with_evidence)

    def leaving_out(
        self, without: frozenset[int], earlier_rounds: tuple[tuple[int, int], ...] | None = None
    ) -> Scope:
        """The same without some events, and without what was judged in earlier rounds, if any are said."""
        earlier = self.earlier_rounds if earlier_rounds is None else earlier_rounds
        key = ("leaving out", without, earlier, self.with_evidence)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = replace(self, without=without, earlier_rounds=earlier)
        return found  # type: ignore[return-value]  # the memo holds what was put under this key

    def of_one(self, view: PupilView) -> Scope:
        """The same for one pupil by themselves, without evidence."""
        return Scope(policy=self.policy, view=view, with_evidence=False)

    def _derived(
        self, policy: Policy, parent: str | None, occasion: Occurrence | None, *, with_evidence: bool
    ) -> Scope:
        """The same for others, made once: every rule asks for them again."""
        key = ("derived", id(policy), parent, occasion, with_evidence)
        found = self.memo.get(key)
        if found is None:
            found = self.memo[key] = Scope(
                policy=policy,
                view=self.view,
                parent=parent,
                occasion=occasion,
                without=self.without,
                earlier_rounds=self.earlier_rounds,
                answers=self.answers,
                group=self.group,
                with_evidence=with_evidence,
            )
        return found  # type: ignore[return-value]  # the memo holds what was put under this key

    def __post_init__(self) -> None:
        occasion = self.occasion and (self.occasion.occasion, self.occasion.first_slot)
        answers = tuple(self.answers.items())
        key = (id(self.policy), self.parent, occasion, self.without, self.earlier_rounds, answers)
        object.__setattr__(self, "memo_key", key)
        memo = self.view.memo.get(key)
        if memo is None:
            memo = self.view.memo[key] = {}
        object.__setattr__(self, "memo", memo)

    # --- facts ------------------------------------------------------------------------------------

    def remember(self, key: object, make: Callable[[], object]) -> object:
        """What `make` returns, worked out once in this scope."""
        if key not in self.memo:
            self.memo[key] = make()
        return self.memo[key]

    def fact(self, fact: Fact, ordinal: int) -> tuple[Value | Unknown, FactInterval | None]:
        """A fact on a date, with the row it rests on.

        A judgement from an earlier round is not known in this one.
        """
        if fact.name in self.answers:
            return self.answers[fact.name], None
        interval = self.view.fact(fact, self.parent).interval_at(dt.date.fromordinal(ordinal))
        if interval is None:
            return UNKNOWN, None
        if fact.judged_by and self.earlier_rounds and interval.row.first is not None:
            judged = interval.row.first.toordinal()
            if any(first <= judged <= last for first, last in self.earlier_rounds):
                return UNKNOWN, interval
        return interval.value, interval

    # --- events -----------------------------------------------------------------------------------

    def events(self, selection: Selection, ordinal: int) -> Selected:
        """The events of a kind on or before a date that the selection means.

        `first` and `latest` mean one.
        """
        date = dt.date.fromordinal(ordinal)
        certain: list[KnownEvent] = []
        perhaps: list[KnownEvent] = []
        for event in self.of_kind(selection.name):
            if event.date > date:
                break
            truth = self.matches(event, selection.where, ordinal)
            if truth is Truth.TRUE:
                certain.append(event)
            elif truth is Truth.UNKNOWN:
                perhaps.append(event)
        match selection.which:
            case Which.ALL:
                return Selected(tuple(certain), tuple(perhaps))
            case Which.FIRST:
                return _one(
                    certain[:1], [event for event in perhaps if not certain or event.date < certain[0].date]
                )
            case Which.LATEST:
                return _one(
                    certain[-1:], [event for event in perhaps if not certain or event.date > certain[-1].date]
                )
            case _:
                assert_never(selection.which)

    def of_kind(self, kind: str) -> tuple[KnownEvent, ...]:
        """All events of a kind that concern this scope, by date.

        One parent's, where each parent has their own.
        """
        events = self.view.events(kind)
        if not events:
            return events
        known = self.memo.get(kind)
        if known is not None:
            return known  # type: ignore[return-value]  # the memo holds what was put under this key
        declared = self.policy.events.get(kind)
        if declared is not None and declared.subject is Subject.PARENT and self.parent is not None:
            events = tuple(event for event in events if event.parent in (None, self.parent))
        if self.without:
            events = tuple(event for event in events if id(event) not in self.without)
        self.memo[kind] = events
        return events

    def stretches(self, kind: str, length: int) -> list[tuple[int, int]]:
        """The first `length` school days cut where an event of a kind happens, or a field of one changes.

        Each stretch is its first day and the day after its last, by number.
        """
        changes = {event.date.toordinal() for event in self.of_kind(kind)}
        for event in self.of_kind(kind):
            changes.update(row[0].toordinal() for rows in event.fields.values() for row in rows)
        return self._cut(changes, length)

    def stretches_of_occasions(self, name: str, length: int) -> list[tuple[int, int]]:
        """The same, cut on each day on which a session that is of such an occasion, or may be, is seen."""
        marks, _, _ = self.occasion_kind(name)
        seen_on = self.view.axis.seen_on
        changes = {
            seen_on(index)
            for segment in self.view.segments(marks)
            for indices in (*segment.runs, segment.missing)
            for index in indices
        }
        return self._cut((day for day in changes if day is not None), length)

    def _cut(self, changes: Iterable[int], length: int) -> list[tuple[int, int]]:
        axis = self.view.axis
        cuts = sorted({0, length, *(min(axis.days_until(day - 1), length) for day in changes)})
        return list(pairwise(cuts))

    def complete_from(self, kind: str) -> int | None:
        """From which date a kind of event is complete; None where nobody can know."""
        return self.view.records.events_from(kind, self.view.pupil.school)

    def matches(self, event: KnownEvent, where: tuple[FieldTest, ...], ordinal: int) -> Truth:
        """Whether an event meets all tests of a `where`, by the values its fields have on a date."""
        return all_true(self._matches(event, test, ordinal) for test in where) if where else Truth.TRUE

    def _matches(self, event: KnownEvent, test: FieldTest, ordinal: int) -> Truth:
        date = dt.date.fromordinal(ordinal)
        value = event_field(event, test.field, date)
        if value is UNKNOWN:
            return Truth.UNKNOWN
        match test:
            case FieldIs(choices=choices, negated=negated):
                return Truth.of(any(value == plain(choice) for choice in choices) is not negated)
            case FieldCompare(comparison=comparison, operand=operand):
                other = (
                    event_field(event, operand.field, date)
                    if isinstance(operand, FieldRef)
                    else bound_of(operand, self.policy)
                )
                return compare_held(comparison, value, other)
            case FieldWithin(window=window):
                extent = lay_out_one(window, ordinal, self)
                if not isinstance(value, dt.date):
                    return Truth.FALSE
                if touches(extent.region, value.toordinal()):
                    return Truth.TRUE
                return Truth.UNKNOWN if touches(extent.widest, value.toordinal()) else Truth.FALSE
            case _:
                assert_never(test)

    # --- occasions --------------------------------------------------------------------------------

    def occurrences(self, name: str, ordinal: int) -> tuple[Occurrence, ...]:
        """The occasions of a kind that exist at the close of a date.

        As far as they have then come (meaning 32).
        """
        key = ("occurrences", id(self.policy), name, ordinal)
        found = self.view.memo.get(key)
        if found is None:
            found = self.view.memo[key] = self._occurrences(name, ordinal)
        return found  # type: ignore[return-value]  # the memo holds what was put under this key

    def ever_occurred(self, name: str) -> bool:
        """Whether there is such an occasion, or may be, on any day of the record."""
        return bool(self.occurrences(name, dt.date.max.toordinal()))

    def _occurrences(self, name: str, ordinal: int) -> tuple[Occurrence, ...]:
        marks, least, unit = self.occasion_kind(name)
        view, axis = self.view, self.view.axis
        limit = axis.seen(ordinal).bit_length()
        found: list[Occurrence] = []
        for segment in view.segments(marks):
            if segment.first >= limit:
                break
            parts: list[Occurrence] = []
            for run in segment.runs:
                indices = run if run[-1] < limit else tuple(i for i in run if i < limit)
                if indices:
                    first, last = axis.slots[indices[0]], axis.slots[indices[-1]]
                    length = self._length(marks, indices, unit)
                    parts.append(
                        Occurrence(
                            occasion=name,
                            first_slot=first,
                            last_slot=last,
                            length=length,
                            unit=unit,
                            sessions=len(indices),
                        )
                    )
            whole = [part for part in parts if part.length >= least]
            found.extend(whole or self._perhaps_one(name, segment, limit, least, unit))
        return tuple(found)

    def occasion_kind(self, name: str) -> tuple[MarkSet, int, Unit]:
        """The marks, the least length and its unit of an occasion.

        A `codes` set is one of at least one session.
        """
        occasion = self.policy.occasions.get(name)
        if occasion is None:
            return self.policy.code_sets[name].marks, 1, Unit.SESSION
        quantity = quantity_of(occasion.at_least, self.policy) if occasion.at_least else None
        if quantity is None:
            return occasion.marks, 1, Unit.SESSION
        return occasion.marks, int(quantity.amount), quantity.unit

    def _length(self, marks: MarkSet, indices: tuple[int, ...], unit: Unit) -> int:
        if unit is Unit.SESSION:
            return len(indices)
        slots = self.view.axis.slots
        first, last = slots[indices[0]] // 2, slots[indices[-1]] // 2
        return sum(first <= day <= last for day in self.view.whole_days(marks))

    def _perhaps_one(
        self, name: str, segment: Segment, limit: int, least: int, unit: Unit
    ) -> tuple[Occurrence, ...]:
        """One occasion that exists only if missing marks belong to it; none where even they would not do."""
        missing = tuple(i for i in segment.missing if i < limit)
        if not missing:
            return ()
        indices = sorted((*missing, *(i for run in segment.runs for i in run if i < limit)))
        slots = [self.view.axis.slots[i] for i in indices]
        most = len(slots) if unit is Unit.SESSION else len({slot // 2 for slot in slots})
        if most < least:
            return ()
        return (
            Occurrence(
                occasion=name,
                first_slot=slots[0],
                last_slot=slots[-1],
                length=len(indices) - len(missing) if unit is Unit.SESSION else 0,
                unit=unit,
                sessions=len(indices) - len(missing),
                certain=False,
            ),
        )

    # --- anchors ----------------------------------------------------------------------------------

    def moment(self, anchor: Anchor, ordinal: int) -> Moment:
        """What an anchor stands for as at a date.

        The latest such event or occasion, unless `first` is said.
        """
        selection = anchor.selection
        if selection.occasion:
            return self._occasion_moment(selection, ordinal)
        selected = self.events(selection, ordinal)
        index = 0 if selection.which is Which.FIRST else -1
        if selected.certain:
            event = selected.certain[index]
            ahead = [
                e for e in selected.perhaps if (e.date < event.date if index == 0 else e.date > event.date)
            ]
            until = event.until.toordinal() if event.until else None
            return Moment(event.date.toordinal(), until, Cause.FACT if ahead else None, certain=not ahead)
        if selected.perhaps:
            return Moment(None, cause=Cause.FACT, certain=False)
        complete = self.complete_from(selection.name)
        if complete is None:
            return Moment(None, cause=Cause.EVENTS, certain=False)
        return Moment(None, cause=Cause.NO_SUCH_EVENT)

    def _occasion_moment(self, selection: Selection, ordinal: int) -> Moment:
        if self.occasion is not None and self.occasion.occasion == selection.name:
            own = [
                o
                for o in self.occurrences(selection.name, ordinal)
                if o.first_slot == self.occasion.first_slot
            ]
            chosen = own or [self.occasion]
        else:
            chosen = [
                o for o in self.occurrences(selection.name, ordinal) if self.meets(o, selection, ordinal)
            ]
        if not chosen:
            return Moment(None, cause=Cause.NO_SUCH_EVENT)
        occurrence = chosen[0] if selection.which is Which.FIRST else chosen[-1]
        first, last = occurrence.first_slot // 2, occurrence.last_slot // 2
        if occurrence.certain:
            widest = self._widest(occurrence, ordinal)
            return Moment(first, last, widest=None if widest == (first, last) else widest)
        before = last < self.view.axis.complete_from
        return Moment(first, last, Cause.HISTORY_START if before else Cause.MISSING_MARKS, certain=False)

    def _widest(self, occurrence: Occurrence, ordinal: int) -> tuple[int, int]:
        """The first and the last day that an occasion may have.

        Sessions without a mark next to it may belong to it, and what they join it with (meaning 12).
        """
        axis, view = self.view.axis, self.view
        first, last = axis.index[occurrence.first_slot], axis.index[occurrence.last_slot]
        if view.missing:
            marks, _, _ = self.occasion_kind(occurrence.occasion)
            others = view.possible & ~view.plane(marks)
            members = (view.plane(marks) | view.missing) & axis.seen(ordinal)
            breaks_before, breaks_after = others & ((1 << first) - 1), others >> last << last
            members = members >> breaks_before.bit_length() << breaks_before.bit_length()
            if breaks_after:
                members &= (breaks_after & -breaks_after) - 1
            first, last = (members & -members).bit_length() - 1, members.bit_length() - 1
        return axis.slots[first] // 2, axis.slots[last] // 2

    def meets(self, occurrence: Occurrence, selection: Selection, ordinal: int) -> bool:
        """Whether an occasion meets the tests on its `start`, `end` and `length`."""
        return all(self._meets(occurrence, test, ordinal) for test in selection.where)

    def _meets(self, occurrence: Occurrence, test: FieldTest, ordinal: int) -> bool:
        value = occasion_field(occurrence, test.field)
        match test:
            case FieldIs(choices=choices, negated=negated):
                return any(value == plain(choice) for choice in choices) is not negated
            case FieldCompare(comparison=comparison, operand=operand):
                if isinstance(operand, FieldRef):
                    return (
                        compare_held(comparison, value, occasion_field(occurrence, operand.field))
                        is Truth.TRUE
                    )
                return compare_held(comparison, value, bound_of(operand, self.policy)) is Truth.TRUE
            case FieldWithin(window=window):
                extent = lay_out_one(window, ordinal, self)
                return isinstance(value, dt.date) and touches(extent.region, value.toordinal())
            case _:
                assert_never(test)


def bound_of(amount: Amount, policy: Policy) -> Value | Unknown:
    """What a field is held against: the value written out or named; unknown for a threshold left open."""
    bound = date_of(amount, policy) or quantity_of(amount, policy)
    return UNKNOWN if bound is None else plain(bound)


def _one(certain: list[KnownEvent], perhaps: list[KnownEvent]) -> Selected:
    """The one that `first` or `latest` means; where another may be it, neither is certain."""
    if perhaps:
        return Selected((), (*perhaps, *certain))
    return Selected(tuple(certain))
