"""The JSON Schema of scenarios, for editors: every scalar is a text, or whatever YAML takes it for."""

from __future__ import annotations

from typing import Any

from fingerpost_simulations.scenarios.model import Scenario


def scenario_schema() -> dict[str, Any]:
    """The schema. Numbers may be texts of digits, and a single word may stand for a list of one."""
    schema = _loosened(Scenario.model_json_schema(by_alias=True, mode="validation"))
    assert isinstance(schema, dict)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _loosened(node: object) -> object:
    """The node as YAML may spell it."""
    if isinstance(node, list):
        return [_loosened(one) for one in node]
    if not isinstance(node, dict):
        return node
    made = {key: _loosened(value) for key, value in node.items()}
    if made.get("type") in ("integer", "number"):
        digits = {"type": "string", "pattern": r"^\d+$"}
        titles = {key: made.pop(key) for key in ("title", "description", "default") if key in made}
        return {**titles, "anyOf": [made, digits]}
    if made.get("type") == "array" and made.get("items") == {"type": "string"}:
        titles = {key: made.pop(key) for key in ("title", "description", "default") if key in made}
        return {**titles, "anyOf": [made, {"type": "string"}]}
    return made
