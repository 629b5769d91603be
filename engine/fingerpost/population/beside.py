"""Work in threads beside who hands it out: machine code, NumPy and Arrow let others go on meanwhile."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import ParamSpec, Self

P = ParamSpec("P")


def processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Beside:
    """Does what it is given in so many threads; little waits, so that little is held."""

    def __init__(self, threads: int) -> None:
        """The threads begin when there is work."""
        self._pool = ThreadPoolExecutor(threads)
        self._threads = threads
        self._going: deque[Future[None]] = deque()

    def do(self, work: Callable[P, None], *args: P.args, **kwargs: P.kwargs) -> None:
        """Hands something out, and waits while too much is waiting. Raises what earlier work raised."""
        self._going.append(self._pool.submit(work, *args, **kwargs))
        while len(self._going) > 2 * self._threads:
            self._going.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._pool:
            while error is None and self._going:
                self._going.popleft().result()
