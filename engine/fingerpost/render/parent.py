"""One pupil explained to a parent: the register in plain words, what is asked now, and what they can do.

What a parent is never shown stands in `withheld.py`. Nothing here is a letter: it helps a person at the
school to explain, and cannot be sent on its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from fingerpost.decision import Decision, Recommendation, Status
from fingerpost.explain import Explanation
from fingerpost.history import Mark
from fingerpost.logic import Truth
from fingerpost.reasons import Reason
from fingerpost.render.facts import rate_of
from fingerpost.render.items import TO_DO, tier_rate
from fingerpost.render.measured import is_share_of_absence, value_only
from fingerpost.render.sentences import because
from fingerpost.render.withheld import visible
from fingerpost.render.words import mark_ranges, plain_date, wrapped
from fingerpost_dsl.model.expressions import Compare, CountOfMarks, MeasureValue, Value
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

CLOSING = (
    "You can tell the school what is making it hard to attend, ask for help, and say if a mark is wrong. "
    "A person at the school decides, not a computer."
)


def parent_text(
    explanation: Explanation,
    policy: Policy,
    *,
    reader: str | None = None,
    width: int = 100,
    role: str = "parent",
) -> str:
    """The parent's view as text. `reader` is the parent who will read it, by id, if that is known."""
    paragraphs = parent_paragraphs(explanation.decision, policy, reader=reader, role=role)
    lines: list[str] = []
    for paragraph in paragraphs:
        for part in paragraph:
            lines += wrapped(part, width, "", "  " if part.startswith(("•", "–")) else "")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def parent_paragraphs(
    decision: Decision, policy: Policy, *, reader: str | None, role: str = "parent"
) -> list[list[str]]:
    """The parent's view as paragraphs of sentences and listed items (which begin with a bullet or a dash)."""
    found = [_attended(decision, policy), _absences(decision, policy), _threshold(decision, policy, reader)]
    return [
        paragraph for paragraph in (*found, _asked(decision, policy, reader, role), [CLOSING]) if paragraph
    ]


def _attended(decision: Decision, policy: Policy) -> list[str]:
    rate = rate_of(decision, policy)
    if rate is not None and rate.absent is not None and rate.possible is not None:
        could = f"{rate.possible} half-days that they could attend this school year"
        if rate.absent == 0:
            return [f"Your child was there for all {could}."]
        missed = f"Your child has missed {rate.absent} of the {could}, up to {plain_date(decision.on)}"
        return [f"{missed}: they were there for {rate.attendance}."]
    measured = tier_rate(decision.measures, policy)
    if measured is None or not measured.applicable:
        return ["There is no attendance to speak of yet this school year."]
    if measured.cause is None:
        return ["Your child's attendance this school year is not known exactly."]
    unsaid = "Some half-days have no mark in the register, so attendance cannot be said exactly."
    return [f"{unsaid} Absence lies {value_only(measured, policy)}."]


# --- the register -------------------------------------------------------------------------------------------


def _absences(decision: Decision, policy: Policy) -> list[str]:
    marks = _absent_marks(decision, policy)
    if not marks:
        return []
    by_code: dict[str, list[Mark]] = {}
    for mark in marks:
        by_code.setdefault(mark.code, []).append(mark)
    lines = ["The register says why:"]
    for code, some in by_code.items():
        ranges = [text.removeprefix(f"{code} ") for text in mark_ranges(some, decision.on)]
        lines.append(f"– {code_title(code, some[-1].date, policy)}: {', '.join(ranges)}")
    return lines


def _absent_marks(decision: Decision, policy: Policy) -> tuple[Mark, ...]:
    """The marks of absence behind the tiers, which are the pupil's own register."""
    for tier in decision.tiers:
        for leaf in tier.reason.leaves():
            match leaf.clause:
                case Compare(left=left) if is_share_of_absence(left, policy):
                    measured = leaf.left
                    if measured is not None and measured.evidence is not None:
                        return measured.evidence.marks
                case _:
                    pass
    return ()


def code_title(code: str, on: dt.date, policy: Policy) -> str:
    """What a code says, by the list in force on a date, in small letters."""
    for one in policy.codes:
        starts = one.valid_from is None or one.valid_from <= on
        if one.code == code and starts and (one.valid_until is None or on <= one.valid_until):
            return lower_first(one.title)
    return f"code {code}"


# --- what follows -------------------------------------------------------------------------------------------


def _threshold(decision: Decision, policy: Policy, reader: str | None) -> list[str]:
    """That a pathway of enforcement has begun, as far as it is the reader's to know.

    Without a reader it is said only if it stands alike for every parent: else it would tell one of the other.
    """
    begun = [one for one in decision.recommendations if _has_begun(one, policy)]
    if reader is not None:
        begun = [one for one in begun if one.parent in (None, reader)]
    said = {(one.status, next(_counts(one.reason, policy, decision.on), "")) for one in begun}
    parents = {one.parent for one in begun}
    if len(said) != 1 or (reader is None and parents != {None} and len(parents) < len(decision.parents)):
        return []
    status, count = said.pop()
    if not count:
        return []
    asks = f"{_source(begun[0].cites, policy)} asks the school to look at whether a penalty notice is right."
    decided = status is Status.DONE
    then = "The school has looked at it and can tell you more." if decided else "Nothing has been decided."
    return [f"{count}. {asks} {then}"]


def _has_begun(one: Recommendation, policy: Policy) -> bool:
    step = policy.steps.get(one.name)
    begun = (Status.ONGOING, Status.DUE, Status.OVERDUE, Status.DONE)
    starts = step is not None and step.starts_here and one.enforcement
    return starts and one.applies is Truth.TRUE and one.status in begun


def _counts(reason: Reason, policy: Policy, on: dt.date) -> Iterator[str]:
    for point in because(reason, policy, on):
        clause = point.reason.clause
        if isinstance(clause, Compare) and isinstance(_behind(clause.left, policy), CountOfMarks):
            yield f"There are {point.text.split(';')[0]}"


def _behind(value: Value, policy: Policy) -> Value:
    while isinstance(value, MeasureValue):
        value = policy.measures[value.name].value
    return value


def _source(cites: tuple[str, ...], policy: Policy) -> str:
    for name in cites:
        passage = policy.passages.get(name)
        if passage is not None:
            return f"At that number, the {policy.sources[passage.source].weight.value}"
    return "At that number, the policy"


def _asked(decision: Decision, policy: Policy, reader: str | None, role: str) -> list[str]:
    lines = [
        f"• {'You' if one.actor == role else one.actor_title} {one.modality.value} {one.text}."
        for one in visible(decision, policy, role, reader)
        if one.status in TO_DO
    ]
    unique = list(dict.fromkeys(lines))
    return ["What is asked for now:", *unique] if unique else []
