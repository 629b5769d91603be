"""From a path to a history: which files there are, and who reads them."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from fingerpost.arrow import FORMATS
from fingerpost.history import CalendarData, History
from fingerpost.readers.documents import Document
from fingerpost.readers.draft import Draft
from fingerpost.readers.folder import OTHER_FILES, TABLES, WORKBOOK, FolderReader, forms_of
from fingerpost.readers.json_text import read_json
from fingerpost.readers.mapping import MAPPING, TableMapping
from fingerpost.readers.problems import MOST_SHOWN, Problems
from fingerpost.readers.rows import Rows
from fingerpost.readers.settle import settle
from fingerpost.readers.texts import decode, read_text
from fingerpost.readers.workbooks import OTHER_WORKBOOKS, SAVE_AS, read_workbook
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.names import nearest
from fingerpost_dsl.source import Place

_FILES = (*TABLES, *OTHER_FILES)
_LOOKS_LIKE_ONE = (".csv", ".yaml", ".yml", *FORMATS, ".xlsx", *OTHER_WORKBOOKS)
"""Endings of what is warned of if it is not read. Excel's own `~$…` says that a workbook is open."""
_KINDS = (
    "a folder of CSV or Parquet tables, one `.xlsx` workbook, one `.json` file, "
    "or `-` for JSON from the standard input"
)


def read_history(
    path: str | Path,
    vocabulary: Vocabulary,
    *,
    keep_going: bool = False,
    stdin: BinaryIO | None = None,
    most_shown: int = MOST_SHOWN,
) -> tuple[History | None, tuple[Diagnostic, ...]]:
    """The history at a path, and what is wrong with the data there.

    `path` is a folder of tables, an `.xlsx` workbook with these as sheets, a `.json` file, a `.csv` file of
    marks, or `-` for a document from `stdin` (bytes; the standard input if not given). What may stand in it
    follows from the `vocabulary` of the policy.

    With any error there is no history, unless `keep_going`: then it is that of everything that was right, and
    a last warning counts what was left out. A file that cannot be read, or a column that is missing, leaves
    nothing to go on with, and a last warning names it. Errors beyond `most_shown` are only counted.
    """
    problems = Problems(most_shown=most_shown)
    draft = _draft(path, vocabulary, problems, stdin)
    history = None
    if draft is not None and not problems.stopped:
        history = settle(draft, vocabulary, problems)
        if problems.errors and not keep_going:
            history = None
    return history, problems.all(keep_going=keep_going)


def read_calendar(path: Path, vocabulary: Vocabulary) -> tuple[CalendarData | None, tuple[Diagnostic, ...]]:
    """The general calendar of a `calendar.yaml`, and what is wrong with it."""
    from fingerpost.readers.settings import read_calendar_yaml  # noqa: PLC0415  # imports pydantic

    problems = Problems()
    text = read_text(path, problems)
    calendars = read_calendar_yaml(text, str(path), Rows(vocabulary, problems)) if text is not None else {}
    data = calendars[""][0] if "" in calendars and not problems.errors else None
    return data, problems.all(keep_going=False)


def _draft(
    path: str | Path, vocabulary: Vocabulary, problems: Problems, stdin: BinaryIO | None
) -> Draft | None:
    if str(path) == "-":
        stdin = stdin or getattr(sys.stdin, "buffer", None)
        if stdin is None:
            problems.stop("E0601", "there is no standard input to read", help=f"give {_KINDS}")
            return None
        content = stdin.read()
        text = decode(content, "standard input", problems)
        return _from_document(text, "standard input", vocabulary, problems)
    path = Path(path)
    if not os.path.exists(path):  # noqa: PTH110 (unlike a Path, it says no to a name that is too long)
        return _from_document(read_text(path, problems), str(path), vocabulary, problems)
    if path.is_dir():
        return _from_folder(path, vocabulary, problems)
    if path.suffix.lower() == ".csv":
        return FolderReader({"marks.csv": path}, vocabulary, problems).read()
    if path.suffix.lower() == ".json":
        return _from_document(read_text(path, problems), str(path), vocabulary, problems)
    if path.suffix.lower() == ".xlsx":
        return _from_tables(path, {WORKBOOK: path}, vocabulary, problems)
    advice = SAVE_AS if path.suffix.lower() in OTHER_WORKBOOKS else f"give {_KINDS}"
    problems.stop("E0602", f"`{path}` is no history that can be read", Place(str(path), 1), help=advice)
    return None


def _from_document(text: str | None, name: str, vocabulary: Vocabulary, problems: Problems) -> Draft | None:
    from fingerpost.readers.from_json import DocumentReader  # noqa: PLC0415  # imports pydantic

    document: Document | None = read_json(text, name, problems) if text is not None else None
    return DocumentReader(document, vocabulary, problems).read() if document is not None else None


def _from_folder(folder: Path, vocabulary: Vocabulary, problems: Problems) -> Draft | None:
    mappings = mappings_in(folder, problems)
    files = files_in(folder, problems, mappings) if mappings is not None else None
    return _from_tables(folder, files, vocabulary, problems, mappings) if files is not None else None


