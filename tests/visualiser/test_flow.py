"""Where boxes stand that arrows join: nothing crosses that need not, nothing lies on anything else."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fingerpost_visualiser.drawing import ENDINGS, Options
from fingerpost_visualiser.flow import Gaps, flow
from fingerpost_visualiser.scene import Arrow, Box, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.views.difference import pathway_difference
from fingerpost_visualiser.views.pathway import pathway_view
from fingerpost_visualiser.views.pathways import pathways_view
from fingerpost_visualiser.views.pupil import pupil_pathway
from tests.visualiser.crossings import read
from tests.visualiser.shipped import england, session

POLICIES = ("2022.09", "2024.08")
PATHWAYS = ("legal_intervention", "unpaid_notice", "public_place")
PICTURES: dict[str, Callable[[], Scene]] = {
    **{
        f"{name} of {version}": partial(
            lambda version, name: pathway_view(england(version), name), version, name
        )
        for version in POLICIES
        for name in PATHWAYS
    },
    "all of 2022.09": lambda: pathways_view(england("2022.09")),
    "all of 2024.08": lambda: pathways_view(england()),
    "a pupil's": lambda: pupil_pathway(england(), session(), "P01", "legal_intervention"),
    "what changed": lambda: pathway_difference(england("2022.09"), england(), "legal_intervention"),
}
"""When Graphviz settled the order, the pathway of 2024 had 2 crossings, a pupil's 4, what changed 3."""
ARM = 600
"""Millimetres from the eye of somebody who stands before a sheet on the wall."""
SMALLEST = 10.0
"""Points. Lower-case letters of 10 points are 1.75 mm high: 10 minutes of arc at arm's length, twice what
normal sight can make out."""


@pytest.mark.parametrize("name", PICTURES)
def test_no_arrow_crosses_another_or_runs_across_words(name: str) -> None:
    drawing = read(ENDINGS[".svg"](PICTURES[name](), Options()))
    assert drawing.crossings() == []
    assert drawing.run_across() == []
    assert drawing.overlapping() == []


def test_crossings_are_seen_where_there_are_some() -> None:
    """The reader of the test above, on arrows that do cross, and on one that runs across a box."""
    paths = {"a": "M0,0C10,10 20,20 30,30", "b": "M0,30C10,20 20,10 30,0", "c": "M50,0C50,10 50,20 50,90"}
    arrows = "".join(
        f'<g id="{name}" data-from="{name}1" data-to="{name}2"><path d="{path}"/></g>'
        for name, path in paths.items()
    )
    box = '<g id="n1" class="node"><polygon points="40,40 60,40 60,60 40,60"/></g>'
    lies = '<g id="n2" class="node"><path d="M55,55C55,55 70,70 70,70"/></g>'
    drawing = read(f'<svg xmlns="http://www.w3.org/2000/svg">{arrows}{box}{lies}</svg>'.encode())
    assert drawing.crossings() == [("a1 → a2", "b1 → b2")]
    assert drawing.run_across() == [("c1 → c2", "n1")]
    assert drawing.overlapping() == [("n1", "n2")]


