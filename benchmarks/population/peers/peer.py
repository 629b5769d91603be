"""What a peer is: how it takes up a batch, and how it answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from benchmarks.population.data import Batch
from benchmarks.population.questions import Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One way to answer. `load` puts a batch into the form that suits it best, and is not timed as an answer.

    What `load` returns is the peer's own business: the only thing done with it is to hand it to the answers.
    """

    title: str
    needs: tuple[str, ...]
    """The modules that have to be installed."""
    start: str
    """Python that makes it ready to answer, for the time that takes."""
    load: Callable[[Batch], Any]
    one_date: Callable[[Any], Any]
    """Measures and rules as on the last date."""
    every_day: Callable[[Any], Any] | None = None
    """Rules as on every school day: a row for each pupil and day, in this order."""
    answers: Callable[[Any, Any], Answers] = field(default=lambda _state, found: found)
    """What was found in the form that is compared, where it is not yet: not timed."""
    asks: str = "the shared rules"
    """Which questions: only those who are asked the same are compared."""
    given: str = ""
    """What it was spared, said in the table."""
    threads: str = "1"
    sample: int | None = None
    """Asked of so many pupils of a batch only, where all would take too long."""
