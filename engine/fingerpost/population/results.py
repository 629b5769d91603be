"""What was decided, as Arrow tables: a row for each recommendation, and a row for each pupil.

The columns are a public interface (`RECOMMENDATIONS`, `PUPILS`; docs/population.md lists them): new ones may
be added at the end, none changes its name or type. No row holds a reason; any row is explained by
`Population.session(…).decide(pupil)`, from the same input, with the decision record of `evaluate`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fingerpost.arrow import Column, Columns, Module, arrow
from fingerpost.decision import Status, TierState
from fingerpost.evaluate import Session
from fingerpost.history import slot_date
from fingerpost.logic import Truth
from fingerpost.population.block import NO_PARENT, Block, distinct
from fingerpost.population.decisions import STATES, BlockDecisions, RuleRows, decide_block
from fingerpost.population.frame import Across
from fingerpost.population.lazy import PupilsOfRows
from fingerpost.population.population import MOST_AT_ONCE, Population, Portion, TableRecords
from fingerpost.population.tier_spells import TierSpells, tier_spells
from fingerpost.weights import weight_of
from fingerpost_dsl.model.declarations import Step
from fingerpost_dsl.model.policy import Policy
from fingerpost_dsl.wording import fill_text

RECOMMENDATIONS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "name": "text",
    "kind": "text",
    "pathway": "text",
    "parent": "text",
    "occasion_from": "date",
    "occasion_to": "date",
    "actor": "text",
    "usually_by": "text",
    "modality": "text",
    "weight": "text",
    "text": "text",
    "applies": "text",
    "status": "text",
    "provisional": "yes or no",
    "triggered": "date",
    "triggered_from": "date",
    "due": "date",
    "due_unknown": "text",
    "overdue_count": "number",
    "done_on": "date",
    "barred_by": "text",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""The columns of the table of recommendations, and what stands in each."""

PUPILS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "tiers": "text",
    "next": "text",
    "next_status": "text",
    "next_due": "date",
    "overdue": "number",
    "due": "number",
    "ongoing": "number",
    "available": "number",
    "done": "number",
    "barred": "number",
    "unknown": "number",
    "other": "number",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""The columns of the table of pupils."""

TIER_SPELLS = {
    "authority": "text",
    "school": "text",
    "pupil": "text",
    "year_group": "number",
    "tier": "text",
    "from": "date",
    "until": "date",
    "provisional": "yes or no",
    "policy": "text",
    "version": "text",
    "on": "date",
    "known_on": "date",
}
"""The columns of the table of the times that pupils were in tiers; `until` is blank while they are."""

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
_DAY_0 = dt.date(1970, 1, 1).toordinal()
_NO_DUE = 10_000_000


@dataclass(frozen=True, slots=True)
class Results:
    """The results of a block: two tables of pyarrow."""

    recommendations: Columns
    pupils: Columns
    fallen_back: dict[str, int]


@dataclass(frozen=True)
class Deciding:
    """A population and a policy on a date; what was worked out for one portion serves the next."""

    population: Population
    session: Session
    _across: dict[int, Across] = field(default_factory=dict)

    def portions(self, most: int = MOST_AT_ONCE) -> Iterator[Portion]:
        """The pupils on roll on the date in portions, always the same."""
        return self.population.portions(self._records, self.population.on_roll(self.session.on), most=most)

    def decide(self, portion: Portion) -> BlockDecisions:
        """The decisions for a portion."""
        block, across = self._block(portion)
        return decide_block(block, self.session.editions, self.session.on.toordinal(), across=across)

    def tier_spells(self, portion: Portion) -> Columns:
        """When the pupils of a portion were in which tier, as a table: `TIER_SPELLS`."""
        block, across = self._block(portion)
        ordinal = self.session.on.toordinal()
        found = tier_spells(block, self.session.editions, ordinal, across=across)
        return spells_of(block, found, self.session)

    def _block(self, portion: Portion) -> tuple[Block, Across]:
        records = self._records
        across = self._across.get(id(portion.axis))
        if across is None or len(across.signatures) + len(across.occasions) > _MOST_REMEMBERED:
            across = self._across[id(portion.axis)] = Across()
        return records.population.block(records, portion), across

    @property
    def _records(self) -> TableRecords:
        records = self.session.records
        assert isinstance(records, TableRecords)
        return records


_MOST_REMEMBERED = 500_000
"""So many answers of the reference are kept; after that they are asked for anew."""


def decide(population: Population, session: Session, *, most: int = MOST_AT_ONCE) -> Iterator[BlockDecisions]:
    """The decisions for every pupil on roll on the session's date, block by block."""
    deciding = Deciding(population, session)
    return map(deciding.decide, deciding.portions(most))


