"""What a rule adds to its conditions, in plain English: its text with the numbers in it, and its times."""

from __future__ import annotations

import re

from fingerpost_dsl.model.declarations import ByDate, Deadline, Recurrence, Rule
from fingerpost_dsl.model.expressions import Anchor
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.amounts import TIME, day_of_year, say_amount, say_date, say_threshold, say_unit
from fingerpost_dsl.wording.conditions import condition_words
from fingerpost_dsl.wording.voice import Voice
from fingerpost_dsl.wording.windows import anchor_words

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


def fill_text(text: str, policy: Policy) -> str:
    """A text with the values of its thresholds: `{early_payment}` becomes "21 days". Other braces stay."""

    def value(found: re.Match[str]) -> str:
        name = found.group(1)
        return say_threshold(name, policy) if name in policy.thresholds else found.group()

    return _PLACEHOLDER.sub(value, text)


def say_recurrence(every: Recurrence) -> str:
    """How often.

    >>> from fingerpost_dsl.model.quantities import Unit
    >>> from fingerpost_dsl.source import SourceText
    >>> here = SourceText("a.policy", "").span(0, 0)
    >>> say_recurrence(Recurrence(unit=Unit.TERM, span=here))
    'every term'
    >>> say_recurrence(Recurrence(unit=Unit.ACADEMIC_YEAR, times=3, span=here))
    '3 times every academic year'
    """
    if every.times > 1:
        return f"{every.times} times every {every.unit.value}"
    return (
        f"every {every.number} {say_unit(every.unit, many=True)}"
        if every.number > 1
        else f"every {every.unit.value}"
    )


def say_by_date(by_date: ByDate) -> str:
    """By when: "by 31 July 2025", "by 31 July each year"."""
    match by_date.date:
        case (month, day):
            return f"by {day_of_year((month, day))} each year"
        case date:
            return f"by {say_date(date)}"


def say_within(deadline: Deadline, policy: Policy) -> str:
    """When it is due: "within 10 school days", "within 28 days of the latest penalty notice"."""
    return f"within {say_amount(deadline.amount, policy, TIME)}{_of(deadline.anchor, 'of', policy)}"


def say_times(rule: Rule, policy: Policy) -> tuple[str, ...]:
    """All that a rule says of time: when it is due, not before when, until when, how often."""
    said = []
    if rule.within is not None:
        said.append(say_within(rule.within, policy))
    if rule.by_date is not None:
        said.append(say_by_date(rule.by_date))
    if rule.no_sooner is not None:
        wait = say_amount(rule.no_sooner.amount, policy, TIME)
        said.append(f"no sooner than {wait}{_of(rule.no_sooner.anchor, 'after', policy)}")
    if rule.expires is not None:
        lasts = say_amount(rule.expires.amount, policy, TIME)
        said.append(f"expires after {lasts}{_of(rule.expires.anchor, 'of', policy)}")
    if rule.every is not None:
        said.append(say_recurrence(rule.every))
    if rule.stands_until_done:
        said.append("stays owed until done")
    return tuple(said)


def _of(anchor: Anchor | None, word: str, policy: Policy) -> str:
    if anchor is None:
        return ""
    return f" {word} {anchor_words(anchor, Voice(policy, full=True, condition=condition_words))}"
