"""How it is shown which changes of a policy no test notices: by file and line, in words, or as JSON."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fingerpost.mutation import Mutant, Verdict
from fingerpost_cli.coverage_report import short_names
from fingerpost_dsl.model.policy import Policy

_WIDE = 100
"""A change that is longer stands on two lines."""
LEFT_OUT = "(left out)"


@dataclass(frozen=True, slots=True)
class Mutation:
    """All changes of one policy, and what came of each, in order of file and line."""

    policy: Policy
    verdicts: tuple[Verdict, ...]

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The changes that no test noticed."""
        return tuple(one.mutant for one in self.verdicts if one.survived)

    @property
    def noticed(self) -> int:
        """How many changes some test noticed."""
        return len(self.verdicts) - len(self.survivors)


def mutation_of(policy: Policy, verdicts: Sequence[Verdict]) -> Mutation:
    """What came of the changes, put in order."""

    def place(verdict: Verdict) -> tuple[str, int, str, str]:
        mutant = verdict.mutant
        return mutant.span.file, mutant.span.start, mutant.kind, mutant.after

    return Mutation(policy, tuple(sorted(verdicts, key=place)))


def percent(mutations: Sequence[Mutation]) -> int:
    """How many changes are noticed, in whole percent, rounded down: 100 is all of them."""
    made = sum(len(one.verdicts) for one in mutations)
    return 100 * sum(one.noticed for one in mutations) // made if made else 100


def text(mutation: Mutation) -> str:
    """How many changes were made and noticed, of which kind, and those that nobody noticed."""
    made = len(mutation.verdicts)
    of = mutation.policy.header.id
    if not made:
        return f"Changes of {of}: there is nothing to change."
    lines = [f"Changes of {of}: {percent([mutation])}% noticed, {mutation.noticed} of {made}", ""]
    lines.extend(_table(mutation))
    lines.extend(["", "No test notices:", *_listed(mutation.survivors)] if mutation.survivors else [])
    return "\n".join(lines)


def _table(mutation: Mutation) -> Iterator[str]:
    made = Counter(one.mutant.kind for one in mutation.verdicts)
    missed = Counter(one.kind for one in mutation.survivors)
    width = max(map(len, made))
    yield f"{'changed':<{width}}  noticed"
    for kind in sorted(made):
        yield f"{kind:<{width}}  {f'{made[kind] - missed[kind]}/{made[kind]}':>7}"


def _listed(survivors: Sequence[Mutant]) -> Iterator[str]:
    for file, name in short_names([one.span.file for one in survivors]).items():
        yield name
        for one in survivors:
            if one.span.file == file:
                yield from _said(one)


def _said(mutant: Mutant) -> Iterator[str]:
    place = f"{mutant.span.line:>5}  {mutant.sort} {mutant.declaration}: "
    before, after = " ".join(mutant.before.split()), mutant.after or LEFT_OUT
    if len(place) + len(before) + len(after) <= _WIDE:
        yield f"{place}{before} → {after}"
    else:
        yield place.rstrip(": ")
        yield f"         {before}"
        yield f"       → {after}"


def as_object(mutation: Mutation) -> dict[str, Any]:
    """The same as JSON, with every change and the test that noticed it."""
    tests = mutation.policy.tests
    return {
        "policy": str(mutation.policy.header.id),
        "made": len(mutation.verdicts),
        "noticed": mutation.noticed,
        "changes": [
            {
                "place": str(one.mutant.span),
                "declaration": f"{one.mutant.sort} {one.mutant.declaration}",
                "changed": one.mutant.kind,
                "before": one.mutant.before,
                "after": one.mutant.after or None,
                "noticed_by": None if one.noticed_by is None else tests[one.noticed_by].title,
            }
            for one in mutation.verdicts
        ],
    }


def cores() -> int:
    """How many processes there may be at a time, if nobody says."""
    return os.cpu_count() or 1
