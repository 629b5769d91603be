"""Rows to be judged: pupils of a block, or parents of them, on some days."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.bearing import Bearing, Remembered, bearing_of, walk_through
from fingerpost.conditions import truth_at
from fingerpost.days import Days, always, over_days
from fingerpost.population.block import NO_PARENT, UNMARKED, Block, Codes, Signature
from fingerpost.population.registers import ones
from fingerpost.population.truths import Flags, Rows, Truths, Words, rows_taken
from fingerpost.reasons import Occurrence
from fingerpost.scope import Scope
from fingerpost_dsl.model.expressions import Condition, MarkSet
from fingerpost_dsl.model.policy import Policy

_FEW = 4
"""Where a frame has less than one in so many of its block's pupils, planes are made for these alone."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a step of a pathway is judged without (meaning 26): see `Scope`."""

    events: tuple[tuple[str, int], ...] = ()
    """Each by its kind, and its place among the pupil's of that kind."""
    earlier_rounds: tuple[tuple[int, int], ...] = ()
    """Stretches of ordinals."""

    def narrowed(self, remembered: Remembered) -> LeftOut:
        """As much of it as matters to some part of a policy."""
        events = tuple(event for event in self.events if event[0] in remembered.kinds)
        return LeftOut(events, self.earlier_rounds if remembered.judged else ())


@dataclass(frozen=True, slots=True)
class Across:
    """What was worked out for parts of a block, whose codes and sessions are the same."""

    signatures: dict[object, object] = field(default_factory=dict)
    """What the reference said of a signature."""
    occasions: list[Occurrence] = field(default_factory=list)
    """The distinct occasions there are, whoever had them."""
    numbers: dict[object, int] = field(default_factory=dict)
    """The place of an occasion by its sessions, or of what is left out, in its list."""
    left_out: list[LeftOut] = field(default_factory=list)
    """The distinct things that steps are judged without."""
    bearings: dict[tuple[int, int], tuple[object, Bearing]] = field(default_factory=dict)
    """Of what a part of a policy speaks, with that part, so that no other can come to have its identity."""
    parts: dict[tuple[int, int], tuple[object, frozenset[int]]] = field(default_factory=dict)
    """The identities of their nodes, likewise."""
    remembered: dict[tuple[int, int], tuple[object, Remembered]] = field(default_factory=dict)
    """What parts of a policy remember, likewise."""
    whole_planes: dict[MarkSet, None] = field(default_factory=dict)
    """The sets of marks that were looked at of everybody: of the next block they are put together at once."""
    earlier: dict[int, tuple[Policy, Across]] = field(default_factory=dict)
    """The same by earlier policies, each with what its signatures come to."""

    @property
    def size(self) -> int:
        """How much is remembered."""
        own = len(self.signatures) + len(self.occasions) + len(self.left_out)
        return own + sum(len(across.signatures) for _, across in self.earlier.values())

    def by_earlier(self, policy: Policy) -> Across:
        """The same for an earlier policy.

        It may be made of the very same conditions, of which other thresholds make something else.
        """
        known = self.earlier.get(id(policy))
        if known is None:
            known = self.earlier[id(policy)] = (policy, replace(self, signatures={}, earlier={}))
        return known[1]

    def number_of(self, name: str, sessions: bytes, make: Callable[[], Occurrence]) -> int:
        """The place of an occasion, by its name and sessions."""
        number = self.numbers.get((name, sessions))
        if number is None:
            number = self.numbers[name, sessions] = len(self.occasions)
            self.occasions.append(make())
        return number

    def number_left_out(self, what: LeftOut) -> int:
        """The place of what is left out."""
        number = self.numbers.get(what)
        if number is None:
            number = self.numbers[what] = len(self.left_out)
            self.left_out.append(what)
        return number

    def number_of_same(self, occurrence: Occurrence) -> int:
        """The place of an occasion that the reference found."""
        return self.number_of(occurrence.occasion, repr(occurrence).encode(), lambda: occurrence)


