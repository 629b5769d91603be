"""Hillview Primary as a history: everybody, their marks, and what was recorded about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from fingerpost.history import (
    Authority,
    Completeness,
    EventRow,
    History,
    Parent,
    Pupil,
    Recorded,
    School,
    Value,
)
from fingerpost_simulations.hillview.casework import casework, who_they_are
from fingerpost_simulations.hillview.chance import Chance
from fingerpost_simulations.hillview.days import CALENDAR, FIRST_DAY, LAST_DAY, TERMS, YEARS
from fingerpost_simulations.hillview.marks import Marks, family_holidays, late_joiner_weeks, marks_of
from fingerpost_simulations.hillview.named import STORIES
from fingerpost_simulations.hillview.people import Person, people
from fingerpost_simulations.hillview.rows import AUTHORITY, SCHOOL, Case, event, fact, frozen
from fingerpost_simulations.hillview.stories import Story, tell

SEED = 2024
PER_YEAR = 88
"""Pupils of each year group: three classes."""

SCHOOL_ID = "HILLVIEW"
AUTHORITY_ID = "MADE-UP-COUNTY"

NOTE = """\
Hillview Primary is made up: its pupils, parents, families, registers and records were drawn from a seed and
stand for nobody. Nothing in this folder is about a real child, school or authority.
"""

RECORDED_KINDS = (
    "barriers_discussed",
    "formal_meeting",
    "notice_considered",
    "notice_to_improve",
    "parents_contacted",
    "penalty_notice",
    "support_offered",
    "targeted_support_agreed",
    "told_social_worker",
)
"""Kinds of event that the school has recorded in full since the record begins, if any happened or not."""


def hillview(seed: int = SEED, *, per_year: int = PER_YEAR) -> History:
    """The made-up school; the same for the same seed and size.

    With `per_year` of 88 there are some 620 pupils on roll on 14 November 2025, and over 800 in all; tests
    make do with a handful. The pupils with a story (`named.py`) are always among them.
    """
    told = {story.person.id: story for story in STORIES}
    others = people(seed, per_year=per_year, reserved=frozenset(told))
    everybody = sorted([*others, *(story.person for story in told.values())], key=lambda person: person.id)
    holidays = family_holidays(seed, (person.family for person in others))
    short = short_of_money(seed, others)
    return History(
        pupils={
            person.id: _pupil(
                seed,
                person,
                told.get(person.id),
                holidays.get(person.family, ()),
                meals=person.family in short,
            )
            for person in everybody
        },
        schools={SCHOOL_ID: _school()},
        authorities={AUTHORITY_ID: _authority()},
        calendars={SCHOOL_ID: CALENDAR},
        complete=Completeness(
            marks=FIRST_DAY,
            facts=FIRST_DAY,
            events=FIRST_DAY,
            kinds=dict.fromkeys(RECORDED_KINDS, FIRST_DAY),
        ),
    )


def short_of_money(seed: int, everybody: Iterable[Person]) -> frozenset[str]:
    """The families with free school meals: more of those whose children are often ill."""
    frailest: dict[str, float] = {}
    for person in everybody:
        frailest[person.family] = max(person.frailty, frailest.get(person.family, 0.0))
    return frozenset(
        family
        for family, frailty in frailest.items()
        if Chance(seed, 12, int(family[1:])).happens(min(0.8, 0.05 * frailty**2))
    )


def _pupil(
    seed: int, person: Person, story: Story | None, holidays: tuple[tuple[int, int], ...], *, meals: bool
) -> Pupil:
    marks = marks_of(seed, person, holidays if story is None else ())
    if (
        person.cohort >= FIRST_DAY.year
        and Chance(seed, 5, int(person.id[1:])).happens(0.15)
        and story is None
    ):
        late_joiner_weeks(marks, person)
    case = Case(person.id)
    if story is not None:
        tell(story, marks)
    if not person.only_marks:
        who_they_are(person, case)
        case.know("free_school_meals", meals)
    if story is None:
        casework(seed, person, marks, case)
    else:
        story.record(case)
    return _as_known(person, marks, case)


def _as_known(person: Person, marks: Marks, case: Case) -> Pupil:
    if person.only_marks:
        return Pupil(id=person.id, school=SCHOOL_ID, on_roll=person.stays, register=marks.register(person))
    return Pupil(
        id=person.id,
        school=SCHOOL_ID,
        date_of_birth=person.date_of_birth,
        year_group=person.year_group,
        family=person.family,
        on_roll=person.stays,
        parents=tuple(
            Parent(id=parent, facts=frozen(case.parent_facts.get(parent, {}))) for parent in person.parents
        ),
        register=marks.register(person),
        facts=frozen(case.facts),
        events=_in_order(case.events),
    )


def _in_order(rows: list[EventRow]) -> tuple[EventRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.date, row.event, row.parent or "")))


def _school() -> School:
    return School(
        id=SCHOOL_ID,
        name="Hillview Primary",
        authority=AUTHORITY_ID,
        phase="primary",
        facts=_always(
            **dict.fromkeys(
                ("policy_on_website", "has_policy", "has_culture", "has_champion", "champion_in_policy"), True
            ),
            **dict.fromkeys(("has_vision", "systems_followed", "has_daily_processes", "looks_weekly"), True),
            **dict.fromkeys(("shares_daily", "uses_related_guidance", "admission_register_accurate"), True),
            **dict.fromkeys(("entries_kept", "registers_electronic", "register_twice"), True),
            **dict.fromkeys(
                ("uses_national_codes", "register_open_alike", "maintained_school", "same_ambition"), True
            ),
            **dict.fromkeys(("board_active", "board_recognises", "leaders_held", "board_focuses"), True),
            **dict.fromkeys(("has_named_contact", "contact_helps"), True),
            **dict.fromkeys(("independent_school", "part_of_trust", "compares_data", "staff_trained"), False),
            register_open_for=45,
            year_sessions=380,
        ),
        events=_in_order(
            [event("parents_informed", term.first + dt.timedelta(days=44)) for term in TERMS[:7]]
            + [event("support_meeting_held", term.first + dt.timedelta(days=29)) for term in TERMS[:7]]
            + [event("board_report_given", term.first + dt.timedelta(days=51)) for term in TERMS[:7]]
            + [event("board_reviewed_data", term.first + dt.timedelta(days=58)) for term in TERMS[:6]]
            + [event("progress_reviewed", term.first + dt.timedelta(days=61)) for term in TERMS[:6]]
            + [event("medical_send_discussed", term.first + dt.timedelta(days=29)) for term in TERMS[:7]]
            + [event("board_reviewed_medical_send", term.first + dt.timedelta(days=58)) for term in TERMS[:6]]
            + _each_half_term("data_analysed")
            + _each_half_term("medical_send_reviewed")
        ),
    )


def _authority() -> Authority:
    return Authority(
        id=AUTHORITY_ID,
        name="Made-up County",
        facts=_always(
            **dict.fromkeys(("has_area_strategy", "attendance_key_focus", "has_support_team"), True),
            **dict.fromkeys(("advises_schools", "core_offer_free"), True),
        ),
        events=_in_order(
            [event("practice_shared", dt.date(year, 10, 9), by=AUTHORITY) for year in YEARS]
            + [event("authority_efforts_reviewed", dt.date(year, 11, 12), by=AUTHORITY) for year in YEARS[:2]]
            + [event("previously_looked_after_advice", dt.date(year, 9, 24), by=AUTHORITY) for year in YEARS]
            + _each_half_term("pupils_with_social_worker_reviewed", by=AUTHORITY)
            + _each_half_term("local_data_tracked", by=AUTHORITY)
        ),
    )


def _each_half_term(name: str, *, by: str = SCHOOL) -> list[EventRow]:
    """An event in each half term so far."""
    days = [term.first + dt.timedelta(days=after) for term in TERMS[:7] for after in (33, 68)]
    return [event(name, day, by=by) for day in days if day <= LAST_DAY]


def _always(**facts: Value) -> dict[str, tuple[Recorded, ...]]:
    return {name: (fact(value),) for name, value in facts.items()}
