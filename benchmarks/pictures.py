"""How long a picture takes: a pathway of two hundred steps, into each kind of file. The aim is 5 s.

python benchmarks/pictures.py
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1]))

from fingerpost_visualiser import ENDINGS, Options
from fingerpost_visualiser.views.pathway import pathway_view
from tests.visualiser.test_scene import chain

STEPS = 200


def main() -> None:
    """Measures and prints a row for each format."""
    policy = chain(STEPS)
    for ending, make in ENDINGS.items():
        start = perf_counter()
        size = len(make(pathway_view(policy, "legal"), Options()))
        print(f"{STEPS} steps, {ending:9} {perf_counter() - start:6.2f} s {size / 1000:8.0f} kB")


if __name__ == "__main__":
    main()
