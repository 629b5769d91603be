"""The fewest facts that would make a rule apply, were they recorded on the date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, product
from typing import TYPE_CHECKING

from fingerpost.history import Pupil, Recorded
from fingerpost.history import Value as Held
from fingerpost.logic import Truth
from fingerpost.questions import answers_to
from fingerpost.reasons import Reason
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    FactValue,
    Is,
    IsKnown,
)
from fingerpost_dsl.model.policy import Policy

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement

from fingerpost.changes.kinds import FactsRecorded
from fingerpost.changes.trying import applies_with, could_hold

MOST_RECORDED = 3
_MOST_TRIED = 400


def fewest_facts(judged: Judged, judgement: Judgement) -> FactsRecorded | None:
    """The fewest facts; each guess is tried on the spot first, and what holds there in a changed history."""
    policy, parent = judgement.policy, judged.instance.scope.parent
    if not could_hold(judged.reason, lambda leaf: any(True for _ in _fact_names(leaf))):
        return None
    names = [
        name for name in dict.fromkeys(_fact_names(judged.reason)) if answers_to(policy.facts[name], policy)
    ]
    tried = 0
    for number in range(1, MOST_RECORDED + 1):
        for chosen in combinations(sorted(names), number):
            for answers in product(*(answers_to(policy.facts[name], policy) for name in chosen)):
                tried += 1
                if tried > _MOST_TRIED:
                    return None
                facts = tuple(
                    (name, answer, parent if policy.facts[name].subject is Subject.PARENT else None)
                    for name, answer in zip(chosen, answers, strict=True)
                )
                if judgement.supposing(judged, dict(zip(chosen, answers, strict=True))) is not Truth.TRUE:
                    continue
                on = dt.date.fromordinal(judgement.ordinal)
                pupil = with_facts(judgement.view.pupil, facts, on, policy)
                if pupil is not None and applies_with(judged, judgement, pupil, judgement.ordinal):
                    return FactsRecorded(facts=facts)
    return None


def with_facts(
    pupil: Pupil, facts: Sequence[tuple[str, Held, str | None]], on: dt.date, policy: Policy
) -> Pupil | None:
    """The pupil with facts recorded on a date, instead of what holds then.

    None for facts that are not the pupil's.
    """
    for name, value, parent in facts:
        fact = policy.facts[name]
        if fact.subject not in (Subject.PUPIL, Subject.FAMILY, Subject.PARENT):
            return None
        judge = fact.judged_by[-1] if fact.judged_by else None
        row = Recorded(value=value, first=on, last=on, recorded_on=on, recorded_by=judge)
        if fact.subject is Subject.PARENT:
            if parent is None:
                return None
            parents = tuple(
                replace(p, facts={**p.facts, name: (*_ended(p.facts.get(name, ()), on), row)})
                if p.id == parent
                else p
                for p in pupil.parents
            )
            pupil = replace(pupil, parents=parents)
        else:
            pupil = replace(pupil, facts={**pupil.facts, name: (*_ended(pupil.facts.get(name, ()), on), row)})
    return pupil


def _ended(rows: Sequence[Recorded], on: dt.date) -> tuple[Recorded, ...]:
    """The rows as far as they lie before a date."""
    before = on - dt.timedelta(days=1)
    kept = [row for row in rows if row.first is None or row.first < on]
    return tuple(replace(row, last=before) if row.last is None or row.last >= on else row for row in kept)


def _fact_names(reason: Reason) -> Iterator[str]:
    for leaf in reason.leaves():
        if leaf.truth is not Truth.TRUE:
            match leaf.clause:
                case Is(value=FactValue(name=name)) | IsKnown(value=FactValue(name=name)):
                    yield name
                case _:
                    pass
