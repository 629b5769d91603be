"""From a file to its text: what must be right before anybody can look at rows.

Exports come from Excel and from registers that are older than the people who use them: UTF-16, Windows-1252,
NUL bytes. Such a file is refused, since a name or a code read wrongly is worse than a file not read; the
answer says what it is and how to save it.
"""

from __future__ import annotations

import os
import re
from bisect import bisect_right
from pathlib import Path

from fingerpost.readers.problems import Problems
from fingerpost_dsl.source import Place

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE_AS = "in Excel choose File, Save As, and the type “CSV UTF-8 (Comma delimited)”"
LINE_END = re.compile(r"\r\n|\n|\r")
CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
"""What a terminal would obey, what ends a line in secret, and what turns the direction of writing."""
_CONTROL = re.compile(f"[{CONTROLS}]")
_ASCII_CONTROLS = tuple(sign for sign in map(chr, range(128)) if _CONTROL.match(sign))
_WIDE = tuple(sign for sign in map(chr, range(128, 0x2070)) if _CONTROL.match(sign))
_BINARY = {b"PK\x03\x04": "an Excel workbook or a zip file", b"PAR1": "a Parquet file", b"%PDF": "a PDF"}


def read_text(path: Path, problems: Problems, *, may_be_empty: bool = False) -> str | None:
    """The text of a file without its byte order mark; None, with the reason noted, if it cannot be had."""
    content = read_octets(path, problems)
    return None if content is None else decode(content, str(path), problems, may_be_empty=may_be_empty)


def read_octets(path: Path, problems: Problems) -> bytes | None:
    """What is in a file; None, with the reason noted, if it cannot be had."""
    try:
        if os.path.exists(path) and not path.is_file():  # noqa: PTH110 (no, if the name is too long)
            what = "a folder" if path.is_dir() else "a pipe or a device"
            message = f"`{path}` is {what}, and a file is expected there"
            problems.stop("E0601", message, Place(str(path), 1), help="give a file, or take it away")
            return None
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it cannot be read").lower()
        problems.stop(
            "E0601",
            f"`{path}` cannot be read: {reason}",
            help="check its name, its place and who may open it",
        )
        return None


def decode(content: bytes, name: str, problems: Problems, *, may_be_empty: bool = False) -> str | None:
    """The text of the bytes of a file called `name`; None, with the reason noted, if they are no text."""
    start = Place(name, 1)
    for magic, what in _BINARY.items():
        if content.startswith(magic):
            problems.stop("E0602", f"this is {what}, not a text", start, help="export it as CSV UTF-8")
            return None
    if content.startswith(_UTF_16) or (content[:400].count(0) > len(content[:400]) // 4 > 0):
        problems.stop("E0603", "the file is UTF-16, which Windows calls Unicode", start, help=_SAVE_AS)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.stop(
            "E0603",
            f"byte 0x{content[error.start]:02X} is not UTF-8: the file looks like Windows-1252",
            _place_of_byte(content, error.start, name),
            help=_SAVE_AS,
        )
        return None
    if not text.strip() and not may_be_empty:
        problems.stop("E0605", "the file is empty", start, help="was the export finished?")
        return None
    return without_controls(text, name, problems)


def without_controls(text: str, name: str, problems: Problems) -> str | None:
    """A text; None, with the place noted, if it holds a character that no text has."""
    control = first_control(text)
    if control is None:
        return text
    problems.stop(
        "E0604",
        f"a character that no text has (U+{ord(control[0]):04X})",
        place_of_offset(text, control.start(), name),
        help="the file was damaged, or is no text: export it again",
    )
    return None


def first_control(text: str) -> re.Match[str] | None:
    """The first character that no text has; of a text in ASCII it is quicker to ask for one after another."""
    if text.isascii() and not any(sign in text for sign in _ASCII_CONTROLS):
        return None
    return _CONTROL.search(text)


def _place_of_byte(content: bytes, offset: int, name: str) -> Place:
    shown = content[:offset].decode("utf-8-sig")
    line = shown.count("\n") + 1
    start = shown.rfind("\n") + 1
    rest = content[offset : offset + 200].split(b"\n")[0].decode("cp1252", errors="replace")
    return Place.in_line(name, line, len(shown) - start + 1, length=1, text=shown[start:] + rest)


def line_starts(text: str) -> list[int]:
    """The offsets at which lines begin."""
    return [0, *(match.end() for match in LINE_END.finditer(text))]


def place_of_offset(
    text: str, offset: int, name: str, length: int = 1, *, starts: list[int] | None = None
) -> Place:
    """The place of a character of a text. `starts` are those of its lines, if they are at hand."""
    starts = line_starts(text) if starts is None else starts
    line = bisect_right(starts, offset)
    start = starts[line - 1]
    end = starts[line] if line < len(starts) else len(text)
    column, marked = offset - start + 1, max(min(length, end - offset), 1)
    return Place.in_line(name, line, column, length=marked, text=text, start=start, end=end)


_OCTETS_AT_ONCE = 1 << 24
_OF_CONTROLS = bytes(map(ord, _ASCII_CONTROLS))
_WIDE_CONTROL = re.compile("|".join(re.escape(sign) for sign in _WIDE).encode())


def holds_controls(path: Path) -> bool:
    """Whether a file in UTF-8 holds a character that no text has; in one pass over its octets."""
    last = b""
    with path.open("rb") as file:
        while octets := file.read(_OCTETS_AT_ONCE):
            if len(octets.translate(None, _OF_CONTROLS)) < len(octets):
                return True
            octets = last + octets
            if not octets.isascii() and _WIDE_CONTROL.search(octets):
                return True
            last = octets[-2:]
    return False
