"""Whole policies as text: thresholds, measures, conditions, tiers, actions, a pathway, bars.

Each declaration is a text of its own, so that a property can set them in another order, in several files
or in another layout, and mean the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

from fingerpost_dsl.model.quantities import Unit
from tests.generate.expressions import anchor, condition, selection, value, windows
from tests.generate.speaker import Speaker, a_date, a_day_of_year, amount, counted
from tests.generate.words import (
    A_DATE,
    HEADER,
    LEFT_OPEN,
    RUNS,
    SPANS,
    VOCABULARY,
    WINDOW_UNITS,
    a_threshold,
)

_MEASURED = (
    Unit.SESSION,
    Unit.SHARE,
    Unit.SCHOOL_DAY,
    Unit.NUMBER,
    Unit.SCHOOL_WEEK,
    Unit.DAY,
    Unit.WORKING_DAY,
    None,
)
_OVER_MARKS = ("share of", "count of whole", "current run", "longest run", "weeks with", "most ")


def declarations(draw: st.DrawFn, *, rules: bool) -> tuple[str, ...]:
    """The declarations of a policy, the header first, the vocabulary second."""
    say = Speaker(draw)
    found = [HEADER, VOCABULARY, *thresholds(say)]
    for number in range(say.number(1, 3)):
        text, say = _measure(say, number)
        found.append(text)
    for number in range(say.number(1, 3)):
        text, say = _condition(say, number)
        found.append(text)
    for number in range(say.number(0, 3)):
        text, say = _tier(say, number)
        found.append(text)
    if rules:
        found += [_action(say, number) for number in range(say.number(1, 3))]
        steps = _pathway(say) if say.chance(2) else []
        found += steps
        stoppable = ["action_0", "way_on"] if steps and say.chance(2) else ["action_0"]
        found += [_bar(say, stoppable)] if say.chance(2) else []
    return tuple(found)


def thresholds(say: Speaker) -> list[str]:
    """One of each unit, some of them left open; and an occasion."""
    most = {Unit.SESSION: 12, Unit.DAY: 21, Unit.SCHOOL_DAY: 8, Unit.WORKING_DAY: 8}
    found = [
        f'threshold {a_threshold(unit)} "{unit.value}" = {counted(say.number(1, most.get(unit, 3)), unit)}'
        for unit in (*WINDOW_UNITS, Unit.SCHOOL_DAY)[: len(WINDOW_UNITS)]
    ]
    found += [
        f'threshold {a_threshold(Unit.NUMBER)} "number" = {say.number(1, 3)}',
        f'threshold {a_threshold(Unit.SHARE)} "share" = {say.one_of(("10%", "33.3%", "1/2", "0.5%"))} open',
        f'threshold some_money "money" = £{say.one_of(("80", "160.50"))} cites LAW.one',
        f'threshold {A_DATE} "date" = {a_date(say)}',
        f'threshold {LEFT_OPEN[Unit.SESSION]} "open" in sessions open from 2 sessions to 6 sessions',
        f'threshold {LEFT_OPEN[Unit.SCHOOL_DAY]} "open" in school days open',
        f'threshold {LEFT_OPEN[Unit.SCHOOL_WEEK]} "open" in school weeks open ours "nobody said"',
        'occasion unbroken "Unbroken" = run of unauthorised of at least '
        + say.one_of(("2 sessions", "3 sessions", "2 school days", a_threshold(Unit.SESSION))),
    ]
    return found


def _measure(say: Speaker, number: int) -> tuple[str, Speaker]:
    parent = say.chance(4)
    unit = _MEASURED[say.number(0, len(_MEASURED) - 1)]
    speaker = say.of_parent() if parent else say
    name, text = f"measure_{number}", value(speaker, unit, 2)
    each = " for each parent" if parent else ""
    marks = f"count of {text[9:].split()[0]}" if text.startswith("count of") else ""
    pooled = not parent and (
        text.startswith(_OVER_MARKS) or (unit is Unit.SESSION and marks.startswith("count of"))
    )
    known = (*say.measures, (name, unit, parent, pooled))
    return f'measure {name} "Measure {number}" = {text}{each}', replace(say, measures=known)


def _condition(say: Speaker, number: int) -> tuple[str, Speaker]:
    parent = say.chance(4)
    name, text = f"condition_{number}", condition(say.of_parent() if parent else say, 3)
    each = " for each parent" if parent else ""
    known = (*say.conditions, (name, parent))
    return f'condition {name} "Condition {number}" = {text}{each}', replace(say, conditions=known)


def _tier(say: Speaker, number: int) -> tuple[str, Speaker]:
    name = f"tier_{number}"
    clauses = [f"continues {say.one_of(say.tiers)}"] if say.tiers and not say.chance(3) else []
    below = replace(say, tiers=())
    clauses += [f"when {condition(below, 2)}" for _ in range(say.number(0, 2))]
    clauses += [f"provisional below {amount(say, Unit.SESSION)}"] if say.chance(2) else []
    clauses += [f"left when {condition(below, 1)}"] if clauses and say.chance(4) else []
    text = " ".join([f'tier {name} "Tier {number}"', *clauses])
    return text, replace(say, tiers=(*say.tiers, name))


# --- rules ------------------------------------------------------------------------------------


def _action(say: Speaker, number: int) -> str:
    name = f"action_{number}"
    each, speaker = _for_each(say, ("", "", "for each parent", *_OF_OCCASIONS))
    modality = say.one_of(("should", "must", "may", "must not", "should not"))
    clauses = [each, f"{say.one_of(('', 'only '))}in tier {say.one_of(say.tiers)}" if say.tiers else ""]
    clauses += [f"when {condition(speaker, 2)}" for _ in range(say.number(0, 2))]
    clauses += [f"unless {condition(speaker, 1)}"] if say.chance(3) else []
    clauses += ["cites LAW.one"] if say.chance(3) else []
    clauses += _times(speaker, modality)
    text = f'"do it within {{{a_threshold(Unit.SCHOOL_DAY)}}}"' if say.chance(3) else '"do it"'
    return " ".join(
        [f'action {name} "Action {number}" {say.one_of(("school", "officer"))} {modality} {text}', *clauses]
    )


_OF_OCCASIONS = tuple(f"for each occasion of {name}" for name in RUNS)


def _for_each(say: Speaker, options: Sequence[str]) -> tuple[str, Speaker]:
    """For each of whom a rule or a pathway is, of these options, and how it speaks of them."""
    each = say.one_of(options)
    if each.startswith("for each occasion"):
        return each, replace(say, occasion=each.removeprefix("for each occasion of "))
    return each, say.of_parent() if each else say


def _wait(say: Speaker) -> str:
    """What is waited for."""
    unit = Unit(say.one_of([one.value for one in SPANS]))
    return f"no sooner than {amount(say, unit)} after {anchor(say, 1)}"


def _times(say: Speaker, modality: str) -> list[str]:
    """Deadlines, recurrence, when it is done."""
    clauses = []
    unit = Unit(say.one_of([one.value for one in SPANS]))
    if modality == "may":
        of = f" of {anchor(say, 1)}" if say.chance(4) else ""
        clauses += [f"expires after {amount(say, unit)}{of}"] if say.chance(2) else []
    elif say.chance(2):
        kind = say.number(0, 3)
        if kind == 0:
            clauses.append(f"within {amount(say, unit)}")
        elif kind == 1:
            clauses.append(f"within {amount(say, unit)} of {anchor(say, 1)}")
        elif kind == 2:
            clauses.append(f"by {a_date(say)}")
        else:
            clauses.append(f"by {a_day_of_year(say)}")
    clauses += [_wait(say)] if say.chance(4) else []
    if say.chance(4):
        every = Unit(say.one_of(("school week", "week", "term", "half term", "month", "academic year")))
        clauses.append(
            say.one_of((f"every {every.value}", f"every 2 {every.value}s", f"2 times every {every.value}"))
        )
    clauses += ["stands until done"] if say.chance(3) else []
    if say.chance(2):
        laid = windows(say, 1, over="events") if say.chance(2) else ""
        clauses.append(f"done when {selection(say, 1)}{laid}")
    return clauses


def _pathway(say: Speaker) -> list[str]:
    each, speaker = _for_each(say, ("", "for each parent", say.one_of(_OF_OCCASIONS)))
    when = f" when {condition(speaker, 1)}" if say.chance(4) else ""
    last = "done when notice" if speaker.parent else "done when plan"
    again = f" when no meeting in the last {amount(say, Unit.SCHOOL_DAY)}" if say.chance(3) else ""
    steps = [
        f'pathway way "Way" {each}{when} cites LAW.one',
        'step way_open of way "Open" school must "consider it" starts here '
        f"when {condition(speaker, 2)}{again} done when meeting"
        + (" stands until done" if say.chance(2) else ""),
        'step way_on of way "On" school should "go on" after way_open'
        + (f" if {condition(speaker, 1)}" if say.chance(2) else "")
        + (f" when {condition(speaker, 1)}" if say.chance(2) else "")
        + (f" {_wait(speaker)}" if say.chance(3) else "")
        + f" within {amount(say, Unit.SCHOOL_DAY)} done when letter",
    ]
    if say.chance(2):
        second = f" after way_open if {condition(speaker, 1)}" if say.chance(2) else ""
        steps.append(
            f'step way_end of way "End" officer may "end it" after way_on{second} {last} ends the round'
        )
    return steps


def _bar(say: Speaker, stops: list[str]) -> str:
    return f'bar bar_0 "Bar" stops {", ".join(stops)} when {condition(say, 2)}'
