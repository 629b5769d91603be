"""What the tests of a policy show of it: each point from each side, and nothing beyond."""

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction

import pytest

from fingerpost.coverage_points import AROUND, BOTH_WAYS, THREE_SIDES, Side, Sort
from fingerpost.history import CalendarData
from fingerpost.judgement import Judgement
from fingerpost.nearness import near
from fingerpost.policy_coverage import Coverage, coverage_of, sides
from fingerpost.policy_tests import Judges
from fingerpost_dsl import load_text
from fingerpost_dsl.model.declarations import Subject

POLICY = r"""
policy a.b "A"
  version 2025.1
  language 1
  in force from 1 September 2024
source G "Guide"
  weight guidance
passage G.help "Help"
role school "School"
code "/" "Morning" present
code "\" "Afternoon" present
code "I" "Illness" authorised absence
code "N" "Not known" unauthorised absence
threshold line "Often" = 10%
  cites G.help
threshold few "Few" = 4 sessions
  cites G.help
threshold many "Many" = 3 sessions
  cites G.help
threshold span "Span" = 2 school weeks
  cites G.help
threshold began "Began" = 10 September 2024
  cites G.help
threshold long "Long" = 2 school days
  cites G.help
threshold soon "Soon" = 2 school days
  cites G.help
threshold theirs "Theirs" in sessions
  open
  cites G.help
fact helped "Is helped" yes or no
fact has_lead "Has a lead" yes or no of school
event visit "Visit"
  with told date
event notice "Notice" for each parent
occasion spell "Spell" = run of absent of at least long
measure absence "Absence" = share of absent in this academic year
measure recent "Recent" = count of absent in the last span, not before began
measure visits "Visits" = count of visit where told is at least began
measure notices "Notices" = count of notice in this academic year
  for each parent
condition fined "Has had a notice" = notices is at least 1
  for each parent
tier often "Often absent"
  when absence is at least line
  provisional below few
action help "Help"
  school should "help"
  in tier often
  unless helped is known and helped is yes
  within soon
  cites G.help
action tally "Tally"
  school should "tally"
  when recent is at least many and not (helped is yes)
  cites G.help
action welcome "Welcome"
  school should "welcome the pupil"
  cites G.help
action wait "Wait"
  school should "wait"
  when recent is at least theirs
  cites G.help
action lead "Lead"
  school should "name a lead"
  for each school
  when has_lead is no
  cites G.help
pathway warning "Warning"
  for each parent
  cites G.help
step warn of warning "Warn"
  school may "warn"
  starts here
  when recent is at least 1 session
  done when notice
  cites G.help
bar not_twice "Not twice"
  stops warn
  when fined
  cites G.help
"""


def no_calendar(name: str) -> CalendarData:
    raise KeyError(f"no calendar `{name}`")


def covered(*tests: str) -> Coverage:
    policy, found = load_text(POLICY + "".join(f'\ntest "{i}"\n{test}' for i, test in enumerate(tests)))
    assert policy is not None, found
    return coverage_of(policy, no_calendar)


def seen(coverage: Coverage, sort: Sort, place: str, what: str = "") -> set[Side]:
    found = [one for one in coverage.of(sort=sort) if one.point.place == place and what in one.point.what]
    assert len(found) == 1, [one.point for one in coverage.of(sort=sort)]
    return set(found[0].seen)


def pupil(*lines: str, parents: str = "") -> str:
    return "".join(f"  {line}\n" for line in [f"pupil in year 5{parents}", *lines])


def test_without_tests_nothing_is_seen() -> None:
    coverage = covered()
    assert sides(coverage.points)[0] == 0
    assert all(one.missing == one.point.wanted for one in coverage.points)


def test_what_is_asked() -> None:
    """Both ways, three sides and three days; a number of the local authority's cannot be met."""
    points = {(one.point.place, one.point.what): one.point.wanted for one in covered().points}
    assert points["action help", "`helped is yes`"] == BOTH_WAYS
    assert points["condition fined", ""] == BOTH_WAYS
    assert points["action tally", "threshold many"] == THREE_SIDES
    assert points["action help", "`within soon`"] == AROUND
    assert points["action welcome", ""] == (Side.TRUE,)
    assert points["action wait", ""] == (Side.FALSE,)
    assert points["action lead", "`has_lead is no`"] == BOTH_WAYS
    assert not [key for key in points if "theirs" in key[1]]


