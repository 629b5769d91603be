"""What is recorded of a family with one child holds for all its children (meaning 30).

Rows are shared before they are settled, so that a contradiction between two children's rows is found like one
within a child's own, and is said once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from fingerpost.history import EventRow, Recorded
from fingerpost.known import conflicts
from fingerpost.readers.draft import Draft, DraftPupil
from fingerpost.readers.problems import Problems
from fingerpost.vocabulary import Vocabulary
from fingerpost_dsl.model.declarations import Subject


def share_in_families(draft: Draft, vocabulary: Vocabulary, problems: Problems) -> None:
    """Gives every child of a family what is recorded of the family with any of them."""
    facts = vocabulary.facts_of(Subject.FAMILY)
    kinds = {name for name, event in vocabulary.events.items() if event.subject is Subject.FAMILY}
    for children in _families(draft.pupils.values()):
        for name in facts:
            rows = _once(row for child in children for row in child.facts.get(name, ()))
            if rows and len(children) > 1:
                kept = _without_contradictions(name, rows, children, vocabulary, problems)
                for child in children:
                    child.facts[name] = list(kept)
        events = _once(row for child in children for row in child.events if row.event in kinds)
        if events and len(children) > 1:
            for child in children:
                child.events += [row for row in events if row not in child.events]


def _families(pupils: Iterable[DraftPupil]) -> list[list[DraftPupil]]:
    found: dict[str, list[DraftPupil]] = {}
    for pupil in pupils:
        if pupil.family is not None:
            found.setdefault(pupil.family, []).append(pupil)
    return list(found.values())


_Row = TypeVar("_Row", Recorded, EventRow)


def _once(rows: Iterable[_Row]) -> list[_Row]:
    kept: list[_Row] = []
    for row in rows:
        if row not in kept:
            kept.append(row)
    return kept


def _without_contradictions(
    name: str,
    rows: Sequence[Recorded],
    children: Sequence[DraftPupil],
    vocabulary: Vocabulary,
    problems: Problems,
) -> list[Recorded]:
    """What two children's rows contradict each other in is left out, and said."""
    wrong: list[Recorded] = []
    for one, other in conflicts(rows, vocabulary.facts[name].judged_by, vocabulary.part_of):
        problems.add(
            "E0630",
            f"two different values of `{name}` for the same dates in the family `{children[0].family}`",
            other.place,
            also=((one.place, "and the other one"),),
            help="a fact of a family is the same for all its children: correct one of them",
        )
        wrong += [one, other]
    if wrong:
        problems.leave_out("facts", len(set(map(id, wrong))))
    return [row for row in rows if not any(row is other for other in wrong)]
