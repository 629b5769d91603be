"""Parses a policy: text in, syntax tree and diagnostics out.

`parse` never raises on any text. What has no mistake in it is in the tree, and every mistake is reported in
one run: after a mistake, reading goes on at the next line that begins, without indentation, with the keyword
of a declaration.

A text without mistakes is parsed as a whole, because white space has no meaning and a declaration may begin
anywhere. Only if that fails is it cut at those lines, and parsed piece by piece. Nesting is measured before
the tree is converted, so that the recursion of the converter, and of whoever walks the syntax tree, has a
known end.
"""

import difflib
import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, in_order
from fingerpost_dsl.from_tree import read_declaration
from fingerpost_dsl.grammar_words import KINDS_OF_DECLARATION, all_clauses
from fingerpost_dsl.mistakes import explain
from fingerpost_dsl.parse_tree import Branch
from fingerpost_dsl.reading import MAX_SIZE, too_large, too_long
from fingerpost_dsl.recogniser import Recognised, recognise
from fingerpost_dsl.scan import Scan, scan
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.tree import Reader, is_branch

MAX_PROBLEMS = 100
"""More are not shown: whoever has a hundred is looking at something else than a policy."""

MAX_WORDS = 100_000
"""The most words and signs in one file. It takes seconds to parse so many; a longer policy is a folder."""

_DEEPEST = 120
"""How deep a parse tree may be; some forty brackets inside one another."""

_WORD = re.compile(r'--[^\r\n]*|"[^"\r\n]*"|\w+|[^\s\w]')
_LINE_START = re.compile(
    r'(?<![^\r\n])(?P<word>[A-Za-z_]\w*)\b(?P<titled>[ \t]+(?:[\w.]+[ \t]+(?:of[ \t]+\w+[ \t]+)?)?")?'
)
_NAMED = re.compile(rf"(?<![^\r\n])(?:{'|'.join(KINDS_OF_DECLARATION)})[ \t]+(?P<name>[A-Za-z_]\w*)")


def parse(source: SourceText) -> tuple[syntax.File, tuple[Diagnostic, ...]]:
    """The declarations of a text and everything that is wrong with its syntax.

    >>> file, problems = parse(SourceText("a.policy", 'role school "School"'))
    >>> file.declarations[0].name.text, problems
    ('school', ())
    """
    if len(source.text) > MAX_SIZE:
        nothing = syntax.File(declarations=(), span=source.span(0, 0))
        return nothing, (too_large(source.name, len(source.text)),)
    scanned = scan(source, most=MAX_PROBLEMS + 1)
    if (refused := refuse_if_too_long(scanned)) is not None:
        return syntax.File(declarations=(), span=source.span(0, 0)), (refused,)
    parsing = _Parsing(scanned)
    parsing.run()
    file = syntax.File(
        declarations=tuple(parsing.declarations),
        unread=tuple(parsing.unread),
        span=source.span(0, len(source.text)),
    )
    return file, parsing.reported()


def refuse_if_too_long(scanned: Scan) -> Diagnostic | None:
    """Why a text is not parsed, if it has more words than anybody has the time for."""
    if len(scanned.text) <= MAX_WORDS:
        return None
    words = sum(1 for _ in _WORD.finditer(scanned.text))
    return too_long(scanned.source.name, words, MAX_WORDS) if words > MAX_WORDS else None


