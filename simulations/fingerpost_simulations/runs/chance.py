"""Chance by name: a number from 0 to 1 for a seed and the name of what is drawn.

Nothing is drawn in an order, so nothing depends on one: not on the number of processes, not on what was drawn
before, not on the policy. What carries the same name under two policies comes out the same under both, and
what differs between them is then the policies' doing (common random numbers).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from hashlib import blake2b
from typing import TypeVar

T = TypeVar("T")
_SIZE = 8


def chance(seed: int, *name: str | int) -> float:
    """A number from 0 up to 1, evenly spread, that belongs to the seed and the name.

    >>> chance(1, "P1", "done") == chance(1, "P1", "done"), chance(1, "P1", "done") == chance(2, "P1", "done")
    (True, False)
    """
    text = "\x1f".join(map(str, (seed, *name)))
    drawn = int.from_bytes(blake2b(text.encode(), digest_size=_SIZE).digest(), "big")
    return (drawn >> 11) / 2**53


def whole(drawn: float, first: int, last: int) -> int:
    """A whole number from the first to the last, both included, by a drawn number.

    >>> whole(0.0, 2, 4), whole(0.99, 2, 4)
    (2, 4)
    """
    return first + int(drawn * (last - first + 1))


def one_of(drawn: float, shares: Mapping[T, Fraction]) -> T:
    """One of several, each as often as its share says, by a drawn number.

    >>> one_of(0.3, {"yes": Fraction(1, 4), "no": Fraction(3, 4)})
    'no'
    """
    reached = Fraction(0)
    last: T | None = None
    for last, share in shares.items():
        reached += share
        if drawn < reached:
            return last
    assert last is not None, "there is something to choose from"
    return last
