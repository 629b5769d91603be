"""What a history looks like in JSON: the shape of each object, checked by pydantic at the edge.

Only shapes are checked here (what is an object, a list or a text; which keys there are); what the texts say
(dates, codes, values) is the business of `cells.py`, the same for JSON and for tables. Where a value may have
several shapes, it is taken as it is and checked by a second look, so that a message speaks of the one that
was meant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fingerpost.readers.documents import Document, Path
from fingerpost.readers.problems import Problems
from fingerpost_dsl.names import nearest

_Model = TypeVar("_Model", bound=BaseModel)
_LIST = ("a list", "write `[…]`, with commas between the items")
_OBJECT = ("an object", 'write `{…}`, with `"key": value` in it')
_WORDS = {
    "string_type": ("a text", 'write it in quotation marks, `"…"`'),
    "list_type": _LIST,
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
}


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class StretchShape(_Shape):
    """`{"from": "2024-10-28", "to": "2024-11-01"}`, both included."""

    first: str = Field(alias="from")
    last: str = Field(alias="to")


class TermShape(StretchShape):
    """A term and its breaks."""

    name: str
    breaks: list[StretchShape] = []


class ClosedShape(_Shape):
    """A closed session, day or stretch: `date` with `session` or without, or `from` and `to`."""

    date: str | None = None
    session: str | None = None
    first: str | None = Field(default=None, alias="from")
    last: str | None = Field(default=None, alias="to")


class OpenShape(_Shape):
    """One session, or both of a date, said to be open or closed: that prevails."""

    date: str
    session: str | None = None
    open: bool | str


class CalendarShape(_Shape):
    """A school's calendar. A `closed` item is a date or a `ClosedShape`."""

    terms: list[TermShape] = []
    closed: list[Any] = []
    sessions: list[OpenShape] = []


class CalendarFileShape(CalendarShape):
    """`calendar.yaml`: a calendar for every school, and others for schools that differ."""

    calendars: dict[str, CalendarShape] = {}


class StayShape(_Shape):
    """A time on roll, both dates included."""

    first: str | None = Field(default=None, alias="from")
    last: str | None = Field(default=None, alias="until")


class PupilShape(_Shape):
    """A pupil.

    `parents` are ids or objects with facts; `facts` lead to a value or a list of dated ones; `marks` are rows
    or marks strings; `reported` leads from measures to values as reported.
    """

    pupil: str
    date_of_birth: str | None = None
    year_group: int | str | None = None
    school: str | None = None
    family: str | None = None
    on_roll_from: str | None = None
    on_roll_until: str | None = None
    on_roll: list[StayShape] = []
    parents: list[Any] = []
    facts: dict[str, Any] = {}
    marks: list[Any] = []
    events: list[dict[str, Any]] = []
    reported: dict[str, Any] = {}


class ParentShape(_Shape):
    """A parent with facts."""

    parent: str
    facts: dict[str, Any] = {}


class SchoolShape(_Shape):
    """A school; the only one needs no id."""

    school: str = ""
    name: str | None = None
    authority: str | None = None
    phase: str | None = None
    facts: dict[str, Any] = {}
    events: list[dict[str, Any]] = []


class AuthorityShape(_Shape):
    """A local authority."""

    authority: str
    name: str | None = None
    facts: dict[str, Any] = {}
    events: list[dict[str, Any]] = []


class HistoryShape(_Shape):
    """A whole history. `complete` leads from `marks`, `facts`, `events` or a kind of event to a date."""

    pupils: list[PupilShape]
    calendar: CalendarShape | None = None
    calendars: dict[str, CalendarShape] = {}
    schools: list[SchoolShape] = []
    authorities: list[AuthorityShape] = []
    complete: dict[str, str | None] = {}


class HistoryFileShape(_Shape):
    """`history.yaml`."""

    complete: dict[str, str | None] = {}


class MappedShape(_Shape):
    """How a table stands in a file: `columns` from ours to theirs, `values` by column from theirs to ours.

    `leave_out` is a list of columns, or `others`.
    """

    file: str | None = None
    header_line: str | None = None
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str | None]] = {}
    leave_out: Any = ()


class MappedMarksShape(MappedShape):
    """The same of marks: `sessions` is how the headers of sessions read, a form or a list of them."""

    codes: dict[str, str | None] = {}
    sessions: Any = None
    academic_year: str | None = None


class MappingFileShape(_Shape):
    """`mapping.yaml`."""

    pupils: MappedShape | None = None
    marks: MappedMarksShape | None = None
    parents: MappedShape | None = None
    events: MappedShape | None = None
    facts: MappedShape | None = None
    schools: MappedShape | None = None
    authorities: MappedShape | None = None
    calendar: MappedShape | None = None


class DatedShape(_Shape):
    """A value of a fact with its dates, who recorded it and when."""

    value: Any = None
    first: str | None = Field(default=None, alias="from")
    last: str | None = Field(default=None, alias="until")
    recorded_on: str | None = None
    recorded_by: str | None = None


class FieldValueShape(_Shape):
    """A value of an event's field, and from when it holds."""

    value: Any
    first: str | None = Field(default=None, alias="from")


class MarkShape(_Shape):
    """One mark."""

    date: str
    session: str
    code: str
    recorded_on: str | None = None


class MarksStringShape(_Shape):
    """Marks over the calendar's sessions: one code each, `-` for no mark, `{Y1}` for a longer code."""

    first: str = Field(alias="from")
    marks: str
    session: str | None = None
    recorded_on: str | None = None


class ReliedOnShape(_Shape):
    """A session that an event used up; both of the date if it is not said which."""

    date: str
    session: str | None = None


def shaped(
    model: type[_Model], data: object, document: Document, path: Path, problems: Problems
) -> _Model | None:
    """The data at a path in a shape; None, with what is wrong noted, if they have another."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for one in error.errors(include_url=False, include_context=False):
            _note(one["type"], one["loc"], one["input"], document, path, problems, model)
        return None


def _note(  # noqa: PLR0917 (what pydantic says of one error, and where to say it again)
    sort: str,
    location: Sequence[str | int],
    found: object,
    document: Document,
    path: Path,
    problems: Problems,
    model: type[BaseModel],
) -> None:
    here = (*path, *location)
    last = str(here[-1]) if here else ""
    if sort == "missing":
        where = document.where(*here[:-1])
        problems.add("E0608", f"`{last}` is missing here", where, help=f'add `"{last}": …`')
        return
    if sort == "extra_forbidden":
        known = _keys(model, location)
        close = nearest(last, known)
        advice = f"did you mean `{close}`?" if close else f"what may stand here: {', '.join(known)}"
        problems.add("E0610", f"nobody declared a key `{last}`", document.where(*here, key=True), help=advice)
        return
    wanted, advice = _WORDS.get(sort, ("another value", "write a number in digits, a text, yes or no"))
    message = f"{named(found)} where {wanted} is expected"
    problems.add("E0633", message, document.where(*here), help=advice)


def _keys(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The keys that may stand where a key was refused: of the model that the location leads to."""
    for step in location[:-1]:
        if isinstance(step, int):
            continue
        for name, info in model.model_fields.items():
            inner = _model_in(info.annotation)
            if inner is not None and step in (info.alias or name, name):
                model = inner
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, getattr(annotation, "__args__", ()))), None)


def named(found: object) -> str:
    """What a value is, in words: never the name of a type."""
    match found:
        case None:
            return "nothing"
        case bool():
            return "yes or no"
        case str():
            return "a text"
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "a number"