@dataclass(frozen=True, slots=True)
class Shared:
    """What the frames of one evaluation share."""

    block: Block
    policy: Policy
    days: tuple[int, ...]
    """The ordinals that are judged: the first of the axis's school days, or one date by itself."""
    alone: bool = False
    """Whether it is one date by itself, be it a school day or not."""
    memo: dict[object, object] = field(default_factory=dict)
    """What was worked out for all pupils of the block."""
    across: Across = field(default_factory=Across)
    """What is shared by the parts of one block."""
    fallen_back: dict[str, int] = field(default_factory=dict)
    """Of what had no quick way: what it is, and for how many rows the reference was asked on every day."""

    @property
    def everybody(self) -> Frame:
        """All pupils of the block."""
        return Frame(self, self.block.all_pupils)

    def remembered(self, node: object) -> Remembered:
        """What a part of the policy rests on that steps are judged without, worked out once."""
        remembered = self.across.remembered
        known = remembered.get((id(node), id(self.policy)))
        if known is None:
            known = remembered[id(node), id(self.policy)] = (node, Remembered.by(node, self.policy))
        return known[1]

    def parts(self, node: object) -> frozenset[int]:
        """The identities of every node of a part of the policy, and of what it names, worked out once."""
        parts = self.across.parts
        known = parts.get((id(node), id(self.policy)))
        if known is None:
            found = frozenset(map(id, walk_through(node, self.policy)))
            known = parts[id(node), id(self.policy)] = (node, found)
        return known[1]

    def bearing(self, node: object) -> Bearing:
        """Of what a part of the policy speaks, worked out once."""
        bearings = self.across.bearings
        known = bearings.get((id(node), id(self.policy)))
        if known is None:
            known = bearings[id(node), id(self.policy)] = (node, bearing_of(node, self.policy))
        return known[1]


