"""Policies with rules for schools, authorities, families and cohorts, and histories with families."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import strategies as st

from fingerpost.digest import normal
from fingerpost.history import Authority, History, Pupil, Recorded, Register, Stay
from fingerpost_dsl.model.quantities import Unit
from tests.generate.expressions import condition, value
from tests.generate.histories import history_of
from tests.generate.rules import thresholds
from tests.generate.speaker import Speaker, amount
from tests.generate.words import HEADER, VOCABULARY

SUBJECTS = ("school", "authority", "family", "cohort")
_OVER_MARKS = ("share of", "count of", "current run", "longest run", "weeks with", "most ")
_TRIES = 4


def declarations_with_groups(draw: st.DrawFn) -> tuple[str, ...]:
    """The declarations of a policy, all of whose rules are for groups."""
    say = Speaker(draw)
    found = [HEADER, VOCABULARY, *thresholds(say)]
    for number in range(say.number(1, 3)):
        text, say = _measure(say, number)
        found.append(text)
    for number in range(say.number(1, 2)):
        least = f" least size {say.number(1, 3)}" if say.chance(2) else ""
        found.append(f'cohort cohort_{number} "Cohort {number}" = {condition(say, 1)}{least}')
    found += [_action(say, number) for number in range(say.number(1, 4))]
    if say.chance(3):
        found.append(f'bar held_back "Held back" stops action_0 when {_of_anybody(say)} cites LAW.one')
    return tuple(found)


def _measure(say: Speaker, number: int) -> tuple[str, Speaker]:
    """One that may be pooled: over marks alone."""
    unit, text = Unit.SHARE, "share of absent in this academic year"
    if say.chance(3):
        back = say.one_of(
            ("left_open_sessions", "left_open_days, not before 12 September 2024", "10 sessions")
        )
        unit = (Unit.SHARE, Unit.SESSION)[say.number(0, 1)]
        sort = "share" if unit is Unit.SHARE else "count"
        text = f"{sort} of {say.one_of(('absent', 'unmarked', 'attended'))} in the last {back}"
        return _named(say, number, unit, text)
    for _ in range(_TRIES):
        unit = (Unit.SHARE, Unit.SHARE, Unit.SESSION, Unit.SCHOOL_DAY, Unit.SCHOOL_WEEK)[say.number(0, 4)]
        drawn = value(replace(say, measures=()), unit, 1)
        if drawn.startswith(_OVER_MARKS) and not any(word in drawn.split()[2:] for word in _OF_EVENTS):
            text = drawn
            break
    else:
        unit = Unit.SHARE
    return _named(say, number, unit, text)


def _named(say: Speaker, number: int, unit: Unit, text: str) -> tuple[str, Speaker]:
    name = f"measure_{number}"
    return f'measure {name} "Measure {number}" = {text}', replace(
        say, measures=(*say.measures, (name, unit, False, True))
    )


_OF_EVENTS = ("letter", "meeting", "plan", "visit", "campaign", "notice", "warning")


def _action(say: Speaker, number: int) -> str:
    subject = say.one_of(SUBJECTS)
    clauses = [f"for each {subject}", f"when {_condition(say, subject)}"]
    clauses += [f"when {_condition(say, subject)}"] if say.chance(3) else []
    clauses += [f"unless {_condition(say, subject)}"] if say.chance(3) else []
    kind = say.number(0, 4)
    if kind == 1:
        clauses.append(f"within {amount(say, Unit.SCHOOL_DAY)}")
    elif kind == 2:
        clauses.append(say.one_of(("every term", "every 2 weeks", "every month")))
    clauses += ["stands until done"] if say.chance(3) else []
    clauses += ["done when visit"] if subject == "school" and say.chance(2) else []
    clauses += ["done when campaign"] if subject == "authority" and say.chance(2) else []
    text = f'action action_{number} "Action {number}" school should "do it"'
    return " ".join([text, *clauses])


def _condition(say: Speaker, subject: str) -> str:
    parts = [_of_group(say, subject) for _ in range(1 + say.chance(2))]
    return f"({say.one_of((' and ', ' or ')).join(parts)})" if len(parts) > 1 else parts[0]


def _of_group(say: Speaker, subject: str) -> str:
    """Of the figures of a group, how many it is, and what is on record."""
    kind = say.number(0, 5)
    reaches = say.one_of(("at least", "more than", "less than", "at most"))
    if kind <= 2:
        name, unit, _, _ = say.measures[say.number(0, len(say.measures) - 1)]
        assert unit is not None
        value = name
        if say.chance(4):
            value = f"{name} as at the end of last {say.one_of(('term', 'half term'))}"
        elif subject != "authority" and say.chance(2):
            value = f"{name} - {name} of its school"
        bound = say.one_of(("0%", "5%", "25%", "1/3")) if unit is Unit.SHARE else amount(say, unit, least=0)
        return f"{value} is {reaches} {bound}"
    if kind == 3:
        return f"roll is {reaches} {say.number(0, 4)}"
    return _of_anybody(say) if subject != "family" or say.chance(2) else "housed is yes"


def _of_anybody(say: Speaker) -> str:
    """What every rule may rest on."""
    return say.one_of(("pilot is yes", "campaign in the last 2 weeks", "campaign", "pilot is known"))


def history_with_families(draw: st.DrawFn) -> History:
    """One to five pupils, some of whom are of a family; authorities may be without a school."""
    history = history_of(draw, most=5)
    history = _spread(history, draw(st.integers(1, 3)))
    families = {name: draw(st.sampled_from(("F1", "F2", None))) for name in history.pupils}
    pupils = {name: replace(pupil, family=families[name]) for name, pupil in history.pupils.items()}
    said = {pupil.family: pupil.facts.get("housed") for pupil in pupils.values()}
    pupils = {name: _saying(pupil, said[pupil.family]) for name, pupil in pupils.items()}
    leaving = draw(st.sets(st.sampled_from(sorted(pupils)), max_size=2))
    pupils = {name: _left(pupil) if name in leaving else pupil for name, pupil in pupils.items()}
    authorities = {name: draw(st.sampled_from(("A1", "A1", None))) for name in history.schools}
    schools = {name: replace(one, authority=authorities[name]) for name, one in history.schools.items()}
    first = history.authorities["A1"]
    others = draw(st.sampled_from(((), (Authority(id="A2"), replace(first, id="A0")))))
    known = {one.id: one for one in (first, *others)}
    return normal(replace(history, pupils=pupils, schools=schools, authorities=known))


def _spread(history: History, schools: int) -> History:
    """The pupils at so many schools in turn, all of which are what the first one is."""
    names = [f"S{number}" for number in range(1, schools + 1)]
    first = history.schools["S1"]
    pupils = {
        name: replace(pupil, school=names[place % schools])
        for place, (name, pupil) in enumerate(history.pupils.items())
    }
    return replace(history, pupils=pupils, schools={name: replace(first, id=name) for name in names})


def _left(pupil: Pupil) -> Pupil:
    """A pupil who left on the day of the mark in the middle of the register."""
    marks = list(zip(pupil.register.slots, pupil.register.codes, strict=True))
    if not marks or pupil.on_roll != (Stay(),):
        return pupil
    last = marks[len(marks) // 2][0] // 2
    kept = {slot: code for slot, code in marks if slot // 2 <= last}
    register = Register(tuple(kept), tuple(kept.values()))
    return replace(pupil, register=register, on_roll=(Stay(last=dt.date.fromordinal(last)),))


def _saying(pupil: Pupil, housed: tuple[Recorded, ...] | None) -> Pupil:
    """A child who says of the family what the others do."""
    facts = {name: rows for name, rows in pupil.facts.items() if name != "housed"}
    return replace(pupil, facts={**facts, "housed": housed} if housed and pupil.family else facts)
