"""The daily list: who is away and nobody has explained it, and the marks that may not stand much longer.

    DAILY LIST · Hillview Primary · Friday 14 November 2025
    12 pupils with an absence to follow up: 3 late, 1 safety first

     !  P0231  Y4  Wed 12 Nov                tell the social worker (late since Thu 13 Nov)

    By Tue 18 Nov · settle a mark N (5): P0010, P0184, P0198, P0876, P0983

It lists what the policy asks for each occasion of a set of codes (an absence that nobody has explained, from
its first session on), if it falls to the school's own people. Children with a social worker or a safeguarding
concern come first; then what is late; then the oldest. What is due only later is gathered by its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fingerpost.decision import Decision, Status
from fingerpost.history import slot_date
from fingerpost.reasons import Occurrence
from fingerpost.render.items import Item, due_text, is_about_safety, items
from fingerpost.render.words import long_date, plural, short_date, wrapped, year_group, year_width
from fingerpost.render.worklist import Listing, is_own
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first

_SOON = dt.timedelta(days=3)
"""What is due within it is for today: on a Friday what is due on Monday."""


@dataclass(frozen=True, slots=True)
class _Absence:
    """One occasion of one pupil, and what is still to be done about it."""

    decision: Decision
    occasion: Occurrence
    todo: tuple[Item, ...]
    safety: bool

    @property
    def late(self) -> bool:
        """Whether anything is late."""
        return any(item.late for item in self.todo)

    @property
    def is_for_today(self) -> bool:
        """Whether it can wait for no later day: safety, or something due soon."""
        soon = self.decision.on + _SOON
        return self.safety or any(item.one.due is None or item.one.due <= soon for item in self.todo)

    @property
    def order(self) -> tuple[bool, bool, int, str]:
        """Safety first, then what is late, then the oldest."""
        return (not self.safety, not self.late, self.occasion.first_slot, self.decision.id)


def daily_text(decisions: Iterable[Decision], policy: Policy, listing: Listing) -> str:
    """The list of a day."""
    absences = _absences(decisions, policy, listing)
    head = f"DAILY LIST · {listing.school} · {long_date(listing.on)}"
    if not absences:
        return f"{head}\nNothing to follow up: every absence is explained, or has been followed up.\n"
    pupils = {one.decision.id for one in absences}
    late = {one.decision.id for one in absences if one.late}
    safety = {one.decision.id for one in absences if one.safety}
    counts = f"{plural(len(pupils), 'pupil')} with an absence to follow up: {len(late)} late"
    lines = [head, counts + (f", {len(safety)} safety first" if safety else ""), ""]
    wide = max(len(one) for one in pupils)
    years = year_width(one.decision.year_group for one in absences)
    for absence in absences:
        if absence.is_for_today:
            lines += _lines(absence, listing, wide, years)
    later = [item for absence in absences if not absence.is_for_today for item in absence.todo]
    lines += ["", *_later(later, listing)] if later else []
    return "\n".join(lines) + "\n"


def _absences(decisions: Iterable[Decision], policy: Policy, listing: Listing) -> list[_Absence]:
    found = []
    for decision in decisions:
        mine = [item for item in items([decision], policy) if _is_daily(item, policy, listing)]
        safety = any(
            is_about_safety(policy, one) and one.status is not Status.UNKNOWN
            for one in decision.recommendations
        )
        for slot in dict.fromkeys(item.one.key[2] for item in mine):
            todo = tuple(item for item in mine if item.one.key[2] == slot)
            occasion = todo[0].one.occasion
            assert occasion is not None
            found.append(_Absence(decision, occasion, todo, safety))
    return sorted(found, key=lambda one: one.order)


def _is_daily(item: Item, policy: Policy, listing: Listing) -> bool:
    """Asked for one occasion of a set of codes, of the school's own people.

    What is declared as an occasion of some length (ten days without leave) is no matter of a day.
    """
    occasion = item.one.occasion
    return (
        occasion is not None and occasion.occasion in policy.code_sets and is_own(item.owner, policy, listing)
    )


def _lines(absence: _Absence, listing: Listing, wide: int, years: int) -> Sequence[str]:
    decision = absence.decision
    flag = "!" if absence.safety or absence.late else " "
    first, last = slot_date(absence.occasion.first_slot), slot_date(absence.occasion.last_slot)
    when = short_date(first, listing.on) + ("" if first == last else f" to {short_date(last, listing.on)}")
    todo = sorted(absence.todo, key=lambda item: (not item.late, item.one.due or dt.date.max, item.order))
    place = f" {flag}  {decision.id:<{wide}}  {year_group(decision.year_group):<{years}}  {when:<24}  "
    return _packed(map(_said, todo), listing.width, place)


def _packed(said: Iterable[str], width: int, place: str) -> list[str]:
    """As many things in a line as fit; none is broken."""
    lines = [place + next(iterator := iter(said))]
    for one in iterator:
        longer = f"{lines[-1]} · {one}"
        if len(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(" " * len(place) + one)
    return lines


def _said(item: Item) -> str:
    due = due_text(item.one, item.decision.on)
    said = lower_first(item.one.title)
    if item.late:
        return f"{said} (late since {due})"
    return f"{said} (by {due})" if item.one.due is not None else said


def _later(items_: Sequence[Item], listing: Listing) -> Iterator[str]:
    """By date and what is to be done: whose it is."""
    groups: dict[tuple[dt.date, str], list[str]] = {}
    for item in sorted(items_, key=lambda item: (item.one.due or dt.date.max, item.order)):
        key = (item.one.due or dt.date.max, item.one.title)
        groups.setdefault(key, []).append(item.decision.id)
    for (due, title), pupils in groups.items():
        head = f"By {short_date(due, listing.on)} · {lower_first(title)} ({len(pupils)}): "
        yield from wrapped(head + ", ".join(pupils), listing.width, "", "  ")
