"""What a local policy does to the one it extends: change and remove, each with a reason."""

from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.declarations import Open
from fingerpost_dsl.syntax.expressions import Expression, Marks
from fingerpost_dsl.syntax.rules import Norm, RuleClauses
from fingerpost_dsl.syntax.values import Quantity, Value
from fingerpost_dsl.syntax.words import DeclarationKind, Dotted, Name, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeThreshold:
    """`change threshold at_risk_from to 4% because "…"`."""

    name: Name
    value: Value
    open: Open | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeExpression:
    """`change measure absence to share of absent in this term because "…"`.

    Of a condition or a cohort likewise.
    """

    kind: DeclarationKind
    name: Name
    value: Expression
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeTier:
    """`change tier at_risk when absence is at least 4% because "…"`.

    The clauses given replace those there were.
    """

    name: Name
    when: tuple[Expression, ...] = ()
    continues: Name | None = None
    provisional_below: Quantity | None = None
    left_when: Expression | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """`change action formal_conversation within 5 school days because "…"`; of a step likewise (`kind`)."""

    kind: DeclarationKind
    name: Name
    norm: Norm | None = None
    clauses: RuleClauses
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBar:
    """`change bar two_notices when earlier_notices is at least 2 because "…"`."""

    name: Name
    when: Expression
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCodes:
    """`change codes unexplained to "N", "O" because "…"`."""

    name: Name
    members: tuple[Marks, ...]
    without: tuple[Marks, ...] = ()
    because: Text
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


Change: TypeAlias = ChangeThreshold | ChangeExpression | ChangeTier | ChangeRule | ChangeBar | ChangeCodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """`remove action targeting_support_meeting because "…"`."""

    kind: DeclarationKind
    name: Dotted
    because: Text
    span: Span = field(compare=False, repr=False)
