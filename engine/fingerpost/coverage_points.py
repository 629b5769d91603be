"""What the tests of a policy are to show: its conditions, rules, thresholds and deadlines, one point each.

`points_of` lists the points of what a policy declares itself; what it takes over unchanged from the policy
that it extends is shown by that one's own tests. `policy_coverage.py` says which sides of each were seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import assert_never

from fingerpost_dsl.model.declarations import (
    Action,
    Bar,
    Measure,
    NamedCondition,
    Occasion,
    Pathway,
    Rule,
    Step,
    Tier,
)
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Before,
    Compare,
    Condition,
    ConditionRef,
    CountOfEvents,
    CountOfMarks,
    Extreme,
    FieldCompare,
    ForParents,
    Happened,
    InTheLast,
    InTier,
    Is,
    IsKnown,
    MeasureValue,
    MostInAny,
    Not,
    NotBefore,
    Product,
    Rounded,
    Run,
    Selection,
    ShareOfMarks,
    Since,
    Sum,
    ThresholdValue,
    UnitsAround,
    Value,
    WeeksWith,
    Window,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.source import Span


class Sort(Enum):
    """What a point is about: the columns of the report."""

    CONDITION = "conditions"
    RULE = "rules"
    THRESHOLD = "thresholds"
    DEADLINE = "deadlines"


class Side(Enum):
    """How a test came to a point."""

    TRUE = "true"
    FALSE = "false"
    UNKNOWN = "unknown"
    BELOW = "just below"
    AT = "exactly at"
    ABOVE = "just above"
    INSIDE = "just inside"
    OUTSIDE = "just outside"
    BEFORE = "the day before"
    ON = "on the day"
    AFTER = "the day after"


BOTH_WAYS = (Side.TRUE, Side.FALSE)
THREE_SIDES = (Side.BELOW, Side.AT, Side.ABOVE)
EDGES = (Side.INSIDE, Side.OUTSIDE)
AROUND = (Side.BEFORE, Side.ON, Side.AFTER)

Key = tuple[Sort, int | str, str]
"""A point's identity: its sort; which node of the policy, or which rule; which threshold or deadline."""

Windowed = CountOfMarks | ShareOfMarks | Run | WeeksWith | MostInAny | CountOfEvents | Happened
"""What counts marks or events in windows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing to be seen from each of the `wanted` sides."""

    sort: Sort
    place: str
    """The declaration in which it stands: "action meet"."""
    what: str
    """What of it; empty for the declaration as a whole."""
    wanted: tuple[Side, ...]
    key: Key
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class TestOfField:
    """A `where` test against a threshold, with the selection in which it stands."""

    __test__ = False
    selection: Selection
    test: FieldCompare


@dataclass(frozen=True, slots=True)
class WindowEdge:
    """A window that a threshold bounds, with what is counted in it."""

    counted: Windowed
    window: Window
    threshold: ThresholdValue


def points_of(policy: Policy) -> tuple[Point, ...]:
    """Everything that the tests of a policy are to show, in order of file and line."""
    found: dict[Key, Point] = {}
    for place, declared in evaluated(policy):
        for point in _points_in(place, declared, policy):
            found.setdefault(point.key, point)
    return tuple(sorted(found.values(), key=lambda point: (point.span.file, point.span.start)))


Declared = Measure | NamedCondition | Occasion | Tier | Pathway | Bar | Action | Step


def evaluated(policy: Policy) -> Iterator[tuple[str, Declared]]:
    """The declarations that are judged, for whomever, each with its keyword and name."""
    groups: tuple[tuple[str, tuple[Declared, ...]], ...] = (
        ("measure", tuple(policy.measures.values())),
        ("condition", tuple(policy.conditions.values())),
        ("occasion", tuple(policy.occasions.values())),
        ("tier", tuple(policy.tiers.values())),
        ("pathway", tuple(policy.pathways.values())),
        ("action", tuple(policy.actions.values())),
        ("step", tuple(policy.steps.values())),
        ("bar", tuple(policy.bars.values())),
    )
    for keyword, declarations in groups:
        for declared in declarations:
            yield f"{keyword} {declared.name}", declared


