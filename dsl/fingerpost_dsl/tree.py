"""Reading the parse tree: names, texts, numbers and dates, and the clauses of a declaration.

A `Reader` holds what every reading needs: the source, how far into it the parsed stretch begins, and the list
of problems. It never fails on what the grammar accepts; a date that does not exist is reported and the
nearest one that does is taken, so that reading goes on.
"""

import calendar
import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.grammar_words import clause_words
from fingerpost_dsl.parse_tree import Branch, Node, Token
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.tables import reserved_words

T = TypeVar("T")

MONTHS = tuple(calendar.month_name)[1:]
_LONGEST_NUMBER = 9
_FIRST_YEAR, _LAST_YEAR = 1800, 2200


def is_branch(node: Node) -> Branch:
    """This node, of which the grammar says that it is a rule's."""
    assert isinstance(node, Branch), node
    return node


def is_token(node: Node) -> Token:
    """This node, of which the grammar says that it is a single token."""
    assert isinstance(node, Token), node
    return node


@dataclass(slots=True)
class Reader:
    """Reads the tree of `source` from offset `base` on."""

    source: SourceText
    base: int = 0
    problems: list[Diagnostic] = field(default_factory=list)

    def span(self, node: Node) -> Span:
        """Where a node stands in the file."""
        return self.source.span(self.base + node.start_pos, self.base + node.end_pos)

    def complain(self, code: str, message: str, span: Span, advice: str = "") -> None:
        """Report a problem and go on."""
        self.problems.append(Diagnostic(code=code, message=message, span=span, help=advice))

    def words(self, node: Node) -> str:
        """A token of several words with single spaces."""
        return " ".join(is_token(node).split())

    def name(self, node: Node) -> syntax.Name:
        """A name, or the name that a rule of one name holds."""
        token = is_token(node.children[0] if isinstance(node, Branch) else node)
        return syntax.Name(text=str(token), span=self.span(token))

    def declared(self, node: Node) -> syntax.Name:
        """A name that is being declared: not a word that the language needs for itself."""
        name = self.name(node)
        if name.text in reserved_words():
            self.complain(
                "E0111",
                f"`{name.text}` is a word of the language and cannot be a name",
                name.span,
                f"choose a longer one, such as `{name.text}_…`",
            )
        return name

    def names(self, node: Node) -> tuple[syntax.Name, ...]:
        """The names of a list."""
        return tuple(self.name(child) for child in is_branch(node).children)

    def dotted(self, node: Node) -> syntax.Dotted:
        """A name with dots."""
        return syntax.Dotted(parts=self.names(node), span=self.span(node))

    def text(self, node: Node) -> syntax.Text:
        """What stands between quotation marks, as it is in the file."""
        start, end = self.base + node.start_pos, self.base + node.end_pos
        return syntax.Text(text=self.source.text[start + 1 : end - 1], span=self.span(node))

    def version(self, node: Node) -> syntax.Version:
        """A version."""
        return syntax.Version(text=str(is_token(node)), span=self.span(node))

    def unit(self, node: Node) -> syntax.Unit:
        """A unit, in the singular or the plural."""
        return syntax.Unit(self.words(node).removesuffix("s"))

    def subject(self, node: Node) -> syntax.Subject:
        """Whom something is about."""
        return syntax.Subject(is_token(is_branch(node).children[0]))

    def marks(self, node: Node) -> syntax.Marks:
        """A set of codes, or one code."""
        token = is_token(node.children[0] if isinstance(node, Branch) else node)
        return self.text(token) if token.type == "STRING" else self.name(token)

    def members(self, node: Node) -> tuple[syntax.Marks, ...]:
        """Several of them."""
        return tuple(self.marks(child) for child in is_branch(node).children)

    def whole_number(self, node: Node) -> int:
        """A whole number of a reasonable length."""
        return self.digits(is_token(node), str(is_token(node)))

    def number_or_name(self, node: Node) -> int | syntax.Name:
        """A whole number, or the threshold that holds it."""
        token = is_token(node)
        return self.whole_number(token) if token.type == "INT" else self.name(token)

    def digits(self, token: Token, digits: str) -> int:
        """A number from its digits, a part of the token."""
        if len(digits.lstrip("0")) > _LONGEST_NUMBER:
            self.complain(
                "E0117",
                f"a number of {len(digits)} digits",
                self.span(token),
                f"numbers have at most {_LONGEST_NUMBER} digits",
            )
            return 0
        return int(digits)

    def date(self, node: Node) -> syntax.Date:
        """A date, written either way."""
        token = is_token(node.children[0] if isinstance(node, Branch) else node)
        if token.type == "ISO_DATE":
            year, month, day = (int(part) for part in token.split("-"))
        else:
            day_text, month_name, year_text = token.split()
            year, month, day = int(year_text), MONTHS.index(month_name) + 1, int(day_text)
        return syntax.Date(date=self._existing(token, year, month, day), span=self.span(token))

    def _existing(self, token: Token, year: int, month: int, day: int) -> dt.date:
        if not _FIRST_YEAR <= year <= _LAST_YEAR:
            advice = f"dates lie between {_FIRST_YEAR} and {_LAST_YEAR}: check the year"
            self.complain("E0116", f"`{self.words(token)}` is in another age", self.span(token), advice)
            year = min(max(year, _FIRST_YEAR), _LAST_YEAR)
        try:
            return dt.date(year, month, day)
        except ValueError:
            pass
        month = min(max(month, 1), 12)
        days = calendar.monthrange(year, month)[1]
        advice = (
            f"{MONTHS[month - 1]} {year} has {days} days"
            if day > days
            else "months are 01 to 12, days 01 to 31"
        )
        self.complain("E0116", f"there is no date `{self.words(token)}`", self.span(token), advice)
        return dt.date(year, month, min(max(day, 1), days))

    def day_of_year(self, node: Node) -> syntax.DayOfYear:
        """A date that comes round."""
        token = is_token(node)
        day_text, month_name, *_ = token.split()
        month, day = MONTHS.index(month_name) + 1, int(day_text)
        days = calendar.monthrange(2024, month)[1]
        if not 1 <= day <= days:
            self.complain(
                "E0116",
                f"there is no date `{day} {month_name}`",
                self.span(token),
                f"{month_name} has {days} days",
            )
        return syntax.DayOfYear(day=min(max(day, 1), days), month=month, span=self.span(token))


