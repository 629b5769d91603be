"""A scenario from its YAML file: as far as it is understood, and every mistake with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fingerpost.readers.documents import Document
from fingerpost.readers.problems import Problems
from fingerpost.readers.yaml_text import read_yaml
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.source import Place
from fingerpost_simulations.people import Spec
from fingerpost_simulations.scenarios.model import Scenario
from fingerpost_simulations.scenarios.parts import share
from fingerpost_simulations.scenarios.stand_ins import mistakes, with_stand_ins

UNCLEAR = "E0651"
"""A scenario that is not understood."""


@dataclass(frozen=True)
class Reading:
    """A scenario file that was read."""

    problems: tuple[Diagnostic, ...] = ()
    """Every mistake that shows without its policies and its pupils."""
    understood: Scenario | None = None
    """As far as it is understood; None if the file is no scenario at all."""
    document: Document | None = None
    """Where everything in it stands."""
    stand_ins: frozenset[tuple[str | int, ...]] = frozenset()
    """The places of what is not understood, where what is `understood` has something else."""

    @property
    def scenario(self) -> Scenario | None:
        """The scenario; None if there is any mistake."""
        return None if self.problems else self.understood

    def stands_in(self, path: tuple[str | int, ...]) -> bool:
        """Whether something else stands in for a value, or for what should hold it."""
        return any(path[: len(place)] == place for place in self.stand_ins)


def read_scenario(path: Path) -> Reading:
    """The scenario in a file, and every mistake."""
    problems = Problems()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.stop("E0603", "the file is not UTF-8", Place(path.name, 1), help="save it as UTF-8")
        return Reading(problems.all(keep_going=False))
    except OSError as error:
        message = f"`{path}` cannot be read: {error.strerror or error}"
        problems.stop("E0601", message, None, help="check the name and the place")
        return Reading(problems.all(keep_going=False))
    return read_scenario_text(text, path.name)


def read_scenario_text(text: str, name: str) -> Reading:
    """The same from a text."""
    problems = Problems()
    document = read_yaml(text, name, problems)
    if document is None:
        return Reading(problems.all(keep_going=False))
    if not isinstance(document.data, dict):
        problems.stop(
            UNCLEAR, "a scenario is `KEY: VALUE` lines", Place(name, 1), help="see docs/simulations.md"
        )
        return Reading(problems.all(keep_going=False))
    said = {key: _without_blanks(value) for key, value in document.data.items() if value is not None}
    try:
        Scenario.model_validate(said)
    except ValidationError as error:
        note_all(error, document, problems)
    understood, stand_ins = with_stand_ins(said)
    reading = Reading((), understood, document, stand_ins)
    if understood.pupils.made_up is not None and not reading.stands_in(("pupils", "made_up")):
        _note_made_up(understood.pupils.made_up, document, problems)
    return replace(reading, problems=problems.all(keep_going=False))


def made_up(said: Mapping[str, object]) -> Spec:
    """What made-up pupils are to be like; shares may be written as `7%`. Raises ValidationError."""
    return Spec.model_validate(_without_percent(said))


def _without_percent(said: object) -> object:
    match said:
        case dict():
            return {key: _without_percent(value) for key, value in said.items()}
        case str() if re.fullmatch(r"\d+(\.\d+)?\s*%", said):
            return float(share(said))
        case _:
            return said


def _note_made_up(said: Mapping[str, object], document: Document, problems: Problems) -> None:
    try:
        made_up(said)
    except ValidationError as error:
        note_all(error, document, problems, at=("pupils", "made_up"), of=Spec)


def note_all(
    error: ValidationError,
    document: Document,
    problems: Problems,
    *,
    at: tuple[str | int, ...] = (),
    of: type[BaseModel] = Scenario,
) -> None:
    """Every mistake that pydantic found in a part of a document that stands for a model."""
    for one in mistakes(error):
        _note(one, document, problems, at, of)


def _without_blanks(data: object) -> object:
    """A key with nothing after it is as good as none."""
    if isinstance(data, dict):
        return {key: _without_blanks(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_blanks(one) for one in data]
    return data


def _note(
    error: ErrorDetails,
    document: Document,
    problems: Problems,
    at: tuple[str | int, ...],
    of: type[BaseModel],
) -> None:
    """One mistake that pydantic found, in our words."""
    sort, said, place, given = error["type"], error["msg"], error["loc"], error.get("input")
    inner = tuple(part for part in place if not str(part).startswith("["))
    path = (*at, *inner)
    key = next((f"`{part}`" for part in reversed(path) if isinstance(part, str)), "the scenario")
    match sort:
        case "extra_forbidden":
            known = _keys_at(inner[:-1], of)
            problems.add(
                UNCLEAR,
                f"there is no key {key} here",
                document.where(*path, key=True),
                help=f"there is {', '.join(f'`{one}`' for one in known)}" if known else "take it out",
            )
        case "missing":
            problems.add(
                UNCLEAR, f"{key} is missing", document.where(*path[:-1]), help=f"add a line `{path[-1]}: …`"
            )
        case "value_error":
            message, _, advice = said.removeprefix("Value error, ").partition("; ")
            problems.add(UNCLEAR, _about(key, given, message), document.where(*path), help=advice)
        case _:
            problems.add(UNCLEAR, _about(key, given, _plain(sort, said)), document.where(*path))


def _about(key: str, given: object, message: str) -> str:
    return f"{key} says `{given}`: {message}" if isinstance(given, str) else f"{key}: {message}"


_PLAIN = {
    "int_parsing": "a whole number is needed",
    "int_type": "a whole number is needed",
    "string_type": "a text is needed",
    "string_pattern_mismatch": "this is no name: small letters, digits and `_`",
    "dict_type": "`KEY: VALUE` lines are needed",
    "mapping_type": "`KEY: VALUE` lines are needed",
    "model_type": "`KEY: VALUE` lines are needed",
    "model_attributes_type": "`KEY: VALUE` lines are needed",
    "tuple_type": "a list is needed",
    "list_type": "a list is needed",
    "too_short": "more of these are needed",
    "too_long": "these are too many",
    "string_too_short": "say it in more words",
    "string_too_long": "say it in fewer words",
}


def _plain(sort: str, said: str) -> str:
    """What pydantic says, without the names of types."""
    return _PLAIN.get(sort, f"{said[:1].lower()}{said[1:]}".replace("Input", "it").replace("input", "it"))


def _keys_at(path: tuple[str | int, ...], of: type[BaseModel]) -> list[str]:
    """The keys that a part of a scenario has."""
    model: object = of
    for part in path:
        if isinstance(part, int):
            continue
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return []
        fields: Mapping[str, object] = {
            one.alias or name: one.annotation for name, one in model.model_fields.items()
        }
        model = _model_in(fields.get(str(part)))
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [one.alias or name for name, one in model.model_fields.items()]


def _model_in(annotation: object) -> object:
    """The part that an annotation holds, itself or as a list or mapping of it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in get_args(annotation):
        found = _model_in(inner)
        if found is not None:
            return found
    return None
