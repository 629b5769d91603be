"""The population evaluator says what the reference says, by the shipped policies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings

from fingerpost.evaluate import Session
from fingerpost.history import Completeness, History
from fingerpost.population.block import blocks_of
from fingerpost.population.decisions import decide_block
from fingerpost_simulations.hillview import SEED, hillview
from tests.population.test_equal import conditions_agree, decisions_agree, is_the_same
from tests.properties.test_shipped import shipped_cases
from tests.shipped import shipped
from tests.strategies import Case, few


@cache
def school() -> History:
    """A made-up school, small."""
    return hillview(SEED, per_year=9)


DATES = (
    (2023, 9, 9),  # a Saturday, days into the record
    (2024, 7, 19),
    (2024, 8, 19),  # the first day of an edition, in the holidays
    (2024, 9, 5),
    (2025, 3, 14),
    (2025, 11, 14),
)


@pytest.mark.parametrize("date", DATES)
def test_a_school_by_the_editions_in_force(date: tuple[int, int, int]) -> None:
    """Every tier and recommendation, in the same order."""
    agree_on(school(), dt.date(*date))


def test_a_school_whose_records_begin_in_the_middle_of_a_year() -> None:
    """Nobody knows of what was before: still nothing is asked of the reference one by one."""
    late = replace(school(), complete=Completeness(marks=dt.date(2025, 2, 3), events=dt.date(2025, 2, 3)))
    agree_on(late, dt.date(2025, 3, 14))


def agree_on(history: History, on: dt.date) -> None:
    """What is decided of every pupil on a date."""
    session = Session.open(shipped("england"), history, on)
    pupils = [pupil for pupil in history.pupils.values() if pupil.is_on_roll(on)]
    assert len(pupils) > 50
    seen = 0
    for block in blocks_of(session.records, pupils):
        found = decide_block(block, session.editions, on.toordinal(), reasons=True)
        assert not found.fallen_back
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
        seen += len(block.pupils)
    assert seen == len(pupils)


@pytest.mark.parametrize("version", ["2022.09", "2024.08"])
def test_generated_histories(version: str) -> None:
    @settings(max_examples=few(10))
    @given(shipped_cases(version))
    def agree(case: Case) -> None:
        conditions_agree(case)
        decisions_agree(case)

    agree()