@dataclass(slots=True)
class _Parsing:
    """One run over one text."""

    scanned: Scan
    declarations: list[syntax.Declaration] = field(default_factory=list)
    unread: list[syntax.Name] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)

    def run(self) -> None:
        """Parse it as a whole, or else in pieces."""
        whole = recognise(self.scanned.text)
        if isinstance(whole, Recognised):
            self._convert(whole.tree, 0)
            return
        for start, end in _pieces(self.scanned.text):
            if len(self.problems) + len(self.scanned.problems) > MAX_PROBLEMS:
                self._give_up(start, len(self.scanned.text))
                break
            outcome = recognise(self.scanned.text[start:end])
            if isinstance(outcome, Recognised):
                self._convert(outcome.tree, start)
                continue
            self._give_up(start, end)
            if not self._is_damaged(start, end):
                self.problems.append(explain(outcome, self.scanned.source, start))
        if (
            not self.problems and not self.scanned.damaged
        ):  # a cut in the wrong place: the whole is right about it
            self.problems.append(explain(whole, self.scanned.source, 0))

    def _is_damaged(self, start: int, end: int) -> bool:
        """Whether a mistake that could not be repaired, and was told of, lies in this stretch."""
        damaged = self.scanned.damaged
        first = bisect_left(damaged, start)
        return first < len(damaged) and damaged[first] < end

    def reported(self) -> tuple[Diagnostic, ...]:
        """All problems in the order of the text, up to the limit."""
        return limited(self.scanned.problems + self.problems, is_policy=bool(self.declarations))

    def _convert(self, tree: Branch, base: int) -> None:
        reader = Reader(self.scanned.source, base)
        for child in tree.children:
            declaration = is_branch(child)
            read = read_if_not_too_deep(reader, declaration)
            if read is None:
                self._give_up(base + declaration.start_pos, base + declaration.end_pos)
            else:
                self.declarations.append(read)
        self.problems += reader.problems

    def _give_up(self, start: int, end: int) -> None:
        """Remember the names of what is not read, so that nobody calls them unknown."""
        source = self.scanned.source
        for match in _NAMED.finditer(self.scanned.text, start, end):
            span = source.span(match.start("name"), match.end("name"))
            self.unread.append(syntax.Name(text=match["name"], span=span))


def read_if_not_too_deep(reader: Reader, declaration: Branch) -> syntax.Declaration | None:
    """The declaration that a tree stands for; None, and the reader knows why, if it is nested too deeply."""
    deepest = _too_deep(declaration)
    if deepest is None:
        return read_declaration(reader, declaration)
    start = reader.base + deepest.start_pos
    reader.complain(
        "E0103",
        "this is nested too deeply",
        reader.source.span(start, min(reader.base + deepest.end_pos, start + 1)),
        "give the inner part a name of its own, with a `condition` or a `measure`",
    )
    return None


def _too_deep(tree: Branch) -> Branch | None:
    """A branch that lies too deep, if there is one."""
    level: list[Branch] = [tree]
    for _ in range(_DEEPEST):
        level = [child for branch in level for child in branch.children if isinstance(child, Branch)]
        if not level:
            return None
    return level[0]


def limited(problems: Sequence[Diagnostic], *, is_policy: bool) -> tuple[Diagnostic, ...]:
    """Problems in the order of the text, and no more than anybody wants to see."""
    found = in_order(problems)
    if len(found) <= MAX_PROBLEMS:
        return found
    note = Diagnostic(
        code="E0119",
        message=f"more than {MAX_PROBLEMS} problems; the rest is not shown",
        span=found[MAX_PROBLEMS - 1].span,
        help="mend these first" if is_policy else "is this file a policy?",
    )
    return (*found[:MAX_PROBLEMS], note)


def _pieces(text: str) -> list[tuple[int, int]]:
    """The text, cut where a declaration seems to begin."""
    cuts = [match.start() for match in _LINE_START.finditer(text) if _begins_declaration(match)]
    starts = cuts if cuts and not text[: cuts[0]].strip() else [0, *cuts]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _begins_declaration(match: re.Match[str]) -> bool:
    word = match["word"]
    if word in _keywords():
        return True
    if word in _clause_openers():
        return False
    return bool(match["titled"]) or (3 < len(word) < 20 and _resembles_keyword(word))


@cache
def _keywords() -> frozenset[str]:
    return frozenset(KINDS_OF_DECLARATION)


@cache
def _clause_openers() -> frozenset[str]:
    return frozenset(words.split()[0] for words in all_clauses())


def _resembles_keyword(word: str) -> bool:
    return bool(difflib.get_close_matches(word.lower(), KINDS_OF_DECLARATION, 1, 0.75))
