"""What a parent is shown, and above all what not."""

from dataclasses import replace
from pathlib import Path

import pytest

from fingerpost.decision import Decision, Remark
from fingerpost.explain import Explanation
from fingerpost.render.html import parent_html
from fingerpost.render.parent import parent_text
from fingerpost.render.withheld import TABLE, as_markdown
from fingerpost_simulations.hillview import STORIES
from tests.engine.render.made import ROOT, decision, england, explained, stories

FORBIDDEN = (
    "social worker",
    "safeguarding",
    "social care",
    "child protection",
    "medical",
    "special educational",
    "youth offending",
    "sister",
    "sibling",
    "F9",
    "declined",
    "not yet taken",
    "no_action",
    "support_goes_on",
    "a third holiday",
    "nobody has been reached",
)


def seen(pupil: str, reader: str | None = None) -> str:
    return parent_text(explained(pupil), england(), reader=reader)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.person.id)
def test_nothing_of_the_table_is_ever_shown(story: object) -> None:
    """No story, whoever reads it, shows a word of what is withheld."""
    pupil = story.person.id  # type: ignore[attr-defined] # a Story
    for reader in (None, "A", "B"):
        for text in (seen(pupil, reader), parent_html(explained(pupil), england(), reader=reader)):
            body = text.split("<body>")[-1].lower()
            assert not [word for word in FORBIDDEN if word.lower() in body]


def test_safeguarding_and_social_workers_leave_no_trace() -> None:
    """The view of P0231 is the same as if there were no social worker."""
    shown = decision("P0231")
    without = [one for one in shown.recommendations if one.name != "tell_social_worker"]
    assert without != list(shown.recommendations)
    assert seen("P0231") == _seen(replace(shown, recommendations=tuple(without)))


def test_a_parent_learns_nothing_of_the_others_notice() -> None:
    """Parent A of P0620 has had a notice, parent B has not.

    Neither view speaks of the other's, and none of both.
    """
    assert "penalty notice" in seen("P0620", "A")
    assert "penalty notice" in seen("P0620", "B")
    assert "second" not in seen("P0620", "B")
    assert "earlier" not in seen("P0620", "A")
    shown = decision("P0620")
    only_b = tuple(one for one in shown.recommendations if one.parent != "A")
    assert seen("P0620", "B") == _seen(replace(shown, recommendations=only_b), "B")


def test_what_differs_between_parents_is_said_to_neither_unless_the_reader_is_known() -> None:
    """With one parent's consideration gone, an unknown reader is told nothing about notices."""
    shown = decision("P0412")
    uneven = tuple(one for one in shown.recommendations if not (one.name == "consider" and one.parent == "A"))
    assert "penalty notice" in seen("P0412")
    assert "penalty notice" not in _seen(replace(shown, recommendations=uneven))


def test_staff_notes_are_not_shown() -> None:
    """Neither notes of rules nor remarks of the engine come into the view."""
    shown = replace(decision("P0412"), remarks=(Remark(code="x", text="a remark for staff"),))
    assert "remark for staff" not in _seen(shown)
    assert "note:" not in seen("P0350")


def _seen(shown: Decision, reader: str | None = None) -> str:
    return parent_text(Explanation(decision=shown, endings=(), not_now=()), england(), reader=reader)


def test_every_view_ends_with_what_a_parent_can_do() -> None:
    """A person decides, not a computer."""
    for shown in stories():
        assert "A person at the school decides, not a computer." in " ".join(_seen(shown).split())


def test_the_manual_prints_the_table() -> None:
    """The page of the manual holds the table of the code."""
    page = Path(ROOT / "docs" / "what-a-parent-is-not-shown.md").read_text(encoding="utf-8")
    assert as_markdown() in page
    assert len(TABLE) >= 8
