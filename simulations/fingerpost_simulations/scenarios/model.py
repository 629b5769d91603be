"""A scenario: whose pupils, which policies, what staff do and have time for, how families respond, and when.

Every assumption has a place of its own here, with a value that assumes nothing, so that a report can list
them all. What is not said is not assumed: without `families` nobody's attendance changes, without `records`
nobody's judgement is made up, and without `staff` there is always time.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import chain
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fingerpost_simulations.scenarios.parts import Day, Share, Weeks, Words

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""The name of something that the policy declares."""


class Part(BaseModel):
    """A part of a scenario: a key that nobody knows is a mistake, and nothing changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Pupils(Part):
    """Whose attendance it is: made up here, or your own. One of the three."""

    school: Literal["hillview"] | None = Field(
        default=None, description="A made-up school that comes with Fingerpost."
    )
    history: str | None = Field(
        default=None, description="Your own: the folder or file of a history, from where the scenario lies."
    )
    made_up: Mapping[str, object] | None = Field(
        default=None,
        description="A made-up population: how many pupils, like which year, and what it is like.",
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(one is not None for one in (self.school, self.history, self.made_up)) != 1:
            raise ValueError("say whose attendance it is by one of `school`, `history` and `made_up`")
        return self


class PolicyOf(Part):
    """A policy to be tried, with thresholds changed or not."""

    name: str = Field(max_length=40, description="What the report calls it.")
    policy: str = Field(description="A path, or the version of one that is shipped: `england@2024.08`.")
    change: Mapping[Name, str] = Field(
        default={}, description="Thresholds to change for this simulation, by name: `at_risk_from: 3%`."
    )


class Staff(Part):
    """How much time a role has. A role that is not named has all the time that is needed."""

    role: Name
    minutes_a_week: Annotated[int, Field(ge=0, le=10_000_000)]
    for_each: Literal["school", "100 pupils", "authority"] = Field(
        default="school",
        description=(
            "Per school, per hundred pupils of a school, or for all schools of an authority together."
        ),
    )


class Doing(Part):
    """How much of what is asked is done, and when."""

    done: Share = Field(default=Fraction(1), description="Of what is asked, the share that is ever done.")
    after: Weeks = Field(default=(0, 0), description="How long until somebody gets to it, if there is time.")


class Work(Doing):
    """What staff do with what the policy recommends."""

    may: Share = Field(
        default=Fraction(0), description="Of what staff may do, and need not, the share that is done."
    )
    exceptions: Mapping[Name, Doing] = Field(
        default={}, description="Actions and steps for which it is otherwise, by name."
    )


class Record(Part):
    """What is put on record once something was done: a judgement, another event, a field of the event."""

    when: Name = Field(description="The event after which it is recorded.")
    after: Weeks = Field(default=(0, 0), description="How long after the event.")
    also: Words = Field(default=(), description="Other events that are recorded with it.")
    fact: Name | None = Field(default=None, description="A fact that is recorded.")
    field: Name | None = Field(default=None, description="A field of the event itself.")
    values: Mapping[str, Share] = Field(
        default={}, alias="is", description="What is recorded, and how often: shares that make 100%."
    )
    if_mostly: Words = Field(
        default=(),
        description=(
            "Only if at least half of the unauthorised absence of ten weeks before has one of these codes."
        ),
    )
    unless_mostly: Words = Field(default=(), description="Only if it has not.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum((bool(self.also), self.fact is not None, self.field is not None)) != 1:
            raise ValueError("say what is recorded by one of `also`, `fact` and `field`")
        if not self.also and sum(self.values.values()) != 1:
            raise ValueError("the shares in `is` must make 100%")
        return self


class Effect(Part):
    """How some of the families respond."""

    families: Share
    fewer_absences: Share = Field(description="So many of their later absences become attendance.")


class Response(Part):
    """How families respond to support or to a warning: an assumption, which the report repeats."""

    after: Words = Field(description="The events after which families respond, each family once.")
    assumption: Annotated[str, Field(min_length=10)] = Field(
        description="Why you assume it, in words that a governor understands."
    )
    effect: tuple[Effect, ...] = Field(min_length=1)
    lasts: Weeks = Field(default=(12, 12), description="For how long.")
    codes: Words = Field(
        default=("I", "O", "N", "U"), description="The codes of absence that can become attendance."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sum(one.families for one in self.effect) > 1:
            raise ValueError("the shares of families make more than 100%")
        return self


class Sweep(Part):
    """The whole run again for each of several values of one threshold, of the first policy."""

    threshold: Name
    values: tuple[str, ...] = Field(min_length=2, max_length=20)


class Scenario(Part):
    """What a simulation is to find out, and everything that it assumes."""

    title: str = Field(max_length=120)
    question: str = Field(default="", description="What you want to know, in your own words.")
    pupils: Pupils
    first: Day = Field(alias="from", description="The first day of the run.")
    last: Day = Field(alias="until", description="The last day of the run.")
    seeds: Annotated[int, Field(ge=1, le=1_000)] = Field(
        default=5, description="How often everything that is left to chance is drawn anew."
    )
    first_seed: Annotated[int, Field(ge=0, le=2**31)] = 1
    policies: tuple[PolicyOf, ...] = Field(min_length=1, max_length=6)
    staff: tuple[Staff, ...] = ()
    minutes: Mapping[Name, Annotated[int, Field(ge=0, le=100_000)]] = Field(
        default={}, description="Minutes of staff time for an action or step, by name."
    )
    other_minutes: Annotated[int, Field(ge=0, le=100_000)] = Field(
        default=15, description="Minutes for every action that `minutes` does not name."
    )
    work: Work = Work()
    records: tuple[Record, ...] = ()
    families: tuple[Response, ...] = ()
    sweeps: tuple[Sweep, ...] = Field(default=(), max_length=6)
    groups: Words = Field(
        default=(),
        description=(
            "Compare pupils by these: facts of the policy, and `phase`, `year_group`, `school` and `sex`."
        ),
    )
    small_numbers: Annotated[int, Field(ge=1, le=100)] = Field(
        default=10,
        description="In tables by group about your own pupils, counts below this are held back.",
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("`until` is before `from`")
        names = [one.name for one in self.policies]
        if len(set(names)) < len(names):
            raise ValueError("two policies have the same name; give each its own")
        return self

    @property
    def has_effect(self) -> bool:
        """Whether anything is assumed that changes attendance."""
        return any(one.fewer_absences and one.families for one in self.effects)

    @property
    def effects(self) -> tuple[Effect, ...]:
        """All effects of all responses."""
        return tuple(chain.from_iterable(one.effect for one in self.families))

    @property
    def is_own(self) -> bool:
        """Whether the pupils are somebody's own, not made up."""
        return self.pupils.history is not None
