"""From a draft to a history: what can only be seen with everything at hand, and the one order of things.

Here it is checked that those who are mentioned exist, that facts do not contradict each other, that events
are not counted twice, and, in `registers.py`, that marks stand where they may.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from fingerpost.calendar import Calendar
from fingerpost.digest import in_order, normal
from fingerpost.history import (
    Authority,
    CalendarData,
    EventRow,
    History,
    Parent,
    Pupil,
    Recorded,
    School,
    Stay,
)
from fingerpost.known import conflicts
from fingerpost.readers.draft import Draft, DraftPupil, Owner
from fingerpost.readers.families import share_in_families
from fingerpost.readers.people import check_people
from fingerpost.readers.problems import Problems, counted
from fingerpost.readers.registers import Registers
from fingerpost.vocabulary import Vocabulary


def settle(draft: Draft, vocabulary: Vocabulary, problems: Problems, *, with_digest: bool = True) -> History:
    """The history of everything in a draft that is right; what is wrong is noted."""
    check_people(draft, problems)
    _check_schools(draft, problems)
    share_in_families(draft, vocabulary, problems)
    calendars = {name: data for name, (data, _) in draft.calendars.items()}
    registers = Registers(vocabulary.codes, problems, draft.find_marks)
    by_school = _by_school(calendars, ("", *draft.schools))
    pupils: dict[str, Pupil] = {}
    outside: Counter[str] = Counter()
    for pupil in draft.pupils.values():
        school = draft.school_of(pupil)
        calendar = by_school.get(school) or by_school[""]
        pupils[pupil.id] = made = _pupil(pupil, school, calendar, registers, vocabulary)
        if calendar.given and made.register.slots:
            first, last = (dt.date.fromordinal(made.register.slots[end] // 2) for end in (0, -1))
            outside[school] += first < calendar.given[0] or last > calendar.given[1]
    _warn_of_marks_outside(outside, by_school, draft, problems)
    schools = {
        school.id: School(
            id=school.id,
            name=school.name,
            authority=school.authority,
            phase=school.phase,
            facts=_facts(school, vocabulary, problems),
            events=_events(school, problems),
        )
        for school in draft.schools.values()
    }
    authorities = {
        one.id: Authority(
            id=one.id, name=one.name, facts=_facts(one, vocabulary, problems), events=_events(one, problems)
        )
        for one in draft.authorities.values()
    }
    history = History(
        pupils=pupils,
        schools=schools,
        authorities=authorities,
        calendars=calendars,
        complete=draft.complete,
    )
    return normal(history) if with_digest else in_order(history)


def _by_school(calendars: Mapping[str, CalendarData], schools: Iterable[str]) -> dict[str, Calendar]:
    """The calendar of each school; that of many is laid out once."""
    made: dict[str | None, Calendar] = {}
    found: dict[str, Calendar] = {}
    for school in schools:
        key = school if calendars.get(school) else None
        if key not in made:
            made[key] = Calendar.from_data(_calendar_of(calendars, school))
        found[school] = made[key]
    return found


def _calendar_of(calendars: Mapping[str, CalendarData], school: str) -> CalendarData:
    return calendars.get(school) or calendars.get("") or CalendarData()


# --- who there is -------------------------------------------------------------------------------------------


def _check_schools(draft: Draft, problems: Problems) -> None:
    """Every school that a pupil or a calendar names is one of the schools."""
    for pupil in list(draft.pupils.values()):
        school = draft.school_of(pupil)
        if school in draft.schools:
            continue
        named = f"there is no school `{school}`" if school else f"the school of `{pupil.id}` is blank"
        problems.add(
            "E0625",
            f"{named} in the list of schools",
            pupil.school_where or pupil.where,
            help=f"the schools are {_some(draft.schools)}",
        )
        problems.leave_out("pupils")
        del draft.pupils[pupil.id]
    for school, (_, where) in list(draft.calendars.items()):
        if school and school not in draft.schools:
            problems.add(
                "E0625",
                f"a calendar for the school `{school}`, which no pupil is at",
                where,
                help=f"the schools are {_some(draft.schools)}",
            )
            del draft.calendars[school]


def _some(names: Iterable[str]) -> str:
    shown = [f"`{name}`" for name in names]
    return (
        ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "") or "not named at all"
    )


def _warn_of_marks_outside(
    outside: Mapping[str, int], calendars: Mapping[str, Calendar], draft: Draft, problems: Problems
) -> None:
    for school, number in outside.items():
        given = calendars[school].given
        if not number or given is None:
            continue
        _, where = draft.calendars.get(school) or draft.calendars.get("") or (None, None)
        who = counted(number, "pupil") + (f" of `{school}`" if school else "")
        stretch = f"{given[0]} to {given[1]}"
        problems.add(
            "W0607",
            f"marks of {who} lie outside the calendar, which speaks of {stretch}",
            where,
            help="there the open sessions are taken from the marks; add the terms to the calendar",
        )


# --- one pupil ----------------------------------------------------------------------------------------------


def _pupil(
    draft: DraftPupil,
    school: str,
    calendar: Calendar,
    registers: Registers,
    vocabulary: Vocabulary,
) -> Pupil:
    problems = registers.problems
    stays = _stays(draft, problems)
    facts = _facts(draft, vocabulary, problems)
    reported = _settled_rows(draft.reported, vocabulary, problems)
    return Pupil(
        id=draft.id,
        school=school,
        date_of_birth=draft.date_of_birth,
        year_group=draft.year_group,
        family=draft.family,
        on_roll=stays,
        parents=tuple(
            Parent(id=parent.id, facts=_facts(parent, vocabulary, problems))
            for parent in draft.parents.values()
        ),
        register=registers.register(draft, calendar),
        facts=facts,
        events=_events(draft, problems),
        reported=reported,
    )


def _stays(draft: DraftPupil, problems: Problems) -> tuple[Stay, ...]:
    """The times on roll, in order; two at once are an error, and so is one before the pupil was born."""
    if not draft.stays:
        draft.stays.append((Stay(), draft.where))
    draft.stays.sort(key=lambda stay: (stay[0].first or dt.date.min, stay[0].last or dt.date.max))
    for (one, where), (other, other_where) in zip(draft.stays, draft.stays[1:], strict=False):
        if one.last is None or other.first is None or other.first <= one.last:
            problems.add(
                "E0617",
                f"`{draft.id}` is on roll twice at once from {other.first or 'the beginning'}",
                other_where,
                also=((where, "the earlier time"),),
                help="say in `on_roll_until` when the earlier time ended",
            )
    first, where = draft.stays[0][0].first, draft.stays[0][1]
    if first and draft.date_of_birth and draft.date_of_birth >= first:
        problems.add(
            "E0617",
            f"`{draft.id}` is on roll from {first}, and was born on {draft.date_of_birth}",
            where,
            help="check `date_of_birth` and `on_roll_from`",
        )
    return tuple(stay for stay, _ in draft.stays)


# --- facts and events ---------------------------------------------------------------------------------------


def _facts(owner: Owner, vocabulary: Vocabulary, problems: Problems) -> Mapping[str, tuple[Recorded, ...]]:
    return _settled_rows(owner.facts, vocabulary, problems)


def _settled_rows(
    facts: Mapping[str, Sequence[Recorded]], vocabulary: Vocabulary, problems: Problems
) -> Mapping[str, tuple[Recorded, ...]]:
    """Rows of facts, each once; what contradicts each other is left out (meaning 16)."""
    settled: dict[str, tuple[Recorded, ...]] = {}
    for name, rows in facts.items():
        if len(rows) == 1:
            settled[name] = tuple(rows)
            continue
        once = list(dict.fromkeys(rows))
        if len(once) < len(rows):
            twice = next(row for index, row in enumerate(rows) if row in rows[:index])
            problems.add(
                "W0602",
                f"the same row about `{name}` appears twice",
                twice.place,
                help="leave one of them out",
            )
        fact = vocabulary.facts.get(name)
        wrong: list[Recorded] = []
        for one, other in conflicts(once, fact.judged_by if fact else (), vocabulary.part_of):
            problems.add(
                "E0630",
                f"two different values of `{name}` for the same dates",
                other.place,
                also=((one.place, "and the other one"),),
                help="end one with `until`; for a correction, say in `recorded_on` when each was entered",
            )
            wrong += [one, other]
        if wrong:
            problems.leave_out("facts", len(set(map(id, wrong))))
        settled[name] = tuple(row for row in once if not any(row is other for other in wrong))
    return settled


def _events(owner: Owner, problems: Problems) -> tuple[EventRow, ...]:
    """Rows of events, each once; of rows with one id no two may be recorded on the same day (meaning 5)."""
    rows = owner.events
    if len(rows) < 2:
        return tuple(rows)
    once: dict[object, EventRow] = {}
    said: dict[tuple[str, str, dt.date], EventRow] = {}
    wrong: list[EventRow] = []
    for row in rows:
        if (content := _content(row)) in once:
            problems.add(
                "W0602",
                f"the same `{row.event}` of {row.date} appears twice",
                row.place,
                help="it counts once; if there were two, give each an `id`",
            )
            continue
        once[content] = row
        if row.id is None:
            continue
        key = (row.event, row.id, row.recorded_on or row.date)
        if key in said:
            problems.add(
                "E0640",
                f"two different rows about `{row.event}` with the id `{row.id}`, recorded on the same day",
                row.place,
                also=((said[key].place, "and the other one"),),
                help="say in `recorded_on` when each was entered, or give two events two ids",
            )
            wrong += [said[key], row]
        said.setdefault(key, row)
    if wrong:
        problems.leave_out("events", len(set(map(id, wrong))))
    return tuple(row for row in once.values() if not any(row is other for other in wrong))


def _content(row: EventRow) -> object:
    fields = tuple(sorted(row.fields.items()))
    said_by = (row.recorded_on, row.recorded_by)
    return (row.event, row.date, row.until, row.id, row.cancelled, row.parent, fields, row.relies_on, said_by)
