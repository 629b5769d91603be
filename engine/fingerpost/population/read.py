"""From tables to a population: columns for the many, and the ordinary reader for the few that are not plain.

What is wrong with data is said by one reader only. Columns are read at once, and everything in them that is
not plain (a second stay, whatever might be an error) names a pupil; those pupils' lines, and
no others, then go through the reader of `fingerpost.readers`, each in the line in which it stands. So a table
of a million pupils with one wrong date gets the very message that a table of ten gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Columns, arrow
from fingerpost.history import CalendarData, Completeness, History, Pupil, School
from fingerpost.population.block import Codes
from fingerpost.population.corrections import Corrections
from fingerpost.population.event_lines import EventLines
from fingerpost.population.events import Events
from fingerpost.population.fact_lines import FactLines
from fingerpost.population.file_lines import FileLines
from fingerpost.population.holders import Parents, People
from fingerpost.population.kept import (
    calendar_key,
    codes_of,
    place_of,
    population_of,
    with_kept,
    without_rows,
)
from fingerpost.population.marks_of_tables import Marks, Packed
from fingerpost.population.people import Coded, Reading, repeated, said
from fingerpost.population.population import Population
from fingerpost.population.pupil_lines import Order, PupilLines, roll_of, stands
from fingerpost.population.register_tables import StringLines, long_marks_of
from fingerpost.population.sheets import Sheet, UnreadableError, sheet_of, sheets_of
from fingerpost.population.strips import Roll
from fingerpost.population.whose import Ids, ParentLines, Places, is_sorted
from fingerpost.readers.draft import Draft, DraftSchool
from fingerpost.readers.folder import WORKBOOK, FolderReader
from fingerpost.readers.problems import MOST_SHOWN, Problems
from fingerpost.readers.read import files_in, is_mapped, read_history
from fingerpost.readers.settle import settle
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Subject

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PUPILS, _MARKS, _PARENTS, _FACTS, _EVENTS, _SCHOOLS = (
    f"{name}.csv" for name in ("pupils", "marks", "parents", "facts", "events", "schools")
)
_ONE_BY_ONE = ("date", "session", "code")
"""The columns of a table of marks that is no table of marks strings."""


def read_population(
    source: str | Path | Mapping[str, Columns],
    vocabulary: Vocabulary,
    *,
    calendars: Mapping[str, CalendarData] | None = None,
    complete: Completeness | None = None,
    keep_going: bool = False,
    most_shown: int = MOST_SHOWN,
) -> tuple[Population | None, tuple[Diagnostic, ...]]:
    """The population in tables, and what is wrong with them: as `read_history`, for very many pupils.

    `source` is a folder (Parquet, Arrow or CSV tables), any other history that `read_history` takes (it reads
    a folder with a mapping, too), or tables of pyarrow by name: `{"pupils": …, "parents": …}`. `calendars`,
    by school with the empty id for all others, and `complete` may stand in place of the files that say them.

    With any error there is no population, unless `keep_going`: then it is that of everything that was right.
    Raises MissingExtraError without pyarrow.
    """
    arrow()
    problems = Problems(most_shown=most_shown)
    draft = Draft(calendars={name: (data, None) for name, data in (calendars or {}).items()})
    draft.complete = complete or Completeness()
    if isinstance(source, Mapping):
        sheets = {f"{name}.csv": sheet_of(name, table) for name, table in source.items()}
        files = {name: Path(sheet.name) for name, sheet in sheets.items()}
    else:
        path = Path(source)
        if not path.is_dir() or is_mapped(path):
            return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
        found = files_in(path, problems)
        if found is None:
            return None, problems.all(keep_going=keep_going)
        files = found
        if WORKBOOK in files:
            return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
        sheets = sheets_of(files, problems)
        wanted = {name for name in files if name.endswith(".csv")}
        if problems.stopped or wanted != sheets.keys() or _PUPILS not in sheets:
            return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
    reader = _Reader(sheets, files, vocabulary, problems, draft)
    try:
        population = reader.read()
    except UnreadableError:  # its marks, which the other reader says in its words
        assert not isinstance(source, Mapping)
        return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
    if problems.stopped or (problems.errors and not keep_going):
        population = None
    arrow().default_memory_pool().release_unused()
    return population, problems.all(keep_going=keep_going)


def _from_history(
    source: object, vocabulary: Vocabulary, *, keep_going: bool, most_shown: int
) -> tuple[Population | None, tuple[Diagnostic, ...]]:
    assert isinstance(source, str | Path)
    history, found = read_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
    return (population_of(history, vocabulary) if history is not None else None), found


@dataclass(frozen=True)
class _PackedMarks:
    """The marks of all tables."""

    packed: Packed
    odd: Flags
    """The pupils' lines whose marks are not plain."""
    strings: Mapping[str, StringLines]
    """By table: its marks strings."""


