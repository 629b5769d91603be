"""Who does what as rows of text, for tables of every kind."""

from __future__ import annotations

from dataclasses import dataclass

from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.views.common import citations, modality_order
from fingerpost_visualiser.views.responsibilities import column_of, column_titles

HEADINGS = ("Who", "For whom", "Must, should or may", "What", "In full", "When", "Rests on", "Notes")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is asked, in the order of `HEADINGS`."""

    cells: tuple[str, ...]
    look: str
    """The modality, by which it is coloured."""


def rows(policy: Policy, role: str | None = None) -> list[Row]:
    """Everything asked, by role, tier and modality; of one role if named.

    Raises `KeyError` for an unknown role.
    """
    if role is not None:
        policy.roles[role]
    asked = [one for one in responsibilities(policy) if role in (None, one.role)]
    names, columns = list(policy.roles), column_titles(policy)

    def place(one: Responsibility) -> tuple[int, int, int]:
        return names.index(one.role), columns.index(column_of(one, policy)), modality_order(one)

    return [_row(one, policy) for one in sorted(asked, key=place)]


def _row(one: Responsibility, policy: Policy) -> Row:
    ours = (f"Our reason: {one.ours}",) if one.ours else ()
    cells = (
        policy.roles[one.role].title,
        column_of(one, policy),
        one.modality.value.upper(),
        one.title,
        one.text,
        "; ".join(one.times),
        "; ".join(citations(one.cites, policy)),
        "; ".join((*ours, *one.notes)),
    )
    return Row(tuple(visible(cell) for cell in cells), one.modality.value)
