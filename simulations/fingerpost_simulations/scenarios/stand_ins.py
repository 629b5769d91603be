"""A scenario as far as it is understood, so that all of it is looked at in one run.

Whether a name is declared is asked of a whole scenario. One number that cannot be read must not keep back
every mistake of that sort until the next run: something else *stands in* for it, about which nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from fingerpost.readers.documents import Path
from fingerpost_simulations.scenarios.model import FOR_THE_REST, Scenario

_WORD: Final = "not_understood"
_STAND_INS: Final[tuple[object, ...]] = (_WORD, "1", "0%", "0 weeks", "2000-01-01", {}, [_WORD, _WORD])
"""A word, a whole number, a share, a span, a date, a part and a list: the first that is understood."""

_ROUNDS: Final = 10
"""A stand-in may lack parts of its own, and they some of theirs: no scenario is as deep as this."""


def mistakes(error: ValidationError) -> list[ErrorDetails]:
    """What pydantic found. A list is not too short because some of it is not understood."""
    return [
        one
        for one in error.errors(include_url=False)
        if one["type"] != "too_short" or len(one["input"]) < one["ctx"]["min_length"]
    ]


def with_stand_ins(data: Mapping[str, object]) -> tuple[Scenario, frozenset[Path]]:
    """The scenario, and where something else stands in for what is not understood.

    Values that can be read, and only contradict each other, stay as they are.
    """
    mended = deepcopy(dict(data))
    places: set[Path] = set()
    for _ in range(_ROUNDS):
        for path in sorted(_wrong_in(mended), key=len, reverse=True):
            if path in _wrong_in(mended):
                _mend(mended, path)
                places.add(path)
    return Scenario.model_validate(mended, context=FOR_THE_REST), frozenset(places)


def _wrong_in(data: dict[str, object]) -> set[Path]:
    """The places of what is not understood; of what is missing, where it should stand."""
    try:
        Scenario.model_validate(data, context=FOR_THE_REST)
    except ValidationError as error:
        return {_as_written(one["loc"], data) for one in mistakes(error)}
    return set()


def _as_written(location: Path, data: object) -> Path:
    """Where pydantic finds a mistake, as far as there is such a place: a word may stand for a list."""
    found: list[str | int] = []
    for part in location:
        match data:
            case dict() if isinstance(part, str) and not part.startswith("["):
                data = data.get(part)
            case list() if isinstance(part, int):
                data = data[part]
            case _:
                break
        found.append(part)
    return tuple(found)


def _mend(data: dict[str, object], path: Path) -> None:
    """Puts in a place what is understood there; takes the key out if nothing is."""
    holder: Any = data
    for part in path[:-1]:
        holder = holder[part]
    for stand_in in _STAND_INS:
        holder[path[-1]] = deepcopy(stand_in)
        if path not in _wrong_in(data):
            return
    del holder[path[-1]]
