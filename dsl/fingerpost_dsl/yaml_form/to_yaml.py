"""From policy text to YAML: `yaml_text(source) -> (text, problems)`; and back: `policy_form`.

Like the formatter, it works on the parser's tokens, so that it can say nothing that was not there: a clause's
first words are its key, the rest is its value, and only the quotation marks around a text go. What repeats
becomes a list, declarations keep their order. Comments are not kept in either direction; `comments_lost`
warns of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from fingerpost_dsl.comments import comments_of
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.format import format_source
from fingerpost_dsl.line_layout import WIDTH, lines, one_line
from fingerpost_dsl.parse_tree import Branch, Token
from fingerpost_dsl.recogniser import Recognised, recognise
from fingerpost_dsl.source import SourceText
from fingerpost_dsl.tree import is_branch
from fingerpost_dsl.yaml_form.from_yaml import parse_yaml, policy_text
from fingerpost_dsl.yaml_form.scalars import comment_lines, key_text, plain_or_quoted
from fingerpost_dsl.yaml_form.shapes import Shape, Sort, rules_of_keys, shapes


def yaml_text(source: SourceText) -> tuple[str, tuple[Diagnostic, ...]]:
    r"""A policy text as YAML; empty, with the reasons, if it does not parse.

    >>> yaml_text(SourceText("a.policy", 'role school "School" part of authority'))[0]
    'role school:\n  title: School\n  part of: authority\n'
    """
    laid_out, found = format_source(source)  # so that keys have one order
    if has_errors(found):
        return "", found
    outcome = recognise(laid_out)
    assert isinstance(outcome, Recognised)
    declared: dict[str, list[list[str]]] = {}
    tokens = iter(outcome.tokens)
    token = next(tokens, None)
    for child in outcome.tree.children:
        declaration = is_branch(child)
        own: list[Token] = []
        while token is not None and token.start_pos < declaration.end_pos:
            own.append(token)
            token = next(tokens, None)
        key, body = _declaration(declaration, own)
        declared.setdefault(key, []).append(body)
    blocks = ["".join(f"{line}\n" for line in _block(key, bodies)) for key, bodies in declared.items()]
    return "\n".join(blocks), found


def policy_form(source: SourceText) -> tuple[str, tuple[Diagnostic, ...]]:
    r"""A YAML text as policy text in its one layout; empty, with the reasons, if it has mistakes.

    >>> policy_form(SourceText("a.yaml", "role school: {title: School, part of: authority}"))[0]
    'role school "School"\n  part of authority\n'
    """
    _, found = parse_yaml(source)
    if has_errors(found):
        return "", found
    laid_out, problems = format_source(SourceText(source.name, policy_text(source)))
    assert not has_errors(problems), "what YAML reads is policy text"
    return laid_out, found


def comments_lost(source: SourceText, *, is_yaml: bool) -> Diagnostic | None:
    """A warning if a text has comments, which the other spelling will not have."""
    if is_yaml:
        places = comment_lines(source.text)
    else:
        places = [(comment.start, len(comment.text)) for comment in comments_of(source.text)]
    if not places:
        return None
    start, length = places[0]
    many = f"{len(places)} comments are" if len(places) > 1 else "a comment is"
    return Diagnostic(
        code="W0101",
        message=f"{many} left behind",
        span=source.span(start, start + length),
        help="comments are the one thing that is not converted: keep the file, or say it in a `note`",
    )


# --- a declaration ------------------------------------------------------------------------------------------


def _declaration(tree: Branch, tokens: Sequence[Token]) -> tuple[str, list[str]]:
    """The key of a declaration, and the lines below it."""
    kind, name, rest = _named(tokens)
    shape = shapes()[kind]
    segments = _segments(rest, _starts(tree, kind))
    if shape.is_test:
        return f"{kind} {name}", [line for one in segments for line in _item(_words(one))]
    clauses: dict[str, list[list[str]]] = {}
    for segment in segments:
        words, value = _clause(segment, shape)
        clauses.setdefault(words, []).append(value)
    return f"{kind} {name}", [line for words, values in clauses.items() for line in _entry(words, values)]


def _named(tokens: Sequence[Token]) -> tuple[str, str, Sequence[Token]]:
    """The kind and name of a declaration, and the tokens after them."""
    kind, at = str(tokens[0]), 1
    if kind in {"change", "remove"}:
        kind, at = f"{kind} {tokens[1]}", 2
    if tokens[at].type == "STRING":
        return kind, tokens[at][1:-1], tokens[at + 1 :]
    end = at + 1
    while end < len(tokens) and tokens[end].type == "DOT":
        end += 2
    if kind == "step":
        end += 2
    return kind, one_line(tokens[at:end]), tokens[end:]


def _starts(tree: Branch, kind: str) -> frozenset[int]:
    """Where the clauses of a declaration begin."""
    parts = [child for child in tree.children if isinstance(child, Branch)]
    if kind.startswith("change "):
        parts += [child for part in parts for child in part.children if isinstance(child, Branch)]
    return frozenset(part.start_pos for part in parts if part.data in rules_of_keys(kind))


def _segments(tokens: Sequence[Token], starts: frozenset[int]) -> list[Sequence[Token]]:
    """The title, each part of the head, and each clause.

    What follows a title is never a part of it; nor is the `from` of a code a part of its kind.
    """
    begins = [
        place
        for place, token in enumerate(tokens)
        if place == 0
        or token.start_pos in starts
        or (place == 1 and tokens[0].type == "STRING")
        or tokens[place - 1].type == "CODE_KIND"
    ]
    return [tokens[start:end] for start, end in pairwise([*begins, len(tokens)])]


def _clause(tokens: Sequence[Token], shape: Shape) -> tuple[str, list[str]]:
    """The key of a clause, as it is written, and the lines of its value."""
    if tokens[0].type == "STRING":
        return "title", [plain_or_quoted(tokens[0][1:-1])]
    for length in range(1, min(len(tokens), _LONGEST_KEY) + 1):
        opening = one_line(tokens[:length])
        for key in shape.keys:
            if key.fits(opening) if key.pattern is not None else key.opening == opening:
                words = opening if key.pattern is not None else key.words
                return words, _value(tokens[length:], key.sort)
    key = next(key for key in shape.head if not key.opening and key.sort is Sort.WORDS)
    return key.words, _words(tokens)


_LONGEST_KEY = 4


def _value(tokens: Sequence[Token], sort: Sort) -> list[str]:
    if not tokens:
        return ["true"]
    return [plain_or_quoted(tokens[0][1:-1])] if sort is Sort.TEXT else _words(tokens)


# --- lines of YAML ------------------------------------------------------------------------------------------


def _words(tokens: Sequence[Token]) -> list[str]:
    """Words of the language on one line; folded as the formatter breaks lines, if they are long."""
    short = plain_or_quoted(one_line(tokens))
    if len(short) <= _ROOM:
        return [short]
    folded = lines(tokens, _MARGIN, _MARGIN)
    return [">-", *(line.removeprefix(" " * _MARGIN) for line in folded)] if len(folded) > 1 else [short]


_ROOM = WIDTH - 20
_MARGIN = 8


def _entry(words: str, values: Sequence[list[str]]) -> Iterator[str]:
    """A key with its value, or with a list of them."""
    key = key_text(words)
    if len(values) == 1:
        first, *rest = values[0]
        yield f"  {key}: {first}"
        yield from (f"    {line}" for line in rest)
        return
    yield f"  {key}:"
    for value in values:
        yield from (f"  {line}" for line in _item(value))


def _item(value: list[str]) -> Iterator[str]:
    first, *rest = value
    yield f"  - {first}"
    yield from (f"    {line}" for line in rest)


def _block(key: str, bodies: Sequence[list[str]]) -> Iterator[str]:
    """A declaration, or the several that have one key."""
    if len(bodies) == 1:
        yield f"{key_text(key)}:" + (" []" if not bodies[0] else "")
        yield from bodies[0]
        return
    yield f"{key_text(key)}:"
    for body in bodies:
        first, *rest = body or ["  []"]
        yield f"  - {first[2:]}"
        yield from (f"  {line}" for line in rest)
