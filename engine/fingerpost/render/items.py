"""What there is to do, from decisions: one item for each pupil and rule, with its owner and its place.

A recommendation made once for each parent is one item here. The order is the same in every rendering: what
concerns a child's safety, then what is late, then by due date, then what has no deadline, then what may be
done.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from fingerpost.decision import Decision, Recommendation, Status
from fingerpost.history import slot_date
from fingerpost.reasons import Measured, Occurrence
from fingerpost.render.measured import is_share_of_absence, lines_of
from fingerpost.render.sentences import because
from fingerpost.render.words import both_rates, short_date
from fingerpost_dsl.model.declarations import Action, Modality, Step, Weight
from fingerpost_dsl.model.expressions import Compare, CountOfMarks, MeasureValue, Value
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

TO_DO = frozenset({Status.ONGOING, Status.DUE, Status.OVERDUE, Status.AVAILABLE, Status.BREACHED})
"""What somebody has to do, or may do, now."""

_SAFETY = ("safeguarding", "social_care", "social_worker", "youth_justice")
"""Roles and passages with these in their name are about a child's safety."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing for one pupil; `parents` are those for whom it stands alike."""

    decision: Decision
    one: Recommendation
    parents: tuple[str, ...]
    safety: bool

    @property
    def owner(self) -> str:
        """On whose list it lands: who usually does it, else the actor."""
        return self.one.usually_by or self.one.actor

    @property
    def late(self) -> bool:
        """Whether a deadline is missed, or what must not be done was done."""
        return self.one.status in (Status.OVERDUE, Status.BREACHED)

    @property
    def order(self) -> tuple[int, dt.date, int, str, str]:
        """Its place: safety, late by others' rules, must, late by our own target, due, ongoing, may.

        Then by date.
        """
        date = self.one.due or self.one.triggered or dt.date.max
        weight = list(Weight).index(self.one.weight)
        return (-self.safety * 10 + self._rank, date, weight, self.decision.id, self.one.name)

    @property
    def _rank(self) -> int:
        if self.late and self.one.deadline_weight not in (None, Weight.OURS, Weight.LOCAL):
            return 0
        if self.one.modality is Modality.MAY:
            return 5
        if self.one.modality is Modality.MUST:
            return 1
        return 2 if self.late else 3 if self.one.due else 4


def items(decisions: Iterable[Decision], policy: Policy, statuses: frozenset[Status] = TO_DO) -> list[Item]:
    """Every item of these statuses, in order."""
    found: dict[tuple[str, str, int, Status, dt.date | None], Item] = {}
    for decision in decisions:
        for one in decision.recommendations:
            if one.status not in statuses:
                continue
            key = (decision.id, one.name, one.key[2], one.status, one.due)
            parents = (one.parent,) if one.parent is not None else ()
            if key in found:
                found[key] = replace(found[key], parents=(*found[key].parents, *parents))
            else:
                safety = is_about_safety(policy, one)
                found[key] = Item(decision=decision, one=one, parents=parents, safety=safety)
    return sorted(found.values(), key=lambda item: item.order)


def is_about_safety(policy: Policy, one: Recommendation) -> bool:
    """Whether an action is about a child's safety, by whom it brings in and what it rests on."""
    roles = (one.actor, one.usually_by or "", *one.with_roles)
    names = (*roles, *(cite for cite in one.cites if "safeguarding" in cite))
    return one.pathway is None and any(word in name for name in names for word in _SAFETY)


def rule_of(policy: Policy, one: Recommendation) -> Action | Step | None:
    """The rule that a recommendation comes from."""
    return policy.actions.get(one.name) or policy.steps.get(one.name)


def first_clause(text: str) -> str:
    """A text up to its first comma, colon or semicolon: enough for a line of a list.

    Not up to a comma within a list of things, nor before a parenthesis that what follows needs: half of it
    says something else than the whole.

    >>> first_clause("contact the parents, by every number there is")
    'contact the parents'
    >>> first_clause("see that school, social care and the police work together")
    'see that school, social care and the police work together'
    """
    for mark in re.finditer(r"(\S+?)([,:;]) ", text):
        last, sign = mark.groups()
        if mark.start(2) <= _SHORTEST_CLAUSE or (sign == "," and _goes_on_as_list(text[mark.end() :])):
            continue
        return text if last in _LEADS_ON else text[: mark.start(2)]
    return text


