"""Cohorts: groups defined over facts, with figures pooled over their members (meaning 30).

A cohort is those for whom its condition is true on the date. Whoever may belong to it widens its figures; a
group smaller than its least size has none, so that nobody is pointed at.
"""

from __future__ import annotations

import datetime as dt

from fingerpost.conditions import truth_at
from fingerpost.logic import Truth
from fingerpost.scope import Group, Scope
from fingerpost.subject import PupilView, Records
from fingerpost.windows import quantity_of
from fingerpost_dsl.model.declarations import Cohort
from fingerpost_dsl.model.policy import Policy


def group_of(cohort: Cohort, policy: Policy, records: Records, on: dt.date, school: str) -> Group:
    """Who of a school belongs to a cohort on a date: of those on roll."""
    told = records.told_apart(cohort.condition, policy, on, school)
    if told is not None:
        return Group(*told, _least_size(cohort, policy))
    certain: list[PupilView] = []
    unknown: list[PupilView] = []
    for pupil in records.pupils_of(school):
        if pupil.is_on_roll(on):
            view = records.view(pupil)
            scope = Scope(policy=policy, view=view, with_evidence=False)
            match truth_at(cohort.condition, on.toordinal(), scope):
                case Truth.TRUE:
                    certain.append(view)
                case Truth.UNKNOWN:
                    unknown.append(view)
                case Truth.FALSE:
                    pass
    return Group(tuple(certain), tuple(unknown), _least_size(cohort, policy))


def _least_size(cohort: Cohort, policy: Policy) -> int:
    asked = None if cohort.least_size is None else quantity_of(cohort.least_size, policy)
    return 1 if asked is None else int(asked.amount)
