"""What a change of a fixed threshold would do, in numbers: whom a rule or tier would no longer reach.

Only what the numbers alone tell is said: of a plain `… is at least NAME` (or `is more than`) among the
conditions of a rule or tier. An author who is told that pupils with 10 or 11 would be left out knows why the
line is not theirs to move.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from fingerpost_dsl import syntax
from fingerpost_dsl.layers.mentions import conjuncts, is_mention_of, number_of
from fingerpost_dsl.model.quantities import Quantity, Unit
from fingerpost_dsl.names import Named, Placed
from fingerpost_dsl.wording.amounts import say_quantity
from fingerpost_dsl.wording.english import listed

_MOST_NAMED = 3
"""So many numbers are named one by one; more by the first and the last."""
_UPWARDS = (syntax.Comparison.AT_LEAST, syntax.Comparison.MORE_THAN)
_OF_PUPILS = (None, syntax.Subject.PUPIL, syntax.Subject.PARENT)


def consequence(declared: syntax.Threshold, new: Quantity, placed: Mapping[str, Placed]) -> str:
    """`at 12 sessions, pupils with 10 or 11 would no longer come under “Consider a penalty notice”`.

    Empty where the numbers do not tell.
    """
    old = number_of(declared.value, placed)
    if old is None or old.unit is not new.unit or old.amount == new.amount:
        return ""
    titles: dict[syntax.Comparison, list[str]] = {}
    for one in placed.values():
        words, conditions = _conditions(one.declaration, placed)
        for part in conjuncts(conditions):
            if isinstance(part, syntax.Compare) and is_mention_of(part.right, declared.name.text):
                titles.setdefault(part.comparison, []).append(words)
    if len(titles) != 1:
        return ""
    ((comparison, reached),) = titles.items()
    whom = _between(comparison, old, new)
    if not whom:
        return ""
    under = listed(tuple(dict.fromkeys(reached)), "or" if new.amount > old.amount else "and")
    would = "would no longer" if new.amount > old.amount else "could also"
    return f"at {say_quantity(new)}, pupils {whom} {would} {under}"


def _conditions(declared: Named, placed: Mapping[str, Placed]) -> tuple[str, tuple[syntax.Expression, ...]]:
    """What it is to be reached by a tier, a bar or a rule about pupils, in words, and what all must hold."""
    match declared:
        case syntax.Tier(title=title, when=when):
            return f"be “{title.text}”", when
        case syntax.Bar(title=title, when=condition):
            return f"come under “{title.text}”", (condition,)
        case syntax.Action() | syntax.Step() if _is_of_pupils(declared, placed):
            return f"come under “{declared.title.text}”", declared.clauses.when
        case _:
            return "", ()


def _is_of_pupils(rule: syntax.Rule, placed: Mapping[str, Placed]) -> bool:
    whom = rule.clauses.for_each
    if isinstance(rule, syntax.Step):
        pathway = placed[rule.pathway.text].declaration if rule.pathway.text in placed else None
        whom = pathway.for_each if isinstance(pathway, syntax.Pathway) else whom
    return whom is None or (whom.occasion is None and whom.subject in _OF_PUPILS)


def _between(comparison: syntax.Comparison, old: Quantity, new: Quantity) -> str:
    """`with 10 or 11`; of a share `at 10% or more and below 12%`."""
    if comparison not in _UPWARDS:
        return ""
    low, high = sorted((old.amount, new.amount))
    inclusive = comparison is syntax.Comparison.AT_LEAST
    if old.unit is Unit.SHARE:
        least, most = (say_quantity(Quantity(amount, old.unit)) for amount in (low, high))
        return f"at {least} or more and below {most}" if inclusive else f"above {least} and up to {most}"
    if low.denominator != 1 or high.denominator != 1 or old.unit is Unit.MONEY:
        return ""
    return f"with {_numbers(low, high) if inclusive else _numbers(low + 1, high + 1)}"


def _numbers(first: Fraction, end: Fraction) -> str:
    numbers = [f"{number:,}" for number in range(int(first), int(end))]
    return listed(numbers, "or") if len(numbers) <= _MOST_NAMED else f"{numbers[0]} to {numbers[-1]}"
