"""Whether what a test in a policy expects has come, and how to say what was expected and what came."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from fingerpost.decision import Status, TierState
from fingerpost.judgement import Judged, Judgement
from fingerpost.logic import Truth
from fingerpost.reasons import Measured
from fingerpost.values import measure_at
from fingerpost_dsl.model.declarations import Action, Step, Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.model.tests import (
    Asked,
    Expectation,
    ExpectMeasure,
    ExpectRule,
    ExpectTier,
)
from fingerpost_dsl.wording import fill_text, say_date

_STATUSES = {status.value: status for status in Status}


def check(expectation: Expectation, judgement: Judgement) -> tuple[bool, str, str]:
    """Whether an expectation is met; what was expected, and what came, in words."""
    match expectation:
        case ExpectTier():
            return _check_tier(expectation, judgement)
        case ExpectMeasure():
            return _check_measure(expectation, judgement)
        case ExpectRule():
            return _check_rule(expectation, judgement)


def _check_tier(expectation: ExpectTier, judgement: Judgement) -> tuple[bool, str, str]:
    state = next(tier.state for tier in judgement.tiers() if tier.name == expectation.tier)
    wanted = {
        None: (TierState.HOLDS, TierState.PROVISIONAL),
        "no": (TierState.NOT,),
        "unknown": (TierState.UNKNOWN,),
        "provisional": (TierState.PROVISIONAL,),
        "settled": (TierState.HOLDS,),
    }.get(expectation.qualifier, ())
    return (
        state in wanted,
        f"{expectation.qualifier or 'in'} tier `{expectation.tier}`",
        _STANDING[state],
    )


_STANDING = {
    TierState.HOLDS: "in the tier",
    TierState.PROVISIONAL: "in the tier, provisionally",
    TierState.UNKNOWN: "unknown",
    TierState.NOT: "not in the tier",
}


def _check_measure(expectation: ExpectMeasure, judgement: Judgement) -> tuple[bool, str, str]:
    measure = judgement.policy.measures[expectation.measure]
    scope = judgement.scope
    whose = expectation.whose
    if measure.subject is Subject.PARENT:
        parents: list[str | None] = [whose[1]] if whose and whose[0] is Subject.PARENT else []
        parents = parents or [parent.id for parent in judgement.view.pupil.parents] or [None]
    else:
        parents = [None]

    found = [measure_at(measure, judgement.ordinal, replace(scope, parent=parent)) for parent in parents]
    met = all(_is_value(one, expectation.value) for one in found)
    wanted = "unknown" if expectation.value is None else str(expectation.value)
    if isinstance(expectation.value, Quantity):
        wanted = " ".join(expectation.span.text.split()).partition(" is ")[2] or wanted
    return met, f"measure `{expectation.measure}` is {wanted}", "; ".join(dict.fromkeys(map(say, found)))


def _is_value(measured: Measured, value: Quantity | dt.date | str | None) -> bool:
    if value is None:
        return measured.applicable and not measured.exact
    if value == "not applicable":
        return not measured.applicable
    if not measured.exact:
        return False
    return measured.lowest == value.amount if isinstance(value, Quantity) else measured.plain == value


def say(measured: Measured) -> str:
    """A value in a few words, for a failed test.

    >>> from fractions import Fraction
    >>> say(Measured(lowest=Fraction(2), highest=None))
    'at least 2'
    """
    if not measured.applicable:
        return "not applicable"
    if measured.parts is not None:
        return f"{measured.parts[0]}/{measured.parts[1]}"
    if measured.exact:
        return str(measured.plain if measured.plain is not None else measured.lowest)
    if measured.lowest is None:
        return "unknown"
    return (
        f"at least {measured.lowest}"
        if measured.highest is None
        else f"from {measured.lowest} to {measured.highest}"
    )


def _check_rule(expectation: ExpectRule, judgement: Judgement) -> tuple[bool, str, str]:
    rule = judgement.policy.actions.get(expectation.rule) or judgement.policy.steps[expectation.rule]
    if expectation.asked is not None and not _asks(rule, expectation.asked, judgement.policy):
        text = fill_text(rule.text, judgement.policy)
        return False, _wanted(expectation), f'it asks: {rule.actor} {rule.modality.value} "{text}"'
    judged = [one for one in judgement.rule(rule) if _is_meant(one, expectation)]
    met = [_meets(one, expectation, judgement) for one in judged]
    by_occasion = bool(judged) and judged[0].instance.scope.occasion is not None
    if expectation.qualifier == "no":
        result = all(met)
    else:
        result = bool(met) and (any(met) if by_occasion else all(met))
    actual = "; ".join(dict.fromkeys(_said(one) for one in judged)) or "there is no occasion for it"
    return result, _wanted(expectation), actual


def _asks(rule: Action | Step, asked: Asked, policy: Policy) -> bool:
    """Whether a rule asks whom it should for what it should, as strongly as it should."""
    same = rule.actor == asked.actor and rule.modality is asked.modality
    return same and asked.text in (None, fill_text(rule.text, policy))


def _wanted(expectation: ExpectRule) -> str:
    words = f"{expectation.qualifier or 'that'} `{expectation.rule}`"
    if expectation.qualifier is None:
        words += " applies"
    if expectation.triggered is not None:
        words += f" triggered {say_date(expectation.triggered)}"
    if expectation.due is not None:
        words += f" due {say_date(expectation.due)}"
    if expectation.asked is not None:
        words += f" {expectation.asked.span.text}"
    return words


def _is_meant(judged: Judged, expectation: ExpectRule) -> bool:
    scope = judged.instance.scope
    if expectation.whose and expectation.whose[0] is Subject.PARENT and scope.parent != expectation.whose[1]:
        return False
    if expectation.occasion is not None:
        return (
            scope.occasion is not None and scope.occasion.first_slot // 2 == expectation.occasion.toordinal()
        )
    return True


def _meets(judged: Judged, expectation: ExpectRule, judgement: Judgement) -> bool:
    status = judged.standing.status
    if expectation.due is not None and judged.standing.due != expectation.due:
        return False
    if expectation.triggered is not None and judged.standing.triggered != expectation.triggered:
        return False
    match expectation.qualifier:
        case None:
            return judged.applies is Truth.TRUE and status not in (Status.BARRED, Status.UNKNOWN)
        case "no":
            return judged.applies is Truth.FALSE
        case "unlisted":
            return judged.applies is Truth.FALSE and status is None
        case "unknown":
            return judged.applies is Truth.UNKNOWN or status is Status.UNKNOWN
        case "provisional":
            recommendation = judgement.recommendation(judged)
            return recommendation is not None and recommendation.provisional
        case qualifier:
            return status is _STATUSES[qualifier]


def _said(judged: Judged) -> str:
    standing = judged.standing
    words = {Truth.TRUE: "applies", Truth.FALSE: "does not apply", Truth.UNKNOWN: "is not known"}[
        judged.applies
    ]
    if standing.status is not None:
        words += f", {standing.status.value}"
    if standing.triggered is not None:
        words += f", triggered {say_date(standing.triggered)}"
    if standing.due is not None:
        words += f", due {say_date(standing.due)}"
    parent = judged.instance.scope.parent
    return f"for parent {parent}: {words}" if parent else words
