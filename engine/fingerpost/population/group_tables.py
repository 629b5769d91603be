"""What is recommended for families, cohorts, schools and authorities: an Arrow table, and rows of CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fingerpost.arrow import Columns, arrow
from fingerpost.evaluate import Session
from fingerpost.population.csv_rows import CsvRow, said
from fingerpost.population.group_decisions import GROUP_SUBJECTS, DecidedGroup, DecidingGroups
from fingerpost.population.population import Population
from fingerpost.population.result_columns import GROUP_REASONS, GROUPS, schema_of
from fingerpost.population.result_tables import bars_text, rules_said
from fingerpost.render.csv_form import COLUMNS, csv_lines
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True, slots=True)
class GroupResults:
    """What is recommended for groups."""

    recommendations: Columns
    """A table of pyarrow, with the columns `GROUPS`, or `GROUP_REASONS`."""
    fallen_back: Mapping[str, int]
    """By rule, how often the reference was asked about one pupil of a group alone."""


def group_results(
    population: Population,
    session: Session,
    subjects: Sequence[Subject] = GROUP_SUBJECTS,
    *,
    reasons: bool = False,
) -> GroupResults:
    """What every family, cohort of a school, school or authority is asked for itself.

    `session` is that of `population.session(…)`. Of each sort those that `subjects` name, in order of ids.
    With `reasons` each recommendation has the code of its reason.
    """
    deciding = DecidingGroups(population, session, reasons=reasons)
    groups = deciding.groups(subjects)
    found = dict(deciding.decide(groups))
    table = groups_table([found[place] for place in range(len(groups))], session, reasons=reasons)
    return GroupResults(table, dict(deciding.fallen_back))


def groups_table(groups: Sequence[DecidedGroup], session: Session, *, reasons: bool = False) -> Columns:
    """A row for each recommendation (`GROUPS`): those of a group together, in the order of the policy.

    With `reasons`, which the groups must have been decided with, `GROUP_REASONS`.
    """
    pa, schema = arrow(), schema_of(GROUP_REASONS if reasons else GROUPS, session)
    policy = session.editions.current.policy
    rows = [row for group in groups for row in group.rows]
    outcomes = [row.outcome for row in rows]
    given = _who(groups) | _what(groups, policy)
    given |= {name: [getattr(one, name) for one in outcomes] for name in _AS_THEY_ARE}
    given |= {
        "applies": [one.applies.value for one in outcomes],
        "status": [one.status.value for one in outcomes],
        "due_unknown": [one.due_unknown and one.due_unknown.value for one in outcomes],
        "barred_by": [bars_text(one.barred_by) for one in outcomes],
        "policy": [policy.header.id.id] * len(outcomes),
        "version": [policy.header.id.version] * len(outcomes),
        "on": [session.on] * len(outcomes),
        "known_on": [session.known_on] * len(outcomes),
        "reasons": [row.reasons for row in rows],
    }
    arrays = [pa.array(given[one.name], type=one.type) for one in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


_AS_THEY_ARE = ("provisional", "triggered", "triggered_from", "due", "overdue_count", "done_on")


def _who(groups: Sequence[DecidedGroup]) -> dict[str, list[Any]]:
    """Whose recommendations they are: a row for each."""
    each = [group for group in groups for _ in group.rows]
    return {
        "authority": [one.authority for one in each],
        "school": [one.school or None for one in each],
        "subject": [one.subject.value for one in each],
        "group": [one.id for one in each],
        "pupils": [one.pupils for one in each],
    }


def _what(groups: Sequence[DecidedGroup], policy: Policy) -> dict[str, list[Any]]:
    """What is recommended: what is the same of a rule is said once, and taken from there."""
    rows = [row.rule for group in groups for row in group.rows]
    rules = {id(rule): rule for rule in rows}
    places = {identity: place for place, identity in enumerate(rules)}
    which = [places[id(rule)] for rule in rows]
    said = rules_said(list(rules.values()), policy)
    return {name: [values[place] for place in which] for name, values in said.items()}


def groups_csv(groups: Sequence[DecidedGroup], session: Session) -> Iterator[bytes]:
    """The CSV that is made of decisions one by one: the header, then each group's rows."""
    yield csv_lines([COLUMNS]).encode()
    for group in groups:
        yield csv_lines(group_rows(group, session)).encode()


def group_rows(group: DecidedGroup, session: Session) -> Iterator[CsvRow]:
    """A group's rows of that CSV."""
    for row in group.rows:
        before, after = said(row.rule, row.outcome, session)
        yield (group.school, group.subject.value, group.id, None, None, "", *before, None, None, *after)
