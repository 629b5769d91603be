"""The same in every format: what is read back from a file is what the scene says, whatever words it holds."""

from __future__ import annotations

import re
import zlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost_visualiser import Options, draw
from fingerpost_visualiser.drawing import ENDINGS
from fingerpost_visualiser.scene import Arrow, Box, Detail, Entry, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.theme import SHAPES
from fingerpost_visualiser.views.difference import difference_view, pathway_difference
from fingerpost_visualiser.views.pathway import pathway_view
from fingerpost_visualiser.views.pupil import pupil_pathway, pupil_tiers
from fingerpost_visualiser.views.responsibilities import responsibilities_view
from fingerpost_visualiser.views.tiers import tiers_view
from fingerpost_visualiser.views.timeline import timeline_view
from tests.hand_made import LEGAL
from tests.visualiser import readers
from tests.visualiser.markup import parsed
from tests.visualiser.shipped import england, session
from tests.visualiser.test_scene import nasty

VIEWS = {
    "pathway": lambda: pathway_view(england(), "legal_intervention"),
    "nasty": lambda: pathway_view(nasty(), "legal"),
    "tiers": lambda: tiers_view(england()),
    "responsibilities": lambda: responsibilities_view(england(), "local_authority"),
    "pupil": lambda: pupil_pathway(england(), session(), "P01", "legal_intervention"),
    "pupil's tiers": lambda: pupil_tiers(england(), session(), "P02"),
    "difference": lambda: difference_view(england("2022.09"), england()),
    "difference of a pathway": lambda: pathway_difference(
        england("2022.09"), england(), "legal_intervention"
    ),
    "timeline": lambda: timeline_view(england(), session(), "P01"),
}


@cache
def scene(name: str) -> Scene:
    return VIEWS[name]()


def made(scene: Scene, ending: str) -> bytes:
    return ENDINGS[ending](scene, Options())


@pytest.mark.parametrize("name", VIEWS)
def test_every_format_says_the_same(name: str) -> None:
    one = scene(name)
    said = readers.of_scene(one)
    svg = readers.of_svg(made(one, ".svg"), one)
    joined = {box.name: readers.bare(". ".join(box.lines)) for box in one.boxes()}
    assert (svg.boxes, svg.arrows) == (joined, said.arrows)
    assert readers.of_mermaid(made(one, ".mmd").decode()) == said
    assert readers.of_html(made(one, ".html").decode()) == said
    dot = readers.of_dot(made(one, ".dot").decode())
    assert (dot.boxes.keys(), dot.arrows) == (said.boxes.keys(), said.arrows)


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_drawn_is_what_the_labels_say(name: str) -> None:
    """Every letter of every label stands in the picture: Graphviz drops none without a word."""
    one = scene(name)
    svg, dot = made(one, ".svg"), readers.of_dot(made(one, ".dot").decode())
    for box, label in dot.boxes.items():
        assert sorted(readers.seen_in_svg(svg, box)) == sorted(label)


@pytest.mark.parametrize("name", VIEWS)
def test_text_and_markdown_hold_every_line(name: str) -> None:
    one = scene(name)
    text = readers.bare(made(one, ".txt").decode())
    markdown = readers.bare(re.sub(r"\\(.)", r"\1", made(one, ".md").decode()))
    for box in one.boxes():
        for line in box.lines:
            assert readers.bare(line) in text
            assert readers.bare(line) in markdown


WORDS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        (
            '=HYPERLINK("http://example.org","click")',
            "<script>alert(1)</script>",
            "</style><img src=x onerror=alert(1)>",
            "\u202eמדרסה مدرسة",
            "👩‍🏫 🏫",
            "--> n0",
            "a" * 300,
            "%%{init: {}}%%",
            "]]>",
            "\\N \\E &amp; &#65;",
            "x] --> y[",
            "end",
        )
    ),
)


@st.composite
def scenes(generate: st.DrawFn) -> Scene:
    """Small pictures with any words in them."""
    looks = st.sampled_from([look for look in SHAPES if look not in ("start", "join", "stopped")])
    styles = st.sampled_from([style for style in PartStyle if style is not PartStyle.SIGN])
    number = generate(st.integers(min_value=1, max_value=5))
    boxes = [
        Box(
            name=f"n{place}",
            look=generate(looks),
            parts=tuple(
                Part(
                    style=generate(styles),
                    lead=generate(WORDS),
                    items=tuple(generate(st.lists(WORDS, min_size=1, max_size=3))),
                    width=generate(st.sampled_from((26, 44))),
                )
                for _ in range(generate(st.integers(min_value=1, max_value=3)))
            ),
            details=(Detail(generate(WORDS), (generate(WORDS),)),),
        )
        for place in range(number)
    ]
    cut = generate(st.integers(min_value=0, max_value=number))
    lanes = [
        Lane(name=f"lane{place}", title=generate(WORDS), boxes=tuple(part))
        for place, part in enumerate((boxes[:cut], boxes[cut:]))
    ]
    names = st.sampled_from([box.name for box in boxes])
    pairs = generate(st.lists(st.tuples(names, names), max_size=4, unique=True))
    arrows = tuple(
        Arrow(tail=tail, head=head, stops=generate(st.booleans()), headless=generate(st.booleans()))
        for tail, head in pairs
    )
    legend = (Entry(generate(WORDS), generate(WORDS), "must"),)
    return Scene(
        view="pathway",
        title=generate(WORDS),
        under=generate(WORDS),
        legend=legend,
        lanes=tuple(lanes),
        arrows=arrows,
    )


