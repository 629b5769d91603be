"""Results in batches: several at once, inside a limit of memory, and resumed after an interruption.

Each batch's rows stand in a file of their own in a folder beside the output, `.monday.parquet.parts`, which
appears whole or not at all. They are joined while others are still worked on, and when the last one is there
the folder goes. `plan.json` in it says what is being evaluated, so that nothing else is ever joined with it.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import math
import multiprocessing
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fingerpost.arrow import Columns, arrow
from fingerpost.collection import settled, without_collection
from fingerpost.population.alone import Held, hold
from fingerpost.population.joining import Joining, growing
from fingerpost.population.portions import MOST_AT_ONCE, Portion
from fingerpost.population.result_columns import PUPILS, REASONS, RECOMMENDATIONS, TIER_SPELLS, schema_of
from fingerpost.population.result_tables import pupils_of, recommendations_of
from fingerpost.population.results import Deciding
from fingerpost.readers.read import mapped_files, tables_in
from fingerpost.table_files import parts_of
from fingerpost.version import ENGINE

TABLES = {
    "recommendations": RECOMMENDATIONS,
    "reasons": REASONS,
    "pupils": PUPILS,
    "tiers": TIER_SPELLS,
}
"""The tables that are made, and their columns."""
PARTS = 2
"""The form of the batches that are done: texts in numbers, joined by units."""
MOST_IN_A_BATCH = MOST_AT_ONCE
"""Pupils. Few enough that an interruption costs little, enough that one answer serves many."""
FEWEST_IN_A_BATCH = 4_096
MEMORY_OF_ONE = 3_000
"""Octets for each pupil of a batch at work, at most, and …"""
MEMORY_OF_A_PROCESS = 250_000_000
"""… of a process besides: what NumPy works in, and what was worked out before …"""
BATCHES_OF_A_PROCESS = 12
"""After so many a process ends, and another takes its place: what it has written to of what was shared is its
own, and is more with each batch."""
SHARE_OF_THE_POPULATION = 7
"""… and one of so many parts of what the population takes: the more pupils, the more was worked out before,
and the more of them is copied as it is written to (measured on nine million)."""


class MemoryLimitError(ValueError):
    """The limit is too low for one batch of the least size; the text says what would do."""


class BusyError(ValueError):
    """Another run is writing the same output."""


class ResumeError(ValueError):
    """What was begun is another evaluation; the text says what differs."""


@dataclass(frozen=True, slots=True)
class Way:
    """How the work is divided."""

    processes: int
    """So many batches are worked on at once."""
    in_a_batch: int
    """The most pupils in one."""


def way_within(memory: int | None, threads: int, resident: int) -> Way:
    """How many batches at once, of what size, stay inside a limit of memory, in octets.

    `resident` is what the population takes already. Raises MemoryLimitError.

    >>> way_within(None, 2, 0)
    Way(processes=2, in_a_batch=131072)
    """
    if memory is None:
        return Way(threads, MOST_IN_A_BATCH)
    left = memory - resident
    for processes in range(threads, 0, -1):
        each = left // processes - _of_a_process(resident)
        if each >= FEWEST_IN_A_BATCH * MEMORY_OF_ONE:
            return Way(processes, min(MOST_IN_A_BATCH, each // MEMORY_OF_ONE))
    least = resident + _of_a_process(resident) + FEWEST_IN_A_BATCH * MEMORY_OF_ONE
    raise MemoryLimitError(
        f"The pupils read take {_in_words(resident)}; with {_at_least(least)} they can be evaluated"
    )


def _of_a_process(resident: int) -> int:
    return MEMORY_OF_A_PROCESS + resident // SHARE_OF_THE_POPULATION


def _in_words(octets: int) -> str:
    return f"{octets / 2**30:.1f} GiB"


def _at_least(octets: int) -> str:
    """As it is given to `--memory`, rounded up: what is said to do is enough.

    >>> _at_least(2**29 + 1)
    '0.6GiB'
    """
    return f"{math.ceil(octets * 10 / 2**30) / 10:.1f}GiB"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is evaluated: two runs with the same plan give the same batches."""

    what: str
    """Which table: one of `TABLES`."""
    data: str
    """A digest of everything that was read."""
    policies: Sequence[str]
    """The digests of the policy in force and of those before it."""
    on: str
    """The date, as in 2024-11-15."""
    known_on: str | None
    in_a_batch: int
    """The most pupils in one batch."""
    engine: str
    """The version of Fingerpost."""
    parts: int
    """In what form the batches stand that are done: `PARTS`."""

    def differs_from(self, other: Mapping[str, object]) -> list[str]:
        """In what it is not the other one; the size of a batch is taken over from what was begun."""
        own: dict[str, object] = json.loads(json.dumps(asdict(self)))
        return [words for name, words in _SAID.items() if own[name] != other.get(name)]


