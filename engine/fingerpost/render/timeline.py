"""A pupil's year as text: one line a day on which something changed, and as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from fingerpost.bars import Barring
from fingerpost.logic import Truth
from fingerpost.render.facts import each_parent
from fingerpost.render.json_form import as_text
from fingerpost.render.words import date_range, joined, long_date, short_date, wrapped
from fingerpost.timeline import Entry, Timeline
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

_SIGNS = {
    "tier entered": "▲",
    "tier left": "▽",
    "triggered": "●",
    "barred": "✗",
    "bar unknown": "?",
    "bar lifted": "●",
    "ended": "○",
    "recorded": "✓",
    "count": "#",
}


def timeline_text(timeline: Timeline, policy: Policy, *, width: int = 100, everything: bool = False) -> str:
    """The timeline; without what was recorded of the whole school unless `everything` is asked for."""
    dates = date_range(timeline.first, timeline.last, on=timeline.last)
    lines = [
        f"{timeline.pupil} · {dates} {timeline.last.year} · {timeline.policy} {timeline.version}",
        "▲ tier entered  ▽ left   ● applies  ✗ barred  ○ no longer   ✓ recorded   # counted in a window",
        "",
    ]
    shown = [entry for entry in timeline.entries if everything or _is_own(entry, policy)]
    year = None
    for date, entries in _by_day(shown):
        if date.year != year:
            year = date.year
            lines.append(str(year))
        for place, (entry, parents) in enumerate(_merged(entries)):
            day = short_date(date) if place == 0 else ""
            lines += wrapped(_said(entry, parents), width, f"{day:<11}{_SIGNS[entry.kind]} ", " " * 13)
    if not shown:
        lines.append(f"Nothing changed between {long_date(timeline.first)} and {long_date(timeline.last)}.")
    return "\n".join(lines) + "\n"


def _is_own(entry: Entry, policy: Policy) -> bool:
    event = policy.events.get(entry.name)
    return entry.kind != "recorded" or event is None or event.subject in (Subject.PUPIL, Subject.PARENT)


def _by_day(entries: Sequence[Entry]) -> list[tuple[dt.date, list[Entry]]]:
    days: dict[dt.date, list[Entry]] = {}
    for entry in entries:
        days.setdefault(entry.date, []).append(entry)
    return list(days.items())


def _merged(entries: Sequence[Entry]) -> list[tuple[Entry, list[str]]]:
    """The same for several parents stands once."""
    merged: dict[tuple[object, ...], tuple[Entry, list[str]]] = {}
    for entry in entries:
        key = (entry.kind, entry.name, entry.before, entry.after, entry.barred_by)
        merged.setdefault(key, (entry, []))[1].extend([entry.parent] if entry.parent else [])
    return list(merged.values())


def _said(entry: Entry, parents: Sequence[str]) -> str:
    whose = each_parent(list(dict.fromkeys(parents)))
    whose = f", {whose}" if whose and entry.kind != "count" else ""
    match entry.kind:
        case "count":
            before, after = entry.before or 0, entry.after or 0
            change = f"{after - before} more" if after > before else f"{before - after} fewer"
            return f"{lower_first(entry.title)}: {after} ({change})"
        case "tier left":
            return f"no longer {lower_first(entry.title)}"
        case "ended":
            return f"no longer: {lower_first(entry.title)}{whose}"
        case "recorded":
            return f"{lower_first(entry.title)}{whose}"
        case "barred" | "bar unknown" | "bar lifted":
            return f"{lower_first(entry.title)}{whose}: {bars_words(entry)}"
        case _:
            return f"{lower_first(entry.title)}{whose}"


def bars_words(entry: Entry) -> str:
    """How an entry is barred: `barred by “No third notice in three years”, until Mon 13 Dec 2027`.

    The date is the first on which the bar no longer holds.
    """
    titles = joined([f"“{barring.title}”" for barring in entry.barred_by])
    if entry.kind == "bar lifted":
        return f"no longer barred by {titles}"
    if entry.kind == "bar unknown":
        return f"applies; whether it is barred by {titles} is not known"
    return "barred by " + joined([_held_words(barring, entry.date) for barring in entry.barred_by])


def _held_words(barring: Barring, on: dt.date) -> str:
    """One bar with its end: `“No third notice in three years”, until Mon 13 Dec 2027`."""
    if barring.truth is not Truth.TRUE:
        return f"“{barring.title}”, perhaps"
    until = f", until {short_date(barring.lifts, on)}" if barring.lifts is not None else ""
    return f"“{barring.title}”{until}"


def timeline_json(timeline: Timeline) -> str:
    """The timeline for a program."""
    entries: list[dict[str, Any]] = [
        {
            "date": entry.date.isoformat(),
            "kind": entry.kind,
            "name": entry.name,
            "title": entry.title,
            "parent": entry.parent,
            "before": entry.before,
            "after": entry.after,
            "barred_by": [
                {
                    "bar": barring.bar,
                    "title": barring.title,
                    "holds": barring.truth.value,
                    "lifts": barring.lifts.isoformat() if barring.lifts else None,
                }
                for barring in entry.barred_by
            ],
        }
        for entry in timeline.entries
    ]
    return as_text(
        {
            "pupil": timeline.pupil,
            "policy": {"id": timeline.policy, "version": timeline.version},
            "first": timeline.first.isoformat(),
            "last": timeline.last.isoformat(),
            "entries": entries,
        }
    )
