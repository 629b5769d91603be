"""YAML with places: `calendar.yaml` and `history.yaml`, which people write by hand.

Every scalar stays as it is written, so that a date is a text like everywhere else and `no` is not lost.
Anchors, aliases and tags are refused, and so is what is far too long or deep: a calendar needs none of it,
and each has been used to make a reader run out of time or memory.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from fingerpost.readers.documents import Document, Path
from fingerpost.readers.problems import Problems
from fingerpost_dsl.source import Place

_LARGEST = 200_000
_DEEPEST = 50


def read_yaml(text: str, name: str, problems: Problems) -> Document | None:
    """A YAML text as texts, lists and objects: every scalar stays as it is written; a blank is None.

    Anchors, aliases and tags are refused, and so is what is far too long or deep: a calendar needs none of
    it.
    """
    places: dict[tuple[Path, bool], Place] = {}
    if len(text) > _LARGEST:
        problems.stop("E0634", "the file is far too long", Place(name, 1), help="is it a calendar at all?")
        return None
    lines = text.splitlines()
    try:
        if refused := _refused(text):
            message, mark = refused
            problems.stop("E0635", message, _marked(mark, name, lines), help="write it out plainly")
            return None
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark if error.problem_mark is not None else error.context_mark
        problems.stop(
            "E0635",
            _in_plain_words(error.problem or ""),
            _marked(mark, name, lines),
            help="check the spaces in front of the line, and the one after each colon",
        )
        return None
    except yaml.YAMLError:
        problems.stop("E0604", "a character that no text has", Place(name, 1), help="take it out")
        return None
    before = problems.errors
    data = _plain(node, (), places, name, lines, problems)
    if problems.errors > before:
        problems.stopped = True
        return None

    def find(path: Path, key: bool) -> Place:
        for end in range(len(path), -1, -1):
            for sort in (key and end == len(path), False):
                if (path[:end], sort) in places:
                    return places[path[:end], sort]
        return Place(name, 1)

    return Document(name, data, find)


def _in_plain_words(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "a colon that does not fit here"
    if "could not find expected ':'" in problem:
        return "a colon is missing"
    if "cannot start any token" in problem:
        return "a sign that nothing begins with; is it a tab?"
    if "expected" in problem:
        return "this does not fit what stands above it"
    return "this is not YAML"


def _refused(text: str) -> tuple[str, yaml.error.Mark | yaml._yaml.Mark | None] | None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            return "anchors and aliases are not read", event.start_mark
        if getattr(event, "tag", None):
            return "tags are not read", event.start_mark
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return "this is nested too deeply", event.start_mark
    return None


def _plain(  # noqa: PLR0917 (it walks a tree with all that it carries)
    node: yaml.Node | None,
    path: Path,
    places: dict[tuple[Path, bool], Place],
    name: str,
    lines: Sequence[str],
    problems: Problems,
) -> object:
    if node is None:
        return None
    places[path, False] = _marked(node.start_mark, name, lines)
    if isinstance(node, yaml.SequenceNode):
        return [
            _plain(item, (*path, index), places, name, lines, problems)
            for index, item in enumerate(node.value)
        ]
    if isinstance(node, yaml.MappingNode):
        found: dict[str, object] = {}
        for key_node, value in node.value:
            key = str(key_node.value)
            where = _marked(key_node.start_mark, name, lines)
            if key in found:
                problems.add("E0611", f"the key `{key}` appears twice", where, help="take one of them out")
            places[(*path, key), True] = where
            found[key] = _plain(value, (*path, key), places, name, lines, problems)
        return found
    assert isinstance(node, yaml.ScalarNode)
    is_blank = node.style is None and node.value in {"", "~", "null"}
    return None if is_blank else node.value


def _marked(mark: yaml.error.Mark | yaml._yaml.Mark | None, name: str, lines: Sequence[str]) -> Place:
    if mark is None:
        return Place(name, 1)
    return Place(name, mark.line + 1, mark.column + 1, 1, lines[mark.line] if mark.line < len(lines) else "")
