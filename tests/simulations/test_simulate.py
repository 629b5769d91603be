"""The whole of a simulation: a scenario in, a folder out; stopped and gone on with."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost.writers import write_folder
from fingerpost_cli.main import fingerpost
from fingerpost_cli.policies import choose
from fingerpost_dsl import Policy
from fingerpost_simulations.scenarios.read import read_scenario, read_scenario_text
from fingerpost_simulations.simulate import OtherSimulationError, prepare, simulate
from tests.simulations.small import POLICY, SLOTS, history

SCENARIO = """
title: Small
pupils: {history: school}
from: 1 September 2025
until: 17 October 2025
seeds: 2
policies:
  - {name: One, policy: small.policy}
  - {name: Lower, policy: small.policy, change: {low: 5%}}
staff:
  - {role: teacher, minutes_a_week: 40}
other_minutes: 20
work: {done: 80%, after: 0 to 1 week}
records:
  - {when: talked, fact: helped, is: {yes: 50%, no: 50%}}
families:
  - after: talked
    assumption: made up for a test of the whole
    effect: [{families: 60%, fewer_absences: 60%}]
sweeps:
  - {threshold: few, values: [4, 8]}
groups: [year_group, school, helped]
small_numbers: 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A scenario with its school and its policy."""
    return with_scenario(tmp_path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the scenario comes to, done at one go."""
    return files(do(with_scenario(tmp_path_factory.mktemp("whole")), "out"))


