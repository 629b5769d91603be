"""The peers, by the names by which the command line knows them."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from benchmarks.population.peers.peer import Peer

NAMES = (
    "duckdb",
    "polars",
    "pandas",
    "numpy",
    "python",
    "zen",
    "zen_expression",
    "cedar",
    "reference",
    "planes",
    "planes_twice",
    "national_reference",
    "applying",
    "applying_twice",
    "applying_reference",
    "national",
    "parquet",
)


def peer(name: str) -> Peer:
    """The peer of a name. Raises ImportError where its tool is not installed."""
    found: Peer = import_module(f"benchmarks.population.peers.in_{name}").PEER
    missing = [module for module in found.needs if find_spec(module) is None]
    if missing:
        raise ImportError(f"{found.title} needs {', '.join(missing)}: pip install 'fingerpost[bench]'")
    return found
