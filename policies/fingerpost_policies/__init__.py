"""The policies that Fingerpost ships: data, and the few lines of Python that find it.

One folder holds one edition of one policy, with its codes and, in ``tests/``, its tests in the language;
``local/`` holds examples of local policies, ``calendars/`` the calendars that tests and demonstrations name.
Nothing here imports another package of Fingerpost, so that a policy can be read, and shipped, without any.
"""

from pathlib import Path

__all__ = ["calendar_path", "examples", "folders", "named"]

_HERE = Path(__file__).resolve().parent


def folders() -> tuple[Path, ...]:
    """The folder of each edition of a national policy, oldest first within its family.

    >>> [f"{folder.parent.name}/{folder.name}" for folder in folders()]
    ['england/2022.09', 'england/2024.08']
    """
    return tuple(sorted(header.parent for header in _HERE.glob("*/*/00-policy.policy")))


def examples() -> tuple[Path, ...]:
    """The folder of each version of a local policy that is shipped as an example.

    >>> [str(folder.relative_to(folder.parents[2])) for folder in examples()]
    ['local/devon/2025.1', 'local/gloucestershire/2025.1', 'local/school-ladder/2025.1']
    """
    return tuple(sorted(header.parent for header in _HERE.glob("local/*/*/00-policy.policy")))


def named() -> dict[str, tuple[Path, ...]]:
    """The folders of each shipped policy, oldest first, by the name under which a person asks for it.

    >>> list(named())
    ['england', 'local/devon', 'local/gloucestershire', 'local/school-ladder']
    """
    found: dict[str, tuple[Path, ...]] = {}
    for folder in (*folders(), *examples()):
        name = folder.parent.relative_to(_HERE).as_posix()
        found[name] = (*found.get(name, ()), folder)
    return found


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
