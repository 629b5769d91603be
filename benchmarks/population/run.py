"""Ourselves beside other tools on the same made-up pupils; writes results.md and results.json.

python -m benchmarks.population.run [--sizes 10000 100000 1000000] [--full] [--peers numpy duckdb]

A peer that is not installed is left out and said; so is one that would take longer than `--patience` seconds
at a size, judged by the size before. The exit code is 1 if answers differ.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.population.child import QUESTIONS, Measured
from benchmarks.population.machine import this_machine
from benchmarks.population.peers import NAMES, peer
from benchmarks.population.peers.peer import Peer
from benchmarks.population.table import Outcome, Report, markdown

HERE = Path(__file__).resolve().parent
SIZES = (10_000, 100_000, 1_000_000)
ENGLAND = 9_000_000
DAILY = (3_000, 30_000)
"""Of how many pupils every day is asked about; of the larger sizes too with `--full`."""
PACKAGES = ("duckdb", "polars", "pandas", "numpy", "numba", "pyarrow", "zen-engine", "cedarpy", "fingerpost")


def main() -> int:
    """Runs everything and writes the table."""
    asked = _arguments()
    peers, missing = _peers(asked.peers)
    for reason in missing:
        print(reason, file=sys.stderr)
    machine = this_machine()
    sizes = sorted({*asked.sizes, *([ENGLAND] if asked.full else [])})
    outcomes = [
        outcome
        for question in QUESTIONS
        for name, one in peers.items()
        if question == "one_date" or one.every_day is not None
        for outcome in _scaling(name, question, _sizes(sizes, question, asked.full), asked)
    ]
    report = Report(
        date=dt.datetime.now(tz=dt.UTC).date().isoformat(),
        machine=machine,
        versions=_versions(),
        start_up={name: _start_up(one) for name, one in peers.items()},
        outcomes=compared(outcomes, peers),
    )
    page = markdown(report, peers)
    if missing:
        page += "\nNot run: " + "; ".join(missing) + ".\n"
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / "results.md").write_text(page, encoding="utf-8")
    (asked.out / "results.json").write_text(json.dumps(asdict(report), indent=1) + "\n", encoding="utf-8")
    print(page)
    return 0 if report.all_agree else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of pupils")
    parser.add_argument(
        "--full", action="store_true", help=f"{ENGLAND:,} pupils too, and daily for all sizes"
    )
    parser.add_argument("--peers", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--patience", type=float, default=120, help="seconds that one size may take")
    parser.add_argument(
        "--repeat", type=int, default=3, help="runs of each batch, of which the fastest counts"
    )
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the results")
    return parser.parse_args()


def _peers(names: Sequence[str]) -> tuple[dict[str, Peer], list[str]]:
    found: dict[str, Peer] = {}
    missing = []
    for name in names:
        try:
            found[name] = peer(name)
        except ImportError as error:
            missing.append(str(error))
    return found, missing


def _sizes(sizes: Sequence[int], question: str, full: bool) -> Sequence[int]:
    if question == "one_date":
        return sizes
    return [*DAILY, *(size for size in sizes if full and size > max(DAILY))]


def _scaling(name: str, question: str, sizes: Sequence[int], asked: argparse.Namespace) -> list[Outcome]:
    """One peer at growing sizes, for as long as patience lasts."""
    outcomes: list[Outcome] = []
    pace = 0.0
    """Seconds a pupil, as measured at the size before."""
    for size in sizes:
        if pace * size > asked.patience:
            why = f"not tried, it would take some {pace * size:,.0f} s"
            outcomes.append(Outcome(name, question, size, why_not=why))
            continue
        print(f"{question} {name} {size:,}", file=sys.stderr, flush=True)
        outcome = _ask(name, question, size, asked.repeat)
        outcomes.append(outcome)
        if outcome.measured is None:
            break
        found = outcome.measured
        pace = (found.load_seconds + asked.repeat * found.seconds) / size
    return outcomes


def _ask(name: str, question: str, size: int, repeat: int) -> Outcome:
    """One measurement in a process of its own."""
    module = "benchmarks.population.child"
    command = [sys.executable, "-m", module, name, "--question", question, "--pupils", str(size)]
    done = subprocess.run(
        [*command, "--repeat", str(repeat)], capture_output=True, text=True, check=False, cwd=HERE.parents[1]
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"ended with {done.returncode}"]
        return Outcome(name, question, size, why_not=last[0])
    return Outcome(name, question, size, Measured(**json.loads(done.stdout)))


def compared(outcomes: Sequence[Outcome], peers: Mapping[str, Peer]) -> list[Outcome]:
    """Each with whether its answers are those of the first who was asked the same."""
    return [replace(one, agrees=_agrees(one, outcomes, peers)) for one in outcomes]


def _agrees(one: Outcome, outcomes: Sequence[Outcome], peers: Mapping[str, Peer]) -> bool | None:
    if one.measured is None:
        return None
    judged = None
    for other in outcomes:
        same = (other.question, other.pupils) == (one.question, one.pupils) and other.peer != one.peer
        if same and other.measured is not None and peers[other.peer].asks == peers[one.peer].asks:
            mine, theirs = one.measured.digests, other.measured.digests
            sampled = peers[one.peer].sample or peers[other.peer].sample
            keys = ["sample"] if sampled else [key for key in mine if key in theirs]
            judged = (judged is not False) and all(mine[key] == theirs[key] for key in keys)
    return judged


def _start_up(one: Peer) -> float:
    return max(_shortest(one.start) - _shortest("pass"), 0.0)


def _shortest(source: str) -> float:
    """Milliseconds of the fastest of three processes."""
    times = []
    for _ in range(3):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", source], check=True, cwd=HERE.parents[1])
        times.append(time.perf_counter() - started)
    return min(times) * 1000


def _versions() -> dict[str, str]:
    found = {}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


if __name__ == "__main__":
    sys.exit(main())