def letters(pdf: bytes) -> list[float]:
    """The sizes of letters on a page, in points."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    content = b"".join(zlib.decompress(one) for one in packed if one[:1] == b"x")
    return [float(size) for size in re.findall(rb"([\d.]+) 0 0 -[\d.]+ -?[\d.]+ -?[\d.]+ Tm", content)]


@pytest.mark.parametrize("version", POLICIES)
def test_all_pathways_can_be_read_at_arm_s_length_on_one_page_of_a3(version: str) -> None:
    policy = england(version)
    scene = pathways_view(policy)
    pdf = ENDINGS[".pdf"](scene, Options(paper="a3"))
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    sizes = letters(pdf)
    assert len(sizes) > 20
    assert min(sizes) >= SMALLEST
    assert SMALLEST * 0.496 / 72 * 25.4 / ARM * 3438 >= 10, "minutes of arc that lower-case letters take up"


@pytest.mark.parametrize("version", POLICIES)
def test_the_sheet_has_every_step_condition_and_bar_of_every_pathway(version: str) -> None:
    policy = england(version)
    scene = pathways_view(policy)
    told = "\n".join(line for box in scene.boxes() for line in box.lines).lower()
    for name in policy.pathways:
        one = pathway_view(policy, name)
        assert one.title.lower() in told
        for box in one.boxes():
            for part in box.parts if box.kind in ("step", "bar", "gate") else ():
                if part.style is not PartStyle.QUIET:
                    assert all(item.lower() in told for item in part.items)
    lettered = [box.lines[0] for box in scene.boxes() if box.kind == "step"]
    assert len(set(lettered)) == len(policy.steps)


SIZES = st.tuples(st.integers(20, 200), st.integers(20, 200))


@st.composite
def scenes(generate: st.DrawFn) -> tuple[Scene, dict[str, tuple[float, float]]]:
    """Any boxes in any lanes, with any arrows: circles, parts that nothing joins, bars."""
    number = generate(st.integers(1, 12))
    lanes: list[list[Box]] = [[], [], []]
    sizes = {}
    for place in range(number):
        box = Box(name=f"n{place}", look="must", parts=(Part(style=PartStyle.TEXT, items=("x",)),))
        lanes[generate(st.integers(0, 2))].append(box)
        width, height = generate(SIZES)
        sizes[box.name] = (float(width), float(height))
    names = st.sampled_from(sorted(sizes))
    arrows = generate(
        st.lists(st.builds(Arrow, tail=names, head=names, stops=st.booleans()), max_size=14, unique=True)
    )
    scene = Scene(
        view="pathway",
        title="",
        under="",
        legend=(),
        lanes=tuple(
            Lane(name=f"l{place}", title="", boxes=tuple(boxes)) for place, boxes in enumerate(lanes)
        ),
        arrows=tuple(arrows),
    )
    return scene, sizes


@settings(max_examples=40)
@given(scenes())
def test_nothing_lies_on_anything_and_every_box_in_its_lane(
    drawn: tuple[Scene, dict[str, tuple[float, float]]],
) -> None:
    scene, sizes = drawn
    titles = [(150.0, 24.0)] * 3
    gaps = Gaps()
    found = flow(scene, sizes, titles, {}, gaps)
    assert found == flow(scene, sizes, titles, {}, gaps), "the same for the same"
    corners = found.corners
    for one, other in itertools.combinations(sizes, 2):
        (left, top), (far, down) = corners[one], corners[other]
        beside = max(left - far - sizes[other][0], far - left - sizes[one][0])
        above = max(top - down - sizes[other][1], down - top - sizes[one][1])
        assert beside >= gaps.across / 2 - 1e-6 or above >= gaps.down - 1e-6
    ceiling = 0.0
    for lane, high in zip(scene.lanes, found.heights, strict=True):
        for box in lane.boxes:
            left, top = corners[box.name]
            assert ceiling <= top
            assert top + sizes[box.name][1] <= ceiling + high
            assert 0 <= left <= found.width - sizes[box.name][0]
            if left < titles[0][0]:
                assert top >= ceiling + titles[0][1], "below the title"
        ceiling += high + gaps.between


def test_bars_stand_on_the_other_side_of_what_they_stop_where_that_saves_a_crossing() -> None:
    scene = pathway_view(england(), "legal_intervention")
    sizes = {box.name: (200.0, 100.0) for box in scene.boxes()}
    found = flow(scene, sizes, [(0.0, 0.0)] * len(scene.lanes), {})
    stopped = [arrow for arrow in scene.arrows if arrow.stops]
    assert stopped
    assert all(found.corners[arrow.tail][0] > found.corners[arrow.head][0] for arrow in stopped)
    assert found.is_clear
