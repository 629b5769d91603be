"""From tables to a population: columns for the many, and the ordinary reader for the few that are not plain.

What is wrong with data is said by one reader only. Columns are read at once, and everything in them that is
not plain (events, dated facts, corrections, a second stay, whatever might be an error) names a pupil; those
pupils' lines, and no others, then go through the reader of `fingerpost.readers`, each in the line in which it
stands. So a table of a million pupils with one wrong date gets the very message that a table of ten gets.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Columns, arrow
from fingerpost.axis import Alphabet
from fingerpost.calendar import Calendar
from fingerpost.digest import normal
from fingerpost.history import CalendarData, Completeness, Facts, History, Parent, Pupil, School
from fingerpost.known import known_register
from fingerpost.population.code_list import ADMINISTRATIVE_MARK, CodeList
from fingerpost.population.people import Coded, Reading, factors, repeated
from fingerpost.population.population import Parents, People, Population
from fingerpost.population.register_tables import Marks, long_marks_of, strings_of
from fingerpost.population.registers import MISSING_NUMBER, NOTHING_NUMBER, Numbering
from fingerpost.population.sheets import Sheet, sheets_of
from fingerpost.population.strips import (
    Administrative,
    Packing,
    Roll,
    Strip,
    changes,
    on_roll,
    pack_into,
    stretches,
)
from fingerpost.readers.draft import Draft, DraftSchool
from fingerpost.readers.folder import REPORTED, FolderReader
from fingerpost.readers.problems import MOST_SHOWN, Problems
from fingerpost.readers.read import files_in, read_history
from fingerpost.readers.settle import settle
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.source import Place

Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

_PUPILS, _MARKS, _PARENTS, _FACTS, _EVENTS, _SCHOOLS = (
    f"{name}.csv" for name in ("pupils", "marks", "parents", "facts", "events", "schools")
)


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

    `source` is a folder (Parquet, Arrow or CSV tables), any other history that `read_history` takes, or
    tables of pyarrow by name: `{"pupils": …, "parents": …}`. `calendars`, by school with the empty id for all
    others, and `complete` may stand in place of the files that say them.

    With any error there is no population, unless `keep_going`: then it is that of everything that was right.
    Raises MissingExtraError without pyarrow.
    """
    arrow()
    problems = Problems(most_shown=most_shown)
    draft = Draft(calendars={name: (data, None) for name, data in (calendars or {}).items()})
    draft.complete = complete or Completeness()
    if isinstance(source, Mapping):
        sheets = {f"{name}.csv": Sheet(name, table) for name, table in source.items()}
        files = {name: Path(sheet.name) for name, sheet in sheets.items()}
    else:
        path = Path(source)
        if not path.is_dir():
            return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
        found = files_in(path, problems)
        if found is None:
            return None, problems.all(keep_going=keep_going)
        files = found
        sheets = sheets_of(files, problems)
        wanted = {name for name in files if name.endswith(".csv")}
        if problems.stopped or wanted != sheets.keys() or _PUPILS not in sheets:
            return _from_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
    reader = _Reader(sheets, files, vocabulary, problems, draft)
    population = reader.read()
    if problems.stopped or (problems.errors and not keep_going):
        population = None
    return population, problems.all(keep_going=keep_going)


def _from_history(
    source: object, vocabulary: Vocabulary, *, keep_going: bool, most_shown: int
) -> tuple[Population | None, tuple[Diagnostic, ...]]:
    assert isinstance(source, str | Path)
    history, found = read_history(source, vocabulary, keep_going=keep_going, most_shown=most_shown)
    return (population_of(history, vocabulary) if history is not None else None), found


