"""A history on a few lines, as a failing example shows it."""

from __future__ import annotations

from fingerpost.history import CalendarData, EventRow, Facts, History, Pupil, Recorded, slot_date


def shown(history: History) -> str:
    """Everything that decides, and nothing that is empty."""
    lines = [f"calendar {name or 'of all'}: {_calendar(data)}" for name, data in history.calendars.items()]
    for pupil in history.pupils.values():
        lines += _pupil(pupil)
    for school in history.schools.values():
        lines.append(f"school {school.id} {school.phase}: {_facts(school.facts)} {_events(school.events)}")
    for authority in history.authorities.values():
        lines.append(f"authority {authority.id}: {_facts(authority.facts)} {_events(authority.events)}")
    complete = history.complete
    lines.append(f"complete: marks {complete.marks}, events {complete.events}, {dict(complete.kinds)}")
    return "\n".join(lines)


def _calendar(data: CalendarData) -> str:
    terms = [
        f"{term.first} to {term.last} but {[f'{a} to {b}' for a, b in term.breaks]}" for term in data.terms
    ]
    closed = [f"{slot_date(slot)}{['', 'AM', 'PM'][1 + slot % 2]}" for slot in sorted(data.closed)]
    return f"{terms} {len(data.sessions)} sessions, closed {closed}"


def _pupil(pupil: Pupil) -> list[str]:
    stays = [f"{stay.first} to {stay.last}" for stay in pupil.on_roll]
    found = [
        f"pupil {pupil.id} at {pupil.school}, born {pupil.date_of_birth}, year {pupil.year_group}",
        f"  on roll {stays}",
    ]
    days: dict[str, str] = {}
    for mark in pupil.register:
        day = f"{mark.date:%a %d %b}"
        late = f"@{mark.recorded_on:%d %b}" if mark.recorded_on else ""
        half = "" if mark.slot % 2 == 0 or day in days else "-"
        days[day] = days.get(day, "") + half + mark.code + late
    found += ["  marks: " + "  ".join(f"{day} {codes}" for day, codes in days.items())]
    found += [f"  facts: {_facts(pupil.facts)}"] if pupil.facts else []
    found += [f"  parent {parent.id}: {_facts(parent.facts)}" for parent in pupil.parents]
    return found + ([f"  events: {_events(pupil.events)}"] if pupil.events else [])


def _row(row: Recorded) -> str:
    stretch = f"[{row.first or ''}..{row.last or ''}]" if row.first or row.last else ""
    by = "".join(f" by {one}" for one in (row.recorded_by,) if one)
    return f"{row.value}{stretch}{f'@{row.recorded_on}' if row.recorded_on else ''}{by}"


def _facts(facts: Facts) -> str:
    return ", ".join(f"{name} = {' / '.join(map(_row, rows))}" for name, rows in facts.items())


def _events(events: tuple[EventRow, ...]) -> str:
    return "; ".join(
        f"{row.event} {row.date}"
        + (f" to {row.until}" if row.until else "")
        + (f" for {row.parent}" if row.parent else "")
        + (f" with {_facts(row.fields)}" if row.fields else "")
        + (f" relying on {[str(slot_date(slot)) for slot in row.relies_on]}" if row.relies_on else "")
        + (f" @{row.recorded_on}" if row.recorded_on else "")
        + (f" id {row.id}" if row.id else "")
        + (" cancelled" if row.cancelled else "")
        for row in events
    )
