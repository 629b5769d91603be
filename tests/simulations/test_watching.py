"""Whoever asks again only where something can have changed hears what whoever asks everybody hears."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.history import Completeness
from fingerpost.population.read import read_population
from fingerpost.vocabulary import Vocabulary
from fingerpost.writers.tables import to_tables
from fingerpost_dsl import load_text
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.runs.deciding import ask
from fingerpost_simulations.runs.run import Run
from fingerpost_simulations.runs.world import Corrections, World, completeness, world_of
from tests.population.tables import table_of, with_strings
from tests.simulations.small import FIRST, LAST, POLICY, SLOTS, finished, history, registers, scenario
from tests.simulations.test_runs import EFFECT, RECORDS

MORE = """
action look "Look in"
  school should "look in"
  usually by office
  in tier much
  every 2 school weeks
  done when planned

action offer "Offer"
  school may "offer"
  in tier risk
  expires after 2 weeks

action meet "Meet"
  school should "meet"
  for each parent
  when written in this academic year
  no sooner than 3 school days after written

bar enough "Enough"
  stops talk, consider
  when planned in the last 2 school weeks

pathway deep "Again" for each parent
step begin of deep "Begin"
  school should "begin"
  starts here
  when gone is at least few
  done when considered
step go_on of deep "Go on"
  school should "go on"
  after begin
  no sooner than 1 school week after considered
  done when written
  ends the round
"""

GROUPS = """
threshold least_group "Least size of a group" = 1
  open
  ours "a test"
cohort helped_pupils "Pupils who are helped"
  = helped is known and helped is yes
  least size least_group
event compared "Compared" for each cohort
action compare "Compare the group with its school"
  school should "compare them"
  usually by office
  for each cohort
  when absence is more than absence of its school
  done when compared
"""


@cache
def policy() -> Policy:
    """The small policy with what comes round, ends, is barred, and another pathway of the same events."""
    found, problems = load_text(POLICY + MORE)
    assert found is not None, [str(one) for one in problems]
    return found


def packed(codes: list[str], places: list[tuple[int, int, int]]) -> World:
    """The small school read in columns, with some marks that were N until some days later."""
    plain = world_of(history(codes), [policy()], FIRST, LAST)
    vocabulary = Vocabulary.from_policies(policy())
    given = history(codes)
    rows = with_strings(given, to_tables(given))
    population, problems = read_population(
        {name.removesuffix(".csv"): table_of(own, typed=True) for name, own in rows.items() if own},
        vocabulary,
        calendars=given.calendars,
        complete=completeness(Completeness(marks=FIRST), [policy()]),
    )
    assert population is not None, problems
    marks = {(row % len(codes), SLOTS[at % len(SLOTS)]): days for row, at, days in places}
    found = [(row, slot, slot // 2 + 1 + days) for (row, slot), days in sorted(marks.items())]
    columns = np.array(found, dtype=np.int64).reshape(-1, 3).T
    return replace(plain, population=population, corrections=Corrections(*columns))


@settings(max_examples=12, deadline=None)
@given(
    registers(most=4),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 60), st.integers(0, 9)), max_size=4),
    st.booleans(),
)
def test_every_week_is_what_it_would_be(
    codes: list[str], places: list[tuple[int, int, int]], effect: bool
) -> None:
    """With corrections, and with families that respond, so that marks become others."""
    said: Any = {"work": {"may": "50%", "done": "80%", "after": "0 to 1 week"}}
    if effect:
        said["families"] = EFFECT
    world = packed(codes, places)
    one = Run(world, scenario(records=RECORDS, **said), policy(), 1)
    for week in world.weeks:
        with one.cases.as_known(week.on) as population:
            everybody = one.entry(week, ask(population, one.policy, week.on))
        entry = one.week(week)
        assert entry == everybody
        one.apply(entry)


def test_few_are_asked_again() -> None:
    """Where nothing happens to most pupils, most are asked once."""
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)] * 20
    codes[3] = "".join("O" if 10 <= place < 20 else code for place, code in enumerate(codes[3]))
    one = Run(world_of(history(codes), [policy()], FIRST, LAST), scenario(records=RECORDS), policy(), 1)
    asked = []
    for week in one.world.weeks:
        judged = one.watching.ask(week).judged
        assert judged is not None
        asked.append(
            {name: {one.world.ids[row] for row in np.flatnonzero(rows)} for name, rows in judged.items()}
        )
        one.apply(one.week(week))
    assert all(len(pupils) == 20 for pupils in asked[0].values()), "at first everybody is asked of"
    assert not any(week["settle"] for week in asked[1:])
    assert all(pupils <= {"P03"} for pupils in asked[-1].values())
    assert asked[4]["consider"] == {"P03"}


def test_rules_for_groups_and_schools_do_not_matter() -> None:
    """Nothing is asked of them in a run, so that they may hang on other pupils' marks."""
    pooled, problems = load_text(POLICY + GROUPS)
    assert pooled is not None, [str(one) for one in problems]
    codes = ["".join(("/", "\\")[slot % 2] for slot in SLOTS)] * 3
    one = Run(world_of(history(codes), [pooled], FIRST, LAST), scenario(records=RECORDS), pooled, 1)
    one.apply(one.week(one.world.weeks[0]))
    judged = one.watching.ask(one.world.weeks[1]).judged
    assert judged is not None
    assert "compare" not in judged


def test_a_run_that_goes_on_asks_everybody_first() -> None:
    """What was found before it was stopped is not known any more."""
    codes = ["".join("O" if place < 20 else ("/", "\\")[place % 2] for place in range(len(SLOTS)))] * 3
    world = world_of(history(codes), [policy()], FIRST, LAST)
    whole = finished(Run(world, scenario(records=RECORDS), policy(), 1))
    second = Run(world, scenario(records=RECORDS), policy(), 1)
    for entry in whole.entries[:3]:
        second.apply(entry)
    assert finished(second).entries == whole.entries
