"""Decisions of the made-up school for the renderings: a small school, evaluated once for all tests."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

from fingerpost.decision import Decision
from fingerpost.evaluate import evaluate
from fingerpost.explain import Explanation
from fingerpost.history import History
from fingerpost_dsl.load import load_policies
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_policies import folders
from fingerpost_simulations.hillview import LAST_DAY, STORIES, hillview


@cache
def family() -> PolicyFamily:
    families, found = load_policies([folder for folder in folders() if folder.parent.name == "england"])
    assert not [one for one in found if one.is_error]
    return families[0]


@cache
def england() -> Policy:
    policy = family().in_force_on(LAST_DAY)
    assert policy is not None
    return policy


@cache
def school() -> History:
    return hillview(per_year=1)


@cache
def decision(pupil: str, on: dt.date = LAST_DAY, known_on: dt.date | None = None) -> Decision:
    return evaluate(family(), school(), on, known_on, pupil=pupil)


def stories() -> tuple[Decision, ...]:
    return tuple(decision(story.person.id) for story in sorted(STORIES, key=lambda story: story.person.id))


def explained(pupil: str) -> Explanation:
    """A decision as an explanation, without what would change it.

    That takes long, and has tests of its own.
    """
    return Explanation(decision=decision(pupil), endings=(), not_now=())


ROOT = Path(__file__).parents[3]
