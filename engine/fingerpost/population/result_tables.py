"""What was decided, as Arrow tables: a row for each recommendation, and a row for each pupil.

Every column is put together for all rules at once, out of numbers: texts and dates are written once for each
rule, each distinct outcome and each occasion, and taken from there. With `in_numbers` the columns of texts
stay numbers (`fingerpost.population.text_columns`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from operator import attrgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, Module, arrow
from fingerpost.decision import Status, TierState
from fingerpost.evaluate import Session
from fingerpost.logic import Truth
from fingerpost.population.block import NO_PARENT, Block, distinct
from fingerpost.population.decided import STATES, BlockDecisions
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.outcomes import Outcome
from fingerpost.population.population import Population
from fingerpost.population.result_columns import PUPILS, REASONS, RECOMMENDATIONS, TIER_SPELLS, schema_of
from fingerpost.population.text_columns import Keys, as_kind, taken_in_order, with_numbers
from fingerpost.population.tier_spells import TierSpells
from fingerpost.weights import weight_of
from fingerpost_dsl.model.declarations import Action, Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text

Rows = NDArray[np.int64]

_COUNTED = (
    Status.OVERDUE,
    Status.DUE,
    Status.ONGOING,
    Status.AVAILABLE,
    Status.DONE,
    Status.BARRED,
    Status.UNKNOWN,
)
_NEXT = (Status.OVERDUE, Status.DUE, Status.BREACHED, Status.ONGOING, Status.AVAILABLE)
"""What comes next, the most urgent first; in each the earliest due, then the order of the policy."""
_OF_OUTCOMES = (
    "applies",
    "status",
    "provisional",
    "triggered",
    "triggered_from",
    "due",
    "due_unknown",
    "overdue_count",
    "done_on",
    "barred_by",
)
_DAY_0 = dt.date(1970, 1, 1).toordinal()
_NO_DUE = 10_000_000


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a block: two tables of pyarrow."""

    recommendations: Columns
    pupils: Columns
    fallen_back: dict[str, int]


def tables_of(found: BlockDecisions, session: Session) -> Results:
    """One block's decisions as tables."""
    making = _Making(found, session)
    return Results(making.recommendations(), making.pupils(), found.fallen_back)


def recommendations_of(found: BlockDecisions, session: Session, *, in_numbers: bool = False) -> Columns:
    """One block's decisions as a table: a row for each recommendation."""
    return _Making(found, session, in_numbers=in_numbers).recommendations()


def pupils_of(found: BlockDecisions, session: Session, *, in_numbers: bool = False) -> Columns:
    """One block's decisions as a table: a row for each pupil."""
    return _Making(found, session, in_numbers=in_numbers).pupils()


def spells_of(
    block: Block, found: Iterable[TierSpells], session: Session, *, in_numbers: bool = False
) -> Columns:
    """When the pupils of a block were in tiers, as a table: those of a pupil together, in order of time."""
    pa, tables = arrow(), _Tables(block, session, in_numbers=in_numbers)
    parts = list(found)
    pupils = _together([one.pupils for one in parts], np.int64)
    first = _together([one.first for one in parts], np.int32)
    order = np.lexsort((first, pupils))
    last = _together([one.last for one in parts], np.int32)[order]
    tiers = np.repeat(np.arange(len(parts)), [len(one.pupils) for one in parts])
    given = tables.of_pupils(pupils[order])
    given |= {
        "tier": Keys.of(tiers[order], len(parts)).texts([one.tier.name for one in parts]),
        "from": pa.array(first[order] - _DAY_0).cast(pa.date32()),
        "until": pa.array(last - _DAY_0, mask=last == 0).cast(pa.date32()),
        "provisional": pa.array(_together([one.provisional for one in parts], np.bool_)[order]),
    }
    return tables.table(TIER_SPELLS, given, len(pupils))


def _together(parts: Iterable[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *parts])