def _from_tables(
    path: Path,
    files: Mapping[str, Path],
    vocabulary: Vocabulary,
    problems: Problems,
    mappings: Mapping[str, TableMapping] | None = None,
) -> Draft | None:
    """From the files of a folder, of which one may be a workbook, or from a workbook alone."""
    mappings = mappings or {}
    sheets = read_workbook(files[WORKBOOK], problems, files, mappings) if WORKBOOK in files else {}
    if sheets is None or (problems.stopped and mappings):
        return None  # a mapped table would be missed where its sheet was refused
    there = {**files, **{name: Path(sheet.name) for name, sheet in sheets.items()}}
    if not problems.stopped and not _has_pupils(there):
        tables = "a sheet `pupils` nor a sheet `marks`" if path.is_file() else "`pupils.csv` nor `marks.csv`"
        advice = f"a history is {_KINDS}"
        problems.stop("E0602", f"there is neither {tables} in `{path}`", Place(str(path), 1), help=advice)
    if not _has_pupils(there):
        return None
    return FolderReader(there, vocabulary, problems, sheets=sheets, mappings=mappings).read()


def _has_pupils(files: Collection[str]) -> bool:
    return "pupils.csv" in files or "marks.csv" in files


def is_mapped(folder: Path) -> bool:
    """Whether a mapping stands in a folder."""
    return (folder / MAPPING).exists()


def mappings_in(folder: Path, problems: Problems) -> dict[str, TableMapping] | None:
    """How tables stand in other files of a folder, by table; None, with the reasons noted, if it is wrong."""
    if not is_mapped(folder):
        return {}
    from fingerpost.readers.settings import read_mapping_yaml  # noqa: PLC0415  # imports pydantic

    text = read_text(folder / MAPPING, problems)
    return read_mapping_yaml(text, str(folder / MAPPING), problems) if text is not None else None


def mapped_files(folder: Path) -> list[Path]:
    """The mapping of a folder and the files that it names; none without a mapping."""
    if not is_mapped(folder):
        return []
    mappings = mappings_in(folder, Problems(most_shown=0)) or {}
    return [folder / MAPPING, *(folder / one.file for one in mappings.values() if one.file)]


def files_in(
    folder: Path, problems: Problems, mappings: Mapping[str, TableMapping] = MappingProxyType({})
) -> dict[str, Path] | None:
    """The files of a folder that are read, by the name of the table; None, with the reason noted, without.

    What looks like a table and is none is warned of. `mappings` say which tables have files of other names.
    """
    try:
        there = sorted(path.name for path in folder.iterdir())
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        problems.stop("E0601", f"`{folder}` cannot be read: {reason}", help="check who may open it")
        return None
    files = tables_in(folder, there)
    for table, mapping in mappings.items():
        if mapping.file in there:
            files[table] = folder / mapping.file
        elif mapping.file is not None:
            close = nearest(mapping.file, [one for one in there if one != MAPPING])
            advice = f"did you mean `{close}`?" if close else "put it there, or take it out of the mapping"
            message = f"there is no `{mapping.file}` in `{folder}`"
            problems.stop("E0661", message, mapping.where("file"), help=advice)
    if problems.stopped:
        return None
    taken = {path.name for path in files.values()} | {MAPPING}
    for name in there:
        if name.lower().endswith(_LOOKS_LIKE_ONE) and name not in taken and not name.startswith("~$"):
            advice = _instead_of(name, files)
            problems.add("W0609", f"`{name}` is not read", Place(str(folder / name), 1), help=advice)
    if WORKBOOK not in files and not _has_pupils(files):
        problems.stop(
            "E0602",
            f"there is neither `pupils.csv` nor `marks.csv` in `{folder}`",
            Place(str(folder), 1),
            help=f"a history is {_KINDS}; what the files of an export are, `{MAPPING}` says",
        )
        return None
    return files


def _instead_of(name: str, files: Mapping[str, Path]) -> str:
    """What to do about a file that is not read."""
    table = f"{name.rpartition('.')[0]}.csv"
    if not name.endswith((".yaml", ".yml")) and table in files:
        return f"`{files[table].name}` is read in its place; keep one of the two"
    if name.lower().endswith(OTHER_WORKBOOKS):
        return f"save it as an Excel workbook, `{WORKBOOK}`"
    if name.lower().endswith(".xlsx"):
        return f"a workbook with tables is called `{WORKBOOK}`"
    close = nearest(name.lower(), [one for one in (*_FILES, MAPPING) if one not in files])
    if close:
        return f"did you mean `{close}`?"
    return f"the tables are {', '.join(_FILES)}; what another file is, `{MAPPING}` says"


def tables_in(folder: Path, there: Iterable[str]) -> dict[str, Path]:
    """The files that are read, by the name of the CSV table: Parquet or Arrow may stand in its place."""
    names = set(there)
    files: dict[str, Path] = {}
    for name in _FILES:
        if found := next((form for form in forms_of(name) if form in names), None):
            files[name] = folder / found
    return files
