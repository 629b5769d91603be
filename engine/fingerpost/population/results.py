"""What is decided for all pupils of a population, block by block, as Arrow tables.

No row holds a reason; any row is explained by `Population.session(…).decide(pupil)`, from the same input,
with the decision record of `evaluate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from fingerpost.arrow import Columns
from fingerpost.evaluate import Session
from fingerpost.population.applying import Applying, applying, tiers_on
from fingerpost.population.block import Block
from fingerpost.population.decided import BlockDecisions, TierRows
from fingerpost.population.decisions import decide_block
from fingerpost.population.frame import Across
from fingerpost.population.population import Population
from fingerpost.population.portions import MOST_AT_ONCE, Portion
from fingerpost.population.result_tables import Results, spells_of, tables_of
from fingerpost.population.table_records import TableRecords
from fingerpost.population.tier_spells import tier_spells


@dataclass(frozen=True)
class Deciding:
    """A population and a policy on a date; what was worked out for one portion serves the next."""

    population: Population
    session: Session
    _across: dict[int, Across] = field(default_factory=dict)

    def portions(self, most: int = MOST_AT_ONCE) -> Iterator[Portion]:
        """The pupils on roll on the date in portions, always the same."""
        return self.population.portions(self._records, self.population.on_roll(self.session.on), most=most)

    def decide(self, portion: Portion, *, reasons: bool = False) -> BlockDecisions:
        """The decisions for a portion, with the codes of `reasons` if they are asked for."""
        block, across = self._block(portion)
        ordinal = self.session.on.toordinal()
        return decide_block(block, self.session.editions, ordinal, across=across, reasons=reasons)

    def tiers(self, portion: Portion) -> tuple[TierRows, ...]:
        """Who of a portion is in which tier on the date, or may be; without since when."""
        block, across = self._block(portion)
        return tiers_on(block, self.session.editions, self.session.on.toordinal(), across=across)

    def applying(self, portion: Portion) -> Applying:
        """What applies to the pupils of a portion on the date, without status and dates."""
        block, across = self._block(portion)
        return applying(block, self.session.editions, self.session.on.toordinal(), across=across)

    def tier_spells(self, portion: Portion, *, in_numbers: bool = False) -> Columns:
        """When the pupils of a portion were in which tier, as a table: `TIER_SPELLS`."""
        block, across = self._block(portion)
        ordinal = self.session.on.toordinal()
        found = tier_spells(block, self.session.editions, ordinal, across=across)
        return spells_of(block, found, self.session, in_numbers=in_numbers)

    def _block(self, portion: Portion) -> tuple[Block, Across]:
        records = self._records
        across = self._across.get(id(portion.axis))
        if across is None or across.size > _MOST_REMEMBERED:
            across = self._across[id(portion.axis)] = Across()
        return records.population.block(records, portion), across

    @property
    def _records(self) -> TableRecords:
        records = self.session.records
        assert isinstance(records, TableRecords)
        return records


MOST_ON_DATE = 262_144
"""Pupils in a block of whom only the date is asked, unless more are asked for."""
_MOST_REMEMBERED = 200_000
"""So many answers of the reference are kept; after that they are asked for anew."""


def decide(
    population: Population, session: Session, *, most: int = MOST_AT_ONCE, reasons: bool = False
) -> Iterator[BlockDecisions]:
    """The decisions for every pupil on roll on the session's date, block by block."""
    deciding = Deciding(population, session)
    return (deciding.decide(portion, reasons=reasons) for portion in deciding.portions(most))


def results(
    population: Population, session: Session, *, most: int = MOST_AT_ONCE, reasons: bool = False
) -> Iterator[Results]:
    """The tables of every pupil on roll, block by block: blocks in, tables out.

    `session` is that of `population.session(…)`. A block has at most so many pupils. With `reasons` each
    recommendation has the code of its reason.
    """
    for found in decide(population, session, most=most, reasons=reasons):
        yield tables_of(found, session)
