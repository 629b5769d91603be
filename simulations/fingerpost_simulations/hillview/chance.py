"""Chance from a seed: the same on every machine, today and in ten years.

Only `random()` of a seeded NumPy generator is drawn upon. NumPy may change how it makes its other
distributions from one version to the next, and a made-up school must not change with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


class Chance:
    """Draws from one stream of uniform numbers. Two with the same seed and name draw the same."""

    def __init__(self, seed: int, *name: int) -> None:
        self._generator = np.random.Generator(np.random.PCG64([seed, *name]))

    def number(self) -> float:
        """From 0 up to, and without, 1."""
        return float(self._generator.random())

    def numbers(self, count: int) -> list[float]:
        """As many of them."""
        return [float(number) for number in self._generator.random(count)]

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.number() < probability

    def whole(self, lowest: int, highest: int) -> int:
        """A whole number, both ends included."""
        return lowest + int(self.number() * (highest - lowest + 1))

    def length(self, mean: float) -> int:
        """A length of at least 1 whose mean is about `mean`.

        Each further day is as likely as the one before.
        """
        if mean <= 1:
            return 1
        return 1 + int(math.log(1 - self.number()) / math.log(1 - 1 / mean))

    def frailty(self) -> float:
        """How much likelier than others to be away: mean 1, mostly below it, sometimes three or four."""
        return -(math.log(1 - self.number()) + math.log(1 - self.number())) / 2

    def choose(self, options: Sequence[T]) -> T:
        """One of them, each as likely."""
        return options[int(self.number() * len(options))]

    def weighted(self, options: Sequence[tuple[T, float]]) -> T:
        """One of them, by weights that need not add up to 1."""
        rest = self.number() * sum(weight for _, weight in options)
        for option, weight in options:
            rest -= weight
            if rest < 0:
                return option
        return options[-1][0]

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """All of them, in some order."""
        keyed = sorted((number, place) for place, number in enumerate(self.numbers(len(options))))
        return [options[place] for _, place in keyed]
