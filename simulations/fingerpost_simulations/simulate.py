"""The front door of simulations: a scenario in, a folder with a report, a summary and tables out.

`prepare` reads a scenario, its policies and its pupils and checks them against each other; `simulate` does
the runs and writes the results. Whatever is found to be wrong is returned as diagnostics. Nothing leaves the
machine, and nothing reads a clock: the same scenario gives the same bytes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

from fingerpost.history import History
from fingerpost.policies import PolicyError, load_policy
from fingerpost.readers import read_history
from fingerpost.readers.documents import Document
from fingerpost.readers.problems import Problems
from fingerpost.version import ENGINE
from fingerpost.vocabulary import Vocabulary
from fingerpost.writers.whole import write_whole
from fingerpost_dsl.diagnostics import Diagnostic, has_errors, in_order
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.extras import needs
from fingerpost_simulations.hillview import hillview
from fingerpost_simulations.people import SYNTHETIC
from fingerpost_simulations.report.page import report_page
from fingerpost_simulations.report.story import Story
from fingerpost_simulations.report.summary import summary_text
from fingerpost_simulations.results import tables as make
from fingerpost_simulations.results.groups import can_group_by, groups_of, title_of
from fingerpost_simulations.results.measures import all_measures
from fingerpost_simulations.results.outcome import Outcome
from fingerpost_simulations.results.tables import Grouping, Table
from fingerpost_simulations.results.write import write_tables
from fingerpost_simulations.runs.made_up import MadeUp
from fingerpost_simulations.runs.together import Ready, Watch, Worker, do_all
from fingerpost_simulations.runs.world import World, world_of
from fingerpost_simulations.scenarios.check import UNFIT, check_scenario
from fingerpost_simulations.scenarios.model import Scenario
from fingerpost_simulations.scenarios.read import Reading, made_up, read_scenario
from fingerpost_simulations.scenarios.thresholds import is_allowed, with_thresholds

UNFINISHED = "unfinished"
"""The folder in which journals are kept until a simulation is over."""

Loader = Callable[[str], Policy | PolicyFamily]


class OtherSimulationError(Exception):
    """The folder holds an unfinished simulation of something else."""


@dataclass(frozen=True)
class Prepared:
    """A scenario that can be simulated, and what identifies it."""

    ready: Ready
    origin: str
    """What its data are, as every file says."""
    identity: str
    """A digest of the scenario, the policies, the pupils and the engine."""
    warnings: tuple[Diagnostic, ...] = ()


def prepare(
    path: Path, *, load: Loader = load_policy, seeds: int | None = None
) -> tuple[Prepared | None, tuple[Diagnostic, ...]]:
    """Read and check a scenario with all it names. `seeds` takes the place of those that it says."""
    reading = read_scenario(path)
    scenario, document = reading.understood, reading.document
    if scenario is None or document is None:
        return None, reading.problems
    problems = Problems()
    loaded = _policies(reading, document, path.parent, load, problems)
    _see_to_history(reading, document, path.parent, problems)
    unfit = (*problems.all(keep_going=False), *check_scenario(reading, loaded))
    wrong = in_order([*reading.problems, *unfit])
    if has_errors(wrong):
        return None, wrong
    if seeds is not None:
        scenario = scenario.model_copy(update={"seeds": seeds})
    policies = tuple(
        with_thresholds(policy, one.change)
        for policy, one in zip(loaded, scenario.policies, strict=True)
        if policy is not None
    )
    return _with_pupils(scenario, policies, document, path.parent)


def _policies(
    reading: Reading, document: Document, beside: Path, load: Loader, problems: Problems
) -> tuple[Policy | None, ...]:
    """Those of a scenario, in its order; None for one that cannot be had."""
    scenario = reading.understood
    assert scenario is not None
    found: list[Policy | None] = []
    load = cache(load)
    for place, one in enumerate(scenario.policies):
        path = ("policies", place, "policy")
        if reading.stands_in(path):
            found.append(None)
            continue
        near = beside / one.policy
        try:
            policy = load(str(near) if near.exists() else one.policy)
        except PolicyError as error:
            advice = "`fingerpost check` says what is wrong with it"
            problems.add(UNFIT, str(error), document.where(*path), help=advice)
            found.append(None)
            continue
        found.append(_in_force(policy, scenario) if isinstance(policy, PolicyFamily) else policy)
    return tuple(found)


def _see_to_history(reading: Reading, document: Document, beside: Path, problems: Problems) -> None:
    """Whether there is the history that is named; what is wrong in it is told when it is read."""
    path = ("pupils", "history")
    said = reading.understood.pupils.history if reading.understood else None
    if said is not None and not reading.stands_in(path) and not (beside / said).exists():
        message = f"`{beside / said}` cannot be read: no such file or directory"
        where = document.where(*path)
        problems.add("E0601", message, where, help="write where it is, from where the scenario lies")


def _in_force(family: PolicyFamily, scenario: Scenario) -> Policy:
    """Of a family the version in force when the run begins, else the latest."""
    return family.in_force_on(scenario.first) or family.versions[-1]


def _with_pupils(
    scenario: Scenario, policies: tuple[Policy, ...], document: Document, beside: Path
) -> tuple[Prepared | None, tuple[Diagnostic, ...]]:
    pupils = scenario.pupils
    warnings: tuple[Diagnostic, ...] = ()
    if pupils.history is not None:
        path = beside / pupils.history
        history, found = read_history(path, Vocabulary.from_policies(*policies))
        if history is None or has_errors(found):
            return None, found
        warnings = found
        ready = _of_history(scenario, policies, history)
        origin, data = "simulated on your own data", history.digest
    elif pupils.made_up is not None:
        spec = made_up(pupils.made_up)
        maker = MadeUp(spec, policies, scenario.first, scenario.last)
        ready = Ready(scenario, policies, maker, same_world=False)
        origin, data = SYNTHETIC, spec.model_dump_json()
    else:
        ready = _of_history(scenario, policies, hillview())
        origin, data = "SYNTHETIC: nobody in this is real", "hillview"
    problems = Problems()
    _see_to_weeks(ready, document, problems)
    if problems.errors:
        return None, problems.all(keep_going=False)
    identity = _identity(scenario, policies, data)
    return Prepared(ready, origin, identity, warnings), warnings


def _of_history(scenario: Scenario, policies: tuple[Policy, ...], history: History) -> Ready:
    world = world_of(history, policies, scenario.first, scenario.last)
    return Ready(scenario, policies, partial(_always, world), same_world=True)


def _always(world: World, seed: int) -> World:
    del seed  # the pupils are the same whatever it is
    return world


def _see_to_weeks(ready: Ready, document: Document, problems: Problems) -> None:
    world = ready.make(ready.scenario.first_seed)
    if not world.weeks:
        problems.add(
            UNFIT,
            "no school has a marked session between `from` and `until`",
            document.where("from"),
            help="take dates of which there are registers",
        )
    for place, by in enumerate(ready.scenario.groups):
        if not can_group_by(by, world, ready.policies[0]):
            problems.add(UNFIT, f"nothing says of these pupils `{by}`", document.where("groups", place))


def _identity(scenario: Scenario, policies: Sequence[Policy], data: str) -> str:
    said = {
        "scenario": scenario.model_dump(mode="json", by_alias=True),
        "policies": [policy.digest for policy in policies],
        "data": data,
        "engine": ENGINE,
    }
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def simulate(
    prepared: Prepared, folder: Path, *, processes: int = 1, watch: Watch = lambda over, total: None
) -> tuple[Path, ...]:
    """Do the runs of a scenario, or what is left of them, and write the results; the files that were written.

    Raises OtherSimulationError if the folder holds an unfinished simulation of something else, and
    CannotSimulateError if the extra `simulate` is missing.
    """
    needs("matplotlib", "pyarrow", "xlsxwriter")
    unfinished = folder / UNFINISHED
    _claim(unfinished, prepared.identity)
    outcomes: dict[str, list[Outcome]] = {one.name: [] for one in prepared.ready.scenario.policies}
    swept: list[tuple[str, str, bool, Mapping[str, float | None]]] = []
    for task, outcome in do_all(prepared.ready, unfinished, processes=processes, watch=watch):
        if task.threshold:
            allowed = is_allowed(prepared.ready.policies[0], task.threshold, task.value)
            swept.append((task.threshold, task.value, allowed, all_measures(outcome)))
        else:
            outcomes[outcome.policy].append(outcome)
    written = _write(prepared, outcomes, swept, folder)
    shutil.rmtree(unfinished)
    return written


def _claim(unfinished: Path, identity: str) -> None:
    """Take the folder for this simulation."""
    stamp = unfinished / "identity.txt"
    if unfinished.exists():
        known = stamp.read_text(encoding="utf-8") if stamp.is_file() else ""
        if known.strip() != identity:
            raise OtherSimulationError(
                f"{unfinished} holds an unfinished simulation of something else; remove it, or give "
                "another folder"
            )
        return
    unfinished.mkdir(parents=True)
    write_whole(stamp, f"{identity}\n")


def _write(
    prepared: Prepared,
    outcomes: Mapping[str, list[Outcome]],
    swept: list[tuple[str, str, bool, Mapping[str, float | None]]],
    folder: Path,
) -> tuple[Path, ...]:
    ready = prepared.ready
    order = [(sweep.threshold, value) for sweep in ready.scenario.sweeps for value in sweep.values]
    swept.sort(key=lambda one: order.index((one[0], one[1])))
    made = all_tables(ready, outcomes, _groupings(ready), swept)
    story = Story(ready.scenario, ready.policies, {table.name: table for table in made}, prepared.origin)
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    files = {
        folder / "report.html": report_page(story),
        folder / "summary.md": summary_text(story),
    }
    for path, text in files.items():
        write_whole(path, text)
    return (*files, *write_tables(made, folder / "tables", prepared.origin))


def all_tables(
    ready: Ready,
    outcomes: Mapping[str, list[Outcome]],
    groupings: Sequence[Grouping],
    swept: Sequence[tuple[str, str, bool, Mapping[str, float | None]]],
) -> list[Table]:
    """Every table of a simulation."""
    small = ready.scenario.small_numbers if ready.scenario.is_own else 1
    made = [
        make.overview(outcomes),
        make.actions(outcomes),
        make.tiers(outcomes),
        make.workload(outcomes),
        make.absence(outcomes),
    ]
    if groupings:
        made.append(make.groups(outcomes, groupings, small=small))
    if len(outcomes) > 1:
        made.append(make.moves(outcomes))
    if swept:
        made.append(make.sweeps(swept))
    return made


def _groupings(ready: Ready) -> list[Grouping]:
    worker = Worker(ready, Path())
    policy = ready.policies[0]
    found: dict[str, dict[int, Sequence[str]]] = {by: {} for by in ready.scenario.groups}
    for seed in ready.seeds:
        world = worker.world(seed)
        for by, of_seed in found.items():
            of_seed[seed] = groups_of(world, policy, by, ready.scenario.last)
    return [Grouping(by, title_of(by, policy), groups) for by, groups in found.items()]
