"""The words of the grammar, as a message about a mistake needs them.

Everything here is worked out from the parser's own rules and tables: which words open a clause, which clauses
a declaration may have, what a state of the parser expects. A message can therefore not promise what the
grammar refuses, and a new clause is known here without another line.
"""

import re
from collections.abc import Iterable
from functools import cache

from fingerpost_dsl import syntax
from fingerpost_dsl.tables import Rule, tables

_PLAIN_WORD = re.compile("[a-z]+")
_SOME_WORDS = re.compile(r"[a-z]+(\\s\+[a-z]+)*\\b")
_ALTERNATIVES = re.compile(r"\(\?:[A-Za-z|]+\)")

KINDS_OF_DECLARATION = tuple(
    "policy source passage role code codes occasion fact event measure threshold condition "  # noqa: SIM905  # one line a word would fill the screen
    "tier cohort action pathway step bar change remove test".split()
)

_LISTS: dict[str, tuple[str, ...]] = {
    "MODALITY": tuple(syntax.Modality),
    "WEIGHT": tuple(syntax.Weight),
    "CODE_KIND": tuple(syntax.CodeKind),
    "WEEKDAY": tuple(f"{day}s" for day in syntax.Weekday),
    "UNIT": tuple(words for unit in syntax.Unit for words in (unit.plural, unit.value)),
    "OF_SCHOOL": ("of its school",),
    "THE_START_OF": ("start of", "the start of"),
    "THE_END_OF": ("end of", "the end of"),
    "TO_DECIMALS": ("to 1 decimal",),
}


@cache
def phrases(terminal: str) -> tuple[str, ...]:
    """The words that a terminal stands for; none for a name, a text, a number or a sign.

    >>> phrases("NOT_BEFORE"), phrases("NAME")
    (('not before',), ())
    """
    if terminal in _LISTS:
        return _LISTS[terminal]
    pattern = tables().patterns.get(terminal, "")
    if _PLAIN_WORD.fullmatch(pattern):
        return (pattern,)
    if _SOME_WORDS.fullmatch(pattern):
        return (pattern.removesuffix(r"\b").replace(r"\s+", " "),)
    if _ALTERNATIVES.fullmatch(pattern):
        return tuple(sorted(pattern[3:-1].split("|")))
    return ()


@cache
def _rules() -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for rule in tables().rules:
        for name in {rule.name, rule.tree}:
            rules.setdefault(name, []).append(rule)
    return rules


@cache
def clause_words(rule: str) -> str:
    """The words with which a rule begins; empty if it begins otherwise.

    >>> clause_words("done_when"), clause_words("policy_in_force")
    ('done when', 'in force from')
    """
    words: list[str] = []
    for symbol in _rules()[rule][0].symbols:
        written = phrases(symbol)
        if len(written) != 1:
            break
        words.append(written[0])
    return " ".join(words)


_GROUPS = frozenset({"change_action", "change_tier", "change_threshold"})


@cache
def clauses_of(kind: str) -> tuple[str, ...]:
    """The words that open a clause of this kind of declaration, sorted.

    >>> clauses_of("role")
    ('note', 'part of')
    """
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [kind]
    while waiting:
        for rule in _rules()[waiting.pop()]:
            for symbol in rule.symbols:
                if symbol.isupper() or symbol in seen or symbol == "_expression":
                    continue
                seen.add(symbol)
                if symbol.startswith("_") or symbol in _GROUPS:
                    waiting.append(symbol)
                elif (words := clause_words(symbol)) and words not in KINDS_OF_DECLARATION:
                    found.add(words)
    return tuple(sorted(found))


@cache
def all_clauses() -> dict[str, tuple[str, ...]]:
    """For the words that open a clause, the kinds of declaration that may have it."""
    homes: dict[str, list[str]] = {}
    for kind in KINDS_OF_DECLARATION:
        for words in clauses_of(kind):
            homes.setdefault(words, []).append(kind)
    return {words: tuple(kinds) for words, kinds in homes.items()}


_EXPRESSION = frozenset({"SHARE", "COUNT", "NAME", "LPAR"})
_VALUE = frozenset({"PERCENT", "MONEY", "INT"})
_DATE = frozenset({"LONG_DATE", "ISO_DATE"})
_SINGLE = {
    "STRING": "a text in quotation marks",
    "NAME": "a name",
    "INT": "a whole number",
    "VERSION": "a version such as `2024.08`",
    "DAY_OF_YEAR": "a date that comes round such as `1 September each year`",
    "UNIT": "a unit such as `school days`",
}
_MOST_ALTERNATIVES = 8


def expected(acceptable: Iterable[str], kind: str | None = None) -> str:
    """What may stand here, in words.

    >>> expected({"LONG_DATE", "ISO_DATE"})
    'a date such as `19 August 2024`'
    """
    rest = set(acceptable)
    parts: list[str] = []
    if rest >= _EXPRESSION:
        return "a condition or a measure"
    for terminals, words in (
        (_VALUE, "a value such as `10 school days`, `5%`, `£160` or a date"),
        (frozenset({"INT", "NAME"}), "a quantity such as `10 school days`, or the name of a threshold"),
        (_DATE, "a date such as `19 August 2024`"),
    ):
        if rest >= terminals:
            parts.append(words)
            rest -= terminals | (_DATE | {"FRACTION", "DECIMAL"} if terminals is _VALUE else frozenset())
    for terminal, words in _SINGLE.items():
        if terminal in rest:
            parts.append(words)
            rest.discard(terminal)
    if "$END" in rest:
        parts += _after_a_whole_declaration(rest, kind)
    for terminal in sorted(rest):
        sign = tables().patterns.get(terminal, "").replace("\\", "")
        written = phrases(terminal) or ((sign,) if 0 < len(sign) <= 2 else ())
        parts += [f"`{words}`" for words in written]
    if len(parts) > _MOST_ALTERNATIVES:
        parts = [*parts[: _MOST_ALTERNATIVES - 1], "…"]
    return listed(parts)


def _after_a_whole_declaration(rest: set[str], kind: str | None) -> list[str]:
    """Where a declaration may end, its further clauses are too many to list: sum them up."""
    words = {terminal for terminal in rest if phrases(terminal)}
    keywords = {terminal for terminal in words if set(phrases(terminal)) <= set(KINDS_OF_DECLARATION)}
    rest -= words | {"$END"}
    clauses = [f"another clause of the {kind}"] if kind and words > keywords else []
    return [*clauses, "the next declaration"]


def listed(parts: list[str]) -> str:
    """Alternatives in a row.

    >>> listed(["a", "b", "c"])
    'a, b or c'
    """
    if not parts:
        return "nothing more"
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"


def with_article(words: str) -> str:
    """A noun with its article.

    >>> with_article("action"), with_article("tier")
    ('an action', 'a tier')
    """
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
