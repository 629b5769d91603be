"""Whether a policy does all that its sources ask: every passage, who is asked for what, and where it is said.

A passage that nothing cites is a gap: something is asked, and the policy asks nobody for it. An action or
step that cites nothing, and says no reason of its own, is an orphan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost_dsl.model.declarations import (
    Bar,
    Cohort,
    Measure,
    NamedCondition,
    Occasion,
    Passage,
    Pathway,
    Source,
    Threshold,
    Tier,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import Span

_Other = Measure | NamedCondition | Occasion | Threshold | Tier | Cohort | Pathway | Bar


@dataclass(frozen=True, slots=True, kw_only=True)
class Citing:
    """A declaration that cites a passage; if it is an action or step, who is asked for what."""

    keyword: str
    name: str
    title: str
    asks: Responsibility | None
    span: Span = field(compare=False, repr=False)

    @property
    def place(self) -> str:
        """The file and line: `09-schools.policy:5`."""
        return place(self.span)


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageCoverage:
    """One passage, and the declarations that cite it."""

    passage: Passage
    source: Source
    citing: tuple[Citing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """All passages of a policy, in order."""

    policy: Policy
    passages: tuple[PassageCoverage, ...]
    asked: tuple[Responsibility, ...]

    @property
    def gaps(self) -> tuple[PassageCoverage, ...]:
        """Passages that nothing cites."""
        return tuple(one for one in self.passages if not one.citing)

    @property
    def orphans(self) -> tuple[Responsibility, ...]:
        """Actions and steps that cite nothing, and say no reason of their own."""
        return tuple(one for one in self.asked if not one.cites and one.ours is None)


def source_coverage(policy: Policy) -> SourceCoverage:
    """What of the sources a policy says, and where."""
    asked = responsibilities(policy)
    citing: dict[str, list[Citing]] = {name: [] for name in policy.passages}
    for one in asked:
        for name in one.cites:
            found = Citing(keyword=one.kind, name=one.name, title=one.title, asks=one, span=one.span)
            citing[name].append(found)
    for keyword, declared in _others(policy):
        found = Citing(
            keyword=keyword, name=declared.name, title=declared.title, asks=None, span=declared.span
        )
        for name in declared.cites:
            citing[name].append(found)
    return SourceCoverage(
        policy=policy,
        passages=tuple(
            PassageCoverage(
                passage=passage, source=policy.sources[passage.source], citing=tuple(citing[passage.name])
            )
            for passage in policy.passages.values()
        ),
        asked=asked,
    )


def _others(policy: Policy) -> Iterator[tuple[str, _Other]]:
    """What may cite a passage and asks nobody for anything."""
    yield from (("tier", one) for one in policy.tiers.values())
    yield from (("pathway", one) for one in policy.pathways.values())
    yield from (("bar", one) for one in policy.bars.values())
    yield from (("cohort", one) for one in policy.cohorts.values())
    yield from (("threshold", one) for one in policy.thresholds.values())
    yield from (("measure", one) for one in policy.measures.values())
    yield from (("condition", one) for one in policy.conditions.values())
    yield from (("occasion", one) for one in policy.occasions.values())


def place(span: Span) -> str:
    """The file's name and the line of a declaration."""
    return f"{PurePath(span.file).name}:{span.line}"
