"""Made-up pupils are the same for any slice and never look real; what they are saved as is what they are."""

import datetime as dt
import json
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fingerpost import Vocabulary, evaluate_all, versions_of
from fingerpost.readers import read_history
from fingerpost_dsl import Policy
from fingerpost_simulations.people import SYNTHETIC, Groups, People, Spec, make_people
from fingerpost_simulations.people.marking import MISSING, OFF_ROLL
from fingerpost_simulations.people.pupils import YEAR_GROUPS
from fingerpost_simulations.people.spec import Phase, groups_of
from tests.shipped import shipped

PUPILS = 5_000
needs_arrow = pytest.mark.skipif(find_spec("pyarrow") is None, reason="needs the extra `population`")


@cache
def people() -> People:
    return make_people(Spec(pupils=PUPILS), seed=11)


@cache
def registers() -> np.ndarray:
    return people().registers()


@cache
def editions() -> tuple[Policy, ...]:
    return versions_of(shipped("england"))


def vocabulary() -> Vocabulary:
    return Vocabulary.from_policies(*editions())


@cache
def of_2024() -> People:
    return make_people(Spec(pupils=400, begins=2024), seed=3)


@given(first=st.integers(0, PUPILS), size=st.integers(0, 700))
@settings(max_examples=12, deadline=None)
def test_any_slice_has_the_same_bytes(first: int, size: int) -> None:
    """What a slice gives does not depend on where it is cut."""
    part = people().registers(slice(first, first + size))
    assert np.array_equal(part, registers()[first : first + size])


def test_the_same_seed_is_the_same_and_another_is_another() -> None:
    again = make_people(Spec(pupils=PUPILS), seed=11)
    other = make_people(Spec(pupils=PUPILS), seed=12)
    rows = slice(100, 300)
    assert np.array_equal(again.registers(rows), people().registers(rows))
    assert (other.registers(rows) != people().registers(rows)).mean() > 0.02


def test_two_seeds_do_not_share_any_pupil_s_year() -> None:
    """Seeds that lie beside one another begin nowhere near each other in the sequence."""
    one = people().registers(slice(0, 200))
    two = make_people(Spec(pupils=PUPILS), seed=12).registers(slice(0, 200))
    years = {row.tobytes() for row in one}
    absent = [row for row in two if len(set(row.tolist())) > 6]
    assert absent
    assert not any(row.tobytes() in years for row in absent)


def test_every_identifier_says_that_it_is_made_up() -> None:
    made = people()
    for column in (made.ids, made.schools, made.families):
        assert all(name.startswith("SYN-") for name in column.tolist())
    assert made.spec.authority.endswith("(made up)")
    assert Spec(pupils=1, authority="Devon").authority == "Devon (made up)"
    history = made.history(slice(0, 40))
    assert all(school.name and school.name.endswith("(made up)") for school in history.schools.values())


def test_codes_are_those_in_force() -> None:
    """Every byte is a code of the list of its year, a gap, or a session off roll."""
    for made in (people(), of_2024()):
        found = set(np.unique(made.registers(slice(0, 400))).tolist()) - {OFF_ROLL, MISSING}
        assert found <= set(made.codes)
    for made in (people(), of_2024()):
        day = made.year.days[-1]
        assert all(vocabulary().codes.kind(code, day) is not None for code in made.codes.values())
    assert "H" not in of_2024().codes.values()


def test_mornings_have_the_morning_mark() -> None:
    marks = registers()
    assert not (marks[:, 0::2] == ord("\\")).any()
    assert not (marks[:, 1::2] == ord("/")).any()


def test_a_year_has_190_school_days() -> None:
    assert len(people().sessions) == 380
    assert list(people().sessions) == sorted(people().sessions)


def test_who_is_who() -> None:
    """Year groups fit phases, birthdays fit year groups, pupils of special schools have plans."""
    made = people()
    for phase, (first, last) in YEAR_GROUPS.items():
        years = made.year_groups[made.phases == phase.value]
        assert years.min() >= first
        assert years.max() <= last
    for row in range(0, PUPILS, 97):
        birth = dt.date.fromordinal(int(made.births[row]))
        begins = made.spec.starts - 5 - int(made.year_groups[row])
        assert dt.date(begins, 9, 1) <= birth <= dt.date(begins + 1, 8, 31)
    assert set(made.sen[made.phases == "special"].tolist()) == {"plan"}
    assert made.fsm.mean() == pytest.approx(made.spec.groups.fsm, abs=0.001)
    assert (made.sen == "plan").mean() == pytest.approx(made.spec.groups.care_plan, abs=0.001)