class Clauses:
    """The clauses of a declaration, by the name of their rule, whatever their order."""

    def __init__(self, reader: Reader, children: Iterable[Node]) -> None:
        """Group the clauses among these children; single tokens have been read already."""
        self._reader = reader
        self._by_rule: dict[str, list[Branch]] = {}
        for child in children:
            if isinstance(child, Branch):
                self._by_rule.setdefault(str(child.data), []).append(child)

    def all(self, *rules: str) -> Sequence[Branch]:
        """The clauses of these rules, in the order in which they were written."""
        found = [clause for rule in rules for clause in self._by_rule.get(rule, ())]
        return sorted(found, key=lambda clause: clause.start_pos) if len(rules) > 1 else found

    def one(self, rule: str, read: Callable[[Branch], T], *others: str) -> T | None:
        """The one clause of this rule (or of `others`, for the same place); a second one is an error."""
        clauses = self.all(rule, *others)
        if not clauses:
            return None
        first, *again = (self._reader.span(clause) for clause in clauses)
        for span in again:
            self._reader.problems.append(
                Diagnostic(
                    code="E0110",
                    message=f"`{clause_words(rule)}` is given twice",
                    span=span,
                    labels=(Label(first, "first here"),),
                    help="keep one of the two",
                )
            )
        return read(clauses[0])

    def first(self, rule: str, read: Callable[[Node], T]) -> T | None:
        """What the one clause of this rule holds first."""
        return self.one(rule, lambda clause: read(clause.children[0]))

    def has(self, rule: str) -> bool:
        """Whether there is such a clause, a bare word."""
        return self.one(rule, lambda _: True) or False

    def cites(self) -> tuple[syntax.Dotted, ...]:
        """The passages that it cites."""
        return tuple(self._reader.dotted(clause.children[0]) for clause in self.all("cites"))

    def notes(self) -> tuple[syntax.Text, ...]:
        """Its notes."""
        return tuple(self._reader.text(clause.children[0]) for clause in self.all("note"))


def starts_with(token: Token, word: str) -> bool:
    """Whether a token of several words begins with this one."""
    return re.match(rf"{word}\b", token) is not None