def results(population: Population, session: Session, *, most: int = MOST_AT_ONCE) -> Iterator[Results]:
    """The tables of every pupil on roll, block by block: blocks in, tables out.

    `session` is that of `population.session(…)`. A block has at most so many pupils.
    """
    for found in decide(population, session, most=most):
        yield tables_of(found, session)


def tables_of(found: BlockDecisions, session: Session) -> Results:
    """One block's decisions as tables."""
    making = _Making(found, session)
    return Results(making.recommendations(), making.pupils(), found.fallen_back)


def spells_of(block: Block, found: Iterable[TierSpells], session: Session) -> Columns:
    """When the pupils of a block were in tiers, as a table: those of a pupil together, in order of time."""
    pa, tables = arrow(), _Tables(block, session)
    parts = list(found)
    pupils = _together([one.pupils for one in parts], np.intp)
    first, last = (
        _together(column, np.int32) for column in zip(*((p.first, p.last) for p in parts), strict=True)
    )
    names = [one.tier.name for one in parts for _ in range(len(one.pupils))]
    given = tables.of_pupils(pupils)
    given |= {
        "tier": pa.array(names, type=pa.string()),
        "from": pa.array(first - _DAY_0).cast(pa.date32()),
        "until": pa.array(last - _DAY_0, mask=last == 0).cast(pa.date32()),
        "provisional": pa.array(_together([one.provisional for one in parts], np.bool_)),
    }
    table = tables.table(TIER_SPELLS, given, len(pupils))
    return table.take(pa.array(np.lexsort((first, pupils))))


def _together(parts: Iterable[NDArray[Any]], kind: type) -> NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *parts])


def schema_of(columns: dict[str, str], session: Session | None = None) -> Module:
    """The schema of a table of results; with the policy, the dates and the engine if a session is given."""
    pa = arrow()
    types = {"text": pa.string(), "number": pa.int32(), "date": pa.date32(), "yes or no": pa.bool_()}
    said = None
    if session is not None:
        policy = session.editions.current.policy
        said = {"fingerpost.policy_digest": policy.digest, "fingerpost.schema": "1"}
    return pa.schema([(name, types[kind]) for name, kind in columns.items()], metadata=said)


class _Tables:
    def __init__(self, block: Block, session: Session) -> None:
        self.block = block
        self.session = session
        self.policy: Policy = session.editions.current.policy
        self.ids = ids_of(self.block)
        names = sorted(set(schools_of(self.block)))
        self.schools = np.array(schools_of(self.block), dtype=object)
        known = session.records.history.schools
        authority = {name: known[name].authority if name in known else None for name in names}
        self.authorities = np.array([authority[name] for name in self.schools], dtype=object)

    def table(self, columns: dict[str, str], given: dict[str, Column], rows: int) -> Columns:
        pa = arrow()
        schema = schema_of(columns, self.session)
        header = self.policy.header.id
        same = {
            "policy": header.id,
            "version": header.version,
            "on": self.session.on,
            "known_on": self.session.known_on,
        }
        arrays = [
            given[one.name] if one.name in given else _repeated(same[one.name], one.type, rows)
            for one in schema
        ]
        return pa.Table.from_arrays(
            [_as(array, one.type) for array, one in zip(arrays, schema, strict=True)], schema=schema
        )

    def of_pupils(self, places: NDArray[np.intp]) -> dict[str, Column]:
        pa = arrow()
        years = self.block.year_groups[places].astype(np.int32)
        return {
            "authority": pa.array(self.authorities[places], type=pa.string()),
            "school": pa.array(self.schools[places], type=pa.string()),
            "pupil": self.ids.take(pa.array(places)),
            "year_group": pa.array(years, mask=years < 0),
        }


