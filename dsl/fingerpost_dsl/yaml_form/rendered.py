"""Policy text that was made from a YAML file: every stretch of it knows where it stands in that file.

The parser reads this text, and asks it for spans; what it gets are spans of the file that the person wrote.
Nothing after the parser has to know that there are two spellings.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from fingerpost_dsl.source import SourceText, Span
from fingerpost_dsl.yaml_form.nodes import Scalar


@dataclass(frozen=True, eq=False)
class Rendered(SourceText):
    """Policy text under the name of the YAML file; `starts` and `ends` have a place for each character."""

    original: SourceText = field(kw_only=True)
    starts: Sequence[int] = field(kw_only=True, repr=False)
    ends: Sequence[int] = field(kw_only=True, repr=False)

    def span(self, start: int, end: int) -> Span:
        """Where this stretch of the policy text stands in the YAML file."""
        if start >= len(self.starts):
            last = self.ends[-1] if self.ends else 0
            return self.original.span(last, last)
        first = self.starts[start]
        return self.original.span(first, max(self.ends[end - 1], first) if end > start else first)


@dataclass(slots=True)
class Rendering:
    """Puts such a text together."""

    original: SourceText
    _pieces: list[str] = field(default_factory=list)
    _starts: array[int] = field(default_factory=lambda: array("L"))
    _ends: array[int] = field(default_factory=lambda: array("L"))

    @property
    def length(self) -> int:
        """How long the text is so far."""
        return len(self._starts)

    def own(self, text: str, start: int, end: int) -> None:
        """Words of ours, that stand for what lies from `start` to `end` in the file."""
        self._pieces.append(text)
        self._starts.extend([start] * len(text))
        self._ends.extend([end] * len(text))

    def taken(self, text: str, places: Sequence[tuple[int, int]]) -> None:
        """A text from the file, with the place of each of its characters."""
        self._pieces.append(text)
        self._starts.extend(start for start, _ in places)
        self._ends.extend(end for _, end in places)

    def quoted(self, text: str, scalar: Scalar, first: int = 0) -> None:
        """A text from the file, from its character `first` on, between quotation marks of ours."""
        places = scalar.places()[first : first + len(text)]
        start, end = (places[0][0], places[-1][1]) if places else (scalar.start, scalar.end)
        self.own('"', start, start)
        self.taken(text, places)
        self.own('"', end, end)

    def done(self) -> Rendered:
        """The whole of it."""
        return Rendered(
            self.original.name,
            "".join(self._pieces),
            original=self.original,
            starts=self._starts,
            ends=self._ends,
        )