def population_of(history: History, vocabulary: Vocabulary) -> Population:
    """A population of the pupils of a history, every one of them kept as it is."""
    history = history if history.digest else normal(history)
    by_school = sorted(
        history.pupils, key=lambda name: (_place(history.calendars, history.pupils[name].school), name)
    )
    pupils = [history.pupils[name] for name in by_school]
    none = np.zeros(len(pupils), dtype=np.int64)
    school_names = sorted({pupil.school for pupil in pupils})
    numbers = {name: number for number, name in enumerate(school_names)}
    people = People(
        ids=arrow().array(by_school, type=arrow().string()),
        schools=np.array([numbers[pupil.school] for pupil in pupils], dtype=np.int32),
        roll=Roll(none, none.copy(), none.copy()),
        year_groups=np.full(len(pupils), -1, dtype=np.int32),
        families=none.astype(np.int32),
        family_names=(),
        facts={},
        parents=Parents(np.zeros(len(pupils) + 1, np.int64), arrow().array([], type=arrow().string()), {}),
    )
    codes = _codes_of(vocabulary)
    strips = [
        Strip(first, last, np.zeros(0, np.int64), np.zeros((codes.planes, last - first, 0), np.uint64))
        for first, last in stretches([_key(history.calendars, pupil.school) for pupil in pupils])
    ]
    made = Population(
        people=people,
        codes=codes,
        strips=strips,
        administrative=Administrative.joined([]),
        school_names=school_names,
        schools=history.schools,
        authorities=history.authorities,
        calendars=history.calendars,
        complete=history.complete,
    )
    return with_kept(made, dict(enumerate(pupils)), frozenset(range(len(pupils))))


def _codes_of(vocabulary: Vocabulary) -> CodeList:
    return CodeList.of(Numbering(Alphabet(vocabulary.codes)))


def _key(calendars: Mapping[str, CalendarData], school: str) -> str | None:
    """Which calendar a school keeps: its own, the general one, or none."""
    return school if school in calendars else "" if "" in calendars else None


