"""Two policies compared declaration by declaration, clause by clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from fingerpost.compare.clauses import Clause, Part, Speaker, clauses
from fingerpost.compare.declared import KINDS, Declared, declared, uses
from fingerpost.compare.differences import Comparison, Difference, Effect, Sort
from fingerpost.compare.effects import effect_of
from fingerpost.compare.passages import carried_out, renamings, replaced_sources
from fingerpost_dsl.model.policy import Policy

_RULES = ("action", "step", "tier", "cohort", "pathway", "bar")
"""What is always a difference of its own; everything else may be part of one of these."""


def compare(before: Policy, after: Policy) -> Comparison:
    """What the later policy says otherwise, adds and leaves out.

    Layers are not looked at, only the whole policies that result. Names of the policy, its dates and its
    tests are no differences: they are in the headers.
    """
    replaced = replaced_sources(before, after)
    names = renamings(before, after, replaced)
    pair = _Pair(before, after, names)
    return Comparison(
        before=before.header,
        after=after.header,
        differences=tuple(pair.differences()),
        replaced=replaced,
        carried=carried_out(before, after, names),
    )


@dataclass(frozen=True)
class _Pair:
    before: Policy
    after: Policy
    names: Mapping[str, str]
    """What a source or passage of the earlier policy is called in the later one."""

    def differences(self) -> Iterator[Difference]:
        for kind in KINDS:
            old, new = declared(self.before, kind), declared(self.after, kind)
            earlier = {self.names.get(name, name) if kind == "passage" else name: name for name in old}
            for name, one in new.items():
                if name in earlier:
                    yield from self._changed(kind, earlier[name], name)
                else:
                    yield self._whole(Sort.ADDED, kind, name, one)
            for name, was_called in earlier.items():
                if name not in new:
                    yield self._whole(Sort.REMOVED, kind, was_called, old[was_called])

    # --- new and gone ---------------------------------------------------------------------------------------

    def _whole(self, sort: Sort, kind: str, name: str, one: Declared) -> Difference:
        policy = self.after if sort is Sort.ADDED else self.before
        said = tuple(
            f"{clause.name}: {part.words}"
            for clause in clauses(one, self._speaker(policy))
            if clause.name not in ("title", "because")
            for part in clause.parts
        )
        return Difference(
            sort=sort,
            kind=kind,
            name=name,
            earlier_name=name,
            title=one.title,
            clause="",
            before=said if sort is Sort.REMOVED else (),
            after=said if sort is Sort.ADDED else (),
            effect=Effect(),
            because=getattr(one, "because", None),
            part_of=() if kind in _RULES else self._part_of(sort, name),
            file=_file(one),
        )

    def _part_of(self, sort: Sort, name: str) -> tuple[str, ...]:
        """The rules that make use of what is new or gone: each of them new, gone or changed by that."""
        policy = self.after if sort is Sort.ADDED else self.before
        users = uses(policy)
        rules = _rule_names(policy)
        found: set[str] = set()
        waiting = [name]
        while waiting:
            for user in users.get(waiting.pop(), frozenset()) - found:
                found.add(user)
                waiting += [] if user in rules else [user]
        return tuple(one for one in rules if one in found)

    # --- changed --------------------------------------------------------------------------------------------

    def _changed(self, kind: str, name: str, now_called: str) -> Iterator[Difference]:
        old, new = declared(self.before, kind)[name], declared(self.after, kind)[now_called]
        found = list(self._clauses_changed(old, new))
        only_why = all(clause.name == "because" for clause, _, _ in found)
        for clause, gone, come in found:
            if clause.name == "because" and not only_why:
                continue  # it is said with what was changed
            yield Difference(
                sort=Sort.CHANGED,
                kind=kind,
                name=now_called,
                earlier_name=name,
                title=new.title,
                clause=clause.name,
                before=gone,
                after=come,
                effect=self._effect(kind, (name, now_called), clause),
                because=getattr(new, "because", None),
                part_of=(),
                file=_file(new),
            )

    def _effect(self, kind: str, names: tuple[str, str], clause: Clause) -> Effect:
        if clause.name in _WITHOUT_EFFECT:
            return Effect()
        return effect_of(self.before, self.after, kind, names, clause.fields)

    def _clauses_changed(
        self, old: Declared, new: Declared
    ) -> Iterator[tuple[Clause, tuple[str, ...], tuple[str, ...]]]:
        """The clauses whose parts do not mean the same: what went, and what came.

        A text is what it says, whether its numbers are written out or named.
        """
        before = {clause.name: clause for clause in clauses(old, self._speaker(self.before))}
        after = {clause.name: clause for clause in clauses(new, self._speaker(self.after))}
        for name, clause in after.items():
            gone = _left(before[name].parts, clause.parts)
            come = _left(clause.parts, before[name].parts)
            if (gone or come) and not (name == "text" and gone == come):
                yield clause, gone, come

    def _speaker(self, policy: Policy) -> Speaker:
        if policy is self.after:
            return Speaker(policy, lambda name: name)
        return Speaker(policy, lambda name: self.names.get(name, name))


_WITHOUT_EFFECT = frozenset(
    {"title", "note", "ours", "cites", "because", "text", "open", "bounds", "sensitive", "url", "publisher"}
) | {"published", "secondary", "weight", "with", "jointly with", "usually by", "who", "part of"}
"""Clauses that leave untouched for whom a rule is, by when, and how strongly it asks."""


def _left(parts: tuple[Part, ...], others: tuple[Part, ...]) -> tuple[str, ...]:
    """The words of the parts that the others do not have, each as often as it is wanting there."""
    there = Counter(part.means for part in others)
    left = []
    for part in parts:
        if there[part.means]:
            there[part.means] -= 1
        else:
            left.append(part.words)
    return tuple(left)


def _rule_names(policy: Policy) -> list[str]:
    return [name for kind in _RULES for name in declared(policy, kind)]


def _file(one: Declared) -> str:
    return PurePath(one.span.file).name
