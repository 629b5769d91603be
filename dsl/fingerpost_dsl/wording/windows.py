"""Events, anchors and windows in plain English."""

from __future__ import annotations

import datetime as dt
from typing import assert_never

from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.wording.amounts import (
    DAY,
    TIME,
    bounded,
    day_of_year,
    resolved,
    say_amount,
    say_date,
    say_literal,
)
from fingerpost_dsl.wording.english import a, listed, lower_first, noun, quoted, spaced
from fingerpost_dsl.wording.voice import Voice

_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")


def event_name(selection: ex.Selection, policy: Policy) -> tuple[str, tuple[str, str] | None]:
    """The name inside a sentence, and one and many where it is surely a noun; any other title is quoted."""
    if selection.occasion:
        declared = policy.occasions.get(selection.name) or policy.code_sets.get(selection.name)
        title = lower_first(declared.title) if declared is not None else spaced(selection.name)
        return f"occasion of {title}", (f"occasion of {title}", f"occasions of {title}")
    title = policy.events[selection.name].title
    counted = noun(title)
    return (counted[0] if counted else quoted(title)), counted


def anchor_words(anchor: ex.Anchor, voice: Voice) -> str:
    """What a time hangs on; the latest is meant unless the first is said."""
    selection = anchor.selection
    word = "first" if selection.which is ex.Which.FIRST else "latest"
    which = f"the {word} {event_name(selection, voice.policy)[0]}{where_words(selection, voice)}"
    return which if anchor.edge is None else f"the {anchor.edge.value} of {which}"


def where_words(selection: ex.Selection, voice: Voice) -> str:
    """What must be true of the event, with a space before it; nothing where nothing must."""
    if not selection.where:
        return ""
    return " with " + " and ".join(_field_test(test, voice) for test in selection.where)


def _field_test(test: ex.FieldTest, voice: Voice) -> str:
    name = spaced(test.field)
    field = quoted(name) if " " in name else name
    match test:
        case ex.FieldIs(choices=choices, negated=negated):
            said = listed([say_literal(choice) for choice in choices], "or")
            return f"{field} other than {said}" if negated else f"{field} {said}"
        case ex.FieldCompare(comparison=comparison, operand=ex.FieldRef(field=other)):
            return f"{field} {comparison.value} its {quoted(spaced(other))}"
        case ex.FieldCompare(comparison=comparison, operand=(ex.Literal() | ex.ThresholdValue()) as operand):
            limit = resolved(operand, voice.policy)
            if isinstance(limit, Quantity | dt.date):
                return f"{field} {bounded(comparison, limit)}"
            return f"{field} {comparison.value} {say_amount(operand, voice.policy)}"
        case ex.FieldCompare():
            raise AssertionError(test.operand)
        case ex.FieldWithin(window=window):
            return f"{field} {window_words(window, voice)}"
        case _:
            assert_never(test)


def window_words(window: ex.Window, voice: Voice) -> str:
    """A window as it follows what it is laid over."""
    policy = voice.policy
    match window:
        case ex.InTheLast(amount=amount):
            if resolved(amount, policy) is None:
                return f"over {say_amount(amount, policy, TIME)}"
            return f"in the last {say_amount(amount, policy)}"
        case ex.InPeriod(unit=unit, previous=previous):
            return f"in {'the previous' if previous else 'this'} {unit.value}"
        case ex.Since(moment=moment):
            if isinstance(moment, ex.Anchor):
                return f"since {anchor_words(moment, voice)}"
            return f"on or after {say_amount(moment, policy, DAY)}"
        case ex.Before(moment=moment):
            if isinstance(moment, ex.Anchor):
                return f"before {anchor_words(moment, voice)}"
            return f"before {say_amount(moment, policy, DAY)}"
        case ex.During(anchor=anchor):
            return f"during {anchor_words(anchor, voice)}"
        case ex.While(condition=condition):
            return f"while {voice.part(condition)}"
        case ex.UnitsAround(amount=amount, after=after, anchor=anchor):
            side = "after" if after else "before"
            if resolved(amount, policy) is None:
                return f"{side} {anchor_words(anchor, voice)}, over {say_amount(amount, policy, TIME)}"
            return f"in the {say_amount(amount, policy)} {side} {anchor_words(anchor, voice)}"
        case ex.NotBefore(date=date):
            return f"not before {say_amount(date, policy, DAY)}"
        case ex.Between(first=first, last=last):
            return f"from {say_date(first)} to {say_date(last)}"
        case ex.EachYear(first=first_day, last=last_day):
            return f"from {day_of_year(first_day)} to {day_of_year(last_day)} each year"
        case ex.NotReliedOn(selection=selection):
            name, counted = event_name(selection, policy)
            event = a(name) if counted else name
            return f"leaving out sessions that {event}{where_words(selection, voice)} relied on"
        case _:
            assert_never(window)


def windows_words(windows: tuple[ex.Window, ...], voice: Voice, *, on: frozenset[int] = frozenset()) -> str:
    """Windows in a row, the weekdays before them: "on Fridays in this term, not before 19 August 2024"."""
    days = f"on {listed([_WEEKDAYS[day] for day in sorted(on)], 'and')}" if on else ""
    return f"{days} {', '.join(window_words(window, voice) for window in windows)}".strip()


def is_fine_print(window: ex.Window) -> bool:
    """Whether a named measure is known well enough without this window: see the package's first lines."""
    match window:
        case ex.NotBefore() | ex.NotReliedOn():
            return True
        case ex.While(
            condition=ex.Is(value=ex.BuiltInValue(built_in=ex.BuiltIn.COMPULSORY_SCHOOL_AGE), negated=False)
        ):
            return True
        case _:
            return False
