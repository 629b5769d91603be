"""The view of a pupil: a pathway or the tiers with one pupil's decision laid over it.

Where they are, what is due, what is barred and why, and what would come next. It shows a decision and decides
nothing: what it says comes from `fingerpost.explain`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fingerpost.decision import Decision, Recommendation, Status, TierState
from fingerpost.evaluate import Session
from fingerpost.explain import Explanation, WhyNot, explain_in
from fingerpost.render.facts import each_parent, for_parents, rate_line, standing, tier_line
from fingerpost.render.items import TO_DO, Item, items
from fingerpost.render.not_now import SIGN
from fingerpost.render.sentences import because, why_not
from fingerpost.render.words import long_date, short_date
from fingerpost_dsl.model.declarations import Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import upper_first
from fingerpost_visualiser.graph import pathway_graph
from fingerpost_visualiser.scene import Box, Detail, Entry, Part, PartStyle, Scene
from fingerpost_visualiser.views.pathway import box_names, pathway_scene
from fingerpost_visualiser.views.tiers import Marks, tiers_view

_OVER = frozenset({Status.DONE, Status.USED, Status.LAPSED, Status.EXPIRED, Status.KEPT})
_EVERY = frozenset(Status)
_LEGEND = (
    Entry("NOW", "to do, or to decide, now", "now"),
    Entry("DONE", "on record, or over", "done"),
    Entry("COULD COME NEXT", "would follow what is to do now", "tier"),
    Entry("BARRED", "forbidden, for the reason given", "bar"),
    Entry("NOT NOW", "something is missing, or not known", "quiet"),
)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a step stands for a pupil: a look, a word, and the lines under it."""

    look: str
    word: str
    lines: tuple[str, ...] = ()


def pupil_pathway(policy: Policy, session: Session, pupil: str, name: str) -> Scene:
    """A pathway with a pupil's decision on it. Raises `KeyError` for a pathway or pupil that is not there."""
    graph = pathway_graph(policy, name)
    scene = pathway_scene(graph, policy)
    steps = [step for step in policy.steps.values() if step.pathway == name]
    found = explain_in(session, pupil, rules=[step.name for step in steps])
    decision = found.decision
    open_now = {one.name for one in decision.recommendations if one.status in TO_DO}
    marks = {step.name: _standing(step, found, policy, open_now) for step in steps}
    bars = _bars(decision.recommendations, policy, decision.on)
    ours = {box: said for said, box in box_names(graph).items()}
    lanes = tuple(
        replace(lane, boxes=tuple(_laid_over(box, ours.get(box.name, ""), marks, bars) for box in lane.boxes))
        for lane in scene.lanes
    )
    return replace(
        scene,
        view="pupil",
        title=f"{pupil}: {scene.title}",
        under=_under(decision, policy),
        legend=(*_LEGEND, *(entry for entry in scene.legend if entry.look == "bar")),
        lanes=lanes,
    )


def pupil_tiers(policy: Policy, session: Session, pupil: str) -> Scene:
    """The tiers with a pupil's decision on them. Raises `KeyError` for a pupil who is not there."""
    decision = session.decide(session.records.history.pupils[pupil])
    scene = tiers_view(policy, {**_tier_marks(decision, policy), **_rule_marks(decision, policy)})
    return replace(scene, view="pupil", title=f"{pupil}: tiers of support", under=_under(decision, policy))


def _under(decision: Decision, policy: Policy) -> str:
    stands = (rate_line(decision, policy), tier_line(decision, policy))
    return " · ".join((long_date(decision.on), *(one for one in stands if one), str(policy.header.id)))


# --- steps ----------------------------------------------------------------------------------------