@dataclass
class _Reader:
    """Reads the tables of one population."""

    sheets: Mapping[str, Sheet]
    files: Mapping[str, Path]
    vocabulary: Vocabulary
    problems: Problems
    draft: Draft
    lines: dict[str, Flags] = field(default_factory=dict)
    """By table: the lines that the ordinary reader reads."""
    places: dict[str, Places] = field(default_factory=dict)
    """By table: for each line the line of its pupil."""

    def __post_init__(self) -> None:
        self.sheet = self.sheets[_PUPILS]
        self.codes = codes_of(self.vocabulary)
        self.pupils = Reading(self.sheet)
        doubled = any(sheet.is_doubled for sheet in self.sheets.values())
        self.ids = self.pupils.needed("pupil") if self.sheet.has("pupil") and not doubled else None
        silent = Problems(most_shown=0)
        only = {name: path for name, path in self.files.items() if name.startswith(("calendar", "history"))}
        prepared = Draft(calendars=dict(self.draft.calendars), complete=self.draft.complete)
        reader = FolderReader(only, self.vocabulary, silent, draft=prepared, texts=self._texts(only))
        self.calendars = {name: data for name, (data, _) in reader.read_calendars().calendars.items()}

    @cached_property
    def _own_ids(self) -> Ids:
        assert self.ids is not None
        return Ids.of(self.ids)

    def _texts(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.sheets[name].as_csv(None) for name in names if name in self.sheets}

    def read(self) -> Population | None:
        """The population; what is wrong is noted."""
        if self.ids is None:
            everybody = np.ones(len(self.sheet), np.bool_)
            self._by_the_other_reader(everybody, everybody)
            return None
        doubled = np.zeros(len(self.sheet), np.bool_) if self._own_ids.is_rising else repeated(self.ids)
        with ThreadPoolExecutor(1) as beside:
            if _MARKS in self.sheets:
                beside.submit(self._whose, self.sheets[_MARKS])
            schools, school_names = self._schools()
            order = self._order(schools, school_names)
            in_order = order.of_lines
            days = roll_of(self.pupils)
            roll = Roll(*map(in_order, (days.births, days.first, days.last)))
            packing = beside.submit(self._packed, order.rank, roll, in_order(schools), school_names)
            pupils = PupilLines.read(self.pupils, days, doubled, self.vocabulary)
            parents, events = self._other_tables(pupils)
            parents_of_rows = parents.of_rows(order.rank) if parents else Parents.none(len(self.sheet))
            marks = packing.result()
        packed = marks.packed
        with_marks = doubled | marks.odd
        with_marks[order.lines[packed.unplain]] = True
        with_marks |= self._of_doubled(with_marks)
        unplain = pupils.unplain
        unplain |= with_marks
        history = self._by_the_other_reader(unplain, with_marks, order, marks.strings)
        if history is None:
            return None
        people = People(
            ids=self.ids if order.stands else self.ids.take(arrow().array(order.lines)),
            schools=in_order(schools),
            roll=roll,
            year_groups=in_order(pupils.year_groups),
            families=in_order(pupils.families),
            family_names=pupils.family_names,
            facts={name: Coded(in_order(coded.codes), coded.pool) for name, coded in pupils.facts.items()},
            parents=parents_of_rows,
            events=events.of_rows(order.rank, unplain) if events else Events.none(self.vocabulary),
        )
        made = Population(
            people=people,
            codes=self.codes,
            strips=packed.strips,
            administrative=packed.administrative,
            corrections=packed.corrections,
            school_names=school_names,
            schools=self._known_schools(history, schools, school_names),
            authorities=history.authorities,
            calendars=history.calendars,
            complete=history.complete,
        )
        return self._settled(made, history, in_order(unplain), in_order(with_marks))

    def _other_tables(self, pupils: PupilLines) -> tuple[ParentLines | None, EventLines | None]:
        """Parents, facts and events; what is not plain in them is noted with the pupils' lines."""
        unplain = pupils.unplain
        parents = self._parents(unplain)
        told = np.zeros_like(unplain)
        self._facts(unplain, told, pupils.facts, parents)
        events = self._events(unplain, told, parents)
        self._families(unplain, told, pupils.families, pupils.of_families)
        return parents, events

    # --- pupils -----------------------------------------------------------------------------------

    def _schools(self) -> tuple[Codes, list[str]]:
        """Which school each pupil is at, and the names of all schools."""
        found = self.pupils.ids_in_numbers("school")
        names = found.texts.to_pylist()
        listed = self.sheets.get(_SCHOOLS)
        if listed is not None and listed.has("school"):
            known = {name for name in listed.texts("school").to_pylist() if name}
            only = next(iter(known)) if len(known) == 1 else ""
            unknown = np.array([found.has_blanks and not only, *(name not in known for name in names)])
            if unknown.any():
                self.pupils.unplain |= found.mapped(unknown)
        else:
            only = ""
        spelt = [only, *names]
        sorted_names = sorted({*spelt} if found.has_blanks else {*names})
        places = {name: place for place, name in enumerate(sorted_names)}
        place = np.array([places.get(name, 0) for name in spelt], dtype=np.int32)
        return found.mapped(place), sorted_names

    def _order(self, schools: Codes, names: Sequence[str]) -> Order:
        """The lines of pupils in order of calendars, schools and ids."""
        pa, pc = arrow(), arrow("compute")
        ranked = sorted(range(len(names)), key=lambda number: place_of(self.calendars, names[number]))
        rank = np.empty(len(names), dtype=np.int32)
        rank[ranked] = np.arange(len(names))
        of_lines = schools if stands(rank) else rank[schools]
        if self._own_ids.is_rising and is_sorted(of_lines):
            return Order.standing(len(of_lines))
        table = pa.table({"school": of_lines, "id": self.ids})
        found = pc.sort_indices(table, sort_keys=[("school", "ascending"), ("id", "ascending")])
        return Order.of(np.asarray(found).astype(np.int64))

    def _whose(self, sheet: Sheet) -> Places:
        """For each line of another table the line of its pupil, -1 for nobody."""
        if sheet.name not in self.places:
            nobody = np.full(len(sheet), -1, dtype=np.int32)
            self.places[sheet.name] = self._own_ids.places_of(sheet) if sheet.has("pupil") else nobody
        return self.places[sheet.name]

    def _parents(self, unplain: Flags) -> ParentLines | None:
        sheet = self.sheets.get(_PARENTS)
        if sheet is None or not sheet.has("pupil") or not sheet.has("parent"):
            return None
        lines = ParentLines.read(sheet, self._whose(sheet), self.vocabulary.facts_of(Subject.PARENT))
        _flag(unplain, lines.whose[lines.unplain])
        self.lines[_PARENTS] = lines.whose < 0
        return lines

    def _facts(
        self, unplain: Flags, told: Flags, facts: dict[str, Coded], parents: ParentLines | None
    ) -> None:
        """Puts the table of facts into columns; `told` are pupils of whose family it speaks."""
        sheet = self.sheets.get(_FACTS)
        if sheet is None or not sheet.has("fact") or not sheet.has("value"):
            return
        whose = self._whose(sheet)
        lines = FactLines.read(sheet, whose, parents, self.vocabulary)
        _flag(unplain, whose[lines.unplain])
        _flag(unplain, lines.put(facts, len(self.sheet), self.vocabulary, of_parents=False))
        if parents is not None:
            bad = lines.put(parents.facts, len(parents.whose), self.vocabulary, of_parents=True)
            _flag(unplain, parents.whose[bad])
        _flag(told, whose[lines.about([Subject.FAMILY], self.vocabulary)])
        self.lines[_FACTS] = whose < 0
        self._of_every_child(sheet, whose < 0, parents, unplain)

    def _events(self, unplain: Flags, told: Flags, parents: ParentLines | None) -> EventLines | None:
        """The table of events in columns; `told` are pupils of whose family it speaks."""
        sheet = self.sheets.get(_EVENTS)
        if sheet is None or not sheet.has("event") or not sheet.has("date"):
            return None
        whose = self._whose(sheet)
        lines = EventLines.read(sheet, whose, parents, self.vocabulary)
        _flag(unplain, whose[lines.unplain])
        _flag(told, whose[lines.about(Subject.FAMILY, self.vocabulary)])
        self.lines[_EVENTS] = whose < 0
        return lines

    def _of_every_child(
        self, sheet: Sheet, lines: Flags, parents: ParentLines | None, unplain: Flags
    ) -> None:
        """A fact of a parent without a pupil is every child's parent's; the other reader reads them."""
        pa, pc = arrow(), arrow("compute")
        if parents is None or not sheet.has("parent") or not lines.any():
            return
        named = pc.unique(sheet.texts("parent").filter(pa.array(lines)).drop_null())
        _flag(unplain, parents.whose[parents.named(named)])

    def _families(
        self, unplain: Flags, told: Flags, families: Codes, in_cells: Mapping[str, NDArray[np.integer[Any]]]
    ) -> None:
        """Where children do not all say the same of their family, the other reader reads them."""
        if not families.any():
            return
        if not self.vocabulary.facts_of(Subject.FAMILY) and not any(
            one.subject is Subject.FAMILY for one in self.vocabulary.events.values()
        ):
            return
        of_family = np.bincount(families, minlength=1)
        several = (of_family > 1)[families] & (families > 0)
        concerned = np.zeros(len(of_family), dtype=np.bool_)
        concerned[families[(told | unplain) & several]] = True
        for codes in in_cells.values():
            least = np.full(len(of_family), np.iinfo(np.int32).max, dtype=np.int32)
            np.minimum.at(least, families, codes)
            most = np.zeros(len(of_family), dtype=np.int32)
            np.maximum.at(most, families, codes)
            concerned |= (least != most) & (of_family > 1)
        unplain |= concerned[families] & several

    def _of_doubled(self, flags: Flags) -> Flags:
        """All lines with the id of a flagged line."""
        if not flags.any():
            return flags
        assert self.ids is not None
        named = self.ids.filter(arrow().array(flags))
        return np.asarray(arrow("compute").is_in(self.ids, value_set=named))

    def _known_schools(self, history: History, schools: Codes, names: Sequence[str]) -> Mapping[str, School]:
        """All schools; where there is no list of them, those of pupils whose own line is right."""
        if _SCHOOLS in self.sheets:
            return history.schools
        right = np.asarray(self.ids.is_valid()) if self.ids is not None else np.zeros(0, np.bool_)
        if self.draft.bad_pupils:
            bad = arrow().array(sorted(self.draft.bad_pupils))
            right = right & ~np.asarray(arrow("compute").is_in(self.ids, value_set=bad))
        meant = {names[number] for number in np.unique(schools[right]).tolist()}
        found = {name: School(id=name) for name in meant} | dict(history.schools)
        return {name: found[name] for name in sorted(found) if name in meant or name not in names}

    # --- marks ------------------------------------------------------------------------------------

    def _packed(self, rank: Rows, roll: Roll, schools: Codes, names: Sequence[str]) -> _PackedMarks:
        """The marks of all tables."""
        odd = np.zeros(len(self.sheet), dtype=np.bool_)
        strings: dict[str, tuple[StringLines, Rows | Places]] = {}
        long, corrections = None, Corrections.none()
        facts = self.vocabulary.facts
        if self.sheet.has("marks") and not {"start", "marks"} & facts.keys():
            if self.sheet.has("start"):
                strings[_PUPILS] = StringLines.of(self.sheet, rank), np.arange(len(self.sheet))
            else:  # from when on, which the other reader asks
                odd |= said(self.sheet, "marks")
        sheet = self.sheets.get(_MARKS)
        if sheet is not None and sheet.has("pupil"):
            whose = self._whose(sheet)
            rows = whose if stands(rank) else np.where(whose >= 0, rank[whose], -1).astype(np.int32)
            self.lines[_MARKS] = whose < 0
            if sheet.has("start") and sheet.has("marks"):
                strings[_MARKS] = StringLines.of(sheet, rows), whose
            elif all(map(sheet.has, _ONE_BY_ONE)):
                long, corrections, bad = long_marks_of(sheet, rows, self.codes)
                _flag(odd, whose[bad])
        read = {name: lines for name, (lines, _) in strings.items()}
        marks = Marks(self.codes, roll, [*read.values()], long, corrections)
        keys = [calendar_key(self.calendars, name) for name in names]
        packed = marks.packed(schools, keys, self.calendars)
        for lines, of_lines in strings.values():
            _flag(odd, of_lines[lines.odd])
        return _PackedMarks(packed, odd, read)

    def _warn_of_weekdays(
        self, reader: FolderReader, strings: Mapping[str, StringLines], order: Order, seen: Flags
    ) -> None:
        """Where strings ran over Mondays to Fridays; the other reader has said it of whom it has `seen`."""
        bad = arrow().array(sorted(self.draft.bad_pupils), type=arrow().string())
        for name, lines in strings.items():
            rows = np.concatenate([np.zeros(0, dtype=np.int64), *lines.without_calendar])
            theirs = order.lines[rows]
            theirs = theirs[~seen[theirs]]
            assert self.ids is not None
            left_out = arrow("compute").is_in(self.ids.take(arrow().array(theirs)), value_set=bad)
            if not np.asarray(left_out).all():
                reader.warn_of_weekdays(str(self.files[name]))

    # --- the other reader -------------------------------------------------------------------------

    def _by_the_other_reader(
        self,
        pupils: Flags,
        with_marks: Flags,
        order: Order | None = None,
        strings: Mapping[str, StringLines] | None = None,
    ) -> History | None:
        """The history of some pupils, and of all schools; None where nothing can be read."""
        whose_lines = {_PARENTS: pupils, _FACTS: pupils, _EVENTS: pupils, _MARKS: with_marks}
        texts = self._texts(name for name in self.sheets if name not in (_PUPILS, *whose_lines))
        texts[_PUPILS] = self.sheet.as_csv(pupils)
        for name, whose in whose_lines.items():
            sheet = self.sheets.get(name)
            if sheet is not None:
                lines = self.lines.get(name, np.ones(len(sheet), dtype=np.bool_))
                if sheet.has("pupil") and self.ids is not None:
                    index = self._whose(sheet)
                    if whose.any():
                        lines = lines | (whose[index] & (index >= 0))
                texts[name] = sheet.as_csv(lines)
        if _SCHOOLS not in self.sheets and self.ids is not None:
            numbers, schools = self.sheet.factors("school")
            named = ["", *schools.to_pylist()]
            names = {named[number] for number in np.unique(numbers[~pupils]).tolist()}
            self.draft.schools.update({name: DraftSchool(id=name) for name in sorted(names)})
        packed = [] if self.ids is None else self.ids.filter(arrow().array(pupils & ~with_marks)).to_pylist()
        reader = FolderReader(
            self.files,
            self.vocabulary,
            self.problems,
            draft=self.draft,
            texts=texts,
            as_written={name: FileLines(path) for name, path in self.files.items() if path.suffix == ".csv"},
            packed={*packed},
        )
        reader.read()
        if order is not None:
            self._warn_of_weekdays(reader, strings or {}, order, with_marks)
        if self.problems.stopped:
            return None
        self._leave_out_marks(with_marks)
        return settle(self.draft, self.vocabulary, self.problems, with_digest=False)

    def _leave_out_marks(self, seen: Flags) -> None:
        """Counts the marks, one by one, of pupils who are left out; the other reader has counted some."""
        sheet = self.sheets.get(_MARKS)
        if sheet is None or not self.draft.bad_pupils or not all(map(sheet.has, ("pupil", *_ONE_BY_ONE))):
            return
        if sheet.has("start") and sheet.has("marks"):
            return
        bad = arrow().array(sorted(self.draft.bad_pupils))
        theirs = np.asarray(arrow("compute").is_in(sheet.texts("pupil"), value_set=bad))
        whose = self._whose(sheet)
        unseen = int((theirs & (whose >= 0) & ~seen[whose]).sum())
        if unseen:
            self.problems.leave_out("marks", unseen)

    def _settled(self, made: Population, history: History, unplain: Flags, with_marks: Flags) -> Population:
        """With the pupils that the other reader read; without those that it left out."""
        kept: dict[int, Pupil] = {}
        registers: set[int] = set()
        seen: set[str] = set()
        out: list[int] = []
        for row in np.flatnonzero(unplain).tolist():
            name = made.people.ids[row].as_py()
            pupil = history.pupils.get(name) if name is not None else None
            if pupil is None or name in seen:
                out.append(row)
                continue
            seen.add(name)
            kept[row] = pupil
            if with_marks[row]:
                registers.add(row)
        found = with_kept(made, kept, frozenset(registers))
        return without_rows(found, out) if out else found


def _flag(flags: Flags, lines: Rows | Places) -> None:
    """Flags some lines; -1 is nobody's."""
    flags[lines[lines >= 0]] = True
