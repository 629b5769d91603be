"""The declarations of a YAML tree, written out as policy text; and what is wrong with their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fingerpost_dsl import syntax
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.names import nearest
from fingerpost_dsl.yaml_form.nodes import Listed, Mapped, Node, Scalar
from fingerpost_dsl.yaml_form.problems import Problems
from fingerpost_dsl.yaml_form.rendered import Rendering
from fingerpost_dsl.yaml_form.shapes import Key, Shape, Sort, shapes

_COMMENT = re.compile(r'"[^"\r\n]*"|(?P<comment>--)')
_BLANK = re.compile(r"\s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A declaration in the policy text: where it begins and ends, and the places where its keys begin."""

    kind: str
    name: syntax.Name
    start: int
    end: int
    keys: frozenset[int]
    is_whole: bool
    """Whether all that was written is in it; what is not has been reported."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The key of a declaration: `step first_notice of penalty_notices`."""

    scalar: Scalar
    shape: Shape
    rest: str
    first: int
    """Where the name begins in the key's value."""


def drafts_of(
    root: Node | None, rendering: Rendering
) -> tuple[tuple[Draft, ...], tuple[syntax.Name, ...], tuple[Diagnostic, ...]]:
    """The declarations that can be written out, the names of the others, and what is wrong with those."""
    writing = _Writing(rendering, Problems(rendering.original))
    if root is not None and not (isinstance(root, Scalar) and root.is_blank):
        writing.file(root)
    return tuple(writing.drafts), tuple(writing.unread), tuple(writing.problems.found)


