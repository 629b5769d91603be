"""Runs the parser over a text and, where it stops, says what it had seen and what it would have taken.

An LALR(1) parser with the tables that lark makes. In each state only the terminals that may come next are
looked for, so that a word is a keyword only where it can be one. It is our own loop because a command should
not wait for lark, and because the formatter and the messages need the tokens and the states it went through.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.tables import END, Rule, tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Recognised:
    """The whole text was read."""

    tree: Branch
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
    states = [0]
    values: list[Node] = []
    tokens: list[Token] = []
    offset = _after_blank(text, 0)
    while offset < len(text):
        token = _next_token(text, offset, states[-1])
        state = None if token is None else _reduced(token.type, states, values)
        if token is None or state is None:
            return Stopped(text=text, offset=offset, tokens=tuple(tokens), acceptable=acceptable(states))
        states.append(state)
        values.append(token)
        tokens.append(token)
        offset = _after_blank(text, token.end_pos)
    if _reduced(END, states, values) is None:
        end = len(text.rstrip())
        return Stopped(text=text, offset=end, tokens=tuple(tokens), acceptable=acceptable(states))
    (tree,) = values
    assert isinstance(tree, Branch)
    return Recognised(tree=tree, tokens=tuple(tokens))


def _reduced(terminal: str, states: list[int], values: list[Node]) -> int | None:
    """Put together what is complete before this terminal: the state that takes it, or None if none does."""
    rows, end = tables().rows, tables().end
    while isinstance(rule := rows[states[-1]].get(terminal), Rule):
        first = len(values) - len(rule.symbols)
        values[first:] = [_tree(rule, values[first:])]
        del states[first + 1 :]
        state = rows[states[-1]][rule.name]
        assert isinstance(state, int)
        if state == end:
            return state
        states.append(state)
    return rule


def _tree(rule: Rule, parts: list[Node]) -> Branch:
    """The tree of a rule from what its symbols have read."""
    children: list[Node] = []
    for place, in_its_place in rule.children:
        part = parts[place]
        if not in_its_place:
            children.append(part)
        elif isinstance(part, Branch):  # its tree is not used again: a long list is taken over, not copied
            children = [*children, *part.children] if children else part.children
    start, end = (parts[0].start_pos, parts[-1].end_pos) if parts else (0, 0)
    return Branch(rule.tree, children, start, end)


@dataclass(frozen=True, slots=True)
class _Lexer:
    """Finds one of several terminals: those sought, the first that matches, and words that are special."""

    sought: Sequence[str]
    words: Mapping[str, Mapping[str, str]]
    beginning: dict[str, tuple[tuple[str, re.Pattern[str]], ...]] = field(default_factory=dict)
    """By the character with which a token begins, once it was met, which of those sought it can be."""

    def that_begin(self, character: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
        """The terminals of those sought that may begin with a character, and their expressions."""
        found = tuple(
            (terminal, _expression(terminal))
            for terminal in self.sought
            if (first := _FIRST.match(tables().patterns[terminal])) is None or first[0] == character
        )
        self.beginning[character] = found
        return found


_FIRST = re.compile(r"[A-Za-z](?![?*+{])(?=[^|]*\Z)")
"""The one character with which everything begins that an expression matches, if that is plain to see."""


@cache
def _expression(terminal: str) -> re.Pattern[str]:
    """A terminal's own expression: a few are compiled sooner than one of all that a state expects."""
    return re.compile(tables().patterns[terminal])


def _after_blank(text: str, offset: int) -> int:
    """Where the next token begins."""
    blank = tables().ignored.match(text, offset)
    assert blank is not None
    return blank.end()


def _next_token(text: str, offset: int, state: int) -> Token | None:
    """The token that begins here, if it is one that may come in this state."""
    lexer = _lexer(state)
    character = text[offset]
    candidates = lexer.beginning.get(character)
    for terminal, expression in lexer.that_begin(character) if candidates is None else candidates:
        match = expression.match(text, offset)
        if match is not None:
            found = match.group()
            special = lexer.words.get(terminal)
            return Token(special.get(found, terminal) if special else terminal, found, offset)
    return None


@cache
def _lexer(state: int) -> _Lexer:
    return _lexer_for(frozenset(tables().rows[state].keys() & tables().patterns.keys()))


@cache
def _lexer_for(terminals: frozenset[str]) -> _Lexer:
    """Many states expect the same."""
    words = {
        terminal: {word: one for word, one in tables().words[terminal].items() if one in terminals}
        for terminal in terminals & tables().words.keys()
    }
    found_as_others = {one for those in words.values() for one in those.values()}
    sought = terminals - found_as_others
    return _Lexer(sought=tuple(one for one in tables().patterns if one in sought), words=words)


def acceptable(stack: Sequence[int]) -> frozenset[str]:
    """The terminals that the parser would take in this state."""
    return frozenset(
        terminal for terminal in tables().rows[stack[-1]] if terminal.isupper() and _takes(stack, terminal)
    )


def _takes(stack: Sequence[int], terminal: str) -> bool:
    """Whether the terminal is taken in the end, after what is complete before it has been put together.

    The stack may be deep, behind many brackets, and stays as it is: only what would change is copied.
    """
    rows = tables().rows
    left = len(stack)
    pushed: list[int] = []
    while True:
        state = pushed[-1] if pushed else stack[left - 1]
        if terminal == END and state == tables().end:
            return True
        action = rows[state].get(terminal)
        if not isinstance(action, Rule):
            return action is not None
        popped = len(action.symbols)
        from_pushed = min(popped, len(pushed))
        del pushed[len(pushed) - from_pushed :]
        left -= popped - from_pushed
        state = pushed[-1] if pushed else stack[left - 1]
        after = rows[state][action.name]
        assert isinstance(after, int)
        pushed.append(after)
