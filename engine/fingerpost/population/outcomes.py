"""What a rule comes to for some subject, by a standing in columns or by the reference's judgement."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fingerpost.decision import Status
from fingerpost.judgement import Judged
from fingerpost.logic import Cause, Truth
from fingerpost.questions import only_history_start
from fingerpost.status import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a rule comes to for some subject: all that `Recommendation` says but for reasons and words."""

    applies: Truth
    status: Status
    provisional: bool
    triggered: dt.date | None
    triggered_from: dt.date | None
    due: dt.date | None
    due_unknown: Cause | None
    overdue_count: int
    done_on: dt.date | None
    barred_by: tuple[tuple[str, Truth], ...] = ()


def outcome_of(
    truth: Truth, standing: Standing, *, provisional: bool, barred_by: tuple[tuple[str, Truth], ...]
) -> Outcome:
    """A standing under its bars."""
    status = standing.status
    assert status is not None
    if barred_by:
        status = Status.BARRED if any(held is Truth.TRUE for _, held in barred_by) else Status.UNKNOWN
    owed = status in (Status.OVERDUE, Status.DUE, Status.ONGOING)
    return Outcome(
        applies=Truth.TRUE if truth is Truth.FALSE and owed else truth,
        status=status,
        provisional=provisional,
        triggered=standing.triggered,
        triggered_from=standing.triggered_from,
        due=standing.due,
        due_unknown=standing.due_unknown,
        overdue_count=standing.overdue_count,
        done_on=standing.done_on,
        barred_by=barred_by,
    )


def judged_outcome(judged: Judged) -> Outcome | None:
    """What the reference judged; None where there is nothing to list."""
    if judged.truth is Truth.UNKNOWN and only_history_start(judged.reason):
        return None
    found = judged.judgement.recommendation(judged)
    if found is None:
        return None
    return Outcome(
        applies=found.applies,
        status=found.status,
        provisional=found.provisional,
        triggered=found.triggered,
        triggered_from=found.triggered_from,
        due=found.due,
        due_unknown=found.due_unknown,
        overdue_count=found.overdue_count,
        done_on=found.done_on,
        barred_by=tuple((bar.bar, bar.truth) for bar in judged.bars),
    )
