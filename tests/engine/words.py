"""The vocabulary of the tests about data, from `words.policy`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import has_errors
from fingerpost_dsl.load import load_file


@cache
def words() -> Vocabulary:
    """What these tests' data may speak of."""
    policy, diagnostics = load_file(Path(__file__).with_name("words.policy"))
    assert policy is not None, diagnostics
    assert not has_errors(diagnostics)
    return Vocabulary.from_policies(policy)
