"""A local policy that changes nothing decides as the national one does, from its first day on."""

import datetime as dt
from pathlib import Path

import pytest

from fingerpost import evaluate_all, load_policy, read_history
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl import PolicyFamily
from tests.shipped import shipped

SCHOOL = Path(__file__).parents[2] / "docs" / "examples" / "school"
LOCAL = """policy council.attendance "A council that changes nothing"
  version 2025.1
  language 1
  extends england.attendance 2024.08
  by local_authority
  in force from {first}
"""


@pytest.mark.parametrize("first", ["6 November 2025", "14 November 2025"])
def test_the_days_before_it_are_judged_by_what_it_extends(first: str, tmp_path: Path) -> None:
    """Triggers, deadlines and what is done are the same, whenever the local policy came into force."""
    file = tmp_path / "council.policy"
    file.write_text(LOCAL.format(first=first), encoding="utf-8")
    local, national = load_policy(file), shipped("england")
    assert isinstance(local, PolicyFamily)
    assert isinstance(national, PolicyFamily)
    history, found = read_history(SCHOOL, Vocabulary.from_policies(*national.versions))
    assert history is not None, found
    on = dt.date(2025, 11, 14)
    decided, asked = (list(evaluate_all(policy, history, on)) for policy in (local, national))
    assert [one.recommendations for one in decided] == [one.recommendations for one in asked]
    assert any(one.recommendations for one in asked)
    alone = evaluate_all(PolicyFamily(id=local.id, versions=local.versions), history, on)
    assert [one.recommendations for one in alone] != [one.recommendations for one in asked]
