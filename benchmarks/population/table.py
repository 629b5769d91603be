"""What was measured as Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.population.child import Measured
from benchmarks.population.data import BATCH, EVENTFUL, SEED
from benchmarks.population.machine import Machine
from benchmarks.population.peers.peer import Peer


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one peer one question at one size: a measurement, or why there is none."""

    peer: str
    question: str
    pupils: int
    measured: Measured | None = None
    why_not: str = ""
    agrees: bool | None = None
    """Whether its answers are those of the others; None where there is nobody to compare with."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    date: str
    machine: Machine
    versions: Mapping[str, str]
    start_up: Mapping[str, float]
    """Milliseconds from nothing until a peer can answer, beyond a bare Python."""
    outcomes: Sequence[Outcome]

    @property
    def all_agree(self) -> bool:
        """Whether no answer differs from another's."""
        return all(one.agrees is not False for one in self.outcomes)


QUESTIONS = {"one_date": "One date", "every_day": "Every school day"}


def markdown(report: Report, peers: Mapping[str, Peer]) -> str:
    """The whole page."""
    return "\n".join(_lines(report, peers)) + "\n"


def _lines(report: Report, peers: Mapping[str, Peer]) -> Iterator[str]:
    machine = report.machine
    yield "# Peers side by side"
    yield ""
    yield (
        f"Made by `python -m benchmarks.population.run` on {report.date}: {machine.processor}, "
        f"{machine.cores} cores, {machine.memory_gib:g} GiB, {machine.system}, {machine.python}; a copy in "
        f"memory runs at {machine.copy_gb_per_second:g} GB/s on one core (read and written), a GiB that no "
        f"program had lately is given within {machine.first_gib_seconds:g} s; load when it began "
        f"{machine.load:g}."
    )
    yield ""
    yield "Versions: " + ", ".join(f"{name} {version}" for name, version in report.versions.items()) + "."
    yield ""
    yield (
        f"Made-up pupils (seed {SEED}, a year's registers, three calendars, {EVENTFUL:.0%} with support and "
        f"notices on record), at most {BATCH:,} at a time. Each peer runs in a process of its own. Its data "
        "are first put into the form that suits it best, which is timed apart (*load*); *pupils per second* "
        "is for the answers alone, the fastest of several runs for each batch."
    )
    yield ""
    agree = "are equal" if report.all_agree else "**differ, see below**"
    yield f"Answers of all who are asked the same {agree}, pupil by pupil."
    for asks in dict.fromkeys(peers[one.peer].asks for one in report.outcomes):
        for question, title in QUESTIONS.items():
            outcomes = [
                one for one in report.outcomes if one.question == question and peers[one.peer].asks == asks
            ]
            if outcomes:
                yield from ("", f"## {title}, {asks}", "")
                yield from _table(outcomes, report, peers)


def _table(outcomes: Sequence[Outcome], report: Report, peers: Mapping[str, Peer]) -> Iterator[str]:
    sizes = sorted({one.pupils for one in outcomes})
    largest = {name: _largest(outcomes, name) for name in dict.fromkeys(one.peer for one in outcomes)}
    base = {one.pupils: _speed(one) for one in outcomes if one.peer == "duckdb"}
    columns = [f"{size:,} pupils" for size in sizes]
    yield "| | given | threads | " + " | ".join(columns) + " | × DuckDB | load, pupils/s | MiB | start-up |"
    yield "|---|---|--:|" + "--:|" * len(sizes) + "--:|--:|--:|--:|"
    for name, best in largest.items():
        peer = peers[name]
        cells = [_cell(one) for size in sizes for one in outcomes if (one.peer, one.pupils) == (name, size)]
        ratio = load = memory = "–"
        if best is not None and best.measured is not None:
            measured = best.measured
            load, memory = _short(measured.answered / measured.load_seconds), f"{measured.peak_mib:,.0f}"
            duckdb = base.get(best.pupils)
            ratio = f"{_speed(best) / duckdb:,.1f}" if duckdb else "–"
        start = f"{report.start_up[name]:,.0f} ms" if name in report.start_up else "–"
        given = peer.given or (f"{peer.sample} of each batch" if peer.sample else "marks")
        yield (
            f"| {peer.title} | {given} | {peer.threads} | {' | '.join(cells)} | {ratio} | {load} | {memory} "
            f"| {start} |"
        )
    reasons = dict.fromkeys(
        f"{peers[one.peer].title}, {one.pupils:,} pupils: {one.why_not}" for one in outcomes if one.why_not
    )
    if reasons:
        yield ""
        yield from (f"* {reason}" for reason in reasons)


def _largest(outcomes: Sequence[Outcome], name: str) -> Outcome | None:
    measured = [one for one in outcomes if one.peer == name and one.measured is not None]
    return max(measured, key=lambda one: one.pupils, default=None)


def _speed(one: Outcome) -> float:
    return one.measured.answered / one.measured.seconds if one.measured else 0.0


def _cell(one: Outcome) -> str:
    if one.measured is None:
        return "–"
    return _short(_speed(one)) + (" **differs**" if one.agrees is False else "")


def _short(number: float) -> str:
    """Three figures: `12,300`, `2.41 m`."""
    if number >= 1e6:
        return f"{number / 1e6:.3g} m"
    return f"{float(f'{number:.3g}'):,.0f}"
