"""Well-typed expressions of the language, as text: amounts, windows, selections, values, conditions.

`Speaker` says of whom the expression speaks (a pupil's rule may not mention a parent's notices) and what has
been declared before it. Depth is counted down, so that every expression ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from fingerpost_dsl.model.quantities import Unit
from tests.generate.speaker import Speaker, a_date, a_day_of_year, amount
from tests.generate.words import (
    A_DATE,
    COUNTED,
    EVENTS,
    MARK_SETS,
    OCCASIONS,
    RUNS,
    WINDOW_UNITS,
    FieldWord,
)

COMPARISONS = ("is at least", "is at most", "is more than", "is less than")
WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays")


# --- events and occasions ---------------------------------------------------------------------


def where(say: Speaker, fields: Sequence[FieldWord], depth: int) -> str:
    """Nothing, or tests on fields."""
    wanted = say.number(0, 4)
    if wanted < 3 or not fields:
        return ""
    tests = [_field_test(say, fields, depth) for _ in range(wanted - 2)]
    return f" where {tests[0]}" if len(tests) == 1 else f" where ({' and '.join(tests)})"


def _field_test(say: Speaker, fields: Sequence[FieldWord], depth: int) -> str:
    one = fields[say.number(0, len(fields) - 1)]
    compared = say.one_of(COMPARISONS)
    match one.kind:
        case "one of":
            if say.chance(3):
                return f"{one.name} is one of ({'; '.join(one.choices[:2])})"
            return f"{one.name} is {say.one_of(('', 'not '))}{say.one_of(one.choices)}"
        case "yes or no":
            return f"{one.name} is {say.one_of(('yes', 'no', 'not yes'))}"
        case "number":
            return f"{one.name} {compared} {say.number(0, 4)}"
        case "number in sessions":
            return f"{one.name} {compared} {amount(say, Unit.SESSION)}"
        case "money":
            return f"{one.name} {compared} £{say.one_of(('80', '160', '79.50'))}"
        case _:
            dates = [other.name for other in fields if other.kind == "date" and other.name != one.name]
            kind = say.number(0, 3)
            if kind == 3 and depth > 0:
                return f"{one.name} {window(say, depth - 1, over='dates')}"
            if kind == 2 and dates:
                return f"{one.name} {compared} {say.one_of(dates)}"
            return f"{one.name} {compared} {A_DATE if kind == 1 else a_date(say)}"


_EVENT_DATES = (FieldWord("date", "date"), FieldWord("until", "date"))
_OCCASION_FIELDS = (
    FieldWord("length", "number in sessions"),
    FieldWord("start", "date"),
    FieldWord("end", "date"),
)


def selection(say: Speaker, depth: int, *, runs: bool = False) -> str:
    """`letter`, `the latest meeting where …`, an occasion; with `runs`, also a set of codes."""
    which = say.one_of(("", "", "first ", "latest "))
    names = tuple(event.name for event in say.events) + (RUNS if runs else OCCASIONS)
    if say.occasion is not None and runs and say.chance(2):
        return say.occasion
    name = say.one_of(names)
    event = next((event for event in say.events if event.name == name), None)
    fields = (*event.fields, *_EVENT_DATES) if event else _OCCASION_FIELDS
    return f"{which}{name}{where(say, fields, depth)}"


def anchor(say: Speaker, depth: int) -> str:
    """What a time hangs on."""
    return say.one_of(("", "", "the start of ", "the end of ")) + selection(say, depth, runs=True)


# --- windows ----------------------------------------------------------------------------------


def windows(say: Speaker, depth: int, *, over: str, at_least_one: bool = False) -> str:
    """Up to two windows, with a space before them; they intersect."""
    wanted = max(say.number(0, 5) - 3, int(at_least_one)) if say.chance(2) else 1
    return "".join(
        f"{', ' if index else ' '}{window(say, depth, over=over)}"
        for index in range(max(wanted, at_least_one))
    )


def window(say: Speaker, depth: int, *, over: str) -> str:
    """One window over marks, events or dates."""
    kinds = ["last", "period", "not before", "from to", "each year"]
    if depth > 0:
        kinds += ["since", "before", "during", "around"]
        kinds += ["while"] if over != "dates" else []
        kinds += ["relied"] if over == "marks" and say.parent else []
    match say.one_of(kinds):
        case "last":
            return f"in the last {amount(say, Unit(say.one_of([unit.value for unit in WINDOW_UNITS])))}"
        case "period":
            return say.one_of(
                [
                    f"in {this} {unit}"
                    for unit in ("term", "half term", "academic year")
                    for this in ("this", "last")
                ]
            )
        case "not before":
            return f"not before {A_DATE if say.chance(2) else a_date(say)}"
        case "from to":
            first = dt.date(2024, 9, 1) + dt.timedelta(days=say.number(0, 60))
            return f"from {first} to {first + dt.timedelta(days=say.number(0, 60))}"
        case "each year":
            return f"from {a_day_of_year(say)} to {a_day_of_year(say)}"
        case "since":
            return f"since {anchor(say, depth - 1) if say.chance(2) else a_date(say)}"
        case "before":
            return f"before {anchor(say, depth - 1) if say.chance(2) else a_date(say)}"
        case "during":
            lasting = ["plan", "warning"] if say.parent else ["plan"]
            return f"during {say.one_of([*lasting, *RUNS])}"
        case "around":
            unit = Unit(say.one_of([unit.value for unit in WINDOW_UNITS]))
            return f"in the {amount(say, unit)} {say.one_of(('after', 'before'))} {anchor(say, depth - 1)}"
        case "while":
            inner = condition(replace(say, settled=True, occasion=None), depth - 1)
            return f"while ({inner})"
        case _:
            notice = next(event for event in EVENTS if event.relies)
            return f"not relied on by {notice.name}{where(say, (*notice.fields, *_EVENT_DATES), depth - 1)}"


# --- values -----------------------------------------------------------------------------------


def value(say: Speaker, unit: Unit | None, depth: int) -> str:
    """A value of a unit; None for a date."""
    if unit is None:
        return _date_value(say, depth)
    makers: list[Callable[[], str]] = [lambda: _simple(say, unit, depth)]
    if depth > 0 and not say.settled:
        makers = [lambda: _aggregate(say, unit, depth)] * 4 + makers
    if depth > 0:
        makers.append(lambda: _arithmetic(say, unit, depth - 1))
        makers.append(lambda: _extreme(say, unit, depth - 1))
    return makers[say.number(0, len(makers) - 1)]()


def literal(say: Speaker, unit: Unit) -> str:
    """A value written out, or a threshold of that unit."""
    match unit:
        case Unit.SHARE:
            return say.one_of(("10%", "5%", "50%", "0%", "100%", "12.5%", "3/7", "some_shares"))
        case Unit.NUMBER:
            return say.one_of(("0", "1", "2", "3", "some_numbers"))
        case Unit.MONEY:
            return say.one_of(("£80", "£160", "some_money"))
        case Unit.YEAR:
            return say.one_of(("5 years", "10 years", "16 years"))
        case _:
            return amount(say, unit, least=0)


def _simple(say: Speaker, unit: Unit, depth: int) -> str:
    kinds = {"number in sessions": Unit.SESSION, "number": Unit.NUMBER, "money": Unit.MONEY}
    names = [fact.name for fact in say.facts if kinds.get(fact.kind) is unit]
    if unit is Unit.NUMBER:
        names += ["year_group", "roll"]
    if unit is Unit.YEAR:
        names.append("age")
    if not say.settled:
        for name, of, parents, pooled in say.measures:
            if of is not unit or (parents and not say.parent):
                continue
            names.append(name)
            names.append(f"{name} as at the end of last {say.one_of(('term', 'half term', 'academic year'))}")
            names.append(f"{name} as at {a_date(say)}")
            if pooled:
                names.append(f"{name} of its school")
    return literal(say, unit) if not names or say.chance(3) else say.one_of(names)


def _or_none(say: Speaker, marks: str) -> str:
    """A set of marks, or now and then the sessions that have none."""
    return "unmarked" if say.chance(5) else marks


def _aggregate(say: Speaker, unit: Unit, depth: int) -> str:
    marks = say.one_of(MARK_SETS)
    days = f" on {', '.join(sorted({say.one_of(WEEKDAYS), say.one_of(WEEKDAYS)}))}" if say.chance(6) else ""

    def laid(*, at_least_one: bool = False) -> str:
        return windows(say, depth - 1, over="marks", at_least_one=at_least_one)

    match unit:
        case Unit.SESSION:
            match say.number(0, 4):
                case 0 | 1:
                    return f"count of {_or_none(say, marks)}{days}{laid()}"
                case 2:
                    return f"current run of {marks} in sessions{laid()}"
                case 3:
                    return f"longest run of {marks} in sessions{laid()}"
                case _:
                    within = Unit(say.one_of([one.value for one in MOST_IN_ANY]))
                    return f"most {marks} in any {amount(say, within)}{laid(at_least_one=True)}"
        case Unit.SCHOOL_DAY:
            match say.number(0, 3):
                case 0:
                    return f"count of whole days of {marks}{days}{laid()}"
                case 1:
                    return f"current run of {marks} in school days{laid()}"
                case 2:
                    return f"longest run of {marks} in school days{laid()}"
                case _:
                    return f"school days since {anchor(say, depth - 1)}"
        case Unit.SCHOOL_WEEK:
            if say.chance(3):
                return f"school weeks since {anchor(say, depth - 1)}"
            least = f"at least {amount(say, Unit.SESSION)} of " if say.chance(2) else ""
            return f"weeks with {least}{marks}{laid()}"
        case Unit.DAY | Unit.WORKING_DAY:
            return f"{unit.value}s since {anchor(say, depth - 1)}"
        case Unit.NUMBER:
            if say.chance(4):
                inner = condition(say.of_parent(), depth - 1)
                return say.one_of(("number of parents", f"number of parents who have ({inner})"))
            return f"count of {selection(say, depth - 1)}{windows(say, depth - 1, over='events')}"
        case Unit.SHARE:
            share = f"share of {_or_none(say, marks)}{days}{laid()}"
            cuts = ("", "", " rounded to whole percent", " rounded down to whole percent", " to 1 decimal")
            return share + say.one_of(cuts)
        case _:
            return _simple(say, unit, depth)


MOST_IN_ANY = (
    Unit.SESSION,
    Unit.SCHOOL_DAY,
    Unit.SCHOOL_WEEK,
    Unit.DAY,
    Unit.WEEK,
    Unit.HALF_TERM,
    Unit.TERM,
)


def _arithmetic(say: Speaker, unit: Unit, depth: int) -> str:
    if unit is Unit.SHARE and not say.settled and say.chance(2):
        of = Unit(say.one_of((Unit.SESSION.value, Unit.SCHOOL_DAY.value)))
        divisor = value(say, of, depth)
        if divisor.startswith("0 "):  # a policy that divides by nothing is refused
            divisor = "2" + divisor[1:]
        return f"(({value(say, of, depth)}) / ({divisor}))"
    if say.chance(3):
        by = "*" if unit is Unit.NUMBER else say.one_of(("*", "/"))
        return f"(({value(say, unit, depth)}) {by} {say.one_of(('2', '3', 'some_numbers'))})"
    return f"(({value(say, unit, depth)}) {say.one_of(('+', '-'))} ({value(say, unit, depth)}))"


def _extreme(say: Speaker, unit: Unit | None, depth: int) -> str:
    return f"{say.one_of(('lowest', 'highest'))} of ({value(say, unit, depth)}; {value(say, unit, depth)})"


def _date_value(say: Speaker, depth: int) -> str:
    kinds = [a_date(say), A_DATE, "started"]
    if depth > 0:
        if not say.settled:
            kinds.append(f"date of {anchor(say, depth - 1)}")
        kinds.append(_extreme(say, None, depth - 1))
    return say.one_of(kinds)


# --- conditions -------------------------------------------------------------------------------


def condition(say: Speaker, depth: int) -> str:
    """A condition."""
    kinds = ["compare", "compare", "fact"]
    if depth > 0:
        kinds += ["compare", "and", "or", "not", "at least of", "known"]
        if not say.settled:
            kinds += ["happened", "happened", "none", "parents"]
            kinds += ["tier"] if say.tiers else []
            kinds += ["named"] if any(not of or say.parent for _, of in say.conditions) else []
    inner = depth - 1
    match say.one_of(kinds):
        case "compare":
            return _comparison(say, depth)
        case "fact":
            return _fact_test(say)
        case "and" | "or" as word:
            parts = [f"({condition(say, inner)})" for _ in range(say.number(2, 3))]
            return f" {word} ".join(parts)
        case "not":
            return f"not ({condition(say, inner)})"
        case "at least of":
            named = say.chance(5)  # a threshold of at most 3
            parts = [condition(say, inner) for _ in range(3 if named else say.number(1, 3))]
            least = "some_numbers" if named else str(say.number(1, len(parts)))
            return f"at least {least} of ({'; '.join(parts)})"
        case "known":
            return f"{_knowable(say, inner)} is {say.one_of(('known', 'unknown'))}"
        case "happened":
            return f"{selection(say, inner)}{windows(say, inner, over='events')}"
        case "none":
            return f"no {selection(say, inner)}{windows(say, inner, over='events')}"
        case "parents":
            return f"{say.one_of(('any', 'every'))} parent has ({condition(say.of_parent(), inner)})"
        case "tier":
            return f"{say.one_of(('', 'only '))}in tier {say.one_of(say.tiers)}"
        case _:
            return say.one_of([name for name, parents in say.conditions if not parents or say.parent])


def _comparison(say: Speaker, depth: int) -> str:
    units = (*COUNTED, Unit.NUMBER, Unit.SHARE, Unit.SHARE, Unit.YEAR, Unit.MONEY, None)
    unit = units[say.number(0, len(units) - 1)]
    left = value(say, unit, depth)
    if unit is not None and say.chance(4):
        return f"({left}) {say.one_of(('is', 'is not'))} {literal(say, unit)}"
    if unit is None:
        right = _date_value(say, 0)
    else:
        right = value(say, unit, depth - 1) if depth > 0 and say.chance(3) else literal(say, unit)
    return f"({left}) {say.one_of(COMPARISONS)} ({right})"


def _knowable(say: Speaker, depth: int) -> str:
    if say.chance(2):
        units = (Unit.SESSION, Unit.SHARE, Unit.DAY, None)
        return f"({value(say, units[say.number(0, 3)], depth)})"
    return say.one_of([fact.name for fact in say.facts])


def _fact_test(say: Speaker) -> str:
    usable = [fact for fact in say.facts if fact.kind in ("yes or no", "one of")]
    index = say.number(0, len(usable) + 1)
    if index == len(usable):
        return say.one_of(("compulsory_school_age", "not compulsory_school_age"))
    if index > len(usable):
        return f"phase is {say.one_of(('primary', 'not secondary', 'one of (primary; secondary)'))}"
    fact = usable[index]
    if fact.kind == "yes or no":
        return f"{fact.name} is {say.one_of(('yes', 'no'))}" if say.chance(2) else fact.name
    kind = say.number(0, 2)
    if kind == 2:
        return f"{fact.name} is one of ({fact.choices[0]}; {fact.choices[1]})"
    return f"{fact.name} is {('', 'not ')[kind]}{say.one_of(fact.choices)}"
