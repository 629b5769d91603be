"""The one layout of a policy: `format_source(source) -> (text, diagnostics)`.

A declaration begins at the margin; its clauses follow, each on a line of its own, in a fixed order, indented
by two. Groups of short declarations stay together as the author had them, others have an empty line between
them. Comments stay with what they stand before, or behind. A text with mistakes is left alone.

The formatter works on the parser's tokens rather than on the syntax tree: brackets, the spelling of names and
all comments survive by construction, and it cannot print anything that was not there.
"""

from collections.abc import Iterator
from itertools import pairwise

from fingerpost_dsl.comments import Comment, comments_of, normal
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.line_layout import WIDTH, lines
from fingerpost_dsl.parse_tree import Token
from fingerpost_dsl.parser import parse
from fingerpost_dsl.recogniser import Recognised, recognise
from fingerpost_dsl.scan import scan
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.units_of_layout import Block, Unit, blocks_of

_GROUPED = frozenset(
    (
        *("source", "passage", "role", "code", "codes", "occasion", "fact", "event", "threshold"),
        *("measure", "condition", "cohort", "remove"),
    )
)
"""Declarations that may follow one another without an empty line."""


def format_source(source: SourceText) -> tuple[str, tuple[Diagnostic, ...]]:
    r"""The text in its one layout; the text as it is, with the reasons, if it does not parse.

    >>> format_source(SourceText("a.policy", 'role  school "School"  part  of  authority'))[0]
    'role school "School"\n  part of authority\n'
    """
    _, diagnostics = parse(source)
    if has_errors(diagnostics):
        return source.text, diagnostics
    text = scan(source, most=0).text
    outcome = recognise(text)
    assert isinstance(outcome, Recognised)
    blocks, last = blocks_of(text, outcome, comments_of(text))
    out: list[str] = []
    for before, block in pairwise([None, *blocks]):
        assert block is not None
        _separate(out, before, block)
        out += _block_lines(block)
    if last:
        if blocks and last[0].after_blank:
            out.append("")
        out += _comment_lines(last)
    return "".join(f"{line}\n" for line in out), diagnostics


def _separate(out: list[str], before: Block | None, block: Block) -> None:
    """An empty line between two declarations, where there has to be one or the author had one."""
    if before is None:
        return
    together = before.kind in _GROUPED and block.kind in _GROUPED
    first = block.leading[0] if block.leading else None
    asked = first.after_blank if first else block.after_blank
    if asked or not together or (first is not None and first.is_section):
        out.append("")


def _block_lines(block: Block) -> Iterator[str]:
    if block.leading:
        yield from _comment_lines(block.leading)
        if block.after_blank or block.leading[-1].is_section:
            yield ""
    ordered = sorted(block.units, key=lambda unit: unit.rank)
    waiting = ""
    for place, unit in enumerate(ordered):
        written = list(_unit_lines(unit, is_head=place == 0))
        joined = f"{waiting} {written[0].strip()}"
        if waiting and unit.in_line and len(written) == 1 and not unit.leading and len(joined) <= WIDTH:
            written = [joined]
        elif waiting:
            yield waiting
        waiting = ""
        open_end = len(written) == 1 and not unit.trailing and (place == 0 or unit.in_line)
        if open_end:
            waiting = written[0]
        else:
            yield from written
    if waiting:
        yield waiting
    yield from (f"  {normal(comment)}" for comment in block.tail)


def _unit_lines(unit: Unit, *, is_head: bool) -> Iterator[str]:
    """A clause: the comments before it, its lines, and the comment behind it."""
    indent = 0 if is_head else 2
    if not is_head:
        yield from (f"  {normal(comment)}" for comment in unit.leading)
    written: list[str] = []
    for place, (tokens, comments) in enumerate(_segments(unit)):
        written += lines(tokens, indent if place == 0 else 4, 4, _unbroken(unit) if place == 0 else 0)
        for comment in comments:
            if comment.own_line:
                written.append(f"    {normal(comment)}")
            else:
                written[-1] += f"  {normal(comment)}"
    for comment in unit.trailing:
        written[-1] += f"  {normal(comment)}"
    yield from written


def _unbroken(unit: Unit) -> int:
    """How many tokens of a head, or of `school should "…"`, belong together: all up to the title or text.

    The head of a `code` is never broken: codes are read as a table.
    """
    if not unit.is_titled:
        return 0
    if unit.tokens[0].type == "CODE":
        return len(unit.tokens)
    return next((place for place, token in enumerate(unit.tokens, start=1) if token.type == "STRING"), 0)


def _segments(unit: Unit) -> Iterator[tuple[list[Token], list[Comment]]]:
    """The tokens of a clause up to each comment inside it, with the comments that follow them."""
    tokens: list[Token] = []
    comments = list(unit.inside)
    for place, token in enumerate(unit.tokens):
        tokens.append(token)
        is_last = place + 1 == len(unit.tokens)
        limit = None if is_last else unit.tokens[place + 1].start_pos
        found: list[Comment] = []
        while comments and (limit is None or comments[0].start < limit):
            found.append(comments.pop(0))
        if found or is_last:
            yield tokens, found
            tokens = []


def _comment_lines(comments: list[Comment]) -> Iterator[str]:
    """Comments between declarations, with the author's empty lines, and one around a section's title."""
    for before, comment in pairwise([None, *comments]):
        assert comment is not None
        if before is not None and (comment.after_blank or comment.is_section or before.is_section):
            yield ""
        yield normal(comment)
