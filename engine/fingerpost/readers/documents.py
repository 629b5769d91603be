"""A document, JSON or YAML: plain data, and for every value where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from fingerpost.readers.cells import Raw
from fingerpost.readers.problems import Where
from fingerpost_dsl.source import Place

Path = tuple[str | int, ...]
"""From the top: the keys of objects and the indices of lists."""


@dataclass(frozen=True)
class Document:
    """A document: its data, and where things stand in it."""

    name: str
    data: object = field(repr=False)
    find: Callable[[Path, bool], Place] = field(repr=False)

    def where(self, *path: str | int, key: bool = False) -> Callable[[], Place]:
        """How to find the place of a value, or of its key; if there is none, that of what should hold it."""
        return lambda: self.find(path, key)


@dataclass(frozen=True, slots=True)
class ObjectEntry:
    """An object of a document as an entry: what is no scalar counts as not there."""

    document: Document
    path: Path
    data: Mapping[str, object]

    def get(self, key: str) -> Raw | None:
        """The scalar under a key."""
        value = self.data.get(key)
        if isinstance(value, str):
            return value.strip() or None
        return value if isinstance(value, bool | int | Decimal) else None

    def where(self, key: str) -> Where:
        """How to find its place."""
        return self.document.where(*self.path, key)

    def called(self, key: str) -> str:
        """Its own name: nothing is called otherwise in a document."""
        return key