def _points_in(place: str, declared: Declared, policy: Policy) -> Iterator[Point]:
    own = _is_own(declared.name, policy)
    if own:
        yield from _wholes(place, declared, policy)
        for condition in conditions_in(declared):
            for leaf in leaves(condition):
                if _left_open(leaf, policy):
                    continue
                key = (Sort.CONDITION, id(leaf), "")
                yield _point(key, place, f"`{_words(leaf.span)}`", BOTH_WAYS, leaf.span)
    for name, what, wanted, node, span in _thresholds_in(declared, policy):
        threshold = policy.thresholds[name]
        if threshold.value is not None and (own or _is_own(name, policy)):
            yield _point((Sort.THRESHOLD, node, name), place, what, wanted, span)


def _is_own(name: str, policy: Policy) -> bool:
    return policy.set_by(name) == policy.header.id


def _point(key: Key, place: str, what: str, wanted: tuple[Side, ...], span: Span) -> Point:
    return Point(sort=key[0], place=place, what=what, wanted=wanted, key=key, span=span)


def _words(span: Span) -> str:
    return " ".join(span.text.split())


# --- conditions and rules -------------------------------------------------------------------------


def _wholes(place: str, declared: Declared, policy: Policy) -> Iterator[Point]:
    """The declaration as a whole, and its deadlines."""
    span, name = declared.span, declared.name
    match declared:
        case NamedCondition():
            node = id(declared.condition)
            yield _point((Sort.CONDITION, node, ""), place, "", BOTH_WAYS, span)
        case Bar():
            yield _point((Sort.RULE, name, ""), place, "", BOTH_WAYS, span)
        case Tier() | Action() | Step():
            yield _point((Sort.RULE, name, ""), place, "", _ways(declared, policy), span)
            if isinstance(declared, Rule):
                for keyword, deadline in deadlines(declared):
                    what = f"`{_words(deadline)}`"
                    sides = AROUND[:2] if keyword == "no sooner than" else AROUND
                    yield _point((Sort.DEADLINE, name, keyword), place, what, sides, deadline)
        case Measure() | Occasion() | Pathway():
            pass


def deadlines(rule: Rule) -> Iterator[tuple[str, Span]]:
    """The deadlines of a rule, each by its keyword."""
    if rule.within is not None:
        yield "within", rule.within.span
    if rule.by_date is not None:
        yield "by", rule.by_date.span
    if rule.expires is not None:
        yield "expires after", rule.expires.span
    if rule.no_sooner is not None:
        yield "no sooner than", rule.no_sooner.span


def _ways(declared: Tier | Action | Step, policy: Policy) -> tuple[Side, ...]:
    """Both, but for what applies to everybody, and for what waits for a number of the local authority's."""
    if any(_left_open(one, policy) for one in _needed(declared.when)):
        return (Side.FALSE,)
    return (Side.TRUE,) if _always(declared, policy) else BOTH_WAYS


def _needed(conditions: tuple[Condition, ...]) -> Iterator[Condition]:
    """The conditions all of which have to hold."""
    for condition in conditions:
        if isinstance(condition, AllOf):
            yield from _needed(condition.conditions)
        else:
            yield condition


def _left_open(condition: Condition, policy: Policy) -> bool:
    """Whether it compares with a threshold left to the local authority, so that nobody can settle it here."""
    names = (
        thresholds_of(condition.left) + thresholds_of(condition.right)
        if isinstance(condition, Compare)
        else ()
    )
    return any(policy.thresholds[name].value is None for name in names)


def _always(declared: Tier | Action | Step, policy: Policy) -> bool:
    """Whether it applies to everybody, so that no test can show that it does not."""
    if isinstance(declared, Tier):
        return not declared.when
    if isinstance(declared, Step):
        return False
    everybody = declared.tier is None or (
        not declared.tier.only and not policy.tiers[declared.tier.name].when
    )
    return everybody and not (declared.when or declared.unless or declared.occasion or declared.no_sooner)


def conditions_in(declared: Declared) -> Iterator[Condition]:
    """The conditions that stand in a declaration's own clauses."""
    match declared:
        case NamedCondition(condition=condition):
            yield condition
        case Tier():
            yield from declared.when
            if declared.left_when is not None:
                yield declared.left_when
        case Pathway() | Bar():
            yield from declared.when
        case Action() | Step():
            yield from declared.when
            yield from declared.unless
            if isinstance(declared, Step):
                yield from (after.condition for after in declared.after if after.condition is not None)
        case Measure() | Occasion():
            pass