def _place(calendars: Mapping[str, CalendarData], school: str) -> tuple[str, str]:
    """Where a school stands in the order of rows: with those that keep the same calendar."""
    return _key(calendars, school) or "", school


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

    def __post_init__(self) -> None:
        self.sheet = self.sheets[_PUPILS]
        self.codes = _codes_of(self.vocabulary)
        self.pupils = Reading(self.sheet)
        self.ids = self.pupils.needed("pupil") if self.sheet.has("pupil") else None
        silent = Problems(most_shown=0)
        only = {name: path for name, path in self.files.items() if name.startswith(("calendar", "history"))}
        prepared = Draft(calendars=dict(self.draft.calendars), complete=self.draft.complete)
        reader = FolderReader(only, self.vocabulary, silent, draft=prepared, texts=self._texts(only))
        self.calendars = {name: data for name, (data, _) in reader.read_calendars().calendars.items()}

    def _texts(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self.sheets[name].as_csv(None) for name in names if name in self.sheets}

    def read(self) -> Population | None:
        """The population; what is wrong is noted."""
        if self.ids is None:
            self._by_the_other_reader(
                np.zeros(len(self.sheet), np.bool_), np.zeros(len(self.sheet), np.bool_)
            )
            return None
        doubled = repeated(self.ids)
        schools, school_names = self._schools()
        births = self.pupils.dates("date_of_birth")
        first, last = self.pupils.dates("on_roll_from"), self.pupils.dates("on_roll_until")
        years = self.pupils.year_groups("year_group")
        families, family_names = factors(self.pupils.id("family"))
        facts = self.pupils.facts(self.vocabulary.facts_of(Subject.PUPIL, Subject.FAMILY))
        unplain = self.pupils.unplain | doubled
        unplain |= (first > 0) & (last > 0) & (last < first)
        unplain |= (births > 0) & (first > 0) & (births >= first)
        for name in self.sheet.table.column_names:
            if name.startswith(REPORTED):
                unplain |= np.asarray(self.sheet.texts(name).is_valid())
        parents = self._parents(unplain)
        self._events_and_facts(unplain)
        self._families(unplain, families)
        order = self._order(schools, school_names)
        roll = Roll(births[order], first[order], last[order])
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        marks, odd = self._marks(rank)
        with_marks = doubled | odd
        strips, administrative, bad = self._packed(marks, roll, schools[order], school_names)
        with_marks[order[bad]] = True
        with_marks |= self._of_doubled(with_marks)
        unplain |= with_marks
        history = self._by_the_other_reader(unplain, with_marks)
        if history is None:
            return None
        people = People(
            ids=self.ids.take(arrow().array(order)),
            schools=schools[order].astype(np.int32),
            roll=roll,
            year_groups=years[order],
            families=families[order].astype(np.int32),
            family_names=family_names,
            facts={name: coded.take(order) for name, coded in facts.items()},
            parents=parents.of_rows(order) if parents else _no_parents(len(order)),
        )
        known = {name: School(id=name) for name in school_names} if _SCHOOLS not in self.sheets else {}
        made = Population(
            people=people,
            codes=self.codes,
            strips=strips,
            administrative=administrative,
            school_names=school_names,
            schools=dict(sorted({**known, **history.schools}.items())),
            authorities=history.authorities,
            calendars=history.calendars,
            complete=history.complete,
        )
        return self._settled(made, history, unplain[order], with_marks[order])

    # --- pupils -----------------------------------------------------------------------------------

    def _schools(self) -> tuple[Rows, list[str]]:
        """Which school each pupil is at, and the names of all schools."""
        numbers, names = factors(self.pupils.id("school"))
        listed = self.sheets.get(_SCHOOLS)
        if listed is not None and listed.has("school"):
            known = [name for name in listed.texts("school").to_pylist() if name]
            only = known[0] if len(known) == 1 else ""
            self.pupils.unplain |= np.array([not only, *(name not in known for name in names)])[numbers]
        else:
            only = ""
        spelt = [only, *names]
        sorted_names = sorted({spelt[number] for number in np.unique(numbers)})
        place = np.array([sorted_names.index(name) if name in sorted_names else 0 for name in spelt])
        return place[numbers], sorted_names

    def _order(self, schools: Rows, names: Sequence[str]) -> Rows:
        """The lines of pupils in order of calendars, schools and ids."""
        pa, pc = arrow(), arrow("compute")
        ranked = sorted(range(len(names)), key=lambda number: _place(self.calendars, names[number]))
        rank = np.empty(len(names), dtype=np.int64)
        rank[ranked] = np.arange(len(names))
        table = pa.table({"school": rank[schools], "id": self.ids})
        found = pc.sort_indices(table, sort_keys=[("school", "ascending"), ("id", "ascending")])
        return np.asarray(found).astype(np.int64)

    def _index(self, sheet: Sheet, unplain: Flags) -> Rows:
        """For each line of another table the line of its pupil, -1 for nobody; who is blank is not plain."""
        texts = sheet.texts("pupil")
        found = arrow("compute").index_in(texts, value_set=self.ids).fill_null(-1)
        return np.asarray(found).astype(np.int64)

    def _parents(self, unplain: Flags) -> _ParentLines | None:
        sheet = self.sheets.get(_PARENTS)
        if sheet is None or not sheet.has("pupil") or not sheet.has("parent"):
            return None
        reading = Reading(sheet)
        ids = reading.needed("parent")
        facts = reading.facts(self.vocabulary.facts_of(Subject.PARENT))
        whose = self._index(sheet, unplain)
        names, _ = factors(ids)
        keys = whose * (int(names.max(initial=0)) + 1) + names
        _, index, counts = np.unique(keys, return_inverse=True, return_counts=True)
        reading.unplain |= counts[index] > 1
        unplain[whose[reading.unplain & (whose >= 0)]] = True
        self.lines[_PARENTS] = whose < 0
        return _ParentLines(whose, ids, facts)

    def _events_and_facts(self, unplain: Flags) -> None:
        """Who has events or facts in tables of their own is read by the other reader."""
        pc = arrow("compute")
        for name in (_FACTS, _EVENTS):
            sheet = self.sheets.get(name)
            if sheet is None:
                continue
            if sheet.has("pupil"):
                whose = self._index(sheet, unplain)
                unplain[whose[whose >= 0]] = True
            parents = self.sheets.get(_PARENTS)
            if sheet.has("parent") and parents is not None and parents.has("parent"):
                named = pc.unique(sheet.texts("parent").drop_null())
                concerned = np.asarray(pc.is_in(parents.texts("parent"), value_set=named))
                whose = self._index(parents, unplain)[concerned]
                unplain[whose[whose >= 0]] = True

    def _families(self, unplain: Flags, families: Rows) -> None:
        """Of a family of which anything is recorded, every child is read by the other reader."""
        shared = self.vocabulary.facts_of(Subject.FAMILY)
        kinds = [one for one in self.vocabulary.events.values() if one.subject is Subject.FAMILY]
        told = unplain.copy() if shared or kinds else np.zeros_like(unplain)
        for name in shared:
            if self.sheet.has(name):
                told |= np.asarray(self.sheet.texts(name).is_valid())
        of_family = np.bincount(families, minlength=1)
        several = (of_family > 1)[families] & (families > 0)
        concerned = np.zeros(len(of_family), dtype=np.bool_)
        concerned[families[told & several]] = True
        unplain |= concerned[families] & several

    def _of_doubled(self, flags: Flags) -> Flags:
        """All lines with the id of a flagged line."""
        assert self.ids is not None
        named = self.ids.filter(arrow().array(flags))
        return np.asarray(arrow("compute").is_in(self.ids, value_set=named))

    # --- marks ------------------------------------------------------------------------------------

    def _marks(self, rank: Rows) -> tuple[Marks, Flags]:
        """The marks of all tables, and the pupils' lines whose marks are not plain."""
        odd = np.zeros(len(self.sheet), dtype=np.bool_)
        strings, long = [], None
        facts = self.vocabulary.facts
        if self.sheet.has("start") and self.sheet.has("marks") and not {"start", "marks"} & facts.keys():
            found, bad = strings_of(self.sheet, rank, self.codes)
            odd |= bad
            strings.append(found)
        sheet = self.sheets.get(_MARKS)
        if sheet is not None and sheet.has("pupil"):
            whose = self._index(sheet, odd)
            rows = np.where(whose >= 0, rank[whose], -1) if len(rank) else whose
            bad = np.zeros(len(sheet), dtype=np.bool_)
            if sheet.has("start") and sheet.has("marks"):
                found, bad = strings_of(sheet, rows, self.codes)
                strings.append(found)
            elif all(map(sheet.has, ("date", "session", "code"))):
                long, bad = long_marks_of(sheet, rows, self.codes)
            odd[whose[bad & (whose >= 0)]] = True
            self.lines[_MARKS] = whose < 0
        return Marks(tuple(strings), long), odd

    def _packed(
        self, marks: Marks, roll: Roll, schools: Rows, names: Sequence[str]
    ) -> tuple[list[Strip], Administrative, Rows]:
        """The strips, the administrative marks, and the rows that are not plain."""
        keys = [_key(self.calendars, name) for name in names]
        strips: list[Strip] = []
        unplain: list[Rows] = [np.zeros(0, dtype=np.int64)]
        administrative: list[Administrative] = []
        numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
        of_school = np.array([numbers[key] for key in keys], dtype=np.int64)
        for first, last in changes(of_school[schools]):
            key = keys[schools[first]]
            slots, running = np.zeros(0, dtype=np.int64), marks.weekdays()
            if key is not None:
                slots = np.array(Calendar.from_data(self.calendars[key]).open_slots, dtype=np.int64)
                running = slots
            elif len(running):
                self._warn_of_weekdays()
            packing = Packing(self.codes, roll, marks.over(running))
            strips.append(
                packing.strip(first, last, slots, closed_is_wrong=key is not None and len(slots) > 0)
            )
            unplain.extend(packing.unplain)
            administrative.extend(packing.administrative)
        return strips, Administrative.joined(administrative), np.unique(np.concatenate(unplain))

    def _warn_of_weekdays(self) -> None:
        name = _MARKS if _MARKS in self.sheets and self.sheets[_MARKS].has("marks") else _PUPILS
        self.problems.add(
            "W0606",
            "without a calendar, a marks string runs over every Monday to Friday",
            Place(self.sheets[name].name, 1),
            help="give the calendar, or each mark with its date",
        )

    # --- the other reader -------------------------------------------------------------------------

    def _by_the_other_reader(self, pupils: Flags, with_marks: Flags) -> History | None:
        """The history of some pupils, and of all schools; None where nothing can be read."""
        texts = self._texts(name for name in self.sheets if name not in (_PUPILS, _MARKS, _PARENTS))
        texts[_PUPILS] = self._pupils_text(pupils, with_marks)
        for name, whose in ((_PARENTS, pupils), (_MARKS, with_marks)):
            sheet = self.sheets.get(name)
            if sheet is not None:
                lines = self.lines.get(name, np.ones(len(sheet), dtype=np.bool_))
                if sheet.has("pupil") and self.ids is not None:
                    index = self._index(sheet, pupils)
                    lines = lines | (whose[index] & (index >= 0) if len(whose) else False)
                texts[name] = sheet.as_csv(lines)
        if _SCHOOLS not in self.sheets and self.ids is not None:
            names = {name or "" for name in self.sheet.texts("school").unique().to_pylist()}
            self.draft.schools.update({name: DraftSchool(id=name) for name in sorted(names)})
        reader = FolderReader(self.files, self.vocabulary, self.problems, draft=self.draft, texts=texts)
        reader.read()
        return None if self.problems.stopped else settle(self.draft, self.vocabulary, self.problems)

    def _pupils_text(self, pupils: Flags, with_marks: Flags) -> str:
        sheet = self.sheet
        if not sheet.has("marks"):
            return sheet.as_csv(pupils)
        only = arrow().array(with_marks)
        column = sheet.table.column_names.index("marks")
        chosen = arrow("compute").if_else(only, sheet.column("marks"), None)
        return Sheet(sheet.name, sheet.table.set_column(column, "marks", chosen)).as_csv(pupils)

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


