"""A rule may be unknown for want of an earlier record only where a window reaches back for that reason."""

import datetime as dt
from dataclasses import replace

import pytest

from fingerpost.evaluate import Session
from fingerpost.history import EventRow, Register, Stay
from fingerpost.logic import Truth
from fingerpost.population.block import blocks_of
from fingerpost.population.decided import Recommended
from fingerpost.population.decisions import decide_block
from fingerpost.population.frame import Frame
from fingerpost.population.held_back import HeldBack
from fingerpost.population.reaching import may_reach_back
from fingerpost.population.rules import Judging
from fingerpost_dsl import load_text
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.policy import Policy
from tests.population.test_equal import is_the_same
from tests.simulations.small import FIRST, POLICY, SLOTS, history

WINDOWS = {
    "this academic year": False,
    "the last 4 school weeks": False,
    "the last 3 years": True,
    "the last so_long": False,
}


def policy_about(window: str) -> Policy:
    """One rule over marks in a window."""
    return policy_with(f"when count of unauthorised in {window} is at least few")


def policy_with(*clauses: str, besides: str = "") -> Policy:
    """One rule of these clauses."""
    own = "\n  ".join(clauses)
    policy, problems = load_text(
        f"""{POLICY}{besides}
threshold so_long "Left to the council" in school weeks
  open
  ours "a test"
occasion away "Away" = run of unauthorised of at least 1 session
action look "Look"
  school should "look"
  usually by office
  {own}
  done when talked
"""
    )
    assert policy is not None, [str(one) for one in problems]
    return policy


@pytest.mark.parametrize("window", WINDOWS)
def test_windows(window: str) -> None:
    """An open threshold says nothing of where its window begins: that is unknown for its own reason."""
    policy = policy_about(window)
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)]
    on = FIRST + dt.timedelta(days=39)
    session = Session.open(policy, history(codes), on)
    (block,) = blocks_of(session.records, history(codes).pupils.values())
    frame = Judging(block, session.editions, on.toordinal()).on_school_days(policy)
    rules = {rule.name: rule for rule in policy.rules()}
    assert may_reach_back(rules["look"], frame, on.toordinal()) is WINDOWS[window]


