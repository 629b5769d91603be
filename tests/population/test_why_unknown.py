"""Of rows that are unknown for the same reasons the reference is asked once; all come to what it says."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import product

import pytest

from fingerpost.evaluate import Session
from fingerpost.history import EventRow, History, Pupil, Recorded, Register, Stay
from fingerpost.population.applying import applying
from fingerpost.population.block import blocks_of
from fingerpost.population.decisions import decide_block
from fingerpost.population.frame import Frame
from fingerpost.population.held_back import HeldBack
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.policy import Policy
from tests.population.test_applying import both_agree
from tests.population.test_equal import is_the_same
from tests.population.test_reaching import policy_with
from tests.simulations.small import FIRST, SLOTS, history

ON = FIRST + dt.timedelta(days=39)
MARKS: tuple[Mapping[int, str | None], ...] = (
    {},
    {0: "O"},
    {1: "I"},
    {0: "O", 1: "I"},
    dict.fromkeys(range(20), "O"),
    dict.fromkeys(range(len(SLOTS)), "O"),
    {2: None},
    {0: "O", 2: None},
    dict.fromkeys(range(4, 30)),
    dict.fromkeys(range(40, len(SLOTS))),
    dict.fromkeys(range(len(SLOTS))),
    {0: "O", **dict.fromkeys(range(1, 30))},
)
"""What some pupils have in place of attendance, by session; None for no mark."""
OTHERWISE = ((False, None, None), (True, None, None), (False, True, -20), (False, None, 10))
"""Whether they joined late, whether it helped, and on which day they were talked to, if on any."""


@cache
def told() -> History:
    """Pupils who differ in all of that."""
    plain = "".join(("/", "\\")[slot % 2] for slot in SLOTS)
    pupils: dict[str, Pupil] = {}
    for number, (marks, (late, helped, talked)) in enumerate(product(MARKS, OTHERWISE)):
        (made,) = history([plain]).pupils.values()
        codes = {slot: marks.get(place, plain[place]) for place, slot in enumerate(SLOTS)}
        marked = {slot: code for slot, code in codes.items() if code is not None}
        events = () if talked is None else (EventRow(event="talked", date=FIRST + dt.timedelta(days=talked)),)
        name = f"P{number:03}"
        pupils[name] = replace(
            made,
            id=name,
            register=Register(tuple(marked), tuple(marked.values())),
            on_roll=(Stay(first=FIRST),) if late else made.on_roll,
            facts={} if helped is None else {"helped": (Recorded(value=helped),)},
            events=events,
        )
    return replace(history([plain]), pupils=pupils)


TIERS = """
measure gone_for_long "Gone, however long ago" = count of absent in the last 3 years
measure gone_while_helped "Gone while it helped"
  = count of unauthorised in the last 3 years, while helped
tier long "Much for long"
  continues all_pupils
  when share of absent in the last 3 years is at least high
tier held "Much once"
  continues all_pupils
  when share of absent in the last 3 years is at least high
  left when count of absent in the last 2 school weeks is 0 sessions
