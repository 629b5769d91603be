"""JSON with places: read by the standard library, then searched again for whatever is wrong.

Places cost more than reading, so they are found afterwards and only for what is asked: by walking down the
text along a path. What an object or a list holds is found once, so that a hundred mistakes cost little more
than one.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from json.decoder import scanstring  # type: ignore[attr-defined]  # public, and missing in the types

from fingerpost.readers.documents import Document, Path
from fingerpost.readers.problems import Problems
from fingerpost.readers.texts import CONTROLS, line_starts, place_of_offset
from fingerpost_dsl.source import Place

_BLANK = re.compile(r"[ \t\n\r]*")
_ESCAPE = re.compile(r"\\\\|\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u(....)")
"""Escapes of a JSON text, from its beginning on; of those that stand for one character alone, its number."""
_NO_CHARACTER = re.compile(f"[{CONTROLS}\ud800-\udfff]")
"""A control character, or half a surrogate pair, which no text of ours has."""
_MOST_DIGITS = 40


def read_json(text: str, name: str, problems: Problems) -> Document | None:
    """A JSON text; None, with the reason noted, if it is none. Numbers are exact."""
    doubled: list[str] = []

    def as_object(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            seen = Counter(key for key, _ in pairs)
            doubled.append(next(key for key, times in seen.items() if times > 1))
        return found

    try:
        data = json.loads(
            text, object_pairs_hook=as_object, parse_int=_whole, parse_float=_number, parse_constant=_Constant
        )
    except json.JSONDecodeError as error:
        message, advice = _in_plain_words(error, text)
        problems.stop("E0632", message, place_of_offset(text, error.pos, name), help=advice)
        return None
    except RecursionError:
        problems.stop(
            "E0634", "the document is nested too deeply", Place(name, 1), help="is it a history at all?"
        )
        return None
    for escape in _ESCAPE.finditer(text):
        if escape[1] and _NO_CHARACTER.match(chr(int(escape[1], 16))):
            place = place_of_offset(text, escape.start(), name)
            problems.stop(
                "E0604", f"a character that no text has (U+{escape[1].upper()})", place, help="take it out"
            )
            return None
    positions = _Positions(text)
    for key in doubled[:20]:
        at = positions.doubled(key)
        problems.stop(
            "E0611",
            f"the key `{key}` appears twice in one object",
            place_of_offset(text, at, name, len(key) + 2),
            help="take one of them out: only one could count",
        )
    if doubled:
        return None
    return Document(name, data, lambda path, key: positions.place(path, key, name))


class _Constant:
    """No number of ours: `NaN` and `Infinity`, which JSON has not, and what has too many digits."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


def _whole(text: str) -> int | _Constant:
    return int(text) if len(text) <= _MOST_DIGITS else _Constant(text)


def _number(text: str) -> Decimal | _Constant:
    is_short = len(text) <= _MOST_DIGITS and abs(int(re.split("[eE]", text + "e0")[1])) <= _MOST_DIGITS
    return Decimal(text) if is_short else _Constant(text)


def _in_plain_words(error: json.JSONDecodeError, text: str) -> tuple[str, str]:
    rest = text[error.pos : error.pos + 1]
    match error.msg:
        case "Expecting ',' delimiter":
            return "a comma is missing, or a bracket", "two values need a comma between them"
        case "Expecting ':' delimiter":
            return "a colon is missing after a key", 'an object is written `{"key": value}`'
        case message if message.startswith("Expecting property name") or "trailing comma" in message:
            return "a key in quotation marks is expected here", "is there a comma too many before it?"
        case message if message.startswith("Unterminated string"):
            return "a quotation mark is never closed", "close it, or take it out"
        case message if message.startswith("Invalid \\"):
            return "a backslash that stands for nothing", r"the mark `\` is written `\\` in JSON"
        case message if message.startswith("Invalid control character"):
            return "a line end inside a text", "close the quotation mark on the same line"
        case "Extra data":
            return (
                "there is more after the end of the document",
                "a document is one object: take out what follows",
            )
    if not rest:
        return "the document ends too early", "was it written to the end?"
    return "a value is expected here", 'a text stands in double quotation marks: `"…"`'


@dataclass
class _Positions:
    """Finds values in a JSON text that is known to be right. What an object or list holds is found once."""

    text: str
    _decoder: json.JSONDecoder = field(default_factory=lambda: json.JSONDecoder(parse_int=str))
    _children: dict[int, dict[str | int, tuple[int, int]]] = field(default_factory=dict)
    _starts: list[int] | None = None

    def place(self, path: Path, key: bool, name: str) -> Place:
        """The place of the value at a path, or of its key."""
        at = key_at = self._skip(0)
        for index, step in enumerate(path):
            children = self._holds(at)
            if step not in children:
                break
            key_at, at = children[step]
            if index == len(path) - 1 and key:
                at = key_at
        if self._starts is None:
            self._starts = line_starts(self.text)
        return place_of_offset(self.text, at, name, self._length(at), starts=self._starts)

    def doubled(self, key: str) -> int:
        """Where a key stands a second time in one object."""
        waiting = [self._skip(0)]
        while waiting:
            at = waiting.pop()
            if self.text[at] not in "{[":
                continue
            seen: set[str | int] = set()
            for found, key_at, value_at in self._walk(at):
                if found == key and found in seen:
                    return key_at
                seen.add(found)
                waiting.append(value_at)
        return 0

    def _length(self, at: int) -> int:
        if self.text[at : at + 1] in ("{", "["):
            return 1
        return int(self._decoder.raw_decode(self.text, at)[1]) - at

    def _skip(self, at: int) -> int:
        match = _BLANK.match(self.text, at)
        assert match is not None
        return match.end()

    def _holds(self, at: int) -> Mapping[str | int, tuple[int, int]]:
        if at not in self._children:
            self._children[at] = {key: (key_at, value_at) for key, key_at, value_at in self._walk(at)}
        return self._children[at]

    def _walk(self, at: int) -> list[tuple[str | int, int, int]]:
        """Of all that a container holds: its key or index, and the places of the key and of the value."""
        text, found = self.text, list[tuple[str | int, int, int]]()
        if text[at : at + 1] not in ("{", "["):
            return found
        is_object, at = text[at] == "{", self._skip(at + 1)
        while text[at] not in "}]":
            key: str | int = len(found)
            key_at = at
            if is_object:
                key, at = scanstring(text, at + 1, True)
                at = self._skip(self._skip(at) + 1)
            found.append((key, key_at, at))
            try:
                at = self._skip(self._decoder.raw_decode(text, at)[1])
            except RecursionError:  # nested so deeply that it could just be read: no place beyond it
                break
            if text[at] == ",":
                at = self._skip(at + 1)
        return found