@pytest.mark.parametrize(("fact", "side"), [("yes", Side.FALSE), ("no", Side.TRUE), (None, Side.UNKNOWN)])
def test_a_schools_own_rule_is_seen_wherever_a_test_has_a_pupil_of_it(fact: str | None, side: Side) -> None:
    given = [] if fact is None else [f"given has_lead is {fact}"]
    expected = {Side.TRUE: "expect", Side.FALSE: "expect no", Side.UNKNOWN: "expect unknown"}[side]
    coverage = covered(
        pupil("present on 4 September 2024", *given, "on 4 September 2024", f"{expected} action lead")
    )
    assert seen(coverage, Sort.CONDITION, "action lead", "`has_lead is no`") == {side}
    assert side in seen(coverage, Sort.RULE, "action lead", "")


@pytest.mark.parametrize(("fact", "side"), [("yes", Side.TRUE), ("no", Side.FALSE), (None, Side.UNKNOWN)])
def test_a_condition_is_seen_as_it_is_judged(fact: str | None, side: Side) -> None:
    """Under a `not` too, where its own truth is meant."""
    given = [] if fact is None else [f"given helped is {fact}"]
    coverage = covered(
        pupil("present on 4 September 2024", *given, "on 4 September 2024", "expect no tier often")
    )
    assert seen(coverage, Sort.CONDITION, "action help", "`helped is yes`") == {side}
    assert seen(coverage, Sort.CONDITION, "action tally", "helped is yes") == {side}


def test_a_rule_is_shown_by_what_is_expected_of_it() -> None:
    """Of `help`, which nobody speaks of, nothing is shown, though it was judged."""
    marks = ("present on 4 September 2024", 'marked "I" on 4 September 2024 PM', "on 4 September 2024")
    coverage = covered(pupil(*marks, "expect provisional tier often", "expect no action tally"))
    assert seen(coverage, Sort.RULE, "tier often") == {Side.TRUE}
    assert seen(coverage, Sort.RULE, "action tally") == {Side.FALSE}
    assert seen(coverage, Sort.RULE, "action help") == set()
    expected = covered(pupil(*marks, "expect action help", "expect unknown action wait"))
    assert seen(expected, Sort.RULE, "action help") == {Side.TRUE}
    assert seen(expected, Sort.RULE, "action wait") == {Side.UNKNOWN}


def test_a_bar_is_shown_where_a_test_expects_it() -> None:
    """It holds in both; only one asks."""
    given = (
        'marked "I" on 10 September 2024',
        'given notice on 10 September 2024 for parent "A"',
        "on 10 September 2024",
    )
    asked = covered(pupil(*given, 'expect measure notices is 1 for parent "A"', parents=' with parents "A"'))
    assert seen(asked, Sort.RULE, "bar not_twice") == set()
    assert seen(asked, Sort.CONDITION, "condition fined") == {Side.TRUE}


@pytest.mark.parametrize(
    ("absent", "side"), [(1, set()), (2, {Side.BELOW}), (3, {Side.AT}), (4, {Side.ABOVE}), (5, set())]
)
def test_a_threshold_is_met_within_one_unit(absent: int, side: set[Side]) -> None:
    marks = "I" * absent + "/\\" * 3
    coverage = covered(
        pupil(f'marks "{marks}" from 10 September 2024', "on 16 September 2024", "expect no tier often")
    )
    assert seen(coverage, Sort.THRESHOLD, "action tally", "many") == side


@pytest.mark.parametrize(
    ("value", "line", "side"),
    [("9", "9.5", Side.BELOW), ("10", "9.5", Side.ABOVE), ("8", "9.5", None), ("10", "10", Side.AT)],
)
def test_a_share_is_met_within_one_session(value: str, line: str, side: Side | None) -> None:
    assert near(Fraction(value), Fraction(line)) is side


