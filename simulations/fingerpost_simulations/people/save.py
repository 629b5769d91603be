"""Made-up pupils as a folder of tables, as `docs/data-formats.md` has them: Parquet, a marks string a pupil.

Every file says in itself that it is synthetic: the tables in their metadata and in every id, the calendar and
`history.yaml` in their first line, and the school's and the council's names in their last words.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, arrow
from fingerpost.history import slot_date
from fingerpost_simulations.people.marking import MISSING, OFF_ROLL

if TYPE_CHECKING:
    from fingerpost_simulations.people.people import People

SYNTHETIC: Final = "synthetic: made up by Fingerpost from a seed; no real pupil, family, school or council"
_EPOCH: Final = 719_163
"""The ordinal of 1 January 1970, from which Arrow counts its days."""
_ROWS: Final = 50_000
"""Pupils whose registers are made at a time."""


def save(people: People, folder: Path) -> None:
    """Writes the tables of the people into a folder that is not there yet, or is empty.

    Raises FileExistsError if there is something in it, MissingExtraError without pyarrow.
    """
    arrow()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(f"`{folder}` is there already, and not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write_all(people, beside)
        beside.chmod(0o755)
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _write_all(people: People, folder: Path) -> None:
    _write(folder / "pupils.parquet", _pupils(people))
    _write(folder / "parents.parquet", _parents(people))
    _write(folder / "schools.parquet", _schools(people))
    _write(folder / "authorities.parquet", {"authority": [people.authority], "name": [people.spec.authority]})
    _write_marks(people, folder / "marks.parquet")
    begins = people.year.days[0].isoformat()
    complete = f"# {SYNTHETIC}\ncomplete:\n  marks: {begins}\n  events: {begins}\n"
    (folder / "history.yaml").write_text(complete, encoding="utf-8")
    (folder / "calendar.yaml").write_text(_calendar(people), encoding="utf-8")


def _pupils(people: People) -> dict[str, Column]:
    first, last = people.stays
    days = np.array([day.toordinal() for day in people.year.days])
    return {
        "pupil": people.ids,
        "date_of_birth": _dates(people.births),
        "year_group": people.year_groups.astype(np.int32),
        "school": people.schools,
        "family": people.families,
        "on_roll_from": _dates(days[first], known=first > 0),
        "on_roll_until": _dates(days[last - 1], known=last < len(days)),
        "has_social_worker": people.social_worker,
        "has_send": people.who.sen > 0,
    }


def _parents(people: People) -> dict[str, Column]:
    rows = np.repeat(np.arange(len(people)), people.parents)
    starts = np.repeat(np.cumsum(people.parents, dtype=np.int64) - people.parents, people.parents)
    letters = np.array(["A", "B"])[np.arange(len(rows)) - starts]
    return {"pupil": people.ids[rows], "parent": np.char.add(people.families[rows], letters)}


def _schools(people: People) -> dict[str, Column]:
    places = np.flatnonzero(np.diff(people.who.schools, prepend=-1))
    ids = people.schools[places]
    names = [f"School {name} (made up)" for name in ids.tolist()]
    phases = people.phases[places]
    return {"school": ids, "name": names, "authority": [people.authority] * len(ids), "phase": phases}


def _write_marks(people: People, path: Path) -> None:
    """A string a pupil; a correction is a further row of one mark, with the day on which it was entered."""
    pa = arrow()
    schema = pa.schema(
        [
            ("pupil", pa.string()),
            ("start", pa.date32()),
            ("session", pa.string()),
            ("marks", pa.string()),
            ("recorded_on", pa.date32()),
        ],
        metadata={"synthetic": SYNTHETIC},
    )
    with arrow("parquet").ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, len(people), _ROWS):
            rows = slice(start, min(start + _ROWS, len(people)))
            writer.write_table(_marks(people, rows).cast(schema))


def _marks(people: People, rows: slice) -> Columns:
    marks = people.registers(rows)
    row, session, on = people.corrections(rows, marks)
    right = marks[row, session]
    marks[row, session] = ord("N")
    slots = np.array(people.sessions)
    first = people.stays[0][rows].astype(np.int64)
    firsts = [slot_date(people.sessions[2 * day]).toordinal() for day in range(len(people.year.days))]
    return arrow().table(
        {
            "pupil": np.concatenate([people.ids[rows], people.ids[rows][row]]),
            "start": _dates(np.concatenate([np.array(firsts)[first], slots[session] // 2])),
            "session": np.concatenate(
                [np.full(len(marks), "AM"), np.where(slots[session] % 2 == 1, "PM", "AM")]
            ),
            "marks": [*strings(marks, first), *(_code(people, byte) for byte in right.tolist())],
            "recorded_on": _dates(
                np.concatenate([np.zeros(len(marks), dtype=np.int64), on]),
                known=np.arange(len(marks) + len(on)) >= len(marks),
            ),
        }
    )


def _code(people: People, byte: int) -> str:
    code = people.codes[byte]
    return code if len(code) == 1 else f"{{{code}}}"


def strings(marks: NDArray[np.uint8], first: NDArray[np.int64]) -> list[str]:
    """A marks string for each row, from its first day on roll."""
    plain = np.where((marks == OFF_ROLL) | (marks == MISSING), ord("-"), marks)
    texts = [row[2 * day :].tobytes().decode("latin-1") for row, day in zip(plain, first, strict=True)]
    return [text if text.isascii() else text.replace("\x80", "{C2}") for text in texts]


def _calendar(people: People) -> str:
    """JSON is YAML."""
    data = people.calendar
    document = {
        "terms": [
            {
                "name": term.name,
                "from": term.first.isoformat(),
                "to": term.last.isoformat(),
                "breaks": [{"from": one.isoformat(), "to": end.isoformat()} for one, end in term.breaks],
            }
            for term in data.terms
        ],
        "closed": sorted({slot_date(slot).isoformat() for slot in data.closed}),
    }
    return f"# {SYNTHETIC}\n{json.dumps(document, indent=1)}\n"


def _dates(ordinals: NDArray[np.integer], known: NDArray[np.bool_] | None = None) -> Column:
    pa = arrow()
    days = pa.array((ordinals - _EPOCH).astype(np.int32), mask=None if known is None else ~known)
    return days.cast(pa.date32())


def _write(path: Path, columns: dict[str, Column]) -> None:
    pa = arrow()
    table = pa.table({name: _column(values) for name, values in columns.items()})
    table = table.replace_schema_metadata({"synthetic": SYNTHETIC})
    arrow("parquet").write_table(table, path, compression="zstd")


def _column(values: Column) -> Column:
    """NumPy's texts as Arrow's."""
    if isinstance(values, np.ndarray) and values.dtype.kind == "U":
        return arrow().array(values.tolist(), type=arrow().string())
    return values