def with_scenario(folder: Path) -> Path:
    """Writes the scenario, its school and its policy."""
    drawn = random.Random(3)
    codes = []
    for _ in range(24):
        own = [("/", "\\")[slot % 2] for slot in SLOTS]
        for _ in range(drawn.randrange(4)):
            start, length, code = drawn.randrange(len(SLOTS)), drawn.randrange(1, 14), drawn.choice("IION")
            own[start : start + length] = [code] * len(own[start : start + length])
        codes.append("".join(own))
    write_folder(history(codes), folder / "school")
    (folder / "small.policy").write_text(POLICY, encoding="utf-8")
    (folder / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def do(
    folder: Path, name: str, *, processes: int = 1, watch: Callable[[int, int], None] | None = None
) -> Path:
    prepared, problems = prepare(folder / "scenario.yaml")
    assert prepared is not None, [str(one) for one in problems]
    simulate(prepared, folder / name, processes=processes, watch=watch or (lambda over, total: None))
    return folder / name


class StoppedError(Exception):
    pass


def test_any_number_of_processes_and_any_interruption_give_the_same_bytes(
    folder: Path, whole: dict[str, bytes]
) -> None:
    """Twice, in two processes, and stopped at random weeks and gone on with: every file is the same."""
    assert files(do(folder, "two", processes=2)) == whole
    drawn = random.Random(7)
    for _ in range(3):
        stop = drawn.randrange(1, 30)

        def watch(over: int, total: int, stop: int = stop) -> None:
            if over >= stop and over < total:
                raise StoppedError

        try:
            do(folder, "three", watch=watch)
        except StoppedError:
            assert (folder / "three" / "unfinished").is_dir()
    assert files(do(folder, "three")) == whole


def test_killed_it_goes_on_where_it_was(folder: Path, whole: dict[str, bytes]) -> None:
    """The command is killed outright while it works; given again, it writes what it would have written."""
    arguments = [sys.executable, "-m", "fingerpost_cli.main", "simulate", str(folder / "scenario.yaml")]
    command = [*arguments, "-o", str(folder / "killed"), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    weeks: list[Path] = []
    for _ in range(600):
        weeks = list((folder / "killed").glob("unfinished/*/week-*.json.gz"))
        if len(weeks) > 4 or process.poll() is not None:
            break
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    kept = {path: path.stat().st_mtime_ns for path in weeks if path.exists()}
    subprocess.run(command, check=True, capture_output=True)
    assert files(folder / "killed") == whole
    assert kept, "it was killed while it worked"


def test_a_folder_with_something_else_unfinished_is_left_alone(folder: Path) -> None:
    def stop(over: int, total: int) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        do(folder, "out", watch=stop)
    text = SCENARIO.replace("seeds: 2", "seeds: 3")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(OtherSimulationError, match="something else"):
        do(folder, "out")


def test_the_page_asks_nothing_of_the_network_and_every_file_says_what_it_is(whole: dict[str, bytes]) -> None:
    page = whole["report.html"].decode()
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http://www.w3.org/", "").replace("http://www.w3.org", "")
    assert "<script" not in page
    assert "imulated on your own data" in page
    assert "made up for a test of the whole" in page, "an assumption is repeated"
    marked = [f">{text}</text>" in page for text in ("At risk · One", "At risk · Lower", "Much absence")]
    assert all(marked), "a line that is not where the other policy has it says whose it is"
    tables = {name: content for name, content in whole.items() if name.endswith(".csv")}
    assert {name.removeprefix("tables/") for name in tables} == {
        *("overview.csv", "actions.csv", "tiers.csv", "workload.csv"),
        *("absence.csv", "groups.csv", "moves.csv", "sweeps.csv"),
    }
    for content in tables.values():
        lines = content.decode().splitlines()
        assert lines[0].startswith("data,")
        assert all(line.startswith("simulated on your own data,") for line in lines[1:])


def test_small_numbers_of_own_pupils_are_held_back(folder: Path) -> None:
    """A group of fewer than the scenario says is shown by no number."""
    text = SCENARIO.replace("small_numbers: 3", "small_numbers: 20")
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    rows = files(do(folder, "out"))["tables/groups.csv"].decode().splitlines()[1:]
    of_schools = [row.split(",") for row in rows if ",school," in row]
    assert of_schools
    assert {row[7] for row in of_schools} == {"yes"}
    assert {row[6] for row in of_schools} == {""}


MISTAKES = [
    ("seeds: 2", "seeds: none", "E0651", "a whole number is needed"),
    ("title: Small", "titel: Small", "E0651", "`title` is missing"),
    ("done: 80%", "done: 80", "E0651", "like `90%`"),
    ("yes: 50%, no: 50%", "yes: 50%, no: 40%", "E0651", "100%"),
    ("minutes_a_week: 40", "minutes_a_week: 40, for_each: town", "E0651", "school"),
    ("until: 17 October 2025", "until: 17 August 2025", "E0651", "before"),
    ("name: Lower", "name: One", "E0651", "same name"),
    ("role: teacher", "role: techer", "E0652", "the role `techer`"),
    ("when: talked", "when: talkd", "E0652", "the event `talkd`"),
    ("fact: helped", "fact: helpt", "E0652", "the fact `helpt`"),
    ("yes: 50%, no: 50%", "yes: 50%, perhaps: 50%", "E0652", "perhaps"),
    ("change: {low: 5%}", "change: {lo: 5%}", "E0652", "threshold `lo`"),
    ("change: {low: 5%}", "change: {low: 5 days}", "E0652", "`low` is written like `10%`"),
    ("groups: [year_group", "groups: [year_grup", "E0652", "year_grup"),
    ("policy: small.policy, change", "policy: smal.policy, change", "E0652", "smal.policy"),
]


@pytest.mark.parametrize(("before", "after", "code", "said"), MISTAKES, ids=[one[1] for one in MISTAKES])
def test_a_mistake_is_answered_with_its_place(
    folder: Path, before: str, after: str, code: str, said: str
) -> None:
    assert before in SCENARIO
    (folder / "scenario.yaml").write_text(SCENARIO.replace(before, after), encoding="utf-8")
    prepared, problems = prepare(folder / "scenario.yaml")
    assert prepared is None
    assert {one.code for one in problems} == {code}
    assert any(said in f"{one.message} {one.help}" for one in problems), [str(one) for one in problems]
    assert all(one.span is not None for one in problems)


MANY = """
title: Small
pupils: {made_up: {pupils: -5, begins: 1066, registers: {missing: 2}}}  # E0651 E0651 E0651
from: 1 September 2025
until: 17 August 2025  # E0651
seeds: 0  # E0651
policies:
  - {name: One, policy: small.policy, change: {lo: 5%, few: 5 weeks}}  # E0651 E0652 E0652
  - {name: One, policy: small.policy}
staff:
  - {role: techer, minutes_a_week: none}  # E0652 E0651
minutes: {talkk: -5}  # E0652 E0651
work: {done: 80, exceptions: {tlk: {may: 1%}}}  # E0651 E0652 E0651
records:
  - {when: talked, fact: helped, is: {yes: 50%, perhaps: 40%}, after: 2 days}  # E0651 E0652 E0651
  - {when: talkd, fact: helpt, field: outcome, is: {yes: 100%}}  # E0652 E0652 E0651
families:
  - after: talkd  # E0652
    assumption: short  # E0651
    effect: [{families: 60%, fewer_absences: 60%}, {families: 60%, fewer_absences: 60%}]  # E0651
sweeps:
  - {threshold: fewer, values: [4]}  # E0652 E0651
  - {threshold: few, values: [4, many]}  # E0652
groups: [year_grup, school]  # E0652
"""
"""Each line says what is wrong in it, from left to right."""


def told(folder: Path, text: str) -> list[tuple[int, str]]:
    """The line and the code of each mistake in a scenario."""
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    prepared, problems = prepare(folder / "scenario.yaml")
    assert prepared is None
    return [(one.span.line, one.code) for one in problems if one.span is not None]


def test_all_mistakes_are_told_in_one_run(folder: Path) -> None:
    """One that keeps a value from being understood keeps back no other, of its own part or of another."""
    lines = enumerate(MANY.splitlines(), start=1)
    expected = [(number, code) for number, line in lines for code in line.partition("#")[2].split()]
    assert told(folder, MANY) == expected


SOUND = """\
title: Small
pupils: {history: school}
from: 1 September 2025
until: 17 October 2025
policies: [{name: One, policy: small.policy}]
"""
UNREADABLE = [
    *("pupils: -5", "policies: 5", "policies: [5]", "policies: []", "staff: [5, {}]", "records: 5"),
    *("families: [{after: {a: 1}}]", "sweeps: [{threshold: [few], values: few}]", "minutes: {Bad Key: 5}"),
    *("seeds: {a: [1]}", "work: {exceptions: {talk: 5}}", "title: [a]", "nobody: knows"),
]


@pytest.mark.parametrize("wrong", UNREADABLE)
def test_nothing_is_said_about_what_stands_in_for_a_value(folder: Path, wrong: str) -> None:
    """That the value is not understood is said, and what is wrong elsewhere."""
    key = wrong.partition(":")[0]
    sound = [line for line in SOUND.splitlines() if not line.startswith(f"{key}:")]
    found = told(folder, "\n".join([wrong, *sound, "groups: [helpt]"]))
    assert {code for line, code in found if line == 1} == {"E0651"}
    elsewhere = [] if key == "policies" else [(len(sound) + 2, "E0652")]
    assert [one for one in found if one[0] > 1] == elsewhere


WHOLE = yaml.safe_load(SCENARIO) | {"minutes": {"talk": 5}, "groups": ["school"]}


def places_in(data: object) -> Iterator[tuple[str | int, ...]]:
    """Where anything stands in a document."""
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in parts:
        yield (key,)
        yield from ((key, *inner) for inner in places_in(value))


@given(
    st.dictionaries(
        st.sampled_from(sorted(places_in(WHOLE), key=str)),
        st.sampled_from([None, "5", "x y", "-1", "50%", [], {}, ["x"], {"x": "y"}, [{}], [["x"]]]),
        max_size=4,
    )
)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_scenario_the_rest_is_understood(
    instead: dict[tuple[str | int, ...], object],
) -> None:
    """And the scenario is refused just where it was not understood as a whole."""
    data = deepcopy(WHOLE)
    for path, value in sorted(instead.items(), key=lambda one: -len(one[0])):
        holder = data
        for part in path[:-1]:
            holder = holder[part]
        holder[path[-1]] = deepcopy(value)
    reading = read_scenario_text(json.dumps(data), "scenario.yaml")
    assert reading.understood is not None
    assert bool(reading.problems) >= bool(reading.stand_ins)


def test_new_asks_and_writes_a_scenario_that_is_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = "\n".join(["", "A first: look", "made-up", "60", "", "", "at_risk_from: 4%", ""])
    result = CliRunner().invoke(fingerpost, ["simulate", "new"], input=said)
    assert result.exit_code == 0, result.output
    prepared, problems = prepare(tmp_path / "scenario.yaml", load=shipped)
    assert prepared is not None, [str(one) for one in problems]
    assert prepared.ready.scenario.title == "A first: look"
    assert prepared.ready.scenario.policies[1].change == {"at_risk_from": "4%"}
    assert len(prepared.ready.make(1).ids) == 60
    again = CliRunner().invoke(fingerpost, ["simulate", "new", "-o", "scenario.yaml"])
    assert again.exit_code == 2


EXAMPLES = Path(__file__).parents[2] / "docs" / "examples" / "scenarios"


@cache
def shipped(name: str) -> Policy:
    """A policy as the command loads it, without its tests."""
    chosen = choose(name)
    return chosen.version or chosen.family.versions[-1]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_understood(path: Path) -> None:
    """Every scenario of the manual fits its policies (of the large ones no pupil is made here)."""
    from jsonschema import validate

    from fingerpost_simulations.scenarios.check import check_scenario
    from fingerpost_simulations.scenarios.schema import scenario_schema

    reading = read_scenario(path)
    scenario = reading.scenario
    assert scenario is not None, [str(one) for one in reading.problems]
    assert reading.document is not None
    validate(reading.document.data, scenario_schema())
    policies = []
    for one in scenario.policies:
        near = path.parent / one.policy
        policies.append(shipped(str(near) if near.exists() else one.policy))
    assert check_scenario(reading, policies) == ()


def test_the_schema_beside_the_manual_is_that_of_the_code() -> None:
    """`UPDATE_GOLDEN=1` writes it anew."""
    from fingerpost_simulations.scenarios.schema import scenario_schema

    path = EXAMPLES / "scenario.schema.json"
    text = json.dumps(scenario_schema(), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == text
