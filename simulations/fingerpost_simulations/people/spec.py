"""What a made-up population is to be like: how many pupils, like which published year, and whose figures.

A `Spec` says nothing about chance: with the same spec, another seed makes other pupils of the same kind.
Shares and rates are fractions: 0.071 is 7.1%.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from fingerpost_simulations.people.years import begins_in

Share = Annotated[float, Field(ge=0, le=1)]
Rate = Annotated[float, Field(gt=0, lt=0.9)]
Year = Literal["2018/19", "2022/23", "2023/24"]
"""The published years that a population can be like."""

MADE_UP: Final = "(made up)"


class Phase(StrEnum):
    """The phases of school that pupils are made for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    SPECIAL = "special"


PHASES: Final = tuple(Phase)


class Groups(BaseModel):
    """The shares of the groups among all pupils. The defaults are England's in January 2024.

    A `Spec` that is like an earlier year takes those of that year for what is not said.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fsm: Share = 0.246
    """Eligible for free school meals."""
    sen_support: Share = 0.136
    care_plan: Share = 0.048
    """With an education, health and care plan; all pupils of special schools have one."""
    social_worker: Share = 0.033


_EARLIER: Final[Mapping[str, Groups]] = {
    "2018/19": Groups(fsm=0.154, sen_support=0.119, care_plan=0.031),
    "2022/23": Groups(fsm=0.238, sen_support=0.130, care_plan=0.043),
}
"""The censuses of January 2019 and of January 2023."""


def groups_of(year: str) -> Groups:
    """England's shares of the groups in a published year."""
    return _EARLIER.get(year, Groups())


class Registers(BaseModel):
    """How registers are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    missing: Share = 0.001
    """Of all sessions: no mark was entered."""
    corrected: Share = 0.06
    """Of absences marked otherwise than N: first marked N, and corrected some days later."""
    movers: Share = 0.035
    """Of pupils: who join or leave their school within the year."""


class Spec(BaseModel):
    """A made-up population, before any chance.

    >>> Spec(pupils=1200, overall={"primary": 0.062}).overall
    {<Phase.PRIMARY: 'primary'>: 0.062}
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    pupils: int = Field(ge=1, le=20_000_000)
    year: Year = "2023/24"
    """Which published year it is like: its absence by phase and reason, its seasons."""
    begins: int | None = None
    """The autumn in which its school year begins: that of `year`, or a later one, for a policy of later."""
    phases: Mapping[Phase, Share] | None = None
    """The share of pupils in each phase; England's, if not given. A primary school is `{"primary": 1}`."""
    overall: Mapping[Phase, Rate] = {}
    """Overall absence by phase, of a school or council; the year's own where it is not given."""
    unauthorised: Mapping[Phase, Rate] = {}
    """Unauthorised absence by phase; where only `overall` is given, in the proportion of the year's."""
    groups: Groups = Groups()
    """Shares of the groups; England's in `year`, where not given."""
    registers: Registers = Registers()
    authority: str = f"Synthshire {MADE_UP}"
    """A name; it says that it is made up."""
    school_sizes: Mapping[Phase, Annotated[int, Field(ge=1)]] = {}
    """How many pupils a school has, about; where not given, as many as England's on average."""

    @field_validator("authority")
    @classmethod
    def _says_so(cls, name: str) -> str:
        return name if name.endswith(MADE_UP) else f"{name.strip()} {MADE_UP}"

    @model_validator(mode="before")
    @classmethod
    def _groups_of_the_year(cls, said: object) -> object:
        if not isinstance(said, Mapping):
            return said
        own = said.get("groups", {})
        if not isinstance(own, Mapping):
            return said
        usual = groups_of(str(said.get("year", cls.model_fields["year"].default)))
        return {**said, "groups": {**usual.model_dump(), **own}}

    @field_validator("begins")
    @classmethod
    def _has_a_calendar(cls, begins: int | None) -> int | None:
        if begins is not None and begins not in begins_in():
            known = ", ".join(map(str, begins_in()))
            raise ValueError(f"no school year of ours begins in {begins}; there are calendars for {known}")
        return begins

    @field_validator("phases")
    @classmethod
    def _whole(cls, phases: Mapping[Phase, float] | None) -> Mapping[Phase, float] | None:
        if phases is not None and abs(sum(phases.values()) - 1) > 1e-6:
            raise ValueError(f"the shares in `phases` add up to {sum(phases.values()):.3f}, not to 1")
        return phases

    @field_validator("unauthorised")
    @classmethod
    def _part_of_overall(
        cls, unauthorised: Mapping[Phase, float], info: ValidationInfo
    ) -> Mapping[Phase, float]:
        overall = info.data.get("overall", {})
        for phase, rate in unauthorised.items():
            if phase in overall and rate >= overall[phase]:
                raise ValueError(f"`unauthorised` of {phase} is as high as `overall`, or higher")
        return unauthorised

    @property
    def starts(self) -> int:
        """The autumn in which its school year begins."""
        return self.begins if self.begins is not None else int(self.year[:4])

    @property
    def of_2024(self) -> bool:
        """Whether its registers are kept by the code list of 19 August 2024."""
        return self.starts >= 2024