_HELD = "running"
"""The file in the folder of batches that the run at work holds."""
_SAID = {
    "what": "table",
    "data": "data",
    "policies": "policy",
    "on": "date",
    "known_on": "date by which things were known",
    "engine": "version of Fingerpost",
    "parts": "form of its parts",
}


def plan_of(deciding: Deciding, data: str, way: Way, what: str) -> Plan:
    """The plan of a run that makes one of `TABLES`."""
    session = deciding.session
    editions = [session.editions.current, *session.editions.earlier]
    return Plan(
        what=what,
        data=data,
        policies=[edition.policy.digest for edition in editions],
        on=str(session.on),
        known_on=None if session.known_on is None else str(session.known_on),
        in_a_batch=way.in_a_batch,
        engine=ENGINE,
        parts=PARTS,
    )


def digest_of_files(source: Path) -> str:
    """A digest of a file, or of those of a folder that are read, by name and content. Raises OSError.

    What else stands in a folder may change between two runs: the output may be there itself.
    """
    found = hashlib.blake2b(digest_size=16)
    files = [source]
    if source.is_dir():
        tables = tables_in(source, (path.name for path in source.iterdir())).values()
        files = list({*tables, *(path for path in mapped_files(source) if path.exists())})
    for path in sorted(files):
        for part in parts_of(path):
            with part.path.open("rb") as file:
                content = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16))
            name = part.path.relative_to(path.parent).as_posix()
            found.update(f"{name}\0{content.hexdigest()}\n".encode())
    return found.hexdigest()


