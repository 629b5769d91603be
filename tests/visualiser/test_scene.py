"""Boxes, lanes and arrows; their labels, their places, and the words in every format of text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerpost_dsl.model import declarations as d
from fingerpost_dsl.model.policy import Policy
from fingerpost_visualiser import pathway_dot, pathway_mermaid, theme
from fingerpost_visualiser.box_labels import box_label, heading, legend_label
from fingerpost_visualiser.dot import flowing, placed
from fingerpost_visualiser.graph import pathway_graph
from fingerpost_visualiser.labels import words
from fingerpost_visualiser.layout import Spot, place
from fingerpost_visualiser.render import measure
from fingerpost_visualiser.scene import Scene
from fingerpost_visualiser.views.pathway import pathway_scene
from tests.hand_made import LEGAL, after, equal, fact, legal_with, step
from tests.visualiser.markup import parsed

NASTY = (
    '"; }<script>alert(1)</script> & <b>bold</b> \\N \\" {x} | 👩‍🏫 مدرسة \x00\x07 =HYPERLINK("x") '
    + "long" * 60
)


def scene_of(policy: Policy = LEGAL) -> Scene:
    return pathway_scene(pathway_graph(policy, "legal"))


def spots_of(scene: Scene) -> dict[str, Spot]:
    return dict(place(scene, measure(flowing(scene, lanes=False))).spots)


def nasty() -> Policy:
    steps = {
        name: step(
            name,
            NASTY,
            one.actor,
            one.modality,
            NASTY,
            after=one.after,
            when=one.when,
            starts_here=one.starts_here,
        )
        for name, one in LEGAL.steps.items()
    }
    roles = {name: d.Role(name=name, title=NASTY, span=role.span) for name, role in LEGAL.roles.items()}
    return legal_with(steps=steps, roles=roles)


def chain(length: int) -> Policy:
    """A long pathway: each step after the one before it, some with a condition, in turns for two roles."""
    steps = {}
    for number in range(length):
        condition = equal(fact("support_appropriate"), number % 2 == 0) if number % 3 else None
        ways = (after(f"s{number // 2}", condition),) if number else ()
        actor = "school" if number % 4 else "authorised_officer"
        steps[f"s{number}"] = step(
            f"s{number}",
            f"Step of number {number}",
            actor,
            d.Modality.SHOULD,
            "do what has to be done",
            after=ways,
            starts_here=number == 0,
        )
    return legal_with(steps=steps, bars={})


def test_a_lane_for_each_role_in_the_order_in_which_they_come_in() -> None:
    assert [lane.title for lane in scene_of().lanes] == [
        "School",
        "Officer authorised to issue penalty notices",
    ]


def test_what_leads_to_the_same_steps_meets_once() -> None:
    scene = scene_of()
    joins = [box for box in scene.boxes() if box.lines == ("or",)]
    assert len(joins) == 1
    assert sum(arrow.head == joins[0].name for arrow in scene.arrows) == 2
    assert sum(arrow.tail == joins[0].name for arrow in scene.arrows) == 2


def test_every_label_is_well_formed_and_holds_its_words() -> None:
    for policy in (LEGAL, nasty()):
        scene = scene_of(policy)
        labels = (box_label(box, theme.PLAIN) for box in scene.boxes())
        for label in (heading(scene, theme.PLAIN), legend_label(scene, theme.PLAIN), *labels):
            root = parsed(f"<x>{label}</x>")
            for element in root.iter():
                assert len({name.lower() for name in element.attrib}) == len(element.attrib)
        for box in scene.boxes():
            said = "".join("".join(parsed(f"<x>{box_label(box, theme.PLAIN)}</x>").itertext()).split())
            for word in box.lines[0].split(": ", 1)[-1].split():
                assert "".join(word.split("\x00")).replace("\x07", "").lower() in said.lower()


def test_enforcement_is_for_decision_by_somebody() -> None:
    for box in scene_of().boxes():
        if box.lines[0].startswith("Step"):
            assert any(line.startswith("For decision by: ") for line in box.lines)


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_words_never_break_a_label(text: str, width: int) -> None:
    root = parsed(f"<x>{words(text, width, joint='|')}</x>")
    assert max(len(line) for line in (root.text or "").split("|")) <= max(width, len(text))


@pytest.mark.parametrize("policy", [LEGAL, nasty(), chain(40), legal_with(steps={}, bars={})])
def test_nothing_overlaps_and_lanes_are_equally_long(policy: Policy) -> None:
    scene = scene_of(policy)
    plan = place(scene, measure(flowing(scene, lanes=False)))
    for (_, one), (_, other) in itertools.combinations(plan.spots.items(), 2):
        beside = abs(one.x - other.x) - (one.width + other.width) / 2
        above = abs(one.y - other.y) - (one.height + other.height) / 2
        assert max(beside, above) > 7, "Graphviz would draw straight through boxes"
    assert len({(lane.left, lane.right) for lane in plan.lanes.values()}) <= 1
    for lane in scene.lanes:
        reach = plan.lanes[lane.name]
        for box in lane.boxes:
            spot = plan.spots[box.name]
            assert reach.left < spot.x - spot.width / 2
            assert spot.x + spot.width / 2 < reach.right
            assert reach.bottom < spot.y - spot.height / 2
            assert spot.y + spot.height / 2 < reach.top


def test_dot_holds_every_word_and_every_arrow() -> None:
    scene = scene_of()
    said = pathway_dot(LEGAL, "legal")
    for arrow in scene.arrows:
        assert f"{arrow.tail} -> {arrow.head}" in said
    for box in scene.boxes():
        assert box_label(box, theme.PLAIN) in said
    assert said == flowing(scene)
    standing = 2 + len(scene.lanes) + len(list(scene.boxes()))
    plan = place(scene, measure(flowing(scene, lanes=False)))
    assert plan.ways
    assert placed(scene, plan).count(" pos=") == standing + len(plan.ways)


def test_mermaid_holds_every_word_and_every_arrow() -> None:
    said = pathway_mermaid(LEGAL, "legal")
    scene = scene_of()
    for arrow in scene.arrows:
        assert any(f"{arrow.tail} {mark} {arrow.head}" in said for mark in ("-->", "---", "-.-", "-.-x"))
    assert "Step 3: First penalty notice<br/>" in said
    assert "£160, or £80 if paid within 21 days" in said


def test_mermaid_escapes_what_it_would_read_as_its_own() -> None:
    said = pathway_mermaid(nasty(), "legal")
    assert "<script" not in said
    assert "#lt;script#gt;" in said


@pytest.mark.parametrize("colours", [theme.PLAIN, theme.dark(theme.PLAIN)])
def test_everything_can_be_told_from_what_lies_behind_it(colours: theme.Theme) -> None:
    """WCAG 2.2 AA: letters 4.5 to 1, outlines 3 to 1 against what lies on both sides of them."""
    assert list(theme.too_faint(colours)) == []


def test_every_look_has_a_shape_and_colours() -> None:
    assert set(theme.SHAPES) == set(theme.PLAIN.boxes)


def test_modalities_differ_without_colour() -> None:
    looks = ("must", "should", "may", "bar", "must not", "should not")
    shapes = [theme.SHAPES[look] for look in looks]
    assert len({(one.style, one.outlines, one.form) for one in shapes}) == len(looks)
    assert set(theme.MEANINGS) == {modality.value for modality in d.Modality}
