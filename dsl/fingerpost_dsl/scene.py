"""The place at which the parser stopped, with all that a message about it may want to know."""

import re
from dataclasses import dataclass

from fingerpost_dsl.diagnostics import Diagnostic, Fix
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION, phrases
from fingerpost_dsl.parse_tree import Token
from fingerpost_dsl.recogniser import Stopped
from fingerpost_dsl.source import SourceText, Span

_FOUND = re.compile(
    r'[A-Za-z_]\w*(?:\.\w+)*|\d[\w.%/]*|"[^"\r\n]*"?|£\d*(?:\.\d+)?|[<>=!≥≤≠]=?|&&?|\|\|?|.', re.DOTALL
)
_BLANK = re.compile(r"(?:\s|--[^\r\n]*)*")
_WORDS = re.compile(r"[A-Za-z_]\w*(?:[ \t]+[A-Za-z_]\w*){0,5}")
LONGEST_QUOTE = 40
_LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Scene:
    """The place at which the parser stopped."""

    stopped: Stopped
    source: SourceText
    base: int
    offset: int
    found: str
    kind: str | None

    @property
    def acceptable(self) -> frozenset[str]:
        """The terminals that may stand here."""
        return self.stopped.acceptable

    @property
    def span(self) -> Span:
        """What was found."""
        return self.stretch(len(self.found))

    def stretch(self, length: int) -> Span:
        """So many characters from what was found on."""
        return self.source.span(self.base + self.offset, self.base + self.offset + length)

    def token_span(self, token: Token) -> Span:
        """Where a token stands in the file."""
        return self.source.span(self.base + token.start_pos, self.base + token.end_pos)

    @property
    def quoted(self) -> str:
        """What was found, in backticks and of a reasonable length."""
        if not self.found:
            return "the end of the file" if self.base + self.offset >= self._last else "the end"
        first = self.found.splitlines()[0] if self.found.strip() else self.found
        return f"`{first[:LONGEST_QUOTE]}…`" if len(first) > LONGEST_QUOTE else f"`{first}`"

    @property
    def _last(self) -> int:
        return len(self.source.text.rstrip())

    @property
    def words(self) -> str:
        """What was found and up to five words after it on the line, with single spaces."""
        match = _WORDS.match(self.stopped.text, self.offset, self.offset + _LONGEST_WORDS)
        return " ".join(match.group().split()) if match else ""

    @property
    def takes_words(self) -> set[str]:
        """The words of the language that may stand here."""
        return {words for terminal in self.acceptable for words in phrases(terminal)}

    @property
    def may_end(self) -> bool:
        """Whether the declaration could end here."""
        return "$END" in self.acceptable

    def diagnostic(
        self, code: str, message: str, advice: str = "", replacement: str | None = None
    ) -> Diagnostic:
        """A diagnostic about what was found, with what to put in its place."""
        fix = None if replacement is None else Fix(self.span, replacement)
        return Diagnostic(code=code, message=message, span=self.span, help=advice, fix=fix)


def scene_of(stopped: Stopped, source: SourceText, base: int) -> Scene:
    """The scene for a stretch of text that begins at `base` and does not parse."""
    blank = _BLANK.match(stopped.text, stopped.offset)
    offset = blank.end() if blank else stopped.offset
    match = _FOUND.match(stopped.text, offset)
    return Scene(
        stopped=stopped,
        source=source,
        base=base,
        offset=offset if match else len(stopped.text.rstrip()),
        found=match.group() if match else "",
        kind=_kind_of_declaration(stopped),
    )


def _kind_of_declaration(stopped: Stopped) -> str | None:
    """The keyword of the declaration in which the parser stopped."""
    for token in reversed(stopped.tokens):
        start = token.start_pos
        if token in KINDS_OF_DECLARATION and (start == 0 or stopped.text[start - 1] in "\r\n"):
            return str(token)
    first = stopped.tokens[0] if stopped.tokens else ""
    return str(first) if first in KINDS_OF_DECLARATION else None