@dataclass(frozen=True)
class _ParentLines:
    """The lines of parents: the line of the pupil of each, -1 for nobody."""

    whose: Rows
    ids: object
    facts: Mapping[str, Coded]

    def of_rows(self, order: Rows) -> Parents:
        """The parents of pupils in another order, by id."""
        pa, pc = arrow(), arrow("compute")
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        rows = np.where(self.whose >= 0, rank[self.whose] if len(rank) else self.whose, len(order))
        table = pa.table({"row": rows, "id": self.ids})
        lines = np.asarray(pc.sort_indices(table, sort_keys=[("row", "ascending"), ("id", "ascending")]))
        lines = lines.astype(np.int64)[: int((rows < len(order)).sum())]
        offsets = np.searchsorted(rows[lines], np.arange(len(order) + 1))
        facts = {name: coded.take(lines) for name, coded in self.facts.items()}
        return Parents(offsets.astype(np.int64), pa.array(self.ids).take(pa.array(lines)), facts)


def _no_parents(rows: int) -> Parents:
    return Parents(np.zeros(rows + 1, dtype=np.int64), arrow().array([], type=arrow().string()), {})


# --- pupils who are kept --------------------------------------------------------------------------


def with_kept(population: Population, kept: Mapping[int, Pupil], registers: frozenset[int]) -> Population:
    """The population with what is recorded of some pupils put into its columns."""
    people = population.people
    roll, years, families = people.roll, people.year_groups.copy(), people.families.copy()
    roll = Roll(roll.births.copy(), roll.first.copy(), roll.last.copy())
    facts = {name: Coded(coded.codes.copy(), list(coded.pool)) for name, coded in people.facts.items()}
    family_names = {name: number for number, name in enumerate(people.family_names, start=1)}
    for row, pupil in kept.items():
        single = len(pupil.on_roll) == 1
        stay = pupil.on_roll[0]
        roll.births[row] = pupil.date_of_birth.toordinal() if pupil.date_of_birth else 0
        roll.first[row] = stay.first.toordinal() if single and stay.first else 0
        roll.last[row] = stay.last.toordinal() if single and stay.last else 0
        years[row] = -1 if pupil.year_group is None else pupil.year_group
        families[row] = family_names.setdefault(pupil.family, len(family_names) + 1) if pupil.family else 0
        _put(facts, row, pupil.facts, len(population))
    made = Population(
        people=People(
            ids=people.ids,
            schools=people.schools,
            roll=roll,
            year_groups=years,
            families=families,
            family_names=list(family_names),
            facts=facts,
            parents=_parents_with(people.parents, kept),
        ),
        codes=population.codes,
        strips=population.strips,
        administrative=population.administrative,
        school_names=population.school_names,
        schools=population.schools,
        authorities=population.authorities,
        calendars=population.calendars,
        complete=population.complete,
        kept=kept,
        registers=registers,
    )
    for row in registers:
        _pack(made, row)
    return made


