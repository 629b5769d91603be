"""Diagnostics as text for people, as JSON for programs, and as annotations for GitHub.

The text shows each place with the line that the person wrote and what is meant underlined:

    error[E0312]: `conversation_within` is counted in school days; `10 days` are calendar days
      ┌─ devon/devon.policy:15:40
    15│ change threshold conversation_within to 10 days
      │                                         ^^^^^^^ weekends and holidays included
      help: write `10 school days`

Carets are placed by the width that a terminal gives to characters, not by counting them: a tab is shown as
spaces up to the next multiple of four, wide characters take two columns, combining marks none. Control
characters are shown as a replacement sign, so that a file cannot write on the reader's terminal.
"""

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from fingerpost_dsl.diagnostics import Diagnostic, Severity
from fingerpost_dsl.source import Location, Place

_TAB = 4
_WIDEST = 160


def text(diagnostics: Iterable[Diagnostic], *, called: Callable[[str], str] = str) -> str:
    """All of them for a terminal or a log, with an empty line between; empty if there are none.

    `called` says what to call a file.
    """
    return "\n".join(f"{_one(diagnostic, called)}\n" for diagnostic in diagnostics)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """How many of each: `2 errors, 1 warning`; `no problems`."""
    counts = dict.fromkeys(Severity, 0)
    for diagnostic in diagnostics:
        counts[diagnostic.severity] += 1
    parts = [f"{count} {severity}{'s' * (count != 1)}" for severity, count in counts.items() if count]
    return ", ".join(parts) or "no problems"


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """A JSON array with one object a diagnostic; positions are from 1, ends are exclusive."""
    return json.dumps([_object(diagnostic) for diagnostic in diagnostics], indent=2, ensure_ascii=False)


def github(diagnostics: Iterable[Diagnostic]) -> str:
    """One workflow command a line, which GitHub shows beside the changed lines of a pull request."""
    return "".join(f"{_annotation(diagnostic)}\n" for diagnostic in diagnostics)


def _one(diagnostic: Diagnostic, called: Callable[[str], str]) -> str:
    places = [(diagnostic.span, "^", diagnostic.note)] if diagnostic.span else []
    places += [(label.span, "-", label.message) for label in diagnostic.labels]
    width = max((len(str(span.line)) for span, _, _ in places), default=1)
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {printable(diagnostic.message)}"]
    for span, mark, message in places:
        lines += _place(span, called(span.file), mark, message, width)
    if diagnostic.help:
        lines.append(f"{' ' * width}help: {printable(diagnostic.help)}")
    return "\n".join(lines)


def _place(span: Location, file: str, mark: str, message: str, width: int) -> list[str]:
    """The three lines that show one place; only the first if nobody has the text of the line."""
    gutter = " " * width
    head = f"{gutter}┌─ {printable(file)}:{span.line}:{span.column}"
    if not span.line_text:
        return [f"{head}  {printable(message)}" if message else head]
    shown, before, marked = _cut(span)
    under = f"{' ' * before}{mark * max(marked, 1)} {printable(message)}".rstrip()
    return [head, f"{span.line:>{width}}│ {shown}".rstrip(), f"{gutter}│ {under}"]


def _cut(span: Location) -> tuple[str, int, int]:
    """The line as it is shown, the columns before what is underlined, and how many are underlined."""
    line = span.line_text or ""
    skipped = span.skipped if isinstance(span, Place) else 0
    start = min(span.column - 1 - skipped, len(line))
    end = min(span.end_column - 1 - skipped, len(line)) if span.end_line == span.line else len(line)
    if isinstance(span, Place) and span.marked:
        start, end = span.marked
    first = 0
    if len(line) > _WIDEST and start > _WIDEST // 2:
        first = start - _WIDEST // 4
    before = ("…" if first or skipped else "") + line[first:start]
    marked = line[start : min(max(end, start), start + _WIDEST)]
    after = line[start + len(marked) :]
    room = max(_WIDEST - (start - first) - len(marked), 0)
    tail = after[:room] + ("…" if len(after) > room else "")
    shown_before = _expanded(before, 0)
    columns = _width(shown_before)
    shown_marked = _expanded(marked, columns)
    shown_tail = _expanded(tail, columns + _width(shown_marked))
    return f"{shown_before}{shown_marked}{shown_tail}", columns, _width(shown_marked)


def _expanded(part: str, column: int) -> str:
    """With tabs as spaces and nothing that moves the cursor; `column` is where the part begins."""
    pieces: list[str] = []
    for character in part:
        piece = " " * (_TAB - column % _TAB) if character == "\t" else printable(character)
        pieces.append(piece)
        column += _width(piece)
    return "".join(pieces)


def _width(part: str) -> int:
    """How many columns a terminal needs for it."""
    return sum(_character_width(character) for character in part)


def _character_width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def printable(part: str) -> str:
    """Without characters that a terminal would obey, and without marks that turn the direction of writing."""
    if part.isascii() and part.isprintable():
        return part
    return "".join("\N{REPLACEMENT CHARACTER}" if _obeyed(character) else character for character in part)


def _obeyed(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"}


def _object(diagnostic: Diagnostic) -> dict[str, Any]:
    result: dict[str, Any] = {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "message": diagnostic.message,
    }
    if diagnostic.span:
        result["place"] = _place_object(diagnostic.span)
    if diagnostic.note:
        result["note"] = diagnostic.note
    if diagnostic.labels:
        result["labels"] = [
            {**_place_object(label.span), "message": label.message} for label in diagnostic.labels
        ]
    if diagnostic.help:
        result["help"] = diagnostic.help
    if diagnostic.fix:
        result["fix"] = {**_place_object(diagnostic.fix.span), "text": diagnostic.fix.text}
    return result


def _place_object(span: Location) -> dict[str, Any]:
    return {
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
    }


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.LINT: "notice"}


def _annotation(diagnostic: Diagnostic) -> str:
    properties = {"title": diagnostic.code}
    if span := diagnostic.span:
        properties = {"file": span.file, "line": str(span.line), "col": str(span.column), **properties}
        if span.end_line == span.line:
            properties["endColumn"] = str(span.end_column)
    written = ",".join(f"{key}={_escaped(value, in_property=True)}" for key, value in properties.items())
    message = f"{diagnostic.message} ({diagnostic.help})" if diagnostic.help else diagnostic.message
    return f"::{_LEVELS[diagnostic.severity]} {written}::{_escaped(message)}"


def _escaped(value: str, *, in_property: bool = False) -> str:
    value = value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return value.replace(":", "%3A").replace(",", "%2C") if in_property else value
