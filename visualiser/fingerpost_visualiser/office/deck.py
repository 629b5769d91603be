"""A deck to teach from: title, tiers, each role's part, each pathway, and worked pupils as exercises.

Tables are tables, words are words and pathways are shapes with connectors, so that a trainer can change them;
the whole of a pathway stands in words in the notes, and its steps as a table after it. The answer of an
exercise is what the engine decides, on the slide that follows and in the notes.

A table goes on to another slide where it would grow past the bottom of one: how high a row becomes is
reckoned from the letters of its cells (`_height`), generously.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from fingerpost.decision import Decision
from fingerpost.evaluate import Session
from fingerpost.history import Mark, slot_date
from fingerpost.render.facts import each_parent, rate_line, standing, tier_line, who_must
from fingerpost.render.items import TO_DO, items
from fingerpost.render.sentences import because
from fingerpost.render.words import long_date, mark_ranges, year_group
from fingerpost_dsl.model.expressions import CodeKind
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import say_condition, upper_first
from fingerpost_visualiser.extras import needs
from fingerpost_visualiser.graph import pathway_graph, steps_of
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.office.rows import rows
from fingerpost_visualiser.office.settled import settled
from fingerpost_visualiser.office.shapes import drawings, put
from fingerpost_visualiser.text import plain_text
from fingerpost_visualiser.theme import Theme
from fingerpost_visualiser.views.common import source_line
from fingerpost_visualiser.views.pathway import pathway_view
from fingerpost_visualiser.views.tiers import in_ladder

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide

_WIDTH, _HEIGHT = 13.333, 7.5
_MARGIN = 0.6
_TOP = 1.35
_PATHWAY_MARGIN = 0.3
_LETTERS = 14
"""Points; the letters of a table."""
_LARGE = 18
"""Points; the letters of a slide without a table."""
_PER_INCH = 11.5
"""Letters of that size in an inch, on average, and fewer than there are."""
_LINE = _LETTERS * 1.22 / 72
_MOST_LETTERS = 420
"""A cell with more is shortened on the slide; the notes have all of it."""


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of text: headings, how many inches each column is wide, rows."""

    headings: tuple[str, ...]
    widths: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


def deck(policy: Policy, theme: Theme, session: Session | None = None, pupils: Sequence[str] = ()) -> bytes:
    """The deck as bytes; the same for the same policy. `pupils` of `session` are the exercises."""
    needs("pptx", "fontTools", extra="office")
    from pptx import Presentation
    from pptx.util import Inches

    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Inches(_WIDTH), Inches(_HEIGHT)
    presentation.core_properties.title = visible(policy.header.title)[:255]
    presentation.core_properties.author = ""
    making = _Deck(presentation, theme)
    _opening(making, policy)
    _tiers(making, policy)
    _roles(making, policy)
    for name in policy.pathways:
        _pathway(making, policy, name)
    if session is not None:
        for number, pupil in enumerate(pupils, start=1):
            _exercise(making, policy, session, pupil, number)
    packed = BytesIO()
    presentation.save(packed)
    return settled(packed.getvalue())


class _Deck:
    """The slides made so far."""

    def __init__(self, presentation: Presentation, theme: Theme) -> None:
        self.presentation = presentation
        self.theme = theme

    def slide(self, title: str, notes: str) -> Slide:
        """A slide with a title and notes."""
        from pptx.util import Inches, Pt

        made = self.presentation.slides.add_slide(self.presentation.slide_layouts[5])
        heading = made.shapes.title
        assert heading is not None
        heading.left, heading.top = Inches(_MARGIN), Inches(0.35)
        heading.width, heading.height = Inches(_WIDTH - 2 * _MARGIN), Inches(0.85)
        heading.text_frame.word_wrap = True
        said = textwrap.shorten(visible(title), 80, placeholder=" …")
        _say(heading.text_frame, said, Pt(30 if len(said) <= 40 else 22), self.theme.ink)
        made.notes_slide.notes_text_frame.text = "\n".join(visible(line) for line in notes.splitlines())
        return made

    def tables(self, title: str, table: _Table, notes: str) -> None:
        """A table on as many slides as it needs."""
        parts = list(_parts(table))
        for number, part in enumerate(parts, start=1):
            of = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            self._table(self.slide(title + of, notes), _Table(table.headings, table.widths, tuple(part)))

    def _table(self, made: Slide, table: _Table) -> None:
        from pptx.util import Inches, Pt

        left, top = Inches(_MARGIN), Inches(_TOP)
        shape = made.shapes.add_table(
            len(table.rows) + 1, len(table.headings), left, top, Inches(sum(table.widths)), Inches(0.4)
        )
        shape.name = "Table"
        for column, width in enumerate(table.widths):
            shape.table.columns[column].width = Inches(width)
        for number, row in enumerate((table.headings, *table.rows)):
            shape.table.rows[number].height = Inches(_height(row, table.widths))
            for column, said in enumerate(row):
                cell = shape.table.cell(number, column)
                fill = self.theme.ink if number == 0 else self.theme.lane if number % 2 else self.theme.paper
                cell.fill.solid()
                cell.fill.fore_color.rgb = _colour(fill)
                ink = self.theme.paper if number == 0 else self.theme.ink
                _say(cell.text_frame, said, Pt(_LETTERS), ink, bold=number == 0)

    def words(self, title: str, lines: Sequence[str], notes: str) -> None:
        """Lines of text, on as many slides as they need."""
        width = (_WIDTH - 2 * _MARGIN) * _LETTERS / _LARGE
        parts = list(_parts(_Table((), (width,), tuple((line,) for line in lines)), spare=0.2))
        for number, part in enumerate(parts, start=1):
            of = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
            self._lines(self.slide(title + of, notes), [line for (line,) in part])

    def _lines(self, made: Slide, lines: Sequence[str]) -> None:
        from pptx.util import Inches, Pt

        size = Inches(_WIDTH - 2 * _MARGIN), Inches(_HEIGHT - _TOP - 0.5)
        box = made.shapes.add_textbox(Inches(_MARGIN), Inches(_TOP), *size)
        box.name = "Text"
        box.text_frame.word_wrap = True
        for place, line in enumerate(lines):
            paragraph = box.text_frame.paragraphs[0] if place == 0 else box.text_frame.add_paragraph()
            paragraph.space_after = Pt(5)
            _run(paragraph, line, Pt(_LARGE), self.theme.ink, bold=False)


