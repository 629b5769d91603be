"""From bytes to text: what a file must be before anybody can look for mistakes in it.

Files come from Word, Excel and old editors, so the answer to a file that is not UTF-8 names the encoding it
probably is, and the place of the first byte that gives it away.
"""

import stat
from pathlib import Path

from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.source import Place, SourceText

MAX_SIZE = 4_000_000
"""The longest policy file, in bytes and in characters: some two hundred times the longest we know of."""


def read(path: Path, *, name: str | None = None) -> tuple[SourceText, tuple[Diagnostic, ...]]:
    """The text of a file, under its path or the name given; empty, with the reason, if it cannot be had."""
    name = name or str(path)
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            return _nothing(name, "E0118", "this is a folder, not a file", "")
        if not stat.S_ISREG(about.st_mode):  # a pipe or a device, which may never end
            return _nothing(
                name, "E0118", "this is a pipe or a device, not a file", "save it as a file first"
            )
        size = about.st_size
        if size > MAX_SIZE:
            return SourceText(name, ""), (too_large(name, size),)
        with path.open("rb") as file:
            content = file.read(MAX_SIZE + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        return _nothing(
            name, "E0118", f"the file cannot be read: {reason.lower()}", "check its name and place"
        )
    return decode(name, content)


def decode(name: str, content: bytes) -> tuple[SourceText, tuple[Diagnostic, ...]]:
    r"""The text of these bytes; empty, with the reason, if they are not a text.

    >>> decode("a.policy", b"role d\xe9partement")[1][0].message
    'byte 7 of line 1 (0xE9) is not UTF-8'
    """
    if len(content) > MAX_SIZE:
        return SourceText(name, ""), (too_large(name, len(content)),)
    kind = _kind_of_document(content)
    if kind is not None:
        return _nothing(
            name, "E0101", "the file is no text", f"it looks like {kind}; is this a policy at all?"
        )
    if _looks_like_utf_16(content):
        advice = f"the file looks like {_likely_encoding(content)}; save it as UTF-8"
        return _nothing(name, "E0101", "the file is not UTF-8", advice)
    try:
        return SourceText(name, content.decode("utf-8")), ()
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line_start = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
        line = before.replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", errors="replace")) + 1
        byte = error.start - line_start + 1
        return SourceText(name, ""), (
            Diagnostic(
                code="E0101",
                message=f"byte {byte} of line {line} (0x{content[error.start]:02X}) is not UTF-8",
                span=Place(name, line, column),
                help=f"the file looks like {_likely_encoding(content)}; save it as UTF-8",
            ),
        )


def too_large(name: str, size: int) -> Diagnostic:
    """A file, or a text, of more than `MAX_SIZE`."""
    return Diagnostic(
        code="E0102",
        message=f"the file has {size / 1_000_000:.1f} MB, and at most {MAX_SIZE // 1_000_000} MB are read",
        span=Place(name, 1),
        help="a policy may be a folder of several files; is this a policy at all?",
    )


def too_long(name: str, words: int, most: int) -> Diagnostic:
    """A text of more words than are parsed."""
    return Diagnostic(
        code="E0102",
        message=f"the file has {words} words and signs, and at most {most} are read",
        span=Place(name, 1),
        help="a policy may be a folder of several files; is this a policy at all?",
    )


def _nothing(name: str, code: str, message: str, advice: str) -> tuple[SourceText, tuple[Diagnostic, ...]]:
    return SourceText(name, ""), (Diagnostic(code=code, message=message, span=Place(name, 1), help=advice),)


_BEGINNINGS = {
    b"PAR1": "a table of Parquet",
    b"ARROW1": "a table of Arrow",
    b"PK\x03\x04": "a document of Word or Excel, or a ZIP file",
    b"\xd0\xcf\x11\xe0": "an old document of Word or Excel",
    b"%PDF": "a PDF",
    b"\x1f\x8b": "a compressed file",
}
"""How files begin that are no texts, and what they are."""


def _kind_of_document(content: bytes) -> str | None:
    return next((kind for begins, kind in _BEGINNINGS.items() if content.startswith(begins)), None)


def _looks_like_utf_16(content: bytes) -> bool:
    """Without its mark, a text in UTF-16 is UTF-8 with a NUL beside every letter."""
    return content.startswith((b"\xff\xfe", b"\xfe\xff")) or content[:200].count(0) > 20


def _likely_encoding(content: bytes) -> str:
    if _looks_like_utf_16(content):
        return "UTF-16, which Windows calls Unicode"
    if content.count(0):
        return "a program's data, not a text"
    return "Windows-1252, which Windows calls ANSI"
