"""The page of each diagnostic: what it says, why, an example, and what to write instead.

The command line (`fingerpost check --explain E0108`), the editor and the manual all read the same file,
`pages/E0108.md`, so they cannot tell different stories. A page has a first line `# CODE: title` and the
sections `## Why`, `## Example` and `## Instead`.
"""

from functools import cache
from importlib.resources import files


@cache
def page(code: str) -> str | None:
    """The page of a code in Markdown; None if there is no such code.

    >>> page("E0108").splitlines()[0]
    '# E0108: `and` and `or` mixed without brackets'
    """
    if not code.isalnum():  # a code never names a path
        return None
    found = files("fingerpost_dsl").joinpath("pages", f"{code.upper()}.md")
    return found.read_text(encoding="utf-8") if found.is_file() else None


@cache
def codes_with_a_page() -> tuple[str, ...]:
    """The codes that have a page, sorted."""
    folder = files("fingerpost_dsl").joinpath("pages")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(".md") for name in names if name.endswith(".md")))
