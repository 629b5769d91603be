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
    Shape(illness=1.1, away=1.8, disengaged=1.0),
    Shape(illness=1.1, away=1.7, disengaged=1.43),
    Shape(illness=1.4, away=2.4, disengaged=2.55),
)
"""Primary, secondary, special."""


def fit(year: str, shapes: tuple[Shape, ...] = SHAPES, pupils: int = 40_000, rounds: int = 8) -> Fitted:
    """Rates for a published year: first on a small reference population, then on one five times as large."""
    wanted = target(year)
    small = Reference.of(year, pupils)
    found = first_guess(wanted, shapes, school_year(int(year[:4])))
    found = tried(found, wanted, small, rounds)
    large = Reference.of(year, 5 * pupils)
    return tried(found, wanted, large, 3)


def main() -> None:
    """Fits all years and writes the file."""
    with ProcessPoolExecutor(2) as pool:
        found = pool.map(fit, YEARS)
        document = {year: to_document(one) for year, one in zip(YEARS, found, strict=True)}
    path = Path(__file__).with_name("fitted.json")
    path.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
