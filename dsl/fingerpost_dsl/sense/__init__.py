"""Sense: what is well formed, but cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.layers.merge import Merged
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import Names


def sense(policy: Policy, merged: Merged, names: Names, *, complete: bool) -> Iterator[Diagnostic]:
    """Everything that makes no sense. Where the policy is not `complete`, only what can be told all the same."""
    yield from ()
