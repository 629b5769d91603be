"""What is pooled over a group on all school days at once is what is pooled on each day by itself."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings

from fingerpost.column import Column
from fingerpost.columns import column_of
from fingerpost.evaluate import Session
from fingerpost.reasons import Measured
from fingerpost.scope import Group, Scope
from fingerpost.values import value_at
from fingerpost_dsl.model.expressions import CountOfMarks, ShareOfMarks
from tests.strategies import Case, cases, few


def group_scope(case: Case) -> Scope:
    """All pupils of the school of the case's pupil."""
    session = Session.open(case.policy, case.history, case.on, case.known_on)
    school = case.history.pupils[case.pupil].school
    records = session.records
    members = tuple(records.view(pupil) for pupil in records.pupils_of(school))
    return Scope(policy=case.policy, view=records.view_of_school(school, school), group=Group(members))


def agrees(column: Column, index: int, alone: Measured) -> bool:
    """Whether a column says of a day what the reference says of it."""
    if column.not_applicable >> index & 1:
        return not alone.applicable
    if column.unknown >> index & 1:
        return alone.applicable and alone.lowest is None and alone.highest is None
    low, high = (
        Fraction(int(values[index]), int(of[index]) if of is not None else 1)
        for values, of in ((column.low, column.low_of), (column.high, column.high_of))
    )
    highest = None if column.unbounded >> index & 1 else high
    return alone.applicable and (alone.lowest, alone.highest) == (low, highest)


def pooled_alike(case: Case) -> int:
    """How many values had a column to compare."""
    scope = group_scope(case)
    days = scope.view.axis.school_days
    compared = 0
    for measure in case.policy.measures.values():
        if not isinstance(measure.value, CountOfMarks | ShareOfMarks):
            continue
        column = column_of(measure.value, len(days), scope)
        if column is None:
            continue
        compared += 1
        for index, day in enumerate(days):
            alone = value_at(measure.value, day, scope)
            assert agrees(column, index, alone), f"{measure.name} on day {index}: {alone}"
    return compared


@settings(max_examples=few(40))
@given(cases())
def test_pooled_figures_are_the_same_on_all_days_at_once(case: Case) -> None:
    """Shares and counts, with missing marks and records that begin too late."""
    pooled_alike(case)


def test_there_is_something_to_compare() -> None:
    """So that the property above cannot hold of nothing."""
    compared: list[int] = []

    @settings(max_examples=few(40), database=None, derandomize=True)
    @given(cases())
    def count(case: Case) -> None:
        compared.append(pooled_alike(case))

    count()
    assert sum(compared) > 0
