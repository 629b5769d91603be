"""Meaning 26: steps, rounds, and which event records which step."""

import pytest

from fingerpost_dsl import PolicyFamily
from tests.engine.meanings.asking import ask, ask_policy, history, policy_of

PRESENT = "present from 4 September 2024 to 20 December 2024"
PATHWAY = """fact improved "Improved" yes or no judged by officer
measure m "M" = count of unauthorised in the last 2 school weeks
pathway legal "Legal"
step consider of legal "Consider" school must "consider"
  starts here when m is at least 4 sessions stands until done done when meeting
step warn of legal "Warn" school should "warn" after consider within 5 school days done
  when letter where kind is first
step again of legal "Last" school should "warn again" after warn if improved is no done
  when letter where kind is final
step close of legal "Close" school may "close" after warn if improved is yes
  after consider if support is fully
  done when visit ends the round
"""
HOLIDAY = PRESENT + ' marked "G" from 9 September 2024 to 10 September 2024'


def steps(text: str, on: str) -> list[str]:
    asked = ask(PATHWAY, text, on)
    return [asked.status(name) for name in ("consider", "warn", "again", "close")]


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2024-09-09", ["", "", "", ""]),
        ("2024-09-10", ["ongoing", "", "", ""]),
        ("2024-09-12", ["ongoing", "", "", ""]),
        ("2024-09-13", ["done", "due", "", "unknown"]),
    ],
)
def test_a_step_is_recorded_by_its_event_and_opens_the_next(on: str, expected: list[str]) -> None:
    """A step `after` another applies from the day on which that one is recorded, in a round that is open."""
    assert steps(HOLIDAY + " given meeting on 13 September 2024", on) == expected


def test_a_step_with_several_ways_in_needs_one() -> None:
    """Each `after` is a way in, with its own condition; one is enough."""
    text = HOLIDAY + " given meeting on 13 September 2024 given support is {}"
    assert steps(text.format("fully"), "2024-09-16")[3] == "available"
    assert steps(text.format("declined"), "2024-09-16")[3] == ""


def test_an_event_before_the_round_records_nothing() -> None:
    """What happened before the round opened opens no step in it."""
    assert steps(HOLIDAY + " given meeting on 9 September 2024", "2024-09-13") == ["ongoing", "", "", ""]


def test_a_field_tells_apart_two_steps_that_share_an_event() -> None:
    """Two steps may share a kind of event: here a field of the letter says which one it records."""
    text = (
        HOLIDAY
        + """ given meeting on 11 September 2024 given letter on 13 September 2024 with kind is first
      given improved is no from 16 September 2024"""
    )
    assert steps(text, "2024-09-16")[:3] == ["done", "done", "ongoing"]
    final = text + " given letter on 17 September 2024 with kind is final"
    assert steps(final, "2024-09-17")[:3] == ["done", "done", "done"]


ORDERED = PATHWAY.replace(" where kind is first", "").replace(" where kind is final", "")


def test_their_order_tells_apart_two_steps_that_share_an_event() -> None:
    """Without such a field each event records one step: the first letter the first, the second the second."""
    text = HOLIDAY + " given meeting on 11 September 2024 given letter on 13 September 2024"
    improved = " given improved is no from 16 September 2024"
    asked = ask(ORDERED, text + improved, "2024-09-16")
    assert [asked.status(name) for name in ("warn", "again")] == ["done", "ongoing"]
    asked = ask(ORDERED, text + improved + " given letter on 18 September 2024", "2024-09-18")
    assert [asked.status(name) for name in ("warn", "again")] == ["done", "done"]
    assert (asked.rule("warn").done, asked.rule("again").done) == ("2024-09-13", "2024-09-18")


NOTICES = """measure m "M" = count of unauthorised in the last 2 school weeks
measure earlier "E" = count of notice in this academic year for each parent
pathway legal "Legal" for each parent
step consider of legal "Consider" school must "consider" starts here when m is at least 4 sessions
  stands until done done when meeting
step first_ of legal "First" officer may "fine" after consider when earlier is 0 done
  when notice ends the round
step second_ of legal "Second" officer may "fine" after consider when earlier is at least 1 done
  when notice ends the round
bar stop "Stop" stops second_ when earlier is at least 2
"""
ROUND_1 = HOLIDAY + ' given meeting on 11 September 2024 given notice on 16 September 2024 for parent "A"'


