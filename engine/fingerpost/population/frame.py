"""Rows to be judged: pupils of a block, or parents of them, on some days."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from fingerpost.bearing import Bearing, bearing_of
from fingerpost.conditions import reason_at
from fingerpost.days import Days, always, over_days
from fingerpost.population.block import NO_PARENT, UNMARKED, Block, Codes, Signature
from fingerpost.population.truths import Flags, Rows, Truths, Words, rows_taken
from fingerpost.reasons import Occurrence
from fingerpost.scope import Scope
from fingerpost_dsl.model.expressions import Condition, MarkSet
from fingerpost_dsl.model.policy import Policy


@dataclass(frozen=True, slots=True)
class Across:
    """What was worked out for parts of a block, whose codes and sessions are the same."""

    signatures: dict[object, object] = field(default_factory=dict)
    """What the reference said of a signature."""
    occasions: list[Occurrence] = field(default_factory=list)
    """The distinct occasions there are, whoever had them."""
    numbers: dict[object, int] = field(default_factory=dict)
    """The place of an occasion in that list, by its sessions."""
    bearings: dict[tuple[int, int], tuple[object, Bearing]] = field(default_factory=dict)
    """Of what a part of a policy speaks, with that part, so that no other can come to have its identity."""

    def number_of(self, name: str, sessions: bytes, make: Callable[[], Occurrence]) -> int:
        """The place of an occasion, by its name and sessions."""
        number = self.numbers.get((name, sessions))
        if number is None:
            number = self.numbers[name, sessions] = len(self.occasions)
            self.occasions.append(make())
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
        return self.pupils is self.block.all_pupils and self.parents is None and self.occasions is None

    def take(self, rows: Rows) -> Frame:
        """Some of the rows."""
        return Frame(
            self.shared,
            self.pupils.take(rows),
            None if self.parents is None else self.parents.take(rows),
            None if self.occasions is None else self.occasions.take(rows),
            self.own,
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
        return Frame(self.shared, self.pupils)

    def columns(self, bearing: Bearing) -> Iterator[Signature]:
        """The columns in which rows must agree to be one to what has this bearing."""
        yield from self.block.columns(bearing, self.pupils, self.parents)
        if self.occasions is not None:
            yield self.occasions

    def by_parents(self) -> tuple[Frame, Rows]:
        """A row for each parent of each pupil, one where none is known; and from which row each comes."""
        counts = np.maximum(self.block.parent_counts[self.pupils], 1)
        rows = np.repeat(np.arange(len(self)), counts)
        starts = np.cumsum(counts) - counts
        places = np.arange(len(rows)) - starts[rows]
        known = self.block.parent_counts[self.pupils][rows] > 0
        parents = np.where(known, places, NO_PARENT).astype(np.int32)
        return replace(self, pupils=self.pupils[rows], parents=parents), rows

    def scope(self, row: int) -> Scope:
        """The reference's scope of one row, without evidence."""
        pupil = self.block.pupils[int(self.pupils[row])]
        place = NO_PARENT if self.parents is None else int(self.parents[row])
        parent = None if place == NO_PARENT else pupil.parents[place].id
        view = self.block.records.view(pupil)
        occasion = None
        if self.occasions is not None:
            occasion = self.shared.across.occasions[int(self.occasions[row])]
        return Scope(
            policy=self.shared.policy, view=view, parent=parent, occasion=occasion, with_evidence=False
        )

    def scope_reaching_furthest(self) -> Scope:
        """That of a pupil of the block whose record may begin too late, if there is one."""
        rows = np.flatnonzero(self.block.reaches_before)[:1]
        return Frame(self.shared, rows if len(rows) else self.block.all_pupils[:1]).scope(0)

    def by_reference(self, condition: Condition, row: int, *, negated: bool) -> Days:
        """What the reference says of one row."""
        scope = self.scope(row)
        if not self.shared.alone:
            return over_days(condition, self.length, scope, negated=negated)
        return always(reason_at(condition, self.shared.days[0], scope, negated=negated).truth, 1)

    def plane(self, marks: MarkSet) -> Words:
        """The sessions in which each row's pupil has one of these marks. Not to be written to."""
        return self.rows_of(self.block.whole_plane(marks))

    @property
    def missing(self) -> Words:
        """The sessions in which each row's pupil has no mark. Not to be written to."""
        return self.plane(UNMARKED)
