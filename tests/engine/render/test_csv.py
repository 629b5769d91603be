"""Decisions as CSV."""

import csv
import io
from dataclasses import replace

import pytest

from fingerpost.render.csv_form import COLUMNS, decisions_csv
from tests.engine.render.made import decision, england, stories


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_one_row_for_each_recommendation() -> None:
    """The columns are the published ones, and nothing is left out."""
    found = rows(decisions_csv(stories(), england()))
    assert tuple(found[0]) == COLUMNS
    assert len(found) == sum(len(one.recommendations) for one in stories())


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\uff1d"])
def test_a_spreadsheet_runs_nothing(sign: str) -> None:
    """A cell that looks like a formula is written as text."""
    hostile = replace(decision("P0412"), id=f"{sign}cmd()")
    assert all(row["pupil"] == f"'{sign}cmd()" for row in rows(decisions_csv([hostile], england())))
