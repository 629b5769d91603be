"""What something comes to on one date for very many pupils: two bits each, those of 64 pupils in a word.

What `Truths` is for many days, `Verdicts` is for one: Kleene's logic takes a word at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerpost.logic import Truth
from fingerpost.population.truths import Flags, Numbers, Rows, Truths, bit_of, width

Bits = NDArray[np.uint64]
"""A bit for each pupil, in words of 64, lowest first; bits after the last pupil are 0."""


_FEW = 16
"""Where flags of less than one in so many pupils are put into bits, no others are looked at."""


def bits_of(flags: Flags) -> Bits:
    """Flags, one for each pupil, as bits."""
    filled = np.zeros(width(len(flags)) * 8, dtype=np.uint8)
    octets = np.packbits(flags, bitorder="little")
    filled[: len(octets)] = octets
    return filled.view("<u8").astype(np.uint64, copy=False)


def flags_in(bits: Bits, rows: int) -> Flags:
    """Bits as flags, one for each of so many pupils."""
    octets = bits.astype("<u8", copy=False).view(np.uint8)
    return np.unpackbits(octets, count=rows, bitorder="little").view(np.bool_)


def places_in(bits: Bits, rows: int) -> Rows:
    """The pupils with a bit, in order; `rows` is how many there are in all."""
    words = np.flatnonzero(bits)
    if 2 * len(words) > len(bits):
        return np.flatnonzero(flags_in(bits, rows))
    places = np.flatnonzero(flags_in(bits[words], 64 * len(words)))
    found: Rows = words[places >> 6] * 64 + (places & 63)
    return found


def with_flags(bits: Bits, rows: Rows, flags: Flags) -> Bits:
    """Bits in which those of some pupils, in order and not none, are flags; all others stay.

    >>> with_flags(bits_of(np.array([True, True, False])), np.array([1, 2]), np.array([False, True])).tolist()
    [5]
    """
    many = len(bits) * 64
    if len(rows) * _FEW > many:
        every = flags_in(bits, many)
        every[rows] = flags
        return bits_of(every)
    words, own = rows >> 6, np.uint64(1) << (rows & 63).astype(np.uint64)
    starts = np.flatnonzero(np.diff(words, prepend=-1))
    found, words = bits.copy(), words[starts]
    found[words] &= ~np.bitwise_or.reduceat(own, starts)
    found[words] |= np.bitwise_or.reduceat(np.where(flags, own, np.uint64(0)), starts)
    return found


def has_bits(bits: Bits, pupils: Rows) -> Flags:
    """Which of some pupils have a bit."""
    found: Flags = (bits[pupils >> 6] >> (pupils & 63).astype(np.uint64) & np.uint64(1)).astype(np.bool_)
    return found


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The truth of something for each of some pupils; where neither bit is set nobody knows."""

    true: Bits
    false: Bits
    rows: int

    @classmethod
    def always(cls, truth: Truth, rows: int) -> Verdicts:
        """The same for all."""
        every = bits_of(np.ones(rows, dtype=np.bool_))
        none = np.zeros_like(every)
        return cls(every if truth is Truth.TRUE else none, every if truth is Truth.FALSE else none, rows)

    @classmethod
    def of(cls, true: Flags, false: Flags) -> Verdicts:
        """From flags, one for each pupil."""
        return cls(bits_of(true), bits_of(false), len(true))

    @classmethod
    def of_truths(cls, truths: Truths, rows: int) -> Verdicts:
        """From what was judged on one day."""
        flags = (bit_of(words, 0).astype(np.bool_) for words in (truths.true, truths.false))
        true, false = (np.broadcast_to(one, (rows,)) for one in flags)
        return cls.of(true, false)

    def __invert__(self) -> Verdicts:
        return Verdicts(self.false, self.true, self.rows)

    def __and__(self, other: Verdicts) -> Verdicts:
        return Verdicts(self.true & other.true, self.false | other.false, self.rows)

    def __or__(self, other: Verdicts) -> Verdicts:
        return Verdicts(self.true | other.true, self.false & other.false, self.rows)

    def not_yet(self, truth: Truth) -> Flags:
        """Which pupils are not true (or not false) for certain."""
        return ~flags_in(self.true if truth is Truth.TRUE else self.false, self.rows)

    def not_false(self, among: Bits) -> tuple[Rows, Numbers]:
        """Of whom among some pupils it is true, or may be, and which of both, by its number: 1 or 2."""
        open_ = among & ~self.false
        pupils = places_in(open_, self.rows)
        if not (open_ & ~self.true).any():
            return pupils, np.ones(len(pupils), dtype=np.int8)
        return pupils, 2 - has_bits(self.true, pupils).view(np.int8)

    def numbers(self) -> Numbers:
        """The truth of each pupil by its number: 0 for false, 1 for true, 2 where nobody knows."""
        true, false = (flags_in(bits, self.rows).view(np.int8) for bits in (self.true, self.false))
        return 2 - true - 2 * false
