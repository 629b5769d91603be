"""What the policy model says, in plain English: one wording for reasons, pictures, tables and messages.

    say_condition(condition, policy)    "10 unauthorised sessions or more in the last 10 school weeks"
    fill_text(rule.text, policy)        "issue a penalty notice of £160, or £80 if paid within 21 days"

The reader is a school's attendance officer. Every number stands in the sentence, whether the policy wrote it
out or named a threshold. Titles that are clauses or nouns are woven in; any other is quoted, because a quoted
title is never misread. A named measure is said by what it counts; its fine print (`not before`, `not relied
on by`, `while compulsory_school_age`, and a `where` that its title stands for) is left out unless `full` is
asked for.

A condition begins with a small letter and has no full stop, so that it can follow "if" or stand in a list;
`upper_first` makes it a line of its own.
"""

from fingerpost_dsl.model.expressions import Anchor, Condition, MarkSet, Value, Window
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording.amounts import say_amount, say_date, say_quantity, say_threshold
from fingerpost_dsl.wording.conditions import condition_words
from fingerpost_dsl.wording.english import listed, lower_first, upper_first
from fingerpost_dsl.wording.marks import sessions
from fingerpost_dsl.wording.rules import fill_text, say_by_date, say_recurrence, say_times, say_within
from fingerpost_dsl.wording.values import value_words
from fingerpost_dsl.wording.voice import Voice
from fingerpost_dsl.wording.windows import anchor_words, window_words

__all__ = [
    "fill_text",
    "listed",
    "lower_first",
    "say_amount",
    "say_anchor",
    "say_by_date",
    "say_condition",
    "say_date",
    "say_marks",
    "say_quantity",
    "say_recurrence",
    "say_threshold",
    "say_times",
    "say_value",
    "say_window",
    "say_within",
    "upper_first",
]


def say_condition(condition: Condition, policy: Policy, *, full: bool = False) -> str:
    """A condition as a clause: "support is not appropriate in this case"."""
    return condition_words(condition, Voice(policy, full, condition_words))


def say_value(value: Value, policy: Policy, *, full: bool = False) -> str:
    """A value as a noun phrase: "overall absence", "the number of penalty notices in the last 3 years"."""
    return value_words(value, Voice(policy, full, condition_words))


def say_window(window: Window, policy: Policy, *, full: bool = False) -> str:
    """A window as it follows what it is laid over: "in the last 10 school weeks", "in this term"."""
    return window_words(window, Voice(policy, full, condition_words))


def say_anchor(anchor: Anchor, policy: Policy) -> str:
    """What a time hangs on: "the latest penalty notice", "the end of the first “Support offered”"."""
    return anchor_words(anchor, Voice(policy, full=False, condition=condition_words))


def say_marks(marks: MarkSet, policy: Policy) -> str:
    """A set of marks in the plural: "unauthorised sessions", "sessions of unexplained absence"."""
    return sessions(marks, policy)[1]
