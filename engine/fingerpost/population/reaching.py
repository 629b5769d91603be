"""Whether a rule may look back to before the record, so that it may be unknown for that reason alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fingerpost.bearing import walk_through
from fingerpost.bit_rows import rows_of
from fingerpost.counting import sessions_in
from fingerpost.logic import Cause
from fingerpost.population.comparisons import marks_in
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost.population.marks import hangs_on_event
from fingerpost.population.truths import Flags, Words, no_days, packed_rows
from fingerpost.population.values import counted
from fingerpost.rules import pathway_of
from fingerpost.scope import Scope
from fingerpost.windows import lay_out
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import (
    AllOf,
    Anchor,
    Compare,
    Condition,
    ConditionRef,
    CountOfEvents,
    CountOfMarks,
    Happened,
    InTier,
    Is,
    Literal,
    MeasureValue,
    MostInAny,
    Run,
    Selection,
    ShareOfMarks,
    ThresholdValue,
    Value,
    WeeksWith,
    While,
    Window,
)
from fingerpost_dsl.model.policy import Policy


def may_reach_back(rule: Action | Step, frame: Frame, ordinal: int) -> bool:
    """Whether any part of a rule may be unknown because the record begins too late.

    On the side of caution: where it cannot be told at a glance, it may.
    """
    rows = frame.block.reaching
    row = int(rows[0]) if len(rows) else 0
    signatures = frame.shared.across.signatures
    key = ("reaches back", id(rule), bool(len(rows)), ordinal)
    found = signatures.get(key)
    if found is None:
        pathway = pathway_of(rule, frame.shared.policy)
        nodes: list[object] = [rule.tier, rule.when, rule.unless]
        if pathway is not None:
            nodes.extend([pathway.tier, pathway.when])
        if isinstance(rule, Step):
            nodes.append(rule.after)
        found = signatures[key] = (_any_reaches(nodes, frame.scope(row), frame.shared.policy, ordinal), rule)
    return bool(found[0])  # type: ignore[index]  # what was put there


@dataclass(frozen=True, slots=True)
class Wanting:
    """The days on which a rule, if unknown, is so only because the record begins too late (meaning 3)."""

    days: Words
    settled: Flags
    """For which rows it is so on no other day; else it may be, for another reason than was looked at."""


def wanting(rule: Action | Step, frame: Frame) -> Wanting:
    """Said of each row on each day.

    A clause that has to hold is unknown for that reason, with no mark on record that counts: if nothing lay
    before the record, it would not hold, and nor would the rule. With such a mark it is no want of record.
    """
    found = no_days(frame.length).repeat(len(frame), axis=0)
    policy = frame.shared.policy
    pathway = pathway_of(rule, policy)
    rest: list[object] = [rule.tier, rule.unless, None if pathway is None else pathway.tier]
    for condition in _parts_of((*(pathway.when if pathway else ()), *rule.when), policy):
        value = _held_against_a_number(condition)
        while isinstance(value, MeasureValue) and value.as_at is None and not value.of_school:
            value = policy.measures[value.name].value
        counts = None
        if isinstance(value, CountOfMarks | Run) and not any(map(hangs_on_event, value.windows)):
            counts = counted(value, frame)
        if counts is None or not isinstance(value, CountOfMarks | Run):
            rest.append(condition)
            continue
        reaching = _days_reaching(value, frame)
        if reaching:
            none = packed_rows(counts.low == 0) & counts.unbounded & rows_of([reaching], frame.length)
            truth = truths(condition, frame)
            found |= none & truth.open & ~truth.true
    return Wanting(found, settled=_settled(rule, rest, frame))


def _settled(rule: Action | Step, rest: list[object], frame: Frame) -> Flags:
    """The rows for which none of these parts of a rule may be unknown for that reason.

    Where a window hangs on an event, of most pupils no such event is recorded: then it lies nowhere. And of
    what is counted, a mark that counts is on record: with it, nothing is unknown for want of record.
    """
    nodes = _reaching_on_any_day(rule, rest, frame, frame.scope_reaching_furthest(), idle=False)
    settled = _with_marks(nodes, rest, frame)
    if settled.all():
        return settled
    some = np.flatnonzero(~settled & ~_with_events(_hung_on(rest, frame.shared.policy), frame))
    if len(some):
        furthest = some[np.argmax(frame.block.reaches_before[frame.pupils[some]])]
        scope = frame.scope(int(furthest))
        nodes = _reaching_on_any_day(rule, rest, frame, scope, idle=True)
        settled[some] = _with_marks(nodes, rest, frame.take(some))
    return settled


_COUNTED = (CountOfMarks, ShareOfMarks, Run)


def _with_marks(nodes: Sequence[object], rest: list[object], frame: Frame) -> Flags:
    """The rows with a mark that counts, on every day, in each of these values, which reach back.

    Nobody, if any of them is something else, or is not itself held against what rests on no marks.
    """
    settled = np.ones(len(frame), dtype=np.bool_)
    held = _held_by_themselves(rest, frame) if nodes else frozenset()
    for node in nodes:
        by_itself = isinstance(node, _COUNTED) and id(node) in held
        counts = counted(node, frame) if isinstance(node, _COUNTED) and by_itself else None
        settled &= False if counts is None else (counts.low > 0).all(axis=1)
    return settled


def _held_by_themselves(rest: list[object], frame: Frame) -> frozenset[int]:
    """The identities of the values over marks that are held, and only by themselves, against others."""
    found: set[int] = set()
    for node in _all_parts(rest, frame.shared.policy):
        if isinstance(node, While) and frame.shared.bearing(node.condition).marks:
            return frozenset()
        if not isinstance(node, Compare | Is):
            continue
        others = (node.right,) if isinstance(node, Compare) else node.choices
        value = marks_in(node.left if isinstance(node, Compare) else node.value, frame)
        if frame.shared.bearing(others).marks:
            return frozenset()
        if isinstance(value, _COUNTED) and not any(map(hangs_on_event, value.windows)):
            found.add(id(value))
    return frozenset(found)


def _hung_on(nodes: list[object], policy: Policy) -> frozenset[str]:
    """The kinds of event that windows hang on."""
    found = (node.selection for node in _all_parts(nodes, policy) if isinstance(node, Anchor))
    return frozenset(selection.name for selection in found if not selection.occasion)


def _with_events(kinds: frozenset[str], frame: Frame) -> Flags:
    """For whose pupils an event of these kinds is recorded, or of their school."""
    block = frame.block
    found = np.full(len(frame), not kinds.isdisjoint(block.school_kinds), dtype=np.bool_)
    for kind in kinds & block.events.keys():
        found |= block.events[kind][frame.pupils] > 0
    return found


def _held_against_a_number(condition: Condition) -> Value | None:
    """The value that a condition compares, if what it is compared with rests on no marks."""
    if isinstance(condition, Compare) and isinstance(condition.right, Literal | ThresholdValue):
        return condition.left
    return None


def _parts_of(conditions: Iterable[Condition], policy: Policy) -> Iterator[Condition]:
    """The conditions without any of which these do not hold."""
    for condition in conditions:
        match condition:
            case AllOf(conditions=parts):
                yield from _parts_of(parts, policy)
            case ConditionRef(name=name):
                yield from _parts_of((policy.conditions[name].condition,), policy)
            case _:
                yield condition


def _reaching_on_any_day(
    rule: Action | Step, nodes: list[object], frame: Frame, scope: Scope, *, idle: bool
) -> Sequence[object]:
    """What in these parts of a rule may be unknown for that reason: at first, if at all, or last.

    `scope` is that of who may have been on roll longest; `idle` says that no event happened to them that a
    window hangs on.
    """
    reaches = scope.view.may_reach_before(scope.view.axis.complete_from - 1)
    key = ("rest reaches", *map(id, nodes), frame.shared.alone, reaches, idle)
    signatures = frame.shared.across.signatures
    known = signatures.get(key)
    if known is None:
        days = {frame.shared.days[0], frame.shared.days[-1]} if frame.shared.days else set()
        found = {
            id(node): node
            for node in _all_parts(nodes, frame.shared.policy)
            if any(_reaches(node, day, scope, idle=idle) for day in days)
        }
        known = signatures[key] = (tuple(found.values()), rule, nodes)
    return known[0]  # type: ignore[index,no-any-return]  # what was put there


def _days_reaching(value: CountOfMarks | Run, frame: Frame) -> int:
    """The days on which a value is not known because of where the record begins."""
    key = ("days reaching", id(value), frame.shared.alone, bool(len(frame.block.reaching)))
    signatures = frame.shared.across.signatures
    found = signatures.get(key)
    if found is None:
        scope = frame.scope_reaching_furthest()
        days = enumerate(frame.shared.days)
        reaching = sum(_marks_reach(value.windows, day, scope) << place for place, day in days)
        found = signatures[key] = (reaching, value)
    return found[0]  # type: ignore[index,no-any-return]  # what was put there


def reaching_parts(rule: Action | Step, frame: Frame) -> Sequence[object]:
    """What in a rule's clauses may be unknown on any of the days because of where the record begins.

    On the side of caution: for whoever's record begins latest, and whatever happened to them.
    """
    nodes: list[object] = [rule.tier, rule.when, rule.unless]
    return _reaching_on_any_day(rule, nodes, frame, frame.scope_reaching_furthest(), idle=False)


def _any_reaches(
    nodes: list[object], scope: Scope, policy: Policy, ordinal: int, *, idle: bool = False
) -> bool:
    return any(_reaches(node, ordinal, scope, idle=idle) for node in _all_parts(nodes, policy))


def _all_parts(nodes: list[object], policy: Policy) -> Iterator[object]:
    """Every node of these parts of a policy, with those of all tiers where they speak of one."""
    if any(isinstance(node, InTier) for node in walk_through(tuple(nodes), policy)):
        nodes = [*nodes, *(tier.when for tier in policy.tiers.values())]
        nodes.extend(tier.left_when for tier in policy.tiers.values())
    yield from walk_through(tuple(nodes), policy)


def _reaches(node: object, ordinal: int, scope: Scope, *, idle: bool) -> bool:
    match node:
        case MeasureValue():
            return node.as_at is not None or node.of_school
        case CountOfMarks() | ShareOfMarks() | Run() | WeeksWith() | MostInAny():
            return _marks_reach(node.windows, ordinal, scope, idle=idle)
        case CountOfEvents(selection=selection, windows=windows):
            return _events_reach(selection, windows, ordinal, scope, idle=idle)
        case Happened(selection=selection, windows=windows):
            return _events_reach(selection, windows, ordinal, scope, idle=idle)
        case Anchor(selection=selection):
            return selection.occasion
        case _:
            return False


def _marks_reach(windows: tuple[Window, ...], ordinal: int, scope: Scope, *, idle: bool = False) -> bool:
    if not idle and any(hangs_on_event(window) for window in windows):
        return True
    # A window as long as an open threshold says is unknown for that, wherever the record begins.
    return sessions_in(windows, frozenset(), ordinal, scope).cause is Cause.HISTORY_START


def _events_reach(
    selection: Selection, windows: tuple[Window, ...], ordinal: int, scope: Scope, *, idle: bool
) -> bool:
    if not idle and any(hangs_on_event(window) for window in windows):
        return True
    region = lay_out(windows, ordinal, scope).widest
    if not region:
        return False
    start = region[0][0] // 2
    if selection.occasion:
        return scope.view.may_reach_before(start)
    complete = scope.complete_from(selection.name)
    return complete is not None and start < complete
