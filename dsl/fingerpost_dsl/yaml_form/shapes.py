"""Which keys each declaration has in YAML: those of its head from a table, its clauses from the grammar.

A clause is its key and its value, one after the other: `within: 10 school days` is `within 10 school days`,
`school should: "…"` is `school should "…"`. So a clause that is added to the grammar is there in YAML without
another line. Only what has no word of its own in the language gets one here: `title`, `is` for `=`, `type`,
`kind` and `to`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from itertools import takewhile

from fingerpost_dsl.grammar_words import phrases
from fingerpost_dsl.tables import Rule, tables


class Sort(Enum):
    """What a key's value is."""

    TEXT = "a text"
    WORDS = "words of the language"
    FLAG = "true or false"
    FLAG_OR_WORDS = "true, or words of the language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a declaration: `within`, with what stands for it in policy text, and what its value is."""

    words: str
    sort: Sort
    opening: str
    """The words before the value in policy text; none for a title."""
    required: bool = False
    repeats: bool = False
    pattern: re.Pattern[str] | None = None
    """For a key that has something to fill in: `school should`."""
    tokens: int = 0
    """Of how many words and signs a key with a pattern is made."""

    def fits(self, written: str) -> bool:
        """Whether this is the key."""
        return written == self.words if self.pattern is None else self.pattern.fullmatch(written) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A kind of declaration: how its name is written, and its keys: those of its head, then its clauses."""

    kind: str
    name: re.Pattern[str]
    form: str
    """How its key is written: `step NAME of PATHWAY`."""
    head: tuple[Key, ...]
    clauses: tuple[Key, ...]
    tail: tuple[Key, ...] = ()
    """What the grammar wants at the end, in this order."""

    @property
    def is_test(self) -> bool:
        """Whether it is a list of sentences rather than a mapping."""
        return self.kind == "test"

    @property
    def keys(self) -> tuple[Key, ...]:
        """All of them."""
        return (*self.head, *self.clauses, *self.tail)

    def key(self, written: str) -> Key | None:
        """The key that is written so."""
        return next((key for key in self.keys if key.fits(written)), None)


_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_PLAIN = re.compile(_NAME)
_DOTTED = re.compile(rf"{_NAME}(?:\.{_NAME})*")
_STEP = re.compile(rf"{_NAME} of {_NAME}")
_TEXT = re.compile(r'[^"\r\n]*')
_CODE = re.compile(r"""(?!'.*'$)[^"\r\n]+""")

_TITLE = Key(words="title", opening="", sort=Sort.TEXT, required=True)
_IS = Key(words="is", opening="=", sort=Sort.WORDS, required=True)
_TO = Key(words="to", opening="to", sort=Sort.WORDS, required=True)
_EXCEPT = Key(words="except", opening="except", sort=Sort.WORDS)
_WHEN = Key(words="when", opening="when", sort=Sort.WORDS, required=True)
_BECAUSE = Key(words="because", opening="because", sort=Sort.TEXT, required=True)
_NOTE = Key(words="note", opening="note", sort=Sort.TEXT, repeats=True)


def _either(key: Key) -> Key:
    """A key that may be missing, because another one may stand for it."""
    return Key(words=key.words, opening=key.opening, sort=key.sort)


@cache
def _norm(*, required: bool) -> Key:
    """`school should: …`: who, and how strongly."""
    modalities = "|".join(phrases("MODALITY"))
    return Key(
        words="ROLE should",
        opening="",
        sort=Sort.TEXT,
        required=required,
        pattern=re.compile(rf"{_NAME} (?:{modalities})"),
        tokens=2,
    )


_EVERY_TIMES = Key(
    words="N times every",
    opening="",
    sort=Sort.WORDS,
    pattern=re.compile(r"[0-9]+ times every"),
    tokens=3,
)
_WITHOUT_A_WORD = {"every_times": _EVERY_TIMES}
"""Clauses that begin with something to fill in."""

_REPEATED = frozenset({"when", "unless", "after", "cites", "note", "event_field"})
"""The rules of clauses that may be given more than once."""

_IN_THE_HEAD = frozenset(
    {"norm", "because", "codes_except", "code_until", "threshold_value", "threshold_unit"}
)
"""Rules that have a place of their own in the grammar, and here a key in a head or tail."""

