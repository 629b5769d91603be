"""A population that was saved and loaded is the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("pyarrow")

from fingerpost import versions_of
from fingerpost.population.read import read_population
from fingerpost.population.saved import SavedError, load_population, save_population
from fingerpost.vocabulary import Vocabulary
from fingerpost_simulations.hillview import SEED, hillview
from tests.population.tables import write_columns
from tests.population.test_tables import read, same_blocks
from tests.shipped import shipped
from tests.strategies import Case, cases, few


@settings(max_examples=few(25), suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(cases(rules=False))
def test_saved_and_loaded(generated: Case) -> None:
    population, case = read(generated, "strings")
    vocabulary = Vocabulary.from_policies(case.policy)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "saved"
        save_population(population, path)
        loaded = load_population(path, vocabulary)
        assert loaded.codes == population.codes
        assert loaded.digest == case.history.digest
        same_blocks(loaded, case)
        with pytest.raises(FileExistsError):
            save_population(population, path)
        (path / "manifest.json").write_text('{"format": 0}')
        with pytest.raises(SavedError, match="format 0"):
            load_population(path, vocabulary)


PARTS = ("manifest.json", "people.arrow", "parents.arrow", "strip-0.arrow", "events.arrow")


@pytest.mark.parametrize("name", PARTS)
def test_what_is_damaged_is_named(name: str, tmp_path: Path) -> None:
    """A file of which only half was copied."""
    vocabulary = Vocabulary.from_policies(*versions_of(shipped("england")))
    tables = write_columns(hillview(SEED, per_year=1), tmp_path / "tables", "strings")
    population, _ = read_population(tables, vocabulary)
    assert population is not None
    save_population(population, tmp_path / "saved")
    damaged = tmp_path / "saved" / name
    content = damaged.read_bytes()
    damaged.write_bytes(content[: len(content) // 2])
    with pytest.raises(SavedError, match=f"{name}` is damaged: save the population again"):
        load_population(tmp_path / "saved", vocabulary)
