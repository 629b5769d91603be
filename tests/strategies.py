"""Hypothesis strategies that every part of the tests may lean on: policies, histories, and both together.

    from tests.strategies import cases

    @given(cases())
    def test_…(case: Case) -> None:
        decision = evaluate(case.policy, case.history, case.on, case.known_on, pupil=case.pupil)

* `policies(rules=True)`: a `Written` policy: its declarations as text, and the model they are loaded into.
  The text goes through the parser and the checker, so that one that does not load is a failure in itself.
* `histories()`: a `History` in normal form over the same fixed vocabulary (`tests/generate/words.py`).
* `dates_of(history)`: a date on which to ask: around the register, at times long before or after it.
* `cases(rules=True)`: a policy, a history, a pupil of it, a date, and what is known on.
* `cases_of_versions()`: the same, and the policy with a version before it.

All are small, so that one example takes some tens of milliseconds: a register of a few weeks, one to three
pupils, up to three of each kind of declaration. They shrink towards one pupil who is always present, at one
school with two terms, and towards expressions of one word. The vocabulary (roles, codes, facts, events) is
fixed, so that a history can be made for any policy; what the policy says with it is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from hypothesis import reject, settings
from hypothesis import strategies as st

from fingerpost.history import History
from fingerpost_dsl.diagnostics import Diagnostic, has_errors
from fingerpost_dsl.load import load_text
from fingerpost_dsl.model.family import PolicyFamily
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.source import Span
from tests.generate.groups import declarations_with_groups, history_with_families
from tests.generate.histories import history_of
from tests.generate.rules import declarations, thresholds
from tests.generate.shown import shown
from tests.generate.speaker import Speaker
from tests.generate.words import HEADER, VOCABULARY

__all__ = [
    "Case",
    "Written",
    "cases",
    "cases_of_versions",
    "cases_with_groups",
    "dates_of",
    "few",
    "histories",
    "load",
    "policies",
    "texts_of",
]


def few(number: int) -> int:
    """So many examples in the usual run; where more are asked for (`nightly`), as many times more."""
    return max(1, number * settings.default.max_examples // 60) if settings.default else number


@dataclass(frozen=True, repr=False)
class Written:
    """A policy as text, one declaration a member, and as a model."""

    declarations: tuple[str, ...]
    policy: Policy

    @property
    def text(self) -> str:
        """The whole text."""
        return "\n".join(self.declarations) + "\n"

    def __repr__(self) -> str:
        return f"Written(<vocabulary>, {self.declarations[2:]})"


def load(declared: Sequence[str]) -> Policy:
    """The model of declarations; what does not load is an error of the generator, or of the checker.

    But for what asks for too much with every name in it written out: a few draws nest so deep. The vocabulary
    is a text by itself, which is parsed once.
    """
    policy, found = load_text({str(place): text for place, text in enumerate(texts_of(declared))})
    if any(one.code == "E0537" for one in found):
        reject()
    assert policy is not None, [(one.code, one.message, _line(one)) for one in found if has_errors([one])]
    return policy


def texts_of(declared: Sequence[str]) -> Iterator[str]:
    """The declarations in at most three texts: before the vocabulary, that, and after it."""
    for is_vocabulary, some in groupby(declared, VOCABULARY.__eq__):
        yield VOCABULARY if is_vocabulary else "\n".join(some) + "\n"


def _line(one: Diagnostic) -> str:
    """The line on which something is wrong."""
    if not isinstance(one.span, Span):
        return ""
    text = one.span.source.text
    return text[text.rfind("\n", 0, one.span.start) + 1 :].split("\n", 1)[0]


@st.composite
def policies(draw: st.DrawFn, *, rules: bool = True) -> Written:
    """A well-typed policy; without `rules`: measures, conditions and tiers only."""
    declared = declarations(draw, rules=rules)
    return Written(declared, load(declared))


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A history over the vocabulary of generated policies, in normal form."""
    return history_of(draw)


def dates_of(history: History) -> st.SearchStrategy[dt.date]:
    """A date on which to ask: most often within the register, now and then some weeks before or after."""
    slots = [slot for pupil in history.pupils.values() for slot in pupil.register.slots]
    first = dt.date.fromordinal(min(slots) // 2) if slots else dt.date(2024, 9, 4)
    last = dt.date.fromordinal(max(slots) // 2) if slots else dt.date(2024, 10, 4)
    week = dt.timedelta(days=7)
    inside = st.integers(0, (last - first).days).map(lambda days: last - dt.timedelta(days=days))
    return st.one_of(inside, inside, st.dates(last, last + 8 * week), st.dates(first - 2 * week, last))


@dataclass(frozen=True, repr=False)
class Case:
    """A policy and a history brought together: who is asked about, when, and what is known."""

    written: Written
    history: History
    pupil: str
    on: dt.date
    known_on: dt.date | None

    @property
    def policy(self) -> Policy:
        """The policy's model."""
        return self.written.policy

    def __repr__(self) -> str:
        said = "\n".join(self.written.declarations[2:])
        asked = f"{self.pupil} on {self.on} known on {self.known_on}"
        return f"Case: {asked}\n{said}\n{shown(self.history)}\n"


@st.composite
def cases(draw: st.DrawFn, *, rules: bool = True) -> Case:
    """A policy, a history, one of its pupils, a date, and what is known on (None for everything)."""
    written = draw(policies(rules=rules))
    history = draw(histories())
    pupil = draw(st.sampled_from(sorted(history.pupils)))
    on = draw(dates_of(history))
    known_on = on if draw(st.integers(0, 3)) == 3 else None
    return Case(written, history, pupil, on, known_on)


@st.composite
def cases_of_versions(draw: st.DrawFn) -> tuple[Case, PolicyFamily]:
    """A case, and its policy with a version before it: another in its numbers, until some day or other.

    Now and then another in all that it says by the same names; or with its numbers alone, as who tries other
    ones makes it, of the very same conditions.
    """
    declared = declarations(draw, rules=True)
    before = thresholds(Speaker(draw))
    kind = draw(st.integers(0, 3))
    others = declarations(draw, rules=True)[2:] if kind == 2 else (*before, *declared[2 + len(before) :])
    history = draw(histories())
    on, change = draw(dates_of(history)), draw(dates_of(history))
    ends, begins = change - dt.timedelta(days=1), f"in force from {min(change, on).isoformat()}"
    until = f"{EVER} until {min(ends, on - dt.timedelta(days=1)).isoformat()}"
    first = HEADER.replace("2024.1", "2023.1").replace(EVER, until)
    earlier = load([first, VOCABULARY, *others])
    later = (HEADER.replace(EVER, begins), *declared[1:])
    written = Written(later, load(later))
    if kind == 3:
        earlier = replace(
            written.policy,
            header=earlier.header,
            thresholds=earlier.thresholds,
            occasions=earlier.occasions,
        )
    family = PolicyFamily(id=written.policy.header.id.id, versions=(earlier, written.policy))
    return Case(written, history, min(history.pupils), on, None), family


EVER = "in force from 1 September 2020"


@st.composite
def cases_with_groups(draw: st.DrawFn) -> Case:
    """The same with rules for schools, authorities, families and cohorts alone, and pupils of families."""
    declared = declarations_with_groups(draw)
    history = draw(st.composite(history_with_families)())
    on = draw(dates_of(history))
    known_on = on if draw(st.integers(0, 3)) == 3 else None
    return Case(Written(declared, load(declared)), history, min(history.pupils), on, known_on)
