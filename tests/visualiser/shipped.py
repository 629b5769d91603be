"""Shipped policies and made-up pupils for the tests of pictures, each loaded once."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from fingerpost.evaluate import Session
from fingerpost.history import History
from fingerpost.readers import read_history
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.load import load_folder
from fingerpost_dsl.model.policy import Policy

ROOT = Path(__file__).parents[2]
ENGLAND = ROOT / "policies" / "fingerpost_policies" / "england"
ON = dt.date(2024, 11, 15)


@cache
def england(version: str = "2024.08") -> Policy:
    policy, found = load_folder(ENGLAND / version)
    assert policy is not None, found
    return policy


@cache
def riverside() -> History:
    history, found = read_history(ROOT / "docs" / "examples" / "school", Vocabulary.from_policies(england()))
    assert history is not None, found
    return history


def session() -> Session:
    return Session.open(england(), riverside(), ON)
