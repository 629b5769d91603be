"""What the extra `draw` brings, and one clear sentence where it is missing."""

from __future__ import annotations

from importlib.util import find_spec


class CannotDrawError(Exception):
    """A picture cannot be drawn here; the message says what to do about it."""


def needs(*modules: str) -> None:
    """Raise `CannotDrawError` unless every module is installed."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise CannotDrawError(f"drawing needs {' and '.join(missing)}: run `pip install 'fingerpost[draw]'`")
