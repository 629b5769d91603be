"""How a rule stands, asked once for each case, is what the reference says of each row by itself."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import Days
from fingerpost.history import (
    CalendarData,
    Completeness,
    EventRow,
    HalfDay,
    History,
    Parent,
    Pupil,
    Recorded,
    Register,
    School,
    Stay,
    Term,
    slot_of,
)
from fingerpost.logic import Truth
from fingerpost.population.block import blocks_of
from fingerpost.population.frame import Frame
from fingerpost.population.standings import TRUTHS, Listed, standings
from fingerpost.population.truths import Truths
from fingerpost.spells import spells
from fingerpost.status import Standing, stand
from fingerpost.subject import Records
from fingerpost_dsl.model.declarations import Action, Subject
from fingerpost_dsl.model.policy import Policy
from tests.strategies import few
from tests.stretches import FIRST, policy_of, school_days

DAYS = school_days(60)
KINDS = ("letter", "talk", "notice")
PUPILS = 30


CLAUSES = (
    ("must", "within 5 school days", "stands until done", "done when letter"),
    (
        "should",
        "for each parent",
        "within 1 week",
        "stands until done",
        "done when notice where outcome is paid",
    ),
    ("must", "stands until done", "every 2 school weeks", "done when talk"),
    ("should", "every 2 weeks", "done when letter"),
    ("should", "within 10 school days", "done when letter in this term"),
    ("must", "for each parent", "within 2 school days of latest notice", "done when letter"),
    ("must", "by 1 October each year", "stands until done", "done when talk in the last 5 school days"),
    ("should", "within 3 days of first talk", "stands until done", "done when letter where which is first"),
    ("may", "expires after 4 school days", "done when talk"),
    ("may", "for each parent", "expires after 4 school days of latest letter", "done when notice"),
    ("must not", "done when letter"),
    ("must", "for each parent"),
)


@cache
def policy() -> Policy:
    """Rules with deadlines of every form, for pupils and for each parent."""
    rules = "\n\n".join(
        "\n  ".join([f'action rule_{number} "Rule {number}"', f'school {modality} "do it"', *clauses])
        for number, (modality, *clauses) in enumerate(CLAUSES)
    )
    return policy_of(f"""
role school "School"
event letter "Letter" with which one of first, second
event talk "Talk"
event notice "Notice" for each parent with outcome one of paid, unpaid

