"""What must be true of every run, whatever the registers."""

import datetime as dt
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.evaluate import Session
from fingerpost_simulations.runs.capacity import Left, spend
from fingerpost_simulations.runs.deciding import OPEN, ask, found_of
from fingerpost_simulations.runs.items import WORK
from fingerpost_simulations.runs.journal import Entry, Journal
from fingerpost_simulations.runs.run import Run
from fingerpost_simulations.scenarios.thresholds import with_thresholds
from tests.simulations.small import FIRST, LAST, finished, policy, registers, scenario, world

EFFECT = [
    {
        "after": "talked",
        "assumption": "made up for a test",
        "effect": [{"families": "60%", "fewer_absences": "70%"}],
        "lasts": "3 weeks",
    }
]
RECORDS = [
    {"when": "talked", "fact": "helped", "is": {"yes": "40%", "no": "60%"}, "after": "0 to 1 week"},
    {"when": "considered", "field": "outcome", "is": {"go_on": "50%", "write": "50%"}},
]
FEW = settings(max_examples=8, deadline=None)


def run(codes: list[str], *, seed: int = 1, **said: Any) -> Run:  # noqa: ANN401 (keys of a scenario)
    return Run(world(codes), scenario(records=RECORDS, **said), policy(), seed)


@FEW
@given(registers(most=4))
def test_without_an_effect_the_marks_are_those_of_the_registers(codes: list[str]) -> None:
    """No effect: the year's marks equal those that were given."""
    one = run(codes)
    before = [one.cases.marks(row) for row in range(len(codes))]
    finished(one)
    assert [one.cases.marks(row) for row in range(len(codes))] == before
    assert one.attended == 0


def test_an_effect_turns_absences_that_begin_later_into_attendance() -> None:
    """All later absences of all families, and none that had begun; nothing else changes."""
    codes = ["".join("I" if 4 <= n < 8 or n in (40, 41) else ("/", "\\")[n % 2] for n in range(70))]
    effect = [{**EFFECT[0], "effect": [{"families": "100%", "fewer_absences": "100%"}], "lasts": "9 weeks"}]
    one = finished(run(codes, families=effect))
    after = "".join(code for _, code in one.cases.marks(0))
    assert after[4:8] == "IIII"
    assert after[40:42] == "/\\"
    assert one.attended == 2


@FEW
@given(registers(most=4), st.integers(0, 6))
def test_a_resumed_run_is_the_run_that_was_never_stopped(codes: list[str], stopped: int) -> None:
    """Every week again out of the journal, and the weeks that were still to come, are the same."""
    said: Any = {"families": EFFECT, "staff": [{"role": "teacher", "minutes_a_week": "30"}]}
    whole = finished(run(codes, **said))
    first = run(codes, **said)
    for week in first.world.weeks[:stopped]:
        first.apply(first.week(week))
    second = run(codes, **said)
    for entry in first.entries:
        second.apply(entry)
    finished(second)
    assert second.entries == whole.entries
    assert second.items == whole.items
    assert second.attended == whole.attended


def test_a_journal_that_was_cut_off_loses_a_week_and_repeats_none(tmp_path: Path) -> None:
    """A file is there whole or not at all; what was begun beside it is nothing."""
    journal = Journal(tmp_path / "run")
    journal.add(Entry(0, "2025-09-05", listed=[[1, "talk", "", 0, 5, 0, 9]]))
    (tmp_path / "run" / ".week-001.json.gz.abc").write_bytes(b"half of it")
    assert [entry.number for entry in journal.entries()] == [0]
    assert next(journal.entries()).listed == [[1, "talk", "", 0, 5, 0, 9]]


@FEW
@given(registers(), st.sampled_from([(6, 10), (4, 10), (10, 25)]))
def test_a_lower_threshold_reaches_no_fewer(codes: list[str], values: tuple[int, int]) -> None:
    """With no effect, whoever is reached from a higher threshold on is reached from a lower one on."""
    reached = []
    for value in values:
        changed = with_thresholds(policy(), {"low": f"{value}%"})
        one = finished(Run(world(codes), scenario(), changed, 1))
        reached.append({item.key.row for item in one.items if item.key.rule == "talk"})
    assert reached[0] >= reached[1]


@FEW
@given(registers(), st.integers(0, 100), st.integers(0, 100))
def test_more_time_never_lengthens_a_list(codes: list[str], least: int, more: int) -> None:
    """With no effect, and where no action follows another, as much or less is left waiting each week."""
    waiting = []
    for minutes in (least, least + more):
        said = {"staff": [{"role": "school", "minutes_a_week": str(minutes)}]}
        one = finished(Run(world(codes), scenario(**said), policy(), 1))
        waiting.append(
            [
                {(role, where): (int(items), int(left)) for role, where, _, _, items, left in entry.lists}
                for entry in one.entries
            ]
        )
    for short, long in zip(waiting[1], waiting[0], strict=True):
        for place, (items, left) in short.items():
            most = long.get(place, (0, 0))
            assert items <= most[0]
            assert left <= most[1]


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 9), st.integers(0, 30)), max_size=6),
            st.lists(st.integers(0, 40), max_size=3),
            st.integers(0, 60),
        ),
        max_size=8,
    ),
    st.integers(0, 60),
)
def test_more_time_never_leaves_more_of_any_item(
    weeks: list[tuple[list[tuple[int, int]], list[int], int]], more: int
) -> None:
    """Whatever is listed and taken off, with more time every item is as far on or further."""

    def left_after(extra: int) -> list[dict[int, int]]:
        left: dict[int, tuple[int, int]] = {}
        found, number = [], 0
        for listed, off, minutes in weeks:
            for order, takes in listed:
                left[number] = (order, takes)
                number += 1
            for one in off:
                left.pop(one, None)
            spent = spend([Left((order,), n, takes) for n, (order, takes) in left.items()], minutes + extra)
            for one in spent.finished:
                del left[one]
            for one, rest in spent.begun:
                left[one] = (left[one][0], rest)
            found.append({n: takes for n, (_, takes) in left.items()})
        return found

    for short, long in zip(left_after(more), left_after(0), strict=True):
        assert short.keys() <= long.keys()
        assert all(takes <= long[n] for n, takes in short.items())


