"""Fits the numbers of the model to the published figures, and writes `fitted.json`.

    python -m fingerpost_simulations.people.fit

takes some minutes. Shapes are given here, as they were found for 2022/23 (`SHAPES`); rates are found anew.
"""

from __future__ import annotations

import json
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from fingerpost_simulations.people.calibrate import Reference, first_guess, to_document, tried
from fingerpost_simulations.people.rates import Fitted, Shape
from fingerpost_simulations.people.targets import target
from fingerpost_simulations.people.years import school_year

YEARS: Final = ("2018/19", "2022/23", "2023/24")
SHAPES: Final = (
    Shape(illness=1.1, away=1.8, disengaged=0.94, weekdays=0.29, friday=0.17),
    Shape(illness=1.1, away=1.6, disengaged=1.37, weekdays=0.20, friday=0.05),
    Shape(illness=1.3, away=2.4, disengaged=2.40, weekdays=0.30, friday=0.10),
)
"""Primary, secondary, special."""


def fit(year: str, shapes: tuple[Shape, ...] = SHAPES, pupils: int = 40_000, rounds: int = 8) -> Fitted:
    """Rates for a published year: on a small reference population, on a larger one, and on a large one."""
    wanted = target(year)
    small = Reference.of(year, pupils)
    found = first_guess(wanted, shapes, school_year(int(year[:4])))
    found = tried(found, wanted, small, rounds)
    for larger, again in ((5, 4), (20, 2)):
        found = tried(found, wanted, Reference.of(year, larger * pupils), again)
    return found


def main() -> None:
    """Fits all years and writes the file."""
    with ProcessPoolExecutor(2) as pool:
        found = pool.map(fit, YEARS)
        document = {year: to_document(one) for year, one in zip(YEARS, found, strict=True)}
    path = Path(__file__).with_name("fitted.json")
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
