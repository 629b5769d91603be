"""A small school on disk, and the command run in process: the policy is loaded once for all tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import fingerpost_cli.policies
from fingerpost.writers import write_json
from fingerpost_cli.main import fingerpost
from fingerpost_dsl.load import load_policies
from fingerpost_simulations.hillview import hillview

Run = Callable[..., Result]


@pytest.fixture(scope="session")
def school(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up school, as one JSON document, with a handful of pupils."""
    folder = tmp_path_factory.mktemp("history")
    path = folder / "school.json"
    write_json(hillview(per_year=1), path)
    return path


@pytest.fixture(scope="session", autouse=True)
def _policies_loaded_once() -> Iterator[None]:
    @cache
    def remembered(paths: tuple[Path, ...], search: tuple[Path, ...], tests: bool, before: bool) -> object:
        return load_policies(paths, search=search, tests=tests, before=before)

    def load(
        paths: tuple[Path, ...], *, search: tuple[Path, ...] = (), tests: bool = True, before: bool = False
    ) -> object:
        return remembered(tuple(paths), tuple(search), tests, before)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerpost_cli.policies, "load_policies", load)
        yield


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run `fingerpost …` in an empty folder, in a terminal of 110 columns."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "110")

    def invoke(*arguments: str | Path, stdin: str | None = None) -> Result:
        return CliRunner().invoke(fingerpost, [str(argument) for argument in arguments], input=stdin)

    return invoke
