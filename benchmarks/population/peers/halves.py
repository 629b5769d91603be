"""Work on the two halves of a batch in two processes at once, as `fingerpost evaluate --threads 2` does."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from fingerpost.population.block import Block

Part = TypeVar("Part")


@dataclass(frozen=True)
class Halves(Generic[Part]):
    """Two processes, forked when the batch had been loaded, so that they have it in memory."""

    processes: ProcessPoolExecutor

    @classmethod
    def of(cls, block: Block, ask: Callable[[Block], Part]) -> Halves[Part]:
        """Forks. `ask` will be asked of each half of the block."""
        middle = len(block) // 2
        halves = (block.part(0, middle), block.part(middle, len(block)))
        forked = multiprocessing.get_context("fork")
        processes = ProcessPoolExecutor(2, forked, initializer=_begin, initargs=(ask, halves))
        list(processes.map(_ready, range(4)))
        return cls(processes)

    def asked(self) -> list[Part]:
        """What is said of each half."""
        return cast("list[Part]", list(self.processes.map(_half, range(2))))


_WORK: list[tuple[Callable[[Block], object], tuple[Block, Block]]] = []


def _begin(ask: Callable[[Block], object], halves: tuple[Block, Block]) -> None:
    _WORK[:] = [(ask, halves)]


def _ready(_: int) -> None:
    """Makes sure that the processes are there."""


def _half(number: int) -> object:
    ask, halves = _WORK[0]
    return ask(halves[number])
