"""How families respond: by the scenario's assumption, some later absence becomes attendance.

An absence that has begun goes on as it would; of those that begin later, while the effect lasts, each whole
unbroken absence is turned or not by a number that belongs to the pupil and to that absence. So a family that
responds more loses the same absences and others besides, and the same pupil meets the same luck under any
policy.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import groupby

from fingerpost_simulations.runs.chance import chance, whole
from fingerpost_simulations.scenarios.model import Response

Marked = Sequence[tuple[int, str]]
"""Sessions in order, with their codes."""


def effect_on(response: Response, number: int, pupil: str, seed: int) -> Fraction:
    """Of a family's later absences, the share that becomes attendance, if the response is the number-th."""
    drawn = chance(seed, pupil, "response", number)
    reached = Fraction(0)
    for effect in response.effect:
        reached += effect.families
        if drawn < reached:
            return effect.fewer_absences
    return Fraction(0)


def turned(
    response: Response, number: int, pupil: str, seed: int, *, after: dt.date, marks: Marked
) -> tuple[int, ...]:
    """The sessions that become attendance when a family responds to something on a day."""
    share = effect_on(response, number, pupil, seed)
    if not share:
        return ()
    lasting = dt.timedelta(weeks=whole(chance(seed, pupil, "lasts", number), *response.lasts))
    first, last = after.toordinal() * 2 + 2, (after + lasting).toordinal() * 2 + 1
    found: list[int] = []
    for absent, spell in groupby(marks, key=_in(response.codes)):
        slots = [slot for slot, _ in spell]
        if absent and first <= slots[0] <= last and chance(seed, pupil, "absence", slots[0]) < share:
            found.extend(slots)
    return tuple(found)


def _in(codes: tuple[str, ...]) -> Callable[[tuple[int, str]], str]:
    """Marks of one code after another are one absence; attendance and all else is the empty text."""
    return lambda mark: mark[1] if mark[1] in codes else ""
