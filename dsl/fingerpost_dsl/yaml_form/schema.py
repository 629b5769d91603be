"""The JSON Schema of a policy in YAML, with which editors complete and check it as it is typed.

It is worked out from the same keys as everything else (`shapes.py`) and shipped as a file, because editors
want one; a test holds the two equal. It knows keys and shapes; what a value says is for `fingerpost check`.

`python -m fingerpost_dsl.yaml_form.schema` writes it anew.
"""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import TypeAlias

from fingerpost_dsl.grammar_words import phrases, with_article
from fingerpost_dsl.yaml_form.shapes import Key, Shape, Sort, shapes

Json: TypeAlias = bool | int | str | list["Json"] | dict[str, "Json"] | None

_FILE = ("schemas", "policy.schema.json")

_SENTENCES: dict[str, Json] = {
    "type": "array",
    "items": {"$ref": "#/$defs/words"},
    "description": "One sentence each: the pupil, the calendar, the marks, the date, what is expected.",
}
_ENUMERATED = {"weight": "WEIGHT", "kind": "CODE_KIND"}
"""Keys whose value is one of a few words, by the terminal that has them."""


def schema_text() -> str:
    """The schema, as it is shipped."""
    return files("fingerpost_dsl").joinpath(*_FILE).read_text(encoding="utf-8")


def build_schema() -> str:
    """The schema as it should be shipped."""
    schema: dict[str, Json] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Fingerpost policy in YAML",
        "description": "Each declaration is `KEYWORD NAME:`, with its clauses below it.",
        "type": "object",
        "additionalProperties": False,
        "patternProperties": {
            _head_pattern(shape): {"$ref": f"#/$defs/{shape.kind}"} for shape in shapes().values()
        },
        "$defs": {
            "text": {"type": ["string", "number"], "pattern": '^[^"\\r\\n]*$'},
            "words": {"type": ["string", "number"], "pattern": "\\S"},
            **{shape.kind: _declaration(shape) for shape in shapes().values()},
        },
    }
    return json.dumps(schema, indent=1, ensure_ascii=False) + "\n"


def _head_pattern(shape: Shape) -> str:
    """The key of a declaration; where some names are not allowed, the reader says so."""
    name = shape.name.pattern if shape.kind != "code" else '[^"\\r\\n]+'
    return f"^{shape.kind} {name}$"


def _declaration(shape: Shape) -> Json:
    """One declaration, or a list of several with the same name."""
    one = _SENTENCES if shape.is_test else _clauses(shape)
    description = f"{with_article(shape.kind).capitalize()}: `{shape.form}:`"
    several: Json = {"type": "array", "items": one, "minItems": 1}
    return {"description": description, "anyOf": [one, several]}


def _clauses(shape: Shape) -> dict[str, Json]:
    plain = [key for key in shape.keys if key.pattern is None]
    patterns = [key for key in shape.keys if key.pattern is not None]
    required: list[Json] = [key.words for key in plain if key.required]
    made: dict[str, Json] = {
        "type": "object",
        "properties": {key.words: _value(key) for key in plain},
        "additionalProperties": False,
    }
    if patterns:
        made["patternProperties"] = {f"^(?:{_regex(key)})$": _value(key) for key in patterns}
    if required:
        made["required"] = required
    if shape.kind == "threshold":
        made["oneOf"] = [{"required": ["is"]}, {"required": ["in"]}]
    return made


def _regex(key: Key) -> str:
    assert key.pattern is not None
    return key.pattern.pattern


def _value(key: Key) -> Json:
    value: dict[str, Json]
    match key.sort:
        case Sort.TEXT:
            value = {"$ref": "#/$defs/text"}
        case Sort.FLAG:
            value = {"type": "boolean"}
        case Sort.FLAG_OR_WORDS:
            value = {"type": ["boolean", "string"]}
        case Sort.WORDS if key.words in _ENUMERATED:
            value = {"enum": list(phrases(_ENUMERATED[key.words]))}
        case Sort.WORDS:
            value = {"$ref": "#/$defs/words"}
    return {"anyOf": [value, {"type": "array", "items": value}]} if key.repeats else value


def main() -> None:
    """Write the schema beside the other files of the package."""
    path = Path(str(files("fingerpost_dsl").joinpath(*_FILE)))
    path.parent.mkdir(exist_ok=True)
    path.write_text(build_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
