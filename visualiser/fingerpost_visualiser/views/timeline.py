"""The view of a pupil's year: marks week by week, rolling counts, tiers, and what was to be done.

Every lane is a grid with one column a week, so that what happened at one time stands one below the other.
Each cell has a letter or number of its own: nothing is told by colour alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from fingerpost.calendar import Calendar
from fingerpost.codes import CodeBook
from fingerpost.decision import Decision
from fingerpost.evaluate import Session
from fingerpost.history import HalfDay, slot_of
from fingerpost.render.facts import each_parent, rate_line, standing, tier_line
from fingerpost.render.items import TO_DO, items
from fingerpost.render.timeline import bars_words
from fingerpost.render.words import long_date, plain_date, short_date
from fingerpost.timeline import Entry as Happening
from fingerpost.timeline import timeline_in
from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    CodeKind,
    Compare,
    Condition,
    Literal,
    MeasureValue,
    ThresholdValue,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.wording import lower_first
from fingerpost_visualiser.scene import Box, Cell, Entry, Grid, GridRow, Lane, Scene

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LOOKS = {
    CodeKind.PRESENT: "should",
    CodeKind.APPROVED_ACTIVITY: "must",
    CodeKind.AUTHORISED_ABSENCE: "may",
    CodeKind.UNAUTHORISED_ABSENCE: "bar",
    CodeKind.NOT_POSSIBLE: "done",
    CodeKind.ADMINISTRATIVE: "done",
}
_NOT_FAR = dt.timedelta(days=42)
_LEVELS = 8
"""So many steps high is a chart of a count."""

_LEGEND = (
    Entry("/ \\", "present", "should"),
    Entry("B", "approved activity", "must"),
    Entry("I", "authorised absence", "may"),
    Entry("G", "unauthorised absence", "bar"),
    Entry("Y", "no session for this pupil", "done"),
    Entry("?", "no mark yet", "quiet"),
    Entry("●", "applies", "now"),
    Entry("✗", "applies, and is barred", "bar"),
    Entry("◆", "due", "now"),
    Entry("✓", "recorded", "added"),
)


@dataclass(frozen=True, slots=True)
class _Week:
    """A week by its Monday."""

    monday: dt.date

    def has(self, date: dt.date) -> bool:
        """Whether a date lies in it."""
        return self.monday <= date < self.monday + dt.timedelta(days=7)


def timeline_view(policy: Policy, session: Session, pupil: str) -> Scene:
    """A pupil's year up to the session's date. Raises `KeyError` for a pupil who is not there."""
    person = session.records.history.pupils[pupil]
    judgement = session.judgement(person)
    decision = session.decide(person)
    found = timeline_in(session, person)
    calendar = judgement.view.axis.calendar
    period = calendar.period_of(session.on, Unit.ACADEMIC_YEAR)
    first = max(found.first, period.first) if period is not None else found.first
    weeks = _weeks(first, _last(decision))
    happenings = [one for one in found.entries if one.date <= session.on]
    slots, codes = session.records.marks(person)
    book = CodeBook.from_codes(policy.codes)
    register = _Register(dict(zip(slots, codes, strict=True)), book, calendar)
    lanes = [
        ("Marks", _marks(weeks, register, session.on)),
        *_counts(weeks, happenings, policy, session.on),
        ("Tiers", _tiers(weeks, happenings, policy, session.on)),
        ("What was to be done", _rules(weeks, happenings, decision, policy)),
        ("On record", _records(weeks, happenings, policy)),
    ]
    boxes = [
        Lane(name=f"lane{place}", title=title, boxes=(_box(f"n{place}", grid),))
        for place, (title, grid) in enumerate((title, grid) for title, grid in lanes if grid.rows)
    ]
    stands = [one for one in (rate_line(decision, policy), tier_line(decision, policy)) if one]
    dates = f"{plain_date(first)} to {long_date(session.on)}"
    return Scene(
        view="timeline",
        title=f"{pupil}: the year so far",
        under=" · ".join((dates, *stands, str(policy.header.id))),
        legend=_LEGEND,
        lanes=tuple(boxes),
        columns=("",),
    )


def _box(name: str, grid: Grid) -> Box:
    return Box(name=name, kind="chart", parts=(), look="plain", column=0, grid=grid)


def _weeks(first: dt.date, last: dt.date) -> list[_Week]:
    monday = first - dt.timedelta(days=first.weekday())
    return [_Week(monday + dt.timedelta(days=days)) for days in range(0, (last - monday).days + 1, 7)]


def _last(decision: Decision) -> dt.date:
    """The date, or the last deadline that is not far off."""
    dues = [one.due for one in decision.recommendations if one.due is not None and one.status in TO_DO]
    return max([decision.on, *(due for due in dues if due - decision.on <= _NOT_FAR)])


# --- marks ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Register:
    """A pupil's marks by session, what their codes mean, and when the school was open."""

    marks: Mapping[int, str]
    book: CodeBook
    calendar: Calendar


