"""A pathway as a graph: every step, bar and way of the policy is there, in plain words."""

from __future__ import annotations

from fingerpost_dsl.model import declarations as d
from fingerpost_visualiser.graph import START, bars_of, pathway_graph, start_of, steps_of, ways_of
from tests.hand_made import LEGAL, after, equal, fact, legal_with, named, step


def test_each_step_says_who_must_do_what_and_by_when() -> None:
    consider, improve, first, second = steps_of(pathway_graph(LEGAL, "legal"))
    assert (consider.number, consider.modality, consider.actor) == (1, "must", "School")
    assert consider.text == "consider whether a penalty notice can and should be issued"
    assert consider.times == ("Stays owed until done",)
    assert improve.only_if == (
        "Support is appropriate in this case",
        "Support was offered and is not taken up or not working",
    )
    assert improve.limits == ("Within 10 school days",)
    assert first.text == "issue a penalty notice of £160, or £80 if paid within 21 days"
    assert first.only_if == (
        "No earlier penalty notices in the last 3 years",
        "Earlier notices have been checked",
    )
    assert first.ends_round
    assert first.for_decision
    assert second.number == 4


def test_ways_carry_their_conditions_with_their_numbers() -> None:
    graph = pathway_graph(LEGAL, "legal")
    ways = {(tail, head): way for tail, head, way in ways_of(graph)}
    assert ways[START, "consider"].conditions == (
        "10 unauthorised sessions or more in the last 10 school weeks",
    )
    assert ways["consider", "improve"].conditions == ()
    assert ways["consider", "first_notice"].conditions == ("Support is not appropriate in this case",)
    assert ways["two_notices", "second_notice"].kind == "stops"
    assert len(ways) == 8


def test_bars_say_what_they_rest_on() -> None:
    (bar,) = bars_of(pathway_graph(LEGAL, "legal"))
    assert bar.title == "No third notice in three years"
    assert bar.when == ("2 earlier penalty notices or more in the last 3 years",)


def test_attributes_are_plain() -> None:
    graph = pathway_graph(LEGAL, "legal")
    for _, attributes in graph.nodes(data=True):
        assert all(isinstance(value, str | int | bool | tuple) for value in attributes.values())


def test_two_ways_between_the_same_steps_are_two_edges() -> None:
    ways = (
        after("consider", equal(fact("support_appropriate"), False)),
        after("consider", equal(fact("meals"), True)),
    )
    last = step("last", "Last", "school", d.Modality.MAY, "end", after=ways)
    graph = pathway_graph(legal_with(steps={"consider": LEGAL.steps["consider"], "last": last}), "legal")
    assert graph.number_of_edges("consider", "last") == 2


def test_steps_are_numbered_behind_what_leads_to_them() -> None:
    steps = named(
        step("last", "Last", "school", d.Modality.MAY, "end", after=(after("first"),)),
        step("first", "First", "school", d.Modality.MAY, "begin", starts_here=True),
    )
    graph = pathway_graph(legal_with(steps=steps, bars={}), "legal")
    assert [one.name for one in steps_of(graph)] == ["first", "last"]


def test_a_circle_of_steps_is_numbered_as_declared() -> None:
    steps = named(
        step("one", "One", "school", d.Modality.MAY, "go", after=(after("two"),)),
        step("two", "Two", "school", d.Modality.MAY, "go", after=(after("one"),)),
    )
    graph = pathway_graph(legal_with(steps=steps, bars={}), "legal")
    assert [one.name for one in steps_of(graph)] == ["one", "two"]
    assert start_of(graph) is None


def test_a_step_that_starts_and_follows_keeps_its_conditions_for_both_ways() -> None:
    again = step(
        "again",
        "Again",
        "school",
        d.Modality.MAY,
        "go",
        starts_here=True,
        after=(after("consider"),),
        when=(equal(fact("has_social_worker"), True),),
    )
    graph = pathway_graph(legal_with(steps={"consider": LEGAL.steps["consider"], "again": again}), "legal")
    assert steps_of(graph)[1].only_if == ("The pupil has a social worker",)
