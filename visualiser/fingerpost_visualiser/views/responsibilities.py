"""The view of responsibilities: who must, should or may do what, as a table of roles and tiers."""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first
from fingerpost_visualiser.scene import Box, Detail, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.views.common import citations, modality_legend, modality_order, source_line
from fingerpost_visualiser.views.tiers import in_ladder

_STANDING = (Subject.SCHOOL, Subject.AUTHORITY, Subject.COHORT)


def responsibilities_view(policy: Policy, role: str | None = None) -> Scene:
    """The table of a policy; of one role if named. Raises `KeyError` for a role that it has not."""
    if role is not None:
        policy.roles[role]
    asked = [one for one in responsibilities(policy) if role in (None, one.role)]
    columns = [
        column for column in column_titles(policy) if any(column_of(one, policy) == column for one in asked)
    ]
    lanes: list[Lane] = []
    for name, declared in policy.roles.items():
        mine = [one for one in asked if one.role == name]
        if mine:
            boxes = _boxes(f"r{len(lanes)}", mine, columns, policy)
            lanes.append(Lane(name=f"lane{len(lanes)}", title=declared.title, boxes=tuple(boxes)))
    title = "Who does what" if role is None else f"What is asked of: {policy.roles[role].title}"
    return Scene(
        view="responsibilities",
        title=title,
        under=source_line(policy),
        legend=modality_legend(one.modality.value for one in asked),
        lanes=tuple(lanes),
        columns=tuple(columns),
    )


def column_titles(policy: Policy) -> list[str]:
    """The columns of the table: what always stands, every pupil, tier by tier, pathways."""
    tiers = [tier.title for tier in in_ladder(policy) if tier.when]
    return [_ALWAYS, _EVERY_PUPIL, *tiers, *(one.title for one in policy.pathways.values())]


_ALWAYS = "At all times, for schools and authorities"
_EVERY_PUPIL = "For every pupil"


def column_of(one: Responsibility, policy: Policy) -> str:
    """The column in which something asked for stands."""
    if one.pathway is not None:
        return policy.pathways[one.pathway].title
    if one.tier is not None and policy.tiers[one.tier].when:
        return policy.tiers[one.tier].title
    return _ALWAYS if one.subject in _STANDING else _EVERY_PUPIL


def _boxes(lane: str, mine: Sequence[Responsibility], columns: Sequence[str], policy: Policy) -> list[Box]:
    boxes = []
    for number, column in enumerate(columns):
        cell = [one for one in mine if column_of(one, policy) == column]
        for modality in dict.fromkeys(one.modality for one in sorted(cell, key=modality_order)):
            asked = [one for one in cell if one.modality is modality]
            word = modality.value
            parts = (
                Part(
                    style=PartStyle.LIST,
                    lead=word.upper(),
                    items=tuple(_item(one) for one in asked),
                    word="",
                    width=44,
                ),
            )
            details = tuple(_detail(one, policy) for one in asked)
            place = (0, modality_order(asked[0]))
            name = f"{lane}c{number}m{place[1]}"
            boxes.append(
                Box(
                    name=name,
                    kind="asked",
                    parts=parts,
                    look=word,
                    column=number,
                    order=place,
                    details=details,
                )
            )
    return boxes


def _item(one: Responsibility) -> str:
    times = f", {'; '.join(one.times)}" if one.times else ""
    cites = ", ".join(one.cites) or "ours"
    return f"{lower_first(one.title)}{times} ({cites})"


def _detail(one: Responsibility, policy: Policy) -> Detail:
    said = f"{policy.roles[one.role].title} {one.modality.value} {one.text}"
    ours = (f"our reason: {one.ours}",) if one.ours else ()
    return Detail(one.title, (said, *citations(one.cites, policy), *ours, *one.notes))
