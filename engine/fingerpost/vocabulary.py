"""What data may speak of: the facts, events, measures, codes and roles that a policy declares.

Readers reject whatever the policy cannot use, so that a misspelt column is an error and not a silent unknown,
and so that no more is read about a child than decides something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from fingerpost.codes import CodeBook
from fingerpost_dsl.model.declarations import Event, Fact, Measure, Role, Subject, ValueType
from fingerpost_dsl.model.policy import Policy

__all__ = ["Vocabulary"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one policy, or of several versions together."""

    facts: Mapping[str, Fact]
    events: Mapping[str, Event]
    measures: Mapping[str, Measure]
    codes: CodeBook
    part_of: Mapping[str, str]
    """From a role to the role that it is part of."""

    @classmethod
    def from_policies(cls, *policies: Policy) -> Vocabulary:
        """The words of policies, latest last: of a word that several declare, the latest declaration.

        A choice that only an earlier version knows is kept, since the data may be older than the policy.
        """
        facts: dict[str, Fact] = {}
        events: dict[str, Event] = {}
        measures: dict[str, Measure] = {}
        roles: dict[str, Role] = {}
        for policy in policies:
            for name, fact in policy.facts.items():
                facts[name] = (
                    replace(fact, type=_widened(fact.type, facts[name].type)) if name in facts else fact
                )
            for name, event in policy.events.items():
                events[name] = _joined(event, events[name]) if name in events else event
            measures.update(policy.measures)
            roles.update(policy.roles)
        return cls(
            facts=facts,
            events=events,
            measures=measures,
            codes=CodeBook.from_codes(*(policy.codes for policy in policies)),
            part_of={name: role.part_of for name, role in roles.items() if role.part_of},
        )

    def facts_of(self, *subjects: Subject) -> Mapping[str, Fact]:
        """The facts about these subjects, by name."""
        return {name: fact for name, fact in self.facts.items() if fact.subject in subjects}

    def may_judge(self, fact: Fact, role: str | None) -> bool:
        """Whether a role, or what it is part of, may record a fact (meaning 17). Who is not named may."""
        if not fact.judged_by:
            return True
        while role is not None and role not in fact.judged_by:
            role = self.part_of.get(role)
            if role is None:
                return False
        return True


def _widened(type: ValueType, earlier: ValueType) -> ValueType:
    if type.kind == earlier.kind == "one of":
        return replace(type, choices=tuple(dict.fromkeys((*type.choices, *earlier.choices))))
    return type


def _joined(event: Event, earlier: Event) -> Event:
    before = {field.name: field for field in earlier.fields}
    fields = tuple(
        replace(field, type=_widened(field.type, before.pop(field.name).type))
        if field.name in before
        else field
        for field in event.fields
    )
    return replace(event, fields=(*fields, *before.values()))