def test_brothers_and_sisters_share_parents_and_holidays() -> None:
    made = people()
    sizes = Counter(made.families.tolist())
    assert max(sizes.values()) == 4
    assert 0.4 < sum(size for size in sizes.values() if size > 1) / PUPILS < 0.8
    together = 0
    for name in [name for name, size in sizes.items() if size > 1][:300]:
        rows = np.flatnonzero(made.families == name)
        assert len({made.parent_ids(int(row)) for row in rows}) == 1
        away = [set(np.flatnonzero(registers()[row] == ord("G")).tolist()) for row in rows]
        together += bool(away[0] & away[1])
    assert together > 5


def test_marks_lie_within_the_time_on_roll() -> None:
    first, last = people().stays
    day = np.arange(380) // 2
    there = (day >= first[:, None]) & (day < last[:, None])
    assert np.array_equal(registers() != OFF_ROLL, there)
    assert 0.02 < ((first > 0) | ((last < 190) & (people().year_groups < 11))).mean() < 0.05


def test_some_marks_are_missing_and_some_corrected() -> None:
    share = (registers() == MISSING).sum() / (registers() != OFF_ROLL).sum()
    assert share == pytest.approx(people().spec.registers.missing, rel=0.1)
    rows, sessions, days = people().corrections(slice(0, 500))
    assert len(rows) > 50
    slots = np.array(people().sessions)
    assert (days > slots[sessions] // 2).all()
    assert (registers()[rows, sessions] != ord("N")).all()


def test_a_history_can_be_evaluated() -> None:
    england = editions()[-1]
    history = of_2024().history(slice(0, 12), kinds=tuple(england.events))
    decisions = list(evaluate_all(england, history, dt.date(2025, 6, 13)))
    assert decisions
    assert all(one.subject.startswith("SYN-") for one in decisions if isinstance(one.subject, str))


@needs_arrow
def test_what_is_saved_is_read_back_the_same(tmp_path: Path) -> None:
    """Saved and read, the people are the very history that they were."""
    both = (make_people(Spec(pupils=60), seed=5), make_people(Spec(pupils=60, begins=2024), seed=3))
    for number, made in enumerate(both):
        folder = tmp_path / str(number)
        made.save(folder)
        history, problems = read_history(folder, vocabulary())
        assert history is not None
        assert not problems
        assert history.digest == made.history().digest


@needs_arrow
def test_every_file_says_that_it_is_synthetic(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    make_people(Spec(pupils=50), seed=5).save(tmp_path / "saved")
    for path in (tmp_path / "saved").iterdir():
        if path.suffix == ".parquet":
            assert pq.read_schema(path).metadata[b"synthetic"] == SYNTHETIC.encode()
        else:
            assert path.read_text(encoding="utf-8").splitlines()[0] == f"# {SYNTHETIC}"
    with pytest.raises(FileExistsError):
        make_people(Spec(pupils=50), seed=5).save(tmp_path / "saved")


@pytest.mark.parametrize(
    ("said", "problem"),
    [
        ({"pupils": 0}, "greater than or equal to 1"),
        ({"pupils": 5, "begins": 1999}, "there are calendars for"),
        ({"pupils": 5, "phases": {"primary": 0.5}}, "add up to 0.500"),
        ({"pupils": 5, "overall": {"primary": 0.05}, "unauthorised": {"primary": 0.05}}, "as high as"),
        ({"pupils": 5, "absence": 0.05}, "Extra inputs"),
    ],
)
def test_a_spec_that_cannot_be_is_refused(said: dict[str, object], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Spec.model_validate(said)


def test_groups_that_are_not_given_are_those_of_the_year() -> None:
    assert Spec(pupils=1, year="2018/19").groups == groups_of("2018/19") != Spec(pupils=1).groups
    own = Spec.model_validate({"pupils": 1, "year": "2018/19", "groups": {"fsm": 0.4}})
    assert own.groups == groups_of("2018/19").model_copy(update={"fsm": 0.4})
    assert Spec(pupils=1, year="2018/19", groups=Groups()).groups == Groups()
    assert Spec.model_validate_json(own.model_dump_json()) == own


def test_a_spec_has_a_schema() -> None:
    assert "pupils" in json.dumps(Spec.model_json_schema())


def test_a_single_school_has_one_phase() -> None:
    made = make_people(
        Spec(pupils=210, phases={Phase.PRIMARY: 1.0}, school_sizes={Phase.PRIMARY: 400}), seed=1
    )
    assert len(made.school_ids) == 1
    assert set(made.phases.tolist()) == {"primary"}
