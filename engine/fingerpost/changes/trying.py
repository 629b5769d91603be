"""Trying a change: putting it into a copy of the history, and judging the rule again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from fingerpost.history import Pupil
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost.rules import instances
from fingerpost_dsl.model.declarations import Step

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement


def applies_with(judged: Judged, judgement: Judgement, pupil: Pupil, ordinal: int) -> bool:
    """Whether the rule would apply on a date if the pupil's history were this one."""
    from fingerpost.judgement import Judgement as Again  # noqa: PLC0415 - the two rest on each other

    records = judgement.view.records.supposing(pupil)
    again = Again(judgement.editions, records.view(pupil), ordinal)
    wanted, rule = judged.instance.scope, judged.instance.rule
    for instance in instances(rule, again.scope, ordinal):
        scope = instance.scope
        same_occasion = wanted.occasion is None or (
            scope.occasion is not None and scope.occasion.first_slot == wanted.occasion.first_slot
        )
        if scope.parent == wanted.parent and same_occasion:
            course = again.course(rule, scope) if isinstance(rule, Step) else None
            return again.reason(instance, course, evident=False).truth is Truth.TRUE
    return False


def could_hold(reason: Reason, can_change: Callable[[Reason], bool]) -> bool:
    """Whether a reason would come out true if every leaf that can be changed were as it would best be."""

    def at_best(node: Reason, wanted: Truth) -> Reason:
        if not node.children:
            return replace(node, truth=wanted) if can_change(node) else node
        children = (at_best(child, ~wanted if child.role == "unless" else wanted) for child in node.children)
        return replace(node, children=tuple(children))

    return at_best(reason, Truth.TRUE).recomputed() is Truth.TRUE
