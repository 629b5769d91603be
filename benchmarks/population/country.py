"""From files to a file, for as many pupils as England has; writes country.md.

python -m benchmarks.population.country FOLDER [--sizes 10000 100000 1000000] [--full] [--kills 2]

In FOLDER are made the registers of each size, once, and what comes of them. Each thing asked for is a process
of its own, with those that it starts; what does not end within `--patience` seconds is stopped and said. At
the largest size the work is killed at random moments and resumed. The exit code is 1 if files differ that
should be the same, and 2 if there is nowhere to write.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import random
import resource
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.population.data import EVENTFUL, SEED, batches
from benchmarks.population.files import write
from benchmarks.population.machine import this_machine

HERE = Path(__file__).resolve().parent
SIZES = (10_000, 100_000, 1_000_000)
ENGLAND = 9_000_000
ON = "2025-06-13"
"""A Friday towards the end of the year that is made up."""
_FINGERPOST = ("-m", "fingerpost_cli")
_WITHOUT_NUMBA = "import sys; sys.modules['numba'] = None; from fingerpost_cli.main import main; main()"
_SECONDS_BETWEEN_LOOKS = 0.5


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command took."""

    seconds: float
    peak_mib: float
    """The most memory of all its processes together, what they share counted once; 0 if nobody looked."""
    processor_seconds: float
    """Of all its processes together."""
    system_seconds: float
    """Of these, what the system took for itself: most of it to hand out memory."""
    said: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked for, and what it took at each size; in place of what was not measured, why."""

    title: str
    cells: Mapping[int, str]


def main() -> int:
    """Measures everything and writes the page."""
    asked = _arguments()
    for folder in (asked.folder, asked.out):
        if reason := _why_not_in(folder):
            print(f"Cannot write in {folder}: {reason}.", file=sys.stderr)
            return 2
    sizes = sorted({*asked.sizes, *([ENGLAND] if asked.full else [])})
    machine = this_machine()
    country = Country(asked.folder, asked.threads, asked.memory, asked.patience)
    rows = country.measured(sizes)
    killed = country.killed(sizes[-1], asked.kills) if asked.kills and sizes[-1] in country.files else ""
    page = f"""\
# From files to a file

Made by `python -m benchmarks.population.country` on {dt.datetime.now(tz=dt.UTC).date().isoformat()}: \
{machine.processor}, {machine.cores} cores, {machine.memory_gib:g} GiB, {machine.system}, {machine.python}; \
a copy in memory runs at {machine.copy_gb_per_second:g} GB/s on one core (read and written), a GiB that no \
program had lately is given within {machine.first_gib_seconds:g} s; load when it began {machine.load:g}.

