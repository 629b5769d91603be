"""Finding a policy by what a person calls it: `england`, `england@2022.09`, or a path.

A name stands for the shipped policy in the folder of that name, and gives all its versions, of which the one
in force on a date is used; `@` names one version outright. A path gives what is there: one version, or
several of one policy.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import named


class PolicyError(ValueError):
    """A policy cannot be found, or has errors; `diagnostics` are all findings, where there are any."""

    def __init__(self, message: str, diagnostics: Sequence[Diagnostic] = ()) -> None:
        super().__init__(message)
        self.diagnostics = tuple(diagnostics)


def load_policy(
    name: str | Path, *, search: Sequence[Path] = (), tests: bool = False
) -> Policy | PolicyFamily:
    """The policy of that name or at that path.

    A name or a path without `@` gives a family of versions, of which `evaluate` takes the one in force on the
    date; `england@2022.09` gives that version, evaluated on any date as if in force. `search` are further
    folders in which policies that others extend may be; the shipped ones are always found.

    A policy that is asked for by name is shipped, and comes without its own tests unless `tests` is set:
    they have been run before it was shipped, no decision needs them, and to read them takes as long as all
    the rest. One at a path comes with its tests, so that whatever is wrong with them is told.

    Raises PolicyError.
    """
    wanted, sign, version = str(name).partition("@")
    if sign and not version:
        raise PolicyError(f"`{name}` names no version: leave out the `@`, or write one after it")
    known = named()
    by_name = known.get(wanted) if not Path(wanted).exists() else None
    if by_name is None and not Path(wanted).exists():
        names = ", ".join(f"`{one}`" for one in known)
        raise PolicyError(
            f"there is no policy `{wanted}`: give a path, or the name of one that is shipped ({names})"
        )
    paths = by_name or (Path(wanted),)
    families, diagnostics = load_policies(
        paths,
        search=[*search, *(folder for one in known.values() for folder in one)],
        tests=tests or by_name is None,
        before=True,
    )
    if has_errors(diagnostics):
        errors = sum(diagnostic.is_error for diagnostic in diagnostics)
        raise PolicyError(f"`{wanted}` has {errors} error{'s' if errors > 1 else ''}", diagnostics)
    if len(families) != 1:
        what = (
            "no policy" if not families else "several: " + ", ".join(f"`{family.id}`" for family in families)
        )
        raise PolicyError(f"one policy is needed, and `{wanted}` holds {what}", diagnostics)
    family = families[0]
    if not version:
        return family
    policy = family.version(version)
    if policy is None:
        there = ", ".join(one.header.id.version for one in family.versions)
        raise PolicyError(f"`{wanted}` has no version `{version}`; there is {there}", diagnostics)
    return policy


def versions_of(policy: Policy | PolicyFamily) -> tuple[Policy, ...]:
    """The versions that a policy stands for: itself, or those of the family."""
    return (policy,) if isinstance(policy, Policy) else policy.versions
