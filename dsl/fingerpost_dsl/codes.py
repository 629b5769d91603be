"""The registry of diagnostics: every code, how serious it is, and its title.

A code is never used again for something else. Each has a page in `pages/` and a case in the error gallery; a
test holds the three together. `E` is an error, `W` a warning, `L` a lint.

| codes | about |
|---|---|
| E01xx | reading files and syntax |
| E02xx | names |
| E03xx | types and units |
| E04xx | layers and limits: what a local policy may do |
| E05xx | sense: pathways, enforcement, tiers |
| E06xx | data files and histories |
| E07xx | evaluation |
| W.… and L.… | the same groups, not as serious |
"""

from enum import StrEnum


class Severity(StrEnum):
    """How serious: an error stops, a warning deserves a look, a lint is about style and provenance."""

    ERROR = "error"
    WARNING = "warning"
    LINT = "lint"


_SEVERITY_OF_LETTER = {"E": Severity.ERROR, "W": Severity.WARNING, "L": Severity.LINT}

TITLES: dict[str, str] = {
    # reading files and syntax
    "E0101": "the file is not UTF-8",
    "E0102": "the file is too large",
    "E0103": "nested too deeply",
    "E0104": "a character that does not belong here",
    "E0105": "a quotation mark is never closed",
    "E0106": "not what may stand here",
    "E0107": "an unknown keyword",
    "E0108": "`and` and `or` mixed without brackets",
    "E0109": "a clause that belongs elsewhere",
    "E0110": "a clause is given twice",
    "E0111": "a reserved word as a name",
    "E0112": "a title or a text is missing",
    "E0113": "a sign where the language uses words",
    "E0114": "a code without quotation marks",
    "E0115": "a comma where a semicolon belongs, or the other way round",
    "E0116": "no such date",
    "E0117": "a number that cannot be",
    "E0118": "the file cannot be read",
    "E0119": "more errors than are shown",
    "E0120": "a bracket is never closed",
}


def severity_of(code: str) -> Severity:
    """The severity that a code's letter stands for.

    >>> severity_of("E0104").value
    'error'
    """
    return _SEVERITY_OF_LETTER[code[0]]
