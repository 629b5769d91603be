"""A folder of CSV tables, as exported: `pupils.csv`, `marks.csv` and whatever else there is.

`marks.csv` alone is enough: its pupils are then all there are. Every other table and every column beyond the
first few is optional, and whatever stands in them must be something that the policy can use.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from fingerpost.arrow import FORMATS
from fingerpost.readers.calendar_rows import calendars_from_rows
from fingerpost.readers.cells import Raw, read_year_group
from fingerpost.readers.column_files import column_text
from fingerpost.readers.draft import Draft, DraftAuthority, DraftPupil, DraftSchool, MarkEntry, Owner
from fingerpost.readers.mapping import TableMapping, check_values
from fingerpost.readers.marks import MarksTable
from fingerpost.readers.marks_strings import MarksStrings, warn_of_weekdays
from fingerpost.readers.owners import EVENT_COLUMNS, FACT_COLUMNS, Owners
from fingerpost.readers.problems import Problems, Where
from fingerpost.readers.rows import Rows
from fingerpost.readers.tables import Lines, Sheet, Table, read_table
from fingerpost.readers.texts import read_text, without_controls
from fingerpost.readers.wide_marks import WideMarks
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.source import Location

TABLES = (
    "pupils.csv",
    "marks.csv",
    "parents.csv",
    "events.csv",
    "facts.csv",
    "schools.csv",
    "authorities.csv",
    "calendar.csv",
)
WORKBOOK = "history.xlsx"
"""In a folder: a workbook with some of the tables, or all."""
OTHER_FILES = ("calendar.yaml", "history.yaml", WORKBOOK)


def forms_of(name: str) -> list[str]:
    """The names under which a file may stand, that which is read first of several in front."""
    return [name, *(name.removesuffix(".csv") + form for form in FORMATS if name.endswith(".csv"))]


_O = TypeVar("_O", bound=Owner)

REPORTED = "reported_"
"""Before a measure's name: a column of `pupils.csv` for the measure itself, where only totals are known."""

_PUPIL = ("pupil", "date_of_birth", "year_group", "school", "family", "on_roll_from", "on_roll_until")
_MARK = ("pupil", "date", "session", "code", "recorded_on")
_STRING = ("start", "marks")
"""Columns of `pupils.csv`, or with `pupil` of `marks.csv`: a marks string over the calendar's sessions."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of a table as an entry."""

    table: Table
    line: int
    cells: Sequence[str]

    def get(self, key: str) -> Raw | None:
        index = self.table.columns.get(key)
        return (self.table.said(key, self.cells[index].strip()) or None) if index is not None else None

    def where(self, key: str) -> Where:
        return self.table.cell_place(self.line, key)

    def called(self, key: str) -> str:
        return self.table.called(key)


