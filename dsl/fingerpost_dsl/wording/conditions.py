"""Conditions in plain English, each the clause of a sentence: "support is not appropriate in this case"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import assert_never

from fingerpost_dsl.model import expressions as ex
from fingerpost_dsl.model.declarations import Fact, Subject
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.model.quantities import Quantity
from fingerpost_dsl.wording.amounts import DATES, bounded, number, resolved, say_amount
from fingerpost_dsl.wording.english import clause, listed, opposite, quoted
from fingerpost_dsl.wording.values import Counted, parts, value_words
from fingerpost_dsl.wording.voice import Voice, bracketed
from fingerpost_dsl.wording.windows import event_name, where_words, windows_words

_WHO = {
    Subject.PUPIL: "the pupil",
    Subject.PARENT: "the parent",
    Subject.COHORT: "the cohort",
    Subject.SCHOOL: "the school",
    Subject.AUTHORITY: "the local authority",
    Subject.FAMILY: "the family",
}

_OPPOSITE = {
    ex.Comparison.AT_LEAST: ex.Comparison.LESS_THAN,
    ex.Comparison.LESS_THAN: ex.Comparison.AT_LEAST,
    ex.Comparison.AT_MOST: ex.Comparison.MORE_THAN,
    ex.Comparison.MORE_THAN: ex.Comparison.AT_MOST,
}


def condition_words(condition: ex.Condition, voice: Voice) -> str:
    """A condition as it stands."""
    match condition:
        case ex.AnyOf(conditions=conditions):
            return _either(conditions, voice)
        case ex.AllOf(conditions=conditions):
            return _both(conditions, voice)
        case ex.AtLeastOf(number=least, conditions=conditions):
            return f"at least {say_amount(least, voice.policy)} of these: {_members(conditions, voice)}"
        case ex.Not(condition=inner):
            return _not(inner, voice)
        case ex.Compare(comparison=comparison, left=left, right=right):
            return _compare(comparison, left, right, voice)
        case ex.Is(value=value, choices=choices, negated=negated):
            return _is(value, choices, voice, negated=negated)
        case ex.IsKnown(value=value, negated=negated):
            return _is_known(value, voice, negated=negated)
        case ex.Happened(selection=selection, windows=windows):
            return _happened(selection, windows, voice, negated=False)
        case ex.ConditionRef(name=name):
            return _named(name, voice.policy, holds=True)
        case ex.InTier(name=name, only=only):
            return _in_tier(name, voice.policy, only=only, negated=False)
        case ex.ForParents(every=every, condition=inner):
            return f"for {'every parent' if every else 'at least one parent'}, {voice.part(inner)}"
        case _:
            assert_never(condition)


def _not(condition: ex.Condition, voice: Voice) -> str:
    """The opposite, said of the innermost part that it can be said of."""
    match condition:
        case ex.Not(condition=inner):
            return condition_words(inner, voice)
        case ex.AnyOf(conditions=conditions):
            return f"none of these: {_members(conditions, voice)}"
        case ex.AllOf(conditions=conditions):
            return f"not all of these: {_members(conditions, voice)}"
        case ex.AtLeastOf(number=least, conditions=conditions):
            return f"fewer than {say_amount(least, voice.policy)} of these: {_members(conditions, voice)}"
        case ex.Compare(comparison=comparison, left=left, right=right):
            return _compare(_OPPOSITE[comparison], left, right, voice)
        case ex.Is(value=value, choices=choices, negated=negated):
            return _is(value, choices, voice, negated=not negated)
        case ex.IsKnown(value=value, negated=negated):
            return _is_known(value, voice, negated=not negated)
        case ex.Happened(selection=selection, windows=windows):
            return _happened(selection, windows, voice, negated=True)
        case ex.ConditionRef(name=name):
            return _named(name, voice.policy, holds=False)
        case ex.InTier(name=name, only=only):
            return _in_tier(name, voice.policy, only=only, negated=True)
        case ex.ForParents(every=every, condition=inner):
            return f"{'not for every parent' if every else 'for no parent'}, {voice.part(inner)}"
        case _:
            assert_never(condition)


# --- joined -------------------------------------------------------------------------------------------------


def _members(conditions: Sequence[ex.Condition], voice: Voice) -> str:
    return "; ".join(voice.part(one) for one in conditions)


def _both(conditions: Sequence[ex.Condition], voice: Voice) -> str:
    """All of them; "X is known and X is yes" is said as "X (on record)"."""
    subjects = [_subject(one) for one in conditions if isinstance(one, ex.Is | ex.Compare)]
    known = [one.value for one in conditions if isinstance(one, ex.IsKnown) and not one.negated]
    said = []
    for one in conditions:
        if isinstance(one, ex.Is | ex.Compare) and _subject(one) in known:
            said.append(f"{condition_words(one, voice)} (on record)")
        elif not (isinstance(one, ex.IsKnown) and not one.negated and one.value in subjects):
            said.append(condition_words(one, voice))
    match said:
        case [only]:
            return only
        case [first, second]:
            return f"{bracketed(first)} and {bracketed(second)}"
        case _:
            return f"all of these: {'; '.join(bracketed(text) for text in said)}"


def _subject(condition: ex.Is | ex.Compare) -> ex.Value:
    return condition.value if isinstance(condition, ex.Is) else condition.left


def _either(conditions: Sequence[ex.Condition], voice: Voice) -> str:
    if len(conditions) > 2:
        return f"any of these: {_members(conditions, voice)}"
    return "either " + " or ".join(voice.part(one) for one in conditions)


# --- compared -----------------------------------------------------------------------------------------------


def _limit(value: ex.Value, policy: Policy) -> Quantity | dt.date | None:
    """What a value is whatever the history says; None where it depends on it, or is not settled."""
    known = resolved(value, policy) if isinstance(value, ex.Literal | ex.ThresholdValue) else None
    return known if isinstance(known, Quantity | dt.date) else None


def _compare(comparison: ex.Comparison, left: ex.Value, right: ex.Value, voice: Voice) -> str:
    limit = _limit(right, voice.policy)
    if limit is None:
        how = DATES[comparison] if _is_date(left, voice.policy) else comparison.value
        return f"{value_words(left, voice)} is {how} {value_words(right, voice)}"
    if isinstance(left, ex.BuiltInValue) and isinstance(limit, Quantity):
        special = _about_the_pupil(comparison, left.built_in, number(limit.amount))
        if special is not None:
            return special
    said = parts(left, voice)
    if isinstance(said, Counted) and isinstance(limit, Quantity):
        return f"{bounded(comparison, limit, (said.one, said.many))} {said.tail}".rstrip()
    if isinstance(said, Counted):
        return f"{said.alone()} is {bounded(comparison, limit)}"
    return f"{said.text} is {bounded(comparison, limit)} {said.tail}".rstrip()


def _is_date(value: ex.Value, policy: Policy) -> bool:
    match value:
        case ex.DateOf():
            return True
        case ex.FactValue(name=name):
            return policy.facts[name].type.kind == "date"
        case ex.MeasureValue(name=name):
            return policy.measures[name].unit is None
        case _:
            return False


def _about_the_pupil(comparison: ex.Comparison, built_in: ex.BuiltIn, limit: str) -> str | None:
    """Age and year group. Nobody is "older than 5" here: to most people a child of five and a half is."""
    match built_in, comparison:
        case ex.BuiltIn.AGE, ex.Comparison.AT_LEAST:
            return f"the pupil is {limit} or older"
        case ex.BuiltIn.AGE, ex.Comparison.LESS_THAN:
            return f"the pupil is under {limit}"
        case ex.BuiltIn.AGE, ex.Comparison.AT_MOST | ex.Comparison.MORE_THAN:
            return f"the pupil's age in whole years is {comparison.value} {limit}"
        case ex.BuiltIn.YEAR_GROUP, ex.Comparison.AT_LEAST:
            return f"the pupil is in {_year(limit)} or above"
        case ex.BuiltIn.YEAR_GROUP, ex.Comparison.AT_MOST:
            return f"the pupil is in {_year(limit)} or below"
        case ex.BuiltIn.YEAR_GROUP, ex.Comparison.MORE_THAN:
            return f"the pupil is above {_year(limit)}"
        case ex.BuiltIn.YEAR_GROUP, ex.Comparison.LESS_THAN:
            return f"the pupil is below {_year(limit)}"
        case _:
            return None


def _year(number_of_it: str) -> str:
    return "reception" if number_of_it == "0" else f"year {number_of_it}"


# --- is this or that ----------------------------------------------------------------------------------------


def _is(value: ex.Value, choices: Sequence[ex.Value], voice: Voice, *, negated: bool) -> str:
    only = choices[0] if len(choices) == 1 else None
    if isinstance(only, ex.Literal) and isinstance(only.value, bool):
        return _yes_or_no(value, voice, holds=only.value != negated)
    limit = None if only is None else _limit(only, voice.policy)
    if isinstance(value, ex.BuiltInValue):
        special = _pupil_is(value.built_in, choices, voice.policy, negated=negated)
        if special is not None:
            return special
    said = parts(value, voice)
    if isinstance(said, Counted) and isinstance(limit, Quantity):
        return _exactly(said, limit, negated=negated)
    words = [value_words(choice, voice) for choice in choices]
    text, tail = (said.alone(), "") if isinstance(said, Counted) else (said.text, said.tail)
    return f"{text} {_is_one_of(words, negated=negated)} {tail}".rstrip()


def _is_one_of(words: Sequence[str], *, negated: bool) -> str:
    if not negated:
        return f"is {listed(words, 'or')}"
    match len(words):
        case 1:
            return f"is not {words[0]}"
        case 2:
            return f"is neither {words[0]} nor {words[1]}"
        case _:
            return f"is none of {listed(words, 'and')}"


def _exactly(said: Counted, limit: Quantity, *, negated: bool) -> str:
    amount = number(limit.amount)
    match limit.amount == 0, negated:
        case True, False:
            text = f"no {said.many}"
        case True, True:
            text = f"1 {said.one} or more"
        case False, False:
            text = f"exactly {amount} {said.one if limit.amount == 1 else said.many}"
        case _:
            text = f"any number but {amount} of {said.many}"
    return f"{text} {said.tail}".rstrip()


def _pupil_is(
    built_in: ex.BuiltIn, choices: Sequence[ex.Value], policy: Policy, *, negated: bool
) -> str | None:
    limits = [_limit(choice, policy) for choice in choices]
    numbers = [number(limit.amount) for limit in limits if isinstance(limit, Quantity)]
    if len(numbers) != len(choices):
        return None
    word = "not " if negated else ""
    match built_in:
        case ex.BuiltIn.YEAR_GROUP:
            return f"the pupil is {word}in {listed([_year(one) for one in numbers], 'or')}"
        case ex.BuiltIn.AGE:
            return f"the pupil is {word}{listed(numbers, 'or')} years old"
        case _:
            return None


def _yes_or_no(value: ex.Value, voice: Voice, *, holds: bool) -> str:
    match value:
        case ex.FactValue(name=name):
            fact = voice.policy.facts[name]
            text = (clause if holds else opposite)(fact.title, _WHO[fact.subject])
            return text or f"{quoted(fact.title)} is answered {quoted('yes' if holds else 'no')}"
        case ex.BuiltInValue(built_in=ex.BuiltIn.COMPULSORY_SCHOOL_AGE):
            return f"the pupil is {'' if holds else 'not '}of compulsory school age"
        case _:
            return f"{value_words(value, voice)} is {quoted('yes' if holds else 'no')}"


def _is_known(value: ex.Value, voice: Voice, *, negated: bool) -> str:
    word = "not known" if negated else "known"
    if isinstance(value, ex.FactValue):
        fact: Fact = voice.policy.facts[value.name]
        text = clause(fact.title, _WHO[fact.subject])
        if fact.type.kind == "yes or no" and text is not None:
            return f"it is {word} whether {text}"
        return f"{quoted(fact.title)} is {word}"
    return f"{value_words(value, voice)} is {word}"


# --- what happened, what is named ---------------------------------------------------------------------------


def _happened(selection: ex.Selection, windows: tuple[ex.Window, ...], voice: Voice, *, negated: bool) -> str:
    name, counted = event_name(selection, voice.policy)
    which = "" if selection.which is ex.Which.ALL else f"the {selection.which.value} "
    article = "" if which or counted is None else ("no " if negated else "a ")
    tail = windows_words(windows, voice)
    is_not = negated and not article
    verb = "has begun" if selection.occasion else "is recorded"
    if is_not:
        verb = "has not begun" if selection.occasion else "is not recorded"
    return f"{which}{_with(article, name)}{where_words(selection, voice)} {verb} {tail}".rstrip()


def _with(article: str, name: str) -> str:
    if article == "a " and name[:1] in "aeio":
        return f"an {name}"
    return f"{article}{name}"


def _named(name: str, policy: Policy, *, holds: bool) -> str:
    declared = policy.conditions[name]
    text = (clause if holds else opposite)(declared.title, _WHO[declared.subject])
    return text or f"{quoted(declared.title)} {'holds' if holds else 'does not hold'}"


def _in_tier(name: str, policy: Policy, *, only: bool, negated: bool) -> str:
    further = any(tier.continues == name for tier in policy.tiers.values())
    beyond = "" if not further else (" and none beyond it" if only else " or beyond")
    tier = quoted(policy.tiers[name].title)
    if negated:
        return f"the pupil is not in the tier {tier}{beyond}"
    return f"the pupil is in the tier {tier}{beyond}"
