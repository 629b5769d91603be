"""The engine agrees with a plain evaluator that was written from the meanings alone (`tests/oracle`).

A definite answer is never wrong: where both are definite they are equal, and where the oracle has bounds the
engine's bounds hold them. The engine may say less than the oracle, and never more.
"""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings

from fingerpost.conditions import reason_at
from fingerpost.logic import Truth
from fingerpost.reasons import Measured
from fingerpost.scope import Scope
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import FactValue, IsKnown
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk
from tests.oracle import Beyond, Oracle, Plain
from tests.properties.test_days import conditions_of, scope_of
from tests.strategies import Case, cases, few


def oracle_of(case: Case) -> Oracle:
    """The oracle for the pupil of a case."""
    return Oracle(case.policy, case.history, case.history.pupils[case.pupil], case.known_on)


def asks_what_is_known(policy: Policy) -> bool:
    """Whether it asks of a value if it is known: there, to say less is to say something else."""
    return any(
        isinstance(node, IsKnown) and not isinstance(node.value, FactValue)
        for declared in (policy.measures, policy.conditions, policy.tiers)
        for node in walk(tuple(declared.values()))
    )


def conditions_agree(case: Case) -> None:
    """Every named condition, and every condition of a tier, said and denied."""
    if asks_what_is_known(case.policy):
        return
    scope, oracle = scope_of(case), oracle_of(case)
    for name, condition, asked in conditions_of(case, scope):
        for denied in (False, True):
            found = reason_at(condition, case.on.toordinal(), asked.quiet(), negated=denied).truth
            try:
                right = oracle.of(asked.parent).truth(condition, case.on, denied=denied)
            except Beyond:
                continue
            assert found in (right, Truth.UNKNOWN), f"{name}: engine {found}, oracle {right}, {denied=}"


def measures_agree(case: Case) -> None:
    """Every measure, of the pupil and of each parent."""
    scope, oracle = scope_of(case), oracle_of(case)
    for measure in case.policy.measures.values():
        parents: list[str | None] = [None]
        if measure.subject is Subject.PARENT:
            parents = [parent.id for parent in scope.view.pupil.parents] or [None]
        for parent in parents:
            asked = Scope(policy=case.policy, view=scope.view, parent=parent)
            found = measure_at(measure, case.on.toordinal(), asked)
            try:
                right = oracle.of(parent).value(measure.value, case.on)
            except Beyond:
                continue
            assert holds(found, right), f"{measure.name}: engine {_shown(found)}, oracle {right}"


def _shown(found: Measured) -> str:
    return f"{found.lowest} to {found.highest}, {found.plain}, {found.applicable=}, {found.cause}"


def holds(found: Measured, right: Plain) -> bool:
    """Whether what the engine says is no more than is so."""
    if not found.applicable:
        return right.none is Truth.TRUE
    if right.none is Truth.TRUE:
        return not found.exact
    if found.plain is not None or right.plain is not None:
        return found.plain == right.plain or not found.exact
    return _below(found.lowest, right.low) and _above(found.highest, right.high)


def _below(found: Fraction | None, right: Fraction | None) -> bool:
    return found is None or (right is not None and found <= right)


def _above(found: Fraction | None, right: Fraction | None) -> bool:
    return found is None or (right is not None and found >= right)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_conditions_agree_with_the_oracle(case: Case) -> None:
    conditions_agree(case)


@settings(max_examples=few(25))
@given(cases(rules=False))
def test_measures_agree_with_the_oracle(case: Case) -> None:
    measures_agree(case)
