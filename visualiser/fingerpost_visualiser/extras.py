"""What the extras `draw`, `office` and `browser` bring, and one clear sentence where one is missing."""

from __future__ import annotations

from importlib.util import find_spec

_PACKAGES = {
    "fontTools": "fonttools",
    "pptx": "python-pptx",
    "docx": "python-docx",
    "xlsxwriter": "XlsxWriter",
}
"""What a module is called among packages, where that differs."""


class CannotDrawError(Exception):
    """A picture cannot be drawn here; the message says what to do about it."""


def needs(*modules: str, extra: str = "draw") -> None:
    """Raise `CannotDrawError` unless every module is installed."""
    missing = [_PACKAGES.get(module, module) for module in modules if find_spec(module) is None]
    if missing:
        raise CannotDrawError(
            f"drawing needs {' and '.join(missing)}: run `pip install 'fingerpost[{extra}]'`"
        )
