"""The columns of the tables of results: a public interface (docs/population.md lists them).

New ones may be added at the end, none changes its name or type.
"""

from __future__ import annotations

import json

from fingerpost.arrow import Module, arrow
from fingerpost.evaluate import Session
from fingerpost.population.reason_codes import clause_texts

_OF_A_RULE = {
    "actor": "text",
    "usually_by": "text",
    "modality": "text",
    "weight": "text",
    "text": "text",
    "applies": "text",
    "status": "text",
    "provisional": "yes or no",
    "triggered": "date",
    "triggered_from": "date",
    "due": "date",
    "due_unknown": "text",
    "overdue_count": "number",
    "done_on": "date",
    "barred_by": "text",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""What stands last in a row about a rule, whomever it is about."""

RECOMMENDATIONS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "name": "text",
    "kind": "text",
    "pathway": "text",
    "parent": "text",
    "occasion_from": "date",
    "occasion_to": "date",
    **_OF_A_RULE,
}
"""The columns of the table of recommendations, and what stands in each."""

REASONS = {**RECOMMENDATIONS, "reasons": "text"}
"""The same with the codes of reasons (`fingerpost.population.reason_codes`)."""

GROUPS = {
    "authority": "text",
    "school": "text",
    "subject": "text",
    "group": "text",
    "pupils": "number",
    "name": "text",
    "kind": "text",
    "pathway": "text",
    **_OF_A_RULE,
}
"""The columns of the table of recommendations for families, cohorts, schools and authorities."""

GROUP_REASONS = {**GROUPS, "reasons": "text"}
"""The same with the codes of reasons."""

PUPILS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "tiers": "text",
    "next": "text",
    "next_status": "text",
    "next_due": "date",
    "overdue": "number",
    "due": "number",
    "ongoing": "number",
    "available": "number",
    "done": "number",
    "barred": "number",
    "unknown": "number",
    "other": "number",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""The columns of the table of pupils."""

TIER_SPELLS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "tier": "text",
    "from": "date",
    "until": "date",
    "provisional": "yes or no",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""The columns of the table of the times that pupils were in tiers; `until` is blank while they are."""


def schema_of(columns: dict[str, str], session: Session | None = None) -> Module:
    """The schema of a table of results; of which policy, if a session is given.

    Its metadata: `fingerpost.policy_digest`, `fingerpost.schema`, and with `reasons` what the clauses say
    that the codes name (`fingerpost.clauses`, JSON: by the names of rules, by those of clauses).
    """
    pa = arrow()
    types = {"text": pa.string(), "number": pa.int32(), "date": pa.date32(), "yes or no": pa.bool_()}
    said = None
    if session is not None:
        policy = session.editions.current.policy
        said = {"fingerpost.policy_digest": policy.digest, "fingerpost.schema": "1"}
        if "reasons" in columns:
            clauses = {rule.name: clause_texts(rule, policy) for rule in policy.rules()}
            said["fingerpost.clauses"] = json.dumps(clauses, ensure_ascii=False)
    return pa.schema([(name, types[kind]) for name, kind in columns.items()], metadata=said)