def test_windows_want_something_on_either_side() -> None:
    """The week of 16 September is the first of two on the 27th; the date divides the 9th from the 10th."""
    first = covered(
        pupil(
            "present from 9 September 2024 to 27 September 2024",
            'marked "I" on 13 September 2024',
            "on 27 September 2024",
            "expect no tier often",
        )
    )
    assert seen(first, Sort.THRESHOLD, "measure recent", "in the last span") == {Side.OUTSIDE}
    second = covered(
        pupil(
            "present from 9 September 2024 to 20 September 2024",
            'marked "I" from 9 September 2024 to 10 September 2024',
            "on 20 September 2024",
            "expect tier often",
        )
    )
    assert seen(second, Sort.THRESHOLD, "measure recent", "in the last span") == {Side.INSIDE}
    assert seen(second, Sort.THRESHOLD, "measure recent", "not before") == {Side.INSIDE, Side.OUTSIDE}


def test_fields_occasions_and_few_sessions_are_thresholds_too() -> None:
    coverage = covered(
        pupil(
            'marks "II/\\III" from 9 September 2024',
            "given visit on 11 September 2024 with told is 9 September 2024",
            "on 12 September 2024",
            "expect tier often",
        ),
        pupil('marks "II/\\" from 9 September 2024', "on 10 September 2024", "expect tier often"),
    )
    assert seen(coverage, Sort.THRESHOLD, "measure visits") == {Side.BELOW}
    assert seen(coverage, Sort.THRESHOLD, "occasion spell") == {Side.BELOW, Side.AT}
    assert seen(coverage, Sort.THRESHOLD, "tier often", "few") == {Side.AT}


@pytest.mark.parametrize(
    ("on", "side"),
    [
        (dt.date(2024, 9, 6), {Side.ON}),
        (dt.date(2024, 9, 5), {Side.BEFORE}),
        (dt.date(2024, 9, 7), {Side.AFTER}),
        (dt.date(2024, 9, 9), {Side.AFTER}),
        (dt.date(2024, 9, 10), set()),
    ],
)
def test_a_deadline_is_met_on_the_days_around_it(on: dt.date, side: set[Side]) -> None:
    """Triggered on Wednesday 4 September and due on Friday: Saturday and Monday both follow it."""
    lines = ('marked "I" from 4 September 2024 to 10 September 2024', f"on {on.isoformat()}")
    asked = covered(pupil(*lines, "expect action help"))
    assert seen(asked, Sort.DEADLINE, "action help") == side
    unasked = covered(pupil(*lines, "expect tier often"))
    assert seen(unasked, Sort.DEADLINE, "action help") == set()


def test_a_test_that_cannot_be_run_shows_nothing() -> None:
    coverage = covered(
        pupil(
            'calendar "nowhere"', "present on 4 September 2024", "on 4 September 2024", "expect no tier often"
        )
    )
    assert sides(coverage.points)[0] == 0


def test_of_pupils_of_whom_the_same_is_told_one_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is seen is the same as with each of them; one who differs in anything is seen, too."""
    judged: list[str] = []
    of = Judges.of

    def counted(self: Judges, subject: Subject, name: str, within: str = "") -> Judgement:
        if subject is Subject.PUPIL:
            judged.append(name)
        return of(self, subject, name, within)

    monkeypatch.setattr(Judges, "of", counted)
    told = pupil(
        "present from 4 September 2024 to 20 September 2024",
        'pupils "2" to "9" in year 5',
        "present from 4 September 2024 to 20 September 2024",
        'marked "I" on 5 September 2024',
        'pupil "10" in year 5',
        "present from 4 September 2024 to 20 September 2024",
        'marked "I" on 5 September 2024',
        "given helped is yes",
        "on 20 September 2024",
        "expect no tier often",
    )
    once = covered(told)
    assert len(judged) == 3
    assert seen(once, Sort.CONDITION, "action help", "`helped is yes`") == {Side.TRUE, Side.UNKNOWN}

    def everybody(self: Judges) -> Iterator[Judgement]:
        for one in self._test.pupils:
            yield self.of(Subject.PUPIL, one.pupil)
        for subject, name, within in self._session.groups():
            yield self.of(subject, name, within)

    judged.clear()
    monkeypatch.setattr(Judges, "every", everybody)
    each = covered(told)
    assert len(judged) == 10
    assert [one.seen for one in each.points] == [one.seen for one in once.points]
