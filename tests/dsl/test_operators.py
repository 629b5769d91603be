"""The table of operators, windows and units: what it says is what the checker does."""

from fractions import Fraction

import pytest

from fingerpost_dsl.model.expressions import BuiltIn, CodeKind
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.operators import (
    BUILT_IN_SETS,
    BUILT_INS,
    OPERATORS,
    PHASES,
    TIMES,
    UNITS,
    WINDOWS,
    Over,
)
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.units import offered
from tests.dsl.test_checker_errors import findings

TAKING_A_UNIT = {
    "current run of": 'measure m "M" = current run of absent in {unit}',
    "longest run of": 'measure m "M" = longest run of absent in {unit} in this term',
    "time since": 'measure m "M" = {unit} since meeting',
    "as at": 'measure m "M" = absence as at the end of last {unit}',
    "every": 'action a "A" school should "act" every {unit}',
    "in this": 'measure m "M" = share of absent in this {unit}',
    "in last": 'measure m "M" = share of absent in last {unit}',
    "in the last": 'measure m "M" = share of absent in the last 2 {unit}',
    "units around": 'measure m "M" = share of absent in the 2 {unit} after meeting',
    "weeks with": 'measure m "M" = weeks with at least 2 {unit} of absent in this term',
    "most in any": 'measure m "M" = most absent in any 2 {unit} in this academic year',
    "within": 'action a "A" school should "act" within 2 {unit}',
    "no sooner than": 'action a "A" school should "act" no sooner than 2 {unit} after meeting',
    "expires after": 'action a "A" school may "act" expires after 2 {unit}',
    "lasts": 'event e "E" lasts from 2 {unit} to 3 {unit}',
    "provisional below": 'tier t "T" provisional below 2 {unit}',
    "run of at least": 'occasion o "O" = run of absent of at least 2 {unit}',
}

UNITS_OF: dict[str, frozenset[Unit]] = {
    **{key: row.units for key, row in OPERATORS.items()},
    **{key: row.units for key, row in WINDOWS.items()},
}

MEASURES = {
    "count of marks": ("count of absent in this term", "sessions"),
    "whole days of": ("count of whole days of absent in this term", "school days"),
    "weeks with": ("weeks with absent in this term", "school weeks"),
    "most in any": ("most absent in any 10 school weeks in this academic year", "sessions"),
    "count of events": ("count of meeting in this term", ""),
    "number of parents": ("number of parents", ""),
}


@pytest.mark.parametrize("unit", [unit for unit in Unit if unit in TIMES])
@pytest.mark.parametrize("key", sorted(TAKING_A_UNIT))
def test_an_operator_takes_the_units_of_its_row_and_no_others(key: str, unit: Unit) -> None:
    row = UNITS_OF[key]
    text = TAKING_A_UNIT[key].replace("{unit}", f"{unit.value}s")
    errors = [found for found in findings(SourceText("row", text)) if found.is_error]
    assert (errors == []) == (unit in row), errors


@pytest.mark.parametrize("key", sorted(MEASURES))
def test_an_operator_gives_the_unit_of_its_row(key: str) -> None:
    expression, unit = MEASURES[key]
    gives = OPERATORS[key].gives
    assert gives is not None
    assert f"{gives.value}s" == unit or (gives is Unit.NUMBER and unit == "")
    for other in ("sessions", "school days", "school weeks", "days", ""):
        text = f'condition c "C" = {expression} is at least 2 {other}'.strip()
        errors = [found for found in findings(SourceText("row", text)) if found.is_error]
        assert (errors == []) == (other == unit), (other, errors)


def test_every_row_is_tried_or_takes_no_unit_of_time() -> None:
    with_units = {key for key, units in UNITS_OF.items() if units & TIMES}
    assert with_units == set(TAKING_A_UNIT)


@pytest.mark.parametrize("name", sorted(BUILT_IN_SETS))
def test_a_built_in_set_needs_no_declaration(name: str) -> None:
    text = f'measure m "M" = count of {name} in this term'
    assert [found for found in findings(SourceText("set", text)) if found.is_error] == []


@pytest.mark.parametrize("phase", PHASES)
def test_a_phase_is_a_choice(phase: str) -> None:
    text = f'condition c "C" = phase is {phase}'
    assert [found for found in findings(SourceText("phase", text)) if found.is_error] == []


def test_the_tables_are_whole() -> None:
    assert set(UNITS) == set(Unit)
    assert set(BUILT_INS) == set(BuiltIn)
    assert BUILT_IN_SETS["possible"] == BUILT_IN_SETS["attended"] | BUILT_IN_SETS["absent"]
    assert frozenset[CodeKind]().union(*BUILT_IN_SETS.values()) == set(CodeKind)
    assert all(row.meaning and row.form for row in OPERATORS.values())
    assert all(row.meaning and row.form for row in WINDOWS.values())
    assert all(row.over <= set(Over) for row in WINDOWS.values())


@pytest.mark.parametrize(
    ("amount", "unit", "wanted", "instead"),
    [
        (10, Unit.DAY, Unit.SCHOOL_DAY, "10 school days"),
        (10, Unit.DAY, Unit.SESSION, "20 sessions"),
        (10, Unit.SCHOOL_DAY, Unit.SESSION, "20 sessions"),
        (10, Unit.SESSION, Unit.SCHOOL_DAY, "5 school days"),
        (9, Unit.SESSION, Unit.SCHOOL_DAY, None),
        (2, Unit.WEEK, Unit.DAY, "14 days"),
        (10, Unit.NUMBER, Unit.SHARE, "10%"),
        (1, Unit.NUMBER, Unit.SESSION, "1 session"),
        (10, Unit.SESSION, Unit.NUMBER, "10"),
        (10, Unit.MONEY, Unit.SESSION, None),
    ],
)
def test_what_was_probably_meant_is_offered(
    amount: int, unit: Unit, wanted: Unit, instead: str | None
) -> None:
    offer = offered(Quantity(Fraction(amount), unit), wanted)
    assert (None if offer is None else str(offer[0])) == instead
