"""Families, cohorts, schools and authorities: a population says of them what the reference says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("pyarrow")

from fingerpost import versions_of
from fingerpost.columns import column_of
from fingerpost.evaluate import Session
from fingerpost.members import on_roll, on_roll_on_days
from fingerpost.population.group_decisions import GROUP_SUBJECTS, DecidedGroup, DecidingGroups, GroupRow
from fingerpost.population.group_tables import group_results
from fingerpost.population.kept import population_of
from fingerpost.population.population import Population
from fingerpost.population.read import read_population
from fingerpost.population.result_columns import GROUPS, schema_of
from fingerpost.values import value_at
from fingerpost.vocabulary import Vocabulary
from fingerpost.writers import write_folder
from fingerpost_dsl.model.declarations import Step, Subject
from fingerpost_simulations.hillview import hillview
from tests.engine.meanings.asking import history, policy_of
from tests.generate.shipped import school_for
from tests.population.test_equal import clauses_in, clauses_of, recommended
from tests.population.test_tables import read
from tests.properties.test_groups import agrees
from tests.properties.test_shipped import EDITIONS, edition
from tests.shipped import shipped
from tests.strategies import Case, Written, cases_with_groups, dates_of, few


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
    session = population.session(case.policy, case.on, case.known_on)
    deciding = DecidingGroups(population, session, reasons=True)
    groups = deciding.groups(GROUP_SUBJECTS)
    found = dict(deciding.decide(groups))
    return [found[place] for place in range(len(groups))]


def agree(population: Population, case: Case) -> int:
    """Decisions with every reason and figure, and the rows made of them; how many rows there are."""
    reference = Session.open(case.policy, case.history, case.on, case.known_on, brief=True)
    columns = population.session(case.policy, case.on, case.known_on)
    rows, groups = 0, decided(population, case)
    for one in groups:
        within = one.school if one.subject.value == "cohort" else ""
        expected = reference.decide_group(one.subject, one.id, within)
        found = [row_of(row) for row in one.rows]
        assert found == [recommended(each) for each in expected.recommendations], f"{one.subject} {one.id}"
        codes = [clauses_in(row.reasons) for row in one.rows]
        assert codes == [clauses_of(each) for each in expected.recommendations], f"{one.subject} {one.id}"
        assert one.school == expected.school
        group = reference.group_judgement(one.subject, one.id, within).scope.group
        assert group is not None
        assert one.pupils == sum(view.pupil.is_on_roll(case.on) for view in group.members)
        again = columns.decide_group(one.subject, one.id, within)
        assert again.recommendations == expected.recommendations
        for name, measure in expected.measures.items():
            assert again.measures[name] == measure, name
        rows += len(found)
    assert [(one.subject, one.id) for one in groups] == [
        (subject, name) for subject, name, _ in reference.groups(GROUP_SUBJECTS)
    ]
    return rows


def figures_agree(population: Population, case: Case) -> int:
    """Each pooled figure of each school and authority on every school day, and on all days at once."""
    reference = Session.open(case.policy, case.history, case.on, case.known_on)
    columns = population.session(case.policy, case.on, case.known_on)
    compared = 0
    for subject, name, within in reference.groups((Subject.SCHOOL, Subject.AUTHORITY)):
        expected, found = (one.group_judgement(subject, name, within).scope for one in (reference, columns))
        days = expected.view.axis.school_days
        assert found.view.axis.school_days == days
        for measure in case.policy.measures.values():
            alone = [value_at(measure.value, day, expected) for day in days]
            assert [value_at(measure.value, day, found) for day in days] == alone, measure.name
            column = column_of(measure.value, len(days), found)
            if column is not None:
                compared += 1
                assert all(agrees(column, index, one) for index, one in enumerate(alone)), measure.name
        here = [on_roll(expected.group.members, dt.date.fromordinal(day)) for day in days]  # type: ignore[union-attr]
        assert on_roll_on_days(found.group.members, days).tolist() == here  # type: ignore[union-attr]
    return compared


@settings(max_examples=few(40), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_figures_of_a_history(case: Case) -> None:
    figures_agree(population_of(case.history, Vocabulary.from_policies(case.policy)), case)


@settings(max_examples=few(30), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_figures_of_tables(generated: Case) -> None:
    figures_agree(*read(generated, "parquet"))


@settings(max_examples=few(60), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_groups_of_a_history(case: Case) -> None:
    agree(population_of(case.history, Vocabulary.from_policies(case.policy)), case)


@settings(max_examples=few(40), suppress_health_check=[HealthCheck.too_slow])
@given(cases_with_groups())
def test_groups_of_tables(generated: Case) -> None:
    agree(*read(generated, "parquet"))


@pytest.mark.parametrize("version", EDITIONS)
def test_groups_by_the_shipped_policies(version: str) -> None:
    @settings(max_examples=few(8), suppress_health_check=[HealthCheck.too_slow])
    @given(schools(version))
    def equal(case: Case) -> None:
        vocabulary = Vocabulary.from_policies(case.policy)
        assert agree(population_of(case.history, vocabulary), case) > 10

    equal()


@st.composite
def schools(draw: st.DrawFn, version: str) -> Case:
    """A school by a shipped policy, and a date."""
    policy = edition(version)
    history = school_for(draw, policy)
    return Case(Written((version, ""), policy), history, min(history.pupils), draw(dates_of(history)), None)


def test_by_the_shipped_policy_nobody_is_asked_alone(tmp_path: Path) -> None:
    """And the table has the columns that are published."""
    england = shipped("england")
    write_folder(hillview(per_year=12), tmp_path / "hillview")
    population, _ = read_population(tmp_path / "hillview", Vocabulary.from_policies(*versions_of(england)))
    assert population is not None
    session = population.session(england, dt.date(2025, 3, 14))
    found = group_results(population, session)
    assert found.fallen_back == {}
    assert found.recommendations.schema.equals(schema_of(GROUPS))
    assert found.recommendations.num_rows > 20


COUNTED = """
measure away "Away" = share of absent in this academic year
measure gone "Gone" = longest run of absent in sessions
cohort fives "Fives" = year_group is 5
action talk "Talk" school should "talk" for each cohort when away is at least 1%
action look "Look" school should "look" for each cohort when gone is at least 1 session
"""


def test_who_was_asked_alone_is_counted_by_rule() -> None:
    """A share is counted together; for the run each of the three pupils is asked, now and then again."""
    policy = policy_of(COUNTED)
    pupils = " ".join(f'pupil "Q{n}" in year 5 marked "I" on 5 September 2024' for n in range(2))
    data = history(f'marked "I" on 4 September 2024 {pupils}', words=COUNTED, pupil='pupil "P" in year 5')
    population = population_of(data, Vocabulary.from_policies(policy))
    found = group_results(population, population.session(policy, dt.date(2024, 9, 5)))
    assert found.recommendations.column("name").to_pylist() == ["talk", "look"]
    assert found.recommendations.column("pupils").to_pylist() == [3, 3]
    assert found.fallen_back.keys() == {"look"}
    assert found.fallen_back["look"] % 3 == 0
