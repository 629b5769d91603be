"""What the tests of a policy show of it, and what no test shows.

For its caller: `coverage_of(policy, calendars)`, or a `Witness` that sees one test after another, gives a
`Coverage`: of every point of the policy, from which sides the tests came to it.

* A *condition* is each comparison, each test of a fact or an event, and each named condition as a whole. It
  is to be seen true and false: judged on a test's date, for every pupil and parent of the test.
* A *rule* is each action, step and tier. A test has to expect that it applies, and a test that it does not.
  A bar has to hold where a test expects what it stops to be barred, and in another not to hold.
* A *threshold* is each use of one. In a comparison, in a `where`, as the least length of an occasion or as
  `provisional below` it is to be met just below, exactly and just above: one unit less or more; for a date
  one day; for a share one session fewer or more among the possible sessions that the test has
  (`nearness.py`). As a window it needs something to count just inside and just outside.
* A *deadline* is to be met on the day before, on the day and on the day after, still undone, in a test that
  expects something of that action. In school time these are school days; a weekend lies beside both.

Unknown is seen and shown, and not asked for: much can never be unknown. What is judged for a school, an
authority, a family or a cohort is seen wherever a test has pupils of theirs.

Why so: a line in the wrong place is found only by tests on either side of it, whoever wrote the policy. Rules
go by what is expected rather than by what came, because nearly everything is false in nearly every test.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import chain

from fingerpost.axis import touches
from fingerpost.conditions import reason_at, tier_reason
from fingerpost.coverage_points import (
    Key,
    Point,
    Side,
    Sort,
    WindowEdge,
    deadlines,
    evaluated,
    points_of,
    tests_of_fields,
    thresholds_of,
    window_edges,
)
from fingerpost.decision import Status
from fingerpost.evaluate import Session
from fingerpost.fields import event_field, occasion_field
from fingerpost.history import Value as Held
from fingerpost.judgement import Judged, Judgement
from fingerpost.known import Unknown
from fingerpost.logic import Truth
from fingerpost.nearness import side_of_amount, side_of_day, side_of_value, sides_of_window, unit_of
from fingerpost.policy_test_histories import history_of
from fingerpost.policy_tests import Calendars, Judges
from fingerpost.reasons import Measured, Reason
from fingerpost.rules import earliest_after, instances, time_after
from fingerpost.scope import Scope
from fingerpost.windows import lay_out
from fingerpost_dsl.model.declarations import Action, Deadline, Occasion, Step, Subject, Tier
from fingerpost_dsl.model.expressions import (
    Compare,
    CountOfEvents,
    Happened,
    ThresholdValue,
)
from fingerpost_dsl.model.policy import Policy, PolicyId
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.model.tests import ExpectMeasure, ExpectRule, ExpectTier, PolicyTest

_SIDES = {Truth.TRUE: Side.TRUE, Truth.FALSE: Side.FALSE, Truth.UNKNOWN: Side.UNKNOWN}
_EXPECTED = {"no": Side.FALSE, "unknown": Side.UNKNOWN}
_OF_A_WINDOW = frozenset({Side.INSIDE, Side.OUTSIDE})
_UNDONE = frozenset({Status.DUE, Status.OVERDUE, Status.AVAILABLE, Status.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """A point and the sides from which tests came to it."""

    point: Point
    seen: frozenset[Side]

    @property
    def missing(self) -> tuple[Side, ...]:
        """The sides from which no test came."""
        return tuple(side for side in self.point.wanted if side not in self.seen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the tests of one policy show of it, in order of file and line."""

    policy: PolicyId
    points: tuple[Covered, ...]

    @property
    def files(self) -> tuple[str, ...]:
        """The files in which anything is to be shown."""
        return tuple(dict.fromkeys(one.point.span.file for one in self.points))

    def of(self, file: str | None = None, sort: Sort | None = None) -> tuple[Covered, ...]:
        """The points of a file, of a sort, or all."""
        return tuple(
            one
            for one in self.points
            if file in (None, one.point.span.file) and sort in (None, one.point.sort)
        )