Made-up pupils (seed {SEED}, a year's registers, one calendar, {EVENTFUL:.0%} with support and notices on \
record) in four Parquet files; England 2024.08 as on {ON}, `--threads {asked.threads} \
--memory {asked.memory}`. Seconds from the start of the command to its end; memory is the most that all its \
processes had together, in a run of its own, since to look at it takes time.

{_table(rows, sizes)}

{killed}
"""
    (asked.out / "country.md").write_text(page, encoding="utf-8")
    print(page)
    return 0 if country.agrees else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="numbers of pupils")
    parser.add_argument("--full", action="store_true", help=f"{ENGLAND:,} pupils too: a quarter of an hour")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="8GiB")
    parser.add_argument("--kills", type=int, default=2, help="how often the largest is killed and resumed")
    parser.add_argument("--patience", type=float, default=900, help="seconds that one thing may take")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the page")
    return parser.parse_args()


def _why_not_in(folder: Path) -> str:
    """Why nothing can be written in a folder, which is made if it is not there; blank if it can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return ""
    except FileExistsError:
        return "it is no folder"
    except OSError as error:
        return (error.strerror or str(error)).lower()


class Country:
    """The commands, and whether what should be the same was."""

    def __init__(self, folder: Path, threads: int, memory: str, patience: float) -> None:
        """Nothing is made yet."""
        self.folder = folder
        self.limits = ("--threads", str(threads), "--memory", memory)
        self.processes = str(threads)
        self.patience = patience
        self.agrees = True
        self.files: dict[int, str] = {}
        """By size, the SHA-256 of what the whole policy comes to."""
        self.seconds: dict[int, float] = {}

    def measured(self, sizes: Sequence[int]) -> list[Row]:
        """Everything but the killing."""
        for size in sizes:
            self._made(size)
        whole = {size: self._whole(size, _FINGERPOST) for size in sizes}
        watched = {size: self._whole(size, _FINGERPOST, watched=True) for size in sizes}
        plain = {size: self._whole(size, ("-c", _WITHOUT_NUMBA)) for size in sizes}
        tiers = {size: self.run(size, (*_FINGERPOST, *self._tiers(size))) for size in sizes}
        memory = {size: f"{ran.peak_mib:,.0f}" if ran else "–" for size, ran in watched.items()}
        one, several = ({size: self._on_date(size, many) for size in sizes} for many in ("1", self.processes))
        return [
            Row("the whole policy with status and dates, from Parquet to Parquet: seconds", _seconds(whole)),
            Row("pupils a second", {size: _pace(size, ran) for size, ran in whole.items()}),
            Row("memory, MiB", memory),
            Row("processor time, of which the system's own: seconds", _processor_time(whole)),
            Row("recommendations", {size: self._rows(size) for size in sizes}),
            Row("the same without machine code (NumPy alone): seconds", _seconds(plain)),
            Row("who is in which tier on the date, from Parquet: seconds", _seconds(tiers)),
            Row("reading and packing: seconds", _part(one, "read")),
            Row("what applies on the date, from planes, one process: seconds", _part(one, "asked")),
            Row(f"the same, {self.processes} processes: seconds", _part(several, "asked")),
        ]

    def killed(self, size: int, times: int) -> str:
        """Kills the work at random moments and resumes it; says what came of it."""
        chance = random.Random(SEED)
        output = self._output(size, "killed")
        resume: tuple[str, ...] = ()
        moments = []
        for _ in range(times):
            moment = chance.uniform(0.3, 0.9) * self.seconds[size]
            ran = self.run(size, (*_FINGERPOST, *self._evaluate(size, output), *resume), stop_after=moment)
            if ran is not None:
                break
            moments.append(f"{moment:.0f}")
            resume = ("--resume",)
        if not moments:
            return "It had ended before it could be killed."
        self.run(size, (*_FINGERPOST, *self._evaluate(size, output), *resume))
        same = _digest(output) == self.files[size]
        self.agrees &= same
        verdict = "the same file, octet for octet" if same else "**another file**"
        return (
            f"Killed after {' and '.join(moments)} s and resumed each time, {size:,} pupils: {verdict} "
            f"(SHA-256 {self.files[size][:12]}…)."
        )

    # --- commands ---------------------------------------------------------------------------------

    def _whole(self, size: int, python: Sequence[str], *, watched: bool = False) -> Ran | None:
        """The whole policy; whoever works it out, the file is the same."""
        output = self._output(size, "whole")
        ran = self.run(size, (*python, *self._evaluate(size, output)), watched=watched)
        if ran is not None:
            digest = _digest(output)
            self.agrees &= self.files.setdefault(size, digest) == digest
            self.seconds.setdefault(size, ran.seconds)
        return ran

    def _evaluate(self, size: int, output: Path) -> tuple[str, ...]:
        asked = ("evaluate", str(self._registers(size)), "--on", ON, "--format", "parquet")
        return (*asked, *self.limits, "-o", str(output))

    def _tiers(self, size: int) -> tuple[str, ...]:
        asked = ("evaluate", str(self._registers(size)), "--on", ON, "--by", "tier", "--without-overdue")
        return (*asked, "-o", str(self._output(size, "tiers").with_suffix(".csv")))

    def _on_date(self, size: int, processes: str) -> Mapping[str, float] | None:
        asked = (str(self._registers(size)), "--on", ON, "--processes", processes)
        ran = self.run(size, ("-m", "benchmarks.population.on_date", *asked))
        if ran is None:
            return None
        found: Mapping[str, float] = json.loads(ran.said)
        return found

    def run(
        self, size: int, arguments: Sequence[str], *, stop_after: float | None = None, watched: bool = False
    ) -> Ran | None:
        """What a command took; None if it was stopped. It is killed with all that it started.

        Its memory is looked at only if it is `watched`: to look takes the processes a tenth of their time.
        """
        print(f"{size:,}: {shlex.join(arguments)}", file=sys.stderr, flush=True)
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        limit, peak = stop_after or self.patience, 0.0
        with (
            tempfile.TemporaryFile("w+") as told,
            subprocess.Popen(
                [sys.executable, *arguments],
                cwd=HERE.parents[1],
                stdout=subprocess.PIPE,
                stderr=told,
                text=True,
                start_new_session=True,
            ) as process,
        ):
            while process.poll() is None:
                if time.perf_counter() - started > limit:
                    os.killpg(process.pid, signal.SIGKILL)
                    return None
                if watched:
                    peak = max(peak, _memory(process.pid))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_SECONDS_BETWEEN_LOOKS)
            seconds = time.perf_counter() - started
            said = process.stdout.read() if process.stdout else ""
            if process.returncode:
                told.seek(0)
                raise RuntimeError(f"it ended with {process.returncode}: {told.read().strip()}")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        system = after.ru_stime - before.ru_stime
        return Ran(seconds, peak, after.ru_utime - before.ru_utime + system, system, said)

    # --- files ------------------------------------------------------------------------------------

    def _registers(self, size: int) -> Path:
        return self.folder / f"registers-{size}"

    def _output(self, size: int, what: str) -> Path:
        return self.folder / f"{what}-{size}.parquet"

    def _made(self, size: int) -> None:
        """Writes the registers, unless they are there; what is there is whole."""
        folder = self._registers(size)
        if not folder.exists():
            begun = folder.with_name(f"{folder.name}.begun")
            print(f"{size:,}: makes the registers", file=sys.stderr, flush=True)
            write(batches(size, seed=SEED, kinds=1), begun)
            begun.rename(folder)

    def _rows(self, size: int) -> str:
        import pyarrow.parquet as pq

        if size not in self.files:
            return "–"
        return f"{pq.read_metadata(self._output(size, 'whole')).num_rows:,}"


