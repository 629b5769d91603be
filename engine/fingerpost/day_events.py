"""How many events or occasions lie in some windows on each school day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fingerpost import event_values
from fingerpost.axis import Region, touches
from fingerpost.known import KnownEvent
from fingerpost.logic import Truth
from fingerpost.scope import Scope
from fingerpost.windows import hangs_on_subject, lay_out
from fingerpost_dsl.model.expressions import FieldWithin, NotReliedOn, Selection, Which, Window


@dataclass(frozen=True, slots=True)
class Happenings:
    """The least and greatest number on each school day, and the days on which there may be more than are recorded."""

    least: Sequence[int]
    most: Sequence[int]
    more: int

    @classmethod
    def of(
        cls, selection: Selection, windows: tuple[Window, ...], length: int, scope: Scope
    ) -> Happenings | None:
        """None where only the reference knows how: windows that hang on an event or a fact."""
        if any(hangs_on_subject(window) and not isinstance(window, NotReliedOn) for window in windows):
            return None
        regions, certain = _regions(windows, scope)
        if not certain or selection.occasion or selection.which is not Which.ALL:
            return cls._by_reference(selection, windows, length, scope)
        days = scope.view.axis.school_days[:length]
        events = [event for event in scope.of_kind(selection.name) if event.date.toordinal() <= (days[-1] if days else 0)]
        complete = scope.complete_from(selection.name)
        if not events:
            none = [0] * length
            return cls(none, none, cls._more(windows, complete, length, scope))
        if any(isinstance(test, FieldWithin) for test in selection.where) or _changes(events):
            return cls._by_reference(selection, windows, length, scope)
        judged = [(event.date.toordinal(), scope.matches(event, selection.where, days[-1])) for event in events]
        least = [0] * length
        most = [0] * length
        for ordinal, truth in judged:
            if truth is Truth.FALSE:
                continue
            for day, region in enumerate(regions[:length]):
                if ordinal <= days[day] and touches(region, ordinal):
                    most[day] += 1
                    least[day] += truth is Truth.TRUE
        return cls(least, most, cls._more(windows, complete, length, scope))

    @classmethod
    def _by_reference(
        cls, selection: Selection, windows: tuple[Window, ...], length: int, scope: Scope
    ) -> Happenings:
        if selection.occasion and not _any_occasion(selection, scope):
            none = [0] * length
            return cls(none, none, _before(windows, length, scope))
        found = [event_values.find(selection, windows, day, scope) for day in scope.view.axis.school_days[:length]]
        more = sum(1 << day for day, one in enumerate(found) if one.more)
        return cls([one.least for one in found], [one.most for one in found], more)

    @staticmethod
    def _more(windows: tuple[Window, ...], complete: int | None, length: int, scope: Scope) -> int:
        """The days on which the windows reach back to before the record of such events is complete."""
        memo = scope.view.axis.memo
        key = ("more events", id(windows), id(scope.policy), complete)
        found = memo.get(key)
        if found is None:
            regions, _ = _regions(windows, scope)
            reach = [bool(r and (complete is None or r[0][0] // 2 < complete)) for r in regions]
            found = memo[key] = sum(1 << day for day, before in enumerate(reach) if before)
        return found & ((1 << length) - 1)  # type: ignore[operator]  # an integer under this key


def _changes(events: Sequence[KnownEvent]) -> bool:
    """Whether a field of any of them has had more than one value."""
    return any(len(values) > 1 or values[0][0].year > 1 for event in events for values in event.fields.values() if values)


def _any_occasion(selection: Selection, scope: Scope) -> bool:
    marks, _, _ = scope.occasion_kind(selection.name)
    return bool(scope.view.plane(marks) | scope.view.missing)


def _before(windows: tuple[Window, ...], length: int, scope: Scope) -> int:
    """The days on which the windows reach back to where the pupil may have had marks that are not on record."""
    if not scope.view.may_reach_before(0):
        return 0
    return Happenings._more(windows, scope.view.axis.complete_from, length, scope)  # the same question of marks


def _regions(windows: tuple[Window, ...], scope: Scope) -> tuple[list[Region], bool]:
    """Where the windows lie on each school day, uncertain ones at their widest; and whether all are certain."""
    axis = scope.view.axis
    key = ("regions", id(windows), id(scope.policy))
    found = axis.memo.get(key)
    if found is None:
        laid = [lay_out(windows, ordinal, scope) for ordinal in axis.school_days]
        certain = all(extent.possible is None for extent in laid)
        found = axis.memo[key] = ([extent.widest for extent in laid], certain, windows)
    return found[:2]  # type: ignore[index,no-any-return]  # the memo holds what was put under this key