@dataclass(slots=True)
class _Writing:
    """One run over one tree."""

    rendering: Rendering
    problems: Problems
    drafts: list[Draft] = field(default_factory=list)
    unread: list[syntax.Name] = field(default_factory=list)

    def file(self, root: Node) -> None:
        """Every declaration of the file."""
        if not isinstance(root, Mapped):
            self.problems.shape(root, "a policy is a mapping", "write each declaration as `KEYWORD NAME:`")
            return
        for key, value in self._once(root, as_written=True):
            head = self._head(key)
            if head is not None:
                self._declarations(head, value)

    def _once(self, mapped: Mapped, *, as_written: bool = False) -> Iterator[tuple[Scalar, Node]]:
        """The keys and values of a mapping; a key that is there again is reported, and left out.

        Clauses are told apart by their words, declarations as they are written, since they hold titles.
        """
        seen: dict[str, Scalar] = {}
        for key, value in mapped.items:
            if not isinstance(key, Scalar) or key.is_blank:
                self.problems.shape(key, "a key is a word or two", "write `KEY: VALUE`")
                continue
            written = key.value if as_written else " ".join(key.value.split())
            if written in seen:
                self.problems.twice(key, seen[written])
            else:
                seen[written] = key
                yield key, value

    def _head(self, key: Scalar) -> _Head | None:
        """The kind and the name that a key declares."""
        match = re.match(r"(?:(?:change|remove) +)?[^\s:]+", key.value)
        kind = " ".join(match.group().split()) if match else key.value
        shape = shapes().get(kind)
        if shape is None or match is None:
            self.problems.unknown_declaration(key, kind)
            return None
        first = match.end() + key.value.startswith(" ", match.end())
        rest = key.value[first:]
        head = _Head(key, shape, rest, first)
        if shape.name.fullmatch(rest) is None or (not rest and not shape.is_test):
            self.problems.name(key, shape)
            return None
        return head

    def _declarations(self, head: _Head, value: Node) -> None:
        """The declaration of this name, or several in a list."""
        several = isinstance(value, Listed) and bool(value.items)
        if isinstance(value, Listed) and head.shape.is_test:
            several = several and not any(isinstance(item, Scalar) for item in value.items)
        for one in value.items if several and isinstance(value, Listed) else (value,):
            before = len(self.problems.found)
            clauses = self._sentences(one) if head.shape.is_test else self._clauses(head, one)
            is_whole = len(self.problems.found) == before
            if is_whole or self._can_be_parsed(head, clauses):
                self.drafts.append(self._write(head, clauses, is_whole))
            else:
                self.unread.append(self._name(head))

    def _can_be_parsed(self, head: _Head, clauses: list[tuple[Scalar | None, Key, Scalar]]) -> bool:
        """Whether enough is left, beside what is wrong, to look for further mistakes in it."""
        given = {key.words for _, key, _ in clauses}
        wanted = {key.words for key in head.shape.keys if key.required}
        return (
            bool(given) and wanted <= given and (head.shape.kind != "threshold" or bool(given & {"is", "in"}))
        )

    def _name(self, head: _Head) -> syntax.Name:
        """The name, without the pathway of a step."""
        start = head.first
        places = head.scalar.places()[start:] or [(head.scalar.start, head.scalar.end)]
        length = max(len(head.rest.split(" of ")[0]), 1)
        span = self.rendering.original.span(places[0][0], places[min(length, len(places)) - 1][1])
        return syntax.Name(text=head.rest.split(" of ")[0], span=span)

    # --- what the values are ----------------------------------------------------------------------------

    def _sentences(self, value: Node) -> list[tuple[Scalar | None, Key, Scalar]]:
        """The clauses of a test, one a sentence."""
        if not isinstance(value, Listed):
            self.problems.shape(value, "a test is a list of sentences", "write `- ` before each of them")
            return []
        found = [self._scalar(item, _SENTENCE) for item in value.items]
        return [(None, _SENTENCE, scalar) for scalar in found if scalar is not None]

    def _clauses(self, head: _Head, value: Node) -> list[tuple[Scalar | None, Key, Scalar]]:
        """The keys of a declaration with their values, in the order that the grammar wants."""
        if not isinstance(value, Mapped):
            advice = f"write its clauses below it, each as `KEY: VALUE`: {_some_keys(head.shape)}"
            self.problems.shape(value, f"`{head.shape.kind}` has no keys", advice, at=head.scalar)
            return []
        found: list[tuple[Scalar | None, Key, Scalar]] = []
        given: set[str] = set()
        unknown: list[str] = []
        for written, node in self._once(value):
            key = head.shape.key(" ".join(written.value.split()))
            if key is None:
                self.problems.unknown_key(written, head.shape)
                unknown.append(" ".join(written.value.split()))
                continue
            given.add(key.words)
            for one in self._values(node, key):
                scalar = self._scalar(one, key)
                if scalar is not None:
                    found.append((written, key, scalar))
        self._nothing_missing(head, given, unknown)
        order = {key.words: place for place, key in enumerate(head.shape.head)}
        order |= {key.words: 1_000 + place for place, key in enumerate(head.shape.tail)}
        return sorted(found, key=lambda clause: order.get(clause[1].words, 500))

    def _nothing_missing(self, head: _Head, given: set[str], unknown: list[str]) -> None:
        for key in (*head.shape.head, *head.shape.tail):
            if key.required and key.words not in given and not _is_misspelt_in(unknown, key):
                self.problems.missing(head.scalar, head.shape, key)
        values = head.shape.head[1:]
        if head.shape.kind == "threshold" and not any(
            key.words in given or _is_misspelt_in(unknown, key) for key in values
        ):
            self.problems.missing(head.scalar, head.shape, *values)

    def _values(self, node: Node, key: Key) -> tuple[Node, ...]:
        """The values of a key: one, or a list where the clause may be repeated."""
        if not isinstance(node, Listed):
            return (node,)
        if not key.repeats:
            self.problems.shape(node, f"`{key.words}` has one value, not a list", "write it once")
            return ()
        return node.items

    def _scalar(self, node: Node, key: Key) -> Scalar | None:
        """The value, if it is one that this key can have."""
        if not isinstance(node, Scalar):
            self.problems.shape(
                node, f"`{key.words}` is {key.sort.value}, not {_what(node)}", "write it on one line"
            )
            return None
        if node.style in {"|", ">"} and node.value.endswith("\n"):
            node = _shortened(node)
        if node.is_blank or (not node.value.strip() and key.sort is not Sort.TEXT):
            self.problems.shape(node, f"`{key.words}` has no value", "write it behind the colon", at=node)
            return None
        match key.sort:
            case Sort.TEXT:
                return node if self.problems.is_text(node) else None
            case Sort.FLAG if node.value not in {"true", "false"}:
                advice = "write `true`, or leave the line out"
                self.problems.shape(node, f"`{key.words}` is true or false, not `{node.value}`", advice)
                return None
            case _:
                comment = next((m for m in _COMMENT.finditer(node.value) if m["comment"]), None)
                if comment is not None:
                    self.problems.comment(node, comment.start())
                    return None
                return node

    # --- writing it out ---------------------------------------------------------------------------------

    def _write(self, head: _Head, clauses: list[tuple[Scalar | None, Key, Scalar]], is_whole: bool) -> Draft:
        """The declaration as policy text."""
        out, start = self.rendering, self.rendering.length
        places = head.scalar.places()
        if head.shape.is_test or head.shape.kind == "code":
            kind = head.shape.kind
            out.taken(kind, places[: len(kind)])
            out.own(" ", places[len(kind) - 1][1], places[len(kind) - 1][1])
            out.quoted(head.rest, head.scalar, head.first)
        else:
            out.taken(head.scalar.value, places)
        keys: set[int] = set()
        for written, key, scalar in clauses:
            if key.sort in {Sort.FLAG, Sort.FLAG_OR_WORDS} and scalar.value == "false":
                continue
            begin = scalar.start if written is None else written.start
            out.own("\n  ", begin, begin)
            keys.add(out.length)
            self._write_clause(written, key, scalar)
        end = out.length
        out.own("\n", head.scalar.end, head.scalar.end)
        return Draft(
            kind=head.shape.kind,
            name=self._name(head),
            start=start,
            end=end,
            keys=frozenset(keys),
            is_whole=is_whole,
        )

    def _write_clause(self, written: Scalar | None, key: Key, scalar: Scalar) -> None:
        out = self.rendering
        if written is not None and key.pattern is not None:
            out.taken(written.value, written.places())
            out.own(" ", written.end, written.end)
        elif written is not None and key.opening:
            out.own(key.opening, written.start, written.end)
            out.own(" ", written.end, written.end)
        if key.sort is Sort.TEXT:
            out.quoted(scalar.value, scalar)
        elif key.sort is Sort.WORDS or scalar.value != "true":
            out.taken(_BLANK.sub(" ", scalar.value), scalar.places())


_SENTENCE = Key(words="a sentence", opening="", sort=Sort.WORDS)


def _is_misspelt_in(unknown: list[str], key: Key) -> bool:
    """Whether a key that is not there is there with a slip in it: then that has been told of.

    A key that holds a name, as `ROLE should` does, is any that has as many words.
    """
    if key.pattern is not None:
        return any(len(words.split()) > 1 for words in unknown)
    return nearest(key.words, unknown) is not None


def _what(node: Node) -> str:
    return "a list" if isinstance(node, Listed) else "a mapping"


def _shortened(scalar: Scalar) -> Scalar:
    """A block without the end of its last line."""
    return Scalar(
        value=scalar.value.rstrip("\n"),
        style=scalar.style,
        start=scalar.start,
        end=scalar.start + len(scalar.written.rstrip()),
        written=scalar.written.rstrip(),
    )


def _some_keys(shape: Shape) -> str:
    return ", ".join(f"`{key.words}`" for key in (*shape.head, *shape.tail, *shape.clauses)[:4])
