"""Types: what an expression's value is.

A share, a count with its unit, money, a date, yes or no, a choice, a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import assert_never

from fingerpost_dsl.model.declarations import ValueType
from fingerpost_dsl.model.quantities import Unit
from fingerpost_dsl.operators import UNITS


class Plain(Enum):
    """The types that need nothing more said."""

    DATE = "a date"
    YES_NO = "yes or no"
    TEXT = "a text"


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of one unit: `10 sessions`, a share, money, a plain number."""

    unit: Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the options of a fact, of a field, or of the school's phase."""

    options: tuple[str, ...]


Type = Plain | Counted | Choice


def of_value_type(declared: ValueType) -> Type:
    """The type of a fact or a field, as declared."""
    match declared.kind:
        case "yes or no":
            return Plain.YES_NO
        case "one of":
            return Choice(declared.choices)
        case "date":
            return Plain.DATE
        case "text":
            return Plain.TEXT
        case "money":
            return Counted(Unit.MONEY)
        case _:
            return Counted(declared.unit or Unit.NUMBER)


def described(type_: Type) -> str:
    """In words, for a message: `a date`, `counted in school days`, `one of paid, withdrawn`."""
    match type_:
        case Plain():
            return type_.value
        case Choice(options=options):
            return f"one of {', '.join(f'`{option}`' for option in options)}"
        case Counted(unit=Unit.SHARE | Unit.MONEY | Unit.NUMBER as unit):
            return UNITS[unit].counts
        case Counted(unit=unit):
            return f"counted in {unit.value}s"
        case _:
            assert_never(type_)
