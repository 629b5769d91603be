"""Meaning 17: facts that are judged."""

import json
from pathlib import Path

import pytest

from fingerpost.readers import read_history
from fingerpost.vocabulary import Vocabulary
from tests.engine.meanings.asking import ask, policy_of

JUDGED = """fact fits "Support fits" yes or no judged by school, authority
condition c "C" = fits is yes"""
PRESENT = "present from 4 September 2024 to 27 September 2024"


@pytest.mark.parametrize(
    ("first", "second", "truth"),
    [
        ("yes by school", "no by authority", "false"),
        ("no by school", "yes by authority", "true"),
        ("no by champion", "yes by authority", "true"),
        ("yes by school", "yes by authority", "true"),
    ],
)
def test_where_judges_differ_the_last_named_prevails(first: str, second: str, truth: str) -> None:
    """Where two judges differ on the same date, the one named last in the policy prevails."""
    one, other = f"given fits is {first}", f"given fits is {second}"
    for text in (f"{PRESENT} {one} {other}", f"{PRESENT} {other} {one}"):
        assert ask(JUDGED, text, "2024-09-27").truth() == truth


def test_the_reason_shows_both() -> None:
    """The value names both judges and what each said, the one that prevails last."""
    text = PRESENT + " given fits is yes by school given fits is no by authority"
    value = ask(JUDGED, text, "2024-09-27").reason().left
    assert value is not None
    assert value.judged == (("school", "True"), ("authority", "False"))


def test_the_other_prevails_where_the_last_named_is_silent() -> None:
    """On dates of which the authority says nothing the school's judgement holds."""
    text = PRESENT + " given fits is yes by school given fits is no from 11 September 2024 by authority"
    assert [ask(JUDGED, text, on).truth() for on in ("2024-09-10", "2024-09-11")] == ["true", "false"]


@pytest.mark.parametrize(
    ("rows", "errors"),
    [
        ([(True, "school"), (False, "authority")], 0),
        ([(True, "school"), (False, "school")], 1),
        ([(True, "parent")], 1),
        ([(True, "champion")], 0),
        ([(True, None)], 0),
    ],
)
def test_only_judges_may_record_and_one_judge_may_not_contradict_himself(
    rows: list[tuple[bool, str | None]], errors: int, tmp_path: Path
) -> None:
    """Only the judges, and who is part of one, may record it.

    Two values of one judge for a date are an error, of two judges none.
    """
    facts = [{"value": value, **({"recorded_by": by} if by else {})} for value, by in rows]
    document = {"pupils": [{"pupil": "P", "facts": {"fits": facts}}]}
    path = tmp_path / "history.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    _, found = read_history(path, Vocabulary.from_policies(policy_of(JUDGED)))
    assert len([one for one in found if one.severity.value == "error"]) == errors
