"""Windows: each with the units it takes and what it may be laid over, as the table of operators says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax import conditions, selections
from fingerpost_dsl.from_syntax.amounts import amount, date_amount, unit_fits
from fingerpost_dsl.from_syntax.dates import ordered
from fingerpost_dsl.from_syntax.scope import Scope
from fingerpost_dsl.model.expressions import (
    Amount,
    Anchor,
    Before,
    Between,
    During,
    EachYear,
    InPeriod,
    InTheLast,
    NotBefore,
    NotReliedOn,
    Selection,
    Since,
    UnitsAround,
    While,
    Window,
)
from fingerpost_dsl.names import Kind
from fingerpost_dsl.operators import WINDOWS, Over


def every_window(written: Sequence[syntax.Window], scope: Scope, *, over: Over) -> tuple[Window, ...] | None:
    """Several windows, which intersect."""
    found = [window(one, scope, over=over) for one in written]
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else None


def window(written: syntax.Window, scope: Scope, *, over: Over) -> Window | None:
    """One window."""
    key = _key(written)
    row = WINDOWS[key]
    if over not in row.over:
        scope.report(
            Diagnostic(
                code="E0309",
                message=f"`{key} …` cannot be laid over {over.value}",
                span=written.span,
                help=f"it goes with {' and '.join(sorted(kind.value for kind in row.over))}",
            )
        )
        return None
    span = written.span
    match written:
        case syntax.LastWindow(length=length):
            size = amount(length, scope, units=row.units, of="a window `in the last …`")
            return None if size is None else InTheLast(amount=size, span=span)
        case syntax.ThisWindow(unit=unit) | syntax.PreviousWindow(unit=unit):
            previous = isinstance(written, syntax.PreviousWindow)
            of = "`in last …`" if previous else "`in this …`"
            period = unit_fits(unit, span, scope, units=row.units, of=of)
            return None if period is None else InPeriod(unit=period, previous=previous, span=span)
        case syntax.SinceWindow(moment=moment):
            since = _moment(moment, scope)
            return None if since is None else Since(moment=since, span=span)
        case syntax.BeforeWindow(moment=moment):
            before = _moment(moment, scope)
            return None if before is None else Before(moment=before, span=span)
        case syntax.DuringWindow(anchor=anchored):
            during = _lasting(anchored, scope)
            return None if during is None else During(anchor=during, span=span)
        case syntax.WhileWindow(condition=condition):
            held = conditions.condition(condition, scope)
            return None if held is None else While(condition=held, span=span)
        case syntax.UnitsWindow(length=length, side=side, anchor=anchored):
            size = amount(length, scope, units=row.units, of=f"a window `in the … {side.value}`")
            hung = selections.anchor(anchored, scope)
            if size is None or hung is None:
                return None
            return UnitsAround(amount=size, after=side is syntax.Side.AFTER, anchor=hung, span=span)
        case syntax.NotBeforeWindow(date=date):
            first = date_amount(date, scope)
            return None if first is None else NotBefore(date=first, span=span)
        case syntax.BetweenWindow(first=first_date, last=last_date):
            if not ordered(first_date, last_date, scope):
                return None
            return Between(first=first_date.date, last=last_date.date, span=span)
        case syntax.YearlyWindow(first=first_day, last=last_day):
            return EachYear(
                first=(first_day.month, first_day.day), last=(last_day.month, last_day.day), span=span
            )
        case syntax.NotReliedOnWindow():
            relied = _relied_on(written, scope)
            return None if relied is None else NotReliedOn(selection=relied, span=span)
        case _:
            assert_never(written)


def _key(written: syntax.Window) -> str:
    """The row of the table that a window belongs to."""
    match written:
        case syntax.LastWindow():
            return "in the last"
        case syntax.ThisWindow():
            return "in this"
        case syntax.PreviousWindow():
            return "in last"
        case syntax.SinceWindow():
            return "since"
        case syntax.BeforeWindow():
            return "before"
        case syntax.DuringWindow():
            return "during"
        case syntax.WhileWindow():
            return "while"
        case syntax.UnitsWindow():
            return "units around"
        case syntax.NotBeforeWindow():
            return "not before"
        case syntax.BetweenWindow():
            return "between"
        case syntax.YearlyWindow():
            return "each year"
        case syntax.NotReliedOnWindow():
            return "not relied on by"
        case _:
            assert_never(written)


def _moment(moment: syntax.Moment, scope: Scope) -> Amount | Anchor | None:
    """A date, a threshold that is one, or an event or occasion."""
    if isinstance(moment, syntax.Date):
        return date_amount(moment, scope)
    chosen = moment.selection
    placed = scope.book.names.placed.get(chosen.name.text)
    if placed is not None and placed.kind is Kind.THRESHOLD and moment.edge is None and chosen.which is None:
        return date_amount(chosen.name, scope)
    return selections.anchor(moment, scope)


def _lasting(anchored: syntax.Anchor, scope: Scope) -> Anchor | None:
    """The anchor of `during`, which must be something that lasts."""
    hung = selections.anchor(anchored, scope)
    if hung is None or hung.selection.occasion:
        return hung
    placed = scope.book.names.placed[hung.selection.name]
    event = placed.declaration
    if isinstance(event, syntax.Event) and (event.lasts is not None or "until" in _own_fields(event)):
        return hung
    scope.report(
        Diagnostic(
            code="E0319",
            message=f"`{placed.name}` has no length, so nothing is during it",
            span=anchored.span,
            labels=(Label(placed.span, "this event does not say how long it lasts"),),
            help="add `lasts from … to …` to the event, or write `since` it",
        )
    )
    return None


def _own_fields(event: syntax.Event) -> set[str]:
    return {field.name.text for field in event.fields}


def _relied_on(written: syntax.NotReliedOnWindow, scope: Scope) -> Selection | None:
    chosen = syntax.Selection(name=written.event, where=written.where, span=written.span)
    placed = scope.find(written.event, Kind.EVENT)
    if placed is None:
        return None
    event = placed.declaration
    if isinstance(event, syntax.Event) and event.relies_on_marks:
        return selections.selection(chosen, scope)
    scope.report(
        Diagnostic(
            code="E0320",
            message=f"`{placed.name}` relies on no marks",
            span=written.event.span,
            labels=(Label(placed.span, "declared here"),),
            help="add `relies on marks` to the event, if it names the sessions that it rests on",
        )
    )
    return None