def _put(coded: dict[str, Coded], row: int, facts: Facts, rows: int) -> None:
    for name, of_name in coded.items():
        if name not in facts:
            of_name.codes[row] = 0
    for name, said in facts.items():
        coded.setdefault(name, Coded.empty(rows)).put(row, said)


def _parents_with(parents: Parents, kept: Mapping[int, Pupil]) -> Parents:
    """The parents with those of some rows as they are known there."""
    if not kept:
        return parents
    pa = arrow()
    counts = np.diff(parents.offsets)
    whose = np.repeat(np.arange(len(counts)), counts)
    stays = ~np.isin(whose, np.fromiter(kept, dtype=np.int64, count=len(kept)))
    more: list[tuple[int, Parent]] = [(row, one) for row, pupil in kept.items() for one in pupil.parents]
    rows = np.concatenate([whose[stays], np.array([row for row, _ in more], dtype=np.int64)])
    ids = pa.concat_arrays(
        [
            parents.ids.filter(pa.array(stays)).cast(pa.string()),
            pa.array([one.id for _, one in more], type=pa.string()),
        ]
    )
    facts = {
        name: Coded(
            np.concatenate([coded.codes[stays], np.zeros(len(more), dtype=np.int32)]), list(coded.pool)
        )
        for name, coded in parents.facts.items()
    }
    before = int(stays.sum())
    for index, (_, one) in enumerate(more):
        _put(facts, before + index, one.facts, len(rows))
    order = np.argsort(rows, kind="stable")
    offsets = np.searchsorted(rows[order], np.arange(len(counts) + 1)).astype(np.int64)
    taken = {name: coded.take(order) for name, coded in facts.items()}
    return Parents(offsets, ids.take(pa.array(order)), taken)


