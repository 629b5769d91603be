"""The collector of garbage, kept out of the way while very much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """The collector of garbage off for a while: what is made in it stays, and refers to itself nowhere."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def settled() -> Iterator[None]:
    """Nothing is looked through for garbage: what is there by now is needed, and shared by forks.

    What is made meanwhile must not refer to itself, or be little.
    """
    gc.collect()
    gc.freeze()
    try:
        with without_collection():
            yield
    finally:
        gc.unfreeze()