class _Tables:
    """What all tables about a block have in common."""

    def __init__(self, block: Block, session: Session, *, in_numbers: bool = False) -> None:
        self.block = block
        self.session = session
        self.in_numbers = in_numbers
        self.policy: Policy = session.editions.current.policy
        self.ids = ids_of(block)
        self.names, self.schools = schools_of(block)
        known = session.records.history.schools
        self.authorities = [known[name].authority if name in known else None for name in self.names]

    def table(self, columns: dict[str, str], given: Mapping[str, Column], rows: int) -> Columns:
        """A table of so many rows: the columns that are given, with the policy and the dates in every row."""
        pa = arrow()
        schema = schema_of(columns, self.session)
        if self.in_numbers:
            schema = with_numbers(schema)
        header = self.policy.header.id
        every = Keys.all_alike(rows)
        texts = {"policy": header.id, "version": header.version}
        dates = {"on": self.session.on, "known_on": self.session.known_on}
        given = {
            **given,
            **{name: every.texts([text]) for name, text in texts.items()},
            **{name: pa.repeat(pa.scalar(date, type=pa.date32()), rows) for name, date in dates.items()},
        }
        return pa.Table.from_arrays([as_kind(given[one.name], one.type) for one in schema], schema=schema)

    def of_pupils(self, places: Rows) -> dict[str, Column]:
        """Who the pupils are, a row for each place in the block: those of a pupil stand together."""
        pa = arrow()
        years = self.block.year_groups[places].astype(np.int32)
        schools = Keys.of(self.schools[places], len(self.names))
        return {
            "authority": schools.texts(self.authorities),
            "school": schools.texts(self.names),
            "pupil": taken_in_order(self.ids, places),
            "year_group": pa.array(years, mask=years < 0),
        }


