"""What a workbook holds that its reader does not tell: looked at before the reader is given it.

A workbook is a zip file of XML. Its reader gives a cell with an error (`#N/A`) as a blank one, a percentage
as a bare number, and makes room for every cell up to the farthest, so that one stray cell at the end of a
sheet would take all memory. Each part is therefore unpacked here, within bounds, and its cells are gone
through once; the reader then gets the parts that were looked at, and nothing else.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

MOST_OCTETS = 1 << 29
"""Of all parts together, unpacked: a sheet of a million marks has half of it."""
MOST_CELLS = 1 << 24
"""From the first cell of a sheet to its last: sixteen columns of as many rows as a sheet can have."""

_WORKBOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STYLES = "xl/styles.xml"
_PERCENT_FORMATS = frozenset({"9", "10"})
"""The numbers of the formats `0%` and `0.00%`, which every workbook has."""
_DIGITS = "0123456789"
_IN_QUOTES = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What a format shows as it stands: not the sign of a percentage."""

LOCKED = "it is locked with a password"
DAMAGED = "it is damaged, or cut short"
_OF_DAMAGE = (
    BadZipFile,
    NotImplementedError,
    zlib.error,
    struct.error,
    expat.ExpatError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
)

Cell = tuple[int, int]
"""Row and column, both from 1."""
Attributes = Mapping[str, str]


class NoWorkbookError(Exception):
    """A file that is no workbook which can be read. The text says why."""


class TooLargeError(Exception):
    """A workbook that holds more than is read. The text says how much."""


@dataclass(slots=True)
class SheetPart:
    """A sheet as the workbook lists it, and what its reader does not tell of its cells."""

    name: str
    is_hidden: bool
    is_of_cells: bool
    """No chart, and no sheet of macros."""
    rows: int = 0
    columns: int = 0
    """How far the cells that hold something reach."""
    errors: dict[Cell, str] = field(default_factory=dict)
    """Where an error stands, such as `#N/A`."""
    percentages: set[Cell] = field(default_factory=set)
    """Where a number is shown as a percentage."""


