"""Measures as reported, of pupils without marks: no column knows them, so the reference decides."""

import datetime as dt
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.days import tier_days
from fingerpost.decision import TierState
from fingerpost.evaluate import Session
from fingerpost.history import History, Recorded, Register
from fingerpost.population.aggregates import aggregate
from fingerpost.population.applying import applying, tiers_on
from fingerpost.population.block import blocks_of
from fingerpost.population.changes import Changes
from fingerpost.population.decisions import PART, decide_block
from fingerpost.population.kept import population_of
from fingerpost.population.truths import Truths
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.quantities import Unit
from tests.population.test_applying import both_agree
from tests.population.test_changes import stays_as_it_was
from tests.population.test_equal import decisions_agree, is_the_same
from tests.population.test_tier_spells import of_columns, of_timeline
from tests.simulations.small import FIRST, SLOTS, history, policy
from tests.strategies import Case, Written, cases, few

ON = FIRST + dt.timedelta(days=39)
HELD = (TierState.HOLDS, TierState.PROVISIONAL)
SHARES = (None, Fraction(0), Fraction(1, 10), Fraction(1, 2))


def told() -> History:
    """Pupils with and without marks, with no share reported, and with some: of the second none counts."""
    plain = "".join(("/", "\\")[slot % 2] for slot in SLOTS)
    absent = "O" * 12 + plain[12:]
    given = history([plain, absent] * len(SHARES) + [plain] * len(SHARES))
    pupils = {}
    for place, (name, pupil) in enumerate(given.pupils.items()):
        share = SHARES[place % len(SHARES)]
        rows = () if share is None else (Recorded(value=share, first=FIRST + dt.timedelta(days=7)),)
        without = place >= 2 * len(SHARES)
        pupils[name] = replace(
            pupil,
            reported={"absence": rows} if rows else {},
            register=Register((), ()) if without else pupil.register,
        )
    return replace(given, pupils=pupils)


@pytest.mark.parametrize("part", [1, 3, PART])
def test_decisions(part: int) -> None:
    pupils = told()
    session = Session.open(policy(), pupils, ON)
    counted: set[int] = set()
    for block in blocks_of(session.records, pupils.pupils.values()):
        found = decide_block(block, session.editions, ON.toordinal(), part=part, reasons=True)
        counted |= set(found.fallen_back.values())
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    assert counted
    tiers = {
        pupil.id: [one.name for one in session.decide(pupil).tiers if one.state in HELD]
        for pupil in pupils.pupils.values()
    }
    assert [tiers[f"P{place:02}"] for place in range(8, 12)] == [
        ["all_pupils"],
        ["all_pupils"],
        ["all_pupils", "risk"],
        ["all_pupils", "risk", "much"],
    ]


def test_on_one_date() -> None:
    pupils = told()
    both_agree(policy(), pupils, ON)
    session = Session.open(policy(), pupils, ON)
    for block in blocks_of(session.records, pupils.pupils.values()):
        whole = applying(block, session.editions, ON.toordinal()).tiers
        alone = tiers_on(block, session.editions, ON.toordinal())
        assert [(one.tier, one.pupils.tolist(), one.states.tolist()) for one in whole] == [
            (one.tier, one.pupils.tolist(), one.states.tolist()) for one in alone
        ]


def test_only_some_are_asked() -> None:
    """Of whom a rule is not asked, nothing is said, whoever decides."""
    pupils = told()
    session = Session.open(policy(), pupils, ON)
    for block in blocks_of(session.records, pupils.pupils.values()):
        second = np.arange(len(block)) % 2 == 1
        found = decide_block(block, session.editions, ON.toordinal(), asked={"come": second})
        said = {(one.rule.name, one.row) for one in found.recommended}
        whole = decide_block(block, session.editions, ON.toordinal())
        assert said == {
            (one.rule.name, one.row)
            for one in whole.recommended
            if one.rule.name == "come" and second[one.row]
        }
        assert said


@pytest.mark.parametrize("part", [1, PART])
def test_times_in_tiers(part: int) -> None:
    pupils = told()
    session = Session.open(policy(), pupils, ON)
    case = Case(written=Written((), policy()), history=pupils, pupil="P00", on=ON, known_on=None)
    found = of_columns(case, session, part)
    entered = [
        {one for one in found.get(pupil.id, []) if one[0] != "all_pupils"} for pupil in pupils.pupils.values()
    ]
    assert entered == [
        {one for one in of_timeline(session, pupil) if one[0] != "all_pupils"}
        for pupil in pupils.pupils.values()
    ]
    assert any(entered[8:])


def test_numbers_of_tiers_count_both() -> None:
    """Those of whom columns know the measures, and those of whom a report does."""
    pytest.importorskip("pyarrow")
    pupils = told()
    population = population_of(pupils, Vocabulary.from_policies(policy()))
    session = population.session(policy(), ON)
    held = Counter(
        one.name
        for pupil in pupils.pupils.values()
        for one in session.decide(pupil).tiers
        if one.state in HELD
    )
    assert held["risk"] == 4 + 2
    for overdue in (True, False):
        table = aggregate(population, session, "tier", threshold=1, overdue=overdue).to_pylist()
        assert {row["measure"]: row["pupils"] for row in table if row["measure"] in held} == held


def test_a_day_that_is_not_named_changes_nothing() -> None:
    on = FIRST + dt.timedelta(days=11)
    stays_as_it_was(Case(Written((), policy()), told(), pupil="P00", on=on, known_on=None))
    pupils = told()
    session = Session.open(policy(), pupils, ON)
    for block in blocks_of(session.records, pupils.pupils.values()):
        changes = Changes(block, session.editions, ON.toordinal())
        for tier in policy().tiers.values():
            days = Truths(changes.tier(tier), changes.tier(tier), changes.length)
            for row, pupil in enumerate(block.pupils):
                scope = session.judgement(pupil).scope
                assert days.row(row).true == tier_days(tier.name, changes.length, scope).true


@st.composite
def reported_cases(draw: st.DrawFn) -> Case:
    """Generated policies and histories, in which of some pupils only measures are known."""
    case = draw(cases())
    measures = [one for one in case.policy.measures.values() if one.unit is not None]
    pupils = dict(case.history.pupils)
    for name in draw(st.lists(st.sampled_from(sorted(pupils)), unique=True)):
        reported = {}
        for measure in (
            draw(st.lists(st.sampled_from(measures), max_size=3, unique_by=id)) if measures else ()
        ):
            number = draw(st.integers(0, 20))
            value = Fraction(number, 20) if measure.unit is Unit.SHARE else Fraction(number)
            first = draw(
                st.one_of(st.none(), st.just(case.on - dt.timedelta(days=draw(st.integers(-3, 40)))))
            )
            reported[measure.name] = (Recorded(value=value, first=first),)
        pupils[name] = replace(pupils[name], register=Register((), ()), reported=reported)
    return replace(case, history=replace(case.history, pupils=pupils))


@settings(max_examples=few(20))
@given(reported_cases(), st.sampled_from([1, 2, PART]))
def test_generated(case: Case, part: int) -> None:
    decisions_agree(case, part)
    both_agree(case.policy, case.history, case.on, case.known_on)
