"""The limits of local policies over the national one: a page of all ways to break them, with the answers."""

import re
from functools import cache
from pathlib import Path

import pytest

from fingerpost_dsl import report
from fingerpost_dsl.checker import check
from fingerpost_dsl.loading.bundles import bundles_in, joined
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.syntax import File
from fingerpost_policies import folders
from tests.dsl.golden import assert_golden

PAGE = Path(__file__).parent / "errors" / "limits.md"


@cache
def england() -> File:
    """The edition in force, its files named as a reader knows them."""
    (bundle,), problems = bundles_in(folders()[-1], tests=False)
    assert problems == ()
    root = folders()[-1].parents[1]
    texts = tuple(
        SourceText(Path(text.name).relative_to(root).as_posix(), text.text) for text in bundle.texts
    )
    return joined(type(bundle)(bundle.name, texts))[0]


def answer(text: str, command: str) -> str:
    """What is said of a local policy over the edition in force."""
    assert command == "fingerpost check council.policy"
    file, problems = parse(SourceText("council.policy", text))
    assert problems == (), problems
    said = report.text(check(file, below=(england(),))[1])
    # where something stands in the national policy is not the page's matter: it moves with every edit there
    without_places = re.sub(r"(england/\S+?\.policy):\d+:\d+", r"\1", said)
    return re.sub(r"^ *\d*(?=[│┌]|  help)", " ", without_places, flags=re.MULTILINE)


def test_every_way_to_break_a_limit_is_answered_as_the_page_shows() -> None:
    assert_golden(PAGE, answer)


def test_there_is_an_answer_to_each_and_each_says_what_to_do() -> None:
    cases = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    assert len(cases) >= 20
    for case in cases:
        assert "[E" in case or "[W" in case, case
        assert "help: " in case, case


@pytest.mark.parametrize("role", ["support_team", "local_authority", "virtual_school_head"])
def test_a_must_for_the_author_s_own_is_no_matter_of_law(role: str) -> None:
    """Both sides of the limit: who is part of the author is bound by it, others are not."""
    text = PAGE.read_text(encoding="utf-8")
    case = next(one for one in text.split("\n## ") if "A `must` for schools" in one)
    policy = case.split("```policy\n")[1].split("```")[0]
    assert "E0420" in answer(policy, "fingerpost check council.policy")
    assert answer(policy.replace("school must", f"{role} must"), "fingerpost check council.policy") == ""


BELOW = """
policy base "Base"
  version 2024.1
  language 1
  in force from 1 August 2024
role school "School"
threshold time_given "Time given" = 5 school days
  open from 3 school days to 10 school days
threshold start "Start" = 1 September 2024
  open from 1 September 2024 to 30 September 2024
threshold settled "Settled" = 5 school days
"""


def of_a_layer(change: str) -> str:
    """What is said of a change to the thresholds of a small policy."""
    below, problems = parse(SourceText("base.policy", BELOW))
    assert problems == (), problems
    text = f"""
policy council "Council"
  by school
  version 2024.1
  language 1
  in force from 1 August 2024
  extends base 2024.1
change threshold {change}
  because "we would"
"""
    file, problems = parse(SourceText("council.policy", text))
    assert problems == (), problems
    return report.text(check(file, below=(below,))[1])


@pytest.mark.parametrize(
    ("change", "allowed"),
    [
        ("time_given to 2 school days", False),
        ("time_given to 3 school days", True),
        ("time_given to 10 school days", True),
        ("time_given to 11 school days", False),
        ("start to 31 August 2024", False),
        ("start to 1 September 2024", True),
        ("start to 30 September 2024", True),
        ("start to 1 October 2024", False),
    ],
)
def test_what_is_open_is_open_from_end_to_end(change: str, allowed: bool) -> None:
    """Both ends belong to it, of amounts and of dates."""
    said = of_a_layer(change)
    assert ("E0418" in said) is not allowed, said
    assert ("error" in said) is not allowed, said


def test_a_threshold_takes_only_what_it_is() -> None:
    """A date is no amount: the message says what either is, and where the threshold stands."""
    said = of_a_layer("start to 4 school days")
    assert "error[E0311]: `start` is a date; `4 school days` is" in said
    assert "declared here" in said
    said = of_a_layer("time_given to 1 October 2024")
    assert "error[E0311]: `time_given` is" in said
    assert "`1 October 2024` is a date" in said


def test_what_is_settled_is_not_changed() -> None:
    said = of_a_layer("settled to 6 school days")
    assert "error[E0417]: a local policy may not change `settled`" in said
    assert "fixed: it is not open" in said


@pytest.mark.parametrize(
    ("change", "whom"),
    [
        (
            "national_threshold to 12 sessions",
            "at 12 sessions, pupils with 10 or 11 would no longer come under",
        ),
        ("national_threshold to 11 sessions", "at 11 sessions, pupils with 10 would no longer come under"),
        (
            "national_threshold to 20 sessions",
            "at 20 sessions, pupils with 10 to 19 would no longer come under",
        ),
        ("national_threshold to 8 sessions", "at 8 sessions, pupils with 8 or 9 could also come under"),
        ("persistent_from to 12%", "at 12%, pupils at 10% or more and below 12% would no longer be"),
        (
            "most_notices to 3",
            "at 3, pupils with 2 would no longer come under “No third notice in three years”",
        ),
        ("national_threshold to 12 days", "what is not `open` is fixed"),
        ("payment to 20 days", "what is not `open` is fixed"),
    ],
)
def test_a_fixed_line_says_whom_a_change_would_leave_out(change: str, whom: str) -> None:
    """Where the numbers tell; else that it is fixed."""
    text = f"""policy council.attendance "A council" version 2025.1 language 1
  extends england.attendance 2024.08 by local_authority in force from 1 September 2025
change threshold {change} because "we would rather wait"
"""
    said = answer(text, "fingerpost check council.policy")
    assert f"help: {whom}" in said
