"""Writes made-up pupils as Parquet: a folder for each batch, which `fingerpost evaluate` reads as it is.

python -m benchmarks.population.files FOLDER --pupils 1000000
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.population.calendars import SchoolCalendar
from benchmarks.population.data import BATCH, CODES, MISSING, OFF_ROLL, SEED, SYNTHETIC, Batch, batches
from benchmarks.population.histories import KINDS, school_of
from fingerpost.history import slot_date

_SIGNS = bytes(ord(code) if len(code) == 1 else 0x80 + at for at, code in enumerate(CODES)).ljust(256)
"""For `bytes.translate`: the sign of each code, and a place-holder for those of two characters."""
_LONG = [(chr(0x80 + at), f"{{{code}}}") for at, code in enumerate(CODES) if len(code) == 2]


def main() -> None:
    """Writes the folders."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pupils", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--batch", type=int, default=BATCH)
    asked = parser.parse_args()
    for number, batch in enumerate(batches(asked.pupils, seed=asked.seed, size=asked.batch)):
        write(batch, asked.folder / f"part-{number:04d}")


def write(batch: Batch, folder: Path) -> None:
    """Pupils, marks (a string each), parents, events and schools as Parquet; calendar and history as YAML."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = [batch.pupil_id(row) for row in range(len(batch))]
    schools = [school_of(batch, row) for row in range(len(batch))]
    days = np.array(batch.calendar.days, dtype=np.int32)
    joined = days[batch.joined // 2]
    _write(
        folder / "pupils.parquet",
        pupil=ids,
        date_of_birth=_dates(batch.births),
        year_group=batch.year_groups,
        school=schools,
        on_roll_from=_dates(joined, known=batch.joined > 0),
        **{name: _yes_no(column) for name, column in batch.facts.items()},
    )
    strings = list(marks_strings(batch))
    _write(folder / "marks.parquet", pupil=ids, start=_dates(joined), marks=strings)
    rows = np.repeat(np.arange(len(batch)), batch.parents)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(batch.parents) - batch.parents, batch.parents)
    _write(
        folder / "parents.parquet",
        pupil=[ids[row] for row in rows],
        parent=["AB"[place] for place in places],
    )
    _write_events(batch, ids, folder / "events.parquet")
    known = sorted(set(schools))
    _write(folder / "schools.parquet", school=known)
    (folder / "calendar.yaml").write_text(_calendar(batch.calendar), encoding="utf-8")
    (folder / "history.yaml").write_text(_HISTORY, encoding="utf-8")


_HISTORY = "\n".join(
    (f"# {SYNTHETIC}", "complete:", *(f"  {what}: 2024-08-01" for what in ("marks", "events", *KINDS)), "")
)


def marks_strings(batch: Batch) -> Iterator[str]:
    """The marks of each pupil from the first session on roll, one code a session."""
    for row, joined in zip(batch.marks, batch.joined.tolist(), strict=True):
        text = row[joined:].tobytes().translate(_TABLE).decode("latin-1")
        if not text.isascii():
            for sign, code in _LONG:
                text = text.replace(sign, code)
        yield text


_TABLE = bytes(
    ord("-") if at in (OFF_ROLL, MISSING) else _SIGNS[at] if at < len(CODES) else 0 for at in range(256)
)


def _write_events(batch: Batch, ids: list[str], path: Path) -> None:
    slots = batch.calendar.slots
    events = batch.events
    _write(
        path,
        event=[one.kind for one in events],
        date=[slot_date(slots[one.session]) for one in events],
        pupil=[ids[one.row] for one in events],
        parent=[one.parent for one in events],
        outcome=[one.outcome for one in events],
        offence_from=[slot_date(slots[one.relies_on[0]]) if one.relies_on else None for one in events],
        marks=[
            "; ".join(f"{slot_date(slots[at])} {'PM' if slots[at] % 2 else 'AM'}" for at in one.relies_on)
            or None
            for one in events
        ],
    )


def _write(path: Path, **columns: Any) -> None:  # noqa: ANN401 (whatever pyarrow takes)
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table(columns).replace_schema_metadata({"synthetic": SYNTHETIC})
    pq.write_table(table, path, compression="zstd")


def _dates(ordinals: np.ndarray, known: np.ndarray | None = None) -> Any:  # noqa: ANN401 (an array of pyarrow)
    import pyarrow as pa

    days = pa.array(ordinals - 719_163, mask=None if known is None else ~known)
    return days.cast(pa.int32()).cast(pa.date32())


def _yes_no(column: np.ndarray) -> Any:  # noqa: ANN401 (an array of pyarrow)
    import pyarrow as pa

    return pa.array(column == 2, mask=column == 0)


def _calendar(calendar: SchoolCalendar) -> str:
    """JSON is YAML."""
    data = calendar.data
    document = {
        "terms": [
            {
                "name": term.name,
                "from": term.first.isoformat(),
                "to": term.last.isoformat(),
                "breaks": [
                    {"from": first.isoformat(), "to": last.isoformat()} for first, last in term.breaks
                ],
            }
            for term in data.terms
        ],
        "closed": sorted({slot_date(slot).isoformat() for slot in data.closed}),
    }
    return f"# {SYNTHETIC}\n{json.dumps(document, indent=1)}\n"


if __name__ == "__main__":
    main()
