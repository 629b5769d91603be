"""Who does what, and when: tiers, actions, pathways, steps and bars."""

from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.declarations import ForEach
from fingerpost_dsl.syntax.expressions import Expression, InTier
from fingerpost_dsl.syntax.values import Date, DayOfYear, Quantity
from fingerpost_dsl.syntax.windows import Anchor, Selection, Window
from fingerpost_dsl.syntax.words import Dotted, Modality, Name, Text, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """`school should "hold a more formal conversation with the parents"`."""

    actor: Name
    modality: Modality
    text: Text
    modality_span: Span = field(compare=False, repr=False)
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """`within conversation_within` (of the trigger), `within 5 school days of formal_meeting`."""

    length: Quantity
    of: Anchor | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByDate:
    """`by 31 October 2024`, `by 31 October each year`."""

    date: Date | DayOfYear
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSooner:
    """`no sooner than 3 weeks after notice_to_improve`."""

    length: Quantity
    after: Anchor
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expires:
    """`expires after 12 months`, `expires after 12 months of penalty_notice`."""

    length: Quantity
    of: Anchor | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """`every term`, `every 2 weeks` (`length` 2), `3 times every academic year` (`times` 3)."""

    unit: Unit
    length: int = 1
    times: int = 1
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoneWhen:
    """`done when formal_meeting`, `done when first_letter in this term`."""

    selection: Selection
    windows: tuple[Window, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class After:
    """A way into a step: `after improve if improved_enough is no`."""

    step: Name
    condition: Expression | None = None
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleClauses:
    """The clauses that actions and steps share; `starts_here`, `ends_round` and `after` are for steps."""

    with_roles: tuple[Name, ...] = ()
    jointly_with: tuple[Name, ...] = ()
    usually_by: Name | None = None
    in_tier: InTier | None = None
    for_each: ForEach | None = None
    starts_here: bool = False
    after: tuple[After, ...] = ()
    when: tuple[Expression, ...] = ()
    unless: tuple[Expression, ...] = ()
    within: Within | None = None
    by_date: ByDate | None = None
    no_sooner: NoSooner | None = None
    expires: Expires | None = None
    every: Every | None = None
    stands_until_done: bool = False
    done_when: DoneWhen | None = None
    ends_round: bool = False
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """`tier at_risk "…" continues all_pupils when absence is at least 5% provisional below 40 sessions`."""

    name: Name
    title: Text
    when: tuple[Expression, ...] = ()
    continues: Name | None = None
    provisional_below: Quantity | None = None
    left_when: Expression | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """`action formal_conversation "Formal conversation" school should "…" within 10 school days`."""

    name: Name
    title: Text
    norm: Norm
    clauses: RuleClauses
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """`pathway legal_intervention "Attendance legal intervention" for each parent enforcement`."""

    name: Name
    title: Text
    for_each: ForEach | None = None
    in_tier: InTier | None = None
    enforcement: bool = False
    when: tuple[Expression, ...] = ()
    cites: tuple[Dotted, ...] = ()
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`step improve of legal_intervention "Notice to improve" school should "…" after consider when …`."""

    name: Name
    pathway: Name
    title: Text
    norm: Norm
    clauses: RuleClauses
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What forbids an action or a step: `bar two "…" stops second_notice when notices is at least 2`."""

    name: Name
    title: Text
    stops: tuple[Name, ...]
    when: Expression
    for_each: ForEach | None = None
    cites: tuple[Dotted, ...] = ()
    ours: Text | None = None
    notes: tuple[Text, ...] = ()
    span: Span = field(compare=False, repr=False)


Rule: TypeAlias = Action | Step
"""What somebody does."""