def parts_of_workbook(content: bytes) -> tuple[list[SheetPart], bytes]:
    """The sheets of a workbook in their order, and the workbook with nothing but what was looked at.

    Raises NoWorkbookError and TooLargeError.
    """
    try:
        texts = _unpacked(content)
        if _WORKBOOK not in texts or _RELATIONS not in texts:
            raise NoWorkbookError("there is no workbook in it")
        sheets = list(_sheets(texts))
    except _OF_DAMAGE as error:
        raise NoWorkbookError(DAMAGED) from error
    return sheets, _packed(texts)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The parts that are XML, by their paths; pictures and the like are passed over."""
    with ZipFile(BytesIO(content)) as archive:
        listed = [one for one in archive.infolist() if one.filename.lower().endswith((".xml", ".rels"))]
        if any(one.flag_bits & 1 for one in listed):
            raise NoWorkbookError(LOCKED)
        if any(one.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for one in listed):
            raise NoWorkbookError("it is packed in a way that no spreadsheet program packs")
        octets = sum(one.file_size for one in listed)
        if octets > MOST_OCTETS:
            raise TooLargeError(f"it would take {octets >> 20:,} MiB unpacked, and {_MOST} are the most")
        # What a part really holds beyond the size that is said of it is an error of the archive.
        return {one.filename: archive.read(one) for one in listed}


_MOST = f"{MOST_OCTETS >> 20:,}"


def _packed(texts: Mapping[str, bytes]) -> bytes:
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    return target.getvalue()


def _sheets(texts: Mapping[str, bytes]) -> Iterator[SheetPart]:
    """The sheets that the workbook lists, gone through."""
    targets = {
        one.get("Id", ""): (one.get("Target", ""), one.get("Type", ""))
        for name, one in _elements(texts[_RELATIONS])
        if name == "Relationship"
    }
    percents = frozenset(_percent_styles(texts.get(_STYLES, b"")))
    for name, one in _elements(texts[_WORKBOOK]):
        if name != "sheet":
            continue
        target, kind = targets[next((value for key, value in one.items() if key.endswith(":id")), "")]
        path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
        is_of_cells = kind.endswith("/worksheet")
        sheet = SheetPart(one["name"], one.get("state", "visible") != "visible", is_of_cells)
        if is_of_cells:
            if not _glanced_through(texts[path], sheet, percents):
                _Looking(sheet, percents).go_through(texts[path])
            if sheet.rows * sheet.columns > MOST_CELLS:
                raise TooLargeError(
                    f"its sheet `{sheet.name}` reaches to row {sheet.rows:,} and column {sheet.columns:,}, "
                    f"and {MOST_CELLS:,} cells are the most"
                )
        yield sheet


def _percent_styles(text: bytes) -> Iterator[str]:
    """The numbers of the styles that show a percentage."""
    formats = set(_PERCENT_FORMATS)
    number, within = 0, False
    for name, one in _elements(text) if text else ():
        if name == "numFmt" and "%" in _IN_QUOTES.sub("", one.get("formatCode", "")):
            formats.add(one.get("numFmtId", ""))
        elif name in ("cellStyleXfs", "cellXfs", "cellStyles"):
            within = name == "cellXfs"
        elif name == "xf" and within:
            if one.get("numFmtId") in formats:
                yield str(number)
            number += 1


def _elements(text: bytes) -> list[tuple[str, Attributes]]:
    """The elements of a small part in their order, without prefixes, and their attributes."""
    found: list[tuple[str, Attributes]] = []
    parser = _parser(lambda name, attributes: found.append((name.rpartition(":")[2], attributes)))
    parser.Parse(text, True)
    return found


def _parser(start: Callable[[str, Attributes], None]) -> expat.XMLParserType:
    def refuse(*_: object) -> None:
        raise NoWorkbookError("a part of it has a document type, which no workbook has")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    return parser


_USUAL_CELL = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_UNUSUAL = (b"<!", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r", b":c", b'"e"', b"'e'")
"""What asks for a longer look: cells that do not say where they stand, and errors."""


def _glanced_through(text: bytes, sheet: SheetPart, percents: frozenset[str]) -> bool:
    """Whether a glance shows that a sheet is as nearly all are, and how far it reaches at the most.

    In a quarter of the time that it takes to go through the cells of a sheet.
    """
    places = _USUAL_CELL.findall(text)
    if not places or len(places) != text.count(b"<c ") or b"<v>" not in text:
        return False
    if any(sign in text for sign in _UNUSUAL):
        return False
    if percents and re.search(rb"\ss\s*=\s*[\"'](?:%s)[\"']" % "|".join(percents).encode(), text):
        return False
    rows = max(int(row) for _, row in places)
    columns = max(column_of(letters.decode()) for letters in {letters for letters, _ in places})
    if rows * columns > MOST_CELLS:
        return False  # some of them may be blank
    sheet.rows, sheet.columns = rows, columns
    return True


@dataclass(slots=True)
class _Looking:
    """Goes through the cells of one sheet."""

    sheet: SheetPart
    percents: frozenset[str]
    _parser: expat.XMLParserType = field(init=False)
    _here: Cell = (0, 0)
    _kind: str | None = None
    _style: str | None = None
    _columns: dict[str, int] = field(default_factory=dict)
    """By its letters: which column it is."""

    def go_through(self, text: bytes) -> None:
        self._parser = _parser(self._element)
        self._parser.Parse(text, True)

    def _element(self, name: str, attributes: Attributes) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._here = self._place(attributes.get("r"))
            self._kind, self._style = attributes.get("t"), attributes.get("s")
            self._parser.CharacterDataHandler = None
        elif name in ("v", "is"):
            sheet, (row, column) = self.sheet, self._here
            sheet.rows, sheet.columns = max(sheet.rows, row), max(sheet.columns, column)
            if self._kind == "e":
                sheet.errors[self._here] = ""
                self._parser.CharacterDataHandler = self._text
            elif self._style in self.percents and self._kind in (None, "n"):
                sheet.percentages.add(self._here)
        elif name == "row":
            number = attributes.get("r")
            self._here = (self._here[0] + 1 if number is None else int(number), 0)
            self._parser.CharacterDataHandler = None

    def _text(self, text: str) -> None:
        self.sheet.errors[self._here] += text.strip()

    def _place(self, reference: str | None) -> Cell:
        """Where a cell stands: `D12`, or after the one before it if it does not say."""
        if reference is None:
            return self._here[0], self._here[1] + 1
        letters = reference.rstrip(_DIGITS)
        if letters not in self._columns:
            self._columns[letters] = column_of(letters)
        return int(reference[len(letters) :]), self._columns[letters]


def column_of(letters: str) -> int:
    """The number of a column. Raises ValueError if it is none.

    >>> column_of("A"), column_of("XFD")
    (1, 16384)
    """
    number = 0
    for letter in letters or "?":
        if not "A" <= letter <= "Z":
            raise ValueError(letters)
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def letters_of(column: int) -> str:
    """The letters of a column.

    >>> letters_of(1), letters_of(28), letters_of(16384)
    ('A', 'AB', 'XFD')
    """
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
