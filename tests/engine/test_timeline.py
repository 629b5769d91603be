"""A pupil's year says what was barred, from when, by what, and until when."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from fingerpost.evaluate import Session
from fingerpost.render.timeline import timeline_json, timeline_text
from fingerpost.timeline import Timeline, timeline_in
from tests.engine.histories import D
from tests.engine.meanings.asking import history, policy_of
from tests.engine.meanings.national import national

POLICY = """action a "Write" school should "write" when support is declined done when letter
bar stop "A stop" stops a when checked is yes
"""
MEETINGS = (
    POLICY
    + """bar other "Another stop" stops a when count of meeting in the last 10 days is at least 1
"""
)
PRESENT = "present from 4 September 2024 to 18 October 2024"


def year(text: str, policy: str = POLICY, on: str = "2024-10-18") -> Timeline:
    session = Session.open(policy_of(policy), history(f"{PRESENT} {text}"), D(on))
    return timeline_in(session, session.records.history.pupils["P"])


def told(found: Timeline, name: str = "a") -> list[str]:
    """Each entry of a rule: `2024-09-16 barred stop 2024-09-23`."""
    return [
        " ".join([str(one.date), one.kind, *(f"{bar.bar} {bar.lifts}" for bar in one.barred_by)])
        for one in found.entries
        if one.name == name
    ]


DECLINED = "given support is declined from 16 September 2024"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ("given checked is no", ["2024-09-16 triggered"]),
        ("given checked is yes", ["2024-09-16 barred stop None"]),
        (
            "given checked is no until 15 September 2024 given checked is yes from 16 September 2024",
            ["2024-09-16 barred stop None"],
        ),
        (
            "given checked is no until 16 September 2024 given checked is yes from 17 September 2024",
            ["2024-09-16 triggered", "2024-09-17 barred stop None"],
        ),
        (
            "given checked is yes until 15 September 2024 given checked is no from 16 September 2024",
            ["2024-09-16 triggered"],
        ),
        (
            "given checked is yes until 16 September 2024 given checked is no from 17 September 2024",
            ["2024-09-16 barred stop 2024-09-17", "2024-09-17 bar lifted stop 2024-09-17"],
        ),
        (
            "given checked is yes until 20 September 2024 given checked is no from 21 September 2024",
            ["2024-09-16 barred stop 2024-09-21", "2024-09-23 bar lifted stop 2024-09-21"],
        ),
        ("", ["2024-09-16 bar unknown stop None"]),
    ],
)
def test_a_bar_stands_from_the_day_it_holds_to_the_day_it_lifts(facts: str, expected: list[str]) -> None:
    """On the day of the trigger, later while it stands, and lifted while it still applies."""
    assert told(year(f"{DECLINED} {facts}")) == expected


def test_a_bar_lifts_after_the_date_too() -> None:
    """A meeting on 14 October counts for ten days: the bar lifts on the 24th, after the date."""
    text = f"{DECLINED} given checked is no given meeting on 14 October 2024"
    assert told(year(text, MEETINGS)) == ["2024-09-16 triggered", "2024-10-14 barred other 2024-10-24"]


def test_a_second_bar_is_told_when_it_comes_and_what_still_holds_when_one_goes() -> None:
    text = f"""{DECLINED} given checked is yes until 18 September 2024
      given checked is no from 19 September 2024 given meeting on 17 September 2024"""
    assert told(year(text, MEETINGS)) == [
        "2024-09-16 barred stop 2024-09-19",
        "2024-09-17 barred stop 2024-09-19 other 2024-09-27",
        "2024-09-19 barred other 2024-09-27",
        "2024-09-27 bar lifted other 2024-09-27",
    ]


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        ("16 September 2024", ["2024-09-16 triggered"]),
        ("17 September 2024", ["2024-09-16 triggered"]),
        ("18 September 2024", ["2024-09-16 triggered", "2024-09-17 barred stop None"]),
    ],
)
def test_what_is_done_is_neither_barred_nor_freed(letter: str, expected: list[str]) -> None:
    """As a decision on each of those days says."""
    checked = "given checked is no until 16 September 2024 given checked is yes from 17 September 2024"
    assert told(year(f"{DECLINED} {checked} given letter on {letter}")) == expected


def test_what_no_longer_applies_ends_though_it_was_barred() -> None:
    text = """given support is declined from 16 September 2024 until 20 September 2024
      given support is fully from 21 September 2024 given checked is yes"""
    assert told(year(text)) == ["2024-09-16 barred stop None", "2024-09-23 ended"]


def test_the_text_says_barred_and_not_applies() -> None:
    session = year(f"{DECLINED} given checked is no given meeting on 16 September 2024", MEETINGS)
    text = timeline_text(session, policy_of(MEETINGS))
    assert "✓ meeting" in text
    assert "✗ write: barred by “Another stop”, until Thu 26 Sep" in text
    assert "Thu 26 Sep ● write: no longer barred by “Another stop”" in text
    assert "● write\n" not in text


def test_the_json_has_the_bar_with_the_day_it_lifts() -> None:
    found = year(f"{DECLINED} given checked is no given meeting on 16 September 2024", MEETINGS)
    entries = [one for one in json.loads(timeline_json(found))["entries"] if one["name"] == "a"]
    assert [one["kind"] for one in entries] == ["barred", "bar lifted"]
    bar = {"bar": "other", "title": "Another stop", "holds": "true", "lifts": "2024-09-26"}
    assert entries[0]["barred_by"] == [bar]


NOTICES = """given support_appropriate is no given notices_checked is yes for parent "A"
  given notice_considered on 12 November 2024 for parent "A" with outcome is notice_asked_for
  given penalty_notice on 18 November 2024 for parent "A" with offence_from is 4 November 2024
    , outcome is paid relying on marks from 4 November 2024 to 8 November 2024
  given notice_considered on 11 February 2025 for parent "A" with outcome is notice_asked_for
  given penalty_notice on 24 February 2025 for parent "A" with offence_from is 3 February 2025
    , outcome is paid relying on marks from 3 February 2025 to 7 February 2025
  given notice_considered on 20 May 2025 for parent "A" with outcome is notice_asked_for"""


def test_a_third_notice_within_three_years_is_barred_from_the_day_it_would_be_open() -> None:
    """Of the step that the policy bars the year never says that it applies."""
    text = f"""present from 3 June 2024 to 23 May 2025 marked "G" from 4 November 2024 to 8 November 2024
      marked "G" from 3 February 2025 to 7 February 2025
      marked "G" from 12 May 2025 to 16 May 2025 {NOTICES}"""
    asked = national(text, "2025-05-23")
    found = timeline_in(asked.session, asked.pupil)
    entries = [one for one in told(found, "second_notice") if "A" in one or "barred" in one]
    assert entries == ["2025-05-20 barred two_notices_in_three_years 2027-11-18"]


def test_the_entries_of_a_rule_never_say_the_same_twice() -> None:
    meetings = "given meeting on 16 September 2024 given meeting on 23 September 2024"
    found = told(year(f"{DECLINED} given checked is no {meetings}", MEETINGS))
    assert all(one != other for one, other in pairwise(found))
    assert found[0] == "2024-09-16 barred other 2024-10-03"
