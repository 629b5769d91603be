"""Workbooks, documents and decks: all that is asked stands in them as text, and answers are the engine's."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from shutil import which
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
from fingerpost_visualiser.office.shapes import SMALLEST
from fingerpost_visualiser.office.workbook import workbook
from fingerpost_visualiser.svg import arrow_words
from fingerpost_visualiser.text import plain_text, reading_order
from fingerpost_visualiser.theme import FONTS, PLAIN
from fingerpost_visualiser.views.pathway import pathway_view
from tests.hand_made import LEGAL, legal_with
from tests.visualiser import readers
from tests.visualiser.crossings import Area, Drawing, Line
from tests.visualiser.shipped import england, riverside, session
from tests.visualiser.test_scene import chain, nasty

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


def pathway_slide(policy: Policy, name: str) -> Any:  # noqa: ANN401 - python-pptx has no types for it
    title = policy.pathways[name].title
    return next(one for one in slides_of(packed_of(policy)) if one.shapes.title.text_frame.text == title)


_PACKED: dict[str, bytes] = {}


def packed_of(policy: Policy) -> bytes:
    """The deck of a shipped policy, made once."""
    name = str(policy.header.id)
    if name not in _PACKED:
        _PACKED[name] = deck(policy, PLAIN)
    return _PACKED[name]


def described(shape: Any) -> str:  # noqa: ANN401 - python-pptx has no types for it
    found: str = shape._element.xpath(".//p:cNvPr")[0].get("descr", "")
    return found


def read_back(slide: Any) -> tuple[dict[str, str], Counter[tuple[str, str]]]:  # noqa: ANN401
    """The boxes of a slide by name with their alternative text, and what connectors are glued to."""
    shapes = {shape.shape_id: shape for shape in slide.shapes}
    boxes, arrows = {}, Counter[tuple[str, str]]()
    for shape in slide.shapes:
        if shape._element.tag.endswith("}cxnSp"):
            ends = (shape._element.xpath(f".//a:{end}/@id")[0] for end in ("stCxn", "endCxn"))
            tail, head = (shapes[int(end)].name.split()[0] for end in ends)
            arrows[tail, head] += 1
        elif not shape.is_placeholder and not shape.name.startswith("Lane: "):
            boxes[shape.name.split()[0]] = readers.bare(described(shape))
    return boxes, arrows


@pytest.mark.parametrize("name", ["legal_intervention", "unpaid_notice", "public_place"])
def test_a_pathway_is_shapes_and_connectors_that_say_what_every_format_says(name: str) -> None:
    policy = england()
    scene = pathway_view(policy, name)
    slide = pathway_slide(policy, name)
    assert not [shape for shape in slide.shapes if hasattr(shape, "image")], "no picture"
    boxes, arrows = read_back(slide)
    assert boxes == {box.name: readers.bare(". ".join(box.lines)) for box in scene.boxes()}
    assert arrows == readers.of_scene(scene).arrows
    known = {box.name: box for box in scene.boxes()}
    told = [described(one) for one in slide.shapes if one._element.tag.endswith("}cxnSp")]
    assert sorted(told) == sorted(arrow_words(arrow, known) for arrow in scene.arrows)
    notes = [visible(line) for line in plain_text(scene).splitlines()]
    assert [line.strip() for line in slide.notes_slide.notes_text_frame.text.split("\n")] == notes


def test_a_slide_is_read_lane_by_lane_in_order() -> None:
    scene = pathway_view(england(), "legal_intervention")
    slide = pathway_slide(england(), "legal_intervention")
    wanted = [scene.title]
    for lane in scene.lanes:
        wanted += [
            f"Lane of {lane.title}",
            *(visible(". ".join(box.lines)) for box in reading_order(scene, list(lane.boxes))),
        ]
    read = [
        slide.shapes.title.text_frame.text,
        *(described(one) for one in slide.shapes if not one.is_placeholder),
    ]
    assert slide.shapes[0].is_placeholder, "the title comes first"
    assert read[: len(wanted)] == wanted
    assert len(read) == len(wanted) + len(scene.arrows), "then the connectors"


def drawing_of(slide: Any) -> Drawing:  # noqa: ANN401 - python-pptx has no types for it
    lines, areas = [], []
    point = 12_700
    for shape in slide.shapes:
        if shape._element.tag.endswith("}cxnSp"):
            tail, head = shape.name.split(" to ")
            ends = ((shape.begin_x, shape.begin_y), (shape.end_x, shape.end_y))
            lines.append(Line(shape.name, tail, head, tuple((x / point, y / point) for x, y in ends)))
        elif not shape.is_placeholder and not shape.name.startswith("Lane: "):
            sides = (shape.left, shape.top, shape.left + shape.width, shape.top + shape.height)
            areas.append(Area(shape.name.split()[0], *(side / point for side in sides)))
    return Drawing(tuple(lines), tuple(areas))


@pytest.mark.parametrize("version", ["2022.09", "2024.08"])
def test_no_shape_lies_on_another_and_no_connector_crosses(version: str) -> None:
    policy = england(version)
    for name in policy.pathways:
        drawing = drawing_of(pathway_slide(policy, name))
        assert drawing.lines
        assert drawing.overlapping() == []
        assert drawing.crossings() == []
        assert drawing.run_across() == []


def lines_needed(text: str, size: float, width: float, *, bold: bool) -> int:
    """How many lines a text takes in the bundled font, which is wider than Arial."""
    from PIL import ImageFont

    font = ImageFont.truetype(FONTS / f"AtkinsonHyperlegible-{'Bold' if bold else 'Regular'}.ttf", 100)
    lines, used = 1, 0.0
    for word in text.split():
        wide = font.getlength(f"{word} ") * size / 100
        if used and used + wide - font.getlength(" ") * size / 100 > width:
            lines, used = lines + 1, 0.0
        lines += int(wide // width)
        used += wide % width if wide > width else wide
    return lines


POLICIES: dict[str, Callable[[], Policy]] = {
    "2022": lambda: england("2022.09"),
    "2024": england,
    "hostile": hostile,
    "nasty": nasty,
}


@pytest.mark.parametrize("name", POLICIES)
def test_every_word_on_a_pathway_s_slide_is_inside_its_shape_and_large_enough(name: str) -> None:
    policy = POLICIES[name]()
    made = packed_of(policy) if name.startswith("2") else deck(policy, PLAIN)
    packed = pptx.Presentation(BytesIO(made))
    seen = 0
    for slide in packed.slides:
        for shape in slide.shapes:
            if shape.has_text_frame and not shape.is_placeholder and described(shape):
                seen += 1
                frame = shape.text_frame
                form = shape.auto_shape_type.name
                cut = 0.3 * min(shape.width, shape.height) if form in ("OCTAGON", "OVAL") else 0
                width = (shape.width - frame.margin_left - frame.margin_right - cut) / 12_700
                height = (shape.height - frame.margin_top - frame.margin_bottom - cut) / 12_700
                runs = [run for paragraph in frame.paragraphs for run in paragraph.runs]
                assert min(run.font.size.pt for run in runs) >= SMALLEST
                down = sum(
                    lines_needed(run.text, run.font.size.pt, width, bold=run.font.bold)
                    * run.font.size.pt
                    * 1.2
                    for run in runs
                )
                assert down <= height + 0.5, shape.name
                assert shape.left >= 0
                assert shape.left + shape.width <= packed.slide_width
                assert shape.top + shape.height <= packed.slide_height
    assert seen >= len(policy.steps)


def test_a_long_pathway_goes_on_to_further_slides_and_says_where_it_leads() -> None:
    policy = chain(16)
    found = [one for one in slides_of(deck(policy, PLAIN)) if " of " in one.shapes.title.text_frame.text]
    slides = [one for one in found if any(shape.name.startswith("Lane: ") for shape in one.shapes)]
    assert len(slides) > 1
    scene = pathway_view(policy, "legal")
    boxes: dict[str, str] = {}
    for slide in slides:
        boxes |= read_back(slide)[0]
    wanted = {box.name for box in scene.boxes()}
    assert wanted <= boxes.keys()
    assert all("(anotherslide)" in told for name, told in boxes.items() if name not in wanted)


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="LibreOffice (`soffice`) is not installed")
def test_libreoffice_opens_the_deck_and_prints_every_slide(tmp_path: Path) -> None:
    policy = england()
    packed = deck(policy, PLAIN, session(), ["P01", "P02", "P03"])
    (tmp_path / "deck.pptx").write_bytes(packed)
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"),
            *("--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "deck.pptx")),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )
    pdf = (tmp_path / "deck.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == len(slides_of(packed))


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
