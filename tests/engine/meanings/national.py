"""The shipped national policy asked about a history in the words of a test."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fingerpost_policies
from fingerpost_dsl import Policy, load_folder
from tests.engine.meanings.asking import ALL_YEARS, Asked, ask_policy, history

PUPIL = 'pupil "P" in year 5 born 15 January 2015 with parents "A", "B"'

WORDS = """
fact has_social_worker "W" yes or no
fact support_appropriate "S" yes or no
fact notices_checked "N" yes or no for each parent
event told_social_worker "T"
event notice_considered "C" for each parent with outcome one of notice_asked_for, no_action
event penalty_notice "P" for each parent with offence_from date
  with outcome one of paid, withdrawn relies on marks
"""


@cache
def edition(version: str) -> Policy:
    """A shipped edition for England."""
    folder = Path(fingerpost_policies.__file__).parent / "england" / version
    policy, found = load_folder(folder)
    assert policy is not None, found
    return policy


def national(
    text: str, on: str, known_on: str | None = None, *, pupil: str = PUPIL, version: str = "2024.08"
) -> Asked:
    """What the national policy says of a pupil; the calendar is that of all years."""
    given = history(text, ALL_YEARS, words=WORDS, pupil=pupil)
    return ask_policy(edition(version), given, on, known_on)