def _marks(weeks: Sequence[_Week], register: _Register, on: dt.date) -> Grid:
    """A heat map: a row for each half of a weekday, a letter for each session."""
    months = [Cell(_month(week, weeks)) for week in weeks]
    rows = [
        GridRow(title="", cells=tuple(months), head=True),
        GridRow(title="Week from", cells=_mondays(weeks), head=True),
    ]
    open_days = {dt.date.fromordinal(day).weekday() for day in register.calendar.school_days}
    for day in sorted(open_days | set(range(5))):
        for half in HalfDay:
            cells = []
            for week in weeks:
                date = week.monday + dt.timedelta(days=day)
                cells.append(_session(date, half, register, on))
            rows.append(GridRow(title=f"{_DAYS[day]} {half.value}", cells=tuple(cells)))
    return Grid(rows=tuple(rows), said=_said_marks(weeks, register, on), columns=_columns(weeks))


def _columns(weeks: Sequence[_Week]) -> tuple[str, ...]:
    return tuple(f"week from {plain_date(week.monday)}" for week in weeks)


def _mondays(weeks: Sequence[_Week]) -> tuple[Cell, ...]:
    return tuple(Cell(str(week.monday.day)) for week in weeks)


def _month(week: _Week, weeks: Sequence[_Week]) -> str:
    place = weeks.index(week)
    is_new = place == 0 or weeks[place - 1].monday.month != week.monday.month
    return week.monday.strftime("%b") if is_new else ""


def _session(date: dt.date, half: HalfDay, register: _Register, on: dt.date) -> Cell:
    slot = slot_of(date, half)
    code = register.marks.get(slot)
    if date > on:
        return Cell(said="still to come")
    if code is None:
        is_open = register.calendar.is_open(slot)
        return Cell("?", "quiet", "no mark yet") if is_open else Cell(said="no session")
    kind = register.book.kind(code, date)
    title = lower_first(register.book.title(code, date))
    sort = "" if kind is None or title.startswith(kind.value) else f" ({kind.value})"
    return Cell(code, "quiet" if kind is None else _LOOKS[kind], f"{code}, {title}{sort}")


def _said_marks(weeks: Sequence[_Week], register: _Register, on: dt.date) -> tuple[str, ...]:
    """Week by week, how many sessions of which sort, and the codes of absences."""
    said = []
    for week in weeks:
        counts: dict[str, int] = {}
        for day in range(7):
            date = week.monday + dt.timedelta(days=day)
            for half in HalfDay:
                code = register.marks.get(slot_of(date, half))
                if code is not None and date <= on:
                    kind = register.book.kind(code, date)
                    absent = kind in (CodeKind.AUTHORISED_ABSENCE, CodeKind.UNAUTHORISED_ABSENCE)
                    word = f"{kind.value} ({code})" if absent and kind else kind.value if kind else code
                    counts[word] = counts.get(word, 0) + 1
        if counts:
            listed = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
            said.append(f"Week from {plain_date(week.monday)}: {listed}")
    return tuple(said)


# --- counts ---------------------------------------------------------------------------------------


def _counts(
    weeks: Sequence[_Week], found: Sequence[Happening], policy: Policy, on: dt.date
) -> Iterator[tuple[str, Grid]]:
    """A chart of each rolling count that has a threshold, and moved."""
    counted = [one for one in found if one.kind == "count"]
    for name in dict.fromkeys(one.name for one in counted):
        line = threshold_of(name, policy)
        if line is None:
            continue
        courses: dict[tuple[tuple[dt.date, int | None], ...], list[Happening]] = {}
        whose: dict[tuple[tuple[dt.date, int | None], ...], list[str]] = {}
        for parent in dict.fromkeys(one.parent for one in counted if one.name == name):
            mine = [one for one in counted if (one.name, one.parent) == (name, parent)]
            course = tuple((one.date, one.after) for one in mine)
            courses[course] = mine
            whose.setdefault(course, []).extend([parent] if parent else [])
        for course, mine in courses.items():
            parents = f", {each_parent(whose[course])}" if whose[course] else ""
            yield policy.measures[name].title + parents, _chart(weeks, mine, line, on)


