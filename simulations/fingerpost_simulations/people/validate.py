"""Writes `docs/simulated-absence.md`: made-up populations beside every published figure.

    python -m fingerpost_simulations.people.validate docs/simulated-absence.md

makes a population for each year, basis and seed (`--pupils`, `--seeds`), counts them as the statistics count,
and writes one page. It takes some minutes; the same options give the same page.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import Final

from fingerpost_simulations.people.compare import Compared, Sort, Worlds, compared
from fingerpost_simulations.people.measure import Tally, tally
from fingerpost_simulations.people.people import make_people
from fingerpost_simulations.people.published import CENSUS, DAILY, Figure, by_phase
from fingerpost_simulations.people.spec import Spec

YEARS: Final = ("2018/19", "2022/23", "2023/24")
POPULATIONS: Final = (*((year, CENSUS) for year in YEARS), ("2022/23", DAILY), ("2023/24", DAILY))
PUPILS: Final = 250_000
SEEDS: Final = 4


def population(year: str, basis: str, pupils: int) -> Spec:
    """The spec of a published year; on the daily basis, as of a council that gives its own figures."""
    if basis == CENSUS:
        return Spec.model_validate({"pupils": pupils, "year": year})
    own = {
        name: by_phase(year, DAILY, f"{measure}_absence")
        for name, measure in (("overall", "overall"), ("unauthorised", "unauthorised"))
    }
    return Spec.model_validate({"pupils": pupils, "year": year, **own})


def counted(task: tuple[str, str, int, int]) -> Tally:
    """One population's counts: year, basis, pupils and seed."""
    year, basis, pupils, seed = task
    return tally(make_people(population(year, basis, pupils), seed))


def worlds(pupils: int, seeds: int, processes: int = 1) -> list[Worlds]:
    """All populations of each seed."""
    tasks = [(year, basis, pupils, seed) for seed in range(1, seeds + 1) for year, basis in POPULATIONS]
    if processes == 1:
        tallies: Iterable[Tally] = map(counted, tasks)
    else:
        with ProcessPoolExecutor(processes) as pool:
            tallies = list(pool.map(counted, tasks))
    by_seed: dict[int, dict[tuple[str, str], Tally]] = {}
    for (year, basis, _, seed), found in zip(tasks, tallies, strict=True):
        by_seed.setdefault(seed, {})[year, basis] = found
    return [Worlds(found) for found in by_seed.values()]


# --- the page -------------------------------------------------------------------------------------


def page(rows: Sequence[Compared], left: Sequence[Figure], pupils: int, seeds: int) -> str:
    """The page in Markdown."""
    introduction = (files(__package__) / "validation-page.md").read_text(encoding="utf-8")
    parts = [
        introduction.format(pupils=f"{pupils:,}", seeds=seeds),
        "## How near\n",
        _summary(rows),
        _misses(rows),
    ]
    for year in YEARS:
        of_year = [row for row in rows if _year(row.figure) == year]
        for basis, title in _BASES.items():
            here = [row for row in of_year if row.figure.basis.startswith(basis)]
            if here:
                parts += [f"## {year}, {title}\n", _table(here)]
    parts += ["## Not compared\n", _not_compared(left)]
    return "\n".join(parts)


_BASES: Final = {
    "census": "census",
    "daily": "daily collection",
    "FFT": "sample of FFT Education Datalab",
    "DfE daily": "study of the University of Bath",
}


def _year(figure: Figure) -> str:
    return "2022/23" if figure.year == "autumn 2022" else figure.year


def _is(row: Compared, measure: str) -> bool:
    return row.figure.measure in {f"{measure}_absence", "attendance"}


def _split(row: Compared) -> bool:
    return row.figure.measure in {"authorised_absence", "unauthorised_absence"}


def _share(row: Compared) -> bool:
    return row.figure.measure in {"persistent_absence", "pa", "severe_absence"}


def _reason(row: Compared) -> bool:
    return row.figure.dimension == "reason" or (
        row.figure.dimension == "phase" and not _share(row) and not _split(row) and not _is(row, "overall")
    )


