"""Two rules that ask the same person for the same thing in the same words."""

from __future__ import annotations

from collections.abc import Iterator

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import Names


def repeated(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """Each rule that repeats an earlier one."""
    first: dict[tuple[object, ...], Action | Step] = {}
    for rule in policy.rules():
        key = (rule.actor, rule.modality, " ".join(rule.text.casefold().split()), rule.subject)
        earlier = first.setdefault(key, rule)
        if earlier is not rule:
            yield Diagnostic(
                code="W0503",
                message=f"`{rule.name}` asks for the same as `{earlier.name}`, in the same words",
                span=names.placed[rule.name].span,
                labels=(Label(names.placed[earlier.name].span, "asked for here"),),
                help="on a work list nobody could tell them apart: say in the text what is different",
            )