def _standing(step: Step, found: Explanation, policy: Policy, open_now: set[str]) -> _Standing:
    decision = found.decision
    mine = [one for one in items([decision], policy, _EVERY) if one.one.name == step.name]
    for look, word, statuses in (
        ("bar", "BARRED", frozenset({Status.BARRED})),
        ("now", "NOW", TO_DO),
        ("done", "DONE", _OVER),
    ):
        chosen = [one for one in mine if one.one.status in statuses]
        if chosen:
            lines = [_said(one) for one in chosen]
            lines += _because(chosen, policy, decision.on) if look == "now" else []
            lines += _barring(chosen, decision.on) if look == "bar" else []
            return _Standing(look, word, tuple(dict.fromkeys(lines)))
    missing = _missing([one for one in found.not_now if one.rule == step.name], policy, decision.on)
    if any(way.step in open_now for way in step.after):
        return _Standing("tier", "COULD COME NEXT", missing)
    return _Standing("quiet", "NOT NOW", missing)


def _said(item: Item) -> str:
    whom = for_parents(item)
    return upper_first(standing(item)) + (f", {whom}" if whom else "")


def _because(chosen: Sequence[Item], policy: Policy, on: dt.date) -> list[str]:
    return [f"because {point.text}" for item in chosen[:1] for point in because(item.one.reason, policy, on)]


def _barring(chosen: Sequence[Item], on: dt.date) -> list[str]:
    said = []
    for item in chosen:
        for bar in item.one.barred_by:
            lifts = f"; until {short_date(bar.lifts, on)}" if bar.lifts else ""
            said.append(f"by: {bar.title}{lifts}")
    return said


def _missing(found: Sequence[WhyNot], policy: Policy, on: dt.date) -> tuple[str, ...]:
    """What keeps a step from applying; the same for several parents once."""
    points: dict[str, list[str]] = {}
    for one in found:
        for point in why_not(one.reason, policy, on):
            points.setdefault(f"{SIGN[point.truth]} {point.text}", []).append(one.parent or "")
    every = {one.parent or "" for one in found}
    return tuple(
        said if set(parents) == every or not all(parents) else f"{said}, {each_parent(parents)}"
        for said, parents in points.items()
    )


def _bars(found: Iterable[Recommendation], policy: Policy, on: dt.date) -> dict[str, _Standing]:
    """The bars that hold, with why, and until when."""
    bars = {}
    for one in found:
        for bar in one.barred_by:
            why = tuple(f"because {point.text}" for point in because(bar.reason, policy, on))
            lifts = (f"until {short_date(bar.lifts, on)}",) if bar.lifts else ()
            bars[bar.bar] = _Standing("bar", "HOLDS NOW", (*why, *lifts))
    return bars


def _laid_over(box: Box, said: str, marks: dict[str, _Standing], bars: dict[str, _Standing]) -> Box:
    stands = marks.get(said) or bars.get(said)
    if stands is None:
        return box
    width = 28 if box.kind == "bar" else 44
    parts = (
        Part(
            style=PartStyle.LIST,
            lead=stands.word,
            spoken=f"{stands.word}:",
            items=stands.lines,
            word="",
            width=width,
        )
        if stands.lines
        else Part(style=PartStyle.STRONG, items=(stands.word,)),
    )
    details = (*box.details, Detail(upper_first(stands.word.lower()), stands.lines))
    return replace(box, look=stands.look, parts=(*box.parts, *parts), details=details)


# --- tiers ----------------------------------------------------------------------------------------


def _tier_marks(decision: Decision, policy: Policy) -> Marks:
    words = {
        TierState.HOLDS: ("now", "HERE"),
        TierState.PROVISIONAL: ("now", "HERE, provisionally"),
        TierState.UNKNOWN: ("quiet", "NOT KNOWN whether here"),
        TierState.NOT: ("quiet", "NOT HERE"),
    }
    marks = {}
    for tier in decision.tiers:
        look, word = words[tier.state]
        since = f" since {short_date(tier.since, decision.on)}" if tier.since and look == "now" else ""
        marks[tier.name] = (look, word + since)
    return marks


def _rule_marks(decision: Decision, policy: Policy) -> Marks:
    marks: dict[str, tuple[str, str]] = {}
    for item in items([decision], policy, TO_DO | _OVER):
        look = "now" if item.one.status in TO_DO else "done"
        if marks.get(item.one.name, ("", ""))[0] != "now":
            word = "NOW" if look == "now" else "DONE"
            marks[item.one.name] = (look, f"{word}: {standing(item)}")
    return marks