def _memory(process: int) -> float:
    """What a process and those it started have at the moment, in MiB; what they share counts once."""
    total = 0
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(process)
        for one in (first, *first.children(recursive=True)):
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied, FileNotFoundError):
                total += one.memory_full_info().pss
    return total / 2**20


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _seconds(ran: Mapping[int, Ran | None]) -> dict[int, str]:
    return {size: f"{one.seconds:,.1f}" if one else "–" for size, one in ran.items()}


def _processor_time(ran: Mapping[int, Ran | None]) -> dict[int, str]:
    return {
        size: f"{one.processor_seconds:,.0f}, {one.system_seconds:,.0f}" if one else "–"
        for size, one in ran.items()
    }


def _pace(size: int, ran: Ran | None) -> str:
    return f"{float(f'{size / ran.seconds:.3g}'):,.0f}" if ran else "–"


def _part(found: Mapping[int, Mapping[str, float] | None], name: str) -> dict[int, str]:
    return {size: f"{one[name]:,.1f}" if one else "–" for size, one in found.items()}


def _table(rows: Sequence[Row], sizes: Sequence[int]) -> str:
    lines = [
        "| | " + " | ".join(f"{size:,} pupils" for size in sizes) + " |",
        "|---|" + "--:|" * len(sizes),
        *(f"| {row.title} | " + " | ".join(row.cells[size] for size in sizes) + " |" for row in rows),
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
