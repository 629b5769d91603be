"""How the parts of an expression are said: for which policy, how fully, and by whom the conditions in them.

Conditions hold values, values hold windows, and a window may hold a condition (`while …`). The voice carries
the function that says a condition, so that each file here imports only those below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy

_QUOTATION = re.compile(r"“[^”]*”")
_BOUND = re.compile(r"\bor (more|fewer|less|older|younger|above|below|beyond)\b|\bon or (before|after)\b")
_JOINS = re.compile(r"\b(and|or)\b|;")


@dataclass(frozen=True, slots=True)
class Voice:
    """For which policy; `full` says the fine print of named measures too."""

    policy: Policy
    full: bool
    condition: Callable[[Condition, Voice], str]

    def part(self, condition: Condition) -> str:
        """A condition inside a longer sentence: in brackets where it has an "and" or "or" of its own."""
        return bracketed(self.condition(condition, self))


def joins(text: str) -> bool:
    """Whether a text has an "and" or "or" of its own, outside quotation marks and outside "10 or more".

    >>> joins("10 sessions or more"), joins("support is offered or declined"), joins("“a or b” holds")
    (False, True, False)
    """
    return _JOINS.search(_BOUND.sub("", _QUOTATION.sub("", text))) is not None


def bracketed(text: str) -> str:
    """The text, in brackets if it has an "and" or "or" of its own."""
    return f"({text})" if joins(text) else text
