"""Lays what columns worked out where the reference looks before it works anything out.

On which days something of a pathway can have changed is asked of the reference, pupil by pupil. When a first
step applies hangs on marks, and counting those day by day is most of that work; in columns it is done for all
at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fingerpost.days import lay_days
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost.population.truths import Rows
from fingerpost.scope import Scope
from fingerpost.subject import PupilView
from fingerpost_dsl.model.declarations import Pathway, Subject
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy


def lay_first_steps(pathway: Pathway, frame: Frame, pupils: Rows, views: Sequence[PupilView]) -> None:
    """Lays the days of what the first steps of a pathway ask of marks, for some pupils with their views.

    `frame` has all pupils of the block.
    """
    own = frame.take(pupils)
    place = dict(zip(pupils.tolist(), views, strict=True))
    if pathway.subject is Subject.PARENT:
        own, _ = own.by_parents()
    for condition in _of_marks(pathway, frame.shared.policy, frame):
        found = truths(condition, own).full(len(own))
        for row, pupil in enumerate(own.pupils.tolist()):
            view = place[pupil]
            parent = None
            if own.parents is not None:
                parent = frame.block.parent_id(pupil, int(own.parents[row]))
            lay_days(condition, found.row(row), Scope(policy=frame.shared.policy, view=view, parent=parent))


def _of_marks(pathway: Pathway, policy: Policy, frame: Frame) -> Iterator[Condition]:
    asked: list[Condition] = [*pathway.when]
    for step in policy.steps.values():
        if step.pathway == pathway.name and step.starts_here:
            asked.extend((*step.when, *step.unless))
    for condition in asked:
        bearing = frame.shared.bearing(condition)
        if bearing.marks and not bearing.occasions:
            yield condition
