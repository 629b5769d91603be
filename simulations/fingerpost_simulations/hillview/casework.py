"""What the school did about its pupils' absence, and wrote down.

This is for those without a story.

The school follows up most of what its register shows, some of it late and some not at all, so that a work
list has something on it. A rate is looked at as the year goes on; unauthorised sessions in ten school
weeks, by the calendar.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from fingerpost.school_age import compulsory_school_age
from fingerpost_simulations.hillview.chance import Chance
from fingerpost_simulations.hillview.days import (
    DAYS,
    LAST_DAY,
    NEW_CODES,
    SLOTS,
    YEARS,
    school_days_later,
    year_span,
)
from fingerpost_simulations.hillview.marks import MISSING, Marks
from fingerpost_simulations.hillview.people import Person
from fingerpost_simulations.hillview.rows import AUTHORITY, SCHOOL, Case, considered, event, notice

UNAUTHORISED = frozenset("GNOU")
AUTHORISED = frozenset("CEHIMRST") | {"C1", "C2", "J1"}
NOT_POSSIBLE = frozenset("XDYQ") | {"Y4", MISSING}

MONDAYS = tuple(sorted({day - dt.timedelta(days=day.weekday()) for day in DAYS}))


def casework(seed: int, person: Person, marks: Marks, case: Case) -> None:
    """Write what was done about one pupil."""
    chance = Chance(seed, 4, int(person.id[1:]))
    if person.only_marks:
        return
    for year in YEARS:
        _year(chance, person, marks, case, year)
    _legal(chance, person, marks, case)
    _returns(chance, person, marks, case)
    _recent_calls(chance, person, marks, case)


def who_they_are(person: Person, case: Case) -> None:
    """The facts that a school has on record for every pupil, and leaves blank for nobody."""
    case.know("has_social_worker", person.has_social_worker)
    if person.has_send:
        case.know("has_send", True)
    if person.has_medical_condition:
        case.know("has_medical_condition", True)


# --- support ------------------------------------------------------------------------------------------------


def _crossings(person: Person, marks: Marks, year: int, rate: float) -> Iterator[int]:
    """The school days (after the first 20) on which a spell at or above a rate of absence begins."""
    first, end = year_span(year)
    absent = possible = 0
    above = False
    for place in range(first, end):
        if not person.on_roll(DAYS[place]):
            continue
        for code in marks.codes[2 * place : 2 * place + 2]:
            absent += code in UNAUTHORISED or code in AUTHORISED
            possible += code not in NOT_POSSIBLE
        now = possible >= 30 and absent >= rate * possible
        if now and not above:
            yield place
        above = now


def _done(chance: Chance, place: int, earliest: int, latest: int) -> dt.date | None:
    """When something was done about it, if it was."""
    if chance.happens(0.1):
        return None
    return school_days_later(place, chance.whole(earliest, latest))


def _year(chance: Chance, person: Person, marks: Marks, case: Case, year: int) -> None:
    at_risk = next(_crossings(person, marks, year, 0.05), None)
    if at_risk is None:
        return
    talked_on = _done(chance, at_risk, 1, 10)
    if talked_on is None:
        return
    case.happened(event("barriers_discussed", talked_on))
    inside = chance.happens(0.12)
    case.know("barriers_in_school", inside, talked_on, SCHOOL)
    if inside and (dealt_with_on := _done(chance, at_risk, 11, 19)):
        case.happened(event("school_barriers_addressed", dealt_with_on))
    outside = chance.happens(0.2)
    case.know("barriers_outside_school", outside, talked_on, SCHOOL)
    if outside and (shown_on := _done(chance, at_risk, 6, 18)):
        case.happened(event("services_signposted", shown_on))
        case.happened(event("access_given", shown_on, by=AUTHORITY))
    if _needs_more(person) and (planned_on := _done(chance, at_risk, 2, 9)):
        case.happened(
            event("pastoral_plan_agreed", planned_on),
            event("attendance_planned", planned_on),
            event("adjustments_made", planned_on),
            event("healthcare_plan_made", planned_on),
        )
    persistent = next(_crossings(person, marks, year, 0.1), None)
    if persistent is not None:
        _support(chance, person, case, max(persistent, at_risk))
    severe = next(_crossings(person, marks, year, 0.5), None)
    if severe is not None and (agreed_on := _done(chance, severe, 3, 12)):
        case.happened(event("joint_approach_agreed", agreed_on))
        case.happened(event("priority_plan_agreed", agreed_on, by=AUTHORITY))
        case.happened(event("safeguarding_considered", agreed_on, by=AUTHORITY))


def _needs_more(person: Person) -> bool:
    return person.has_send or person.has_medical_condition


def _support(chance: Chance, person: Person, case: Case, place: int) -> None:
    agreed_on = _done(chance, place, 3, 12)
    if agreed_on is None:
        return
    case.happened(event("targeted_support_agreed", agreed_on), event("support_offered", agreed_on))
    case.know("safeguarding_concern", False, agreed_on, SCHOOL)
    judged_on = school_days_later(place, chance.whole(13, 25))
    if judged_on is None:
        return
    taken_up = chance.weighted((("fully", 5.0), ("partly", 3.0), ("not_yet", 1.0), ("declined", 0.8)))
    case.know("support_taken_up", taken_up, judged_on, SCHOOL)
    working = chance.happens({"fully": 0.8, "partly": 0.6}.get(taken_up, 0.1))
    case.know("support_working", working, judged_on, SCHOOL)
    if taken_up == "declined" and (met_on := school_days_later(place, chance.whole(26, 36))):
        case.happened(event("formal_meeting", met_on), event("legal_warning_given", met_on))
    if not working or taken_up in ("not_yet", "declined"):
        case.know("support_appropriate", True, judged_on, SCHOOL)
        if discussed_on := school_days_later(place, chance.whole(14, 26)):
            case.happened(
                event("legal_intervention_discussed", discussed_on), event("agencies_met", discussed_on)
            )
            case.happened(event("attendance_contract_offered", discussed_on, by=AUTHORITY))
            case.happened(event("early_help_offered", discussed_on, by=AUTHORITY))
    if _needs_more(person) and (referred_on := _done(chance, place, 4, 9)):
        case.happened(event("referral_made", referred_on))
        case.happened(event("services_joined_up", referred_on, by=AUTHORITY))


# --- legal intervention -------------------------------------------------------------------------------------


def _window_start(place: int) -> int:
    """The place of the first school day of the ten school weeks that end with a day."""
    week = bisect_right(MONDAYS, DAYS[place]) - 1
    first = max(MONDAYS[max(week - 9, 0)], NEW_CODES)
    return next(i for i, day in enumerate(DAYS) if day >= first)


def _legal(chance: Chance, person: Person, marks: Marks, case: Case) -> None:
    first = next(i for i, day in enumerate(DAYS) if day >= NEW_CODES)
    counted = [
        session for session, code in enumerate(marks.codes) if code in UNAUTHORISED and session >= 2 * first
    ]
    used: set[int] = set()
    quiet_until = first
    for session in counted:
        place = session // 2
        if place < quiet_until or not person.on_roll(DAYS[place]) or not _of_school_age(person, DAYS[place]):
            continue
        start = 2 * _window_start(place)
        window = [
            s for s in counted if start <= s <= session and s not in used and person.on_roll(DAYS[s // 2])
        ]
        if len(window) < 10:
            continue
        decided_on = school_days_later(place, chance.whole(2, 9))
        quiet_until = place + 45
        if decided_on is None:
            return
        if _decide(chance, person, marks, case, decided_on=decided_on, window=window):
            used.update(window)


def _of_school_age(person: Person, day: dt.date) -> bool:
    first, last = compulsory_school_age(person.date_of_birth)
    return first <= day <= last


def _decide(
    chance: Chance, person: Person, marks: Marks, case: Case, *, decided_on: dt.date, window: list[int]
) -> bool:
    """What was decided about each parent; whether penalty notices were issued that rely on these sessions."""
    holiday = sum(marks.codes[session] == "G" for session in window) * 2 >= len(window)
    outcome = chance.weighted(
        (("notice_asked_for", 6.0), ("no_action", 1.5), ("support_goes_on", 1.0))
        if holiday
        else (("support_goes_on", 6.0), ("other_tool", 0.6))
    )
    why = "a holiday in term without leave" if holiday else "the family takes part in support"
    for parent in person.parents:
        case.happened(considered(decided_on, parent, outcome, why))
    if holiday:
        case.know("support_appropriate", False, decided_on, SCHOOL)
    issued_on = decided_on + dt.timedelta(days=chance.whole(14, 28))
    if outcome != "notice_asked_for" or issued_on > LAST_DAY:
        return False
    for parent in person.parents:
        case.know_of(parent, "notices_checked", True, decided_on + dt.timedelta(days=3), AUTHORITY)
        paid_on = issued_on + dt.timedelta(days=chance.whole(5, 27))
        case.happened(
            notice(
                person.id,
                parent,
                issued_on,
                [SLOTS[session] for session in window],
                offence_from=DAYS[window[0] // 2],
                then=("paid", paid_on) if paid_on <= LAST_DAY else None,
            )
        )
    return True


# --- returns ------------------------------------------------------------------------------------------------


def _returns(chance: Chance, person: Person, marks: Marks, case: Case) -> None:
    """The attendance return for ten unbroken days without leave, and what was judged about long illness."""
    run = 0
    for place, day in enumerate(DAYS):
        codes = marks.codes[2 * place : 2 * place + 2]
        possible = [code for code in codes if code not in NOT_POSSIBLE]
        if not person.on_roll(day):
            continue
        if any(code not in UNAUTHORISED for code in possible):
            run = 0
            continue
        run += bool(possible)
        if run == 10 and (sent_on := school_days_later(place, chance.whole(4, 15))):
            of_age = compulsory_school_age(person.date_of_birth)[0] + dt.timedelta(days=30)
            if max(sent_on, of_age) <= LAST_DAY:
                case.happened(event("attendance_return_sent", max(sent_on, of_age)))
    first, end = year_span(YEARS[-1])
    ill = [place for place in range(first, end) if marks.codes[2 * place : 2 * place + 2] == ["I", "I"]]
    if len(ill) >= 15 and (judged_on := _done(chance, ill[14], 1, 4)):
        case.know("will_miss_fifteen_days", True, judged_on, SCHOOL)
        case.happened(event("sickness_return_sent", judged_on))


# --- the last days ------------------------------------------------------------------------------------------


def _recent_calls(chance: Chance, person: Person, marks: Marks, case: Case) -> None:
    """The office rings the parents of a child whose absence nobody has explained."""
    for place in range(len(DAYS) - 10, len(DAYS)):
        if marks.codes[2 * place] == "N" and person.on_roll(DAYS[place]) and chance.happens(0.8):
            rung_on = school_days_later(place, 0 if chance.happens(0.8) else 1)
            if rung_on is not None:
                case.happened(replace(event("parents_contacted", rung_on), recorded_on=rung_on))
    if person.has_social_worker:
        for place in range(len(DAYS) - 10, len(DAYS)):
            if marks.codes[2 * place] == "N" and (told_on := school_days_later(place, 1)):
                case.happened(event("told_social_worker", told_on))
