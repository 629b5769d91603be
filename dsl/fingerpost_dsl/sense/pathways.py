"""Pathways: each has a beginning, every step can be reached, and what others wait for is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.model.declarations import Pathway, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.names import Names


def pathways(policy: Policy, names: Names) -> Iterator[Diagnostic]:
    """What is wrong with the shape of each pathway."""
    for pathway in policy.pathways.values():
        steps = steps_of(pathway, policy)
        starts = [step for step in steps if step.starts_here]
        if not starts:
            yield _no_beginning(pathway, steps, names)
            continue
        yield from _unreachable(pathway, steps, names)
        yield from _recorded_by_nothing(steps, names)


def steps_of(pathway: Pathway, policy: Policy) -> list[Step]:
    """The steps of a pathway, in the order in which they are declared."""
    return [step for step in policy.steps.values() if step.pathway == pathway.name]


def _no_beginning(pathway: Pathway, steps: Sequence[Step], names: Names) -> Diagnostic:
    first = f"such as `{steps[0].name}`" if steps else f"`step … of {pathway.name}`"
    return Diagnostic(
        code="E0510",
        message=f"no step of `{pathway.name}` starts it",
        span=names.placed[pathway.name].span,
        help=f"write `starts here` in a step, {first}",
    )


def _unreachable(pathway: Pathway, steps: Sequence[Step], names: Names) -> Iterator[Diagnostic]:
    reached = {step.name for step in steps if step.starts_here}
    grown = True
    while grown:
        more = {
            step.name
            for step in steps
            if step.name not in reached and any(way.step in reached for way in step.after)
        }
        grown = bool(more)
        reached |= more
    for step in steps:
        if step.name not in reached:
            yield Diagnostic(
                code="E0511",
                message=f"nothing leads to the step `{step.name}`",
                span=names.placed[step.name].span,
                labels=(Label(names.placed[pathway.name].span, "in this pathway"),),
                help="write `after` and a step that can be reached, or `starts here`",
            )


def _recorded_by_nothing(steps: Sequence[Step], names: Names) -> Iterator[Diagnostic]:
    by_name = {step.name: step for step in steps}
    told: set[str] = set()
    for step in steps:
        for way in step.after:
            before = by_name.get(way.step)
            if before is not None and not before.done_when and before.name not in told:
                told.add(before.name)
                yield Diagnostic(
                    code="E0512",
                    message=f"`{step.name}` comes after `{before.name}`, which nothing records",
                    span=names.placed[before.name].span,
                    labels=(Label(way.span, "waits for it here"),),
                    help=f"add `done when` and an event to `{before.name}`",
                )
