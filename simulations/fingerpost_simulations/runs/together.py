"""All the runs of a scenario: each policy with each seed, each value of a sweep, in so many processes.

A run is one piece of work and keeps its own journal, so the number of processes decides nothing but the time;
results are put together in the order of the scenario. Whoever waits can count the weeks that are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from fingerpost_dsl.model.policy import Policy
from fingerpost_simulations.results.outcome import Outcome, outcome_of
from fingerpost_simulations.runs.journal import Journal
from fingerpost_simulations.runs.run import Run
from fingerpost_simulations.runs.world import World
from fingerpost_simulations.scenarios.model import Scenario
from fingerpost_simulations.scenarios.thresholds import with_thresholds

_PATIENCE = 0.5
"""Seconds between two looks at how far the runs are."""

Maker = Callable[[int], World]
"""Makes the world of a seed."""
Watch = Callable[[int, int], None]
"""Is told how many weeks are over, and of how many."""


@dataclass(frozen=True)
class Task:
    """One run: a policy of the scenario, with a seed; of a sweep, with one threshold changed."""

    policy: int
    seed: int
    threshold: str = ""
    value: str = ""

    @property
    def folder(self) -> str:
        """The name of the folder in which its journal is kept."""
        of_sweep = f"-{self.threshold}-{''.join(c for c in self.value if c.isalnum() or c == '.')}"
        return f"policy-{self.policy + 1}-seed-{self.seed}{of_sweep if self.threshold else ''}"


@dataclass(frozen=True)
class Ready:
    """A scenario that was checked, its policies, and how its worlds are made."""

    scenario: Scenario
    policies: tuple[Policy, ...]
    """Those of the scenario, in its order, with their thresholds changed."""
    make: Maker
    same_world: bool
    """Whether every seed has the same pupils."""

    @property
    def seeds(self) -> range:
        """The seeds, in order."""
        return range(self.scenario.first_seed, self.scenario.first_seed + self.scenario.seeds)

    def tasks(self) -> list[Task]:
        """Every run, those of a seed together, since they share its pupils."""
        found: list[Task] = []
        for seed in self.seeds:
            found += [Task(place, seed) for place in range(len(self.policies))]
            found += [
                Task(0, seed, sweep.threshold, value)
                for sweep in self.scenario.sweeps
                for value in sweep.values
            ]
        return found

    def policy_of(self, task: Task) -> Policy:
        """The policy of a run."""
        policy = self.policies[task.policy]
        return with_thresholds(policy, {task.threshold: task.value}) if task.threshold else policy


class Worker:
    """Does runs, one after another; keeps the pupils of the latest seed."""

    def __init__(self, ready: Ready, folder: Path) -> None:
        self.ready = ready
        self.folder = folder
        self._world: tuple[int, World] | None = None

    def world(self, seed: int) -> World:
        """The pupils of a seed."""
        key = 0 if self.ready.same_world else seed
        if self._world is None or self._world[0] != key:
            self._world = (key, self.ready.make(seed))
        return self._world[1]

    def weeks(self, task: Task, tick: Callable[[], None]) -> Outcome:
        """Do a run, or what is left of it."""
        ready = self.ready
        run = Run(self.world(task.seed), ready.scenario, ready.policy_of(task), task.seed)
        journal = Journal(self.folder / task.folder)
        run.resume(journal)
        for _ in run.entries:
            tick()
        for _ in run.go_on(journal):
            tick()
        return outcome_of(run, ready.scenario.policies[task.policy].name)


def do_all(ready: Ready, folder: Path, *, processes: int, watch: Watch) -> Iterator[tuple[Task, Outcome]]:
    """Every run with what came of it, in the order of `Ready.tasks`."""
    tasks = ready.tasks()
    worker = Worker(ready, folder)
    total = len(tasks) * len(worker.world(ready.scenario.first_seed).weeks)
    if processes <= 1 or len(tasks) == 1:
        over = [0]

        def tick() -> None:
            over[0] += 1
            watch(over[0], total)

        for task in tasks:
            yield task, worker.weeks(task, tick)
        return
    yield from _in_processes(tasks, worker, processes, lambda over: watch(over, total))


def _in_processes(
    tasks: Sequence[Task], worker: Worker, processes: int, tick: Callable[[int], None]
) -> Iterator[tuple[Task, Outcome]]:
    pool = ProcessPoolExecutor(
        min(processes, len(tasks)), initializer=_begin, initargs=(worker.ready, worker.folder)
    )
    try:
        futures: list[Future[Outcome]] = [pool.submit(_do, task) for task in tasks]
        for task, future in zip(tasks, futures, strict=True):
            while not future.done():
                wait([future], timeout=_PATIENCE, return_when=FIRST_COMPLETED)
                tick(sum(1 for _ in worker.folder.glob("*/week-*.json.gz")))
            yield task, future.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_worker: list[Worker] = []
"""What does runs in this process, if it is one of several."""


def _begin(ready: Ready, folder: Path) -> None:
    _worker.append(Worker(ready, folder))


def _do(task: Task) -> Outcome:
    return _worker[0].weeks(task, lambda: None)
