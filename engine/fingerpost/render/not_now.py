"""What does not apply, and what would make it: the smallest changes, and when marks leave their windows.

The engine has tried every change before it is shown here. Of all that does not apply only what is near is
listed: what a few sessions, a fact or an event would bring about, and the steps of a pathway that has
begun.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from fingerpost.changes import Change, EventsRecorded, FactsRecorded, MoreSessions
from fingerpost.explain import Ending, Explanation, Leaving, WhyNot
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost.render.facts import each_parent
from fingerpost.render.items import TO_DO, first_clause
from fingerpost.render.measured import plain_words
from fingerpost.render.sentences import Point, viable_ways, why_not
from fingerpost.render.words import flowed, joined, mark_ranges, plural, short_date, wrapped
from fingerpost_dsl.model.declarations import Step
from fingerpost_dsl.model.expressions import MarkSet
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first
from fingerpost_dsl.wording.marks import sessions

NEAR = 6
"""So many sessions are near."""
SIGN = {Truth.FALSE: "✗", Truth.UNKNOWN: "?", Truth.TRUE: "✓"}


def near(
    explanation: Explanation, only: str | None = None, *, everything: bool = False
) -> list[list[WhyNot]]:
    """What is worth listing, one entry a rule: the same for several parents stands together."""
    coming = {one.name for one in explanation.decision.recommendations if one.status in TO_DO}
    groups: dict[tuple[object, ...], list[WhyNot]] = {}
    for one in explanation.not_now:
        if one.truth is not Truth.FALSE or one.barred_by or (only is not None and one.rule != only):
            continue
        if everything or only is not None or _is_near(one, coming):
            key = (one.rule, one.changes, tuple(leaf.truth for leaf in one.failing))
            groups.setdefault(key, []).append(one)
    return list(groups.values())


def _is_near(one: WhyNot, coming: set[str]) -> bool:
    """A few sessions away.

    Or a step that waits for no more than a step now due, and for what is not known.
    """
    if viable_ways(one.reason):
        return _waits_only(one.reason, coming)
    return any(isinstance(change, MoreSessions) and change.number <= NEAR for change in one.changes)


def _waits_only(reason: Reason, coming: set[str]) -> bool:
    others = [child for child in reason.children if child.role not in ("way in", "unless")]
    exceptions = [child for child in reason.children if child.role == "unless"]
    if any(child.truth is Truth.FALSE for child in others) or any(c.truth is Truth.TRUE for c in exceptions):
        return False
    befores = (child for way in viable_ways(reason) for child in way.children if child.role == "after")
    return any(
        before.truth is Truth.TRUE or (isinstance(before.clause, Step) and before.clause.name in coming)
        for before in befores
    )


def not_now_lines(group: Sequence[WhyNot], policy: Policy, on: dt.date, width: int) -> list[str]:
    """One rule that does not apply: what is missing, what would do, when marks leave."""
    one = group[0]
    decides = " — a person decides" if one.enforcement else ""
    rule = policy.actions.get(one.rule) or policy.steps[one.rule]
    parents = each_parent([why.parent for why in group if why.parent is not None])
    head = f"{one.actor_title} {rule.modality.value} {first_clause(one.text)}{decides}"
    lines = wrapped(f"{head}{', ' + parents if parents else ''}", width, "   ", "     ")
    for point in points_of(one, policy, on):
        lines += wrapped(point.text, width, f"     {SIGN[point.truth]} ")
        lines += flowed(point.details, width, "         ")
    for text in (
        *(change_words(change, policy, on) for change in one.changes),
        *leaving_words(one.leaving, on),
    ):
        lines += wrapped(text, width, "     → ")
    return lines


def points_of(one: WhyNot, policy: Policy, on: dt.date) -> tuple[Point, ...]:
    """The clauses that fail, false ones first."""
    return why_not(one.reason, policy, on)


def change_words(change: Change, policy: Policy, on: dt.date) -> str:
    """What would make it apply: `2 more unauthorised sessions by Fri 23 Jan would do`."""
    match change:
        case MoreSessions(number=number, marks=marks, code=code, until=until):
            by = f" by {short_date(until, on)}" if until is not None else ""
            one, many = _sessions(marks, policy)
            more = f"{number} more {one if number == 1 else many}"
            return f"{more}{by} would bring it about (code {code}, for one)"
        case FactsRecorded(facts=facts):
            said = [
                f"“{lower_first(policy.facts[name].title)}: {_value(value)}”{_whose(whose)}"
                for name, value, whose in facts
            ]
            return f"it would apply if it were recorded that {joined(said)}"
        case EventsRecorded(events=events):
            said = [
                f"“{policy.events[name].title}”{_fields(fields)}{_whose(whose)}"
                for name, fields, whose in events
            ]
            return f"it would apply if {joined(said)} were recorded"


def _sessions(marks: str, policy: Policy) -> tuple[str, str]:
    """One session of a set, and many."""
    declared = policy.code_sets.get(marks)
    return sessions(declared.marks if declared is not None else MarkSet(name=marks), policy)


def _value(value: object) -> str:
    return plain_words(value) if isinstance(value, bool | str | dt.date) else str(value)


def _fields(fields: Sequence[tuple[str, object]]) -> str:
    said = [f"{name.replace('_', ' ')} {_value(value)}" for name, value in fields]
    return f" ({', '.join(said)})" if said else ""


def _whose(parent: str | None) -> str:
    return f" for parent {parent}" if parent else ""


def leaving_words(found: Sequence[Leaving], on: dt.date) -> list[str]:
    """`8 of the 10 sessions (G Mon 3 – Thu 6 Nov (8)) leave the window on Mon 26 Jan, …`."""
    said = []
    for leaving in found[:1]:
        gone = len(leaving.marks)
        which = ", ".join(mark_ranges(leaving.marks, on))
        of = f"{gone} of the {gone + leaving.left} sessions" if leaving.left else plural(gone, "session")
        verb = "leaves" if gone == 1 else "leave"
        date = short_date(leaving.date, on)
        said.append(f"{of} ({which}) {verb} the window on {date}, if nothing is added")
    return said


def ending_words(ending: Ending, policy: Policy, on: dt.date) -> list[str]:
    """When marks leave, and when it would end by itself unless it stands until it is done."""
    said = leaving_words(ending.leaving, on)
    rule = policy.actions.get(ending.rule) or policy.steps[ending.rule]
    if ending.date is not None and not rule.stands_until_done:
        said.append(f"ends by itself on {short_date(ending.date, on)}, if nothing is added")
    return said
