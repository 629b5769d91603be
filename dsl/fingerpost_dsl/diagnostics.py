"""Diagnostics: what is wrong, where, what else to look at, and what to do about it.

One type serves policies, data files and evaluation. A message is lower case and quotes the user's own text in
backticks; advice stands apart in `help`. Nothing raises a diagnostic: whoever finds problems collects and
returns them, so that one run reports them all.

The severity follows from the code (see `codes.py`), and so do the page and the title; a diagnostic is
therefore made with `Diagnostic(code=…, message=…, span=…)` and never says its severity twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fingerpost_dsl.codes import Severity, severity_of
from fingerpost_dsl.source import Location, Span

__all__ = ["Diagnostic", "Fix", "Label", "Severity", "has_errors", "in_order"]


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that matters, in the same file or another one: `open to you, in school days`."""

    span: Location
    message: str = ""


@dataclass(frozen=True, slots=True)
class Fix:
    """A change of the text that would settle the matter: put `text` in place of `span`."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding.

    `note` stands beside the underline, `help` below; `fix` is the same advice for a program.
    """

    code: str
    message: str
    span: Location | None = None
    note: str = ""
    labels: tuple[Label, ...] = ()
    help: str = ""
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """Error, warning or lint: a matter of the code."""
        return severity_of(self.code)

    @property
    def is_error(self) -> bool:
        """Whether nothing may be built on a policy or a data file that has this."""
        return self.severity is Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.span}: " if self.span else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}"


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of them is an error."""
    return any(diagnostic.is_error for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """As a reader meets them: by file, line and column; those without a place first; each once."""

    def place(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
        span = diagnostic.span
        if span is None:
            return ("", 0, 0, diagnostic.code)
        return (span.file, span.line, span.column, diagnostic.code)

    return tuple(sorted(dict.fromkeys(diagnostics), key=place))
