"""What can be wrong with a policy in YAML alone: its keys and shapes, YAML itself."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fingerpost_dsl import characters
from fingerpost_dsl.diagnostics import Diagnostic, Label
from fingerpost_dsl.grammar_words import listed, with_article
from fingerpost_dsl.names import nearest
from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.yaml_form.nodes import Node, Reason, Refused, Scalar
from fingerpost_dsl.yaml_form.shapes import Key, Shape, shapes

_HOW_YAML = "check the spaces in front of the line, and the one after each colon"
_ADVICE = {
    Reason.ALIAS: "write it out in each place; a text that begins with `*` or `&` stands in quotation marks",
    Reason.TAG: "take it away; a text that begins with `!` stands in quotation marks",
    Reason.MERGE: "write the clauses out",
    Reason.DOCUMENTS: "put the rest into a file of its own",
    Reason.LONG: "a policy may be a folder of several files; is this a policy at all?",
}


def not_read(refused: Refused, source: SourceText) -> Diagnostic:
    """Why a file is not read at all."""
    at = refused.offset
    end = min(at + 1, len(source.text))
    span = source.span(at, max(end, at))
    match refused.reason:
        case Reason.CHARACTER:
            found = source.text[at] if at < len(source.text) else "\0"
            message = f"{characters.describe(found)} does not belong here"
            return Diagnostic(code="E0104", message=message, span=span, help=characters.advice(found))
        case Reason.DEEP:
            advice = "a declaration has keys, and a key a value or a list; nothing lies deeper"
            return Diagnostic(code="E0103", message=refused.reason.value, span=span, help=advice)
        case Reason.LONG:
            message = "the file has too many parts"
            return Diagnostic(code="E0102", message=message, span=span, help=_ADVICE[refused.reason])
        case Reason.SYNTAX:
            return Diagnostic(code="E0121", message=refused.detail, span=span, help=_HOW_YAML)
        case _:
            message, advice = refused.reason.value, _ADVICE[refused.reason]
            return Diagnostic(code="E0122", message=message, span=span, help=advice)


def several_clauses(span: Span) -> Diagnostic:
    """A value that goes on with another clause, or another declaration."""
    opening = " ".join(span.text.split()[:2])
    return Diagnostic(
        code="E0125",
        message=f"`{opening} …` is a clause of its own",
        span=span,
        help="a value is one clause: give this one a key of its own",
    )


@dataclass(slots=True)
class Problems:
    """Collects what is wrong with one file."""

    source: SourceText
    found: list[Diagnostic] = field(default_factory=list)

    def _add(self, code: str, message: str, span: Span, advice: str, labels: tuple[Label, ...] = ()) -> None:
        self.found.append(Diagnostic(code=code, message=message, span=span, help=advice, labels=labels))

    def _span(self, node: Node) -> Span:
        """Where a node stands; of one that runs over several lines, the first."""
        text = self.source.text
        end = min(node.end, len(text))
        line_end = re.compile(r"[\r\n]|$").search(text, node.start)
        return self.source.span(node.start, min(end, line_end.start() if line_end else end))

    def shape(self, node: Node, message: str, advice: str, *, at: Scalar | None = None) -> None:
        """A list where a text should be, or another thing of the wrong shape."""
        self._add("E0124", message, self._span(at or node), advice)

    def twice(self, key: Scalar, first: Scalar) -> None:
        """A key that is there again."""
        self._add(
            "E0123",
            f"the key `{key.value}` is there twice",
            self._span(key),
            "keep one; what is said several times stands in a list: `- ` before each",
            (Label(self._span(first), "first here"),),
        )

    def unknown_declaration(self, key: Scalar, kind: str) -> None:
        """A key that declares nothing."""
        words = " ".join(key.value.split())
        near = nearest(kind, shapes()) or nearest(kind.split(maxsplit=1)[0], shapes())
        if kind in {"change", "remove"}:
            kinds = [f"`{one}`" for one in shapes() if one.startswith(f"{kind} ")]
            self._add("E0107", f"`{kind}` what?", self._span(key), f"write {listed(kinds)}, and the name")
            return
        advice = f"did you mean `{near}`?" if near else "each declaration is written `KEYWORD NAME:`"
        self._add("E0107", f"no declaration begins with `{words[:40]}`", self._span(key), advice)

    def name(self, key: Scalar, shape: Shape) -> None:
        """A declaration whose key is not written as it should be."""
        words = " ".join(key.value.split())
        message = f"`{words[:40]}` is not how {with_article(shape.kind)} is named"
        advice = f"write `{shape.form}`" if shape.kind != "test" else "a title has no quotation marks in it"
        self._add("E0106", message, self._span(key), advice)

    def unknown_key(self, key: Scalar, shape: Shape) -> None:
        """A key that this kind of declaration does not have."""
        words = " ".join(key.value.split())
        own = [one.words for one in shape.keys]
        homes = [with_article(one.kind) for one in shapes().values() if one.key(words) is not None]
        has = f"{with_article(shape.kind)} may have {listed([f'`{one}`' for one in own])}"
        if homes:
            message = f"`{words}` is not a key of {with_article(shape.kind)}"
            self._add("E0109", message, self._span(key), has)
            return
        near = nearest(words, own)
        advice = f"did you mean `{near}`?" if near else has
        self._add(
            "E0107", f"no key of {with_article(shape.kind)} is called `{words}`", self._span(key), advice
        )

    def missing(self, head: Scalar, shape: Shape, *keys: Key) -> None:
        """A key without which the declaration says nothing."""
        words = listed([f"`{key.words}`" for key in keys])
        name = " ".join(head.value.split())
        self._add(
            "E0112" if keys[0].words == "title" else "E0106",
            f"`{name}` has no {words}",
            self._span(head),
            f"add a line `{keys[0].words}: …`",
        )

    def is_text(self, scalar: Scalar) -> bool:
        """Whether a value may stand between quotation marks; if not, why."""
        for sign, what in (
            ('"', "a quotation mark"),
            ("\n", "the end of a line"),
            ("\r", "the end of a line"),
        ):
            at = scalar.value.find(sign)
            if at >= 0:
                start, end = scalar.places()[at]
                advice = (
                    "write `“…”` or `‘…’`"
                    if sign == '"'
                    else "write it in one piece, or begin it with `>-`, which joins the lines"
                )
                self._add("E0126", f"{what} inside a text", self.source.span(start, max(end, start)), advice)
                return False
        return True

    def comment(self, scalar: Scalar, at: int) -> None:
        """A comment of the policy language inside a value."""
        start, end = scalar.places()[at][0], scalar.places()[at + 1][1]
        advice = "in YAML a comment begins with `#`, and stands outside of texts"
        self._add("E0125", "a comment inside a value", self.source.span(start, end), advice)
