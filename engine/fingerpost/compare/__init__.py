"""What changed between two policies, and whom it moves.

    compare(before, after)             differences, clause by clause, each with its effect
    moves(before, after, history, on)  the pupils of whom the two decide otherwise, and why
    moves_of(by_both(…), on)           the same, pupil by pupil as somebody watches

The comparison is of meaning, not of text: the model is compared, in which layers are merged and names
resolved. What a change does is worked out from the conditions alone and claimed only where it holds for
every pupil there could be (`reach`); which pupils it moves is found by deciding with both.
"""

from fingerpost.compare.differences import (
    Carried,
    Comparison,
    Demand,
    Difference,
    Effect,
    Replaced,
    Sort,
    Timing,
    Touched,
)
from fingerpost.compare.histories import (
    ASKED,
    Move,
    Moves,
    RecommendationChange,
    TierChange,
    TierCount,
    by_both,
    moves,
    moves_of,
)
from fingerpost.compare.order import Order
from fingerpost.compare.policies import compare

__all__ = [
    "ASKED",
    "Carried",
    "Comparison",
    "Demand",
    "Difference",
    "Effect",
    "Move",
    "Moves",
    "Order",
    "RecommendationChange",
    "Replaced",
    "Sort",
    "TierChange",
    "TierCount",
    "Timing",
    "Touched",
    "by_both",
    "compare",
    "moves",
    "moves_of",
]
