"""Of what a condition or a value speaks: which facts, events and marks, and what else of a pupil.

Pupils of whom all that is the same share one answer: they have one *signature*, and the reference is asked
once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from fingerpost_dsl.model.declarations import Subject
from fingerpost_dsl.model.expressions import (
    Anchor,
    BuiltIn,
    BuiltInValue,
    ConditionRef,
    CountOfMarks,
    FactValue,
    ForParents,
    InTier,
    MeasureValue,
    MostInAny,
    NumberOfParents,
    Run,
    Selection,
    ShareOfMarks,
    WeeksWith,
)
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.walk import walk

_OF_MARKS = CountOfMarks | ShareOfMarks | Run | WeeksWith | MostInAny
_OF_SCHOOL = frozenset({Subject.SCHOOL, Subject.AUTHORITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearing:
    """What some part of a policy may rest on."""

    facts: frozenset[str]
    """Facts of the pupil, or of the family."""
    parent_facts: frozenset[str]
    kinds: frozenset[str]
    """Kinds of event."""
    parent_kinds: frozenset[str]
    """Those of them that are a parent's."""
    marks: bool
    anchored: frozenset[str]
    """Occasions that something hangs on: `school days since unexplained`."""
    counted: frozenset[str]
    """Occasions that are counted or looked for."""
    birth: bool
    """The date of birth."""
    year_group: bool
    school: bool
    """The school: its facts, its phase, its roll."""
    pooled: bool
    """The marks of others: a measure of the pupil's school."""
    parents: bool
    """Who the parents are."""

    @property
    def register(self) -> bool:
        """Whether it rests on the pupil's own register."""
        return self.marks or bool(self.occasions)

    @property
    def occasions(self) -> frozenset[str]:
        """The occasions that it speaks of."""
        return self.anchored | self.counted


def bearing_of(  # noqa: PLR0915 - one case for each sort of node
    nodes: object, policy: Policy
) -> Bearing:
    """What a part of the policy (a condition, a value, a tuple of them) rests on."""
    facts: set[str] = set()
    parent_facts: set[str] = set()
    kinds: set[str] = set()
    anchored: set[str] = set()
    counted: set[str] = set()
    anchors: set[int] = set()
    marks = birth = year_group = school = pooled = parents = False
    unread: list[object] = [nodes]
    seen: set[tuple[type, str]] = set()
    while unread:
        for node in walk(unread.pop()):
            named: object = None
            match node:
                case FactValue(name=name):
                    subject = policy.facts[name].subject
                    if subject is Subject.PARENT:
                        parent_facts.add(name)
                        parents = True
                    elif subject in _OF_SCHOOL:
                        school = True
                    else:
                        facts.add(name)
                case MeasureValue(name=name):
                    pooled = pooled or node.of_school
                    named = policy.measures[name].value
                case ConditionRef(name=name):
                    named = policy.conditions[name].condition
                case InTier():
                    marks = True  # a tier may be held since another day, whatever its conditions say
                case Anchor(selection=Selection(occasion=True, name=name)):
                    anchored.add(name)
                    anchors.add(id(node.selection))
                case Selection(occasion=True, name=name):
                    if id(node) not in anchors:
                        counted.add(name)
                case Selection(name=name):
                    kinds.add(name)
                case BuiltInValue(built_in=BuiltIn.AGE | BuiltIn.COMPULSORY_SCHOOL_AGE):
                    birth = True
                case BuiltInValue(built_in=BuiltIn.YEAR_GROUP):
                    year_group = True
                case BuiltInValue():
                    school = True
                case ForParents() | NumberOfParents():
                    parents = True
                case CountOfMarks() | ShareOfMarks() | Run() | WeeksWith() | MostInAny():
                    marks = True
                case _:
                    pass
            if named is not None:
                key = (type(node), node.name)  # type: ignore[attr-defined]  # both sorts that get here have one
                if key not in seen:
                    seen.add(key)
                    unread.append(named)
    return Bearing(
        facts=frozenset(facts),
        parent_facts=frozenset(parent_facts),
        kinds=frozenset(kinds),
        parent_kinds=frozenset(kind for kind in kinds if policy.events[kind].subject is Subject.PARENT),
        marks=marks,
        anchored=frozenset(anchored),
        counted=frozenset(counted),
        birth=birth,
        year_group=year_group,
        school=school,
        pooled=pooled,
        parents=parents,
    )