_KINDS: Final[Sequence[tuple[str, Callable[[Compared], bool]]]] = (
    ("overall absence by phase (0.1)", lambda row: row.figure.dimension == "phase" and _is(row, "overall")),
    ("authorised and unauthorised, by phase", lambda row: row.figure.dimension == "phase" and _split(row)),
    ("persistent absence (1.0)", lambda row: row.figure.measure in {"persistent_absence", "pa"}),
    ("severe absence (0.3)", lambda row: row.figure.measure == "severe_absence"),
    ("reasons", _reason),
    ("groups (FSM, SEN)", lambda row: row.figure.dimension in {"FSM", "SEN"} and not _share(row)),
    ("terms and weeks", lambda row: row.figure.dimension in {"term", "week"}),
    ("weekdays", lambda row: row.figure.dimension == "weekday"),
)


def _summary(rows: Sequence[Compared]) -> str:
    lines = [
        "| figures | sort | how many | near enough | mean error | greatest error |",
        "|---|---|---|---|---|---|",
    ]
    for title, belongs in _KINDS:
        for sort in Sort:
            here = [row for row in rows if belongs(row) and row.sort is sort]
            if not here:
                continue
            errors = [abs(row.difference) for row in here]
            near = sum(row.fits for row in here)
            lines.append(
                f"| {title} | {sort.value} | {len(here)} | {near} | {sum(errors) / len(errors):.2f} "
                f"| {max(errors):.2f} |"
            )
    return "\n".join(lines) + "\n"


def _misses(rows: Sequence[Compared]) -> str:
    off = [row for row in rows if not row.fits]
    if not off:
        return "All are near enough.\n"
    return f"{len(off)} of {len(rows)} are not near enough; they are marked **no** below.\n"


def _table(rows: Sequence[Compared]) -> str:
    lines = [
        "| | group | figure | published | simulated | error | | near enough |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        figure = row.figure
        over = {"census_autumn": " (autumn)", "census_autumn_spring": " (autumn and spring)"}
        over["daily_autumn"] = " (autumn)"
        lines.append(
            f"| {figure.dimension} | {figure.group} | {_measure(figure)}{over.get(figure.basis, '')} "
            f"| {figure.value:g} | {row.simulated:.2f} ± {row.error:.2f} | {row.difference:+.2f} "
            f"| {row.sort.value} | {'yes' if row.fits else '**no**'} |"
        )
    return "\n".join(lines) + "\n"


def _measure(figure: Figure) -> str:
    names = {"pa": "persistent absence", "rate": "rate", "difference": "points more"}
    return names.get(figure.measure, figure.measure.replace("_", " "))


def _not_compared(left: Sequence[Figure]) -> str:
    lines = ["| year | what | figures | why |", "|---|---|---|---|"]
    kinds: dict[tuple[str, str, str], int] = {}
    for figure in left:
        key = (figure.year, _what(figure), _why(figure))
        kinds[key] = kinds.get(key, 0) + 1
    lines += [f"| {year} | {what} | {count} | {why} |" for (year, what, why), count in sorted(kinds.items())]
    return "\n".join(lines) + "\n"


def _what(figure: Figure) -> str:
    return f"{figure.dimension}: {figure.measure.replace('_', ' ')}"


def _why(figure: Figure) -> str:
    if figure.dimension in {"population", "calendar"}:
        return "it describes schools; the shares of phases and of free school meals are taken from here"
    if figure.dimension == "penalty_notices":
        return "notices come of a policy, not of the population"
    if figure.unit == "enrolments":
        return "the share is compared"
    if figure.dimension == "SEN_need" or figure.group == "PRU":
        return "the model knows no needs by kind, and no pupil referral units"
    if figure.measure.startswith("covid"):
        return "no longer a reason"
    return "no population is like this year"


def main(arguments: Sequence[str] | None = None) -> None:
    """Makes the populations and writes the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("page", type=Path)
    parser.add_argument("--pupils", type=int, default=PUPILS)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args(arguments)
    rows, left = compared(worlds(asked.pupils, asked.seeds, asked.processes), asked.pupils)
    asked.page.write_text(page(rows, left, asked.pupils, asked.seeds), encoding="utf-8")
    off = [row for row in rows if not row.fits]
    sys.stderr.write(f"{len(rows)} figures, {len(off)} not near enough\n")


if __name__ == "__main__":
    main()