def test_a_step_is_judged_without_the_event_that_records_it() -> None:
    """A first notice does not make itself a second one: its step is judged as if it had not been sent."""
    asked = ask(NOTICES, ROUND_1, "2024-09-16")
    assert asked.value("earlier", "A") == "1"
    course = asked.rule("first_", "A").judged.course
    assert course is not None
    assert [sorted(one.recorded) for one in course.rounds] == [["consider", "first_"]]
    stays_open = ask(NOTICES.replace(" ends the round", ""), ROUND_1, "2024-09-16")
    assert [stays_open.status(name, "A") for name in ("first_", "second_")] == ["used", "available"]
    assert stays_open.rule("first_", "A").done == "2024-09-16"


def test_a_round_closes_when_a_step_that_ends_it_is_recorded() -> None:
    """After the notice the round is over: nothing opens until the first step triggers anew."""
    asked = ask(NOTICES, ROUND_1, "2024-09-17")
    reasons = [
        child.label for child in asked.rule("second_", "A").judged.reason.children if child.role == "round"
    ]
    assert reasons == ["the round closed on 2024-09-16"]
    assert asked.rule("second_", "A").applies == "false"


ROUND_2 = ROUND_1 + ' marked "G" from 4 November 2024 to 5 November 2024'


def test_a_new_trigger_opens_a_new_round() -> None:
    """When the first step triggers anew a new round opens, in which nothing is recorded yet."""
    asked = ask(NOTICES, ROUND_2, "2024-11-05")
    assert asked.status("consider", "A") == "ongoing"
    assert asked.rule("consider", "A").triggered == "2024-11-05"
    assert asked.rule("first_", "A").applies == "false"


def test_what_happened_in_earlier_rounds_opens_nothing_in_this_one() -> None:
    """The decision of the first round is not one of the second.

    Once there is one, the next step is the second notice.
    """
    asked = ask(NOTICES, ROUND_2, "2024-11-06")
    assert asked.rule("second_", "A").applies == "false"
    asked = ask(NOTICES, ROUND_2 + " given meeting on 6 November 2024", "2024-11-06")
    assert (asked.status("first_", "A"), asked.status("second_", "A")) == ("", "available")


def test_a_new_trigger_closes_a_round_that_is_still_open() -> None:
    """If the first step triggers anew while a round is open, that round closes and another opens."""
    text = (
        HOLIDAY + """ given meeting on 11 September 2024 marked "G" from 4 November 2024 to 5 November 2024"""
    )
    assert steps(text, "2024-11-04")[:2] == ["", "overdue"]
    assert steps(text, "2024-11-05")[:2] == ["ongoing", ""]


@pytest.mark.parametrize(
    ("judged", "last"),
    [
        ("from 16 September 2024", "unknown"),
        ("from 3 October 2024 until 4 November 2024 given improved is no from 6 November 2024", "ongoing"),
        ("", "ongoing"),
    ],
)
def test_a_judgement_of_an_earlier_round_counts_for_nothing_in_this_one(judged: str, last: str) -> None:
    """A judged fact dated within an earlier round is unknown in this one.

    One dated since, or without a date, counts.
    """
    text = (
        HOLIDAY
        + f""" given meeting on 11 September 2024 given letter on 13 September 2024 with kind is first
      given visit on 20 September 2024 marked "G" from 4 November 2024 to 5 November 2024
      given meeting on 6 November 2024 given letter on 7 November 2024 with kind is first
      given improved is no {judged}"""
    )
    assert steps(text, "2024-11-08")[2] == last


def test_a_recorded_step_stands_though_its_condition_later_fails() -> None:
    """A step once recorded stands: what follows it goes on when its own condition no longer holds."""
    text = HOLIDAY + " given meeting on 13 September 2024"
    assert ask(PATHWAY, text, "2024-10-01").value() == "0"
    assert steps(text, "2024-10-01")[1] == "overdue"


@pytest.mark.parametrize(
    ("until", "warned"),
    [
        ("30 September 2024", True),
        ("1 October 2024", False),
        ("22 October 2024", False),
        ("23 October 2024", True),
    ],
)
def test_an_event_that_lasts_too_short_or_too_long_is_remarked(until: str, warned: bool) -> None:
    """A plan of 10 September that may last 3 to 6 weeks ends from 1 to 22 October.

    Else the decision says so.
    """
    text = f"{PRESENT} given plan on 10 September 2024 until {until}"
    assert ("length" in ask(PATHWAY, text, "2024-11-06").remarks) is warned


