"""The error gallery: policies in which every expected diagnostic is written on the line where it happens.

    tier at_risk "At risk"
      when absence >= 5%        -- error: E0113 "is at least"

The kind is `error`, `warning` or `lint`; after the code may stand a part of the message or of the help, in
quotation marks. In a `.yaml` file the comment begins with `#`. A diagnostic that no comment expects fails,
and so does an expectation that nothing meets. Several on one line are separated by `;`. A file in `errors/`
is named after the code that it shows.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.spellings import SUFFIXES

ERRORS = Path(__file__).parent / "errors"

_COMMENT = re.compile(r"(?:--|#)\s*(?P<all>(?:error|warning|lint):.*)$", re.MULTILINE)
_EXPECTED = re.compile(r'(?P<severity>error|warning|lint):\s*(?P<code>[EWL]\d{4})(?:\s+"(?P<words>[^"]*)")?')

Check = Callable[[SourceText], Iterable[Diagnostic]]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a comment asks for."""

    line: int
    severity: str
    code: str
    words: str

    def met_by(self, diagnostic: Diagnostic) -> bool:
        """Whether this is the diagnostic, on its line, and it says these words."""
        said = " ".join((diagnostic.message, diagnostic.note, diagnostic.help))
        return (
            diagnostic.span is not None
            and diagnostic.span.line == self.line
            and diagnostic.code == self.code
            and diagnostic.severity == self.severity
            and self.words in said
        )

    def __str__(self) -> str:
        return f"line {self.line}: {self.severity}: {self.code} {self.words!r}"


def expectations(source: SourceText) -> list[Expected]:
    """All that a text expects of itself."""
    return [
        Expected(
            line=source.position(comment.start())[0],
            severity=found["severity"],
            code=found["code"],
            words=found["words"] or "",
        )
        for comment in _COMMENT.finditer(source.text)
        for found in _EXPECTED.finditer(comment["all"])
    ]


def assert_as_expected(source: SourceText, check: Check) -> None:
    """Check a text and compare; the failure lists what is missing and what nobody expected."""
    missing = expectations(source)
    surprising: list[Diagnostic] = []
    for diagnostic in check(source):
        met = next((expected for expected in missing if expected.met_by(diagnostic)), None)
        if met is None:
            surprising.append(diagnostic)
        else:
            missing.remove(met)
    problems = [f"missing     {expected}" for expected in missing]
    problems += [f"unexpected  {diagnostic}  help: {diagnostic.help}" for diagnostic in surprising]
    assert not problems, "\n".join([source.name, *problems])


def gallery(prefix: str) -> list[Path]:
    """The files of the gallery whose code begins like this."""
    return sorted(path for path in ERRORS.glob(f"{prefix}*") if path.suffix in SUFFIXES)
