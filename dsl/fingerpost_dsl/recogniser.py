"""Runs the parser over a text and, where it stops, says what it had seen and what it would have taken.

Lark drives; the tokens are kept because the formatter and the messages need them. `acceptable` asks the
parser's table rather than lark's copies of the parser, which would be slow behind a hundred thousand
brackets.
"""

from dataclasses import dataclass
from typing import Any

from lark import Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_analysis import Shift

from fingerpost_dsl.tables import end_state, parse_states, parser


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The whole text was read."""

    tree: Tree[Token]
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The parser stopped at `offset`, after `tokens`; `acceptable` are the terminals it would have taken."""

    text: str
    offset: int
    tokens: tuple[Token, ...]
    acceptable: frozenset[str]


def recognise(text: str) -> Recognised | Stopped:
    """Parse a text that has been scanned."""
    run = parser().parse_interactive(text)
    tokens: list[Token] = []
    try:
        tokens.extend(run.iter_parse())  # what has been read stays in the list if reading stops
        tree: Tree[Token] = run.feed_eof()  # type: ignore[no-untyped-call]  # lark leaves this one untyped
    except UnexpectedInput as error:
        at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
        if isinstance(error, UnexpectedToken) and not at_end:
            offset = error.token.start_pos or 0
        elif isinstance(error, UnexpectedCharacters):
            offset = error.pos_in_stream
        else:
            offset = len(text.rstrip())
        stack: list[int] = run.parser_state.state_stack
        return Stopped(
            text=text,
            offset=offset,
            tokens=tuple(token for token in tokens if (token.start_pos or 0) < offset),
            acceptable=acceptable(stack),
        )
    return Recognised(tree=tree, tokens=tuple(tokens))


def acceptable(stack: list[int]) -> frozenset[str]:
    """The terminals that the parser would take in this state."""
    states = parse_states()
    return frozenset(
        terminal for terminal in states[stack[-1]] if terminal.isupper() and _takes(states, stack, terminal)
    )


def _takes(states: dict[int, dict[str, Any]], stack: list[int], terminal: str) -> bool:
    """Whether the terminal is shifted in the end, after the reductions that it calls for."""
    left = len(stack)
    pushed: list[int] = []
    while True:
        state = pushed[-1] if pushed else stack[left - 1]
        if terminal == "$END" and state == end_state():
            return True
        if terminal not in states[state]:
            return False
        action, argument = states[state][terminal]
        if action is Shift:
            return True
        popped = len(argument.expansion)
        from_pushed = min(popped, len(pushed))
        del pushed[len(pushed) - from_pushed :]
        left -= popped - from_pushed
        state = pushed[-1] if pushed else stack[left - 1]
        pushed.append(states[state][argument.origin.name][1])
