"""What machine it is, and how fast its memory is."""

from __future__ import annotations

import os
import platform
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine that a table was made on."""

    processor: str
    cores: int
    memory_gib: float
    system: str
    python: str
    copy_gb_per_second: float
    """Bytes read and written by a NumPy copy of a large array, on one core."""
    first_gib_seconds: float
    """What it takes to be given a GiB of memory that no program had lately. On a machine of its own a tenth
    of a second; a virtual one may have to ask its host for every page, and a large run waits for that."""
    load: float
    """How many processes wanted a core when the run began: above 0 the times are too long."""


def this_machine() -> Machine:
    """Described, and its memory measured."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_gib=round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        load=round(os.getloadavg()[0], 1),
        first_gib_seconds=round(_first_touch(), 1),
        copy_gb_per_second=round(_copy_speed(), 1),
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _first_touch() -> float:
    started = time.perf_counter()
    np.zeros(2**30, dtype=np.uint8)[:: os.sysconf("SC_PAGE_SIZE")] = 1
    return time.perf_counter() - started


def _copy_speed() -> float:
    given = np.ones(2**25)
    copied = np.empty_like(given)
    fastest = float("inf")
    for _ in range(5):
        started = time.perf_counter()
        np.copyto(copied, given)
        fastest = min(fastest, time.perf_counter() - started)
    return 2 * given.nbytes / fastest / 1e9
