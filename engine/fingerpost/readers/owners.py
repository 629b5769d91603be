"""Whose a fact or an event is: a pupil's, a parent's, a school's, an authority's, as the policy declares.

One school or one authority need not be named. A parent's fact without a pupil is that of the parent of every
child.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from fingerpost.history import EventRow
from fingerpost.readers.cells import spelt
from fingerpost.readers.draft import Draft, DraftPupil, Entry, Owner
from fingerpost.readers.problems import Problems
from fingerpost.readers.rows import Rows
from fingerpost_dsl.model.declarations import Event, Subject

WHOSE = ("pupil", "parent", "school", "authority")
FACT_COLUMNS = ("fact", "value", "from", "until", *WHOSE, "recorded_on", "recorded_by")
EVENT_COLUMNS = ("event", "date", *WHOSE, "until", "id", "cancelled", "recorded_on", "recorded_by", "marks")

_MAY_NAME = {
    Subject.PUPIL: ("pupil",),
    Subject.FAMILY: ("pupil",),
    Subject.COHORT: ("pupil",),
    Subject.PARENT: ("pupil", "parent"),
    Subject.SCHOOL: ("school",),
    Subject.AUTHORITY: ("authority",),
}


@dataclass(frozen=True, slots=True)
class Owners:
    """Puts the rows of `facts.csv` and `events.csv` where they belong."""

    draft: Draft
    rows: Rows

    @property
    def _problems(self) -> Problems:
        return self.rows.problems

    def read_fact(self, row: Entry) -> None:
        """A row about a fact, or about a measure as reported."""
        before = self._problems.errors
        name = self.rows.needed(row, "fact")
        vocabulary = self.rows.vocabulary
        if name is None:
            pass
        elif name in vocabulary.facts:
            fact = vocabulary.facts[name]
            made = self.rows.fact_row(fact, row)
            owners = self._of_fact(row, fact.subject, name)
            if made and self._problems.errors == before:
                for owner in owners:
                    owner.add_fact(name, made)
        elif name in vocabulary.measures:
            reported = self.rows.reported_row(vocabulary.measures[name], row)
            pupil = self._pupil(row)
            if reported and pupil and self._problems.errors == before:
                pupil.reported.setdefault(name, []).append(reported)
        else:
            self.rows.unknown_name("fact", name, vocabulary.facts, row.where("fact"))
        if self._problems.errors > before:
            self._problems.leave_out("facts")

    def read_event(self, row: Entry, fields: Sequence[str]) -> None:
        """A row about an event. `fields` are the columns of any event's fields."""
        before = self._problems.errors
        name = self.rows.needed(row, "event")
        vocabulary = self.rows.vocabulary
        if name is not None and name not in vocabulary.events:
            self.rows.unknown_name("event", name, vocabulary.events, row.where("event"))
        elif name is not None:
            event = vocabulary.events[name]
            made = self.event_row(event, row, fields)
            owner = self._of_event(row, event)
            if made and owner and self._problems.errors == before:
                owner.events.append(made)
        if self._problems.errors > before:
            self._problems.leave_out("events")

    def event_row(self, event: Event, row: Entry, fields: Sequence[str]) -> EventRow | None:
        """What a row says of an event, whosever it is. `fields` are the columns of any event's fields."""
        given = {
            field: self.rows.field_values(event, field, raw, row.where(field))
            for field in fields
            if (raw := row.get(field)) is not None
        }
        marks = row.get("marks")
        relies_on = self.rows.sessions(spelt(marks), row.where("marks")) if marks is not None else ()
        self.check_marks(event, relies_on, row)
        return self.rows.event_row(event, row, given, relies_on)

    def check_marks(self, event: Event, relies_on: Sequence[int], row: Entry) -> None:
        """Only an event that the policy declares to rely on marks may name some."""
        if relies_on and not event.relies_on_marks:
            self._problems.add(
                "E0628",
                f"`{event.name}` does not rely on marks, and `marks` names some",
                row.where("marks"),
                help="leave `marks` blank, or let the policy say `relies on marks`",
            )

    # --- whose ----------------------------------------------------------------------------------------------

    def _of_fact(self, row: Entry, subject: Subject, name: str) -> Sequence[Owner]:
        self._only(row, subject, name)
        if subject is not Subject.PARENT:
            owner = self._owner(row, subject)
            return [owner] if owner else []
        parent = self.rows.needed(row, "parent", help=f"`{name}` is a fact of a parent: say which")
        if parent is None:
            return []
        if row.get("pupil") is not None:
            pupil = self._pupil(row)
            found = self.parent_of(pupil, parent, row) if pupil else None
            return [found] if found else []
        everywhere = [
            pupil.parents[parent] for pupil in self.draft.pupils.values() if parent in pupil.parents
        ]
        if not everywhere:
            self._problems.add(
                "E0625",
                f"there is no parent `{parent}` of any pupil",
                row.where("parent"),
                help="add the parent to `parents.csv`",
            )
        return everywhere

    def _of_event(self, row: Entry, event: Event) -> Owner | None:
        subject = event.subject
        self._only(row, Subject.PARENT if subject is Subject.PUPIL else subject, event.name)
        owner = self._owner(row, subject)
        parent = row.get("parent")
        if isinstance(owner, DraftPupil) and parent is not None:
            self.parent_of(owner, spelt(parent), row)
        return owner

    def _owner(self, row: Entry, subject: Subject) -> Owner | None:
        match subject:
            case Subject.PUPIL | Subject.FAMILY | Subject.COHORT | Subject.PARENT:
                return self._pupil(row)
            case Subject.SCHOOL:
                return self._one(row, "school", self.draft.schools)
            case Subject.AUTHORITY:
                return self._one(row, "authority", self.draft.authorities)
            case _:
                assert_never(subject)

    def _pupil(self, row: Entry) -> DraftPupil | None:
        name = self.rows.needed(row, "pupil")
        return self.draft.pupil_named(name, row.where("pupil"), self._problems)

    def parent_of(self, pupil: DraftPupil, parent: str, row: Entry) -> Owner | None:
        """A parent of a pupil; one who is not known is an error."""
        if parent not in pupil.parents and "parents.csv" not in self.draft.unread:
            known = ", ".join(f"`{name}`" for name in pupil.parents) or "none"
            self._problems.add(
                "E0625",
                f"`{pupil.id}` has no parent `{parent}`",
                row.where("parent"),
                help=f"the parents known are {known}: correct the id, or add the parent",
            )
        return pupil.parents.get(parent)

    def _one(self, row: Entry, what: str, there_are: Mapping[str, Owner]) -> Owner | None:
        name = self.rows.text(row, what)
        if name is None and len(there_are) == 1:
            return next(iter(there_are.values()))
        if name is None:
            help_ = f"there are {len(there_are)} of them: say which"
            self._problems.add("E0613", f"`{what}` is blank", row.where(what), help=help_)
            return None
        if name not in there_are:
            known = ", ".join(f"`{one}`" for one in sorted(there_are)[:8]) or "none"
            self._problems.add(
                "E0625", f"there is no {what} `{name}`", row.where(what), help=f"those known are {known}"
            )
        return there_are.get(name)

    def _only(self, row: Entry, subject: Subject, name: str) -> None:
        """What is a school's names no pupil, and so on."""
        for key in WHOSE:
            if key not in _MAY_NAME[subject] and row.get(key) is not None:
                whose = "pupil" if subject in {Subject.FAMILY, Subject.COHORT} else subject.value
                self._problems.add(
                    "E0628",
                    f"`{name}` is about {_a(whose)}, and this row names {_a(key)}",
                    row.where(key),
                    help=f"leave `{key}` blank",
                )


def _a(word: str) -> str:
    return f"{'an' if word[0] in 'aeiou' else 'a'} {word}"
