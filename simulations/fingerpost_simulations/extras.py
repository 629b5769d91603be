"""What the extra `simulate` brings, and one clear sentence where it is missing."""

from __future__ import annotations

from importlib.util import find_spec

_PACKAGES = {"xlsxwriter": "XlsxWriter"}
"""What a module is called among packages, where that differs."""


class CannotSimulateError(Exception):
    """A simulation cannot be done here; the message says what to do about it."""


def needs(*modules: str) -> None:
    """Raise CannotSimulateError unless every module is installed."""
    missing = [_PACKAGES.get(module, module) for module in modules if find_spec(module) is None]
    if missing:
        raise CannotSimulateError(
            f"simulations need {' and '.join(missing)}: run `pip install 'fingerpost[simulate]'`"
        )
