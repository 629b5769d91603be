"""What every peer is asked: eleven measures over marks and 25 rules on them, as in England 2024.08.

A measure is known from counts (`COLUMNS`): how many sessions are in it for certain, and how many more have no
mark. A rule is a conjunction of comparisons. Each peer says for each pupil which rules apply for certain, and
which may: where a mark is missing, the truth may be unknown. Percentages are compared in whole numbers.

The counts are each peer's own work, in its own idiom. The rules are arithmetic on the counts that reads the
same in SQL, Python, Polars, Zen and (with another `and`) Cedar, so they are written once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

COLUMNS = (
    "possible",
    "absent",
    "unauthorised",
    "illness",
    "holiday",
    "missing",
    "recent",
    "recent_missing",
    "late",
    "late_missing",
    "appointments",
    "appointments_missing",
    "part_time",
    "part_time_missing",
    "absent_run",
    "absent_run_most",
    "illness_run",
    "illness_run_most",
)
"""Counts of sessions: of this academic year; of ten school weeks while of compulsory school age (`recent`);
of this half term (`late`: L or U); of this term (`appointments`: M); of ten school days (`part_time`: C2);
the run of absence that lasts until now, the longest of illness, broken or continued by missing marks."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: how the language says it, and between which counts it lies."""

    said: str
    least: str
    most: str
    share: bool = False


_YEAR = "in this academic year"
MEASURES = {
    "absence": Measure(f"share of absent {_YEAR}", "absent", "(absent + missing)", share=True),
    "unauthorised_rate": Measure(
        f"share of unauthorised {_YEAR}", "unauthorised", "(unauthorised + missing)", share=True
    ),
    "recent_unauthorised": Measure(
        "count of unauthorised in the last national_window, not before national_start, "
        "while compulsory_school_age",
        "recent",
        "(recent + recent_missing)",
    ),
    "illness_sessions": Measure(f"count of illness {_YEAR}", "illness", "(illness + missing)"),
    "holiday_sessions": Measure(f"count of holiday {_YEAR}", "holiday", "(holiday + missing)"),
    "late_marks": Measure("count of late in this half term", "late", "(late + late_missing)"),
    "appointment_sessions": Measure(
        "count of appointments in this term", "appointments", "(appointments + appointments_missing)"
    ),
    "part_time_now": Measure(
        f"count of part_time in the last 10 school days, {_YEAR}",
        "part_time",
        "(part_time + part_time_missing)",
    ),
    "absent_run": Measure(f"current run of absent in sessions {_YEAR}", "absent_run", "absent_run_most"),
    "illness_run": Measure(f"longest run of illness in sessions {_YEAR}", "illness_run", "illness_run_most"),
    "unmarked_sessions": Measure(f"count of unmarked {_YEAR}", "missing", "missing"),
}


