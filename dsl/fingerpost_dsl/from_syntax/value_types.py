"""The declared type of a fact or a field: `one of fully, partly`, `number in sessions`."""

from __future__ import annotations

from typing import assert_never

from fingerpost_dsl import syntax
from fingerpost_dsl.model.declarations import ValueType
from fingerpost_dsl.model.quantities import Unit


def declared_type(type_: syntax.FactType) -> ValueType:
    """What the model keeps of it."""
    match type_:
        case syntax.YesNoType():
            return ValueType(kind="yes or no")
        case syntax.OneOfType(options=options):
            return ValueType(kind="one of", choices=tuple(option.text for option in options))
        case syntax.NumberType(unit=unit):
            return ValueType(kind="number", unit=None if unit is None else Unit(unit.value))
        case syntax.DateType():
            return ValueType(kind="date")
        case syntax.TextType():
            return ValueType(kind="text")
        case syntax.MoneyType():
            return ValueType(kind="money")
        case _:
            assert_never(type_)