class _Making(_Tables):
    """The two tables of what was decided for a block."""

    def __init__(self, found: BlockDecisions, session: Session, *, in_numbers: bool = False) -> None:
        super().__init__(found.block, session, in_numbers=in_numbers)
        self.found = found

    @cached_property
    def outcomes(self) -> Sequence[Outcome]:
        """The distinct outcomes of all rules, those of a rule together."""
        return [one for rows in self.found.rules for one in rows.outcomes]

    @cached_property
    def which(self) -> Rows:
        """For each row of each rule the place of its outcome among all."""
        counts = np.array([len(rows.outcomes) for rows in self.found.rules], dtype=np.int64)
        before = np.cumsum(counts) - counts
        parts = (rows.which + first for rows, first in zip(self.found.rules, before, strict=True))
        return _together(parts, np.int64)

    @cached_property
    def rules(self) -> Rows:
        """For each row the number of its rule."""
        return np.repeat(np.arange(len(self.found.rules)), [len(rows.pupils) for rows in self.found.rules])

    @cached_property
    def places(self) -> Rows:
        """For each row the place of its pupil."""
        return _together([rows.pupils for rows in self.found.rules], np.int64)

    # --- a row a recommendation -------------------------------------------------------------------

    def recommendations(self) -> Columns:
        """Those of a pupil stand together, in the order of the policy."""
        order = np.argsort(self.places, kind="stable")
        places = self.places[order]
        given = self.of_pupils(places)
        rules = Keys.of(self.rules[order], len(self.found.rules))
        given |= {
            name: rules.texts(values)
            for name, values in rules_said([rows.rule for rows in self.found.rules], self.policy).items()
        }
        given |= self._of_outcomes(order)
        given["parent"] = self._parents(places, order)
        given |= self._occasions(order)
        if not self.found.has_reasons:
            return self.table(RECOMMENDATIONS, given, len(order))
        given["reasons"] = self._reasons(order)
        return self.table(REASONS, given, len(order))

    def _of_outcomes(self, order: Rows) -> dict[str, Column]:
        """What is the same in all rows with an outcome."""
        pa, keys = arrow(), Keys.of(self.which[order], len(self.outcomes))
        of_each = {name: list(map(attrgetter(name), self.outcomes)) for name in _OF_OUTCOMES}
        which = pa.array(keys.which)

        def taken(name: str, kind: Module) -> Column:
            return pa.array(of_each[name], type=kind).take(which)

        return {
            **{name: keys.texts(_values(of_each[name])) for name in ("applies", "status", "due_unknown")},
            **{name: taken(name, pa.date32()) for name in ("triggered", "triggered_from", "due", "done_on")},
            "provisional": taken("provisional", pa.bool_()),
            "overdue_count": taken("overdue_count", pa.int32()),
            "barred_by": keys.texts([bars_text(one) if one else None for one in of_each["barred_by"]]),
        }

    def _parents(self, places: Rows, order: Rows) -> Column:
        """The id of the parent of each row, blank where none is meant."""
        parts = (
            np.full(len(rows.pupils), NO_PARENT) if rows.parents is None else rows.parents
            for rows in self.found.rules
        )
        return parents_of(self.block, places, _together(parts, np.int64)[order])

    def _occasions(self, order: Rows) -> dict[str, Column]:
        """The first and last date of the occasion of each row, blank where none is meant."""
        pa = arrow()
        parts, ends, count = [], [np.zeros((0, 2), dtype=np.int64)], 0
        for rows in self.found.rules:
            if rows.occasions is None:
                parts.append(np.full(len(rows.pupils), -1))
                continue
            parts.append(rows.occasions.astype(np.int64) + count)
            slots = [(one.first_slot, one.last_slot) for one in rows.occurrences]
            ends.append(np.array(slots, dtype=np.int64).reshape(-1, 2))
            count += len(slots)
        which = _together(parts, np.int64)[order]
        taken = pa.array(which, mask=which < 0)
        days = (np.concatenate(ends) // 2 - _DAY_0).astype(np.int32)
        return {
            name: pa.array(days[:, end]).cast(pa.date32()).take(taken)
            for end, name in enumerate(("occasion_from", "occasion_to"))
        }

    def _reasons(self, order: Rows) -> Column:
        """The code of each row's reason."""
        found = [rows.reasons for rows in self.found.rules if rows.reasons is not None]
        counts = np.array([len(one.codes) for one in found], dtype=np.int64)
        before = np.cumsum(counts) - counts
        which = _together((one.which + first for one, first in zip(found, before, strict=True)), np.int64)
        codes = [code for one in found for code in one.codes]
        return Keys.of(which[order], len(codes)).texts(codes)

    # --- a row a pupil ----------------------------------------------------------------------------

    def pupils(self) -> Columns:
        """Every pupil, in the order of the block."""
        count = len(self.block)
        given = self.of_pupils(np.arange(count))
        given["tiers"] = self._tiers()
        given |= self._counts()
        given |= self._next()
        return self.table(PUPILS, given, count)

    def _tiers(self) -> Column:
        """The tiers of each pupil as text: few combinations occur."""
        names = list(dict.fromkeys(rows.tier.name for rows in self.found.tiers))
        states = np.zeros((len(names), len(self.block)), dtype=np.int32)
        for rows in self.found.tiers:
            states[names.index(rows.tier.name), rows.pupils] = rows.states
        first, which = distinct(states, len(self.block))
        texts = [
            " ".join(tier_text(name, STATES[state]) for name, state in zip(names, own, strict=True) if state)
            for own in states[:, first].T.tolist()
        ]
        pa = arrow()
        return pa.array([text or None for text in texts], type=pa.string()).take(pa.array(which))

    def _counts(self) -> dict[str, Column]:
        pa, order = arrow(), list(Status)
        numbers = {status: number for number, status in enumerate(order)}
        statuses = np.array([numbers[one.status] for one in self.outcomes], dtype=np.int64)[self.which]
        cells = np.bincount(self.places * len(order) + statuses, minlength=len(self.block) * len(order))
        counts = cells.reshape(-1, len(order)).T.astype(np.int32)
        found = {one.value: pa.array(counts[numbers[one]]) for one in _COUNTED}
        others = [number for one, number in numbers.items() if one not in _COUNTED]
        return {**found, "other": pa.array(counts[others].sum(axis=0, dtype=np.int32))}

    def _next(self) -> dict[str, Column]:
        """Of each pupil's rows the first of those that come next."""
        pa = arrow()
        urgency = np.array(
            [
                _NEXT.index(one.status) if one.status in _NEXT and one.applies is Truth.TRUE else -1
                for one in self.outcomes
            ],
            dtype=np.int64,
        )
        dues = np.array(
            [one.due.toordinal() if one.due else _NO_DUE for one in self.outcomes], dtype=np.int64
        )
        meant = np.flatnonzero(urgency[self.which] >= 0)
        places, which, rules = self.places[meant], self.which[meant], self.rules[meant]
        order = np.lexsort((rules, dues[which], urgency[which], places))
        _, first = np.unique(places[order], return_index=True)
        chosen = np.full(len(self.block), -1, dtype=np.int64)
        chosen[places[order[first]]] = order[first]
        has = chosen >= 0
        names = pa.array([rows.rule.name for rows in self.found.rules], type=pa.string())
        due = np.zeros(len(chosen), dtype=np.int32)
        due[has] = dues[which[chosen[has]]]
        undated = ~has | (due == _NO_DUE)
        statuses = pa.array([one.value for one in _NEXT], type=pa.string())
        return {
            "next": _of_chosen(chosen, names, rules),
            "next_status": _of_chosen(chosen, statuses, urgency[which]),
            "next_due": pa.array(np.where(undated, 0, due) - _DAY_0, mask=undated).cast(pa.date32()),
        }


def _of_chosen(chosen: Rows, column: Column, numbers: Rows) -> Column:
    """For each of the rows chosen what a column has under the row's number; blank where none is (-1)."""
    has = chosen >= 0
    found = np.zeros(len(chosen), dtype=np.int64)
    found[has] = numbers[chosen[has]]
    return column.take(arrow().array(found, mask=~has))


def rules_said(rules: Sequence[Action | Step], policy: Policy) -> dict[str, Sequence[str | None]]:
    """What is the same in all rows of a rule: by column, for each rule."""
    return {
        "name": [rule.name for rule in rules],
        "kind": ["step" if isinstance(rule, Step) else "action" for rule in rules],
        "pathway": [rule.pathway if isinstance(rule, Step) else None for rule in rules],
        "actor": [rule.actor for rule in rules],
        "usually_by": [rule.usually_by for rule in rules],
        "modality": [rule.modality.value for rule in rules],
        "weight": [weight_of(rule.cites, policy).value for rule in rules],
        "text": [fill_text(rule.text, policy) for rule in rules],
    }


def ids_of(block: Block) -> Column:
    """The ids of a block's pupils."""
    pa, pupils = arrow(), block.pupils
    if isinstance(pupils, PupilsOfRows) and isinstance(pupils.source, Population):
        return pupils.source.people.ids.take(pa.array(pupils.rows))
    return pa.array([pupil.id for pupil in pupils], type=pa.string())


def schools_of(block: Block) -> tuple[Sequence[str], Rows]:
    """The names of schools, and for each of a block's pupils the place of theirs among them."""
    pupils = block.pupils
    if isinstance(pupils, PupilsOfRows) and isinstance(pupils.source, Population):
        used, which = np.unique(pupils.source.people.schools[pupils.rows], return_inverse=True)
        return [pupils.source.school_names[number] for number in used.tolist()], which.astype(np.int64)
    given = [pupil.school for pupil in pupils]
    places = {name: place for place, name in enumerate(dict.fromkeys(given))}
    return list(places), np.array([places[name] for name in given], dtype=np.int64)


def parents_of(block: Block, places: Rows, parents: Rows) -> Column:
    """The ids of parents, each by the place of a pupil and that of the parent; blank for `NO_PARENT`."""
    pa, pupils = arrow(), block.pupils
    if isinstance(pupils, PupilsOfRows) and isinstance(pupils.source, Population):
        known = pupils.source.people.parents
        lines = known.offsets[pupils.rows[places]] + parents
        return known.ids.take(pa.array(lines, mask=parents == NO_PARENT)).cast(pa.string())
    pairs = zip(places.tolist(), parents.tolist(), strict=True)
    return pa.array([block.parent_id(pupil, parent) for pupil, parent in pairs], type=pa.string())


def tier_text(name: str, state: TierState) -> str:
    """A tier by its name, with its state where that is not plainly that it holds."""
    return name if state is TierState.HOLDS else f"{name} ({state.value})"


def _values(given: Sequence[Enum | None]) -> Sequence[str | None]:
    """The words of members of an enumeration, of whom there are few: each is asked once."""
    members = dict(zip(map(id, given), given, strict=True))
    words = {number: None if one is None else str(one.value) for number, one in members.items()}
    return list(map(words.__getitem__, map(id, given)))


def bars_text(barred: Sequence[tuple[str, Truth]]) -> str | None:
    """The bars that hold, and with `(unknown)` those that may."""
    return " ".join(name if held is Truth.TRUE else f"{name} (unknown)" for name, held in barred) or None
