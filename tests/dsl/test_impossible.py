"""What excludes what, and what brings what, held against every point of a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from fingerpost_dsl import load_text
from fingerpost_dsl.model.expressions import Compare, Comparison, Condition
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.sense.exclusive import exclusive, implies

HOLDS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "is at least": lambda value, line: value >= line,
    "is more than": lambda value, line: value > line,
    "is at most": lambda value, line: value <= line,
    "is less than": lambda value, line: value < line,
    "is": lambda value, line: value == line,
}
LINES = range(4)
POINTS = [Fraction(half, 2) for half in range(-2, 2 * len(LINES) + 2)]
"""Every line, a point between any two of them, and points beyond them all."""

sides = st.tuples(st.sampled_from(sorted(HOLDS)), st.sampled_from(LINES))


def policy_with(*sides: tuple[str, int]) -> tuple[Policy, list[Condition]]:
    """Conditions about one measure, by its name and written out in turn."""
    text = """policy a.b "A"
  version 2024.1
  language 1
  in force from 1 September 2024
measure gone "Gone for" = current run of absent in sessions
"""
    for number, (words, line) in enumerate(sides):
        measure = "current run of absent in sessions" if number % 2 else "gone"
        text += f'condition c{number} "C" = {measure} {words} {line} sessions\n'
    policy, found = load_text({"a.policy": text})
    assert policy is not None, found
    return policy, [policy.conditions[f"c{number}"].condition for number in range(len(sides))]


def true_at(side: tuple[str, int]) -> set[Fraction]:
    words, line = side
    return {point for point in POINTS if HOLDS[words](point, Fraction(line))}


@given(sides, sides)
def test_two_conditions_exclude_each_other_where_no_value_meets_both(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    policy, (first, second) = policy_with(one, other)
    assert exclusive(first, second, policy) == (not true_at(one) & true_at(other))


@given(sides, sides)
def test_one_condition_brings_another_where_every_value_that_meets_it_meets_that(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    policy, (first, second) = policy_with(one, other)
    assert implies(first, second, policy) == (true_at(one) <= true_at(other))


def test_every_comparison_is_tried() -> None:
    """A comparison that the language gains has to be added here."""
    policy, conditions = policy_with(*((words, 1) for words in sorted(HOLDS)))
    assert policy.conditions
    assert {one.comparison for one in conditions if isinstance(one, Compare)} == set(Comparison)