class _Making(_Tables):
    def __init__(self, found: BlockDecisions, session: Session) -> None:
        super().__init__(found.block, session)
        self.found = found

    # --- a row a recommendation -------------------------------------------------------------------

    def recommendations(self) -> Columns:
        """Those of a pupil stand together, in the order of the policy."""
        pa = arrow()
        parts = [self._of_rule(rows) for rows in self.found.rules]
        if not parts:
            return schema_of(RECOMMENDATIONS, self.session).empty_table()
        table = pa.concat_tables(parts)
        places = np.concatenate([rows.pupils for rows in self.found.rules])
        return table.take(pa.array(np.argsort(places, kind="stable"))).combine_chunks()

    def _of_rule(self, rows: RuleRows) -> Columns:
        pa, rule, count = arrow(), rows.rule, len(rows.pupils)
        outcomes = rows.outcomes
        which = pa.array(rows.which)

        def of_outcome(values: Sequence[object], kind: Module) -> Column:
            return pa.array(values, type=kind).take(which)

        text, date = pa.string(), pa.date32()
        parents: Sequence[str | None] = [None] * count
        if rows.parents is not None:
            pairs = zip(rows.pupils.tolist(), rows.parents.tolist(), strict=True)
            parents = [self._parent(pupil, place) for pupil, place in pairs]
        spans: Sequence[tuple[dt.date | None, dt.date | None]] = [(None, None)] * count
        if rows.occasions is not None:
            occurrences = [rows.occurrences[place] for place in rows.occasions.tolist()]
            spans = [(slot_date(one.first_slot), slot_date(one.last_slot)) for one in occurrences]
        said = {
            "name": rule.name,
            "kind": "step" if isinstance(rule, Step) else "action",
            "pathway": rule.pathway if isinstance(rule, Step) else None,
            "actor": rule.actor,
            "usually_by": rule.usually_by,
            "modality": rule.modality.value,
            "weight": weight_of(rule.cites, self.policy).value,
            "text": fill_text(rule.text, self.policy),
        }
        given = self.of_pupils(rows.pupils)
        given |= {name: _repeated(value, text, count) for name, value in said.items()}
        given |= {
            "parent": pa.array(parents, type=text),
            "occasion_from": pa.array([first for first, _ in spans], type=date),
            "occasion_to": pa.array([last for _, last in spans], type=date),
            "applies": of_outcome([one.applies.value for one in outcomes], text),
            "status": of_outcome([one.status.value for one in outcomes], text),
            "provisional": of_outcome([one.provisional for one in outcomes], pa.bool_()),
            "triggered": of_outcome([one.triggered for one in outcomes], date),
            "triggered_from": of_outcome([one.triggered_from for one in outcomes], date),
            "due": of_outcome([one.due for one in outcomes], date),
            "due_unknown": of_outcome([_value(one.due_unknown) for one in outcomes], text),
            "overdue_count": of_outcome([one.overdue_count for one in outcomes], pa.int32()),
            "done_on": of_outcome([one.done_on for one in outcomes], date),
            "barred_by": of_outcome([_bars(one.barred_by) for one in outcomes], text),
        }
        return self.table(RECOMMENDATIONS, given, count)

    def _parent(self, pupil: int, place: int) -> str | None:
        return None if place == NO_PARENT else self.block.parent_id(pupil, place)

    # --- a row a pupil ----------------------------------------------------------------------------

    def pupils(self) -> Columns:
        """Every pupil, in the order of the block."""
        count = len(self.block)
        everybody = np.arange(count)
        given = self.of_pupils(everybody)
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
            " ".join(_tier(name, STATES[state]) for name, state in zip(names, own, strict=True) if state)
            for own in states[:, first].T.tolist()
        ]
        pa = arrow()
        return pa.array([text or None for text in texts], type=pa.string()).take(pa.array(which))

    def _counts(self) -> dict[str, Column]:
        order = list(Status)
        counts = np.zeros((len(order), len(self.block)), dtype=np.int32)
        for rows in self.found.rules:
            statuses = np.array([order.index(one.status) for one in rows.outcomes])[rows.which]
            np.add.at(counts, (statuses, rows.pupils), 1)
        pa = arrow()
        found = {one.value: pa.array(counts[order.index(one)]) for one in _COUNTED}
        others = [index for index, one in enumerate(order) if one not in _COUNTED]
        return {**found, "other": pa.array(counts[others].sum(axis=0, dtype=np.int32))}

    def _next(self) -> dict[str, Column]:
        pa = arrow()
        keys: list[NDArray[np.int64]] = []
        for number, rows in enumerate(self.found.rules):
            outcomes = [
                (
                    _NEXT.index(one.status) if one.status in _NEXT and one.applies is Truth.TRUE else -1,
                    one.due.toordinal() if one.due else _NO_DUE,
                )
                for one in rows.outcomes
            ]
            table = np.array(outcomes, dtype=np.int64).reshape(-1, 2)[rows.which]
            numbers = np.full(len(rows.pupils), number, dtype=np.int64)
            keys.append(np.column_stack([rows.pupils, table, numbers]))
        joined = np.concatenate(keys) if keys else np.zeros((0, 4), dtype=np.int64)
        joined = joined[joined[:, 1] >= 0]
        joined = joined[np.lexsort(joined.T[::-1])]
        pupils, first = np.unique(joined[:, 0], return_index=True)
        chosen = joined[first]
        name = np.full(len(self.block), None, dtype=object)
        status, due = name.copy(), np.zeros(len(self.block), dtype=np.int32)
        name[pupils] = [self.found.rules[number].rule.name for number in chosen[:, 3].tolist()]
        status[pupils] = [_NEXT[number].value for number in chosen[:, 1].tolist()]
        has_due = chosen[:, 2] < _NO_DUE
        due[pupils[has_due]] = chosen[has_due, 2]
        return {
            "next": pa.array(name, type=pa.string()),
            "next_status": pa.array(status, type=pa.string()),
            "next_due": pa.array(due - _DAY_0, mask=due == 0).cast(pa.date32()),
        }