@dataclass
class Run:
    """An evaluation whose batches are written beside the output as they are done."""

    deciding: Deciding
    plan: Plan
    way: Way
    output: Path
    _joining: Joining | None = field(default=None, init=False)
    _held: Held | None = field(default=None, init=False)
    """What keeps others from writing the same output at the same time."""

    @property
    def folder(self) -> Path:
        """Where the batches stand until they are joined."""
        return self.output.with_name(f".{self.output.name}.parts")

    def begin(self, *, resume: bool) -> tuple[Sequence[Portion], int]:
        """The batches in order, and how many of them an earlier run has done.

        Without `resume` what an earlier run has left is removed. Raises BusyError, ResumeError, OSError.
        """
        noted, in_a_batch = self.folder / "plan.json", self.way.in_a_batch
        self._joining = None
        self._hold()
        growing(self.output).unlink(missing_ok=True)
        if resume and noted.exists():
            begun = self._begun_before(noted)
            differing = self.plan.differs_from(begun)
            if differing:
                self._let_go()
                what = " and the ".join(differing)
                raise ResumeError(
                    f"What was begun in {self.folder} is another evaluation: not the same {what}. "
                    "Without --resume it is begun anew"
                )
            in_a_batch = begun["in_a_batch"]
            for left in self.folder.glob("*.tmp"):
                left.unlink()
        else:
            for left in self.folder.iterdir():
                if left.is_dir():
                    shutil.rmtree(left)
                elif left.name != _HELD:
                    left.unlink()
            _put(noted, json.dumps(asdict(self.plan), indent=1).encode())
        portions = list(self.deciding.portions(in_a_batch))
        give_back()
        return portions, sum(self._part(number).exists() for number in range(len(portions)))

    def batches(self, portions: Sequence[Portion]) -> Iterator[int]:
        """Does what is not done yet, and yields how many pupils each batch had, as it is done."""
        left = [number for number in range(len(portions)) if not self._part(number).exists()]
        try:
            for number, pupils in zip(left, self._each(left, portions), strict=True):
                yield pupils
                self._join_until(number, portions)
        except BaseException:
            if self._joining is not None:
                self._joining.leave()
            raise

    def _each(self, left: Sequence[int], portions: Sequence[Portion]) -> Iterator[int]:
        """Does some batches, and yields how many pupils each had, in their order."""
        if self.way.processes == 1 or len(left) < 2 or not _can_fork():
            for number in left:
                yield self._do(number, portions[number])
            return
        _Shared.run, _Shared.portions = self, portions
        self.deciding.population.work_out()
        at_once = self.way.processes * BATCHES_OF_A_PROCESS
        try:
            with settled():
                for first in range(0, len(left), at_once):
                    these = left[first : first + at_once]
                    with ProcessPoolExecutor(
                        min(self.way.processes, len(these)), mp_context=multiprocessing.get_context("fork")
                    ) as pool:
                        yield from pool.map(_do_shared, these)
        finally:
            _Shared.run, _Shared.portions = None, ()

    def _do(self, number: int, portion: Portion) -> int:
        with without_collection():  # when it is over most of what was made is gone, and is not looked through
            content = _packed(self._table(portion))
        _put(self._part(number), content)
        return len(portion.rows)

    def _table(self, portion: Portion) -> Columns:
        deciding = self.deciding
        if self.plan.what == "tiers":
            return deciding.tier_spells(portion, in_numbers=True)
        making = pupils_of if self.plan.what == "pupils" else recommendations_of
        found = deciding.decide(portion, reasons=self.plan.what == "reasons")
        return making(found, deciding.session, in_numbers=True)

    def join(self, portions: Sequence[Portion]) -> int:
        """All batches, in their order, as one file; and how many rows it has. Raises OSError."""
        joining = self._begun(portions)
        try:
            rows = joining.finish()
        finally:
            joining.leave()
        self._joining = None
        shutil.rmtree(self.folder, ignore_errors=True)
        self._let_go()
        return rows

    def _begun_before(self, noted: Path) -> dict[str, Any]:
        """The plan of what was begun. Raises ResumeError if it is none."""
        try:
            begun = json.loads(noted.read_text(encoding="utf-8"))
        except ValueError:
            begun = None
        if isinstance(begun, dict) and isinstance(begun.get("in_a_batch", 1), int):
            return begun
        self._let_go()
        raise ResumeError(f"{noted} is damaged. Without --resume it is begun anew")

    def _hold(self) -> None:
        """Keeps the output to itself until it is whole, or this process ends."""
        self._let_go()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._held = hold(self.folder / _HELD)
        if self._held is None:
            raise BusyError(
                f"{self.output} is being written by another run: wait for it, or name another file"
            )

    def _let_go(self) -> None:
        if self._held is not None:
            self._held.let_go()
            self._held = None

    def _join_until(self, number: int, portions: Sequence[Portion]) -> None:
        """Joins the batches up to one of them, all of which are there."""
        joining = self._begun(portions)
        while joining.done <= number:
            joining.take()

    def _begun(self, portions: Sequence[Portion]) -> Joining:
        if self._joining is None:
            units = [portion.unit for portion in portions]
            schema = schema_of(TABLES[self.plan.what], self.deciding.session)
            self._joining = Joining(self.output, schema, units, self._read)
        return self._joining

    def _read(self, number: int) -> Columns:
        """A batch that is done. Raises ResumeError if it is damaged."""
        part = self._part(number)
        try:
            with arrow().memory_map(str(part)) as file:
                return arrow("ipc").open_file(file).read_all()
        except (ValueError, OSError) as error:  # the errors of Arrow are these
            self._let_go()
            raise ResumeError(f"{part} is damaged. Without --resume it is begun anew") from error

    def _part(self, number: int) -> Path:
        return self.folder / f"part-{number:06}.arrow"


class _Shared:
    """What processes that are forked from this one find as it was, without a copy."""

    run: Run | None = None
    portions: Sequence[Portion] = ()


def _do_shared(number: int) -> int:
    assert _Shared.run is not None
    return _Shared.run._do(number, _Shared.portions[number])


def _packed(table: Columns) -> bytes:
    """A table as a file of Arrow."""
    sink = arrow().BufferOutputStream()
    options = arrow("ipc").IpcWriteOptions(compression=_compression())
    with arrow("ipc").new_file(sink, table.schema, options=options) as writer:
        writer.write_table(table)
    found: bytes = sink.getvalue().to_pybytes()
    return found


def _compression() -> str | None:
    """How parts are packed: quickly."""
    return "lz4" if arrow().Codec.is_available("lz4") else None


def _can_fork() -> bool:
    return sys.platform == "linux" and "fork" in multiprocessing.get_all_start_methods()


def _put(path: Path, content: bytes) -> None:
    """A file that appears whole."""
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def give_back() -> None:
    """Gives back to the system what is free: the C library would keep it, and each process its own."""
    arrow().default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def resident() -> int:
    """How much memory this process takes, in octets; 0 where that is not told."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
