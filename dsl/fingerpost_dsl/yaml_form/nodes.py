"""A guarded reader of YAML: texts, lists and mappings with their places, and nothing else that YAML has.

For policies, and for the calendars and settings that people write by hand. Every scalar stays the text that
was written. Anchors, aliases, tags, merge keys and further documents are refused, and so is what is far too
long or deep: none of it is needed, and each has been used to make a reader run out of time or memory.

PyYAML gives events, one after another, and the tree is built from them here: its own tree is built by
recursion, in C where it can, and a file that is nested deeply enough ends the process. Here the first event
that is too deep ends the reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias, cast

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The reader in C is forty times as fast; a test holds the two equal."""

_BYTE_ORDER_MARK = "\ufeff"
_NO_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|(?<!^)\ufeff"
)
"""What YAML does not take as a character, or takes for the end of a line that no editor shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalar:
    """A text: its first character in the file, and the one after its last, quotation marks included."""

    value: str
    style: str | None
    """`'`, `"`, `|`, `>`, or None for one that stands plainly."""
    start: int
    end: int
    written: str = field(repr=False)
    """How it stands in the file, from `start` to `end`."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is given: no value, or YAML's word for nothing."""
        return self.style is None and self.value in {"", "~", "null", "Null", "NULL"}

    def places(self) -> Sequence[tuple[int, int]]:
        """Where each character of the value stands in the file; of an escape, all of it."""
        first = 0 if self.style is None else 1
        if self.style in {None, "'", '"'} and self.written[first : first + len(self.value)] == self.value:
            return [(at, at + 1) for at in range(self.start + first, self.start + first + len(self.value))]
        return list(_aligned(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list."""

    items: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapped:
    """A mapping, in the order in which it was written; a key may be there twice."""

    items: tuple[tuple[Node, Node], ...]
    start: int
    end: int


Node: TypeAlias = Scalar | Listed | Mapped


class Reason(Enum):
    """Why a text is not read."""

    CHARACTER = "a character that no text has"
    SYNTAX = "not YAML"
    ALIAS = "anchors and aliases are not read"
    TAG = "tags are not read"
    MERGE = "merge keys are not read"
    DOCUMENTS = "only one document is read"
    DEEP = "this is nested too deeply"
    LONG = "this has too many parts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why a text is not read, and from where on."""

    reason: Reason
    offset: int
    detail: str = ""


@dataclass(slots=True)
class _Open:
    """A list or mapping that has begun."""

    is_list: bool
    start: int
    items: list[Node] = field(default_factory=list)


def nodes_of(text: str, *, deepest: int, most: int) -> Node | Refused | None:
    """The tree of a text, None for an empty one, or why it is not read.

    `deepest` is how many lists and mappings may stand inside one another, `most` how many parts there may be.

    >>> nodes_of("a: [on, 2024.10]", deepest=5, most=50).items[0][1].items[1].value
    '2024.10'
    """
    if found := _NO_TEXT.search(text):
        return Refused(reason=Reason.CHARACTER, offset=found.start())
    skipped = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    try:
        return _tree(text, skipped, deepest, most)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark if error.problem_mark is not None else error.context_mark
        at = 0 if mark is None else mark.index
        detail = in_plain_words(error.problem or "")
        return Refused(reason=Reason.SYNTAX, offset=min(at + skipped, len(text)), detail=detail)
    except yaml.YAMLError:
        return Refused(reason=Reason.CHARACTER, offset=0)


def _tree(text: str, skipped: int, deepest: int, most: int) -> Node | Refused | None:
    root: list[Node] = []
    opened: list[_Open] = []
    documents = 0
    for number, event in enumerate(yaml.parse(text[skipped:], Loader=_LOADER)):
        assert event.start_mark is not None
        assert event.end_mark is not None
        start, end = event.start_mark.index + skipped, event.end_mark.index + skipped
        documents += isinstance(event, yaml.DocumentStartEvent)
        if (reason := _why_not(event, number > most, len(opened) >= deepest, documents)) is not None:
            return Refused(reason=reason, offset=start)
        target = opened[-1].items if opened else root
        match event:
            case yaml.ScalarEvent():
                written = text[start:end]
                style = event.style or None
                scalar = Scalar(value=event.value, style=style, start=start, end=end, written=written)
                if opened and not opened[-1].is_list and len(target) % 2 == 0 and _merges(scalar):
                    return Refused(reason=Reason.MERGE, offset=start)
                target.append(scalar)
            case yaml.CollectionStartEvent():
                opened.append(_Open(isinstance(event, yaml.SequenceStartEvent), start))
            case yaml.CollectionEndEvent():
                done = opened.pop()
                (opened[-1].items if opened else root).append(_closed(done, end))
            case _:
                pass
    return root[0] if root else None


def _merges(key: Scalar) -> bool:
    return key.style is None and key.value == "<<"


def _why_not(event: yaml.Event, is_long: bool, is_deep: bool, documents: int) -> Reason | None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return Reason.ALIAS
    if getattr(event, "tag", None):
        return Reason.TAG
    if isinstance(event, yaml.CollectionStartEvent) and is_deep:
        return Reason.DEEP
    if documents > 1:
        return Reason.DOCUMENTS
    return Reason.LONG if is_long else None


def _closed(done: _Open, end: int) -> Node:
    """The collection; one in block style ends with its last part, not where the next thing begins."""
    if done.items and done.items[-1].end < end:
        end = max(done.items[-1].end, done.start)
    if done.is_list:
        return Listed(items=tuple(done.items), start=done.start, end=end)
    pairs = zip(done.items[::2], done.items[1::2], strict=True)
    return Mapped(items=tuple(pairs), start=done.start, end=end)


def in_plain_words(problem: str) -> str:
    """What PyYAML says about a mistake, for somebody who does not know how YAML is read."""
    if "mapping values are not allowed" in problem:
        return "a colon that does not fit here"
    if "could not find expected ':'" in problem:
        return "a colon is missing"
    if "cannot start any token" in problem:
        return "a sign that nothing begins with; is it a tab?"
    if "expected" in problem:
        return "this does not fit what stands above it"
    return "this is not YAML"


def _aligned(scalar: Scalar) -> Iterator[tuple[int, int]]:
    """The places of a value that does not stand in the file letter by letter.

    It is folded over lines, indented, or has escapes. Whatever is not blank stands in the file in its order;
    of a row of blanks, those that were left out are skipped.
    """
    written = scalar.written
    at = written.find("\n") + 1 if scalar.style in {"|", ">"} else int(scalar.style is not None)
    for character in scalar.value:
        at, length = _next(written, at, character, scalar.style)
        yield scalar.start + at, scalar.start + at + length
        at += length


_ESCAPE = re.compile(r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[^\r\n])")
_CONTINUED = re.compile(r"\\(?:\r\n|\r|\n)\s*")


def _next(written: str, at: int, character: str, style: str | None) -> tuple[int, int]:
    """Where this character stands, from `at` on, and how long it is there."""
    while at < len(written):
        if style == '"' and written[at] == "\\":
            if continued := _CONTINUED.match(written, at):
                at = continued.end()
                continue
            escape = cast("re.Match[str]", _ESCAPE.match(written, at))
            return at, len(escape.group())
        if style == "'" and character == "'":
            if written.startswith("''", at):
                return at, 2
        elif written[at] == character or (character.isspace() and written[at].isspace()):
            return at, 1
        at += 1
    return len(written), 0
