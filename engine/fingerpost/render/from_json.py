"""Decision records read back from JSON: the opposite of `json_form.record_object`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from fingerpost.decision import DecisionRecord

_TEXTS = ("policy", "version", "policy_digest", "history_digest", "engine", "subject", "id", "result_digest")


def record_from(found: Mapping[str, object]) -> DecisionRecord:
    """The record; `KeyError` for a key that is missing, `ValueError` for a value of the wrong kind."""
    texts = {key: found[key] for key in _TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise ValueError(f"`{key}` should be text")
    known_on = found.get("known_on")
    return DecisionRecord(
        **{key: str(value) for key, value in texts.items()},
        within=str(found.get("within") or ""),
        named_outright=bool(found["named_outright"]),
        on=dt.date.fromisoformat(str(found["on"])),
        known_on=None if known_on is None else dt.date.fromisoformat(str(known_on)),
    )