@dataclass(frozen=True, slots=True)
class Frame:
    """Some rows: a pupil each, or with `parents` a pupil and the position of one parent."""

    shared: Shared
    pupils: Rows
    parents: Codes | None = None
    occasions: Codes | None = None
    """Of rows for an occasion each: its place in `Across.occasions`."""
    own: str = ""
    """The name of those occasions."""
    left_out: Codes | None = None
    """Of rows that are judged without something: its place in `Across.left_out`."""

    @classmethod
    def on_school_days(cls, block: Block, policy: Policy, length: int) -> Frame:
        """All pupils of a block, on the first of its school days."""
        return Shared(block, policy, block.axis.school_days[:length]).everybody

    @classmethod
    def on_date(cls, block: Block, policy: Policy, ordinal: int) -> Frame:
        """All pupils of a block, on one date."""
        return Shared(block, policy, (ordinal,), alone=True).everybody

    def __len__(self) -> int:
        return len(self.pupils)

    @property
    def block(self) -> Block:
        """The block that the rows are of."""
        return self.shared.block

    @property
    def length(self) -> int:
        """How many days are judged."""
        return len(self.shared.days)

    @property
    def is_whole(self) -> bool:
        """Whether the rows are the block's pupils, each once and in order."""
        if self.occasions is not None or self.left_out is not None:
            return False
        return self.pupils is self.block.all_pupils and self.parents is None

    def take(self, rows: Rows) -> Frame:
        """Some of the rows."""
        return Frame(
            self.shared,
            self.pupils.take(rows),
            None if self.parents is None else self.parents.take(rows),
            None if self.occasions is None else self.occasions.take(rows),
            self.own,
            None if self.left_out is None else self.left_out.take(rows),
        )

    def some(self, flags: Flags) -> tuple[Frame, Rows | None]:
        """The rows with a flag, and their places; without places if that is all of them."""
        if flags.all():
            return self, None
        rows = np.flatnonzero(flags)
        return self.take(rows), rows

    def rows_of(self, whole: Words) -> Words:
        """Of words for every pupil of the block, those of each row. Not to be written to."""
        return whole if self.pupils is self.block.all_pupils else rows_taken(whole, self.pupils)

    def truths_of(self, whole: Truths) -> Truths:
        """Of truths for every pupil of the block, those of each row. Not to be written to."""
        return whole if self.pupils is self.block.all_pupils else whole.take(self.pupils)

    def of_pupils(self) -> Frame:
        """The same pupils, no one parent being meant."""
        if self.parents is None and self.occasions is None:
            return self
        return Frame(self.shared, self.pupils, left_out=self.left_out)

    def leaving_out(self, what: Codes | None) -> Frame:
        """The same rows, each judged without something, by its place in `Across.left_out`."""
        return replace(self, left_out=what)

    def with_less_left_out(self, node: object) -> tuple[Frame, Flags]:
        """The same rows, each judged without as much as matters to a part of the policy.

        And for which of them anything of that does.
        """
        assert self.left_out is not None
        remembered, across = self.shared.remembered(node), self.shared.across
        numbers, which = np.unique(self.left_out, return_inverse=True)
        narrowed = [across.left_out[number].narrowed(remembered) for number in numbers.tolist()]
        own = np.array([across.number_left_out(one) for one in narrowed], dtype=np.int32)
        bears = np.array([one != LeftOut() for one in narrowed], dtype=np.bool_)
        return self.leaving_out(own[which]), bears[which]

    def columns(self, bearing: Bearing) -> Iterator[Signature]:
        """The columns in which rows must agree to be one to what has this bearing."""
        yield from self.block.columns(bearing, self.pupils, self.parents)
        if self.occasions is not None:
            yield self.occasions
        yield from self.columns_left_out()

    def columns_left_out(self) -> Iterator[Codes]:
        """In what rows must agree that are judged without something; no occasion has such a number."""
        if self.left_out is not None:
            yield -1 - self.left_out

    def by_parents(self) -> tuple[Frame, Rows]:
        """A row for each parent of each pupil, one where none is known; and from which row each comes."""
        counts = np.maximum(self.block.parent_counts[self.pupils], 1)
        rows = np.repeat(np.arange(len(self)), counts)
        starts = np.cumsum(counts) - counts
        places = np.arange(len(rows)) - starts[rows]
        known = self.block.parent_counts[self.pupils][rows] > 0
        parents = np.where(known, places, NO_PARENT).astype(np.int32)
        return replace(self.take(rows), parents=parents), rows

    def whose(self, row: int) -> tuple[int, int]:
        """The places of a row's pupil and parent."""
        return int(self.pupils[row]), NO_PARENT if self.parents is None else int(self.parents[row])

    def scope(self, row: int) -> Scope:
        """The reference's scope of one row, without evidence."""
        pupil, parent = self.whose(row)
        view = self.block.view(pupil)
        across = self.shared.across
        without = LeftOut() if self.left_out is None else across.left_out[int(self.left_out[row])]
        return Scope(
            policy=self.shared.policy,
            view=view,
            parent=self.block.parent_id(pupil, parent),
            occasion=None if self.occasions is None else across.occasions[int(self.occasions[row])],
            without=frozenset(id(view.events(kind)[place]) for kind, place in without.events),
            earlier_rounds=without.earlier_rounds,
            with_evidence=False,
        )

    def scope_reaching_furthest(self) -> Scope:
        """That of a pupil of the block whose record may begin too late, if there is one."""
        rows = self.block.reaching[:1]
        return Frame(self.shared, rows if len(rows) else self.block.all_pupils[:1]).scope(0)

    def by_reference(self, condition: Condition, row: int, *, negated: bool) -> Days:
        """What the reference says of one row."""
        scope = self.scope(row)
        if not self.shared.alone:
            return over_days(condition, self.length, scope, negated=negated)
        return always(truth_at(condition, self.shared.days[0], scope, negated=negated), 1)

    @property
    def is_of_few(self) -> bool:
        """Whether it has so few of its block's pupils that things are worked out for these alone."""
        return len(self.pupils) * _FEW < len(self.block)

    def plane(self, marks: MarkSet) -> Words:
        """The sessions in which each row's pupil has one of these marks. Not to be written to."""
        return self.planes(marks)[0]

    def planes(self, *sets: MarkSet) -> Sequence[Words]:
        """The same of several sets: what is asked of few rows is put together for them alone."""
        block, usual = self.block, self.shared.across.whole_planes
        lacking = [one for one in sets if not block.has_whole_plane(one)]
        if lacking and self.is_of_few:
            own = dict(zip(lacking, block.planes(lacking, self.pupils), strict=True))
            return [own[one] if one in own else self.rows_of(block.whole_plane(one)) for one in sets]
        usual.update(dict.fromkeys(sets))
        return [self.rows_of(block.whole_plane(one, usual)) for one in sets]

    def most(self, marks: MarkSet) -> NDArray[np.integer[Any]]:
        """In how many sessions of the record each row's pupil has one of these marks, or none."""
        block = self.block
        if block.has_most(marks) or not self.is_of_few:
            return block.most(marks)[self.pupils]
        chosen, missing = block.planes((marks, UNMARKED), self.pupils)
        return ones(chosen | missing)

    @property
    def missing(self) -> Words:
        """The sessions in which each row's pupil has no mark. Not to be written to."""
        return self.plane(UNMARKED)
