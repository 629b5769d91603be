"""The journal of a run: a file for each week, written whole, from which the run is what it was.

A week's file says what was listed, what was found to be asked no more, and what was done; all that follows
from it (events, judgements, responses) follows again when it is read, since chance goes by name. So a run
that was stopped, even in the middle of writing, loses the week that it was in and repeats no other.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fingerpost.writers.whole import write_whole

Rows = list[list[int]]


@dataclass(slots=True)
class Entry:
    """What happened in one week of a run."""

    number: int
    on: str
    listed: list[list[int | str]] = field(default_factory=list)
    """The key and the due day of each new item."""
    withdrawn: list[int] = field(default_factory=list)
    """Items that are asked no more, though not done."""
    done: Rows = field(default_factory=list)
    """Items that were done, and the day of it."""
    begun: Rows = field(default_factory=list)
    """Items that were begun, and the minutes left."""
    tiers: dict[str, int] = field(default_factory=dict)
    """How many pupils each tier holds."""
    entered: dict[str, list[int]] = field(default_factory=dict)
    """Rows that a tier holds and did not the week before."""
    left: dict[str, list[int]] = field(default_factory=dict)
    """Rows that a tier held the week before."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Of how many pupils or parents it is not known whether a rule applies."""
    lists: list[list[str | int]] = field(default_factory=list)
    """Role, place, minutes there were (-1: as many as needed), minutes spent, items and minutes waiting."""


class Journal:
    """The weeks of a run, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, number: int) -> Path:
        """Where a week is kept."""
        return self.folder / f"week-{number:03}.json.gz"

    def entries(self) -> Iterator[Entry]:
        """The weeks that are there, from the first on."""
        number = 0
        while self.path(number).is_file():
            yield Entry(**json.loads(gzip.decompress(self.path(number).read_bytes())))
            number += 1

    def add(self, entry: Entry) -> None:
        """Keep a week, whole or not at all."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(entry), separators=(",", ":"), ensure_ascii=False)
        write_whole(self.path(entry.number), gzip.compress(text.encode(), 6, mtime=0))