@settings(max_examples=6, deadline=None)
@given(registers(most=4), st.integers(0, 5))
def test_what_is_asked_is_what_the_reference_asks(codes: list[str], weeks: int) -> None:
    """In columns, on the marks of the whole time: what the reference says as at the date, no mark later."""
    one = run(codes, families=EFFECT)
    for week in one.world.weeks[:weeks]:
        one.apply(one.week(week))
    on = one.world.weeks[weeks].on
    population = one.cases.population()
    session = Session.open(policy(), population.history, on)
    expected = []
    for row, name in enumerate(one.world.ids):
        for found in session.decide(population.history.pupils[name]).recommendations:
            rule = one.rules[found.name]
            if rule.modality in WORK and found.status in OPEN and found.applies.name == "TRUE":
                occasion = found.occasion.first_slot if found.occasion is not None else 0
                expected.append(found_of(rule, row, found.parent or "", occasion, found))  # type: ignore[arg-type]
    assert ask(population, policy(), on).found == sorted(expected)


def test_the_same_seed_gives_the_same_run_and_another_another() -> None:
    """All chance goes by the seed."""
    codes = ["".join("O" if n % 11 < 4 else ("/", "\\")[n % 2] for n in range(70))] * 8
    said: Any = {"work": {"done": "50%"}, "families": EFFECT}
    runs = [finished(run(codes, seed=seed, **said)) for seed in (1, 1, 2)]
    assert runs[0].entries == runs[1].entries
    assert [item.done for item in runs[0].items] != [item.done for item in runs[2].items]


def test_what_is_done_is_on_record_and_leads_on() -> None:
    """A step done is recorded for its parent with what the scenario says of it, and the next step follows."""
    codes = ["".join("O" if n < 20 else ("/", "\\")[n % 2] for n in range(70))]
    records = [{"when": "talked", "fact": "helped", "is": {"no": "100%"}}, RECORDS[1]]
    one = finished(Run(world(codes), scenario(records=records), policy(), 1))
    done = {(item.key.rule, item.key.parent) for item in one.items if item.done}
    assert ("consider", "P00-1") in done
    assert ("write", "P00-2") in done
    pupil = one.cases.pupil(0)
    written = next(row for row in pupil.events if row.event == "written")
    assert written.relies_on, "it names the sessions that it rests on"
    assert [row.value for row in pupil.facts["helped"]] == [False]


def test_nothing_is_done_before_it_is_asked_nor_after_it_is_asked_no_more() -> None:
    """A day of work lies after the decision that listed it, and within the run."""
    codes = ["".join("N" if n % 9 < 2 else ("/", "\\")[n % 2] for n in range(70))] * 3
    one = finished(run(codes, work={"done": "80%", "after": "0 to 2 weeks"}))
    assert any(item.done for item in one.items)
    for item in one.items:
        assert not item.done or item.listed < item.done <= LAST.toordinal()
        assert not (item.done and item.withdrawn)
        assert item.missed <= (not item.done)


@pytest.mark.parametrize("share", ["0%", "100%"])
def test_the_share_that_is_done_is_what_the_scenario_says(share: str) -> None:
    codes = ["".join("I" if n < 20 else ("/", "\\")[n % 2] for n in range(70))] * 3
    one = finished(run(codes, work={"done": share}))
    staffs = [item for item in one.items if item.key.rule != "come"]
    assert staffs
    assert {bool(item.done) for item in staffs} == {share == "100%"}


def test_weeks_begin_and_end_with_school_days() -> None:
    one = world(["/\\" * 35])
    assert [week.on for week in one.weeks] == [dt.date(2025, 9, 5) + dt.timedelta(weeks=n) for n in range(7)]
    assert one.weeks[0].days == tuple(dt.date(2025, 9, 8).toordinal() + n for n in range(5))
    assert one.weeks[-1].days == ()
    assert one.weeks[0].on >= FIRST


def test_a_hundred_pupils_have_as_much_time_as_a_hundred_pupils() -> None:
    """Time per hundred pupils goes by the school's roll."""
    said: Any = {"staff": [{"role": "teacher", "minutes_a_week": "100", "for_each": "100 pupils"}]}
    one = run(["".join("I" if n < 20 else ("/", "\\")[n % 2] for n in range(70))] * 4, **said)
    entry = one.week(one.world.weeks[0])
    assert {tuple(row[:3]) for row in entry.lists if row[0] == "teacher"} == {
        ("teacher", "A", int(100 * Fraction(2, 100))),
        ("teacher", "B", int(100 * Fraction(2, 100))),
    }