UNKNOWN = PRESENT + " unmarked from 9 September 2024 to 10 September 2024"


def test_a_first_step_recorded_while_unknown_opens_a_round() -> None:
    """Where it is unknown whether the first step applies, recording it opens the round: people know more."""
    assert steps(UNKNOWN, "2024-09-12") == ["unknown", "", "", ""]
    assert steps(UNKNOWN + " given meeting on 12 September 2024", "2024-09-12")[1] == "due"


def test_a_first_step_recorded_while_it_does_not_apply_opens_none() -> None:
    """Where it is known not to apply, its event alone opens nothing."""
    assert steps(PRESENT + " given meeting on 12 September 2024", "2024-09-12") == ["", "", "", ""]


def test_in_a_closed_round_nothing_is_owed() -> None:
    """What stood until done is no longer owed once its round is over and its condition has passed."""
    text = (
        HOLIDAY
        + " given meeting on 11 September 2024 given support is fully given visit on 12 September 2024"
    )
    assert steps(text, "2024-10-01")[0] == ""


@pytest.mark.parametrize(("fits", "recorded"), [("yes", "by_post"), ("no", "in_person")])
def test_of_several_steps_an_event_records_the_one_that_applied(fits: str, recorded: str) -> None:
    """Where an event may record either of two steps, it records the one that applied on its date."""
    policy = """measure m "M" = count of unauthorised in the last 2 school weeks
pathway legal "Legal"
step consider of legal "Consider" school must "consider"
  starts here when m is at least 4 sessions stands until done done when meeting
step by_post of legal "Post" school should "write" after consider when checked is yes done when letter
step in_person of legal "Person" school should "call" after consider when checked is no done when letter
"""
    text = f"""{HOLIDAY} given meeting on 11 September 2024
      given letter on 13 September 2024 given checked is {fits}"""
    asked = ask(policy, text, "2024-09-13")
    assert [name for name in ("by_post", "in_person") if asked.rule(name).done] == [recorded]


def test_what_opens_a_round_is_no_judgement_within_one() -> None:
    """A judgement of an earlier round counts for a first step, on the date as on every other day."""
    policy = """fact improved "Improved" yes or no judged by officer
measure m "M" = count of unauthorised in the last 2 school weeks
pathway legal "Legal"
step consider of legal "Consider" school must "consider"
  starts here when m is at least 4 sessions unless improved is yes done when meeting
"""
    twice = HOLIDAY + ' marked "G" from 4 November 2024 to 5 November 2024'
    for judged, status in (("no", "ongoing"), ("yes", "")):
        text = f"{twice} given improved is {judged} from 16 September 2024"
        for on in ("2024-11-05", "2024-11-09"):
            assert ask(policy, text, on).status("consider") == status


# --- a change of version ----------------------------------------------------------------------------------

OLD = 'policy a.b "A" version 2024.1 language 1 in force from 1 September 2023'
NEW = 'policy a.b "A" version 2024.2 language 1 in force from 1 October 2024 supersedes 2024.1'
BRIEF = PATHWAY.replace(" stands until done", "")
NOT_FIRST = BRIEF.replace("starts here when m is at least 4 sessions", "after begin") + (
    """step begin of legal "Begin" school should "begin" starts here when support is fully done when plan
"""
)


@pytest.mark.parametrize(
    ("old", "warned"),
    [
        (BRIEF, "overdue"),
        (BRIEF.replace("at least 4", "at least 5"), ""),
        (BRIEF.replace("consider", "look_into"), ""),
        (NOT_FIRST, ""),
    ],
    ids=["the same", "asked for more", "another step", "no first step"],
)
def test_a_round_stays_open_over_a_change_of_version(old: str, warned: str) -> None:
    """It was opened by the version of the day, and lasts though its first step applies no more."""
    versions = PolicyFamily(id="a.b", versions=(policy_of(old, header=OLD), policy_of(BRIEF, header=NEW)))
    told = history(HOLIDAY + " given meeting on 13 September 2024", words=BRIEF)
    found = [ask_policy(versions, told, on) for on in ("2024-09-30", "2024-10-01", "2024-10-21")]
    assert [one.status("consider") for one in found[1:]] == ["", ""]
    assert [one.status("warn") for one in found[1:]] == [warned, warned]
    if old is BRIEF:
        assert found[0].status("warn") == warned
        assert {one.rule("warn").triggered for one in found} == {"2024-09-13"}