{rules}""")


def _events(chance: np.random.Generator, parents: list[str]) -> tuple[EventRow, ...]:
    """Up to two events, on few dates: on the day of a trigger, before and after it, and in days to come."""
    found = []
    for _ in range(chance.choice([0, 0, 1, 1, 2])):
        kind = str(chance.choice(KINDS))
        fields = {"letter": ("which", ("first", "second")), "notice": ("outcome", ("paid", "unpaid"))}
        said = {}
        if kind in fields and chance.integers(4):
            name, values = fields[kind]
            said = {name: (Recorded(value=str(chance.choice(values))),)}
        parent = chance.choice(np.array([None, *parents], dtype=object)) if kind == "notice" else None
        date = FIRST + dt.timedelta(days=int(chance.choice([0, 7, 8, 11, 12, 14, 20, 28, 50])))
        recorded = chance.choice(np.array([None, date + dt.timedelta(days=10)], dtype=object))
        found.append(EventRow(event=kind, date=date, parent=parent, fields=said, recorded_on=recorded))
    return tuple(found)


def history(chance: np.random.Generator) -> History:
    """Pupils of whom little is recorded, so that many are alike."""
    pupils = {}
    for number in range(PUPILS):
        name = f"P{number:02}"
        parents = [f"{name}-{place}" for place in range(chance.integers(3))]
        pupils[name] = Pupil(
            id=name,
            school="A",
            on_roll=(Stay(first=FIRST),),
            register=Register(tuple(slot_of(day, HalfDay.AM) for day in DAYS), ("/",) * len(DAYS)),
            parents=tuple(Parent(id=one) for one in parents),
            events=_events(chance, parents),
        )
    return History(
        pupils=pupils,
        schools={"A": School(id="A", authority="L")},
        calendars={"": CalendarData(terms=(Term(name="Autumn", first=FIRST, last=DAYS[-1]),))},
        complete=Completeness(marks=FIRST, events=FIRST),
    )


def _days(chance: np.random.Generator, rows: int, length: int) -> list[Days]:
    """Days in few stretches, each false, true or unknown, that begin and end on few days."""
    cuts = [3, 5, 8, 9, 10, 14, 20, *range(max(length - 13, 0), length)]
    found = []
    for _ in range(rows):
        ends = sorted({int(one) for one in chance.choice(cuts, size=chance.integers(6)) if one < length})
        truths = chance.choice([0, 0, 1, 1, 2], size=len(ends) + 1)
        each = [int(truths[sum(day >= end for end in ends)]) for day in range(length)]
        true, false = (sum(1 << day for day, one in enumerate(each) if one == what) for what in (1, 0))
        found.append(Days(true, false, length))
    return found


def _numbers(chance: np.random.Generator, days: list[Days], *, is_school_day: bool) -> list[int]:
    """The truth on the date: that of the last school day, or any."""
    if not is_school_day:
        return [int(one) for one in chance.integers(3, size=len(days))]
    return [TRUTHS.index(one.at(one.length - 1)) if one.length else 0 for one in days]


def since_latest(days: Days) -> Days:
    """The days from the latest trigger on: each opened a round, and only the latest counts."""
    triggers = [spell.trigger for spell in spells(days)]
    before = (1 << triggers[-1]) - 1 if triggers else 0
    return Days(days.true & ~before, days.false | before, days.length)


def expected(
    rule: Action,
    days: list[Days],
    numbers: list[int],
    frame: Frame,
    ordinal: int,
    *,
    in_round: bool,
    recorded_on: np.ndarray | None,
) -> dict[int, tuple[Truth, Standing]]:
    """What the reference says of each row of which it says anything."""
    found = {}
    for row, own in enumerate(days):
        dates: list[dt.date] | None = [] if in_round else None
        if recorded_on is not None:
            dates = [dt.date.fromordinal(int(recorded_on[row]))] if recorded_on[row] else []
        truth = TRUTHS[numbers[row]]
        looked_at = since_latest(own) if in_round else own
        standing = stand(rule, looked_at, truth, ordinal, frame.scope(row), recorded_on=dates)
        if standing.status is not None:
            found[row] = truth, standing
    return found


def said(listed: Listed) -> dict[int, tuple[Truth, Standing]]:
    """The same of the columns."""
    columns = (listed.rows.tolist(), listed.truths.tolist(), listed.which.tolist())
    return {row: (TRUTHS[truth], listed.distinct[which]) for row, truth, which in zip(*columns, strict=True)}


@settings(max_examples=few(30))
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 65).map(lambda day: FIRST + dt.timedelta(days=day)),
    st.sampled_from([None, 0, 9]),
    st.sampled_from(["by itself", "in round", "recorded"]),
)
def test_standings(seed: int, on: dt.date, known_after: int | None, how: str) -> None:
    """On school days and on others, of actions and of steps whose rounds say what records them."""
    chance = np.random.default_rng(seed)
    known_on = None if known_after is None else on + dt.timedelta(days=known_after)
    records = Records(policy(), history(chance), known_on)
    (block,) = blocks_of(records, records.history.pupils.values())
    length = block.axis.days_until(on.toordinal())
    pupils = Frame.on_school_days(block, policy(), length)
    is_school_day = length > 0 and block.axis.school_days[length - 1] == on.toordinal()
    for rule in policy().actions.values():
        frame = pupils.by_parents()[0] if rule.subject is Subject.PARENT else pupils
        for _ in range(2):  # what was worked out for one part is remembered for the next
            days = _days(chance, len(frame), length)
            numbers = _numbers(chance, days, is_school_day=is_school_day)
            recorded_on = None
            if how == "recorded":
                recorded_on = chance.choice([0, FIRST.toordinal() + 9], size=len(frame)).astype(np.int32)
            found = standings(
                rule,
                Truths.of(days, length),
                np.array(numbers, dtype=np.int8),
                frame,
                on.toordinal(),
                in_round=how == "in round",
                recorded_on=recorded_on,
            )
            wanted = expected(
                rule,
                days,
                numbers,
                frame,
                on.toordinal(),
                in_round=how == "in round",
                recorded_on=recorded_on,
            )
            assert said(found) == wanted, rule.name
