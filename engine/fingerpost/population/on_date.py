"""What conditions come to on one date, for all pupils of a block at once: a bit each.

Counts that lie alike for very many pupils are held against their lines for all of them together
(`sights.py`), and what rests on records is asked of the reference once for those who have none. Only the
others, and what has no such way, are judged as `conditions.py` judges rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Protocol, assert_never

import numpy as np
from numpy.typing import NDArray

from fingerpost.conditions import OPPOSITE, continues
from fingerpost.logic import Truth
from fingerpost.population.block import distinct
from fingerpost.population.comparisons import marks_in, said_of, said_to_be
from fingerpost.population.conditions import own_tier_truths, truths
from fingerpost.population.frame import Frame
from fingerpost.population.kernels import Counts
from fingerpost.population.lately import Lately
from fingerpost.population.lines import Line, has_to_be_passed, least_count, line_of, small_enough
from fingerpost.population.rules import Clauses
from fingerpost.population.runs import may_occur
from fingerpost.population.sights import (
    Counting,
    Sight,
    Way,
    compared_in,
    last_sessions,
    marks_of_occasions,
    sight_of,
)
from fingerpost.population.truths import Rows, Truths
from fingerpost.population.values import OfMarks
from fingerpost.population.verdicts import Bits, Verdicts, bits_of, flags_in, with_flags
from fingerpost_dsl.model.declarations import Tier
from fingerpost_dsl.model.expressions import (
    AllOf,
    AnyOf,
    AtLeastOf,
    Compare,
    Condition,
    ConditionRef,
    ForParents,
    Happened,
    InTier,
    Is,
    IsKnown,
    Not,
    Run,
)
from fingerpost_dsl.model.policy import Policy

_Comparison = Compare | Is
_Leaf = AtLeastOf | Compare | Is | IsKnown | Happened


class _Judge(Protocol):
    """Says what something comes to; of no account where `among` has no bit."""

    def __call__(self, *, among: Bits | None) -> Verdicts: ...


_SMALL = 1 << 30
"""Below this the difference of two products stays within 32 bits."""


@dataclass(slots=True)
class _Said:
    """What a condition comes to, as far as it has been judged."""

    verdicts: Verdicts
    left: Bits
    """Those who have not been judged yet, each of whom is judged by himself when he is asked about."""


class OnDate:
    """Conditions of a policy on one date, of all pupils of a block. `frame` has these, on that date."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.rows = len(frame)
        self.policy: Policy = frame.shared.policy
        self.every = bits_of(np.ones(self.rows, dtype=np.bool_))
        self.none = np.zeros_like(self.every)
        self._counting = Counting(frame.block)
        self._sights: dict[int, Sight | None] = {}
        self._breaks: dict[tuple[int, int], int] = {}
        """By the count of a run's marks and its least length, that of what breaks a run so long."""
        self._known: dict[tuple[int, bool], Verdicts] = {}
        self._said: dict[tuple[int, bool], _Said] = {}
        self._reached: dict[tuple[int, Line, bool], tuple[Bits, Bits, Bits]] = {}
        self._look_at_all()

    def _look_at_all(self) -> None:
        """Asks for the counts of all that the policy compares, before any is counted.

        Of pupils whose windows lie otherwise it is counted how much they can come to at most.
        """
        lately = Lately(self.frame, 0, self._counting)
        for value, leasts in compared_in(self.policy, self.frame):
            sight = self._sights[id(value)] = sight_of(value, self.frame, self._counting)
            if sight is not None and len(sight.others):
                lately.ask(value)
            if sight is None or not isinstance(value, Run) or not value.current:
                continue
            for way in sight.ways:
                for least in leasts:
                    last = last_sessions(way.mask, least)
                    self._breaks[way.chosen, least] = self._counting.ask_breaks(value.marks, last)
        for marks in marks_of_occasions(self.frame):
            self._counting.ask_most(marks)
        self._counts = self._counting.count()
        lately.remember(self._counts)

    # --- conditions -------------------------------------------------------------------------------

    def of(self, condition: Condition, *, negated: bool = False, among: Bits | None = None) -> Verdicts:
        """The truth of a condition (`negated`: of its opposite); of no account where `among` has no bit."""
        key = (id(condition), negated)
        known = self._known.get(key)
        if known is None:
            known = self._judged(condition, negated, among)
            if among is None:
                self._known[key] = known
        return known

    def all_of(self, conditions: Sequence[Condition]) -> Verdicts:
        """Kleene's `and`."""
        return self._joined(
            [partial(self.of, one) for one in self._quick_first(conditions)], Truth.TRUE, None
        )

    def clauses(self, clauses: Clauses, among: Bits) -> Verdicts:
        """Whether all conditions of a rule hold; of no account where `among` has no bit."""
        having = self._quick_first((*clauses.tiers, *clauses.when))
        quick = [one for one in having if self.is_quick(one)]
        unless = self._quick_first(clauses.unless)
        judges = [
            *(partial(self.of, one) for one in quick),
            *(partial(self._opposite, one) for one in unless if self.is_quick(one)),
            *(partial(self.of, one) for one in having if not self.is_quick(one)),
            *(partial(self._opposite, one) for one in unless if not self.is_quick(one)),
        ]
        return self._joined(judges, Truth.TRUE, among)

    def _opposite(self, condition: Condition, *, among: Bits | None) -> Verdicts:
        """That it does not hold: of nothing no comparison holds, nor the opposite comparison."""
        return ~self.of(condition, among=among)

    def _quick_first(self, conditions: Sequence[Condition]) -> list[Condition]:
        return sorted(conditions, key=lambda one: not self.is_quick(one))

    def _joined(self, judges: Iterable[_Judge], neutral: Truth, among: Bits | None) -> Verdicts:
        """Kleene's `and` or `or`: each is asked only of those whom the ones before leave open."""
        found = Verdicts.always(neutral, self.rows)
        for judge in judges:
            settled = found.false if neutral is Truth.TRUE else found.true
            left = (self.every if among is None else among) & ~settled
            if not left.any():
                break
            one = judge(among=left)
            found = found & one if neutral is Truth.TRUE else found | one
        return found

    def _judged(self, condition: Condition, negated: bool, among: Bits | None) -> Verdicts:
        match condition:
            case AllOf(conditions=parts) | AnyOf(conditions=parts):
                together = isinstance(condition, AllOf) is not negated
                judges = [partial(self.of, one, negated=negated) for one in self._quick_first(parts)]
                return self._joined(judges, Truth.TRUE if together else Truth.FALSE, among)
            case Not(condition=inner):
                return self.of(inner, negated=not negated, among=among)
            case ConditionRef(name=name):
                return self.of(self.policy.conditions[name].condition, negated=negated, among=among)
            case InTier(name=name, only=only):
                found = self.tier(name, only=only)
                return ~found if negated else found
            case ForParents(condition=inner):
                return self._for_parents(condition, inner, negated, among)
            case AtLeastOf() | Compare() | Is() | IsKnown() | Happened():
                return self._leaf(condition, negated, among)
            case _:
                assert_never(condition)

    def _leaf(self, condition: _Leaf, negated: bool, among: Bits | None) -> Verdicts:
        """Those whom no quick way covers are judged by themselves, each once and only if asked about."""
        key = (id(condition), negated)
        said = self._said.get(key)
        if said is None:
            said = self._said[key] = self._at_once(condition, negated)
        left = said.left if among is None else said.left & among
        if left.any():
            rows = np.flatnonzero(flags_in(left, self.rows))
            said.verdicts = self._put(condition, negated, rows, said.verdicts)
            said.left = said.left & ~left
        return said.verdicts

    def _at_once(self, condition: _Leaf, negated: bool) -> _Said:
        """What is so of all for whom there is a quick way."""
        found = None
        if not isinstance(condition, AtLeastOf):
            if not self.frame.shared.bearing(condition).marks:
                return self._by_records(condition, negated)
            found = self._counted(condition, negated) if isinstance(condition, _Comparison) else None
        return _Said(Verdicts(self.none, self.none, self.rows), self.every) if found is None else found

    def is_quick(self, condition: Condition) -> bool:
        """Whether a condition is judged for everybody at once, with nobody asked by himself but a few."""
        key = ("quick on date", id(condition))
        signatures = self.frame.shared.across.signatures
        found = signatures.get(key)
        if found is None:
            found = signatures[key] = (self._worked_out_quick(condition), condition)
        return bool(found[0])  # type: ignore[index]  # what was put there

    def _worked_out_quick(self, condition: Condition) -> bool:
        match condition:
            case AllOf(conditions=parts) | AnyOf(conditions=parts):
                return all(map(self.is_quick, parts))
            case Not(condition=inner):
                return self.is_quick(inner)
            case ConditionRef(name=name):
                return self.is_quick(self.policy.conditions[name].condition)
            case InTier():
                return True
            case AtLeastOf() | ForParents():
                return False
            case Compare() | Is():
                if not self.frame.shared.bearing(condition).marks:
                    return True
                sight = self._sight(condition)[1]
                return sight is not None and not sight.bound and not len(sight.others)
            case IsKnown() | Happened():
                return not self.frame.shared.bearing(condition).marks
            case _:
                assert_never(condition)

    # --- pupils by themselves ---------------------------------------------------------------------

    def _put(self, condition: Condition, negated: bool, rows: Rows, into: Verdicts) -> Verdicts:
        """The verdicts with those of some pupils as they are judged by themselves."""
        if not len(rows):
            return into
        judged = truths(condition, self.frame.take(rows), negated=negated)
        return _with_rows(into, rows, judged)

    def _by_records(self, condition: Condition, negated: bool) -> _Said:
        """Of what rests on records: those of whom there is none are judged once for each kind of pupil."""
        block, bearing = self.frame.block, self.frame.shared.bearing(condition)
        flags = block.on_record(bearing)
        for name in sorted(bearing.occasions):
            able = may_occur(name, self.frame)
            if able.any():
                flags = able if flags is None else flags | able
        traits = list(block.traits(bearing).values())
        others = np.arange(self.rows) if flags is None else np.flatnonzero(~flags)
        found = Verdicts(self.none, self.none, self.rows)
        if len(others):
            if not traits:
                found = self._alike(condition, negated, others[:1])
            else:
                columns = traits if flags is None else [column[others] for column in traits]
                first, which = distinct(columns, len(others))
                judged = truths(condition, self.frame.take(others[first]), negated=negated)
                found = _with_rows(found, others, judged.take(which).full(len(others)))
        return _Said(found, self.none if flags is None else bits_of(flags))

    def _alike(self, condition: Condition, negated: bool, row: Rows) -> Verdicts:
        """What is so of one pupil, said of all."""
        judged = truths(condition, self.frame.take(row), negated=negated)
        true, false = bool(judged.true[0, 0] & np.uint64(1)), bool(judged.false[0, 0] & np.uint64(1))
        return Verdicts(self.every if true else self.none, self.every if false else self.none, self.rows)

    def _for_parents(
        self, condition: Condition, inner: Condition, negated: bool, among: Bits | None
    ) -> Verdicts:
        """Asked of each parent only where anything is on record of one."""
        bears = self.frame.block.bears_on_parent(self.frame.shared.bearing(inner), self.frame.pupils)
        if not bears.any():
            return self.of(inner, negated=negated, among=among)
        left = self.every if among is None else among
        found = self.of(inner, negated=negated, among=left & ~bits_of(bears))
        rows = np.flatnonzero(bears & flags_in(left, self.rows))
        return self._put(condition, negated, rows, found)

    # --- tiers ------------------------------------------------------------------------------------

    def tier(self, name: str, *, only: bool = False) -> Verdicts:
        """Whether pupils are in a tier, or in any that continues it; with `only` not in such a one."""
        own = self._own_tier(self.policy.tiers[name])
        further = [
            self._own_tier(tier) for tier in self.policy.tiers.values() if continues(tier, name, self.policy)
        ]
        found = own
        for one in further:
            found = found | one
        if only:
            for one in further:
                found = found & ~one
        return found

    def _own_tier(self, tier: Tier) -> Verdicts:
        key = (id(tier), False)
        if key not in self._known:
            if tier.left_when is None:
                self._known[key] = self.all_of(tier.when)
            else:
                self._known[key] = Verdicts.of_truths(own_tier_truths(tier, self.frame), self.rows)
        return self._known[key]

    # --- counts -----------------------------------------------------------------------------------

    def _sight(self, condition: _Comparison) -> tuple[OfMarks | None, Sight | None]:
        """The value over marks that a comparison is about, and where its windows lie."""
        compared = condition.left if isinstance(condition, Compare) else condition.value
        value = marks_in(compared, self.frame)
        return value, None if value is None else self._sights.get(id(value))

    def _counted(self, condition: _Comparison, negated: bool) -> _Said | None:
        """A comparison with what is counted; None where there is no quick way."""
        right = condition.right if isinstance(condition, Compare) else condition.choices[0]
        value, sight = self._sight(condition)
        line = line_of(right, self.frame)
        if value is None or line is None or sight is None or not small_enough([(line, False)]):
            return None
        if isinstance(condition, Is):
            if sight.bound or len(condition.choices) != 1 or line[0] is None or line[0] != line[1]:
                return None
            pair = (self._reaching(value, line, strict) for strict in (False, True))
            found = said_to_be(*pair, opposite=condition.negated is not negated)
            return _Said(Verdicts(*found, self.rows), self._bits(sight.others))
        comparison = OPPOSITE[condition.comparison] if negated else condition.comparison
        strict = has_to_be_passed(comparison)
        if not sight.bound:
            found = said_of(comparison, self._reaching(value, line, strict))
            return _Said(Verdicts(*found, self.rows), self._bits(sight.others))
        enough = self._may_reach(value, sight, line, strict)
        if enough is None:
            return None
        nobody = said_of(comparison, (self.none, self.every, self.none))
        return _Said(Verdicts(*nobody, self.rows), enough | self._bits(sight.others))

    def _bits(self, rows: Rows) -> Bits:
        flags = np.zeros(self.rows, dtype=np.bool_)
        flags[rows] = True
        return bits_of(flags)

    def _reaching(self, value: OfMarks, line: Line, strict: bool) -> tuple[Bits, Bits, Bits]:
        """Who reaches a line for certain, who certainly does not, and for whom there is no value."""
        key = (id(value), line, strict)
        known = self._reached.get(key)
        if known is None:
            sight = self._sights[id(value)]
            assert sight is not None
            true, false, nothing = self.none, self.none, self.none
            for way in sight.ways:
                own = self._reaching_in(way, line, strict)
                if way.pupils is not None:
                    own = tuple(bits & way.pupils for bits in own)  # type: ignore[assignment]  # three
                true, false, nothing = true | own[0], false | own[1], nothing | own[2]
            known = self._reached[key] = (true, false, nothing)
        return known

    def _reaching_in(self, way: Way, line: Line, strict: bool) -> tuple[Bits, Bits, Bits]:
        """The same as `lines.py` has it, of pupils whose windows lie in one way."""
        counted = self._counts
        low = counted[way.chosen]
        lowest, highest = line
        missing = counted[way.missing]
        high = self._most(way)
        if way.possible is None:
            true = self.none if highest is None else _enough(low, highest, strict)
            false = self.none if lowest is None else self.every & ~_enough(high, lowest, strict)
            return true, self.none if way.before else false, self.none
        of = counted[way.possible] + missing
        if way.before:
            return self.none, self.none, self.none
        true = self.none if highest is None else _share_enough(low, of, highest, strict)
        false = self.none if lowest is None else self.every & ~_share_enough(high, of, lowest, strict)
        return true, false, bits_of(of == 0)

    def _most(self, way: Way) -> Counts:
        """How many there are if all sessions without a mark are of the set."""
        counted = self._counts
        most: Counts = counted[way.chosen if way.most is None else way.most]
        return most if way.most is not None or way.chosen == way.missing else most + counted[way.missing]

    def _may_reach(self, value: OfMarks, sight: Sight, line: Line, strict: bool) -> Bits | None:
        """Who may have as much as a line asks for; None where that says nothing."""
        if line[0] is None or least_count(line[0], strict=strict) <= 0:
            return None
        is_current = isinstance(value, Run) and value.current  # what breaks it says nothing of other values
        counted = self._counts
        found = self.none
        least = least_count(line[0], strict=strict)
        for way in sight.ways:
            own = self.every
            if not way.before:
                own = bits_of(self._most(way) >= least)
            breaks = self._breaks.get((way.chosen, least))
            if is_current and breaks is not None:  # what breaks it so late lets nothing before count
                own = own & bits_of(counted[breaks] == 0)
            found = found | (own if way.pupils is None else own & way.pupils)
        return found


def _enough(counts: NDArray[np.int16], line: Fraction, strict: bool) -> Bits:
    return bits_of(counts >= least_count(line, strict=strict))


def _share_enough(counts: NDArray[np.int16], of: NDArray[np.int16], line: Fraction, strict: bool) -> Bits:
    p, q = line.numerator, line.denominator
    small = max(abs(p), q) * (1 << 15) < _SMALL
    sort = np.int32 if small else np.int64
    left, right = np.multiply(counts, q, dtype=sort), np.multiply(of, p, dtype=sort)
    return bits_of(left > right if strict else left >= right)


def _with_rows(verdicts: Verdicts, rows: Rows, judged: Truths) -> Verdicts:
    """Verdicts in which those of some pupils, in order, are what was judged on one day."""
    judged = judged.full(len(rows))
    true, false = ((words[:, 0] & np.uint64(1)).astype(np.bool_) for words in (judged.true, judged.false))
    if len(rows) == verdicts.rows:
        return Verdicts.of(true, false)
    return Verdicts(
        with_flags(verdicts.true, rows, true), with_flags(verdicts.false, rows, false), verdicts.rows
    )
