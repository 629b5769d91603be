"""The layout of the project: what an installed Fingerpost must contain."""

import importlib
import tomllib
from importlib import resources
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

PACKAGES = {
    "fingerpost_dsl": "dsl",
    "fingerpost": "engine",
    "fingerpost_policies": "policies",
    "fingerpost_simulations": "simulations",
    "fingerpost_visualiser": "visualiser",
    "fingerpost_cli": "cli",
}


@pytest.mark.parametrize("package", PACKAGES)
def test_package_is_importable_typed_and_described(package: str) -> None:
    """Every package imports, ships `py.typed`, and says in a docstring what it is for."""
    assert (importlib.import_module(package).__doc__ or "").strip()
    assert resources.files(package).joinpath("py.typed").is_file()


def test_every_source_root_is_built_and_installed() -> None:
    """The wheel holds every package, and an editable install sees every source root."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    build = project["tool"]["hatch"]["build"]
    assert build["dev-mode-dirs"] == list(PACKAGES.values())
    assert build["targets"]["wheel"]["packages"] == [f"{root}/{name}" for name, root in PACKAGES.items()]
