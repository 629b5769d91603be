"""The version of the engine, as decision records name it."""

from importlib.metadata import PackageNotFoundError, version


def _installed() -> str:
    try:
        return version("fingerpost")
    except PackageNotFoundError:
        return "0+unknown"


ENGINE = _installed()