@settings(max_examples=12)
@given(scenes())
def test_any_words_come_back_from_every_format(one: Scene) -> None:
    said = readers.of_scene(one)
    svg_bytes = made(one, ".svg")
    svg = readers.of_svg(svg_bytes, one)
    joined = {box.name: readers.bare(". ".join(box.lines)) for box in one.boxes()}
    assert (svg.boxes, svg.arrows) == (joined, said.arrows)
    assert not list(parsed(svg_bytes).iter(f"{readers.SVG}script"))
    mermaid = made(one, ".mmd").decode()
    assert readers.of_mermaid(mermaid) == said
    assert "<script" not in mermaid.partition("flowchart LR")[2], "its title is a quoted string of YAML"
    page = made(one, ".html").decode()
    assert readers.of_html(page) == said
    assert page.count("<script") == 1, "the page's own"
    tags, attributes = readers.tags_of(page)
    assert tags.isdisjoint({"img", "iframe", "object"})
    assert not any(name.startswith("on") for name in attributes)
    dot = readers.of_dot(made(one, ".dot").decode())
    assert (dot.boxes.keys(), dot.arrows) == (said.boxes.keys(), said.arrows)


def test_a_page_asks_nothing_of_the_network() -> None:
    page = made(scene("pathway"), ".html").decode()
    assert "default-src 'none'" in page
    links = set(re.findall(r"""(?:src|href|url\()=?["'(]?\s*["']?([a-z]+:)""", page))
    assert links <= {"data:"}
    assert readers.tags_of(page)[0].isdisjoint({"link", "img", "iframe", "object"})


@pytest.mark.parametrize("name", ["pathway", "timeline", "difference of a pathway"])
def test_every_colour_has_another_in_the_dark(name: str) -> None:
    """Letters turn light there, so whatever lies behind them turns dark: in boxes, cells and the legend."""
    page = made(scene(name), ".html").decode()
    for group in parsed(made(scene(name), ".svg")).iter(f"{readers.SVG}g"):
        looks = [f".{one}" for one in (group.get("class") or "").split() if one.startswith("look-")]
        inside = ["#legend"] if group.get("id") == "legend" else looks
        for shape in (*group.iter(f"{readers.SVG}polygon"), *group.iter(f"{readers.SVG}path")):
            fill = shape.get("fill", "none")
            if inside and fill.startswith("#"):
                assert f'{inside[0]} :is(polygon, path, ellipse, polyline)[fill="{fill}"]' in page


@pytest.mark.parametrize(("paper", "size"), [("a4", (842, 595)), ("a3", (1191, 842))])
def test_a_pdf_is_a_landscape_page(paper: str, size: tuple[int, int], tmp_path: Path) -> None:
    draw(pathway_view(LEGAL, "legal"), tmp_path / "legal.pdf", Options(paper=paper))
    pdf = (tmp_path / "legal.pdf").read_bytes()
    (box,) = re.findall(rb"/MediaBox \[ (\S+) (\S+) (\S+) (\S+) \]", pdf)
    left, bottom, right, top = (float(number) for number in box)
    assert (round(right - left), round(top - bottom)) == size
    start = int(re.findall(rb"startxref\n(\d+)", pdf)[-1])
    assert pdf[start : start + 4] == b"xref"
    for place in re.findall(rb"^(\d{10}) \d{5} n", pdf[start:], re.MULTILINE):
        assert re.match(rb"\d+ 0 obj", pdf[int(place) :])


def test_the_longest_national_pathway_can_be_read_on_a3(tmp_path: Path) -> None:
    """Its smallest letters, of 13 points, are at least 5.5 points high on the page."""
    path = tmp_path / "legal.pdf"
    draw(scene("pathway"), path, Options(paper="a3"))
    scales = [
        float(found)
        for stream in _streams(path.read_bytes())
        for found in re.findall(rb"^(\d\.\d+) 0 0 -?\1 ", stream, re.MULTILINE)
    ]
    assert scales
    assert min(scales) * 13 >= 5.5


def _streams(pdf: bytes) -> list[bytes]:
    found = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [zlib.decompress(one) for one in found if one[:1] == b"x"]
