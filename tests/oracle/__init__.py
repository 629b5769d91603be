"""A second, plain evaluator of values and conditions on one date, for tests to hold the engine against.

    Oracle(policy, history, pupil, known_on).truth(condition, date)
    Oracle(policy, history, pupil, known_on).value(value, date)

It is written straight from the exact meanings of the language: lists of sessions, loops, one predicate a
window, no bit set and no memory of what was worked out before. It shares with the engine only what is no
evaluation: the model, the types of a history, the calendar, and what was known on a date. It is slow, and
nobody should mind.

Where it cannot say what is right it raises `Beyond`: occasions in a register with missing marks, which have
no simple bounds. There `tests/properties/test_worlds.py` tries every way in which the marks may turn out.
"""

from tests.oracle.conditions import Oracle
from tests.oracle.plain import Beyond, Plain

__all__ = ["Beyond", "Oracle", "Plain"]
