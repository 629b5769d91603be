"""The digest of a policy: the same for the same meaning, however it is laid out, spelt or split into files.

What is hashed is a canonical form of the model: the fields that are compared, names in alphabetical order,
sets sorted, and fields that have their default left out, so that a field added to the model later changes
no digest. Tests, spans and the titles of layers below are no part of the meaning.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from fractions import Fraction
from typing import Any

from fingerpost_dsl.model.policy import Policy

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]

_LEFT_OUT = frozenset({"layers"})


def digest_of(policy: Policy) -> str:
    """SHA-256, in hexadecimal, of what the policy means."""
    canonical = {
        field.name: canonical_form(getattr(policy, field.name))
        for field in fields(policy)
        if field.compare and field.name not in _LEFT_OUT
    }
    canonical["codes"] = sorted((canonical_form(code) for code in policy.codes), key=json.dumps)
    text = json.dumps(canonical, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical_form(value: object) -> Json:
    """A value of the model as lists, texts and mappings that JSON writes in one way only."""
    match value:
        case None:
            return None
        case bool() | str() | int():
            return value
        case Enum():
            return str(value.value)
        case Fraction():
            return f"{value.numerator}/{value.denominator}"
        case dt.date():
            return value.isoformat()
        case Mapping():
            return {str(key): canonical_form(one) for key, one in value.items()}
        case frozenset():
            return sorted((canonical_form(one) for one in value), key=json.dumps)
        case tuple() | list():
            return [canonical_form(one) for one in value]
        case _ if is_dataclass(value):
            given = {
                field.name: canonical_form(one)
                for field in fields(value)
                if field.compare and not _is_default(field, one := getattr(value, field.name))
            }
            return {"is": type(value).__name__} | given
        case _:
            raise TypeError(f"no canonical form of a {type(value).__name__}")


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default is not MISSING:
        return bool(field.default == value) and type(field.default) is type(value)
    return field.default_factory is not MISSING and bool(field.default_factory() == value)
