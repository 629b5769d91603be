"""Families, cohorts, schools and authorities: a population says of them what the reference says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("pyarrow")

from fingerpost.evaluate import Session
from fingerpost.population.group_decisions import GROUP_SUBJECTS, DecidedGroup, DecidingGroups, GroupRow
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Step
from tests.population.test_equal import recommended
from tests.population.test_tables import read
from tests.strategies import Case, cases_with_groups, few


def row_of(one: GroupRow) -> tuple[object, ...]:
    """A row of a group, as `recommended` has a recommendation."""
    rule, found = one.rule, one.outcome
    return (
        rule.name,
        "step" if isinstance(rule, Step) else "action",
        rule.pathway if isinstance(rule, Step) else None,
        None,
        None,
        found.applies,
        found.status,
        found.provisional,
        found.triggered,
        found.triggered_from,
        found.due,
        found.due_unknown,
        found.overdue_count,
        found.done_on,
        found.barred_by,
    )


def decided(population: Population, case: Case) -> list[DecidedGroup]:
    """Every group, in order."""
    deciding = DecidingGroups(population, population.session(case.policy, case.on, case.known_on))
    groups = deciding.groups(GROUP_SUBJECTS)
    found = dict(deciding.decide(groups))
    return [found[place] for place in range(len(groups))]


def agree(population: Population, case: Case) -> int:
    """Decisions with every reason and figure, and the rows made of them; how many rows there are."""
    reference = Session.open(case.policy, case.history, case.on, case.known_on, brief=True)
    columns = population.session(case.policy, case.on, case.known_on)
    rows = 0
    for one in decided(population, case):
        within = one.school if one.subject.value == "cohort" else ""
        expected = reference.decide_group(one.subject, one.id, within)
        found = [row_of(row) for row in one.rows]
        assert found == [recommended(each) for each in expected.recommendations], f"{one.subject} {one.id}"
        assert one.school == expected.school
        group = reference.group_judgement(one.subject, one.id, within).scope.group
        assert group is not None
        assert one.pupils == sum(view.pupil.is_on_roll(case.on) for view in group.members)
        again = columns.decide_group(one.subject, one.id, within)
        assert again.recommendations == expected.recommendations
        for name, measure in expected.measures.items():
            assert again.measures[name] == measure, name
        rows += len(found)
    assert [(one.subject, one.id) for one in decided(population, case)] == [
        (subject, name) for subject, name, _ in reference.groups(GROUP_SUBJECTS)
    ]
    return rows


@settings(max_examples=few(60), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_groups_of_a_history(case: Case) -> None:
    agree(population_of(case.history, Vocabulary.from_policies(case.policy)), case)


@settings(max_examples=few(40), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_groups_of_tables(generated: Case) -> None:
    agree(*read(generated, "parquet"))
