"""The policies that Fingerpost ships: data, and the few lines of Python that find it.

One folder holds one edition of one policy, with its codes and, in ``tests/``, its tests in the language;
``calendars/`` holds the calendars that tests and demonstrations name. Nothing here imports another package of
Fingerpost, so that a policy can be read, and shipped, without any of them.
"""

from pathlib import Path

__all__ = ["calendar_path", "folders"]

_HERE = Path(__file__).resolve().parent


def folders() -> tuple[Path, ...]:
    """The folder of each shipped edition, oldest first within its family.

    >>> [f"{folder.parent.name}/{folder.name}" for folder in folders()]
    ['england/2022.09', 'england/2024.08']
    """
    return tuple(sorted(header.parent for header in _HERE.glob("*/*/00-policy.policy")))


def calendar_path(name: str) -> Path:
    """The file of the calendar called ``name`` (``england-2024-25``; ``england`` spans all years).

    Raises ``KeyError`` with the names there are if there is none of that name.

    >>> calendar_path("england-2024-25").name
    'england-2024-25.yaml'
    """
    known = {path.stem: path for path in sorted((_HERE / "calendars").glob("*.yaml"))}
    if name not in known:
        raise KeyError(f"no calendar `{name}`; there are {', '.join(known)}")
    return known[name]
