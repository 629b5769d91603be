"""Steps that one kind of event records must be told apart.

By its fields, by their order, or by their conditions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import DoneWhen, Step
from fingerpost_dsl.model.expressions import Condition, FieldIs
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import Names
from fingerpost_dsl.sense.exclusive import conjuncts, exclusive
from fingerpost_dsl.sense.pathways import steps_of


def told_apart(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Every two steps of a pathway of which nobody could say which one an event records."""
    for pathway in policy.pathways.values():
        steps = steps_of(pathway, policy)
        for one, other in combinations(steps, 2):
            shared = _shared(one, other)
            if shared is None or _follows(one, other, steps) or _follows(other, one, steps):
                continue
            if not _never_both(one, other, policy):
                yield Diagnostic(
                    code="E0513",
                    message=f"`{shared.selection.name}` records both `{one.name}` and `{other.name}`",
                    span=names.placed[other.name].span,
                    labels=(Label(shared.span, f"it also records `{one.name}`"),),
                    help="tell them apart: `done when … where` a field says which, `after` one another, "
                    "or conditions that never hold together",
                )


def _shared(one: Step, other: Step) -> DoneWhen | None:
    """How `one` is recorded, if the same event could record `other`."""
    for mine, theirs in product(one.done_when, other.done_when):
        same = mine.selection.name == theirs.selection.name
        if same and not _fields_differ(mine, theirs):
            return mine
    return None


def _fields_differ(mine: DoneWhen, theirs: DoneWhen) -> bool:
    """Whether some field could not have both values: `where outcome is paid`, `where outcome is not paid`."""
    for one, other in product(mine.selection.where, theirs.selection.where):
        if isinstance(one, FieldIs) and isinstance(other, FieldIs) and one.field == other.field:
            first, second = set(one.choices), set(other.choices)
            if one.negated and other.negated:
                continue
            if one.negated or other.negated:
                said, denied = (second, first) if one.negated else (first, second)
                if said <= denied:
                    return True
            elif not first & second:
                return True
    return False


def _follows(one: Step, other: Step, steps: Sequence[Step]) -> bool:
    """Whether `other` comes after `one`, directly or through other steps."""
    by_name = {step.name: step for step in steps}
    seen: set[str] = set()
    waiting = [way.step for way in other.after]
    while waiting:
        name = waiting.pop()
        if name == one.name:
            return True
        if name not in seen and name in by_name:
            seen.add(name)
            waiting.extend(way.step for way in by_name[name].after)
    return False


def _never_both(one: Step, other: Step, policy: Policy) -> bool:
    """Whether, whichever way leads into each, something that one asks for excludes what the other does."""
    return all(
        any(exclusive(mine, theirs, policy) for mine, theirs in product(first, second))
        for first, second in product(_ways(one, policy), _ways(other, policy))
    )


def _ways(step: Step, policy: Policy) -> Iterator[list[Condition]]:
    """For each way into a step, all that must hold."""
    always = conjuncts(step.when, policy)
    ways = [way.condition for way in step.after]
    if step.starts_here or not ways:
        ways.append(None)
    for way in ways:
        yield always if way is None else [*always, *conjuncts((way,), policy)]