def _parts(table: _Table, spare: float = 0.0) -> Iterator[list[tuple[str, ...]]]:
    """The rows of a table, as many at a time as fit on a slide."""
    room = _HEIGHT - _TOP - 0.5
    part: list[tuple[str, ...]] = []
    used = _height(table.headings, table.widths)
    for row in table.rows:
        kept = tuple(textwrap.shorten(visible(cell), _MOST_LETTERS, placeholder=" …") for cell in row)
        height = _height(kept, table.widths) + spare
        if part and used + height > room:
            yield part
            part, used = [], _height(table.headings, table.widths)
        part.append(kept)
        used += height
    yield part


def _height(row: Sequence[str], widths: Sequence[float]) -> float:
    """How high a row becomes at most, in inches."""
    lines = [
        len(textwrap.wrap(cell, max(int((width - 0.2) * _PER_INCH), 4))) or 1
        for cell, width in zip(row, widths, strict=False)
    ]
    return max(lines, default=0) * _LINE + 0.12


def _say(frame: Any, text: str, size: int, colour: str, *, bold: bool = True) -> None:  # noqa: ANN401 - no types
    _run(frame.paragraphs[0], text, size, colour, bold=bold)


def _run(paragraph: Any, text: str, size: int, colour: str, *, bold: bool) -> None:  # noqa: ANN401 - no types
    from pptx.enum.text import PP_ALIGN

    run = paragraph.add_run()
    run.text = visible(text)
    run.font.size, run.font.bold, run.font.name = size, bold, "Arial"
    run.font.color.rgb = _colour(colour)
    paragraph.alignment = PP_ALIGN.LEFT


def _colour(colour: str) -> Any:  # noqa: ANN401 - a class of python-pptx, which has no types
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())


# --- slides ---------------------------------------------------------------------------------------


def _opening(making: _Deck, policy: Policy) -> None:
    from pptx.util import Inches

    header = policy.header
    checked = (
        f"Last checked against its sources on {long_date(header.last_checked)}."
        if header.last_checked
        else ""
    )
    lines = [
        source_line(policy),
        f"In force from {long_date(header.in_force_from)}.",
        checked,
        "These slides are made from the policy. A person decides every case.",
    ]
    made = making.slide(header.title, "\n".join(lines))
    making._lines(made, [line for line in lines if line])
    if making.theme.logo is not None:
        picture = made.shapes.add_picture(
            str(making.theme.logo), Inches(_MARGIN), Inches(_HEIGHT - 1.6), height=Inches(1)
        )
        picture.name = "Logo"


def _tiers(making: _Deck, policy: Policy) -> None:
    found = rows(policy)
    ladder = [
        (
            tier.title,
            "; ".join(upper_first(say_condition(one, policy)) for one in tier.when) or "Every pupil",
            f"{sum(row.cells[1] == tier.title for row in found)} things to do" if tier.when else "",
        )
        for tier in in_ladder(policy)
    ]
    if ladder:
        table = _Table(("Tier", "When", "Adds"), (3.5, 6.2, 2.4), tuple(ladder))
        making.tables("The tiers: each asks what those above it ask, and adds to it", table, "")


