"""A population in a folder, packed as it is: saved once, and mapped into memory when it is loaded.

`manifest.json` says the format's version, the list of codes by which registers were packed, and what the
numbers in coded columns stand for; `people.arrow` and `parents.arrow` are the columns, `strip-0.arrow` … the
planes (a pupil's bits in a row, plane after plane), `administrative.arrow` the marks that planes do not
hold, `corrections.arrow` what was said of a session more than once. `events.arrow` says what the distinct
rows about events say, as texts, and `eventful.arrow` who has which. `kept.json` is a history of the pupils
who are kept as they are, with schools and calendars.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from fingerpost.arrow import Columns, arrow
from fingerpost.history import History, Recorded, School, Value
from fingerpost.population.code_list import CodeList
from fingerpost.population.corrections import Corrections
from fingerpost.population.event_lines import texts_of
from fingerpost.population.events import Events
from fingerpost.population.holders import Parents, People
from fingerpost.population.people import Coded
from fingerpost.population.population import Population
from fingerpost.population.sheets import Sheet
from fingerpost.population.strips import Administrative, Roll, Strip, empty_planes
from fingerpost.readers import read_history
from fingerpost.vocabulary import Vocabulary
from fingerpost.writers import to_json
from fingerpost_dsl.diagnostics import has_errors

FORMAT = 3
_FACT = "fact "


class SavedError(ValueError):
    """A folder holds no population that can be loaded; the text says why."""


def save_population(population: Population, folder: Path) -> None:
    """Saves a population in a folder that is not there yet: whole or not at all.

    Raises FileExistsError, OSError.
    """
    if folder.exists():
        raise FileExistsError(f"`{folder}` is there already")
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        _write(population.origin or population, beside)
        beside.chmod(0o755)
        beside.replace(folder)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def load_population(folder: Path, vocabulary: Vocabulary) -> Population:
    """The population in a folder, its columns and planes mapped into memory.

    `vocabulary` is that of the policy. Planes packed by another list of codes are packed anew when they are
    asked by this one's. Raises SavedError, OSError.
    """
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise _damaged(folder / "manifest.json") from error
    if manifest.get("format") != FORMAT:
        raise SavedError(
            f"`{folder}` is of format {manifest.get('format')}, and {FORMAT} is read: save it again"
        )
    history, found = read_history(folder / "kept.json", vocabulary)
    if history is None or has_errors(found):
        raise SavedError(f"`{folder}` holds facts or events that the policy does not declare: save it again")
    people = _people(folder, manifest, _events(folder, vocabulary))
    rows: dict[str, int] = dict(manifest["kept"])
    schools = {name: School(id=name) for name in manifest["school_names"]} if not manifest["listed"] else {}
    administrative = _read(folder / "administrative.arrow")
    corrections = _read(folder / "corrections.arrow")
    return Population(
        people=people,
        codes=_codes(manifest["codes"]),
        strips=[
            _strip(folder, number, one, manifest["codes"]["planes"])
            for number, one in enumerate(manifest["strips"])
        ],
        administrative=Administrative(
            *(_numbers(administrative, name) for name in ("row", "slot", "letter"))
        ),
        corrections=Corrections(
            *(_numbers(corrections, name) for name in ("rows", "slots", "letters", "recorded"))
        ),
        school_names=manifest["school_names"],
        schools=dict(sorted({**schools, **history.schools}.items())),
        authorities=history.authorities,
        calendars=history.calendars,
        complete=history.complete,
        kept={rows[name]: pupil for name, pupil in history.pupils.items()},
        registers=frozenset(manifest["registers"]),
    )


# --- writing --------------------------------------------------------------------------------------


def _write(population: Population, folder: Path) -> None:
    pa, people = arrow(), population.people
    for number, strip in enumerate(population.strips):
        bits, rows, words = strip.planes.shape
        octets = strip.planes.transpose(1, 0, 2).astype("<u8", copy=False).tobytes()
        column = pa.FixedSizeBinaryArray.from_buffers(
            pa.binary(max(bits * words * 8, 1)), rows if words else 0, [None, pa.py_buffer(octets)]
        )
        _save(folder / f"strip-{number}.arrow", {"register": column})
    _save(
        folder / "people.arrow",
        {
            "id": people.ids,
            "school": people.schools,
            "born": people.roll.births,
            "first": people.roll.first,
            "last": people.roll.last,
            "year_group": people.year_groups,
            "family": people.families,
            "parents": people.parents.counts,
            **{_FACT + name: coded.codes for name, coded in people.facts.items()},
        },
    )
    parents = {_FACT + name: coded.codes for name, coded in people.parents.facts.items()}
    _save(folder / "parents.arrow", {"id": people.parents.ids, **parents})
    events = people.events
    _save(folder / "events.arrow", {name: events.texts.table.column(name) for name in events.texts.names})
    _save(folder / "eventful.arrow", {"row": events.rows, "event": events.items})
    corrections = population.corrections
    _save(
        folder / "corrections.arrow",
        {name: getattr(corrections, name) for name in ("rows", "slots", "letters", "recorded")},
    )
    extra = population.administrative
    _save(folder / "administrative.arrow", {"row": extra.rows, "slot": extra.slots, "letter": extra.letters})
    kept = {pupil.id: pupil for pupil in population.kept.values()}
    history = History(
        pupils=kept,
        schools=population.schools,
        authorities=population.authorities,
        calendars=population.calendars,
        complete=population.complete,
    )
    (folder / "kept.json").write_text(to_json(history), encoding="utf-8")
    (folder / "manifest.json").write_text(json.dumps(_manifest(population)), encoding="utf-8")


def _manifest(population: Population) -> Mapping[str, object]:
    codes, people = population.codes, population.people
    return {
        "format": FORMAT,
        "codes": {
            "starts": codes.starts,
            "numbers": [dict(one) for one in codes.numbers],
            "possible": sorted(codes.possible),
            "planes": codes.planes,
        },
        "strips": [
            {"first": one.first, "last": one.last, "slots": one.slots.tolist(), "width": one.planes.shape[2]}
            for one in population.strips
        ],
        "school_names": list(population.school_names),
        "listed": not set(population.school_names) <= population.schools.keys(),
        "family_names": list(people.family_names),
        "facts": {name: _pool(coded) for name, coded in people.facts.items()},
        "parent_facts": {name: _pool(coded) for name, coded in people.parents.facts.items()},
        "kept": [[pupil.id, row] for row, pupil in population.kept.items()],
        "registers": sorted(population.registers),
    }


def _save(path: Path, columns: Mapping[str, object]) -> None:
    table = arrow().table(dict(columns)).combine_chunks()
    with arrow("ipc").new_file(path, table.schema) as file:
        file.write_table(table)


def _pool(coded: Coded) -> list[object]:
    return [[_recorded(row) for row in rows] for rows in coded.pool]


def _recorded(row: Recorded) -> list[object]:
    dates = [date.isoformat() if date else None for date in (row.first, row.last, row.recorded_on)]
    return [_written(row.value), *dates, row.recorded_by]


def _written(value: Value | None) -> list[object] | None:
    match value:
        case None:
            return None
        case bool():
            return ["yes or no", value]
        case int() | Fraction():
            return ["number", str(value)]
        case dt.date():
            return ["date", value.isoformat()]
        case str():
            return ["text", value]


# --- reading --------------------------------------------------------------------------------------


def _read(path: Path) -> Columns:
    """A table that was saved. Raises SavedError, OSError."""
    pa = arrow()
    try:
        return arrow("ipc").open_file(pa.memory_map(str(path))).read_all()
    except ValueError as error:  # Arrow's errors about what stands in a file are these
        raise _damaged(path) from error


def _damaged(path: Path) -> SavedError:
    return SavedError(f"`{path}` is damaged: save the population again")


def _numbers(table: Columns, name: str) -> Any:  # noqa: ANN401 (numbers of the kind that was saved)
    return table.column(name).combine_chunks().to_numpy(zero_copy_only=False)


def _events(folder: Path, vocabulary: Vocabulary) -> Events:
    sheet = Sheet("events", _read(folder / "events.arrow"))
    texts = texts_of(sheet, vocabulary)
    if texts is None:
        raise SavedError(f"`{folder}` holds events that the policy does not declare: save it again")
    lines = _read(folder / "eventful.arrow")
    return Events(_numbers(lines, "row"), _numbers(lines, "event"), texts)


def _people(folder: Path, manifest: Mapping[str, Any], events: Events) -> People:
    table, parents = _read(folder / "people.arrow"), _read(folder / "parents.arrow")
    counts = _numbers(table, "parents")
    return People(
        ids=table.column("id").combine_chunks(),
        schools=_numbers(table, "school"),
        roll=Roll(*(_numbers(table, name) for name in ("born", "first", "last"))),
        year_groups=_numbers(table, "year_group"),
        families=_numbers(table, "family"),
        family_names=manifest["family_names"],
        facts=_coded(table, manifest["facts"]),
        parents=Parents(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            parents.column("id").combine_chunks(),
            _coded(parents, manifest["parent_facts"]),
        ),
        events=events,
    )


def _coded(table: Columns, pools: Mapping[str, Sequence[Sequence[Sequence[Any]]]]) -> dict[str, Coded]:
    return {
        name: Coded(_numbers(table, _FACT + name), [tuple(map(_row, rows)) for rows in pool])
        for name, pool in pools.items()
    }


def _row(said: Sequence[Any]) -> Recorded:
    first, last, recorded_on = (dt.date.fromisoformat(one) if one else None for one in said[1:4])
    return Recorded(
        value=_value(said[0]), first=first, last=last, recorded_on=recorded_on, recorded_by=said[4]
    )


def _value(said: Sequence[Any] | None) -> Value | None:
    if said is None:
        return None
    kind, value = said
    match kind:
        case "number":
            number = Fraction(value)
            return number.numerator if number.denominator == 1 else number
        case "date":
            return dt.date.fromisoformat(value)
        case _:
            found: bool | str = value
            return found


def _codes(said: Mapping[str, Any]) -> CodeList:
    return CodeList(
        tuple(said["starts"]), tuple(said["numbers"]), frozenset(said["possible"]), said["planes"]
    )


def _strip(folder: Path, number: int, said: Mapping[str, Any], bits: int) -> Strip:
    rows, words = said["last"] - said["first"], said["width"]
    slots = np.array(said["slots"], dtype=np.int64)
    if not words:
        return Strip(said["first"], said["last"], slots, empty_planes(bits, rows, words))
    column = _read(folder / f"strip-{number}.arrow").column("register").chunk(0)
    registers = np.frombuffer(column.buffers()[1], dtype="<u8")[column.offset * bits * words :]
    planes = registers[: rows * bits * words].reshape(rows, bits, words).transpose(1, 0, 2)
    return Strip(said["first"], said["last"], slots, planes)
