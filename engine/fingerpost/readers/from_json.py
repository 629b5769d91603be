"""One JSON document: pupils with their marks, facts and events, the calendar, schools, and what is complete.

The shapes are those of `shapes.py`. What a document says is what the tables say, so both fill the same draft.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from fingerpost.history import Recorded, Stay
from fingerpost.readers.calendars import calendar_of, completeness
from fingerpost.readers.cells import Raw, read_year_group
from fingerpost.readers.documents import Document, ObjectEntry, Path
from fingerpost.readers.draft import Draft, DraftAuthority, DraftPupil, DraftSchool, Owner
from fingerpost.readers.json_marks import JsonMarks
from fingerpost.readers.owners import Owners
from fingerpost.readers.problems import Problems, Where
from fingerpost.readers.rows import EVENT_KEYS, Rows
from fingerpost.readers.shapes import (
    AuthorityShape,
    DatedShape,
    FieldValueShape,
    HistoryShape,
    ParentShape,
    PupilShape,
    ReliedOnShape,
    SchoolShape,
    named,
    shaped,
)
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Event, Fact, Subject


@dataclass(slots=True)
class DocumentReader:
    """Fills a draft from one document."""

    document: Document
    vocabulary: Vocabulary
    problems: Problems
    draft: Draft = field(default_factory=Draft)
    rows: Rows = field(init=False)
    marks: JsonMarks = field(init=False)

    def __post_init__(self) -> None:
        self.rows = Rows(self.vocabulary, self.problems)
        self.marks = JsonMarks(self.document, self.vocabulary, self.problems, self.draft)

    def read(self) -> Draft:
        """Everything that the document says; what is wrong is noted."""
        before = self.problems.shown
        shape = shaped(HistoryShape, self.document.data, self.document, (), self.problems)
        if shape is None:
            self.problems.stop_for(before)
            return self.draft
        self._read_calendars(shape)
        self.draft.schools_listed = bool(shape.schools)
        for index, school in enumerate(shape.schools):
            self._school(school, ("schools", index))
        self.draft.authorities_listed = bool(shape.authorities)
        for index, authority in enumerate(shape.authorities):
            self._authority(authority, ("authorities", index))
        for index, pupil in enumerate(shape.pupils):
            self._pupil(pupil, ("pupils", index))
        self.draft.name_schools_and_authorities()
        self.draft.complete = completeness(shape.complete, self.document, self.rows)
        self.draft.find_marks = self.marks.places
        return self.draft

    def _read_calendars(self, shape: HistoryShape) -> None:
        if shape.calendar is not None:
            data = calendar_of(shape.calendar, self.document, ("calendar",), self.rows)
            self.draft.calendars[""] = data, self.document.where("calendar")
        for school, calendar in shape.calendars.items():
            data = calendar_of(calendar, self.document, ("calendars", school), self.rows)
            self.draft.calendars[school] = data, self.document.where("calendars", school, key=True)

    # --- who there is ---------------------------------------------------------------------------------------

    def _is_new(self, what: str, name: str, owners: Mapping[str, Owner], path: Path) -> bool:
        where = self.document.where(*path, what)
        if not name and what != "school":
            self.problems.add("E0613", f"`{what}` is blank", where, help="give an id; a pseudonym will do")
            return False
        if name in owners:
            also = ((owners[name].where, "first here"),)
            message = f"the {what} `{name}` appears twice"
            self.problems.add("E0624", message, where, help="take one of them out", also=also)
            return False
        return True

    def _school(self, shape: SchoolShape, path: Path) -> None:
        name = shape.school.strip()
        if self._is_new("school", name, self.draft.schools, path):
            school = DraftSchool(id=name, where=self.document.where(*path, "school"), name=shape.name)
            school.authority, school.phase = shape.authority, shape.phase
            self.draft.schools[name] = school
            self._facts(school, shape.facts, path, Subject.SCHOOL)
            self._events(school, shape.events, path, Subject.SCHOOL)

    def _authority(self, shape: AuthorityShape, path: Path) -> None:
        name = shape.authority.strip()
        if self._is_new("authority", name, self.draft.authorities, path):
            one = DraftAuthority(id=name, where=self.document.where(*path, "authority"), name=shape.name)
            self.draft.authorities[name] = one
            self._facts(one, shape.facts, path, Subject.AUTHORITY)
            self._events(one, shape.events, path, Subject.AUTHORITY)

    def _pupil(self, shape: PupilShape, path: Path) -> None:
        before = self.problems.errors
        name = shape.pupil.strip()
        if not self._is_new("pupil", name, self.draft.pupils, path):
            self.draft.pupils.pop(name, None)
            self.problems.leave_out("pupils")
            return
        entry = ObjectEntry(
            self.document, path, shape.model_dump(include={"date_of_birth", "on_roll_from", "on_roll_until"})
        )
        pupil = DraftPupil(id=name, where=entry.where("pupil"), school_where=entry.where("school"))
        pupil.school = (shape.school or "").strip() or None
        pupil.family = (shape.family or "").strip() or None
        pupil.date_of_birth = self.rows.date(entry, "date_of_birth")
        if shape.year_group is not None:
            pupil.year_group = self.rows.settled(read_year_group(shape.year_group), entry.where("year_group"))
        pupil.stays = list(self._stays(shape, entry))
        for index, parent in enumerate(shape.parents):
            self._parent(pupil, parent, (*path, "parents", index))
        if self.problems.errors > before:
            self.problems.leave_out("pupils")
            return
        self.draft.pupils[name] = pupil
        self._facts(pupil, shape.facts, path, Subject.PUPIL, Subject.FAMILY)
        self._reported(pupil, shape.reported, (*path, "reported"))
        self._events(pupil, shape.events, path, Subject.PUPIL, Subject.PARENT, Subject.FAMILY)
        self.marks.read(pupil, shape.marks, path)

    def _stays(self, shape: PupilShape, entry: ObjectEntry) -> Iterator[tuple[Stay, Where]]:
        if shape.on_roll_from is not None or shape.on_roll_until is not None or not shape.on_roll:
            yield self.rows.stretch(entry, "on_roll_from", "on_roll_until"), entry.where("on_roll_from")
        for index, stay in enumerate(shape.on_roll):
            data = {"from": stay.first, "until": stay.last}
            one = ObjectEntry(self.document, (*entry.path, "on_roll", index), data)
            yield self.rows.stretch(one, "from", "until"), one.where("from")

    def _parent(self, pupil: DraftPupil, item: object, path: Path) -> None:
        data = {"parent": item} if isinstance(item, str | int) else item
        shape = shaped(ParentShape, data, self.document, path, self.problems)
        if shape is not None and self._is_new("parent", shape.parent.strip(), pupil.parents, path):
            parent = Owner(id=shape.parent.strip(), where=self.document.where(*path))
            pupil.parents[parent.id] = parent
            self._facts(parent, shape.facts, path, Subject.PARENT)

    # --- facts ----------------------------------------------------------------------------------------------

    def _facts(self, owner: Owner, facts: Mapping[str, object], path: Path, *subjects: Subject) -> None:
        for name, said in facts.items():
            here = (*path, "facts", name)
            fact = self.vocabulary.facts.get(name)
            if fact is None:
                where = self.document.where(*here, key=True)
                self.rows.unknown_name("fact", name, self.vocabulary.facts_of(*subjects), where)
            elif fact.subject not in subjects:
                self.problems.add(
                    "E0628",
                    f"`{name}` is a fact of another sort: {fact.subject.value}, not {subjects[0].value}",
                    self.document.where(*here, key=True),
                    help=f"put it among the facts of the {fact.subject.value}",
                )
            elif isinstance(said, list):
                for index, item in enumerate(said):
                    if row := self._dated(fact, item, (*here, index)):
                        owner.add_fact(name, row)
            elif said is not None and (raw := self._scalar(said, here)) is not None:
                value = self.rows.fact_value(fact, raw, self.document.where(*here))
                if value is None:
                    self.problems.leave_out("facts")
                else:
                    owner.add_fact(name, value)

    def _dated(self, fact: Fact, item: object, path: Path) -> Recorded | None:
        entry = self._dated_entry(item, path)
        row = self.rows.fact_row(fact, entry) if entry else None
        if row is None:
            self.problems.leave_out("facts")
        return row

    def _dated_entry(self, item: object, path: Path) -> ObjectEntry | None:
        shape = shaped(DatedShape, item, self.document, path, self.problems)
        if shape is None or (shape.value is not None and self._scalar(shape.value, (*path, "value")) is None):
            return None
        return ObjectEntry(self.document, path, shape.model_dump(by_alias=True))

    def _scalar(self, value: object, path: Path) -> Raw | None:
        if isinstance(value, str | bool | int | Decimal):
            return value
        message = f"{named(value)} where one value is expected"
        self.problems.add(
            "E0633", message, self.document.where(*path), help="write a text, a number, true or false"
        )
        return None

    def _reported(self, pupil: DraftPupil, reported: Mapping[str, object], path: Path) -> None:
        for name, said in reported.items():
            measure = self.vocabulary.measures.get(name)
            if measure is None:
                where = self.document.where(*path, name, key=True)
                self.rows.unknown_name("measure", name, self.vocabulary.measures, where)
                continue
            for index, item in enumerate(said if isinstance(said, list) else [said]):
                here = (*path, name, index) if isinstance(said, list) else (*path, name)
                if not isinstance(item, dict):
                    raw = self._scalar(item, here)
                    row = (
                        self.rows.reported_value(measure, raw, self.document.where(*here))
                        if raw is not None
                        else None
                    )
                else:
                    entry = self._dated_entry(item, here)
                    row = self.rows.reported_row(measure, entry) if entry else None
                pupil.reported.setdefault(name, []).extend([row] if row else [])

    # --- events ---------------------------------------------------------------------------------------------

    def _events(
        self, owner: Owner, events: Sequence[Mapping[str, object]], path: Path, *subjects: Subject
    ) -> None:
        owners = Owners(self.draft, self.rows)
        for index, data in enumerate(events):
            before = self.problems.errors
            here = (*path, "events", index)
            entry = ObjectEntry(self.document, here, data)
            name = self.rows.needed(entry, "event")
            event = self.vocabulary.events.get(name or "")
            if name is not None and event is None:
                self.rows.unknown_name("event", name, self.vocabulary.events, entry.where("event"))
            elif event is not None and event.subject not in subjects:
                message = (
                    f"`{name}` is an event of another sort: {event.subject.value}, not {subjects[0].value}"
                )
                advice = f"put it among the events of the {event.subject.value}"
                self.problems.add("E0628", message, entry.where("event"), help=advice)
            elif event is not None:
                fields = {
                    key: self._field(event, key, value, (*here, key))
                    for key, value in data.items()
                    if key != "event" and key not in EVENT_KEYS
                }
                for key in EVENT_KEYS:
                    if key != "marks" and data.get(key) is not None:
                        self._scalar(data[key], (*here, key))
                relies_on = self._relied_on(data.get("marks"), (*here, "marks"))
                owners.check_marks(event, relies_on, entry)
                row = self.rows.event_row(event, entry, fields, relies_on)
                if row and row.parent is not None and isinstance(owner, DraftPupil):
                    owners.parent_of(owner, row.parent, entry)
                if row and self.problems.errors == before:
                    owner.events.append(row)
            if self.problems.errors > before:
                self.problems.leave_out("events")

    def _field(self, event: Event, name: str, said: object, path: Path) -> tuple[Recorded, ...]:
        where = self.document.where(*path, key=True)
        if self.rows.field_type(event, name, where) is None or said is None:
            return ()
        if not isinstance(said, list):
            raw = self._scalar(said, path)
            return () if raw is None else self.rows.field_values(event, name, raw, self.document.where(*path))
        rows: list[Recorded] = []
        for index, item in enumerate(said):
            here = (*path, index)
            shape = shaped(FieldValueShape, item, self.document, here, self.problems)
            raw = self._scalar(shape.value, (*here, "value")) if shape else None
            if shape is None or raw is None:
                continue
            first = self.rows.date(ObjectEntry(self.document, here, {"from": shape.first}), "from")
            values = self.rows.field_values(event, name, raw, self.document.where(*here, "value"))
            rows.extend(Recorded(value=row.value, first=first or row.first) for row in values)
        return tuple(rows)

    def _relied_on(self, said: object, path: Path) -> tuple[int, ...]:
        if said is None:
            return ()
        slots: list[int] = []
        for index, item in enumerate(said if isinstance(said, list) else [said]):
            here = (*path, index) if isinstance(said, list) else path
            if shape := shaped(ReliedOnShape, item, self.document, here, self.problems):
                slots += self.rows.session(
                    ObjectEntry(self.document, here, shape.model_dump()), "date", "session"
                )
        return tuple(sorted(set(slots)))
