"""Sources in whose place another stands, and the passages that carry over; what carries out which change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fingerpost.compare.differences import Carried, Replaced
from fingerpost_dsl.model.policy import Policy

CHANGES = "changes"
"""The topic of passages about a change that the sources themselves name: `WT24.changes.support_first`."""


def replaced_sources(before: Policy, after: Policy) -> tuple[Replaced, ...]:
    """Pairs of a source that is gone and a new one, which have at least half of their passages in common.

    Of several, the pair with most in common; the same pairs whichever policy comes first.
    """
    gone = [name for name in before.sources if name not in after.sources]
    new = [name for name in after.sources if name not in before.sources]
    old_passages = {name: _topics(before, name) for name in gone}
    new_passages = {name: _topics(after, name) for name in new}
    pairs = [
        (len(old_passages[one] & new_passages[other]), one, other)
        for one in gone
        for other in new
        if 2 * len(old_passages[one] & new_passages[other])
        >= max(min(len(old_passages[one]), len(new_passages[other])), 1)
    ]
    pairs.sort(key=lambda pair: (-pair[0], min(pair[1:]), max(pair[1:])))
    found: list[Replaced] = []
    for number, one, other in pairs:
        if not any(one == pair.before or other == pair.after for pair in found):
            found.append(Replaced(before=one, after=other, passages=number))
    return tuple(sorted(found, key=lambda pair: gone.index(pair.before)))


def _topics(policy: Policy, source: str) -> frozenset[str]:
    """What the passages of a source are called, without the source's name."""
    return frozenset(
        passage.name.removeprefix(f"{source}.")
        for passage in policy.passages.values()
        if passage.source == source
    )


def renamings(before: Policy, after: Policy, replaced: tuple[Replaced, ...]) -> Mapping[str, str]:
    """What sources, and passages that both have, are called in the later policy."""
    found: dict[str, str] = {pair.before: pair.after for pair in replaced}
    for passage in before.passages.values():
        if passage.source in found:
            name = found[passage.source] + passage.name.removeprefix(passage.source)
            if name in after.passages:
                found[passage.name] = name
    return found


def carried_out(before: Policy, after: Policy, names: Mapping[str, str]) -> tuple[Carried, ...]:
    """For each passage about a change that the sources name: the rules that cite it, kept, new and ended."""
    earlier = {names.get(name, name): name for name in before.passages if _is_change(name)}
    wanted = [name for name in after.passages if _is_change(name)]
    wanted += [name for name in earlier if name not in after.passages]
    return tuple(_carried(name, earlier.get(name, name), before, after) for name in wanted)


def _carried(name: str, earlier: str, before: Policy, after: Policy) -> Carried:
    old, new = list(_citing(earlier, before)), list(_citing(name, after))
    passage = after.passages.get(name) or before.passages[earlier]
    return Carried(
        name=name,
        title=passage.title,
        kept=tuple(rule for rule in new if rule in old),
        new=tuple(rule for rule in new if rule not in old),
        ended=tuple(rule for rule in old if rule not in new),
    )


def _is_change(name: str) -> bool:
    return CHANGES in name.split(".")[1:2]


def _citing(passage: str, policy: Policy) -> Iterator[str]:
    yield from (rule.name for rule in policy.rules() if passage in rule.cites)