_SHORTEST_CLAUSE = 12
_LEADS_ON = frozenset({"are", "is", "up", "who", "that"})
"""Words after which a comma opens a parenthesis: `pupils who are, or may become, absent`."""
_OPENS_A_CLAUSE = frozenset(
    {"and", "or", "to", "in", "by", "with", "where", "when", "unless", "such", "for", "from", "through", "as"}
    | {"what", "so", "no"}
)
"""Words that begin a clause of their own after a comma, and not the next thing of a list."""


def _goes_on_as_list(rest: str) -> bool:
    """Whether what stands after a comma is the next of several things, with `and` or `or` before the last."""
    for part in rest.split(", "):
        if part.split(maxsplit=1)[0] in _OPENS_A_CLAUSE:
            return False
        if " and " in part or " or " in part:
            return True
    return False


def line_text(item: Item, policy: Policy, width: int) -> str:
    """An item in a few words, with the count or occasion that calls for it.

    Its text if that is short, else its title: the same for every pupil, whatever else stands in the line.
    """
    one, on = item.one, item.decision.on
    count = _count_behind(one, policy, on)
    if count:
        full = f"{lower_first(one.title)}: {count}"
        brief = full.split(" in ", maxsplit=1)[0]
        return full if len(full) <= width else brief
    when = f" ({_since(one.occasion, on)})" if one.occasion is not None else ""
    text = first_clause(one.text)
    room = width - (_LONGEST_SINCE if one.occasion is not None else 0)
    return (text if len(text) <= room else lower_first(one.title)) + when


_LONGEST_SINCE = len(" (since Wed 30 Sep 2025)")


def _since(occasion: Occurrence, on: dt.date) -> str:
    first, last = slot_date(occasion.first_slot), slot_date(occasion.last_slot)
    return short_date(first, on) if first == last else f"since {short_date(first, on)}"


def _count_behind(one: Recommendation, policy: Policy, on: dt.date) -> str:
    """`10 unauthorised sessions in the last 10 school weeks`, where a count of marks calls for it."""
    rule = rule_of(policy, one)
    if rule is None or rule.tier is not None:
        return ""
    for point in because(one.reason, policy, on):
        clause = point.reason.clause
        if isinstance(clause, Compare) and isinstance(_behind(clause.left, policy), CountOfMarks):
            return point.text.split(";")[0].split(" (")[0]
    return ""


def _behind(value: Value, policy: Policy) -> Value:
    while isinstance(value, MeasureValue):
        value = policy.measures[value.name].value
    return value


def due_text(one: Recommendation, on: dt.date) -> str:
    """When: a date, `ongoing`, or `may`."""
    if one.due is not None:
        date = short_date(one.due, on)
        return date if len(date) <= 10 else date.split(maxsplit=1)[1]
    if one.due_unknown is not None:
        return "date open"
    return "open" if one.modality is Modality.MAY else "ongoing"


def deadline_owner(one: Recommendation) -> str:
    """Whose deadline it is."""
    weight = one.deadline_weight or Weight.OURS
    return "our target" if weight is Weight.OURS else weight.value


def remark_text(item: Item, policy: Policy) -> str:
    """What stands at the end of a line: late, must, may, or the rate that it rests on."""
    one = item.one
    if one.status is Status.BREACHED:
        return "was not to be done"
    if item.late:
        missed = f", {one.overdue_count} missed" if one.overdue_count > 1 else ""
        return f"late ({deadline_owner(one)}{missed})"
    if one.modality is Modality.MAY:
        return "may; a person decides"
    rule = rule_of(policy, one)
    provisional = "provisional" if one.provisional else ""
    if rule is not None and rule.tier is not None:
        rate = attended(item.decision, policy)
        return ", ".join(part for part in (rate, provisional) if part)
    if one.modality is Modality.MUST:
        return f"must, {one.weight.value}"
    return provisional


def attended(decision: Decision, policy: Policy) -> str:
    """`84.4% attended`, by the measure that the tiers go by; nothing where it is not exact."""
    measured = tier_rate(decision.measures, policy)
    if measured is None or not measured.exact or measured.lowest is None:
        return ""
    return f"{both_rates(measured.lowest, lines_of(policy))[0]} attended"


def tier_rate(measures: Mapping[str, Measured], policy: Policy) -> Measured | None:
    """The share of absence that the policy's tiers go by."""
    for tier in policy.tiers.values():
        for condition in tier.when:
            match condition:
                case Compare(left=MeasureValue(name=name) as left) if is_share_of_absence(left, policy):
                    return measures.get(name)
                case _:
                    pass
    return None
