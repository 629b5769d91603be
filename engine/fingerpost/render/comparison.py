"""Two policies side by side, for people.

    devon.attendance 2025.1 against england.attendance 2024.08, which it extends
    2 changes, 1 addition, nothing removed

    ~ at risk of persistent absence: 4% instead of 5%    reaches more pupils, sooner, for help (20 actions)
    + First letter: school should send the first letter home …

A short comparison is one list; a long one goes file by file, as the policy is read. What is new or gone and
serves only what is listed (facts, thresholds, passages) is counted with it and listed with `everything`, and
so are changes of notes and citations.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fingerpost.compare import Carried, Comparison, Difference, Sort
from fingerpost.render.difference_words import changed_words, clause_words, heading, mark, whole_words
from fingerpost.render.effects import effect_words
from fingerpost.render.words import joined, plain_date, plural, with_right, wrapped
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.english import upper_first

LONGEST_LIST = 20
"""With more declarations than this the list goes file by file."""

_OWN = frozenset({"tier", "cohort", "action", "step", "pathway", "bar"})
"""Kinds that are listed one by one where they are new or gone."""

_MANY = {"codes": "sets of codes", "pathway": "pathways"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """How a comparison is laid out."""

    before: Policy
    after: Policy
    width: int
    everything: bool = False


def comparison_text(comparison: Comparison, pages: Pages) -> str:
    """The whole comparison as text."""
    if not comparison.differences:
        return f"{_titles(comparison)}\nNo difference.\n"
    listed = [group for group in _declarations(comparison) if _is_listed(group, pages)]
    lines = _heading(comparison, pages)
    if len(listed) <= LONGEST_LIST:
        lines += ["", *(line for group in listed for line in _group(group, pages))]
    else:
        for topic, groups in _topics(listed):
            lines += ["", topic.upper(), *(line for group in groups for line in _group(group, pages))]
    lines += _changes(comparison, pages)
    lines += _rest(comparison, pages)
    return "\n".join(line.rstrip() for line in lines) + "\n"


# --- heading ------------------------------------------------------------------------------------------------


def _titles(comparison: Comparison) -> str:
    extends = comparison.after.extends == comparison.before.id
    return f"{comparison.after.id} against {comparison.before.id}" + (", which it extends" if extends else "")


def _heading(comparison: Comparison, pages: Pages) -> list[str]:
    lines = [_titles(comparison)]
    headers = _headers(pages.before, pages.after)
    if comparison.after.extends != comparison.before.id and headers:
        lines += wrapped(upper_first("; ".join(headers)), pages.width)
    counts = Counter(group[0].sort for group in _declarations(comparison) if _is_counted(group))
    said = [
        plural(counts[Sort.CHANGED], "change") if counts[Sort.CHANGED] else "nothing changed",
        plural(counts[Sort.ADDED], "addition") if counts[Sort.ADDED] else "nothing added",
        f"{counts[Sort.REMOVED]} removed" if counts[Sort.REMOVED] else "nothing removed",
    ]
    lines.append(", ".join(said))
    for pair in comparison.replaced:
        words = (
            f"{pair.after} takes the place of {pair.before}: {plural(pair.passages, 'passage')} carried over"
        )
        lines.append(words)
    return lines


def _headers(old: Policy, new: Policy) -> list[str]:
    """What the headers say otherwise."""
    before, after = old.header, new.header
    said = []
    if before.in_force_from != after.in_force_from:
        said.append(
            f"in force from {plain_date(after.in_force_from)}, was {plain_date(before.in_force_from)}"
        )
    if before.status != after.status:
        said.append(f"{after.status or 'no status'}, was {before.status or 'without a status'}")
    if before.by != after.by:
        said.append(f"by {_author(new)}, was by {_author(old)}")
    return said


def _author(policy: Policy) -> str:
    by = policy.header.by
    if by is None:
        return "nobody named"
    return policy.roles[by].title if by in policy.roles else by


# --- the list -----------------------------------------------------------------------------------------------


def _declarations(comparison: Comparison) -> list[list[Difference]]:
    """The differences of one declaration together."""
    groups = groupby(comparison.differences, key=lambda one: (one.kind, one.name, one.sort))
    return [list(group) for _, group in groups]


def _is_counted(group: Sequence[Difference]) -> bool:
    """Whether a declaration is a line of its own; what serves another is part of that."""
    first = group[0]
    if first.kind in ("source", "passage"):
        return False
    if first.sort is Sort.CHANGED:
        return not all(one.is_wording for one in group)
    return first.kind in _OWN or not first.part_of


def _is_listed(group: Sequence[Difference], pages: Pages) -> bool:
    return pages.everything or _is_counted(group)


def _topics(listed: Sequence[list[Difference]]) -> list[tuple[str, list[list[Difference]]]]:
    """File by file, in the order of their names; within a file as they stand in the policy."""
    files = sorted({group[0].file for group in listed})
    order = {Sort.CHANGED: 0, Sort.ADDED: 1, Sort.REMOVED: 2}
    topics = []
    for file in files:
        groups = [group for group in listed if group[0].file == file]
        topics.append((_topic(file), sorted(groups, key=lambda group: order[group[0].sort])))
    return topics


def _topic(file: str) -> str:
    """`17-legal-intervention.policy` as a heading.

    >>> _topic("17-legal-intervention.policy")
    'legal intervention'
    """
    return re.sub(r"^\d+-", "", file.removesuffix(".policy")).replace("-", " ")


def _group(group: Sequence[Difference], pages: Pages) -> list[str]:
    """The lines of one declaration."""
    first = group[0]
    if first.sort is not Sort.CHANGED:
        policy = pages.after if first.sort is Sort.ADDED else pages.before
        said, further = whole_words(first, policy)
        lines = wrapped(said, pages.width, f"{mark(first.sort)} ", "  ")
        lines += wrapped(further, pages.width, "    ") if further else []
        return lines + _because(first, pages)
    shown = [one for one in group if pages.everything or not one.is_wording]
    if len(shown) == 1:
        lines = _with_effect(changed_words(shown[0], pages.after), shown[0], "~ ", "  ", pages)
    else:
        lines = wrapped(heading(first), pages.width, "~ ", "  ")
        for one in shown:
            lines += _with_effect(clause_words(one), one, "    ", "      ", pages)
    return lines + _because(first, pages)


def _with_effect(said: str, one: Difference, first: str, rest: str, pages: Pages) -> list[str]:
    """A sentence with its effect at the end of the line, or below it."""
    effect = effect_words(one.effect, pages.after)
    lines = wrapped(said, pages.width, first, rest)
    if not effect:
        return lines
    if len(lines) == 1 and len(lines[0]) + 2 + len(effect) <= pages.width:
        return [with_right(lines[0], effect, pages.width)]
    return [*lines, *wrapped(effect, pages.width, f"{rest}→ ", f"{rest}  ")]


def _because(one: Difference, pages: Pages) -> list[str]:
    return wrapped(f"because {one.because}", pages.width, "    ") if one.because else []


# --- what the sources call changes --------------------------------------------------------------------------


def _changes(comparison: Comparison, pages: Pages) -> list[str]:
    """The changes that the sources themselves name, where a source took another's place."""
    if not comparison.replaced or not comparison.carried:
        return []
    lines = ["", "THE CHANGES THAT THE SOURCES NAME, AND WHAT CARRIES THEM OUT"]
    modified: dict[str, list[Difference]] = {}
    for one in comparison.differences:
        if one.sort is Sort.CHANGED and not one.is_wording:
            modified.setdefault(one.name, []).append(one)
    for carried in comparison.carried:
        lines += wrapped(carried.title, pages.width, "  ", "    ")
        lines += wrapped("; ".join(_carrying(carried, modified, pages)), pages.width, "      ", "      ")
    return lines


