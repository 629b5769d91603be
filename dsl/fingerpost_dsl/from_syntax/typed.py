"""A value with the type of what it gives."""

from __future__ import annotations

from dataclasses import dataclass

from fingerpost_dsl.model.expressions import Value
from fingerpost_dsl.types import Type


@dataclass(frozen=True, slots=True)
class Typed:
    """A value and the type of what it gives."""

    value: Value
    type: Type
