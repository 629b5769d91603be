"""Reading a history for a command, with every problem listed and no half-way result."""

from __future__ import annotations

import datetime as dt
import gc
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import TypeVar

import click

from fingerpost.collection import without_collection
from fingerpost.history import History, slot_date
from fingerpost.readers import read_history
from fingerpost.render.words import long_date
from fingerpost.vocabulary import Vocabulary
from fingerpost_cli.failures import Unusable, UnusableData, unusable
from fingerpost_cli.policies import Chosen
from fingerpost_dsl import report
from fingerpost_dsl.diagnostics import Diagnostic, has_errors

T = TypeVar("T")
PATIENCE = 1.0
"""Seconds before a progress bar appears."""
_LEFT_OUT, _NOT_LEFT_OUT = "W0608", "W0610"
"""What was left out, and what cannot be: warnings for those who keep going."""


def load(path: str, *chosen: Chosen, keep_going: bool) -> History:
    """The history at a path, in the words of these policies.

    Warnings are shown, errors end the command unless `keep_going`.
    """
    vocabulary = Vocabulary.from_policies(*(version for one in chosen for version in one.family.versions))
    with _everything_stays():
        history, found = read_history(path, vocabulary, keep_going=True)
    return usable(history, found, path, keep_going=keep_going)


def usable(data: T | None, found: Sequence[Diagnostic], path: str, *, keep_going: bool) -> T:
    """What was read with all that is wrong left out: shows what was found.

    Errors end the command unless `keep_going`; without `data` there is nothing to go on with.
    """
    if data is None or (has_errors(found) and not keep_going):
        wrong = [one for one in found if one.code not in (_LEFT_OUT, _NOT_LEFT_OUT)]
        advice = " With --keep-going the rest is evaluated." if data is not None else ""
        if keep_going:
            whole = [f"{one.message}: {one.help}." for one in found if one.code == _NOT_LEFT_OUT]
            advice = "".join(f" {one[0].upper()}{one[1:]}" for one in whole)
        name = "The standard input" if path == "-" else path
        raise UnusableData(wrong, f"{name} cannot be used: {report.summary(wrong)}.{advice}")
    if found:
        click.echo(report.text(found), err=True)
        if has_errors(found):
            click.echo(f"Left out what is wrong above ({report.summary(found)}).", err=True)
    return data


@contextmanager
def _everything_stays() -> Iterator[None]:
    """Spares the collector of garbage what is made here, then and later.

    A history is millions of small things, and stays to the end: to search it for garbage again and again
    takes a fifth of the time of reading, and a sixth of all.
    """
    with without_collection():
        yield
        gc.freeze()
        gc.set_threshold(100_000, 20, 50)


def last_marked(history: History) -> dt.date:
    """The last date with a mark: the date that is meant where none is given."""
    latest = latest_mark(history)
    if latest is None:
        raise no_date()
    return latest


def latest_mark(history: History) -> dt.date | None:
    """The date of the latest mark, None if there is none."""
    slots = [pupil.register.slots[-1] for pupil in history.pupils.values() if pupil.register.slots]
    return slot_date(max(slots)) if slots else None


LONG_AGO = dt.timedelta(days=14)
"""Longer than most holidays."""


def note_end_of_marks(date: dt.date, last: dt.date | None) -> None:
    """Says so where the latest mark is from long before the date that is asked about."""
    if last is not None and date - last > LONG_AGO:
        click.echo(f"The latest mark is of {long_date(last)}: what came after it is not known.", err=True)


def no_date() -> Unusable:
    """The error to raise where no date was given, and no mark says one."""
    return unusable('There are no marks, so say which date is meant: --on "15 November 2024".')


def tracked(
    items: Iterable[T], length: int, label: str, *, weight: Callable[[T], int] = lambda _: 1
) -> Iterator[T]:
    """The items, with a progress bar on a terminal if they take more than a moment.

    `weight` says how much of the length an item is.
    """
    remaining = iter(items)
    if not sys.stderr.isatty():
        yield from remaining
        return
    start, done = monotonic(), 0
    for item in remaining:
        yield item
        done += weight(item)
        if monotonic() - start > PATIENCE:
            break
    else:
        return
    with click.progressbar(length=length, label=label, file=sys.stderr) as bar:
        bar.update(done)
        for item in remaining:
            yield item
            bar.update(weight(item))
