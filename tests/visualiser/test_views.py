"""What the views say, and that it is what the engine says."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from fingerpost.compare import Sort, compare
from fingerpost.decision import Status
from fingerpost.evaluate import Session
from fingerpost.render.items import TO_DO
from fingerpost.responsibilities import responsibilities
from fingerpost_dsl.wording import lower_first
from fingerpost_visualiser import as_graph
from fingerpost_visualiser.dot import flowing
from fingerpost_visualiser.scene import Box, Scene
from fingerpost_visualiser.theme import SHAPES
from fingerpost_visualiser.views.difference import difference_view, pathway_difference
from fingerpost_visualiser.views.pathway import pathway_view
from fingerpost_visualiser.views.pupil import pupil_pathway, pupil_tiers
from fingerpost_visualiser.views.responsibilities import responsibilities_view
from fingerpost_visualiser.views.tiers import in_ladder, tiers_view
from fingerpost_visualiser.views.timeline import threshold_of, timeline_view
from tests.engine.meanings.asking import history, policy_of
from tests.hand_made import LEGAL
from tests.visualiser.shipped import england, riverside, session


def said(scene: Scene) -> str:
    return "\n".join(line for box in scene.boxes() for line in box.lines)


def lane(scene: Scene, title: str) -> tuple[Box, ...]:
    return next(one.boxes for one in scene.lanes if one.title == title)


def step(scene: Scene, title: str) -> Box:
    return next(box for box in scene.boxes() if title in box.lines[0])


def test_time_limits_stand_on_the_way_to_a_step() -> None:
    scene = pathway_view(LEGAL, "legal")
    gates = [box.name for box in scene.boxes() if "Within 10 school days" in box.lines]
    (arrow,) = [arrow for arrow in scene.arrows if arrow.tail in gates]
    assert arrow.head == step(scene, "Notice to improve").name


def test_the_ladder_has_a_rung_for_each_tier_and_all_that_is_asked_of_pupils() -> None:
    policy = england()
    scene = tiers_view(policy)
    rungs = [box for box in scene.boxes() if box.kind == "tier"]
    assert [rung.lines[0] for rung in rungs] == [tier.title for tier in in_ladder(policy)]
    assert "When absence is 10% or more in this academic year" in rungs[2].lines
    graph = as_graph(scene)
    assert [(tail, head) for tail, head in graph.edges()] == [
        (one.name, other.name) for one, other in itertools.pairwise(rungs)
    ]
    adds = sum(int(line.split()[1]) for rung in rungs for line in rung.lines if line.startswith("Adds"))
    assert adds == sum(len(box.details) for box in scene.boxes() if box.kind == "adds")
    for one in responsibilities(policy):
        if one.tier is not None:
            boxes = lane(scene, policy.tiers[one.tier].title)
            assert any(lower_first(one.title) in line for box in boxes for line in box.lines)


def test_every_responsibility_stands_once_with_its_citation() -> None:
    policy = england()
    scene = responsibilities_view(policy)
    details = [detail.word for box in scene.boxes() for detail in box.details]
    assert sorted(details) == sorted(one.title for one in responsibilities(policy))
    for one in responsibilities(policy):
        boxes = lane(scene, policy.roles[one.role].title)
        line = next(
            line
            for box in boxes
            if box.look == one.modality.value
            for line in box.lines
            if lower_first(one.title) in line
        )
        assert line.startswith(one.modality.value.upper())
        assert all(cite in line for cite in one.cites)


def test_of_one_role_only_its_own() -> None:
    scene = responsibilities_view(england(), "parent")
    assert [one.title for one in scene.lanes] == ["Parent or carer"]
    with pytest.raises(KeyError):
        responsibilities_view(england(), "nobody")


def test_every_difference_that_decides_is_shown_once() -> None:
    before, after = england("2022.09"), england()
    kinds = ("action", "step", "tier", "threshold", "bar")
    found = [one for one in compare(before, after).differences if one.kind in kinds and not one.is_wording]
    scene = difference_view(before, after)
    for sort in Sort:
        boxes = [box for box in scene.boxes() if box.look == sort.value]
        titles = [detail.word for box in boxes for detail in box.details]
        for one in found:
            if one.sort is sort:
                wanted = f"{one.title}, {one.clause}" if sort is Sort.CHANGED else one.title
                assert wanted in titles


def test_equal_policies_differ_in_nothing() -> None:
    assert difference_view(england(), england()).lanes == ()
    scene = pathway_difference(england(), england(), "legal_intervention")
    plain = pathway_view(england(), "legal_intervention")
    assert (scene.lanes, scene.arrows) == (plain.lanes, plain.arrows)


def test_a_pathway_s_changes_are_marked_on_it() -> None:
    scene = pathway_difference(england("2022.09"), england(), "legal_intervention")
    looks = {
        box.lines[0].split(": ", 1)[-1]: box.look for box in scene.boxes() if box.kind in ("step", "bar")
    }
    assert looks["Notice to improve"] == "added"
    assert looks["Penalty notice"] == "removed"
    assert looks["Consider a penalty notice"] == "changed"
    assert any(arrow.word == "led to" for arrow in scene.arrows)


def test_what_changed_keeps_the_outline_of_what_must_should_and_may_be_done() -> None:
    """Colour and a word tell the change, the outline the modality; a bar stays an eight-sided sign."""
    before, after = england("2022.09"), england()
    scene = pathway_difference(before, after, "legal_intervention")
    policies = {"removed": before}
    marked = [box for box in scene.boxes() if box.kind in ("step", "bar")]
    assert {box.look for box in marked} >= {"added", "changed", "removed"}
    assert {box.outline or box.look for box in marked} == {"must", "should", "may", "bar"}
    for box in marked:
        steps = policies.get(box.look, after).steps.values()
        asked = {one.modality.value for one in steps if box.lines[0].endswith(f": {one.title}")}
        assert asked | ({"bar"} if box.kind == "bar" else set()) == {box.outline or box.look}
        if box.look in ("added", "changed", "removed"):
            assert box.look.upper() in box.lines
    drawn = flowing(scene)
    for box in marked:
        shape = SHAPES[box.outline or box.look]
        (node,) = [line for line in drawn.splitlines() if line.strip().startswith(f"{box.name} [")]
        for said in (f"shape={shape.form}", f"peripheries={shape.outlines}"):
            assert said in node
    words = {entry.word for entry in scene.legend}
    assert words == {"ADDED", "CHANGED", "REMOVED", "MUST", "SHOULD", "MAY", "BAR"}


@pytest.mark.parametrize("pupil", sorted(riverside().pupils))
def test_a_pupil_s_pathway_shows_what_the_engine_decides(pupil: str) -> None:
    policy = england()
    for pathway in policy.pathways:
        scene = pupil_pathway(policy, session(), pupil, pathway)
        decision = session().decide(riverside().pupils[pupil])
        steps = [one for one in policy.steps.values() if one.pathway == pathway]
        for one in steps:
            statuses = {r.status for r in decision.recommendations if r.name == one.name}
            box = next(box for box in scene.boxes() if box.kind == "step" and one.title in box.lines[0])
            if Status.BARRED in statuses:
                assert box.look == "bar"
            else:
                assert (box.look == "now") is bool(statuses & TO_DO)


def test_a_pupil_s_step_says_why_and_what_would_come_next() -> None:
    scene = pupil_pathway(england(), session(), "P01", "legal_intervention")
    first, second = step(scene, "Step 1"), step(scene, "Step 2")
    assert "because 10 unauthorised sessions in the last 10 school weeks" in first.lines[-1]
    assert second.lines[-1].startswith("COULD COME NEXT: ")
    assert "support appropriate in this case? nobody has recorded it" in second.lines[-1]


def test_a_pupil_s_tiers_are_those_of_the_decision() -> None:
    scene = pupil_tiers(england(), session(), "P01")
    here = [box.lines[0] for box in scene.boxes() if box.kind == "tier" and box.look == "now"]
    decision = session().decide(riverside().pupils["P01"])
    held = [tier.title for tier in decision.tiers if tier.state.value in ("holds", "provisional")]
    assert here == held
    assert "NOW: due" in said(scene)


def test_a_year_has_each_mark_in_its_week_and_the_threshold_in_its_chart() -> None:
    policy = england()
    scene = timeline_view(policy, session(), "P01")
    (marks,) = lane(scene, "Marks")
    assert marks.grid is not None
    shown = sum(bool(cell.text) for row in marks.grid.rows[2:] for cell in row.cells)
    until = [
        slot for slot in riverside().pupils["P01"].register.slots if slot // 2 <= session().on.toordinal()
    ]
    assert shown == len(until)
    assert {len(row.cells) for one in scene.boxes() if one.grid for row in one.grid.rows} == {
        len(marks.grid.rows[0].cells)
    }
    assert threshold_of("recent_unauthorised", policy) == 10
    assert "Reached the threshold on 12 November 2024" in said(scene)
    assert "At risk of persistent absence: " in said(scene)


BARRED = """
action plain "Plain" school should "write" when support is declined
action stopped "Stopped" school should "call" when support is declined
action later "Later" school should "visit" when support is declined
action freed "Freed" school should "fine" when support is declined
bar always "Never" stops stopped when checked is yes
bar asked_for "Not asked" stops later when asked is yes
bar once "Not yet" stops freed when fixed is yes
fact fixed "Fixed" yes or no
"""
DECLINED = """present from 4 September 2024 to 18 October 2024
  given support is declined from 16 September 2024
  given checked is yes given asked is no until 29 September 2024 given asked is yes from 30 September 2024
  given fixed is yes until 29 September 2024 given fixed is no from 30 September 2024"""


def test_a_year_shows_what_is_barred_as_barred() -> None:
    """Week by week: barred from its trigger, barred later, and freed; never as what was to be done."""
    policy = policy_of(BARRED)
    given = history(DECLINED, words='fact fixed "Fixed" yes or no')
    scene = timeline_view(policy, Session.open(policy, given, dt.date(2024, 10, 18)), "P")
    (todo,) = lane(scene, "What was to be done")
    assert todo.grid is not None
    signs = {row.title: "".join(cell.text for cell in row.cells) for row in todo.grid.rows}
    assert signs == {
        "Plain": "●●●●●",
        "Stopped (barred)": "✗✗✗✗✗",
        "Later (barred)": "●●✗✗✗",
        "Freed": "✗✗●●●",
    }
    assert "Stopped: since 16 September 2024; barred by “Never”" in todo.grid.said
    ended = "16 September 2024 to 29 September 2024 barred by “Not yet”, until Mon 30 Sep"
    assert f"Freed: since 16 September 2024; {ended}; ongoing since Mon 16 Sep" in todo.grid.said
    cells = [cell for row in todo.grid.rows for cell in row.cells if cell.text == "✗"]
    assert {cell.look for cell in cells} == {"bar"}
