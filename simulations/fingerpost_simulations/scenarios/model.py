"""A scenario: whose pupils, which policies, what staff do and have time for, how families respond, and when.

Every assumption has a place of its own here, with a value that assumes nothing, so that a report can list
them all. What is not said is not assumed: without `families` nobody's attendance changes, without `records`
nobody's judgement is made up, and without `staff` there is always time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from fractions import Fraction
from itertools import chain
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from fingerpost_simulations.scenarios.parts import Day, Share, Weeks, Words

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
"""The name of something that the policy declares."""

FOR_THE_REST: Final = "for the rest"
"""The context in which values that only contradict each other are taken as they are: it was told before."""


def _contradiction(message: str, info: ValidationInfo) -> None:
    """A value that can be read, and does not fit those before it."""
    if info.context != FOR_THE_REST:
        raise ValueError(message)


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
        validate_default=True,
        description="A made-up population: how many pupils, like which year, and what it is like.",
    )

    @field_validator("made_up")
    @classmethod
    def _one(cls, made_up: object, info: ValidationInfo) -> object:
        before = info.data
        if {"school", "history"} <= before.keys():
            said = (before["school"], before["history"], made_up)
            if sum(one is not None for one in said) != 1:
                _contradiction("say whose attendance it is by one of `school`, `history` and `made_up`", info)
        return made_up


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
    field: Name | None = Field(
        default=None, validate_default=True, description="A field of the event itself."
    )
    values: Mapping[str, Share] = Field(
        default={},
        validate_default=True,
        alias="is",
        description="What is recorded, and how often: shares that make 100%.",
    )
    if_mostly: Words = Field(
        default=(),
        description=(
            "Only if at least half of the unauthorised absence of ten weeks before has one of these codes."
        ),
    )
    unless_mostly: Words = Field(default=(), description="Only if it has not.")

    @field_validator("field")
    @classmethod
    def _one(cls, field: object, info: ValidationInfo) -> object:
        before = info.data
        if {"also", "fact"} <= before.keys():
            said = (bool(before["also"]), before["fact"] is not None, field is not None)
            if sum(said) != 1:
                _contradiction("say what is recorded by one of `also`, `fact` and `field`", info)
        return field

    @field_validator("values")
    @classmethod
    def _all(cls, values: Mapping[str, Fraction], info: ValidationInfo) -> Mapping[str, Fraction]:
        if info.data.get("also") == () and sum(values.values()) != 1:
            _contradiction("the shares in `is` must make 100%", info)
        return values


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

    @field_validator("effect")
    @classmethod
    def _whole(cls, effect: tuple[Effect, ...], info: ValidationInfo) -> tuple[Effect, ...]:
        if sum(one.families for one in effect) > 1:
            _contradiction("the shares of families make more than 100%", info)
        return effect


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

    @field_validator("last")
    @classmethod
    def _in_order(cls, last: dt.date, info: ValidationInfo) -> dt.date:
        if "first" in info.data and last < info.data["first"]:
            _contradiction("`until` is before `from`", info)
        return last

    @field_validator("policies")
    @classmethod
    def _told_apart(cls, policies: tuple[PolicyOf, ...], info: ValidationInfo) -> tuple[PolicyOf, ...]:
        names = [one.name for one in policies]
        if len(set(names)) < len(names):
            _contradiction("two policies have the same name; give each its own", info)
        return policies

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
