"""Fixes that are safe to make without asking: `fixed(source, diagnostics)` gives the text with them.

Safe is what leaves no doubt of what was meant: a sign, or a word for a number, that the language writes
otherwise, curly quotation marks, a code without its own. What chooses a name, a unit or a keyword is
advice, and stays so: a wrong guess there would be a policy that says something else, and nobody would have
written it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fingerpost_dsl.diagnostics import Diagnostic, Fix
from fingerpost_dsl.parser import parse
from fingerpost_dsl.source import SourceText

SAFE = frozenset({"E0104", "E0113", "E0114", "E0115", "E0117", "E0507"})
"""The findings whose fix is safe."""

_MOST_ROUNDS = 20
"""One fix may uncover the next mistake; a text in which that never ends is left alone."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """A text with safe fixes made, and what was put in place of what."""

    source: SourceText
    made: tuple[Fix, ...]


def safe_fixes(diagnostics: Iterable[Diagnostic], source: SourceText) -> tuple[Fix, ...]:
    """The safe fixes for a text that do not overlap, in its order; of two that do, the first."""
    found = [
        one.fix
        for one in diagnostics
        if one.fix is not None and one.code in SAFE and one.fix.span.source is source
    ]
    return tuple(_apart(sorted(found, key=lambda fix: (fix.span.start, fix.span.end))))


def _apart(fixes: Iterable[Fix]) -> Iterator[Fix]:
    end = -1
    for fix in fixes:
        if fix.span.start >= end and fix.span.text != fix.text:
            end = fix.span.end
            yield fix


def applied(source: SourceText, fixes: Iterable[Fix]) -> str:
    """The text with fixes made that stand in its order and do not overlap.

    >>> source = SourceText("a.policy", "a >= b")
    >>> applied(source, [Fix(source.span(2, 4), "is at least")])
    'a is at least b'
    """
    parts: list[str] = []
    done = 0
    for fix in fixes:
        parts += (source.text[done : fix.span.start], fix.text)
        done = fix.span.end
    return "".join((*parts, source.text[done:]))


def fixed(source: SourceText, diagnostics: Iterable[Diagnostic]) -> Fixed:
    """The text with every safe fix made, those too that only then come to light.

    It stays as it was if that did not help. `diagnostics` may be of other texts as well.
    """
    current, made = source, [*safe_fixes(diagnostics, source)]
    fixes: tuple[Fix, ...] = tuple(made)
    for _ in range(_MOST_ROUNDS):
        if not fixes:
            break
        current = SourceText(source.name, applied(current, fixes))
        fixes = safe_fixes(parse(current)[1], current)
        made.extend(fixes)
    if not made or fixes or _errors(current) > _errors(source):
        return Fixed(source, ())
    return Fixed(current, tuple(made))


def _errors(source: SourceText) -> int:
    return sum(one.is_error for one in parse(source)[1])
