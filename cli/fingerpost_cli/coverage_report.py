"""How a policy's coverage by its tests is shown: a table by file with what is missing, or as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fingerpost.coverage_points import Side, Sort
from fingerpost.policy_coverage import Coverage, Covered, sides


def text(coverage: Coverage) -> str:
    """The table, and what is missing below it."""
    seen, wanted = sides(coverage.points)
    lines = [f"Coverage of {coverage.policy}: {_percent(seen, wanted)}, {seen} of {wanted}", ""]
    lines.extend(_table(coverage))
    missing = list(_missing(coverage))
    lines.extend(["", "No test shows:", *missing] if missing else [])
    rules = coverage.of(sort=Sort.RULE)
    unknown = sum(Side.UNKNOWN in one.seen for one in rules)
    lines.extend(["", f"Expected to be unknown somewhere: {unknown} of {len(rules)} rules."])
    return "\n".join(lines)


def _table(coverage: Coverage) -> Iterator[str]:
    names = short_names(coverage.files)
    width = max(map(len, ["total", *names.values()]))
    yield "  ".join([" " * width, *(f"{sort.value:>10}" for sort in Sort), "  all"])
    rows = [(name, coverage.of(file), file) for file, name in names.items()]
    for name, points, file in [*rows, ("total", coverage.points, None)]:
        cells = []
        for sort in Sort:
            seen, wanted = sides(coverage.of(file, sort))
            cells.append(f"{f'{seen}/{wanted}' if wanted else '–':>10}")
        yield "  ".join([f"{name:<{width}}", *cells, f"{_percent(*sides(points)):>5}"])


def _percent(seen: int, wanted: int) -> str:
    """In whole percent, rounded down: 100% is all of it."""
    return f"{100 * seen // wanted if wanted else 100}%"


def short_names(files: Iterable[str]) -> dict[str, str]:
    """The files by their last names, with as many folders before them as tell them apart."""
    parts = {file: Path(file).parts for file in files}
    for length in range(1, max(map(len, parts.values()), default=0) + 1):
        names = {file: "/".join(found[-length:]) for file, found in parts.items()}
        if len(set(names.values())) == len(names):
            return names
    return {file: file for file in parts}


def _missing(coverage: Coverage) -> Iterator[str]:
    for file, name in short_names(coverage.files).items():
        lacking = [one for one in coverage.of(file) if one.missing]
        if lacking:
            yield name
        for one in lacking:
            yield f"{one.point.span.line:>5}  {one.point.place}: {phrase(one)}"


def phrase(one: Covered) -> str:
    """What is missing at a point, in words."""
    what, missing = one.point.what, one.missing
    match one.point.sort:
        case Sort.CONDITION:
            return f"{what} never {' and never '.join(side.value for side in missing)}".strip()
        case Sort.RULE if one.point.place.startswith("bar "):
            ways = {Side.TRUE: "that it bars", Side.FALSE: "without it"}
            return f"no test {' and none '.join(ways[side] for side in missing)}"
        case Sort.RULE:
            ways = {Side.TRUE: "that it applies", Side.FALSE: "that it does not apply"}
            return f"no test expects {' or '.join(ways[side] for side in missing)}"
        case Sort.DEADLINE | Sort.THRESHOLD:
            return f"{what}: no test {', '.join(side.value for side in missing)}"


def as_object(coverage: Coverage) -> dict[str, Any]:
    """The same as JSON, with every point."""
    seen, wanted = sides(coverage.points)
    return {
        "policy": str(coverage.policy),
        "seen": seen,
        "wanted": wanted,
        "points": [
            {
                "place": str(one.point.span),
                "sort": one.point.sort.value,
                "declaration": one.point.place,
                "what": one.point.what or None,
                "wanted": [side.value for side in one.point.wanted],
                "seen": [side.value for side in Side if side in one.seen],
                "missing": [side.value for side in one.missing],
            }
            for one in coverage.points
        ],
    }