@dataclass(frozen=True, slots=True)
class Test:
    """A comparison: `absence is at least 10%`, or with `below` that it is less."""

    measure: str
    number: int
    below: bool = False

    def holds(self, *, certainly: bool) -> str:
        """The comparison on counts: that it holds for certain, or that it may hold."""
        measure = MEASURES[self.measure]
        side = measure.least if certainly is not self.below else measure.most
        sign = "<" if self.below else ">="
        if measure.share:
            return f"100 * {side} {sign} {self.number} * (possible + missing)"
        return f"{side} {sign} {self.number}"

    def said(self) -> str:
        """As the language says it."""
        unit = "%" if MEASURES[self.measure].share else " sessions"
        return f"{self.measure} is {'less than' if self.below else 'at least'} {self.number}{unit}"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: it applies where all its tests hold."""

    name: str
    tests: tuple[Test, ...]

    def holds(self, *, certainly: bool, conjunction: str = " and ") -> str:
        """The rule on counts. A share of nothing has no value, and no comparison with it holds."""
        parts = [f"({test.holds(certainly=certainly)})" for test in self.tests]
        if any(MEASURES[test.measure].share for test in self.tests):
            parts.append("(possible + missing > 0)")
        return conjunction.join(parts)


def _rule(name: str, *tests: Test) -> Rule:
    return Rule(name, tests)


_AT_RISK, _PERSISTENT, _SEVERE = (Test("absence", number) for number in (5, 10, 50))
_THRESHOLD = Test("recent_unauthorised", 10)
_LATE = Test("late_marks", 6)
RULES = (
    _rule("at_risk", _AT_RISK),
    _rule("persistent", _PERSISTENT),
    _rule("severe", _SEVERE),
    _rule("nearly_persistent", Test("absence", 8), Test("absence", 10, below=True)),
    _rule("warn", Test("unauthorised_rate", 5)),
    _rule("warn_persistent", _PERSISTENT, Test("unauthorised_rate", 5)),
    _rule("mostly_authorised", _PERSISTENT, Test("unauthorised_rate", 1, below=True)),
    _rule("national_threshold", _THRESHOLD),
    _rule("near_the_threshold", Test("recent_unauthorised", 6), Test("recent_unauthorised", 10, below=True)),
    _rule("threshold_below_risk", _THRESHOLD, Test("absence", 5, below=True)),
    _rule("long_holiday", Test("holiday_sessions", 10)),
    _rule("holiday_at_threshold", Test("holiday_sessions", 6), _THRESHOLD),
    _rule("illness_return", Test("illness_sessions", 30)),
    _rule("long_illness", Test("illness_run", 30)),
    _rule("illness_at_risk", Test("illness_sessions", 10), _AT_RISK),
    _rule("often_late", _LATE),
    _rule("very_late", Test("late_marks", 12)),
    _rule("late_at_risk", _LATE, _AT_RISK),
    _rule("many_appointments", Test("appointment_sessions", 4)),
    _rule("part_time_timetable", Test("part_time_now", 3)),
    _rule("part_time_severe", Test("part_time_now", 3), _SEVERE),
    _rule("away_a_week", Test("absent_run", 10)),
    _rule("gone", Test("absent_run", 20), Test("unauthorised_rate", 3)),
    _rule("complete_register", Test("unmarked_sessions", 1)),
    _rule("well_done", Test("absence", 3, below=True), Test("late_marks", 1, below=True)),
)

Counts = NDArray[np.int32]
"""A row for each pupil, a column for each of `COLUMNS`."""
Bits = NDArray[np.int64]
"""A number for each pupil: bit k says whether rule k holds."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a peer found, in the order of the pupils."""

    counts: Counts | None
    """None from a peer that was given the counts, or that does not hand them out."""
    applies: Bits
    may_apply: Bits
    """Includes what applies."""


_HEADER = """
policy benchmark.attendance "The measures and rules of the benchmark"
  version 2024.1
  language 1
  by department
  in force from 1 August 2024

role department "Department"
role school "School"
"""
_SETS = """
codes illness "Illness" = "I"
codes holiday "Holiday" = "G"
codes late "Late" = "L", "U"
codes appointments "Appointments" = "M"
codes part_time "Part-time timetable" = "C2"

threshold national_window "Window" = 10 school weeks
  ours "as in England 2024.08"
threshold national_start "Start" = 19 August 2024
  ours "as in England 2024.08"
"""


def policy_text(codes: str) -> str:
    """The same measures and rules in Fingerpost's language, after the national list of codes."""
    parts = [
        _HEADER,
        codes,
        _SETS,
        *(f'measure {name} "{name}"\n  = {measure.said}\n' for name, measure in MEASURES.items()),
    ]
    for rule in RULES:
        when = "\n    and ".join(test.said() for test in rule.tests)
        parts.append(f'action {rule.name} "{rule.name}"\n  school should "look at this"\n  when {when}\n')
    return "\n".join(parts)
