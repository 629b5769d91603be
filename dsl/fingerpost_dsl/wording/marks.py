"""Sets of marks in plain English: counted ("unauthorised sessions"), uncounted ("unauthorised absence")."""

from __future__ import annotations

from fingerpost_dsl.model.expressions import MarkSet
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.english import listed, lower_first, quoted, spaced

_SESSIONS = {
    "unauthorised": ("unauthorised session", "unauthorised sessions"),
    "attended": ("attended session", "attended sessions"),
    "unmarked": ("session without a mark", "sessions without a mark"),
    "possible": ("possible session", "possible sessions"),
    "present": ("session marked present", "sessions marked present"),
    "not_a_possible_session": ("session that is not possible", "sessions that are not possible"),
    "administrative": ("administrative mark", "administrative marks"),
}

_UNCOUNTED = {
    "absent": "absence",
    "authorised": "authorised absence",
    "unauthorised": "unauthorised absence",
    "attended": "attendance",
    "approved_activity": "approved activity",
    "authorised_absence": "authorised absence",
    "unauthorised_absence": "unauthorised absence",
}


def absence(marks: MarkSet, policy: Policy) -> str | None:
    """The marks uncounted: "absence", "unexplained absence"; None where only sessions can be said."""
    declared = policy.code_sets.get(marks.name)
    return lower_first(declared.title) if declared is not None else _UNCOUNTED.get(marks.name)


def sessions(marks: MarkSet, policy: Policy) -> tuple[str, str]:
    """One session so marked, and many."""
    if marks.name not in policy.code_sets and marks.name in _SESSIONS:
        return _SESSIONS[marks.name]
    uncounted = absence(marks, policy)
    if uncounted is not None:
        return f"session of {uncounted}", f"sessions of {uncounted}"
    codes = [quoted(code) for code in sorted(marks.codes)] or [quoted(spaced(marks.name))]
    return f"session marked {listed(codes, 'or')}", f"sessions marked {listed(codes, 'or')}"