def sides(points: Iterable[Covered]) -> tuple[int, int]:
    """How many sides were seen, and how many there are."""
    chosen = tuple(points)
    wanted = sum(len(one.point.wanted) for one in chosen)
    return wanted - sum(len(one.missing) for one in chosen), wanted


def coverage_of(policy: Policy, calendars: Calendars) -> Coverage:
    """What all tests of a policy show of it. A test that cannot be run shows nothing."""
    witness = Witness(policy)
    for test in policy.tests:
        witness.see(test, calendars)
    return witness.coverage()


class Witness:
    """Sees the tests of a policy, one after another."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._seen: defaultdict[Key, set[Side]] = defaultdict(set)
        self._rules: dict[Subject, tuple[Action | Step, ...]] = {}
        """By subject, the rules that are judged for it."""
        self._bars = {
            rule.name: tuple(bar for bar in policy.bars.values() if rule.name in bar.stops)
            for rule in policy.rules()
        }
        declared = tuple(one for _, one in evaluated(policy))
        self._edges = tuple(edge for one in declared for edge in window_edges(one))
        self._fields = tuple(found for one in declared for found in tests_of_fields(one))

    def coverage(self) -> Coverage:
        """What was seen so far."""
        points = points_of(self.policy)
        return Coverage(
            policy=self.policy.header.id,
            points=tuple(Covered(point=one, seen=frozenset(self._seen[one.key])) for one in points),
        )

    def see(self, test: PolicyTest, calendars: Calendars) -> None:
        """Evaluates one test and keeps what it came to."""
        try:
            calendar = calendars(test.calendar) if test.calendar is not None else None
        except KeyError:
            return
        expected: dict[str, set[str | None]] = {}
        for expectation in test.expects:
            match expectation:
                case ExpectTier(tier=name, qualifier=qualifier) | ExpectRule(rule=name, qualifier=qualifier):
                    expected.setdefault(name, set()).add(qualifier)
                    if qualifier != "lapsed":
                        self._add(Sort.RULE, name, "", _EXPECTED.get(qualifier or "", Side.TRUE))
                case ExpectMeasure():
                    pass
        history = history_of(test, calendar)
        session = Session.open(self.policy, history, test.on, test.known_on)
        for judgement in Judges(session, test).every():
            self._conditions(judgement)
            if judgement.subject not in self._rules:
                own = tuple(rule for rule in self.policy.rules() if judgement.speaks_of(rule))
                self._rules[judgement.subject] = own
            for rule in self._rules[judgement.subject]:
                self._rule(rule, judgement, expected.get(rule.name, set()))
            if judgement.subject is Subject.PUPIL:
                self._thresholds(judgement)

    def _add(self, sort: Sort, node: int | str, part: str, side: Side | None) -> None:
        if side is not None:
            self._seen[sort, node, part].add(side)

    # --- what is judged ---------------------------------------------------------------------------

    def _conditions(self, judgement: Judgement) -> None:
        """Tiers and named conditions, each parent's for each parent; of a group only its own conditions."""
        scope, ordinal = judgement.scope, judgement.ordinal
        if judgement.subject is not Subject.PUPIL:
            for named in self.policy.conditions.values():
                if named.subject is judgement.subject:
                    self._reason(reason_at(named.condition, ordinal, scope))
            return
        for tier in self.policy.tiers.values():
            self._tier(tier, ordinal, scope)
        for named in self.policy.conditions.values():
            if named.subject in (Subject.PUPIL, Subject.PARENT):
                own, *parents = _scopes(judgement)
                for each in parents if named.subject is Subject.PARENT and parents else [own]:
                    self._reason(reason_at(named.condition, ordinal, each))

    def _rule(self, rule: Action | Step, judgement: Judgement, expected: Set[str | None]) -> None:
        """A rule for each parent or occasion; its deadlines where the test expects something of it."""
        for instance in instances(rule, judgement.scope, judgement.ordinal):
            course = judgement.course(rule, instance.scope) if isinstance(rule, Step) else None
            self._reason(judgement.reason(instance, course, evident=False))
            for bar in self._bars[rule.name]:
                scope = course.scope if course else instance.scope
                reason = judgement.bar_reason(bar, scope, judgement.ordinal)
                self._reason(reason)
                if reason.truth is not Truth.TRUE or "barred" in expected:
                    self._add(Sort.RULE, bar.name, "", _SIDES[reason.truth])
            if expected and any(True for _ in deadlines(rule)):
                self._deadlines(judgement.judge(instance), judgement.ordinal)

    def _thresholds(self, judgement: Judgement) -> None:
        """The uses of thresholds that no comparison makes."""
        ordinal = judgement.ordinal
        for occasion in self.policy.occasions.values():
            self._occasion(occasion, ordinal, judgement.scope)
        for each in _scopes(judgement):
            for edge in self._edges:
                self._edge(edge, ordinal, each)
            self._where(ordinal, each)

    def _reason(self, reason: Reason) -> None:
        """The conditions in a tree of reasons, with the thresholds that they compare."""
        for child in reason.children:
            self._reason(child)
        clause = reason.clause
        if isinstance(clause, Compare) and reason.left is not None and reason.right is not None:
            for name in thresholds_of(clause.right):
                self._add(Sort.THRESHOLD, id(clause), name, side_of_value(reason.left, reason.right))
            for name in thresholds_of(clause.left):
                self._add(Sort.THRESHOLD, id(clause), name, side_of_value(reason.right, reason.left))
        truth = ~reason.truth if reason.negated and not reason.not_applicable else reason.truth
        self._add(Sort.CONDITION, id(clause), "", _SIDES[truth])

    def _tier(self, tier: Tier, ordinal: int, scope: Scope) -> None:
        for condition in [*tier.when, *([tier.left_when] if tier.left_when is not None else [])]:
            self._reason(reason_at(condition, ordinal, scope))
        below = tier.provisional_below
        if isinstance(below, ThresholdValue) and tier_reason(tier, ordinal, scope).truth is Truth.TRUE:
            shares = [reason_at(condition, ordinal, scope).left for condition in tier.when]
            possible = next((found for share in shares if (found := _possible(share)) is not None), None)
            if possible is not None:
                side = side_of_amount(possible, below, self.policy)
                self._add(Sort.THRESHOLD, tier.name, below.name, side)

    # --- deadlines --------------------------------------------------------------------------------

    def _deadlines(self, judged: Judged, ordinal: int) -> None:
        rule, standing, scope = judged.instance.rule, judged.standing, judged.instance.scope
        if rule.no_sooner is not None and rule.no_sooner.anchor is not None:
            moment = scope.moment(rule.no_sooner.anchor, ordinal)
            start = dt.date.fromordinal(moment.first) if moment.first is not None else None
            first = earliest_after(rule.no_sooner, start, scope) if start is not None else None
            self._deadline(judged, "no sooner than", rule.no_sooner, first, ordinal)
        if standing.status not in _UNDONE:
            return
        if standing.due is not None and rule.every is None:
            unit = unit_of(rule.within.amount, self.policy) if rule.within else Unit.DAY
            side = side_of_day(ordinal, standing.due, unit, scope)
            self._add(Sort.DEADLINE, rule.name, "within" if rule.within else "by", side)
        if rule.expires is not None:
            start = standing.triggered
            if rule.expires.anchor is not None:
                moment = scope.moment(rule.expires.anchor, ordinal)
                start = dt.date.fromordinal(moment.first) if moment.first is not None else None
            last = time_after(rule.expires, start, scope) if start is not None else None
            self._deadline(judged, "expires after", rule.expires, last, ordinal)

    def _deadline(
        self, judged: Judged, keyword: str, deadline: Deadline, date: dt.date | None, ordinal: int
    ) -> None:
        if date is not None:
            scope = judged.instance.scope
            side = side_of_day(ordinal, date, unit_of(deadline.amount, self.policy), scope)
            self._add(Sort.DEADLINE, judged.instance.rule.name, keyword, side)

    # --- thresholds outside comparisons -----------------------------------------------------------

    def _occasion(self, occasion: Occasion, ordinal: int, scope: Scope) -> None:
        least = occasion.at_least
        if not isinstance(least, ThresholdValue):
            return
        view = scope.view
        seen = view.axis.seen(ordinal).bit_length()
        days = view.whole_days(occasion.marks)
        for run in chain.from_iterable(segment.runs for segment in view.segments(occasion.marks)):
            slots = [view.axis.slots[index] for index in run if index < seen]
            length = len(slots)
            if slots and unit_of(least, self.policy) is not Unit.SESSION:
                length = sum(slots[0] // 2 <= day <= slots[-1] // 2 for day in days)
            self._add(Sort.THRESHOLD, occasion.name, least.name, side_of_amount(length, least, self.policy))

    def _where(self, ordinal: int, scope: Scope) -> None:
        date = dt.date.fromordinal(ordinal)
        for found in self._fields:
            selection, test = found.selection, found.test
            assert isinstance(test.operand, ThresholdValue)
            values: list[Held | Unknown]
            if selection.occasion:
                occasions = scope.occurrences(selection.name, ordinal)
                values = [occasion_field(one, test.field) for one in occasions]
            else:
                events = [one for one in scope.of_kind(selection.name) if one.date <= date]
                values = [event_field(one, test.field, date) for one in events]
            for value in values:
                side = side_of_amount(value, test.operand, self.policy)
                self._add(Sort.THRESHOLD, id(test), test.operand.name, side)

    def _edge(self, edge: WindowEdge, ordinal: int, scope: Scope) -> None:
        """Whether something to count lies just inside or just outside a window, and in all others."""
        counted, window, name = edge.counted, edge.window, edge.threshold.name
        if self._seen[Sort.THRESHOLD, id(window), name] >= _OF_A_WINDOW:
            return  # there is no more to see
        line = self.policy.thresholds[name].value
        others = tuple(one for one in counted.windows if one is not window)
        elsewhere = lay_out(others, ordinal, scope).region
        days = [day for day in _days_counted(edge, ordinal, scope) if touches(elsewhere, day)]
        for side in sides_of_window(days, window, line, ordinal, scope):
            self._add(Sort.THRESHOLD, id(window), name, side)


def _scopes(judgement: Judgement) -> list[Scope]:
    """The pupil's scope, and that of each parent."""
    scope = judgement.scope
    return [scope, *(scope.of_parent(parent.id) for parent in judgement.view.pupil.parents)]


def _days_counted(edge: WindowEdge, ordinal: int, scope: Scope) -> Iterator[int]:
    """The dates, as ordinals, of the marks, occasions or events that a window chooses from."""
    counted = edge.counted
    if not isinstance(counted, CountOfEvents | Happened):
        axis = scope.view.axis
        yield from (slot // 2 for slot in axis.slots_in(scope.view.plane(counted.marks) & axis.seen(ordinal)))
    elif counted.selection.occasion:
        yield from (one.first_slot // 2 for one in scope.occurrences(counted.selection.name, ordinal))
    else:
        yield from (one.date.toordinal() for one in scope.of_kind(counted.selection.name))


def _possible(share: Measured | None) -> int | None:
    """How many sessions were possible, of a share or of one that was rounded; None of any other value."""
    while share is not None and share.parts is None and len(share.of) == 1:
        share = share.of[0]
    return share.parts[1] if share is not None and share.parts is not None else None
