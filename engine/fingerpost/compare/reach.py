"""Whether a condition of one policy holds for more than the same condition of another: from the text alone.

`Reach` compares two expressions of the model, each as its own policy understands it: thresholds by their
values, measures, conditions, tiers and sets of codes by what stands behind their names. The answers rest on
each operator being monotone in three-valued logic: an interval that only grows makes `at least` true where
it was true, `and`, `or` and `at least N of` keep that, and `not` turns it round. Where an operator is not
monotone (`is known`, `is 3`, a product, a window laid on another event), the answer is `OTHER` unless both
sides are the same. So `MORE` and `FEWER` are never wrong, and `OTHER` may be said where a cleverer proof
would decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import TypeVar

from fingerpost.compare.declared import meaning
from fingerpost.compare.order import Order, all_joined
from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.declarations import Tier, ValueType
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.model.walk import walk
from fingerpost_dsl.wording.amounts import resolved

T = TypeVar("T")

_UPWARD = (ex.Comparison.AT_LEAST, ex.Comparison.MORE_THAN)
_STRICT = (ex.Comparison.MORE_THAN, ex.Comparison.LESS_THAN)


class Reach:
    """Two policies, to be asked about what both of them have."""

    def __init__(self, before: Policy, after: Policy) -> None:
        self.before = before
        self.after = after
        self._same_codes = before.codes == after.codes
        self._found: dict[tuple[str, str], Order] = {}

    # --- tiers --------------------------------------------------------------------------------------------

    def in_tier(self, old: ex.InTier, new: ex.InTier) -> Order:
        """`in tier T` holds in whatever continues T; `only in tier T` does not."""
        if old.name != new.name or old.only is not new.only:
            return Order.OTHER
        beyond = _beyond(old.name, self.before), _beyond(old.name, self.after)
        if beyond[0] != beyond[1]:
            grown = Order.MORE if beyond[0] < beyond[1] else Order.OTHER
            grown = Order.FEWER if beyond[1] < beyond[0] else grown
        else:
            grown = Order.SAME
        deeper = all_joined([grown, *(self.tier(name) for name in sorted(beyond[0] & beyond[1]))])
        own = self.tier(old.name)
        return own.joined(deeper.flipped if old.only else deeper)

    def tier(self, name: str) -> Order:
        """Who is in a tier by its own conditions."""
        return self._named("tier", name, lambda: self._tier(self.before.tiers[name], self.after.tiers[name]))

    def _tier(self, old: Tier, new: Tier) -> Order:
        left = self.any(
            () if old.left_when is None else (old.left_when,),
            () if new.left_when is None else (new.left_when,),
        )
        if (old.left_when is None) is not (new.left_when is None):
            left = Order.OTHER
        return self.every(old.when, new.when).joined(left.flipped)

    def _named(self, kind: str, name: str, work_out: Callable[[], Order]) -> Order:
        """Remembered; what rests on itself, as only a mixture of two policies can, is OTHER."""
        key = (kind, name)
        if key not in self._found:
            self._found[key] = Order.OTHER
            self._found[key] = work_out()
        return self._found[key]

    # --- conditions -----------------------------------------------------------------------------------------

    def every(self, old: Sequence[ex.Condition], new: Sequence[ex.Condition]) -> Order:
        """Conditions that must all hold."""
        return self.matched(_flat(old, ex.AllOf), _flat(new, ex.AllOf), self.condition, Order.FEWER)

    def any(self, old: Sequence[ex.Condition], new: Sequence[ex.Condition]) -> Order:
        """Conditions of which one is enough."""
        return self.matched(_flat(old, ex.AnyOf), _flat(new, ex.AnyOf), self.condition, Order.MORE)

    def matched(
        self, old: Sequence[T], new: Sequence[T], pair: Callable[[T, T], Order], further: Order
    ) -> Order:
        """Members matched by what they say, the rest in order; `further` is what one more of them does."""
        orders: list[Order] = []
        rest = list(new)
        unmatched: list[T] = []
        for one in old:
            found = next((other for other in rest if self._says_the_same(one, other)), None)
            if found is None:
                unmatched.append(one)
            else:
                rest.remove(found)
                orders.append(pair(one, found))
        if len(unmatched) == len(rest):
            orders += [pair(one, other) for one, other in zip(unmatched, rest, strict=True)]
        elif not unmatched:
            orders.append(further)
        elif not rest:
            orders.append(further.flipped)
        else:
            orders.append(Order.OTHER)
        return all_joined(orders)

    def condition(self, old: ex.Condition, new: ex.Condition) -> Order:
        """Where a condition holds."""
        if isinstance(old, ex.AllOf) or isinstance(new, ex.AllOf):
            return self.every((old,), (new,))
        if isinstance(old, ex.AnyOf) or isinstance(new, ex.AnyOf):
            return self.any((old,), (new,))
        match old, new:
            case ex.Not(condition=one), ex.Not(condition=other):
                return self.condition(one, other).flipped
            case ex.AtLeastOf(), ex.AtLeastOf():
                members = self.matched(old.conditions, new.conditions, self.condition, Order.MORE)
                return members.joined(self.amount(old.number, new.number).flipped)
            case ex.Compare(), ex.Compare():
                return self._compare(old, new)
            case ex.Is(), ex.Is():
                return self._is(old, new)
            case ex.Happened(), ex.Happened():
                if old.selection.which is not ex.Which.ALL:
                    return self._whether_same(old, new)
                return self.selection(old.selection, new.selection).joined(
                    self.windows(old.windows, new.windows)
                )
            case ex.ConditionRef(name=name), ex.ConditionRef(name=other_name) if name == other_name:
                return self._condition_named(name)
            case ex.InTier(), ex.InTier():
                return self.in_tier(old, new)
            case ex.ForParents(), ex.ForParents() if old.every is new.every:
                return self.condition(old.condition, new.condition)
            case _:
                return self._whether_same(old, new)

    def _condition_named(self, name: str) -> Order:
        return self._named(
            "condition",
            name,
            lambda: self.condition(
                self.before.conditions[name].condition, self.after.conditions[name].condition
            ),
        )

    def _compare(self, old: ex.Compare, new: ex.Compare) -> Order:
        upward = old.comparison in _UPWARD
        if upward is not (new.comparison in _UPWARD):
            return Order.OTHER
        strict = old.comparison in _STRICT, new.comparison in _STRICT
        edge = Order.SAME if strict[0] is strict[1] else Order.FEWER if strict[1] else Order.MORE
        left, right = self.value(old.left, new.left), self.value(old.right, new.right)
        values = left.joined(right.flipped)
        return edge.joined(values if upward else values.flipped)

    def _is(self, old: ex.Is, new: ex.Is) -> Order:
        """More choices are more, of a value that is itself the same."""
        if old.negated is not new.negated or not self.is_same(old.value, new.value):
            return Order.OTHER
        choices = [{meaning(one, self.before) for one in old.choices}]
        choices.append({meaning(one, self.after) for one in new.choices})
        kept = [one for one in new.choices if meaning(one, self.after) in choices[0]]
        if not all(self.is_same(one, one) for one in kept):
            return Order.OTHER
        if choices[0] == choices[1]:
            order = Order.SAME
        elif choices[0] < choices[1]:
            order = Order.MORE
        else:
            order = Order.FEWER if choices[1] < choices[0] else Order.OTHER
        return order.flipped if old.negated else order

    # --- values ---------------------------------------------------------------------------------------------

    def amount(self, old: ex.Amount, new: ex.Amount) -> Order:
        """A number of one unit, or a date: MORE is greater, or later."""
        return _plain(resolved(old, self.before), resolved(new, self.after))

    def value(self, old: ex.Value, new: ex.Value) -> Order:
        """Whether a value is never less than it was."""
        match old, new:
            case ((ex.Literal() | ex.ThresholdValue()), (ex.Literal() | ex.ThresholdValue())):
                return self.amount(old, new)
            case ex.MeasureValue(name=name), ex.MeasureValue(name=other) if name == other:
                alike = (old.as_at, old.of_school) == (new.as_at, new.of_school)
                return self.measure(name) if alike else Order.OTHER
            case ex.CountOfMarks(), ex.CountOfMarks() if (old.whole_days, old.weekdays) == (
                new.whole_days,
                new.weekdays,
            ):
                return self._over(old, new)
            case ex.CountOfEvents(), ex.CountOfEvents() if old.selection.which is ex.Which.ALL:
                return self.selection(old.selection, new.selection).joined(
                    self.windows(old.windows, new.windows)
                )
            case ex.ShareOfMarks(), ex.ShareOfMarks() if old.weekdays == new.weekdays:
                # A longer window changes what is divided as well as what it is divided by.
                same = self.windows(old.windows, new.windows) is Order.SAME
                return self.marks(old.marks, new.marks) if same else Order.OTHER
            case ex.Run(), ex.Run() if (old.current, old.unit) == (new.current, new.unit):
                # A current run ends where its window ends: a longer one may show that it is over.
                same = not old.current or self.windows(old.windows, new.windows) is Order.SAME
                return self._over(old, new) if same else Order.OTHER
            case ex.WeeksWith(), ex.WeeksWith() if old.at_least is not None and new.at_least is not None:
                return self._over(old, new).joined(self.amount(old.at_least, new.at_least).flipped)
            case ex.WeeksWith(at_least=None), ex.WeeksWith(at_least=None):
                return self._over(old, new)
            case ex.MostInAny(), ex.MostInAny():
                return self._over(old, new).joined(self.amount(old.amount, new.amount))
            case ex.Sum(), ex.Sum() if [s for s, _ in old.terms] == [s for s, _ in new.terms]:
                pairs = zip(old.terms, new.terms, strict=True)
                orders = ((sign, self.value(one, other)) for (sign, one), (_, other) in pairs)
                return all_joined(order if sign > 0 else order.flipped for sign, order in orders)
            case ex.Extreme(), ex.Extreme() if old.highest is new.highest and len(old.values) == len(
                new.values
            ):
                return all_joined(map(self.value, old.values, new.values))
            case ex.Rounded(), ex.Rounded() if old.rounding is new.rounding:
                return self.value(old.value, new.value)
            case _:
                return self._whether_same(old, new)

    def _over(
        self,
        old: ex.CountOfMarks | ex.Run | ex.WeeksWith | ex.MostInAny,
        new: ex.CountOfMarks | ex.Run | ex.WeeksWith | ex.MostInAny,
    ) -> Order:
        """What never becomes less by more kinds of marks, or over more of the calendar."""
        return self.marks(old.marks, new.marks).joined(self.windows(old.windows, new.windows))

    def measure(self, name: str) -> Order:
        """A measure that both have."""
        return self._named(
            "measure",
            name,
            lambda: self.value(self.before.measures[name].value, self.after.measures[name].value),
        )

    # --- marks, events, windows -----------------------------------------------------------------------------

    def marks(self, old: ex.MarkSet, new: ex.MarkSet) -> Order:
        """Which marks are in a set; a declared one is what its own policy says it is."""
        if not self._same_codes:
            return Order.OTHER
        old = self.before.code_sets[old.name].marks if old.name in self.before.code_sets else old
        new = self.after.code_sets[new.name].marks if new.name in self.after.code_sets else new
        parts = [(old.kinds, old.codes, old.without), (new.kinds, new.codes, new.without)]
        if parts[0] == parts[1]:
            return Order.SAME
        if old.kinds <= new.kinds and old.codes <= new.codes and new.without <= old.without:
            return Order.MORE
        if new.kinds <= old.kinds and new.codes <= old.codes and old.without <= new.without:
            return Order.FEWER
        return Order.OTHER

    def occasion(self, name: str) -> Order:
        """How many occasions there are; with other marks, runs may join as well as begin."""

        def work_out() -> Order:
            old, new = self.before.occasions[name], self.after.occasions[name]
            if self.marks(old.marks, new.marks) is not Order.SAME:
                return Order.OTHER
            if old.at_least is None or new.at_least is None:
                return self._whether_same(old.at_least, new.at_least)
            return self.amount(old.at_least, new.at_least).flipped

        return self._named("occasion", name, work_out)

    def selection(self, old: ex.Selection, new: ex.Selection) -> Order:
        """Which events or occasions are meant, of all of a kind."""
        if (old.name, old.occasion, old.which) != (new.name, new.occasion, new.which):
            return Order.OTHER
        if old.which is not ex.Which.ALL:
            return self._whether_same(old, new)
        return self._kind(old).joined(self.matched(old.where, new.where, self._where, Order.FEWER))

    def _kind(self, selection: ex.Selection) -> Order:
        name = selection.name
        if selection.occasion and name in self.before.occasions and name in self.after.occasions:
            return self.occasion(name)
        if name in self.before.code_sets and name in self.after.code_sets:
            both = self.before.code_sets[name].marks, self.after.code_sets[name].marks
            return Order.SAME if self.marks(*both) is Order.SAME else Order.OTHER
        old, new = self.before.events.get(name), self.after.events.get(name)
        if old is None or new is None:
            return Order.OTHER
        types = {field.name: _sort(field.type) for field in new.fields}
        alike = (old.subject, old.lasts, old.relies_on_marks) == (new.subject, new.lasts, new.relies_on_marks)
        alike = alike and all(types.get(field.name) == _sort(field.type) for field in old.fields)
        return Order.SAME if alike else Order.OTHER

    def _where(self, old: ex.FieldTest, new: ex.FieldTest) -> Order:
        match old, new:
            case ex.FieldCompare(operand=(ex.Literal() | ex.ThresholdValue()) as one), ex.FieldCompare(
                operand=(ex.Literal() | ex.ThresholdValue()) as other
            ) if (
                old.field,
                old.comparison,
            ) == (new.field, new.comparison):
                order = self.amount(one, other)
                return order.flipped if old.comparison in _UPWARD else order
            case ex.FieldWithin(), ex.FieldWithin() if old.field == new.field:
                return self.window(old.window, new.window)
            case _:
                return self._whether_same(old, new)

    def windows(self, old: Sequence[ex.Window], new: Sequence[ex.Window]) -> Order:
        """How much of the calendar is looked at; windows intersect, so that a further one leaves less."""
        return self.matched(old, new, self.window, Order.FEWER)

    def window(self, old: ex.Window, new: ex.Window) -> Order:
        """How much of the calendar one window takes in."""
        match old, new:
            case ex.InTheLast(), ex.InTheLast():
                return self.amount(old.amount, new.amount)
            case ex.NotBefore(), ex.NotBefore():
                return self.amount(old.date, new.date).flipped
            case ex.Since(moment=(ex.Literal() | ex.ThresholdValue()) as one), ex.Since(
                moment=(ex.Literal() | ex.ThresholdValue()) as other
            ):
                return self.amount(one, other).flipped
            case ex.Before(moment=(ex.Literal() | ex.ThresholdValue()) as one), ex.Before(
                moment=(ex.Literal() | ex.ThresholdValue()) as other
            ):
                return self.amount(one, other)
            case ex.UnitsAround(), ex.UnitsAround() if old.after is new.after and self.is_same(
                old.anchor, new.anchor
            ):
                return self.amount(old.amount, new.amount)
            case ex.NotReliedOn(), ex.NotReliedOn():
                return self.selection(old.selection, new.selection).flipped
            case _:
                return self._whether_same(old, new)

    # --- the same -------------------------------------------------------------------------------------------

    def _whether_same(self, old: object, new: object) -> Order:
        return Order.SAME if self.is_same(old, new) else Order.OTHER

    def is_same(self, old: object, new: object) -> bool:
        """Whether both say the same, and all that they name is the same too."""
        return self._says_the_same(old, new) and all(self._is_unchanged(node) for node in walk(old))

    def _says_the_same(self, old: object, new: object) -> bool:
        """Whether both are written the same; what they name may still differ."""
        return old == new or meaning(old, self.before) == meaning(new, self.after)

    def _is_unchanged(self, node: object) -> bool:
        match node:
            case ex.ThresholdValue():
                return self.amount(node, node) is Order.SAME
            case ex.MeasureValue(name=name):
                return self.measure(name) is Order.SAME
            case ex.ConditionRef(name=name):
                return self._condition_named(name) is Order.SAME
            case ex.InTier():
                return self.in_tier(node, node) is Order.SAME
            case ex.MarkSet():
                return self.marks(node, node) is Order.SAME
            case ex.Selection():
                return self._kind(node) is Order.SAME
            case ex.FactValue(name=name):
                facts = self.before.facts[name], self.after.facts[name]
                sorts = [(_sort(fact.type), fact.subject, fact.judged_by) for fact in facts]
                return sorts[0] == sorts[1]
            case _:
                return True


def _sort(type_: ValueType) -> tuple[str, Unit | None]:
    """A type but for its choices: one more answer changes nothing for those who gave another."""
    return type_.kind, type_.unit


def _beyond(name: str, policy: Policy) -> frozenset[str]:
    """The tiers that continue a tier, at whatever remove."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        further = {tier.name for tier in policy.tiers.values() if tier.continues == one} - found
        found |= further
        waiting += further
    return frozenset(found - {name})


def _flat(
    conditions: Sequence[ex.Condition], sort: type[ex.AllOf] | type[ex.AnyOf]
) -> tuple[ex.Condition, ...]:
    """The members, and those of members that are themselves joined in the same way."""
    found: list[ex.Condition] = []
    for one in conditions:
        found += _flat(one.conditions, sort) if isinstance(one, sort) else [one]
    return tuple(found)


def _plain(old: ex.LiteralValue | None, new: ex.LiteralValue | None) -> Order:
    """Two values written out. What is left to somebody else to set may be anything."""
    if old == new and type(old) is type(new):
        return Order.SAME
    match old, new:
        case Quantity(unit=unit), Quantity(unit=other) if unit is other:
            return Order.MORE if new.amount > old.amount else Order.FEWER
        case dt.date(), dt.date():
            return Order.MORE if new > old else Order.FEWER
        case _:
            return Order.OTHER
