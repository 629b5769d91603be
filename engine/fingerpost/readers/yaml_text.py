"""YAML with places: `calendar.yaml` and `history.yaml`, which people write by hand.

Every scalar stays as it is written, so that a date is a text like everywhere else and `no` is not lost.
Anchors, aliases and tags are refused, and so is what is far too long or deep: a calendar needs none of it,
and each has been used to make a reader run out of time or memory. The reader that sees to this is the one
for policies in YAML (`fingerpost_dsl.yaml_form.nodes`).
"""

from __future__ import annotations

from collections.abc import Sequence

from fingerpost.readers.documents import Document, Path
from fingerpost.readers.problems import Problems
from fingerpost_dsl.source import Place, SourceText
from fingerpost_dsl.yaml_form.nodes import Listed, Mapped, Node, Reason, Refused, Scalar, nodes_of

_LARGEST = 200_000
_DEEPEST = 50


def read_yaml(text: str, name: str, problems: Problems) -> Document | None:
    """A YAML text as texts, lists and objects: every scalar stays as it is written; a blank is None.

    Anchors, aliases and tags are refused, and so is what is far too long or deep: a calendar needs none of
    it.
    """
    if len(text) > _LARGEST:
        problems.stop("E0634", "the file is far too long", Place(name, 1), help="is it a calendar at all?")
        return None
    source = SourceText(name, text)
    root = nodes_of(text, deepest=_DEEPEST, most=_LARGEST)
    if isinstance(root, Refused):
        _refuse(root, source, problems)
        return None
    reading = _Reading(source, problems)
    before, shown = problems.errors, problems.shown
    data = reading.plain(root, ())
    if problems.errors > before:
        problems.stop_for(shown)
        return None
    return Document(name, data, reading.find)


def _refuse(refused: Refused, source: SourceText, problems: Problems) -> None:
    match refused.reason:
        case Reason.CHARACTER:
            message = "a character that no text has"
            problems.stop("E0604", message, _place(source, refused.offset), help="take it out")
        case Reason.SYNTAX:
            problems.stop(
                "E0635",
                refused.detail,
                _place(source, refused.offset),
                help="check the spaces in front of the line, and the one after each colon",
            )
        case _:
            message, place = refused.reason.value, _place(source, refused.offset)
            problems.stop("E0635", message, place, help="write it out plainly")


class _Reading:
    """Turns the tree into plain data, and keeps the places."""

    def __init__(self, source: SourceText, problems: Problems) -> None:
        self._source = source
        self._problems = problems
        self._places: dict[tuple[Path, bool], Place] = {}

    def plain(self, node: Node | None, path: Path) -> object:
        """What a node holds."""
        if node is None:
            return None
        self._places[path, False] = _place(self._source, node.start)
        match node:
            case Listed(items=items):
                return [self.plain(item, (*path, index)) for index, item in enumerate(items)]
            case Mapped(items=pairs):
                return self._object(pairs, path)
            case Scalar():
                return None if node.is_blank else node.value

    def _object(self, pairs: Sequence[tuple[Node, Node]], path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        for key_node, value in pairs:
            where = _place(self._source, key_node.start)
            if not isinstance(key_node, Scalar):
                self._problems.add("E0633", "a key is a word", where, help="write `KEY: VALUE`")
                continue
            key = key_node.value
            if key in found:
                message = f"the key `{key}` appears twice"
                self._problems.add("E0611", message, where, help="take one of them out")
            self._places[(*path, key), True] = where
            found[key] = self.plain(value, (*path, key))
        return found

    def find(self, path: Path, key: bool) -> Place:
        """Where a value stands, or its key; of one that is missing, what it is missing from."""
        for end in range(len(path), -1, -1):
            for sort in (key and end == len(path), False):
                if (path[:end], sort) in self._places:
                    return self._places[path[:end], sort]
        return Place(self._source.name, 1)


def _place(source: SourceText, offset: int) -> Place:
    line, column = source.position(offset)
    return Place(source.name, line, column, 1, source.line_text(line))
