"""What is counted: marks, events and occasions, and how long ago something was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import selections, windows
from fingerpost_dsl.from_syntax.amounts import amount, unit_fits
from fingerpost_dsl.from_syntax.marks import mark_set
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.from_syntax.typed import Typed
from fingerpost_dsl.model.expressions import (
    CountOfEvents,
    CountOfMarks,
    DateOf,
    MarkSet,
    MostInAny,
    Run,
    ShareOfMarks,
    TimeSince,
    WeeksWith,
    Window,
)
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import BUILT_IN_SETS, OPERATORS, Over
from fingerpost_dsl.types import Counted, Plain


def aggregate(counted: syntax.Aggregate, scope: Scope) -> Typed | None:
    """One aggregate and the type of what it gives."""
    match counted:
        case syntax.CountOf(of=of):
            if isinstance(of, syntax.Text):
                return _count_of_marks(of, counted, scope)
            return _count_of(of, counted, scope)
        case syntax.WholeDaysOf() | syntax.ShareOf():
            return _share_or_days(counted, scope)
        case syntax.CurrentRun() | syntax.LongestRun():
            return _run(counted, scope)
        case syntax.WeeksWith():
            return _weeks_with(counted, scope)
        case syntax.MostInAny():
            return _most_in_any(counted, scope)
        case syntax.UnitsSince():
            unit = unit_fits(
                counted.unit, counted.span, scope, units=OPERATORS["time since"].units, of="`… since`"
            )
            anchor = selections.anchor(counted.anchor, scope)
            if unit is None or anchor is None:
                return None
            return Typed(TimeSince(unit=unit, anchor=anchor, span=counted.span), Counted(unit))
        case syntax.DateOf():
            anchor = selections.anchor(counted.anchor, scope)
            return None if anchor is None else Typed(DateOf(anchor=anchor, span=counted.span), Plain.DATE)
        case _:
            assert_never(counted)


def _count_of(chosen: syntax.Selection, counted: syntax.CountOf, scope: Scope) -> Typed | None:
    """`count of` a name: of marks if it is a set of codes, else of events or occasions."""
    name = chosen.name
    placed = scope.book.names.placed.get(name.text)
    if name.text in BUILT_IN_SETS or (placed is not None and placed.kind is Kind.CODES):
        if chosen.where or chosen.which is not None:
            scope.report(
                Diagnostic(
                    code="E0314",
                    message=f"`{name.text}` is a set of codes, which takes no `first` and no `where`",
                    span=chosen.span,
                )
            )
            return None
        return _count_of_marks(name, counted, scope)
    if placed is None:
        scope.unknown(name.text, name.span, Kind.CODES, Kind.EVENT, Kind.OCCASION)
        return None
    if placed.kind not in (Kind.EVENT, Kind.OCCASION):
        scope.other_kind(placed, name.span, Kind.CODES, Kind.EVENT, Kind.OCCASION)
        return None
    if counted.weekdays:
        scope.report(
            Diagnostic(
                code="E0309",
                message="only marks are counted by weekday",
                span=counted.span,
                labels=(Label(placed.span, f"{placed.kind.with_article}"),),
            )
        )
        return None
    which = selections.selection(chosen, scope)
    laid = windows.every_window(counted.windows, scope, over=Over.EVENTS)
    if which is None or laid is None:
        return None
    row = OPERATORS["count of events"]
    return Typed(
        CountOfEvents(selection=which, windows=laid, span=counted.span), Counted(row.gives or Unit.NUMBER)
    )


def _count_of_marks(marks: syntax.Marks, counted: syntax.CountOf, scope: Scope) -> Typed | None:
    found = _marks_in(marks, counted.windows, scope, or_none=True)
    if found is None:
        return None
    of, laid = found
    days = _weekdays(counted.weekdays)
    return Typed(
        CountOfMarks(marks=of, weekdays=days, windows=laid, span=counted.span), Counted(Unit.SESSION)
    )


def _share_or_days(counted: syntax.WholeDaysOf | syntax.ShareOf, scope: Scope) -> Typed | None:
    or_none = isinstance(counted, syntax.ShareOf)
    found = _marks_in(counted.marks, counted.windows, scope, or_none=or_none)
    if found is None:
        return None
    of, laid = found
    days = _weekdays(counted.weekdays)
    if isinstance(counted, syntax.ShareOf):
        share = ShareOfMarks(marks=of, weekdays=days, windows=laid, span=counted.span)
        return Typed(share, Counted(Unit.SHARE))
    whole = CountOfMarks(marks=of, whole_days=True, weekdays=days, windows=laid, span=counted.span)
    return Typed(whole, Counted(Unit.SCHOOL_DAY))


def _run(counted: syntax.CurrentRun | syntax.LongestRun, scope: Scope) -> Typed | None:
    current = isinstance(counted, syntax.CurrentRun)
    key = "current run of" if current else "longest run of"
    found = _marks_in(counted.marks, counted.windows, scope)
    unit = unit_fits(counted.unit, counted.span, scope, units=OPERATORS[key].units, of="a run")
    if found is None or unit is None:
        return None
    of, laid = found
    return Typed(Run(marks=of, current=current, unit=unit, windows=laid, span=counted.span), Counted(unit))


def _weeks_with(counted: syntax.WeeksWith, scope: Scope) -> Typed | None:
    found = _marks_in(counted.marks, counted.windows, scope)
    least = None
    if counted.least is not None:
        units = OPERATORS["weeks with"].units
        least = amount(counted.least, scope, units=units, of="`weeks with at least …`")
        if least is None:
            return None
    if found is None:
        return None
    of, laid = found
    weeks = WeeksWith(marks=of, at_least=least, windows=laid, span=counted.span)
    return Typed(weeks, Counted(Unit.SCHOOL_WEEK))


def _most_in_any(counted: syntax.MostInAny, scope: Scope) -> Typed | None:
    found = _marks_in(counted.marks, counted.windows, scope)
    units = OPERATORS["most in any"].units
    length = amount(counted.length, scope, units=units, of="`most … in any`")
    if not counted.windows:
        scope.report(
            Diagnostic(
                code="E0321",
                message="`most … in any …` does not say where to look",
                span=counted.span,
                help="add the window that it moves in: `in this academic year`, `in the last 12 months`",
            )
        )
        return None
    if found is None or length is None:
        return None
    of, laid = found
    most = MostInAny(marks=of, amount=length, windows=laid, span=counted.span)
    return Typed(most, Counted(Unit.SESSION))


def _marks_in(
    marks: syntax.Marks, written: Sequence[syntax.Window], scope: Scope, *, or_none: bool = False
) -> tuple[MarkSet, tuple[Window, ...]] | None:
    of = mark_set(marks, scope, or_none=or_none)
    laid = windows.every_window(written, scope, over=Over.MARKS)
    return None if of is None or laid is None else (of, laid)


def _weekdays(days: Sequence[syntax.Weekday]) -> frozenset[int]:
    """Monday is 0."""
    order = list(syntax.Weekday)
    return frozenset(order.index(day) for day in days)
