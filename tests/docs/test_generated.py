"""Lists that the manual takes from the code: kept between markers, and held equal to what the code says.

    <!-- generated: units -->
    <!-- end -->

`UPDATE_GOLDEN=1 pytest tests/docs` writes them anew.
"""

import os
import re
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from fingerpost.passages import source_coverage
from fingerpost.render import withheld
from fingerpost.render.passages import coverage_page, responsibilities_page
from fingerpost_cli.main import fingerpost
from fingerpost_dsl.codes import TITLES, severity_of
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.operators import BUILT_IN_SETS, BUILT_INS, OPERATORS, PHASES, UNITS, WINDOWS
from tests.docs import reference
from tests.docs.manual import DOCS, pages, title
from tests.docs.reference import table
from tests.shipped import shipped

_MARKED = re.compile(r"(<!-- generated: (?P<name>[\w-]+) -->\n)(?P<body>.*?)(<!-- end -->)", re.DOTALL)

_SORTS = {
    "01": "Reading files and syntax",
    "02": "Names",
    "03": "Types and units",
    "04": "Layers and limits",
    "05": "Sense, headers and tests",
    "06": "Data files and histories",
    "07": "Evaluation",
}


def units() -> str:
    rows = ((f"`{unit.value}`", words.counts, words.meaning) for unit, words in UNITS.items())
    return table(("unit", "counts", "that is"), rows)


def operators() -> str:
    rows = (
        (
            f"`{row.form}`",
            row.meaning,
            f"`{row.gives.value}`"
            if row.gives
            else ", ".join(f"`{unit.value}`" for unit in UNITS if unit in row.units),
        )
        for name, row in OPERATORS.items()
        if name not in CLAUSES
    )
    return table(("written", "gives", "unit, or the units it takes"), rows)


CLAUSES = {
    "at least of",
    "within",
    "no sooner than",
    "expires after",
    "every",
    "lasts",
    "provisional below",
} | {
    "run of at least",
    "least size",
}
"""Rows of the table of operators that are clauses of a declaration, and stand with it."""


def windows() -> str:
    def laid_over(name: str) -> str:
        return ", ".join(sorted(over.value for over in WINDOWS[name].over))

    rows = ((f"`{row.form}`", row.meaning, laid_over(name)) for name, row in WINDOWS.items())
    return table(("window", "keeps", "laid over"), rows)


def built_ins() -> str:
    rows = [(f"`{name.value}`", row.meaning) for name, row in BUILT_INS.items()]
    return table(("name", "is"), rows) + f"\nPhases: {', '.join(f'`{phase}`' for phase in PHASES)}.\n"


def sets() -> str:
    own = {
        name: kinds
        for name, kinds in BUILT_IN_SETS.items()
        if len(kinds) > 1 or name in ("authorised", "unauthorised")
    }
    rows = (
        (f"`{name}`", " and ".join(f"`{kind.value}`" for kind in type(next(iter(kinds))) if kind in kinds))
        for name, kinds in own.items()
    )
    return table(("set", "kinds"), rows)


def diagnostics() -> str:
    parts = []
    for group, sort in _SORTS.items():
        rows = [
            (f"[{code}](../../dsl/fingerpost_dsl/pages/{code}.md)", severity_of(code).value, says)
            for code, says in sorted(TITLES.items(), key=lambda item: ("EWL".index(item[0][0]), item[0]))
            if code[1:3] == group
        ]
        if rows:
            parts.append(f"## {sort}\n\n" + table(("code", "is", "about"), rows))
    return "\n".join(parts)


def open_thresholds() -> str:
    """What the edition in force leaves to local policies: value, bounds, and where it comes from."""
    policy = shipped("england@2024.08")
    assert isinstance(policy, Policy)
    rows = (
        (
            f"`{one.name}`",
            one.title,
            str(one.value) if one.value is not None else "not set",
            " to ".join(str(bound) for bound in one.bounds) if one.bounds else "",
            ", ".join(f"`{passage}`" for passage in one.cites) or f"our own judgement: {one.ours}",
        )
        for one in policy.thresholds.values()
        if one.is_open
    )
    return table(("name", "is", "now", "bounds", "rests on"), rows)


def edition(version: str) -> Callable[[], str]:
    """The coverage of one edition, and who is asked for what."""

    def page() -> str:
        policy = shipped(f"england@{version}")
        assert isinstance(policy, Policy)
        coverage = source_coverage(policy)
        return f"{coverage_page(coverage)}\n## Who is asked for what\n\n{responsibilities_page(coverage)}"

    return page


LISTS: Mapping[str, Callable[[], str]] = {
    "units": units,
    "operators": operators,
    "windows": windows,
    "built-ins": built_ins,
    "sets": sets,
    "diagnostics": diagnostics,
    "open": open_thresholds,
    "declarations": reference.declarations,
    **{
        f"clauses-{kind}": partial(reference.clauses, kind)
        for kind in ("policy", "source", "fact", "event", "threshold", "tier", "action", "pathway", "step")
    },
    "units-with-examples": reference.units,
    "values": lambda: reference.values(CLAUSES),
    "conditions": reference.conditions,
    "windows-with-examples": reference.windows,
    "quantities": lambda: reference.quantities(CLAUSES),
    "built-ins-with-examples": reference.built_ins,
    "withheld": withheld.as_markdown,
    "england-2022-09": edition("2022.09"),
    "england-2024-08": edition("2024.08"),
}


@pytest.mark.parametrize("page", pages(), ids=title)
def test_lists_are_those_of_the_code(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    actual = _MARKED.sub(lambda found: f"{found[1]}\n{LISTS[found['name']]().strip()}\n\n{found[4]}", text)
    if os.environ.get("UPDATE_GOLDEN"):
        page.write_text(actual, encoding="utf-8")
        return
    assert actual == text, f"{title(page)}: run again with UPDATE_GOLDEN=1 and read the difference"


def test_every_list_has_its_place() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    assert {found["name"] for found in _MARKED.finditer(text)} == set(LISTS)


def test_every_group_of_codes_has_a_name() -> None:
    assert {code[1:3] for code in TITLES} <= set(_SORTS)


@pytest.mark.parametrize("code", sorted(TITLES))
def test_every_code_has_its_page_in_the_manual_and_on_the_command_line(code: str) -> None:
    """The list links to the page that `check --explain` prints, and the page opens with the list's words."""
    listed = (DOCS / "errors" / "README.md").read_text(encoding="utf-8")
    target = f"../../dsl/fingerpost_dsl/pages/{code}.md"
    assert f"[{code}]({target}) | {severity_of(code).value} | {TITLES[code]}" in listed
    page = (DOCS / "errors" / target).resolve().read_text(encoding="utf-8")
    assert page.startswith(f"# {code}: {TITLES[code]}\n")
    for asked in (code, code.lower()):
        told = CliRunner().invoke(fingerpost, ["check", "--explain", asked])
        assert (told.exit_code, told.output) == (0, page.rstrip() + "\n")
