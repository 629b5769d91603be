"""Decisions as CSV: one row for each recommendation, for a spreadsheet.

A cell that begins with a character that a spreadsheet would take for a formula is written with an
apostrophe before it, so that opening the file runs nothing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from fingerpost.decision import Decision, Recommendation, TierState
from fingerpost.render.words import occasion_text
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy

COLUMNS = (
    "school",
    "subject",
    "id",
    "pupil",
    "year_group",
    "tiers",
    "name",
    "text",
    "status",
    "due",
    "triggered",
    "parent",
    "occasion",
    "actor",
    "usually_by",
    "modality",
    "weight",
    "applies",
    "provisional",
    "deadline_weight",
    "cites",
    "policy",
    "on",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def decisions_csv(decisions: Iterable[Decision], policy: Policy) -> str:
    """Header and rows, with the line ends that the CSV standard asks for."""
    return csv_text(rows_of(decisions, policy))


def rows_of(decisions: Iterable[Decision], policy: Policy) -> Iterator[tuple[object, ...]]:
    """A row for each recommendation, its cells in the order of `COLUMNS`."""
    return (_row(decision, one, policy) for decision in decisions for one in decision.recommendations)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Header and rows, whose cells stand in the order of `COLUMNS`."""
    return csv_lines(chain([COLUMNS], rows))


def csv_lines(rows: Iterable[Sequence[object]]) -> str:
    """The rows alone."""
    out = io.StringIO()
    csv.writer(out).writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _row(decision: Decision, one: Recommendation, policy: Policy) -> tuple[object, ...]:
    tiers = " ".join(
        tier.name + ("" if tier.state is TierState.HOLDS else f" ({tier.state.value})")
        for tier in decision.tiers
        if tier.state is not TierState.NOT
    )
    return (
        decision.school,
        decision.subject.value,
        decision.id,
        _pupil(decision),
        decision.year_group,
        tiers,
        one.name,
        one.text,
        one.status.value,
        one.due,
        one.triggered,
        one.parent,
        occasion_text(one.occasion.first_slot, one.occasion.last_slot) if one.occasion else None,
        one.actor,
        one.usually_by,
        one.modality.value,
        one.weight.value,
        one.applies.value,
        "yes" if one.provisional else "no",
        one.deadline_weight.value if one.deadline_weight else None,
        " ".join(one.cites),
        policy.header.id,
        decision.on,
    )


def _pupil(decision: Decision) -> str | None:
    match decision.subject:
        case Subject.PUPIL:
            return decision.id
        case Subject.PARENT:
            return decision.within
        case _:
            return None


def _safe(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