@dataclass(slots=True)
class FolderReader:
    """Fills a draft from the files of one folder (or from one file of marks)."""

    files: Mapping[str, Path]
    vocabulary: Vocabulary
    problems: Problems
    draft: Draft = field(default_factory=Draft)
    texts: Mapping[str, str] = field(default_factory=dict)
    """By table: what to read in place of what stands in its file."""
    as_written: Mapping[str, Lines] = field(default_factory=dict)
    """By such a table: how to find a line as it stands in its file."""
    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    """By table: the sheet of a workbook that is read; its file is the name that it has in messages."""
    packed: Collection[str] = ()
    """Pupils whose marks strings are read elsewhere."""
    mappings: Mapping[str, TableMapping] = field(default_factory=dict)
    """By table: how it stands in a file of another kind."""
    rows: Rows = field(init=False)
    _read: dict[str, str | None] = field(default_factory=dict)
    _strings: dict[str, list[_Row]] = field(default_factory=dict)
    """By pupil: the rows with marks strings."""
    _running: dict[str, Table] = field(default_factory=dict)
    """By file: tables of marks strings of which it was not said that they run over every Monday to Friday."""

    def __post_init__(self) -> None:
        self.rows = Rows(self.vocabulary, self.problems)

    def read(self) -> Draft:
        """Everything that the files say; what is wrong is noted."""
        self._schools()
        self._authorities()
        self._pupils()
        self._parents()
        marks = self._marks()
        self.draft.name_schools_and_authorities()
        self._calendars()
        self._spell_out(marks)
        owners = Owners(self.draft, self.rows)
        for row in self._table("facts.csv", ["fact", "value"], FACT_COLUMNS):
            owners.read_fact(row)
        fields = {one.name: one for event in self.vocabulary.events.values() for one in event.fields}
        for row in self._table("events.csv", ["event", "date"], EVENT_COLUMNS, fields):
            owners.read_event(row, [name for name in fields if name not in EVENT_COLUMNS])
        return self.draft

    def read_calendars(self) -> Draft:
        """Only the calendars, and from when records are whole."""
        self._calendars()
        return self.draft

    # --- who there is ---------------------------------------------------------------------------------------

    def _schools(self) -> None:
        facts = self.vocabulary.facts_of(Subject.SCHOOL)
        for row in self._table("schools.csv", ["school"], ("school", "name", "authority", "phase"), facts):
            self.draft.schools_listed = True
            if school := self._once("school", row, self.draft.schools, DraftSchool):
                school.name, school.phase = self.rows.text(row, "name"), self.rows.text(row, "phase")
                school.authority = self.rows.text(row, "authority")
                self._fact_cells(school, row, facts)

    def _authorities(self) -> None:
        facts = self.vocabulary.facts_of(Subject.AUTHORITY)
        for row in self._table("authorities.csv", ["authority"], ("authority", "name"), facts):
            self.draft.authorities_listed = True
            if one := self._once("authority", row, self.draft.authorities, DraftAuthority):
                one.name = self.rows.text(row, "name")
                self._fact_cells(one, row, facts)

    def _pupils(self) -> None:
        facts = self.vocabulary.facts_of(Subject.PUPIL, Subject.FAMILY)
        reported = {f"{REPORTED}{name}": measure for name, measure in self.vocabulary.measures.items()}
        strings = tuple(name for name in _STRING if name not in facts)
        columns = (*_PUPIL, *(name for name in reported if name not in facts), *strings)
        first: dict[str, _Row] = {}
        table = self._open("pupils.csv", ["pupil"], columns, facts)
        if table is None:
            return
        has_strings = len(strings) == len(_STRING) and "marks" in table.columns
        if has_strings:
            self._running[table.name] = table
        for row in self._rows_of(table, "pupils.csv"):
            before = self.problems.errors
            name = self.rows.needed(row, "pupil")
            if name is None:
                continue
            if name in first:
                self._another_stay(name, first[name], row)
                continue
            first[name] = row
            if has_strings and row.get("marks") is not None and name not in self.packed:
                self._strings.setdefault(name, []).append(row)
            pupil = self._new_pupil(name, row)
            self._fact_cells(pupil, row, facts)
            for column, measure in reported.items():
                raw = row.get(column)
                if raw is not None and column not in facts:
                    value = self.rows.reported_value(measure, raw, row.where(column))
                    pupil.reported.setdefault(measure.name, []).extend([value] if value else [])
            if self.problems.errors > before:
                self._leave_out_pupil(name)
            else:
                self.draft.pupils[name] = pupil
        for name in table.torn_cells("pupil"):
            self._leave_out_pupil(name)

    def _new_pupil(self, name: str, row: _Row) -> DraftPupil:
        pupil = DraftPupil(id=name, where=row.where("pupil"))
        pupil.school, pupil.school_where = self.rows.text(row, "school"), row.where("school")
        pupil.family = self.rows.text(row, "family")
        pupil.date_of_birth = self.rows.date(row, "date_of_birth")
        if (year := row.get("year_group")) is not None:
            pupil.year_group = self.rows.settled(read_year_group(year), row.where("year_group"))
        pupil.stays = [(self.rows.stretch(row, "on_roll_from", "on_roll_until"), row.where("on_roll_from"))]
        return pupil

    def _another_stay(self, name: str, first: _Row, row: _Row) -> None:
        """A pupil's second row tells of another time on roll, if that is all in which it differs."""
        stays = ("on_roll_from", "on_roll_until")
        differs = [key for key in row.table.columns if key not in stays and row.get(key) != first.get(key)]
        if differs or all(row.get(key) == first.get(key) for key in stays):
            what = f", with another `{differs[0]}`" if differs else ""
            self.problems.add(
                "E0624",
                f"the pupil `{name}` appears twice{what}",
                row.where(differs[0] if differs else "pupil"),
                help="take one row out; a second time on roll is a row that differs in `on_roll_from` alone",
                also=((first.where("pupil"), "first here"),),
            )
            self._leave_out_pupil(name)
        elif name in self.draft.pupils:
            self.draft.pupils[name].stays.append((self.rows.stretch(row, *stays), row.where("on_roll_from")))

    def _leave_out_pupil(self, name: str) -> None:
        self.draft.pupils.pop(name, None)
        if name not in self.draft.bad_pupils:
            self.draft.bad_pupils.add(name)
            self.problems.leave_out("pupils")

    def _parents(self) -> None:
        facts = self.vocabulary.facts_of(Subject.PARENT)
        for row in self._table("parents.csv", ["pupil", "parent"], ("pupil", "parent"), facts):
            pupil = self._pupil(row)
            if pupil and (parent := self._once("parent", row, pupil.parents, Owner)):
                self._fact_cells(parent, row, facts)

    def _once(self, key: str, row: _Row, owners: dict[str, _O], make: Callable[..., _O]) -> _O | None:
        """A new school, authority or parent, unless it is there already."""
        name = self.rows.needed(row, key)
        if name is None:
            return None
        if name in owners:
            self.problems.add(
                "E0624",
                f"the {key} `{name}` appears twice",
                row.where(key),
                help="take one row out",
                also=((owners[name].where, "first here"),),
            )
            return None
        owners[name] = made = make(id=name, where=row.where(key))
        return made

    def _pupil(self, row: _Row) -> DraftPupil | None:
        return self.draft.pupil_named(self.rows.needed(row, "pupil"), row.where("pupil"), self.problems)

    def _fact_cells(self, owner: Owner, row: _Row, facts: Mapping[str, Fact]) -> None:
        """One column a fact; a blank cell is not known."""
        for name, fact in facts.items():
            raw = row.get(name) if name in row.table.columns else None
            if raw is not None and (value := self.rows.fact_value(fact, raw, row.where(name))):
                owner.add_fact(name, value)

    # --- marks and calendars --------------------------------------------------------------------------------

    def _marks(self) -> MarksTable | None:
        """Reads the marks one by one; marks strings are only collected, since they need the calendars."""
        alone = "pupils.csv" not in self.files
        mapping = self.mappings.get("marks.csv")
        wide = mapping is not None and mapping.sessions is not None
        strings = not wide and self._has_strings("marks.csv")
        if wide:
            table = self._open("marks.csv", ["pupil"], ["pupil"])
        elif strings:
            needed = ["pupil", *_STRING]
            table = self._open("marks.csv", needed, (*needed, "session", "recorded_on"))
        else:
            table = self._open("marks.csv", ["pupil", "date", "session", "code"], _MARK)
        if table is None:
            return None
        marks = None
        if strings:
            self._running[table.name] = table
            self._collect_strings(table, alone=alone)
        else:
            reading = WideMarks if wide else MarksTable
            marks = reading(table, self.vocabulary.codes, self.problems)
            marks.read(
                self.draft.pupils, self.draft.bad_pupils, alone=alone or "pupils.csv" in self.draft.unread
            )
        if alone:
            wanted = "a sheet `pupils`" if "marks.csv" in self.sheets else "`pupils.csv`"
            self.problems.add(
                "W0603",
                "there is no list of pupils: they are taken from the marks",
                table.place(1),
                help=f"add {wanted} with dates of birth, year groups and times on roll",
            )
        return marks

    def _has_strings(self, name: str) -> bool:
        """Whether the header of a table names marks strings."""
        text = self._text(name)
        header = text.lstrip().split("\n", 1)[0] if text else ""
        if mapping := self.mappings.get(name):
            lines = (text or "").splitlines()[mapping.header_line - 1 :]
            header = ",".join([next(filter(str.strip, lines), ""), *mapping.columns])
        return "start" in {cell.strip().strip('"') for cell in header.split(",")}

    def _collect_strings(self, table: Table, *, alone: bool) -> None:
        for row in self._rows_of(table, "marks.csv"):
            name = self.rows.needed(row, "pupil")
            if alone and name is not None and name not in self.draft.pupils:
                where = row.where("pupil")
                self.draft.pupils[name] = DraftPupil(id=name, where=where, school_where=where)
            if self.draft.pupil_named(name, row.where("pupil"), self.problems):
                self._strings.setdefault(name or "", []).append(row)

    def _spell_out(self, marks: MarksTable | None) -> None:
        """Adds what marks strings say to their pupils, and tells how marks are found again."""
        spelling = MarksStrings(self.vocabulary, self.draft)
        for name, rows in self._strings.items():
            if pupil := self.draft.pupils.get(name):
                for row in rows:
                    on_weekdays = partial(self.warn_of_weekdays, row.table.name)
                    pupil.marks.extend(
                        spelling.read(pupil, row, "start", self.problems, on_weekdays, row.table.code)
                    )

        def places(pupil: str, entry: MarkEntry) -> list[Location]:
            silent = Problems(most_shown=0)
            found = [
                row.table.cell_place(row.line, "marks")()
                for row in self._strings.get(pupil, ())
                for mark in spelling.read(
                    self.draft.pupils[pupil], row, "start", silent, lambda: None, row.table.code
                )
                if mark == entry
            ]
            return [*(marks.places(pupil, entry) if marks else ()), *found]

        self.draft.find_marks = places

    def warn_of_weekdays(self, file: str) -> None:
        """Says of a table, once, that its marks strings run over every Monday to Friday."""
        if (table := self._running.pop(file, None)) is not None:
            warn_of_weekdays(self.problems, table.header_place(table.columns["marks"]))

    def _calendars(self) -> None:
        if path := self.files.get("calendar.yaml"):
            from fingerpost.readers.settings import read_calendar_yaml  # noqa: PLC0415  # imports pydantic

            text = read_text(path, self.problems)
            if text is not None:
                self.draft.calendars = read_calendar_yaml(text, str(path), self.rows)
        rows = self._table("calendar.csv", ["date", "open"], ("date", "session", "open", "school"))
        calendars_from_rows(rows, self.rows, self.draft.calendars)
        if path := self.files.get("history.yaml"):
            from fingerpost.readers.settings import read_history_yaml  # noqa: PLC0415  # imports pydantic

            text = read_text(path, self.problems, may_be_empty=True)
            if text is not None:
                self.draft.complete = read_history_yaml(text, str(path), self.rows)

    # --- tables ---------------------------------------------------------------------------------------------

    def _open(
        self, name: str, needed: Sequence[str], columns: Sequence[str], facts: Collection[str] = ()
    ) -> Table | None:
        path, mapping = self.files.get(name), self.mappings.get(name)
        text = self._text(name)
        if path is None and mapping:
            advice = "say under `file` which file it is, or take it out of the mapping"
            self.problems.stop("E0661", f"there is no `{name}`", mapping.where(key=True), help=advice)
        if path is None or text is None:
            self.draft.unread.update([name] if path else [])
            return None
        known = (*columns, *facts)
        table = read_table(
            text,
            str(path),
            self.problems,
            needed=needed,
            known=known,
            why_not=self._why_not,
            as_written=self.as_written.get(name),
            sheet=self.sheets.get(name),
            mapping=mapping,
        )
        if mapping and not check_values(mapping, self.vocabulary, self.problems):
            table = None
        if table is None:
            self.draft.unread.add(name)
        return table

    def _text(self, name: str) -> str | None:
        """The text of a table, read once; that of a table of columns as it would stand in CSV."""
        if name not in self._read:
            path = self.files.get(name)
            before, mapping = self.problems.shown, self.mappings.get(name)
            if name in self.sheets:
                self._read[name] = self.sheets[name].text
            elif name in self.texts:
                self._read[name] = without_controls(self.texts[name], str(path), self.problems)
            else:
                self._read[name] = _text_of(path, self.problems)
            if mapping and mapping.hides:
                self.problems.without_lines(before)  # as long as it is not plain what is left out
        return self._read[name]

    def _table(
        self, name: str, needed: Sequence[str], columns: Sequence[str], facts: Collection[str] = ()
    ) -> Iterator[_Row]:
        table = self._open(name, needed, columns, facts)
        if table is not None:
            yield from self._rows_of(table, name)

    def _rows_of(self, table: Table, name: str) -> Iterator[_Row]:
        for line, cells in table.rows(self.problems):
            yield _Row(table, line, cells)
        if self.problems.stopped:
            self.draft.unread.add(name)

    def _why_not(self, column: str) -> str:
        """Why a column may not stand in a table."""
        fact = self.vocabulary.facts.get(column)
        if fact is None:
            return f"nobody declared a column `{column}`"
        table = {
            Subject.PARENT: "parents.csv",
            Subject.SCHOOL: "schools.csv",
            Subject.AUTHORITY: "authorities.csv",
        }
        home = table.get(fact.subject, "pupils.csv")
        whose = f"{'an' if fact.subject is Subject.AUTHORITY else 'a'} {fact.subject.value}"
        return f"`{column}` is a fact of {whose}: its column belongs in `{home}`"


def _text_of(path: Path | None, problems: Problems) -> str | None:
    if path is None:
        return None
    return column_text(path, problems) if path.suffix.lower() in FORMATS else read_text(path, problems)
