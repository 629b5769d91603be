"""A population that was saved and loaded is the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("pyarrow")

from fingerpost.population.saved import SavedError, load_population, save_population
from fingerpost.vocabulary import Vocabulary
from tests.population.test_tables import read, same_blocks
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
