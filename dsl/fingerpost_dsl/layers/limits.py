"""What a layer may do to a threshold: change what is open, in its own unit, within its bounds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.from_syntax.amounts import plain_value, threshold_type, type_of
from fingerpost_dsl.layers.consequences import consequence
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.names import Placed
from fingerpost_dsl.types import Counted, described
from fingerpost_dsl.units import shown, wrong_unit


def threshold_limits(
    change: syntax.ChangeThreshold, declared: syntax.Threshold, placed: Mapping[str, Placed]
) -> list[Diagnostic]:
    """What stands against a change of a threshold."""
    if declared.open is None:
        return [_fixed(change, declared, placed)]
    type_ = threshold_type(declared)
    meant = plain_value(change.value)
    if type_ is not None and type_of(meant) != type_:
        if isinstance(type_, Counted) and isinstance(meant, Quantity):
            label = f"open to you, {_in_unit(type_.unit)}"
            return [
                wrong_unit(
                    what=f"`{declared.name.text}`",
                    unit=type_.unit,
                    quantity=meant,
                    span=change.value.span,
                    declared=declared.name.span,
                    label=label,
                )
            ]
        return [
            Diagnostic(
                code="E0311",
                message=f"`{declared.name.text}` is {described(type_)}; "
                f"`{shown(change.value.span)}` is {described(type_of(meant))}",
                span=change.value.span,
                labels=(Label(declared.name.span, "declared here"),),
            )
        ]
    return [*_outside(change, declared, meant), *_wider(change, declared)]


def _wider(change: syntax.ChangeThreshold, declared: syntax.Threshold) -> list[Diagnostic]:
    """A layer leaves open to the next one no more than was left open to itself."""
    own, bounds = change.open, declared.open
    if own is None or bounds is None or bounds.lowest is None or bounds.highest is None:
        return []
    lowest, highest = plain_value(bounds.lowest), plain_value(bounds.highest)
    ends = [plain_value(end) for end in (own.lowest, own.highest) if end is not None]
    types = [type_of(end) for end in ends]
    if ends and (types != [type_of(lowest)] * len(ends) or all(within(end, lowest, highest) for end in ends)):
        return []
    return [
        Diagnostic(
            code="E0418",
            message=f"`{declared.name.text}` is open from {shown(bounds.lowest.span)} to "
            f"{shown(bounds.highest.span)}; `{shown(own.span)}` opens it wider",
            span=own.span,
            labels=(Label(bounds.span, "open to you between these, both included"),),
            help="leave it open to those after you between these, or within less",
        )
    ]


def _outside(
    change: syntax.ChangeThreshold, declared: syntax.Threshold, meant: Quantity | dt.date
) -> list[Diagnostic]:
    bounds = declared.open
    if bounds is None or bounds.lowest is None or bounds.highest is None:
        return []
    lowest, highest = plain_value(bounds.lowest), plain_value(bounds.highest)
    if within(meant, lowest, highest):
        return []
    return [
        Diagnostic(
            code="E0418",
            message=f"`{declared.name.text}` is open from {shown(bounds.lowest.span)} to "
            f"{shown(bounds.highest.span)}; `{shown(change.value.span)}` lies outside",
            span=change.value.span,
            labels=(Label(bounds.span, "open to you between these, both included"),),
            help="choose a value between them, the ends included",
        )
    ]


def within(meant: Quantity | dt.date, lowest: Quantity | dt.date, highest: Quantity | dt.date) -> bool:
    """Whether a value lies between two of its type, the ends included."""
    if isinstance(meant, Quantity):
        if not isinstance(lowest, Quantity) or not isinstance(highest, Quantity):
            return False
        return lowest.amount <= meant.amount <= highest.amount
    if isinstance(lowest, Quantity) or isinstance(highest, Quantity):
        return False
    return lowest <= meant <= highest


def _fixed(
    change: syntax.ChangeThreshold, declared: syntax.Threshold, placed: Mapping[str, Placed]
) -> Diagnostic:
    because = _because(change, declared, placed)
    return Diagnostic(
        code="E0417",
        message=f"a local policy may not change `{declared.name.text}`",
        span=change.name.span,
        note=_why_fixed(declared, placed),
        labels=(Label(declared.name.span, "declared here, not open"),),
        help=f"{because}; to act earlier, add an action with a threshold of your own",
    )


def _because(change: syntax.ChangeThreshold, declared: syntax.Threshold, placed: Mapping[str, Placed]) -> str:
    """What the change would do, where the numbers tell; else that what is not open is fixed."""
    meant = plain_value(change.value)
    told = consequence(declared, meant, placed) if isinstance(meant, Quantity) else ""
    return told or "what is not `open` is fixed"


def _why_fixed(declared: syntax.Threshold, placed: Mapping[str, Placed]) -> str:
    if not declared.cites:
        return (
            "fixed: it is not open"
            if declared.ours is None
            else f"fixed: it is not open; {declared.ours.text}"
        )
    cited = declared.cites[0]
    source = placed.get(cited.parts[0].text)
    weight = (
        source.declaration.weight
        if source is not None and isinstance(source.declaration, syntax.Source)
        else None
    )
    passage = ".".join(part.text for part in cited.parts[1:])
    words = f"fixed: it cites {cited.parts[0].text} {passage}".rstrip()
    return words if weight is None else f"{words} ({weight.value})"


def _in_unit(unit: Unit) -> str:
    return "as a share" if unit is Unit.SHARE else f"in {unit.value}s"
