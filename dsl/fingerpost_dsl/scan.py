"""A first look at a text, before it is parsed: characters that do not belong, quotation marks never closed.

The result is a text of the same length, character for character, in which each such place is replaced by what
was probably meant. The parser reads that one, and every span still points into the file as it is. So a pasted
curly quotation mark costs one message, not a declaration.
"""

import re
from dataclasses import dataclass, field

from fingerpost_dsl import characters
from fingerpost_dsl.diagnostics import Diagnostic, Fix
from fingerpost_dsl.source import SourceText

_BYTE_ORDER_MARK = "\ufeff"

_NOTABLE = re.compile(
    r"""
      (?P<comment> --[^\r\n]*)
    | (?P<text> "[^"\r\n]*")
    | (?P<unclosed> "[^"\r\n]*)
    | (?P<curly> [“”„‟«»＂][^“”„‟«»＂"\r\n]*[“”‟«»＂"])
    | (?P<single> ['‘’‚][^'‘’‚"\r\n]*['‘’])
    | (?P<dash> [–—][^\r\n]*)
    | (?P<odd> [^\x09\x0a\x0c\x0d\x20-\x7e£≥≤≠]+)
    """,
    re.VERBOSE,
)
_HIDDEN = re.compile(f"[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f-\\x9f\\u2028\\u2029{characters.DIRECTION_MARKS}]")


@dataclass(slots=True)
class Scan:
    """A text that can be parsed, what was wrong with it, and where a mistake could not be repaired."""

    source: SourceText
    text: str = ""
    problems: list[Diagnostic] = field(default_factory=list)
    damaged: list[int] = field(default_factory=list)


def scan(source: SourceText, *, most: int) -> Scan:
    """Look through a text. After `most` problems they are repaired and no longer reported."""
    result = Scan(source)
    text = source.text
    pieces: list[str] = []
    done = 0
    if text.startswith(_BYTE_ORDER_MARK):
        pieces.append(" ")
        done = 1
    for match in _NOTABLE.finditer(text, done):
        kind = match.lastgroup or ""
        if kind in {"comment", "text"}:
            continue
        repaired, problems = _repair(source, kind, match.group(), match.start())
        pieces += text[done : match.start()], repaired
        done = match.end()
        if len(result.problems) < most:
            result.problems += problems
        if kind == "unclosed" and repaired == match.group():
            result.damaged.append(match.start())
    pieces.append(text[done:])
    result.text = _close_up("".join(pieces))
    for match in _HIDDEN.finditer(text):
        if len(result.problems) >= most:
            break
        if result.text[match.start()] == match.group():  # in a comment or in quotation marks
            result.problems.append(_odd(source, match.start(), match.group()))
    return result


_GAP = "\ue000"  # stands for an invisible character inside a word, until `_close_up`
_GAPS = re.compile(f"\\w*{_GAP}[\\w{_GAP}]*")


def _close_up(text: str) -> str:
    """Move a word together over the invisible characters inside it; the room goes behind the word."""
    if _GAP not in text:
        return text
    return _GAPS.sub(lambda match: match.group().replace(_GAP, "").ljust(len(match.group())), text)


def _repair(source: SourceText, kind: str, found: str, start: int) -> tuple[str, list[Diagnostic]]:
    if kind == "unclosed":
        return _unclosed(source, found, start)
    if kind in {"curly", "single"}:
        straight = f'"{found[1:-1]}"'
        span = source.span(start, start + len(found))
        message = "curly quotation marks" if kind == "curly" else "single quotation marks"
        advice = f"write straight double ones: `{straight}`"
        return straight, [
            Diagnostic(code="E0104", message=message, span=span, help=advice, fix=Fix(span, straight))
        ]
    if kind == "dash":
        is_comment = found[1:2] in {" ", found[0], ""}
        return (
            " " * len(found) if is_comment else f"-{found[1:]}",
            [_odd(source, start, found[0])],
        )
    if set(found) <= set("“”„‟«»＂‘’‚"):
        span = source.span(start, start + len(found))
        return " " * len(found), [
            Diagnostic(
                code="E0104",
                message=f"`{found}` without its other half",
                span=span,
                help='a text stands between two straight quotation marks: `"…"`',
            )
        ]
    repaired = "".join(_GAP if characters.is_invisible(c) else characters.meant(c) for c in found)
    return repaired, [_odd(source, start, found)]


def _unclosed(source: SourceText, found: str, start: int) -> tuple[str, list[Diagnostic]]:
    """Close it at a curly mark, before a comment, or at the end of the line, if there is room."""
    curly = re.search("[“”]", found)
    comment = re.search(r"\s--", found)
    if curly:
        at, advice = curly.start(), f'write `"` instead of `{curly.group()}`'
    else:
        at, advice = (
            (comment.start() if comment else len(found.rstrip()) - 1),
            'close it with `"` on the same line',
        )
    problem = Diagnostic(
        code="E0105",
        message="this quotation mark is never closed",
        span=source.span(start, start + (at + 1 if at else 1)),
        help=advice,
    )
    if at < 1:
        return found, [problem]
    blank = " " * (len(found) - at - 1) if not curly else found[at + 1 :].replace('"', " ")
    return f'{found[:at]}"{blank}', [problem]


def _odd(source: SourceText, start: int, found: str) -> Diagnostic:
    first = found[0]
    span = source.span(start, start + len(found))
    word = _word_around(source.text, start, start + len(found))
    inside = f" in `{word}`" if word else ""
    return Diagnostic(
        code="E0104",
        message=f"{characters.describe(first)}{inside} does not belong here",
        span=span,
        help=characters.advice(first),
    )


def _word_around(text: str, start: int, end: int) -> str:
    """The word that holds a stretch, for the message; empty where it stands alone."""
    first, last = start, end
    while first > 0 and start - first < 40 and (text[first - 1].isalnum() or text[first - 1] == "_"):
        first -= 1
    while last < len(text) and last - end < 40 and (text[last].isalnum() or text[last] == "_"):
        last += 1
    word = text[first:last]
    visible = "".join(c for c in word if not characters.is_invisible(c))
    return visible if (first, last) != (start, end) and visible.isprintable() else ""