def _carrying(carried: Carried, modified: dict[str, list[Difference]], pages: Pages) -> list[str]:
    """The rules that cite a passage, each with what became of it."""
    said = []
    for name in carried.kept:
        changes = modified.get(name, [])
        modality = [f" ({clause_words(one)})" for one in changes if one.clause == "modality"]
        said.append(_title(name, pages.after) + "".join(modality or [" (changed)"] * bool(changes)))
    said += [f"{_title(name, pages.after)} (new)" for name in carried.new]
    said += [f"{_title(name, pages.before)} (no longer)" for name in carried.ended]
    return said or ["nothing cites it"]


def _title(name: str, policy: Policy) -> str:
    return (policy.actions.get(name) or policy.steps[name]).title


# --- what is not listed -------------------------------------------------------------------------------------


def _rest(comparison: Comparison, pages: Pages) -> list[str]:
    """What was counted and not listed."""
    if pages.everything:
        return []
    folded = [group for group in _declarations(comparison) if not _is_counted(group)]
    parts = []
    for sort, word in ((Sort.ADDED, "new"), (Sort.REMOVED, "gone")):
        kinds = Counter(group[0].kind for group in folded if group[0].sort is sort)
        if kinds:
            parts.append(f"{word} with these: {joined([_kinds(k, n) for k, n in kinds.items()])}")
    wording = sum(group[0].sort is Sort.CHANGED for group in folded)
    if wording:
        parts.append(
            f"{wording} more {'differs' if wording == 1 else 'differ'} in notes, citations or passages"
        )
    if not parts:
        return []
    return ["", *wrapped(f"{upper_first('; '.join(parts))}. All of it: --all", pages.width)]


def _kinds(kind: str, number: int) -> str:
    many = _MANY.get(kind)
    return plural(number, "set of codes" if kind == "codes" else kind, many)
