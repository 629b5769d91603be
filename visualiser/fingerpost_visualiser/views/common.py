"""What several views say in the same way: from which policy a picture comes, and what a rule asks."""

from __future__ import annotations

from collections.abc import Iterable

from fingerpost.responsibilities import Responsibility
from fingerpost_dsl.model.declarations import Action, Modality, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import say_condition, upper_first
from fingerpost_visualiser.scene import Detail, Entry
from fingerpost_visualiser.theme import MEANINGS


def source_line(policy: Policy, *more: str) -> str:
    """`Working together … · england.attendance 2024.08 · statutory guidance`."""
    header = policy.header
    parts = (header.title, str(header.id), header.status or "", *more)
    return " · ".join(part for part in parts if part)


def modality_legend(asked: Iterable[str]) -> tuple[Entry, ...]:
    """The words must, should and may with their meanings, as far as they occur."""
    occurring = set(asked)
    return tuple(
        Entry(word.upper(), meaning, word) for word, meaning in MEANINGS.items() if word in occurring
    )


def citations(cites: Iterable[str], policy: Policy) -> tuple[str, ...]:
    """Each passage as `statutory guidance: Formal conversation (WT24.…)`."""
    said = []
    for name in cites:
        passage = policy.passages.get(name)
        if passage is None:
            said.append(name)
            continue
        source = policy.sources[passage.source]
        secondary = "; secondary source" if source.secondary else ""
        said.append(f"{source.weight.value}{secondary}: {passage.title} ({name})")
    return tuple(said)


def rule_details(rule: Action | Step, text: str, policy: Policy) -> tuple[Detail, ...]:
    """All that the policy says of an action or step, for who asks for more."""
    role = policy.roles[rule.actor].title
    asked = (*((rule.tier,) if rule.tier else ()), *rule.when)
    parts = (
        ("Text", (f"{role} {rule.modality.value} {text}",)),
        ("When", tuple(upper_first(say_condition(one, policy, full=True)) for one in asked)),
        ("Unless", tuple(upper_first(say_condition(one, policy, full=True)) for one in rule.unless)),
        ("Rests on", citations(rule.cites, policy)),
        ("Our reason", (rule.ours,) if rule.ours else ()),
        ("Because", (rule.because,) if rule.because else ()),
        ("Notes", rule.notes),
    )
    return tuple(Detail(word, items) for word, items in parts if items)


def modality_order(one: Responsibility) -> int:
    """Must first, then must not, should, should not, may."""
    return _ORDER.index(one.modality)


_ORDER = (Modality.MUST, Modality.MUST_NOT, Modality.SHOULD, Modality.SHOULD_NOT, Modality.MAY)
