"""Changes of a policy: which there are, in which words, and that none is missed by asking only some tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from fingerpost.mutation import Mutant, judged, mutants, nameable
from fingerpost.mutation.amounts import OTHER_UNITS
from fingerpost.policy_tests import run_test, run_tests
from fingerpost_dsl import Policy, load_text
from tests.engine.test_policy_coverage import POLICY, no_calendar, pupil

OWN = 'threshold line "Often" = 10%\n'
OPEN = 'threshold line "Often" = 10%\n  open\n'
LOCAL = """
policy c.d "C"
  version 2025.1
  language 1
  extends a.b 2025.1
  by school
  in force from 1 September 2024
change threshold line to 9% because "earlier"
action local "Local"
  school should "ring up"
  in tier often
  ours "a target"
"""
ABSENT = (
    "present from 4 September 2024 to 13 September 2024",
    'marked "I" from 11 September 2024 to 12 September 2024',
    "given helped is no",
)
TESTS = (
    pupil(
        *ABSENT,
        "on 13 September 2024",
        "expect tier often",
        "expect measure absence is 4/16",
        "expect measure recent is 4 sessions",
        "expect due action help due 13 September 2024",
        "expect action tally as school should",
        "expect action welcome",
        "expect unknown action wait",
    ),
    pupil(
        *ABSENT,
        'given notice on 9 September 2024 for parent "A"',
        "on 13 September 2024",
        "expect barred step warn",
        parents=' with parents "A"',
    ),
    pupil(
        "present on 4 September 2024", "on 4 September 2024", "expect no tier often", "expect no action help"
    ),
)


def policy_with(*tests: str, text: str = POLICY) -> Policy:
    policy, found = load_text(text + "".join(f'\ntest "{i}"\n{test}' for i, test in enumerate(tests)))
    assert policy is not None, found
    return policy


def said(policy: Policy, only: str) -> list[tuple[str, str, str]]:
    return [(one.kind, one.before, one.after) for one in mutants(policy, only=only)]


def test_a_threshold_goes_up_and_down_by_one_and_takes_another_unit() -> None:
    """Another unit only where it says how long something lasts: what is counted has its own."""
    policy = policy_with()
    assert said(policy, "line") == [("threshold", "10%", "9%"), ("threshold", "10%", "11%")]
    assert said(policy, "soon") == [
        ("threshold", "2 school days", "1 school day"),
        ("threshold", "2 school days", "3 school days"),
        ("unit", "2 school days", "2 days"),
    ]
    assert said(policy, "began") == [
        ("threshold", "10 September 2024", "9 September 2024"),
        ("threshold", "10 September 2024", "11 September 2024"),
    ]
    assert said(policy, "theirs") == []


def test_each_sort_of_change_of_a_rule() -> None:
    known, helped = "it is known whether the pupil is helped", "the pupil is helped"
    both = "the pupil is helped (on record)"
    assert said(policy_with(), "help") == [
        ("modality", "school should help", "school must help"),
        ("left out", "in tier often", ""),
        ("left out", f"unless {both}", ""),
        ("and or or", both, f"either {known} or {helped}"),
        ("left out", both, helped),
        ("known and unknown", known, "it is not known whether the pupil is helped"),
        ("left out", both, known),
        ("is and is not", helped, "the pupil is not helped"),
        ("left out", "within 2 school days", ""),
    ]


def test_each_sort_of_change_of_a_step_a_bar_and_a_measure() -> None:
    policy = policy_with()
    assert {kind for kind, _, _ in said(policy, "warn")} == {"modality", "left out", "comparison", "number"}
    assert ("left out", "stops warn", "") in said(policy, "not_twice")
    absences = said(policy, "absence")
    assert ("this or last", "in this academic year", "in the previous academic year") in absences
    assert ("window", "in this academic year", "in this term") in absences


def test_what_is_compared_with_what_is_left_open_is_compared_no_other_way() -> None:
    """Such a comparison is unknown, and stays unknown the other way round: nobody could notice."""
    at_least = policy_with(pupil(*ABSENT, "on 13 September 2024", "expect unknown action wait"))
    assert {kind for kind, _, _ in said(at_least, "wait")} == {"modality", "left out"}
    for other in ("more than", "at most", "less than"):
        text = POLICY.replace("recent is at least theirs", f"recent is {other} theirs")
        policy = policy_with(pupil(*ABSENT, "on 13 September 2024", "expect unknown action wait"), text=text)
        assert all(one.passed for one in run_tests(policy, no_calendar))


def test_one_file_may_be_changed_alone() -> None:
    """By its name, with its ending or without it."""
    policy, found = load_text({"12-at-risk.policy": POLICY})
    assert policy is not None, found
    everything = mutants(policy)
    assert everything == mutants(policy, only="12-at-risk") == mutants(policy, only="12-at-risk.policy")
    assert mutants(policy, only="13-persistent") == ()
    assert {"12-at-risk", "line"} <= nameable(policy)


def test_every_mutant_differs_from_the_policy_and_from_the_others() -> None:
    policy = policy_with()
    changed = [one.applied(policy) for one in mutants(policy)]
    assert all(one != policy for one in changed)
    assert all(one not in changed[:place] for place, one in enumerate(changed))


def test_a_unit_is_never_changed_to_itself() -> None:
    assert all(unit is not other for unit, other in OTHER_UNITS.items())


def test_a_local_policy_is_changed_in_what_it_says_itself(tmp_path: Path) -> None:
    """What it takes over has its own tests; what it changes is its own."""
    national = tmp_path / "national.policy"
    national.write_text(POLICY.replace(OWN, OPEN), encoding="utf-8")
    local, found = load_text(LOCAL, search=[tmp_path])
    assert local is not None, found
    assert {one.declaration for one in mutants(local)} == {"line", "local"}


def test_what_no_test_notices_survives() -> None:
    policy = policy_with()
    number, verdicts = judged(policy, no_calendar)
    found = list(verdicts)
    assert len(found) == number > 50
    assert all(one.survived for one in found)


def test_asking_only_what_can_come_out_differently_misses_nothing() -> None:
    """Every change is noticed if, and only if, running all the tests from scratch would notice it."""
    policy = policy_with(*TESTS)
    assert all(result.passed for result in run_tests(policy, no_calendar))
    _, verdicts = judged(policy, no_calendar)
    for verdict in verdicts:
        changed = verdict.mutant.applied(policy)
        failing = [
            place
            for place, test in enumerate(policy.tests)
            if not run_test(test, changed, no_calendar).passed
        ]
        assert verdict.survived is not bool(failing), verdict.mutant
        assert verdict.noticed_by is None or verdict.noticed_by in failing


def test_several_processes_come_to_the_same() -> None:
    policy = policy_with(*TESTS)

    def survivors(jobs: int) -> set[Mutant]:
        return {one.mutant for one in judged(policy, no_calendar, jobs=jobs)[1] if one.survived}

    assert survivors(1) == survivors(2)


@pytest.mark.parametrize(
    ("words", "noticed"),
    [("", False), (" as school should", True), (' as school should "welcome the pupil"', True)],
)
def test_how_strongly_somebody_is_asked_is_noticed_where_a_test_says_it(words: str, noticed: bool) -> None:
    policy = policy_with(
        pupil("present on 4 September 2024", "on 4 September 2024", f"expect action welcome{words}")
    )
    (verdict,) = (
        one for one in judged(policy, no_calendar, only="welcome")[1] if one.mutant.kind == "modality"
    )
    assert verdict.survived is not noticed


def test_an_amount_that_only_a_text_tells_is_noticed_where_a_test_says_the_text() -> None:
    text = (
        POLICY
        + """
threshold fee "Fee" = £160
  cites G.help
action charge "Charge"
  school may "charge {fee}"
  cites G.help
"""
    )
    marks = ("present on 4 September 2024", "on 4 September 2024")
    for words, survived in (("", True), (' as school may "charge £160"', False)):
        policy = policy_with(pupil(*marks, f"expect action charge{words}"), text=text)
        assert {one.survived for one in judged(policy, no_calendar, only="fee")[1]} == {survived}


def test_how_long_an_event_may_last_is_not_tried() -> None:
    """No date and no status hangs on it: only a remark speaks of it."""
    text = (
        POLICY
        + """
threshold short "Short" = 2 weeks
  cites G.help
threshold long_enough "Long enough" = 6 weeks
  cites G.help
event plan "Plan"
  lasts from short to long_enough
"""
    )
    assert not [one for one in mutants(policy_with(text=text)) if one.declaration in ("short", "long_enough")]