def leaves(condition: Condition) -> Iterator[Compare | Is | IsKnown | Happened]:
    """The comparisons and the tests of facts and events in a condition; a named one stands for itself."""
    match condition:
        case AnyOf(conditions=parts) | AllOf(conditions=parts) | AtLeastOf(conditions=parts):
            for part in parts:
                yield from leaves(part)
        case Not(condition=part) | ForParents(condition=part):
            yield from leaves(part)
        case Compare() | Is() | IsKnown() | Happened():
            yield condition
        case ConditionRef() | InTier():
            pass
        case _:
            assert_never(condition)


# --- thresholds -----------------------------------------------------------------------------------

Use = tuple[str, str, tuple[Side, ...], int | str, Span]
"""A use of a threshold: its name, the use in words, the sides wanted, which node, where."""


def _thresholds_in(declared: Declared, policy: Policy) -> Iterator[Use]:
    for condition in conditions_in(declared):
        for leaf in leaves(condition):
            if isinstance(leaf, Compare):
                for name in thresholds_of(leaf.left) + thresholds_of(leaf.right):
                    yield name, f"threshold {name}", THREE_SIDES, id(leaf), leaf.span
    for found in tests_of_fields(declared):
        operand = found.test.operand
        if isinstance(operand, ThresholdValue):
            yield operand.name, f"threshold {operand.name}", THREE_SIDES, id(found.test), found.test.span
    for edge in window_edges(declared):
        what = f"window `{_words(edge.window.span)}`"
        yield edge.threshold.name, what, EDGES, id(edge.window), edge.window.span
    if isinstance(declared, Occasion) and isinstance(declared.at_least, ThresholdValue):
        name = declared.at_least.name
        yield name, f"threshold {name}", THREE_SIDES, declared.name, declared.at_least.span
    if isinstance(declared, Tier) and is_share(declared, policy):
        below = declared.provisional_below
        if isinstance(below, ThresholdValue):
            yield below.name, f"threshold {below.name}", THREE_SIDES, declared.name, below.span


def thresholds_of(value: Value) -> tuple[str, ...]:
    """The thresholds that a value is, or is worked out from."""
    match value:
        case ThresholdValue(name=name):
            return (name,)
        case Sum(terms=terms):
            return tuple(name for _, term in terms for name in thresholds_of(term))
        case Product(factors=factors):
            return tuple(name for _, factor in factors for name in thresholds_of(factor))
        case Extreme(values=values):
            return tuple(name for one in values for name in thresholds_of(one))
        case Rounded(value=inner):
            return thresholds_of(inner)
        case _:
            return ()


def tests_of_fields(declared: Declared) -> Iterator[TestOfField]:
    """The `where` tests in a declaration that compare a field with a threshold."""
    for node in walk(declared):
        if isinstance(node, Selection):
            for test in node.where:
                if isinstance(test, FieldCompare) and isinstance(test.operand, ThresholdValue):
                    yield TestOfField(node, test)


def window_edges(declared: Declared) -> Iterator[WindowEdge]:
    """The windows in a declaration whose length or date is a threshold."""
    for node in walk(declared):
        if isinstance(node, Windowed):
            for window in node.windows:
                match window:
                    case InTheLast(amount=ThresholdValue() as found):
                        yield WindowEdge(node, window, found)
                    case UnitsAround(amount=ThresholdValue() as found):
                        yield WindowEdge(node, window, found)
                    case NotBefore(date=ThresholdValue() as found):
                        yield WindowEdge(node, window, found)
                    case Since(moment=ThresholdValue() as found) | Before(moment=ThresholdValue() as found):
                        yield WindowEdge(node, window, found)
                    case _:
                        pass


def is_share(tier: Tier, policy: Policy) -> bool:
    """Whether a tier asks for a share, whose possible sessions say whether it is provisional."""
    for condition in tier.when:
        value: Value | None = condition.left if isinstance(condition, Compare) else None
        while isinstance(value, MeasureValue | Rounded):
            value = policy.measures[value.name].value if isinstance(value, MeasureValue) else value.value
        if isinstance(value, ShareOfMarks):
            return True
    return False
