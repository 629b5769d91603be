"""The fewest coming sessions with one code that would make a rule apply, and until when they would."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import ceil
from typing import TYPE_CHECKING

from fingerpost.history import Pupil, Register
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost_dsl.model.expressions import (
    CodeKind,
    Compare,
    Comparison,
    CountOfMarks,
    Is,
    MarkSet,
    MeasureValue,
    Run,
    ShareOfMarks,
    Value,
)
from fingerpost_dsl.model.policy import Policy

if TYPE_CHECKING:
    from fingerpost.judgement import Judged, Judgement

from fingerpost.changes.kinds import MoreSessions
from fingerpost.changes.trying import applies_with, could_hold

MOST_SESSIONS = 80

_USUAL_CODES: Mapping[CodeKind, str] = {
    CodeKind.UNAUTHORISED_ABSENCE: "O",
    CodeKind.AUTHORISED_ABSENCE: "I",
    CodeKind.PRESENT: "/",
    CodeKind.APPROVED_ACTIVITY: "V",
}
"""A code of each kind to try, where the policy's list has it."""


def fewest_sessions(judged: Judged, judgement: Judgement) -> MoreSessions | None:
    """The fewest coming sessions with one code."""
    if not could_hold(judged.reason, lambda leaf: any(True for _ in _mark_sets(leaf, judgement.policy))):
        return None
    best: MoreSessions | None = None
    needed: dict[MarkSet, int] = {}
    for marks, at_least in _mark_sets(judged.reason, judgement.policy):
        needed[marks] = min(needed.get(marks, at_least), at_least)
    for marks, at_least in needed.items():
        code = code_for(marks, judgement)
        if code is None:
            continue
        limit = MOST_SESSIONS if best is None else best.number - 1
        found = _fewest(judged, judgement, marks, code, range(at_least, limit + 1))
        if found is not None:
            best = found
    return best


def _fewest(
    judged: Judged, judgement: Judgement, marks: MarkSet, code: str, numbers: range
) -> MoreSessions | None:
    coming = coming_sessions(judgement)
    for number in numbers:
        if number > len(coming):
            break
        slots = coming[:number]
        pupil = with_marks(judgement.view.pupil, dict.fromkeys(slots, code), judgement.view.records.known_on)
        if applies_with(judged, judgement, pupil, slots[-1] // 2):
            until = _latest(judged, judgement, code, number, coming)
            date = dt.date.fromordinal(slots[-1] // 2)
            return MoreSessions(number=number, marks=marks.name, code=code, from_date=date, until=until)
    return None


def _latest(
    judged: Judged, judgement: Judgement, code: str, number: int, coming: Sequence[int]
) -> dt.date | None:
    """The last day on which so many sessions, the latest ones, would still do, all before them attended."""
    latest: dt.date | None = None
    for end in range(number, min(len(coming), number + 2 * MOST_SESSIONS) + 1):
        if end < len(coming) and coming[end] // 2 == coming[end - 1] // 2:
            continue
        present = {slot: "\\" if slot % 2 else "/" for slot in coming[: end - number]}
        absent = dict.fromkeys(coming[end - number : end], code)
        pupil = with_marks(judgement.view.pupil, {**present, **absent}, judgement.view.records.known_on)
        if not applies_with(judged, judgement, pupil, coming[end - 1] // 2):
            return latest
        latest = dt.date.fromordinal(coming[end - 1] // 2)
    return None


def coming_sessions(judgement: Judgement) -> tuple[int, ...]:
    """The pupil's next open sessions that are still to come, on roll."""
    axis = judgement.view.axis
    seen = axis.seen(judgement.ordinal).bit_length()
    last_seen = axis.slots[seen - 1] if seen else judgement.ordinal * 2 + 1
    start = max(last_seen + 1, judgement.ordinal * 2)
    open_slots = [slot for slot in axis.calendar.open_slots if slot >= start]
    stays = judgement.view.pupil.on_roll
    on_roll = (
        slot
        for slot in open_slots
        if any(
            (s.first is None or s.first.toordinal() <= slot // 2)
            and (s.last is None or slot // 2 <= s.last.toordinal())
            for s in stays
        )
    )
    return tuple(islice(on_roll, 3 * MOST_SESSIONS))


def with_marks(pupil: Pupil, marks: Mapping[int, str], known_on: dt.date | None = None) -> Pupil:
    """The pupil with further marks, which replace others in the same sessions.

    Where it is asked what was known on a day, they are taken to be known on it.
    """
    kept = [mark for mark in pupil.register if mark.slot not in marks]
    rows = [(mark.slot, mark.code, mark.recorded_on) for mark in kept]
    rows.extend((slot, code, known_on) for slot, code in marks.items())
    rows.sort(key=lambda row: (row[0], row[2] or dt.date.fromordinal(row[0] // 2)))
    recorded = tuple(row[2] for row in rows)
    register = Register(
        tuple(row[0] for row in rows), tuple(row[1] for row in rows), recorded if any(recorded) else None
    )
    return replace(pupil, register=register)


def code_for(marks: MarkSet, judgement: Judgement) -> str | None:
    """A code that stands for a set of marks from the date on."""
    listed = judgement.view.axis.alphabet.book.list_on(judgement.ordinal)
    for kind in _USUAL_CODES:
        code = _USUAL_CODES[kind]
        if kind in marks.kinds and code in listed and code not in marks.without:
            return code
    return min((code for code in marks.codes if code in listed and code not in marks.without), default=None)


def _mark_sets(reason: Reason, policy: Policy) -> Iterator[tuple[MarkSet, int]]:
    """The sets of marks that false or unknown comparisons count.

    And how many more they need at the very least.
    """
    for leaf in reason.leaves():
        if leaf.truth is not Truth.TRUE and isinstance(leaf.clause, Compare | Is):
            value: Value = leaf.clause.left if isinstance(leaf.clause, Compare) else leaf.clause.value
            while isinstance(value, MeasureValue):
                value = policy.measures[value.name].value
            if isinstance(value, CountOfMarks | ShareOfMarks | Run):
                yield value.marks, _needed(leaf, value)


def _needed(leaf: Reason, value: CountOfMarks | ShareOfMarks | Run) -> int:
    """How many more sessions a comparison needs if no mark leaves its window: fewer can never do."""
    rising = isinstance(leaf.clause, Compare) and leaf.clause.comparison in (
        Comparison.AT_LEAST,
        Comparison.MORE_THAN,
    )
    has, asked = (leaf.left, leaf.right) if rising and not leaf.negated else (None, None)
    if has is None or asked is None or has.highest is None or asked.lowest is None:
        return 1
    if isinstance(value, ShareOfMarks):
        if has.parts is None or asked.lowest >= 1:
            return 1
        counted, possible = has.parts
        return max(1, ceil((asked.lowest * possible - counted) / (1 - asked.lowest)))
    sessions = isinstance(value, CountOfMarks) and not value.whole_days
    return max(1, ceil(asked.lowest - has.highest)) if sessions else 1
