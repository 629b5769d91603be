"""How two things stand to each other when all that can be said is more, fewer, the same, or neither."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum


class Order(Enum):
    """How what is there now stands to what was there before.

    `MORE`: all that it was, and perhaps more; a greater value, or a condition that holds wherever it held.
    `OTHER`: neither can be said for certain.
    """

    SAME = "same"
    MORE = "more"
    FEWER = "fewer"
    OTHER = "other"

    @property
    def flipped(self) -> Order:
        """The order of the opposite: where a condition holds for more, its `not` holds for fewer.

        >>> Order.MORE.flipped, Order.OTHER.flipped
        (<Order.FEWER: 'fewer'>, <Order.OTHER: 'other'>)
        """
        match self:
            case Order.MORE:
                return Order.FEWER
            case Order.FEWER:
                return Order.MORE
            case _:
                return self

    def joined(self, other: Order) -> Order:
        """Both at once: two that pull in different directions leave nothing to be said.

        >>> Order.MORE.joined(Order.SAME), Order.MORE.joined(Order.FEWER)
        (<Order.MORE: 'more'>, <Order.OTHER: 'other'>)
        """
        if other in (Order.SAME, self):
            return self
        return other if self is Order.SAME else Order.OTHER


def all_joined(orders: Iterable[Order]) -> Order:
    """All of them at once."""
    result = Order.SAME
    for order in orders:
        result = result.joined(order)
    return result