def ids_of(block: Block) -> Column:
    """The ids of a block's pupils."""
    pa, pupils = arrow(), block.pupils
    if isinstance(pupils, PupilsOfRows) and isinstance(pupils.source, Population):
        return pupils.source.people.ids.take(pa.array(pupils.rows))
    return pa.array([pupil.id for pupil in pupils], type=pa.string())


def schools_of(block: Block) -> list[str]:
    """The schools of a block's pupils."""
    pupils = block.pupils
    if isinstance(pupils, PupilsOfRows) and isinstance(pupils.source, Population):
        names = pupils.source.school_names
        return [names[number] for number in pupils.source.people.schools[pupils.rows].tolist()]
    return [pupil.school for pupil in pupils]


def joined(tables: Iterable[Columns], columns: dict[str, str]) -> Columns:
    """Tables of several blocks as one."""
    found = list(tables)
    return arrow().concat_tables(found) if found else schema_of(columns).empty_table()


def _repeated(value: object, kind: Module, rows: int) -> Column:
    pa = arrow()
    return pa.repeat(pa.scalar(value, type=kind), rows)


def _as(array: Column, kind: Module) -> Column:
    return array if array.type == kind else array.cast(kind)


def _tier(name: str, state: TierState) -> str:
    return name if state is TierState.HOLDS else f"{name} ({state.value})"


def _value(one: Enum | None) -> str | None:
    return None if one is None else str(one.value)


def _bars(barred: Sequence[tuple[str, Truth]]) -> str | None:
    """The bars that hold, and with `(unknown)` those that may."""
    return " ".join(name if held is Truth.TRUE else f"{name} (unknown)" for name, held in barred) or None
