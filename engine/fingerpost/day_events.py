"""How many events or occasions lie in some windows on each school day."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from fingerpost import event_values
from fingerpost.axis import Region, touches
from fingerpost.logic import Truth
from fingerpost.scope import Scope
from fingerpost.windows import hangs_on_subject, lay_out
from fingerpost_dsl.model.expressions import FieldWithin, NotReliedOn, Selection, Which, Window


@dataclass(frozen=True, slots=True)
class Happenings:
    """The least and greatest number on each school day.

    And the days on which there may be more than are recorded.
    """

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
        regions = _regions(windows, length, scope)
        dated = any(isinstance(test, FieldWithin) for test in selection.where)
        if regions.uncertain or selection.occasion or dated or selection.which is not Which.ALL:
            return cls._by_reference(selection, regions, length, scope)
        days = scope.view.axis.school_days[:length]
        last = days[-1] if days else 0
        events = [event for event in scope.of_kind(selection.name) if event.date.toordinal() <= last]
        complete = scope.complete_from(selection.name)
        more = regions.reaching_before(complete, length)
        if not events:
            none = [0] * length
            return cls(none, none, more)
        least = [0] * length
        most = [0] * length
        for first, end in scope.stretches(selection.name, length):
            for event in events:
                ordinal = event.date.toordinal()
                truth = scope.matches(event, selection.where, days[first])
                if ordinal > days[end - 1] or truth is Truth.FALSE:
                    continue
                for day in range(max(first, bisect_left(days, ordinal)), end):
                    if touches(regions.laid[day], ordinal):
                        most[day] += 1
                        least[day] += truth is Truth.TRUE
        return cls(least, most, more)

    @classmethod
    def _by_reference(cls, selection: Selection, regions: _Regions, length: int, scope: Scope) -> Happenings:
        if selection.occasion and not selection.where and not scope.ever_occurred(selection.name):
            none = [0] * length
            before = scope.view.axis.complete_from if scope.view.may_reach_before(0) else 0
            return cls(none, none, regions.reaching_before(before, length))
        days = scope.view.axis.school_days[:length]
        found = [event_values.find(selection, regions.windows, day, scope) for day in days]
        more = sum(1 << day for day, one in enumerate(found) if one.more)
        return cls([one.least for one in found], [one.most for one in found], more)


@dataclass(slots=True)
class _Regions:
    """Where some windows lie on the school days asked for so far, uncertain ones at their widest."""

    windows: tuple[Window, ...]
    laid: list[Region] = field(default_factory=list)
    uncertain: bool = False
    _before: dict[int | None, tuple[int, int]] = field(default_factory=dict)

    def extend(self, length: int, scope: Scope) -> None:
        """Lays the windows out on further school days."""
        for ordinal in scope.view.axis.school_days[len(self.laid) : length]:
            extent = lay_out(self.windows, ordinal, scope)
            self.laid.append(extent.widest)
            self.uncertain = self.uncertain or extent.possible is not None

    def reaching_before(self, complete: int | None, length: int) -> int:
        """The days on which the windows reach back to before a date.

        All, if not empty, where there is none.
        """
        done, more = self._before.get(complete, (0, 0))
        for day in range(done, len(self.laid)):
            region = self.laid[day]
            more |= bool(region and (complete is None or region[0][0] // 2 < complete)) << day
        self._before[complete] = (len(self.laid), more)
        return more & ((1 << length) - 1)


def _regions(windows: tuple[Window, ...], length: int, scope: Scope) -> _Regions:
    memo = scope.view.axis.laid_out
    key = ("regions", id(windows), id(scope.policy.thresholds))
    regions = memo.get(key)
    if not isinstance(regions, _Regions):
        regions = memo[key] = _Regions(windows)
    if len(regions.laid) < length:
        regions.extend(length, scope)
    return regions