"""
EITHER = "count of unauthorised in the last 3 years is at least few or helped is known"
FEW = "count of {} in the last 3 years is at least few"
ALIKE = {
    "another clause": f"when helped is yes and ({EITHER})",
    "an alternative": f"when helped is yes or {FEW.format('unauthorised')}",
    "a fact": f"when {FEW.format('unauthorised')} or helped is no",
    "denied": f"when not ({FEW.format('unauthorised')}) or helped is known unless helped is yes",
    "a share": "when share of absent in the last 3 years is at least 90% when helped is yes",
    "at most": "when share of absent in the last 3 years is at most 5% or helped is known",
    "two": f"when {FEW.format('unauthorised')} or share of authorised in the last 3 years is more than 50%",
    "whole days": "when count of whole days of absent in the last 3 years is at least 3 school days"
    " or helped is known",
    "longest run": "when longest run of absent in sessions in the last 3 years is at least few"
    " or helped is known",
    "current run": "when current run of absent in sessions in the last 3 years is at least few"
    " or helped is known",
    "a tier": "in tier long when helped is yes",
    "unless": f"in tier risk unless {FEW.format('authorised')} or helped is known",
    "two of three": f"when at least 2 of ({FEW.format('unauthorised')}; helped is yes;"
    f" {FEW.format('authorised')})",
    "events": "when count of talked in the last 3 years is at least 2 or helped is known",
    "an event": f"when talked in the last 3 years when {EITHER}",
    "since an event": "when count of unauthorised in the last 3 years, since latest talked is at least few"
    " or helped is known",
    "while": f"when gone_while_helped is at least few or {FEW.format('authorised')}",
}
"""Clauses of which columns tell why they are unknown, of everybody."""
OF_EVENTS = ("events", "an event", "since an event")

ALONE = {
    "weeks": "when weeks with absent in the last 3 years is at least 3 school weeks or helped is yes",
    "most in any": "when most absent in any 2 school weeks in the last 3 years is at least few"
    " or helped is yes",
    "two counts": "when count of authorised in the last 3 years is at least"
    " (count of unauthorised in the last 3 years) or helped is yes",
    "a way out": "in tier held when helped is yes",
    "another date": "when gone_for_long as at the end of last half term is at least few or helped is yes",
}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[int]]:
    """The rows of which the reference is asked, by rule."""
    found: dict[str, list[int]] = defaultdict(list)
    by_reference = HeldBack.asked

    def watched(self: HeldBack, rule: Action | Step, today: Frame, row: int) -> bool:
        found[rule.name].append(int(today.pupils[row]))
        return by_reference(self, rule, today, row)

    monkeypatch.setattr(HeldBack, "asked", watched)
    return found


def policy_of(clauses: Mapping[str, str]) -> Policy:
    """A rule of each, with tiers that look back further than the record."""
    rules = [
        f'action {rule_of(name)} "Look"\n  school should "look"\n  {own}\n  done when talked\n'
        for name, own in clauses.items()
    ]
    return policy_with("when helped is yes", besides=TIERS + "".join(rules))


def rule_of(name: str) -> str:
    return f"look_at_{name.replace(' ', '_')}"


@pytest.mark.parametrize(("names", "complete"), [(tuple(ALIKE), FIRST), (OF_EVENTS, None)])
def test_columns_tell(names: Sequence[str], complete: dt.date | None, asked: Mapping[str, list[int]]) -> None:
    pupils = replace(told(), complete=replace(told().complete, events=complete))
    session = Session.open(policy_of({name: ALIKE[name] for name in names}), pupils, ON)
    for block in blocks_of(session.records, pupils.pupils.values()):
        found = decide_block(block, session.editions, ON.toordinal(), part=20, reasons=True)
        assert not found.fallen_back
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    for name in names:
        assert 0 < len(asked[rule_of(name)]) < len(pupils.pupils) / 2, name


def test_columns_tell_of_one_date() -> None:
    policy, pupils = policy_of(ALIKE), told()
    both_agree(policy, pupils, ON)
    session = Session.open(policy, pupils, ON)
    for block in blocks_of(session.records, pupils.pupils.values()):
        assert not applying(block, session.editions, ON.toordinal()).fallen_back


def test_of_whom_none_tells_the_reference_is_asked_and_it_is_counted(
    asked: Mapping[str, list[int]],
) -> None:
    pupils = told()
    session = Session.open(policy_of(ALONE), pupils, ON)
    counted: Counter[str] = Counter()
    for block in blocks_of(session.records, pupils.pupils.values()):
        found = decide_block(block, session.editions, ON.toordinal(), reasons=True)
        counted.update(found.fallen_back)
        for row, pupil in enumerate(block.pupils):
            is_the_same(session.decide(pupil), found, row)
    for name in map(rule_of, ALONE):
        # Of a pupil of whom the clause is known the rest tells: those are asked once for all who are alike.
        assert 0 < len(asked[name]) - 2 <= counted[name] <= len(asked[name]), name
