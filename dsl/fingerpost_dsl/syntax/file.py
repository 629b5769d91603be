"""A file: declarations one after the other."""

from dataclasses import dataclass, field
from typing import TypeAlias

from fingerpost_dsl.source import Span
from fingerpost_dsl.syntax.declarations import (
    Code,
    Codes,
    Cohort,
    Condition,
    Event,
    Fact,
    Measure,
    Occasion,
    Passage,
    Policy,
    Role,
    Source,
    Threshold,
)
from fingerpost_dsl.syntax.layers import Change, Remove
from fingerpost_dsl.syntax.rules import Action, Bar, Pathway, Step, Tier
from fingerpost_dsl.syntax.tests import Test
from fingerpost_dsl.syntax.words import Name

Declaration: TypeAlias = (
    Policy
    | Source
    | Passage
    | Role
    | Code
    | Codes
    | Occasion
    | Fact
    | Event
    | Threshold
    | Measure
    | Condition
    | Cohort
    | Tier
    | Action
    | Pathway
    | Step
    | Bar
    | Change
    | Remove
    | Test
)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """All that one file declares, in its order.

    Declarations with a mistake in their syntax are left out; `unread` has their names, so that a use of one
    of them is not called unknown.
    """

    declarations: tuple[Declaration, ...]
    unread: tuple[Name, ...] = ()
    span: Span = field(compare=False, repr=False)
