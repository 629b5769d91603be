"""Workbooks, documents and decks: all that is asked stands in them as text, and answers are the engine's."""

from __future__ import annotations

from io import BytesIO
from time import sleep
from typing import Any

import pytest

from fingerpost.responsibilities import responsibilities
from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser import CannotDrawError, extras
from fingerpost_visualiser.labels import visible
from fingerpost_visualiser.office.deck import answer_lines, deck
from fingerpost_visualiser.office.document import document
from fingerpost_visualiser.office.rows import HEADINGS, rows
from fingerpost_visualiser.office.workbook import workbook
from fingerpost_visualiser.text import plain_text
from fingerpost_visualiser.theme import PLAIN
from fingerpost_visualiser.views.pathway import pathway_view
from tests.hand_made import LEGAL, legal_with
from tests.visualiser.shipped import england, riverside, session

docx = pytest.importorskip("docx", reason="the extra `office` is not installed")
pptx = pytest.importorskip("pptx", reason="the extra `office` is not installed")
pytest.importorskip("xlsxwriter", reason="the extra `office` is not installed")

FORMULA = '=HYPERLINK("http://example.org","<script>alert(1)</script>")'


def hostile() -> Policy:
    return legal_with(
        roles={name: d.Role(name=name, title=FORMULA, span=role.span) for name, role in LEGAL.roles.items()}
    )


def parts(packed: bytes, start: str) -> list[str]:
    from zipfile import ZipFile

    with ZipFile(BytesIO(packed)) as opened:
        return [opened.read(name).decode() for name in opened.namelist() if name.startswith(start)]


def slides_of(packed: bytes) -> list[Any]:
    return list(pptx.Presentation(BytesIO(packed)).slides)


def words(slide: Any) -> str:  # noqa: ANN401 - python-pptx has no types for it
    said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    for shape in slide.shapes:
        if shape.has_table:
            said += [cell.text for row in shape.table.rows for cell in row.cells]
    return "\n".join(said)


def test_every_responsibility_is_a_row() -> None:
    policy = england()
    assert len(rows(policy)) == len(responsibilities(policy))
    (strings,) = parts(workbook(policy, PLAIN), "xl/sharedStrings.xml")
    written = docx.Document(BytesIO(document(policy, PLAIN)))
    cells = {cell.text for table in written.tables for row in table.rows for cell in row.cells}
    for row in rows(policy):
        assert row.cells[4].replace("&", "&amp;") in strings
        assert row.cells[4] in cells
    assert all(heading in strings for heading in HEADINGS)


def test_a_formula_stays_text() -> None:
    policy = hostile()
    book = workbook(policy, PLAIN)
    for sheet in parts(book, "xl/worksheets/sheet"):
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
    written = docx.Document(BytesIO(document(policy, PLAIN)))
    assert FORMULA in [paragraph.text for paragraph in written.paragraphs]
    assert any(FORMULA[:30] in words(slide) for slide in slides_of(deck(policy, PLAIN)))


def test_equal_policies_give_equal_files() -> None:
    made = [(workbook(LEGAL, PLAIN), document(LEGAL, PLAIN), deck(LEGAL, PLAIN))]
    sleep(2.1)  # the clock of a zip goes in steps of two seconds
    made.append((workbook(LEGAL, PLAIN), document(LEGAL, PLAIN), deck(LEGAL, PLAIN)))
    assert made[0] == made[1]


def test_the_deck_has_every_part_and_the_answers_of_the_engine() -> None:
    policy = england()
    found = slides_of(deck(policy, PLAIN, session(), ["P01", "P02", "P03"]))
    titles = [slide.shapes.title.text_frame.text for slide in found]
    for role in {one.role for one in responsibilities(policy)}:
        assert any(policy.roles[role].title in title for title in titles)
    told = "\n".join(words(slide) for slide in found)
    for row in rows(policy):
        assert row.cells[4] in told
    for number, pupil in enumerate(("P01", "P02", "P03"), start=1):
        place = titles.index(f"Exercise {number}: {pupil}")
        answer = answer_lines(session().decide(riverside().pupils[pupil]), policy)
        assert titles[place + 1].startswith(f"Exercise {number}: the answer")
        assert answer[0] in words(found[place + 1])
        notes = found[place].notes_slide.notes_text_frame.text
        assert all(line in notes for line in answer)


def test_a_pathway_s_picture_can_be_read_without_being_seen() -> None:
    """Alternative text, and every box and arrow in the notes: the same as in all other formats."""
    policy = england()
    found = slides_of(deck(policy, PLAIN))
    for name in policy.pathways:
        scene = pathway_view(policy, name)
        slide = next(one for one in found if one.shapes.title.text_frame.text == scene.title)
        told = [visible(line) for line in plain_text(scene).splitlines()]
        assert [line.strip() for line in slide.notes_slide.notes_text_frame.text.split("\n")] == told
        (picture,) = [shape for shape in slide.shapes if shape.name == "Picture of the pathway"]
        assert picture._element.nvPicPr.cNvPr.get("descr").startswith(scene.title)


def test_no_table_grows_past_its_slide() -> None:
    for policy in (england(), hostile()):
        packed = pptx.Presentation(
            BytesIO(deck(policy, PLAIN, session() if policy == england() else None, ["P01"]))
        )
        for slide in packed.slides:
            for shape in slide.shapes:
                height = shape.height
                if shape.has_table:
                    height = sum(row.height for row in shape.table.rows)
                assert shape.top + height <= packed.slide_height
                assert shape.left + shape.width <= packed.slide_width


def test_without_the_extra_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module == "pptx" else object())
    with pytest.raises(CannotDrawError, match=r"python-pptx: run `pip install 'fingerpost\[office\]'`"):
        deck(LEGAL, PLAIN)
