"""A scenario from its YAML file: the scenario, or every mistake with its place in the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from fingerpost.readers.documents import Document
from fingerpost.readers.problems import Problems
from fingerpost.readers.yaml_text import read_yaml
from fingerpost_dsl.diagnostics import Diagnostic
from fingerpost_dsl.source import Place
from fingerpost_simulations.scenarios.model import Scenario

UNCLEAR = "E0651"
"""A scenario that is not understood."""


def read_scenario(path: Path) -> tuple[Scenario | None, tuple[Diagnostic, ...], Document | None]:
    """The scenario in a file; every mistake; and the document, to find the places of later ones."""
    problems = Problems()
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.stop("E0603", "the file is not UTF-8", Place(path.name, 1), help="save it as UTF-8")
        return None, problems.all(keep_going=False), None
    except OSError as error:
        message = f"`{path}` cannot be read: {error.strerror or error}"
        problems.stop("E0601", message, None, help="check the name and the place")
        return None, problems.all(keep_going=False), None
    return read_scenario_text(text, path.name)


def read_scenario_text(
    text: str, name: str
) -> tuple[Scenario | None, tuple[Diagnostic, ...], Document | None]:
    """The same from a text."""
    problems = Problems()
    document = read_yaml(text, name, problems)
    if document is None:
        return None, problems.all(keep_going=False), None
    if not isinstance(document.data, dict):
        problems.stop(
            UNCLEAR, "a scenario is `KEY: VALUE` lines", Place(name, 1), help="see docs/simulations.md"
        )
        return None, problems.all(keep_going=False), None
    try:
        return (
            Scenario.model_validate(_without_blanks(document.data)),
            problems.all(keep_going=False),
            document,
        )
    except ValidationError as error:
        note_all(error, document, problems)
    return None, problems.all(keep_going=False), document


def note_all(
    error: ValidationError,
    document: Document,
    problems: Problems,
    *,
    at: tuple[str | int, ...] = (),
    of: type[BaseModel] = Scenario,
) -> None:
    """Every mistake that pydantic found in a part of a document that stands for a model."""
    for one in error.errors(include_url=False):
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
    key = f"`{path[-1]}`" if path else "the scenario"
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