def test_who_has_none_that_count_is_passed_over_without_the_reference(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody knows of the last three years; who has one such mark is listed, nobody else (meaning 3)."""
    policy = policy_about("the last 3 years")
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)] * 3
    codes[1] = "O" + codes[1][1:]
    on = FIRST + dt.timedelta(days=39)
    session = Session.open(policy, history(codes), on)
    asked: list[int] = []
    by_reference = HeldBack.asked

    def watched(self: HeldBack, rule: Action | Step, frame: Frame, row: int) -> bool:
        asked.append(int(frame.pupils[row]))
        return by_reference(self, rule, frame, row)

    monkeypatch.setattr(HeldBack, "asked", watched)
    listed: dict[str, Recommended] = {}
    for block in blocks_of(session.records, history(codes).pupils.values()):
        found = decide_block(block, session.editions, on.toordinal())
        listed |= {block.pupils[one.row].id: one for one in found.recommended if one.rule.name == "look"}
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    assert list(listed) == ["P01"]
    assert listed["P01"].outcome.applies is Truth.UNKNOWN
    assert not asked


@pytest.mark.parametrize(
    "clause",
    [
        "unless count of unauthorised in the last 3 years is at least few",
        "when not (share of unauthorised in the last 3 years is at least 90%)",
        "when longest run of unauthorised in sessions in the last 3 years is at least few",
    ],
)
def test_of_whom_a_mark_counts_nothing_is_asked(clause: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is unknown of them, is so for that mark: they are listed, and the reference is not asked why."""
    policy = policy_with(clause, "when helped is yes")
    plain = ["/", "\\"] * (len(SLOTS) // 2)
    told = history(["".join(["O", *plain[1:]])] * 3)
    session = Session.open(policy, told, FIRST + dt.timedelta(days=39))
    monkeypatch.setattr(HeldBack, "asked", None)
    for block in blocks_of(session.records, told.pupils.values()):
        found = decide_block(block, session.editions, session.on.toordinal())
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
        assert [one.outcome.applies for one in found.recommended if one.rule.name == "look"] == [
            Truth.UNKNOWN
        ] * len(block)


@pytest.mark.parametrize(
    "clauses",
    [
        ("when count of unauthorised in the last 3 years is at least 0 sessions", "when helped is yes"),
        ("when longest run of unauthorised in sessions in the last 3 years is at least few",),
        ("when current run of unauthorised in sessions in the last 3 years is at least few",),
        ("when weeks with unauthorised in the last 3 years is at least 3 school weeks",),
        ("when most unauthorised in any 2 school weeks in the last 3 years is at least few",),
        ("when count of unauthorised in the last 3 years is at least few",),
        (
            "when count of unauthorised in this academic year is at least few",
            "unless count of authorised in the last 3 years is at least few",
        ),
        (
            "when count of unauthorised in last term is at least 0 sessions",
            "unless count of authorised in the last 3 years is at least few",
        ),
        ("when count of unauthorised in the last 3 years is at most few",),
        ("when count of unauthorised in the last 3 years is at most few", "when helped is yes"),
        ("when count of unauthorised in this term is at least (count of authorised in the last 3 years)",),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("reaching", [(False, True), (True, False)])
def test_parts_of_a_block_reach_back_each_for_itself(
    clauses: tuple[str, ...], reaching: tuple[bool, bool]
) -> None:
    """What was worked out for pupils who all joined late says nothing of one who did not, nor the reverse."""
    policy = policy_with(*clauses)
    plain = ["/", "\\"] * (len(SLOTS) // 2)
    some = ["O", *plain[1:]]
    enough = ["O"] * len(plain)
    told = history(["".join(codes) for codes in (plain, plain, some, some, enough, enough)])
    # Of each pair the first is at school B, the second at A: all of one school come before the other's.
    pupils = sorted(
        (
            pupil if reaching[pupil.school == "A"] else replace(pupil, on_roll=(Stay(first=FIRST),))
            for pupil in told.pupils.values()
        ),
        key=lambda pupil: pupil.school == "A",
    )
    told = replace(told, pupils={pupil.id: pupil for pupil in pupils})
    session = Session.open(policy, told, FIRST + dt.timedelta(days=39))
    (block,) = blocks_of(session.records, pupils)
    assert list(block.reaches_before[[0, -1]]) == list(reaching)
    found = decide_block(block, session.editions, session.on.toordinal(), part=1, reasons=True)
    for row, pupil in enumerate(block.pupils):
        is_the_same(session.decide(pupil), found, row)


@pytest.mark.parametrize(
    "clause",
    [
        "when longest run of unauthorised in school days in the last 3 years is at least 30 school days",
        "when count of unmarked in the last 3 years is at least 30 sessions",
        "when share of unmarked in the last 3 years is at least 30%",
        "unless share of unmarked in the last 3 years is at most 30%",
    ],
)
def test_what_counts_for_certain_is_listed_though_the_marks_shown_are_missing(clause: str) -> None:
    """The longest run that there may be is of sessions without a mark; a shorter one is on record."""
    codes = ["O", "O", *["/", "\\"] * (len(SLOTS) // 2 - 1)]
    told = history(["".join(codes)])
    left = [place for place in range(len(SLOTS)) if not 6 <= place < 12]
    register = Register(tuple(SLOTS[place] for place in left), tuple(codes[place] for place in left))
    told = replace(told, pupils={name: replace(one, register=register) for name, one in told.pupils.items()})
    session = Session.open(policy_with(clause), told, FIRST + dt.timedelta(days=39))
    (block,) = blocks_of(session.records, told.pupils.values())
    found = decide_block(block, session.editions, session.on.toordinal())
    (pupil,) = block.pupils
    decision = session.decide(pupil)
    is_the_same(decision, found, 0)
    assert [one.applies for one in decision.recommendations if one.name == "look"] == [Truth.UNKNOWN]


@pytest.mark.parametrize(
    "clauses",
    [
        (
            "when count of unauthorised in the last 3 years is at least few",
            "when count of unauthorised since latest talked is at least 0 sessions or helped is yes",
        ),
        (
            "when count of authorised in the last 3 years, since latest talked is at least 1 session",
            "when count of unauthorised in the last 3 years is at least few",
        ),
        (
            "when count of unauthorised in the last 3 years is at least few",
            "unless talked since latest talked",
            "unless (count of talked in the last 3 years, before latest talked) is at least 1",
        ),
        (
            "when count of unauthorised in the last 3 years is at least few",
            "when count of unauthorised since the start of away is at least 0 sessions or helped is yes",
        ),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("complete", [FIRST, None])
def test_windows_that_hang_on_an_event_lie_nowhere_without_one(
    clauses: tuple[str, ...], complete: dt.date | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only those are asked of the reference of whom such an event is recorded; all come to what it says."""
    policy = policy_with(*clauses)
    plain = ["/", "\\"] * (len(SLOTS) // 2)
    told = history(
        ["".join(codes) for codes in (plain, ["O", *plain[1:]], ["I", *plain[1:]]) for _ in range(3)]
    )
    dates = [None, FIRST - dt.timedelta(days=20), FIRST + dt.timedelta(days=10)]
    pupils = {}
    for date, (name, pupil) in zip(dates * 3, told.pupils.items(), strict=True):
        events = () if date is None else (EventRow(event="talked", date=date),)
        pupils[name] = replace(pupil, events=events)
    told = replace(told, pupils=pupils, complete=replace(told.complete, events=complete))
    session = Session.open(policy, told, FIRST + dt.timedelta(days=39))
    asked: list[bool] = []
    by_reference = HeldBack.asked

    def watched(self: HeldBack, rule: Action | Step, frame: Frame, row: int) -> bool:
        asked.append(bool(self.judging.block.pupils[int(frame.pupils[row])].events))
        return by_reference(self, rule, frame, row)

    monkeypatch.setattr(HeldBack, "asked", watched)
    for block in blocks_of(session.records, told.pupils.values()):
        found = decide_block(block, session.editions, session.on.toordinal(), reasons=True)
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    assert all(asked) or "away" in " ".join(clauses)
