"""The view of the tiers: a ladder, each rung with its threshold and what it adds to those above it.

What no tier restricts is asked for every pupil, and stands at the first rung. The steps of pathways, and what
is asked of schools and authorities at all times, are left to the views of pathways and responsibilities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fingerpost.responsibilities import Responsibility, responsibilities
from fingerpost_dsl.model.declarations import Subject, Tier
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import lower_first, say_amount, say_condition, upper_first
from fingerpost_visualiser.scene import Arrow, Box, Detail, Entry, Lane, Part, PartStyle, Scene
from fingerpost_visualiser.views.common import citations, modality_order, source_line

_OF_PUPILS = (Subject.PUPIL, Subject.PARENT, Subject.FAMILY)
_OWN_COLUMNS = 3
_EVERYBODY = ""
"""Instead of the name of a tier: what no tier restricts."""

Marks = Mapping[str, tuple[str, str]]
"""For a pupil: the look, and the words, of what a tier or a rule is to them."""


def tiers_view(policy: Policy, marks: Marks | None = None) -> Scene:
    """The ladder of a policy's tiers; with `marks`, a pupil's decision laid over it."""
    asked = [one for one in responsibilities(policy) if _is_on_ladder(one)]
    ladder = in_ladder(policy)
    rungs = [tier.name for tier in ladder]
    bottom = next((tier.name for tier in ladder if not tier.when), _EVERYBODY)
    placed: dict[str, list[Responsibility]] = {name: [] for name in dict.fromkeys((bottom, *rungs))}
    for one in asked:
        placed[one.tier or bottom].append(one)
    columns = _columns(asked, policy)
    lanes: list[Lane] = []
    arrows: list[Arrow] = []
    for name, rules in placed.items():
        lane = len(lanes)
        if not rules and name == _EVERYBODY:
            continue
        tier = policy.tiers.get(name)
        rung = f"t{lane}"
        boxes = [_rung(rung, tier, len(rules), policy, marks or {})]
        for number, (role, mine) in enumerate(_by_role(rules)):
            column = 1 + columns.index(role) if role in columns else len(columns)
            box = _adds(f"t{lane}r{number}", role, mine, policy, marks or {})
            boxes.append(_in_column(box, column, number))
        if tier is not None and tier.continues in rungs:
            above = f"t{list(placed).index(tier.continues)}"
            arrows.append(Arrow(tail=above, head=rung, word="goes on as"))
        title = tier.title if tier else "Every pupil"
        lanes.append(Lane(name=f"lane{lane}", title=title, boxes=tuple(boxes)))
    others = ("Others",) if len(columns) == _OWN_COLUMNS + 1 else ()
    titles = (*(policy.roles[role].title for role in columns if role), *others)
    return Scene(
        view="tiers",
        title="Tiers of support",
        under=source_line(policy, "each rung asks what those above it ask, and adds to it"),
        legend=_legend(marks),
        lanes=tuple(lanes),
        arrows=tuple(arrows),
        columns=("Tier", *(f"{title}: what is added" for title in titles)),
    )


def in_ladder(policy: Policy) -> list[Tier]:
    """The tiers, each behind the one that it continues."""
    placed: list[Tier] = []
    waiting = list(policy.tiers.values())
    while waiting:
        names = {tier.name for tier in placed}
        ready = [tier for tier in waiting if tier.continues is None or tier.continues in names]
        chosen = (ready or waiting)[0]
        waiting.remove(chosen)
        placed.append(chosen)
    return placed


def _is_on_ladder(one: Responsibility) -> bool:
    return one.tier is not None or (one.pathway is None and one.subject in _OF_PUPILS)


def _columns(asked: Sequence[Responsibility], policy: Policy) -> list[str]:
    """The roles that are asked most, in the policy's order; an empty name for all others."""
    counts = {role: sum(one.role == role for one in asked) for role in policy.roles}
    most = sorted((role for role in counts if counts[role]), key=lambda role: -counts[role])
    own = [role for role in policy.roles if role in most[:_OWN_COLUMNS]]
    return [*own, ""] if len(most) > _OWN_COLUMNS else own


def _by_role(rules: Sequence[Responsibility]) -> list[tuple[str, list[Responsibility]]]:
    roles: dict[str, list[Responsibility]] = {}
    for one in rules:
        roles.setdefault(one.role, []).append(one)
    return list(roles.items())


def _rung(name: str, tier: Tier | None, number: int, policy: Policy, marks: Marks) -> Box:
    """A tier: what it takes to be in it, and how much it adds."""
    look, said = marks.get(tier.name, ("tier", "")) if tier is not None else ("tier", "")
    when: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    few = ""
    if tier is not None:
        when = tuple(upper_first(say_condition(one, policy)) for one in tier.when)
        details = (Detail("Rests on", citations(tier.cites, policy)),) if tier.cites else ()
        if tier.provisional_below is not None:
            few = f"Provisional below {say_amount(tier.provisional_below, policy)}"
    parts = [
        Part(style=PartStyle.TITLE, items=(tier.title if tier else "Every pupil",), width=26 + 8),
        Part(style=PartStyle.LIST, lead="When" if when else "For every pupil", items=when, width=30),
        Part(style=PartStyle.QUIET, items=(few,), width=34),
        Part(style=PartStyle.STRONG, items=(_adds_words(number),)),
        Part(style=PartStyle.STRONG, items=(said,), width=34),
    ]
    kept = tuple(part for part in parts if part.line)
    return Box(name=name, kind="tier", parts=kept, look=look, column=0, details=details)


def _adds_words(number: int) -> str:
    return f"Adds {number} {'thing' if number == 1 else 'things'} to do"


def _adds(name: str, role: str, mine: Sequence[Responsibility], policy: Policy, marks: Marks) -> Box:
    """What a tier adds for one role."""
    parts = [Part(style=PartStyle.TITLE, items=(policy.roles[role].title,), width=34)]
    for modality in dict.fromkeys(one.modality for one in sorted(mine, key=modality_order)):
        items = [_item(one, marks) for one in mine if one.modality is modality]
        word = f"{modality.value.upper()}:"
        parts.append(Part(style=PartStyle.LIST, lead=word, items=tuple(items), word="", width=46))
    details = tuple(Detail(one.title, (_full(one, policy), *citations(one.cites, policy))) for one in mine)
    marked = [marks[one.name][0] for one in mine if one.name in marks]
    look = "now" if "now" in marked else "plain"
    return Box(name=name, kind="adds", parts=tuple(parts), look=look, details=details)


def _item(one: Responsibility, marks: Marks) -> str:
    times = f" ({'; '.join(one.times)})" if one.times else ""
    said = f" — {marks[one.name][1]}" if one.name in marks else ""
    return f"{lower_first(one.title)}{times}{said}"


def _full(one: Responsibility, policy: Policy) -> str:
    return f"{policy.roles[one.role].title} {one.modality.value} {one.text}"


def _in_column(box: Box, column: int, number: int) -> Box:
    return Box(
        name=box.name,
        kind=box.kind,
        parts=box.parts,
        look=box.look,
        order=(0, number),
        column=column,
        details=box.details,
    )


def _legend(marks: Marks | None) -> tuple[Entry, ...]:
    tier = Entry("TIER", "who is in it, and from which line on", "tier")
    if marks is None:
        return (tier, Entry("Adds", "what is asked from this tier on", "plain"))
    return (
        Entry("HERE", "a tier that the pupil is in, or something to do now", "now"),
        Entry("not here", "a tier that the pupil is not in", "quiet"),
        Entry("Adds", "what is asked from this tier on", "plain"),
    )
