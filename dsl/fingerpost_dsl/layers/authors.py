"""Whom the author of a local policy can bind: itself, those that are part of it, and whom the header names.

Parents and schools are bound by law, whatever a header says: a `must` for them, or for those that are part of
them, needs a passage of a source of weight `law`, unless they are the author's own staff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.names import Placed

BOUND_BY_LAW = frozenset({syntax.Subject.PARENT.value, syntax.Subject.SCHOOL.value})
"""The roles whom no local author may bind with a `must` without law."""

NEVER_BOUND = frozenset({syntax.Subject.PARENT.value, syntax.Subject.PUPIL.value})
"""The roles whom no header may claim."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who writes a layer, and whom that role can bind.

    `own` are the author and those that are part of it; `reach` are these and whom the header names.
    """

    by: str
    own: frozenset[str]
    reach: frozenset[str]
    by_law: frozenset[str]
    """Parents, schools and those that are part of them."""

    def may_bind(self, role: str) -> bool:
        """Whether a `should` addressed to this role is this author's to change."""
        return role in self.reach

    def may_say_must(self, role: str) -> bool:
        """Whether the author may write `must` for this role without law."""
        return role in self.own or (role in self.reach and role not in self.by_law)

    def others(self, rule: syntax.Rule) -> tuple[syntax.Name, ...]:
        """Those to whom a rule is addressed and whom the author cannot bind."""
        return tuple(role for role in addressed(rule) if not self.may_bind(role.text))


def addressed(rule: syntax.Rule) -> tuple[syntax.Name, ...]:
    """Who is asked: the actor, and whoever shares it."""
    return (rule.norm.actor, *rule.clauses.jointly_with)


def author_of(header: syntax.Policy, placed: Mapping[str, Placed]) -> Author:
    """The author that a header names. Without one nobody can be bound, which the header is told of itself."""
    by = "" if header.by is None else header.by.text
    own = _with_parts({by}, placed)
    claimed = {role.text for role in header.binds} - NEVER_BOUND
    return Author(
        by=by,
        own=own,
        reach=own | _with_parts(claimed, placed),
        by_law=_with_parts(set(BOUND_BY_LAW), placed),
    )


def claims(header: syntax.Policy, placed: Mapping[str, Placed]) -> Iterator[Diagnostic]:
    """Roles in `binds` whom nobody's local policy binds."""
    for role in header.binds:
        if role.text in NEVER_BOUND:
            declared = placed.get(role.text)
            yield Diagnostic(
                code="E0413",
                message=f"no local policy binds `{role.text}`",
                span=role.span,
                labels=() if declared is None else (Label(declared.span, "declared here"),),
                help="leave it out of `binds`; what you hope for from them can be said as a `should`",
            )


def _with_parts(roles: set[str], placed: Mapping[str, Placed]) -> frozenset[str]:
    """These roles and all that are part of them, at once or by way of others."""
    found = set(roles)
    grown = True
    while grown:
        parts = {
            name
            for name, one in placed.items()
            if isinstance(one.declaration, syntax.Role)
            and one.declaration.part_of is not None
            and one.declaration.part_of.text in found
        }
        grown = not parts <= found
        found |= parts
    return frozenset(found)
