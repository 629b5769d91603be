"""Reason codes: for each row of a result, which clauses of its rule hold, in a few signs.

`tier+ when1+ when2? unless1-` says that the pupil is in the tier, the first `when` holds, of the second
nobody knows, and the `unless` does not hold. The clauses stand in the order in which a reason has them, and
are numbered by their role, each as it is written: `unless1+` is an `unless` that holds, so that the rule does
not apply. Marks, values and dates behind a clause are in the reason itself, which is made on demand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from fingerpost.logic import Truth
from fingerpost.population.block import distinct
from fingerpost.population.conditions import truths
from fingerpost.population.frame import Frame
from fingerpost.population.rules import no_sooner
from fingerpost.population.truths import Numbers, Rows, truth_numbers
from fingerpost.reasons import Reason
from fingerpost.rules import pathway_of
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.expressions import Condition
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import say_condition

_SIGNS = {Truth.TRUE: "+", Truth.FALSE: "-", Truth.UNKNOWN: "?"}
_BY_NUMBER = "-+?"
"""The same by a truth's number in a column."""
_ONE_OF_A_KIND = frozenset({"tier", "no sooner", "occasion", "round"})
"""Roles of which a rule has no second clause."""


@dataclass(frozen=True, slots=True)
class ReasonCodes:
    """The codes of some rows: few are distinct."""

    which: Rows
    """For each row the place of its code in `codes`."""
    codes: Sequence[str]

    @classmethod
    def of(cls, codes: Sequence[str]) -> ReasonCodes:
        """Those of rows that were worked out one by one."""
        places = {code: place for place, code in enumerate(dict.fromkeys(codes))}
        return cls(np.array([places[code] for code in codes], dtype=np.intp), tuple(places))


def code_of(reason: Reason) -> str:
    """The code of a rule's reason."""
    roles = [child.role or "" for child in reason.children]
    signs = [_SIGNS[child.truth] for child in reason.children]
    return _put_together(_named(roles), signs)


def codes_in_columns(
    rule: Action | Step, today: Frame, before: Iterable[tuple[str, Numbers]] = ()
) -> ReasonCodes:
    """The codes of a rule for some rows, as on one date.

    `before` are what stands before its own clauses: of a step that is no start, its round and its ways in.
    """
    found = [*before, *_clauses(rule, today)]
    names = _named([role for role, _ in found])
    first, which = distinct([numbers for _, numbers in found], len(today))
    cases = zip(*(numbers[first].tolist() for _, numbers in found), strict=True) if found else [()]
    signs = ([_BY_NUMBER[number] for number in case] for case in cases)
    return ReasonCodes(which, [_put_together(names, own) for own in signs])


def clause_texts(rule: Action | Step, policy: Policy) -> dict[str, str]:
    """What the clauses of a rule say, in words, by their names in its codes."""
    conditions = list(_conditions(rule, policy))
    named = dict(zip(_named([role for role, _ in conditions]), conditions, strict=True))
    return {name: say_condition(condition, policy) for name, (_, condition) in named.items()}


def _put_together(names: Sequence[str], signs: Sequence[str]) -> str:
    return " ".join(name + sign for name, sign in zip(names, signs, strict=True))


def _named(roles: Iterable[str]) -> list[str]:
    seen: Counter[str] = Counter()
    names = []
    for role in roles:
        seen[role] += 1
        names.append(role.replace(" ", "_") + ("" if role in _ONE_OF_A_KIND else str(seen[role])))
    return names


def _conditions(rule: Action | Step, policy: Policy) -> Iterator[tuple[str, Condition]]:
    """The conditions of a rule with their roles, in the order of `fingerpost.rules.rule_reasons`."""
    pathway = pathway_of(rule, policy)
    if pathway is not None:
        yield from (("pathway", one) for one in (pathway.tier, *pathway.when) if one is not None)
    if rule.tier is not None:
        yield "tier", rule.tier
    yield from (("when", condition) for condition in rule.when)
    yield from (("unless", condition) for condition in rule.unless)


def _clauses(rule: Action | Step, today: Frame) -> Iterator[tuple[str, Numbers]]:
    """The truth of each clause, by number in a column, with its role."""
    rows = len(today)
    for role, condition in _conditions(rule, today.shared.policy):
        yield role, truth_numbers(truths(condition, today), 0, rows)
    if rule.no_sooner is not None:
        yield "no sooner", truth_numbers(no_sooner(rule, today), 0, rows)
    if today.occasions is not None:
        numbers, which = np.unique(today.occasions, return_inverse=True)
        certain = [today.shared.across.occasions[number].certain for number in numbers.tolist()]
        yield "occasion", np.where(np.array(certain, dtype=np.bool_), 1, 2).astype(np.int8)[which]