def _chart(weeks: Sequence[_Week], mine: Sequence[Happening], line: int, on: dt.date) -> Grid:
    values = [_highest(week, mine) for week in weeks if week.monday <= on]
    rest = (Cell(said="still to come"),) * (len(weeks) - len(values))
    told = [f"{value}; the threshold is {line}" for value in values]
    top = max(line, *values)
    step = -(-top // _LEVELS)
    rows = []
    for level in range(-(-top // step) * step, 0, -step):
        at_line = level - step < line <= level
        bars = (_bar(value, level, line) for value in values)
        cells = (*(replace(cell, said=said) for cell, said in zip(bars, told, strict=True)), *rest)
        title = f"{level} ← threshold: {line}" if at_line else f"{level}"
        rows.append(GridRow(title=title, cells=cells, line=at_line))
    numbers = (*(Cell(str(value), said=said) for value, said in zip(values, told, strict=True)), *rest)
    rows.append(GridRow(title="most in the week", cells=numbers))
    reached = [plain_date(one.date) for one in mine if (one.after or 0) >= line > (one.before or 0)]
    said = [f"Threshold: {line}"]
    said += [f"{plain_date(one.date)}: {one.after}, was {one.before}" for one in mine]
    said += [f"Reached the threshold on {date}" for date in reached]
    return Grid(rows=tuple(rows), said=tuple(said), columns=_columns(weeks))


def _bar(value: int, level: int, line: int) -> Cell:
    """A step of a column of the chart; columns that reach the threshold look otherwise."""
    if value < level:
        return Cell()
    return Cell(" ", "bar" if value >= line else "must")


def _highest(week: _Week, mine: Sequence[Happening]) -> int:
    """The highest count of a week, what it began with included."""
    before = [one.after or 0 for one in mine if one.date < week.monday]
    inside = [one.after or 0 for one in mine if week.has(one.date)]
    return max([*(before[-1:]), *inside], default=0)


def threshold_of(measure: str, policy: Policy) -> int | None:
    """The least number that anything asks of a measure: the line in its chart."""
    found = [
        amount
        for rule in (*policy.rules(), *policy.tiers.values())
        for condition in rule.when
        for amount in _lines(condition, measure, policy)
    ]
    found += [
        amount for named in policy.conditions.values() for amount in _lines(named.condition, measure, policy)
    ]
    return min(found, default=None)


def _lines(condition: Condition, measure: str, policy: Policy) -> Iterator[int]:
    match condition:
        case AllOf(conditions=parts) | AnyOf(conditions=parts):
            for part in parts:
                yield from _lines(part, measure, policy)
        case Compare(left=MeasureValue(name=name), right=right) if name == measure:
            match right:
                case ThresholdValue(name=threshold):
                    value: object = policy.thresholds[threshold].value
                case Literal(value=written):
                    value = written
                case _:
                    value = None
            if isinstance(value, Quantity) and value.amount >= 1:
                yield int(value.amount)
        case _:
            pass


# --- tiers, rules, records ------------------------------------------------------------------------


def _tiers(weeks: Sequence[_Week], found: Sequence[Happening], policy: Policy, on: dt.date) -> Grid:
    rows, said = [], []
    for tier in policy.tiers.values():
        spells = _spells([one for one in found if one.name == tier.name], ("tier entered",), "tier left", on)
        if spells:
            words = ("in this tier", "not in this tier")
            rows.append(GridRow(title=tier.title, cells=_covered(weeks, spells, words)))
            said += [f"{tier.title}: {_span(spell, on)}" for spell in spells]
    return Grid(rows=tuple(rows), said=tuple(said), columns=_columns(weeks))


def _rules(weeks: Sequence[_Week], found: Sequence[Happening], decision: Decision, policy: Policy) -> Grid:
    """A row for each rule that came and went, or has a deadline; what never began to apply is left out."""
    rows, said = [], []
    on = decision.on
    now = {item.one.name: item for item in items([decision], policy, TO_DO)}
    forbidden = {one.name for one in decision.barred}
    for rule in policy.rules():
        mine = [one for one in found if one.name == rule.name and one.kind in (*_APPLIES, "ended")]
        begins = [one for one in mine if one.kind in _APPLIES and one.date > weeks[0].monday + _FIRST_WEEK]
        item = now.get(rule.name)
        due = item.one.due if item is not None else None
        if not begins and due is None:
            continue
        spells = _spells(mine, _APPLIES, "ended", on)
        cells = list(_covered(weeks, spells, ("applies", "does not apply")))
        barred = list(_barred(mine, on))
        for place, week in enumerate(weeks):
            cells[place] = _cell_under_bars(week, spells, barred) or cells[place]
        dates = [spell[1] for spell in spells]
        for place, week in enumerate(weeks):
            if due is not None and week.has(due):
                cells[place] = Cell("◆", "now", f"due {short_date(due)}")
        bars = [
            bars_words(one) if [spell] == spells else f"{_span(spell, on)} {bars_words(one)}"
            for spell, one in barred
        ]
        holds = rule.name in forbidden
        rows.append(GridRow(title=f"{rule.title} (barred)" if holds else rule.title, cells=tuple(cells)))
        stands = f"; {standing(item)}" if item is not None else ""
        listed = "; ".join(_span(spell, on) for spell in spells) if dates else "from before this year"
        said.append(f"{rule.title}: {'; '.join([listed, *dict.fromkeys(bars)])}{stands}")
    return Grid(rows=tuple(rows), said=tuple(said), columns=_columns(weeks))


_APPLIES = ("triggered", "barred", "bar unknown", "bar lifted")
"""From each of these on a rule applies, barred or not."""


def _barred(mine: Sequence[Happening], on: dt.date) -> Iterator[tuple[Spell, Happening]]:
    """From which date to which a rule was barred, or may have been, and how."""
    for place, one in enumerate(mine):
        if one.kind in ("barred", "bar unknown"):
            rest = (other.date for other in mine[place + 1 :] if other.parent == one.parent)
            after = next(rest, None)
            yield (one.date, on if after is None else after - dt.timedelta(days=1)), one


def _cell_under_bars(
    week: _Week, spells: Sequence[Spell], barred: Sequence[tuple[Spell, Happening]]
) -> Cell | None:
    """What stands in a week at whose end a rule that applies is barred for somebody; None if it is not."""
    sunday = week.monday + dt.timedelta(days=6)
    last = max((min(end, sunday) for first, end in spells if first <= sunday), default=sunday)
    if last < week.monday:
        return None
    for (first, end), one in barred:
        if first <= last <= end:
            certain = one.kind == "barred"
            return Cell("✗" if certain else "?", "bar" if certain else "quiet", bars_words(one))
    return None


_FIRST_WEEK = dt.timedelta(days=6)
"""What applies from the first week on is asked of every pupil, and would drown the rest."""


def _records(weeks: Sequence[_Week], found: Sequence[Happening], policy: Policy) -> Grid:
    rows, said = [], []
    recorded = [one for one in found if one.kind == "recorded" and _is_own(one, policy)]
    for name in dict.fromkeys(one.name for one in recorded):
        mine = [one for one in recorded if one.name == name]
        days = [one.date for one in mine]
        shown = [day for day in days if any(week.has(day) for week in weeks)]
        if not shown:
            continue
        cells = tuple(_recorded([day for day in shown if week.has(day)]) for week in weeks)
        rows.append(GridRow(title=mine[0].title, cells=cells))
        said.append(f"{mine[0].title}: {', '.join(dict.fromkeys(short_date(day) for day in shown))}")
    return Grid(rows=tuple(rows), said=tuple(said), columns=_columns(weeks))


def _recorded(days: Sequence[dt.date]) -> Cell:
    if not days:
        return Cell(said="nothing recorded")
    return Cell("✓", "added", f"recorded {', '.join(dict.fromkeys(short_date(day) for day in days))}")


def _is_own(one: Happening, policy: Policy) -> bool:
    """Whether it is recorded of the pupil or a parent, and not of the whole school."""
    return policy.events[one.name].subject in (Subject.PUPIL, Subject.PARENT)


Spell = tuple[dt.date, dt.date]


def _spells(mine: Iterable[Happening], begins: Sequence[str], ends: str, on: dt.date) -> list[Spell]:
    """From which date to which; those of several parents together."""
    started: dict[str, dt.date] = {}
    spells: dict[Spell, None] = {}
    for one in mine:
        whose = one.parent or ""
        if one.kind in begins:
            started.setdefault(whose, one.date)
        elif one.kind == ends and whose in started:
            spells[started.pop(whose), one.date - dt.timedelta(days=1)] = None
    for date in started.values():
        spells[date, on] = None
    return list(spells)


def _covered(weeks: Sequence[_Week], spells: Sequence[Spell], words: tuple[str, str]) -> tuple[Cell, ...]:
    """A sign in each week that a spell reaches; `words` say what it means, and what its absence."""
    does, does_not = words
    return tuple(
        Cell("●", "now", does)
        if any(first < week.monday + dt.timedelta(days=7) and last >= week.monday for first, last in spells)
        else Cell(said=does_not)
        for week in weeks
    )


def _span(spell: Spell, on: dt.date) -> str:
    first, last = spell
    return f"since {plain_date(first)}" if last >= on else f"{plain_date(first)} to {plain_date(last)}"
