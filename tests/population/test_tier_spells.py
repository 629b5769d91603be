"""When everybody was in which tier: what the timeline of each pupil says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

pytest.importorskip("pyarrow")

from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.evaluate import Session
from fingerpost.history import Pupil
from fingerpost.population.block import blocks_of
from fingerpost.population.decisions import PART
from fingerpost.population.result_columns import TIER_SPELLS, schema_of
from fingerpost.population.results import Deciding
from fingerpost.population.tier_spells import tier_spells
from fingerpost.timeline import timeline_in
from fingerpost_dsl.model.family import PolicyFamily
from tests.population.test_results import ON, england, school
from tests.strategies import Case, cases, few

Said = list[tuple[str, str, dt.date, bool]]


def of_timeline(session: Session, pupil: Pupil) -> Said:
    """What the pupil's timeline says of tiers: entered, perhaps provisionally, or left."""
    entries = timeline_in(session, pupil).entries
    return sorted(
        (one.name, one.kind, one.date, one.title.endswith(" (provisional)"))
        for one in entries
        if one.kind in ("tier entered", "tier left")
    )


def of_columns(case: Case, session: Session, part: int) -> dict[str, Said]:
    """The same of the columns: left is on the school day after the last."""
    found: dict[str, Said] = {}
    start = session.editions.current.first
    for block in blocks_of(session.records, case.history.pupils.values()):
        days = block.axis.school_days
        for spells in tier_spells(block, session.editions, case.on.toordinal(), part=part):
            assert (spells.first >= start).all()
            rows = zip(spells.pupils, spells.first, spells.last, spells.provisional, strict=True)
            for place, first, last, provisional in rows:
                said = found.setdefault(block.pupils[int(place)].id, [])
                entered = dt.date.fromordinal(int(first))
                said.append((spells.tier.name, "tier entered", entered, bool(provisional)))
                if last:
                    left = dt.date.fromordinal(days[days.index(int(last)) + 1])
                    said.append((spells.tier.name, "tier left", left, False))
    return {name: sorted(said) for name, said in found.items()}


@settings(max_examples=few(25))
@given(cases(rules=False), st.sampled_from([1, 2, PART]))
def test_times_in_tiers_are_those_of_the_timeline(case: Case, part: int) -> None:
    times_agree(case, Session.open(case.policy, case.history, case.on, case.known_on), part)


def times_agree(case: Case, session: Session, part: int) -> None:
    """The columns of everybody, and the timeline of each."""
    found = of_columns(case, session, part)
    start = dt.date.fromordinal(session.editions.current.first)
    for pupil in case.history.pupils.values():
        expected = of_timeline(session, pupil)
        mine = found.get(pupil.id, [])
        # who was in a tier before the policy came into force enters it, in columns, on its first school day
        before = [one for one in mine if one[1] == "tier entered" and one not in expected]
        assert [one for one in mine if one not in before] == expected, pupil.id
        first = next(
            (day for day in session.records.axis(pupil.school).school_days if day >= start.toordinal()), 0
        )
        assert all(one[2].toordinal() == first for one in before)


@settings(max_examples=few(25))
@given(cases(rules=False), st.integers(0, 40), st.sampled_from([1, PART]))
def test_times_in_tiers_of_a_policy_that_came_into_force_meanwhile(case: Case, ago: int, part: int) -> None:
    """What it would have said of the days before, nobody entered or left, not even on its first day."""
    whole = Session.open(case.policy, case.history, case.on, case.known_on)
    said = [one for pupil in case.history.pupils.values() for one in of_timeline(whole, pupil)]
    left = sorted(date for _, kind, date, _ in said if kind == "tier left")
    first = left[ago % len(left)] if left else case.on - dt.timedelta(days=ago)
    policy = replace(case.policy, header=replace(case.policy.header, in_force_from=first))
    family = PolicyFamily(id=policy.header.id.id, versions=(policy,))
    times_agree(case, Session.open(family, case.history, case.on, case.known_on), part)


def test_the_table_has_its_columns_and_a_pupil_s_rows_in_order() -> None:
    deciding = Deciding(school(), school().session(england(), ON))
    (portion,) = deciding.portions()
    table = deciding.tier_spells(portion)
    assert table.schema.equals(schema_of(TIER_SPELLS))
    rows = table.to_pylist()
    assert len(rows) > 40
    assert {row["provisional"] for row in rows} == {True, False}
    for one, other in pairwise(rows):
        if one["pupil"] == other["pupil"]:
            assert one["from"] <= other["from"]
    session = deciding.session
    for pupil in school().history.pupils.values():
        own = {(row["tier"], row["from"]) for row in rows if row["pupil"] == pupil.id}
        entered = {
            (name, day) for name, kind, day, _ in of_timeline(session, pupil) if kind == "tier entered"
        }
        assert entered <= own
