"""Writes made-up pupils as Parquet: a folder that `fingerpost evaluate` reads as it is.

python -m benchmarks.population.files FOLDER --pupils 1000000

With `--parts` each batch has a folder of its own, for what reads one batch after another.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
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


Tables = dict[str, Any]
"""Tables of pyarrow by name."""


def main() -> None:
    """Writes the folders."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pupils", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--calendars", type=int, help="how many there are: of thousands of schools, 1")
    parser.add_argument("--parts", action="store_true")
    asked = parser.parse_args()
    made = batches(asked.pupils, seed=asked.seed, size=asked.batch, kinds=asked.calendars)
    if not asked.parts:
        write(made, asked.folder)
        return
    for number, batch in enumerate(made):
        write([batch], asked.folder / f"part-{number:04d}")


def write(made: Iterable[Batch], folder: Path) -> None:
    """Pupils, marks (a string each), parents, events and schools as Parquet; calendars and history as YAML.

    A batch is a row group of each table.
    """
    import pyarrow.parquet as pq

    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Any] = {}
    calendars: dict[str, list[str]] = {}
    try:
        for batch in made:
            schools = calendars.setdefault(_calendar(batch.calendar), [])
            tables = tables_of(batch)
            known = dict.fromkeys(school for own in calendars.values() for school in own)
            new = [school for school in tables["schools"]["school"].to_pylist() if school not in known]
            schools.extend(new)
            tables["schools"] = _table(school=new)
            for name, table in tables.items():
                if name not in writers:
                    path = folder / f"{name}.parquet"
                    writers[name] = pq.ParquetWriter(path, table.schema, compression="zstd")
                writers[name].write_table(table)
    finally:
        for writer in writers.values():
            writer.close()
    (folder / "calendar.yaml").write_text(_calendars(calendars), encoding="utf-8")
    (folder / "history.yaml").write_text(_HISTORY, encoding="utf-8")


def tables_of(batch: Batch) -> Tables:
    """The tables of a batch."""
    ids = [batch.pupil_id(row) for row in range(len(batch))]
    schools = [school_of(batch, row) for row in range(len(batch))]
    days = np.array(batch.calendar.days, dtype=np.int32)
    joined = days[batch.joined // 2]
    rows = np.repeat(np.arange(len(batch)), batch.parents)
    places = np.arange(len(rows)) - np.repeat(np.cumsum(batch.parents) - batch.parents, batch.parents)
    return {
        "pupils": _table(
            pupil=ids,
            date_of_birth=_dates(batch.births),
            year_group=batch.year_groups,
            school=schools,
            on_roll_from=_dates(joined, known=batch.joined > 0),
            **{name: _yes_no(column) for name, column in batch.facts.items()},
        ),
        "marks": _table(pupil=ids, start=_dates(joined), marks=list(marks_strings(batch))),
        "parents": _table(pupil=[ids[row] for row in rows], parent=["AB"[place] for place in places]),
        "events": _events(batch, ids),
        "schools": _table(school=sorted(set(schools))),
    }


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


def _events(batch: Batch, ids: list[str]) -> Any:  # noqa: ANN401 (a table of pyarrow)
    import pyarrow as pa

    slots = batch.calendar.slots
    events = batch.events
    return _table(
        event=[one.kind for one in events],
        date=pa.array([slot_date(slots[one.session]) for one in events], pa.date32()),
        pupil=[ids[one.row] for one in events],
        parent=pa.array([one.parent for one in events], pa.string()),
        outcome=pa.array([one.outcome for one in events], pa.string()),
        offence_from=pa.array(
            [slot_date(slots[one.relies_on[0]]) if one.relies_on else None for one in events], pa.date32()
        ),
        marks=pa.array(
            [
                "; ".join(f"{slot_date(slots[at])} {'PM' if slots[at] % 2 else 'AM'}" for at in one.relies_on)
                or None
                for one in events
            ],
            pa.string(),
        ),
    )


def _table(**columns: Any) -> Any:  # noqa: ANN401 (whatever pyarrow takes, and its table)
    import pyarrow as pa

    return pa.table(columns).replace_schema_metadata({"synthetic": SYNTHETIC})


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
    return json.dumps(document)


def _calendars(calendars: dict[str, list[str]]) -> str:
    """The first is that of all schools which are not named, each of the others stands with its schools."""
    (first, _), *others = calendars.items()
    lines = [f"# {SYNTHETIC}", first[:-1] + "," if others else first]
    if others:
        named = [f"{json.dumps(school)}: {calendar}" for calendar, schools in others for school in schools]
        lines.append('"calendars": {' + ",\n".join(named) + "}}")
    return "\n".join(lines) + "\n"  # JSON is YAML


if __name__ == "__main__":
    main()
