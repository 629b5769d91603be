"""A fact of which more is said than an octet can number."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pyarrow")

from fingerpost.population.read import read_population
from fingerpost.population.saved import load_population, save_population
from fingerpost.readers import read_history
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import has_errors
from tests.stretches import policy_of

POLICY = policy_of(
    """
role school "School"
fact journey "Length of the journey" number
fact fare "Fare of a child" number of family
action look "Look"
  school should "look"
  when journey is at least 200
"""
)


@pytest.mark.parametrize("in_cells", [194, 195, 196, 252, 253, 254, 255, 256])
@pytest.mark.parametrize("in_table", [0, 30])
@pytest.mark.parametrize("by_another_reader", [0, 1])
def test_every_value_is_kept(in_cells: int, in_table: int, by_another_reader: int, tmp_path: Path) -> None:
    """Distinct in cells, in a table besides, and of pupils who are read one by one; saved and loaded, too."""
    tables = tmp_path / "tables"
    tables.mkdir()
    pupils = ["pupil,school,on_roll_from,on_roll_until,journey,fare,family"]
    facts = ["pupil,fact,value,from,until"]
    pupils += [f"P{number:03},north,2024-09-02,,{number},{number}," for number in range(in_cells)]
    for number in range(in_table):
        pupils.append(f"R{number:03},north,2024-09-02,,,,")
        facts.append(f"R{number:03},journey,{1000 + number},2024-09-02,2024-12-20")
        facts.append(f"R{number:03},journey,{1001 + number},2025-01-06,")
        again = in_cells - 1 - number  # of whom the same is said twice
        pupils.append(f"S{number:03},north,2024-09-02,,{again},,")
        facts.append(f"S{number:03},journey,{again},2025-01-06,")
    for number in range(by_another_reader):  # of whom there are two stays, or siblings of whom more is said
        for name, first, last in (("T", "2024-09-02", "2024-12-20"), ("U", "2025-01-06", "")):
            pupils.append(f"{name}{number:03},north,2024-09-02,,,,F{number:03}")
            facts.append(f"{name}{number:03},fare,{number},{first},{last}")
        pupils.append(f"Q{number:03},north,2024-09-02,2024-10-04,,,")
        pupils.append(f"Q{number:03},north,2024-11-04,,,,")
        facts.append(f"Q{number:03},journey,{2000 + number},2024-09-02,2024-12-20")
        facts.append(f"Q{number:03},journey,{2001 + number},2025-01-06,")
    (tables / "pupils.csv").write_text("\n".join(pupils), encoding="utf-8")
    (tables / "facts.csv").write_text("\n".join(facts), encoding="utf-8")
    vocabulary = Vocabulary.from_policies(POLICY)
    population, problems = read_population(tables, vocabulary)
    history, _ = read_history(tables, vocabulary)
    assert not has_errors(problems)
    assert population is not None
    assert history is not None
    assert population.history.pupils == history.pupils
    save_population(population, tmp_path / "saved")
    assert load_population(tmp_path / "saved", vocabulary).history.pupils == history.pupils