_HEADS: dict[str, tuple[str, re.Pattern[str], tuple[Key, ...]]] = {
    "policy": ("NAME", _DOTTED, (_TITLE,)),
    "source": ("NAME", _PLAIN, (_TITLE,)),
    "passage": ("SOURCE.NAME", _DOTTED, (_TITLE,)),
    "role": ("NAME", _PLAIN, (_TITLE,)),
    "code": (
        "CODE",
        _CODE,
        (
            _TITLE,
            Key(words="kind", opening="", sort=Sort.WORDS, required=True),
            Key(words="from", opening="from", sort=Sort.WORDS),
            Key(words="until", opening="until", sort=Sort.WORDS),
        ),
    ),
    "codes": ("NAME", _PLAIN, (_TITLE, _IS, _EXCEPT)),
    "occasion": ("NAME", _PLAIN, (_TITLE, _IS)),
    "fact": (
        "NAME",
        _PLAIN,
        (_TITLE, Key(words="type", opening="", sort=Sort.WORDS, required=True)),
    ),
    "event": ("NAME", _PLAIN, (_TITLE,)),
    "measure": ("NAME", _PLAIN, (_TITLE, _IS)),
    "threshold": (
        "NAME",
        _PLAIN,
        (_TITLE, _either(_IS), Key(words="in", opening="in", sort=Sort.WORDS)),
    ),
    "condition": ("NAME", _PLAIN, (_TITLE, _IS)),
    "tier": ("NAME", _PLAIN, (_TITLE,)),
    "cohort": ("NAME", _PLAIN, (_TITLE, _IS)),
    "action": ("NAME", _PLAIN, (_TITLE, _norm(required=True))),
    "pathway": ("NAME", _PLAIN, (_TITLE,)),
    "step": ("NAME of PATHWAY", _STEP, (_TITLE, _norm(required=True))),
    "bar": (
        "NAME",
        _PLAIN,
        (_TITLE, Key(words="stops", opening="stops", sort=Sort.WORDS, required=True), _WHEN),
    ),
    "change threshold": ("NAME", _PLAIN, (_TO,)),
    "change measure": ("NAME", _PLAIN, (_TO,)),
    "change condition": ("NAME", _PLAIN, (_TO,)),
    "change cohort": ("NAME", _PLAIN, (_TO,)),
    "change tier": ("NAME", _PLAIN, ()),
    "change action": ("NAME", _PLAIN, (_norm(required=False),)),
    "change step": ("NAME", _PLAIN, (_norm(required=False),)),
    "change bar": ("NAME", _PLAIN, (_WHEN,)),
    "change codes": ("NAME", _PLAIN, (_TO, _EXCEPT)),
    "test": ("TITLE", _TEXT, ()),
}
_RULES = {
    "change measure": "change_expression",
    "change condition": "change_expression",
    "change cohort": "change_expression",
    "change step": "change_action",
}
"""The grammar's rule for a kind, where it has another name."""


def rule_of(kind: str) -> str:
    """The grammar's rule whose clauses this kind of declaration has."""
    return _RULES.get(kind, kind.replace(" ", "_"))


@cache
def rules_of_keys(kind: str) -> frozenset[str]:
    """The rules that open a key of this kind of declaration, as the parse tree calls them."""
    return frozenset((*clause_rules(rule_of(kind)), *_IN_THE_HEAD)) - {"threshold_value", "threshold_unit"}


@cache
def shapes() -> dict[str, Shape]:
    """Every kind of declaration, by the words with which it begins.

    >>> [key.words for key in shapes()["role"].keys]
    ['title', 'part of', 'note']
    """
    made = {kind: _shape(kind, form, name, head) for kind, (form, name, head) in _HEADS.items()}
    for word in phrases("DECLARATION_WORD"):
        kind = f"remove {word}"
        made[kind] = Shape(
            kind=kind, name=_DOTTED, form=f"{kind} NAME", head=(), clauses=(), tail=(_BECAUSE,)
        )
    return made


def _shape(kind: str, form: str, name: re.Pattern[str], head: tuple[Key, ...]) -> Shape:
    clauses = tuple(clause for rule in clause_rules(rule_of(kind)) for clause in _keys_of(rule))
    taken = {key.words for key in head}
    clauses = tuple(dict.fromkeys(key for key in clauses if key.words not in taken))
    tail: tuple[Key, ...] = ()
    if kind.startswith("change "):
        clauses, tail = tuple(key for key in clauses if key != _NOTE), (_BECAUSE, _NOTE)
    if kind == "test":
        clauses = ()
    return Shape(kind=kind, name=name, form=f"{kind} {form}", head=head, clauses=clauses, tail=tail)


@cache
def _rules() -> dict[str, tuple[Rule, ...]]:
    found: dict[str, list[Rule]] = {}
    for rule in tables().rules:
        found.setdefault(rule.name, []).append(rule)
    return {name: tuple(rules) for name, rules in found.items()}


@cache
def clause_rules(rule: str) -> tuple[str, ...]:
    """The names of the rules that are clauses of this one, as the parse tree calls them, in order.

    >>> clause_rules("role")
    ('role_part_of', 'note')
    """
    found: dict[str, None] = {}
    seen: set[str] = set()

    def look(name: str) -> None:
        for one in _rules()[name]:
            for symbol in one.symbols:
                if symbol.isupper() or symbol in seen or symbol in {"_expression", "_type"}:
                    continue
                seen.add(symbol)
                if symbol.startswith("_"):
                    look(symbol)
                elif symbol not in _IN_THE_HEAD:
                    found.update((one.tree, None) for one in _rules()[symbol] if _is_clause(one))

    look(rule)
    return tuple(found)


def _is_clause(rule: Rule) -> bool:
    return rule.tree in _WITHOUT_A_WORD or bool(_opening(rule))


def _opening(rule: Rule) -> tuple[str, ...]:
    """The words with which a rule begins."""
    written = takewhile(lambda words: len(words) == 1, map(phrases, rule.symbols))
    return tuple(words[0] for words in written)


def _keys_of(tree: str) -> Iterator[Key]:
    """The keys for a rule: one for each word with which it may begin."""
    if tree in _WITHOUT_A_WORD:
        yield _WITHOUT_A_WORD[tree]
        return
    alternatives: dict[str, list[Rule]] = {}
    for rule in tables().rules:
        if rule.tree == tree:
            alternatives.setdefault(_opening(rule)[0], []).append(rule)
    for rules in alternatives.values():
        openings = [_opening(rule) for rule in rules]
        same = takewhile(lambda words: len(set(words)) == 1, zip(*openings, strict=False))
        opening = tuple(words[0] for words in same)
        rests = {rule.symbols[len(opening) :] for rule in rules}
        words = " ".join(opening)
        yield Key(words=words, opening=words, sort=_sort(rests), repeats=tree in _REPEATED)


def _sort(rests: set[tuple[str, ...]]) -> Sort:
    if rests == {("STRING",)}:
        return Sort.TEXT
    if rests == {()}:
        return Sort.FLAG
    return Sort.FLAG_OR_WORDS if () in rests else Sort.WORDS