def _pack(population: Population, row: int) -> None:
    """Puts a kept register into its strip, as far as the strip's sessions go."""
    pupil, strip = population.kept[row], population._strip_of(row)
    slots, codes = known_register(pupil.register, None)
    letters = np.zeros((1, len(strip.slots)), dtype=np.uint8)
    places = {slot: place for place, slot in enumerate(strip.slots.tolist())}
    for slot, code in zip(slots, codes, strict=True):
        if slot in places:
            letters[0, places[slot]] = population.codes.letters.get(code, 1)
    there = np.zeros(len(strip.slots), dtype=np.bool_)
    for stay in pupil.on_roll:
        first = np.array([stay.first.toordinal() if stay.first else 0])
        last = np.array([stay.last.toordinal() if stay.last else 0])
        own = on_roll(first, last, strip.slots)
        there |= True if own is None else own[0]
    numbers = population.codes.numbers_of(letters, strip.slots)
    numbers[0, (letters[0] == 0) & there] = MISSING_NUMBER
    numbers[numbers >= ADMINISTRATIVE_MARK] = NOTHING_NUMBER
    pack_into(strip.planes[:, row - strip.first : row - strip.first + 1], numbers)


def without_rows(population: Population, out: Sequence[int]) -> Population:
    """The population without some rows."""
    stay = np.ones(len(population), dtype=np.bool_)
    stay[list(out)] = False
    rows = np.flatnonzero(stay)
    rank = np.cumsum(stay) - 1
    people, parents = population.people, population.people.parents
    counts = parents.counts[rows]
    whose = np.repeat(np.arange(len(population)), parents.counts)
    lines = np.flatnonzero(stay[whose])
    own = stay[population.administrative.rows]
    strips = []
    for strip in population.strips:
        inside = np.flatnonzero(stay[strip.first : strip.last])
        first = int(stay[: strip.first].sum())
        if len(inside):
            strips.append(Strip(first, first + len(inside), strip.slots, strip.planes[:, inside]))
    return Population(
        people=People(
            ids=people.ids.take(arrow().array(rows)),
            schools=people.schools[rows],
            roll=Roll(people.roll.births[rows], people.roll.first[rows], people.roll.last[rows]),
            year_groups=people.year_groups[rows],
            families=people.families[rows],
            family_names=people.family_names,
            facts={name: coded.take(rows) for name, coded in people.facts.items()},
            parents=Parents(
                np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
                parents.ids.take(arrow().array(lines)),
                {name: coded.take(lines) for name, coded in parents.facts.items()},
            ),
        ),
        codes=population.codes,
        strips=strips,
        administrative=Administrative(
            rank[population.administrative.rows[own]],
            population.administrative.slots[own],
            population.administrative.letters[own],
        ),
        school_names=population.school_names,
        schools=population.schools,
        authorities=population.authorities,
        calendars=population.calendars,
        complete=population.complete,
        kept={int(rank[row]): pupil for row, pupil in population.kept.items() if stay[row]},
        registers=frozenset(int(rank[row]) for row in population.registers if stay[row]),
    )
