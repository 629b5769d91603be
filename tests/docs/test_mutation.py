"""What no test of the national policies notices is listed; what is listed is still a change that is tried."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from fingerpost.mutation import mutants
from fingerpost_dsl import Policy, load_folder
from fingerpost_policies import folders
from tests.docs.manual import DOCS

_ROW = re.compile(r"\| (both|20\d\d\.\d\d) \| \w+ `(\w+)` \| (.+?) \| (.*?) ?\| (.+) \|")
EDITIONS = {folder.name: folder for folder in folders() if folder.parent.name == "england"}


@cache
def edition_in(folder: Path) -> Policy:
    policy, _ = load_folder(folder)
    assert policy is not None
    return policy


def listed() -> list[tuple[str, str, str, str]]:
    """Edition, declaration, what it says and what it is changed to."""
    page = (DOCS / "mutation.md").read_text(encoding="utf-8")
    return [
        (edition, name, before, after)
        for which, name, before, after, _ in _ROW.findall(page)
        for edition in (EDITIONS if which == "both" else [which])
    ]


@pytest.mark.parametrize(("edition", "name", "before", "after"), listed())
def test_what_is_listed_as_unnoticed_is_tried(edition: str, name: str, before: str, after: str) -> None:
    changes = mutants(edition_in(EDITIONS[edition]), only=name)
    assert (before, after) in [(one.before, one.after) for one in changes]


def test_something_is_listed() -> None:
    assert len(listed()) > len(EDITIONS)