def _roles(making: _Deck, policy: Policy) -> None:
    for name, role in policy.roles.items():
        mine = rows(policy, name)
        if mine:
            told = tuple((one.cells[1], one.cells[2], one.cells[4], one.cells[5]) for one in mine)
            table = _Table(("For whom", "", "What", "When"), (2.6, 1.5, 5.6, 2.4), told)
            notes = "\n".join(f"{one.cells[3]}: {one.cells[6]}" for one in mine)
            making.tables(f"The part of: {role.title}", table, notes)


def _pathway(making: _Deck, policy: Policy, name: str) -> None:
    scene = pathway_view(policy, name)
    told = plain_text(scene)
    corner, width = (_PATHWAY_MARGIN * 72, _TOP * 72), (_WIDTH - 2 * _PATHWAY_MARGIN) * 72
    parts = drawings(scene, width, (_HEIGHT - _TOP - _PATHWAY_MARGIN) * 72)
    for number, part in enumerate(parts, start=1):
        of = f" ({number} of {len(parts)})" if len(parts) > 1 else ""
        put(making.slide(scene.title + of, told), part, making.theme, corner, width)
    steps = tuple(
        (f"{step.number}", step.title, f"{step.actor} {step.modality.upper()} {step.text}", _conditions(step))
        for step in steps_of(pathway_graph(policy, name))
    )
    table = _Table(("", "Step", "Who does what", "Only if, unless, by when"), (0.5, 2.4, 5, 4.2), steps)
    making.tables(f"{scene.title}: step by step", table, told)


def _conditions(step: Any) -> str:  # noqa: ANN401 - a step of the graph
    only = f"Only if: {'; '.join(step.only_if)}. " if step.only_if else ""
    unless = f"Unless: {'; '.join(step.unless)}. " if step.unless else ""
    return f"{only}{unless}{'; '.join((*step.limits, *step.times))}".strip()


# --- exercises ------------------------------------------------------------------------------------


def _exercise(making: _Deck, policy: Policy, session: Session, pupil: str, number: int) -> None:
    person = session.records.history.pupils[pupil]
    decision = session.decide(person)
    answer = answer_lines(decision, policy)
    year = f" · {year_group(decision.year_group)}" if decision.year_group is not None else ""
    told = [f"{pupil}{year} · {long_date(decision.on)}", *_story(policy, session, pupil)]
    question = "Which tier is this pupil in? Who has to do what, by when? What rests on a person's decision?"
    notes = "\n".join((*told, "", "Answer:", *answer))
    making.words(f"Exercise {number}: {pupil}", [*told, question], notes)
    making.words(f"Exercise {number}: the answer", answer, notes)


def answer_lines(decision: Decision, policy: Policy) -> list[str]:
    """What the engine decides: where the pupil stands, and each thing to do with its reason."""
    lines = [line for line in (rate_line(decision, policy), tier_line(decision, policy)) if line]
    for item in items([decision], policy, TO_DO):
        whom = each_parent(item.parents)
        why = "; ".join(point.text for point in because(item.one.reason, policy, decision.on)[:2])
        parts = (f"{who_must(item.one)} — {standing(item)}", whom, f"because {why}" if why else "")
        lines.append(", ".join(part for part in parts if part))
    if len(lines) <= 2:
        lines.append("Nothing to do now.")
    return [visible(line) for line in lines]


def _story(policy: Policy, session: Session, pupil: str) -> Iterable[str]:
    """What the register and the record say: absences of the year, what was recorded."""
    person = session.records.history.pupils[pupil]
    slots, codes = session.records.marks(person)
    judgement = session.judgement(person)
    book = judgement.view.axis.alphabet.book
    absent = (CodeKind.AUTHORISED_ABSENCE, CodeKind.UNAUTHORISED_ABSENCE)
    first = session.on.replace(year=session.on.year - (session.on.month < 9), month=9, day=1)
    year = [
        Mark(slot, code)
        for slot, code in zip(slots, codes, strict=True)
        if first <= slot_date(slot) <= session.on
    ]
    missed = [mark for mark in year if book.kind(mark.code, mark.date) in absent]
    yield f"{len(year)} sessions this school year, {len(missed)} of them absent."
    if missed:
        yield "Absent: " + " · ".join(mark_ranges(missed, session.on))
    kinds = dict.fromkeys((mark.code, book.title(mark.code, mark.date)) for mark in missed)
    if kinds:
        yield "Codes: " + "; ".join(f"{code}, {title}" for code, title in kinds)
    recorded = [
        f"{declared.title} ({long_date(event.date)})"
        for declared in policy.events.values()
        if declared.subject.value in ("pupil", "parent")
        for event in judgement.view.events(declared.name)
        if first <= event.date <= session.on
    ]
    yield f"On record: {'; '.join(dict.fromkeys(recorded))}" if recorded else "Nothing else is on record."
