"""Rates that make a population like a published year, or like a school's or council's own figures.

Rates are found by trying: a reference population is marked, its absence is counted, and each rate is raised
or lowered until the counts are what is wanted. Only overall absence, its reasons, its weeks and weekdays, and
the ratios of groups are ever compared; how many pupils are persistently or severely absent is not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from typing import Final

import numpy as np

from fingerpost_simulations.people.measure import PRESENT, Tally, tally
from fingerpost_simulations.people.people import People
from fingerpost_simulations.people.propensity import latent
from fingerpost_simulations.people.pupils import Who, who
from fingerpost_simulations.people.rates import (
    REASONS,
    WEEKDAYS,
    Fitted,
    GroupEffects,
    Numbers,
    Rates,
    Reason,
    Shape,
)
from fingerpost_simulations.people.spec import PHASES, Groups, Phase, Spec
from fingerpost_simulations.people.targets import IS_AUTHORISED, Target, moved, phase_shares
from fingerpost_simulations.people.years import SchoolYear, school_year

REFERENCE: Final = {Phase.PRIMARY: 0.44, Phase.SECONDARY: 0.44, Phase.SPECIAL: 0.12}
"""The phases of a reference population: enough of each."""
REFERENCE_SEED: Final = 1944
_STRONGER: Final = {Reason.UNAUTHORISED: 1.9, Reason.OTHER_LEAVE: 1.9, Reason.ILLNESS: 1.2}
"""How strongly a rate is corrected, where part of it is the disengaged pupils', which it does not move."""
_GAIN: Final = np.array([_STRONGER.get(reason, 1.0) for reason in REASONS])
UNAUTHORISED_LIKE: Final = (Reason.UNAUTHORISED, Reason.NOT_YET, Reason.LATE, Reason.EXCLUDED)
AUTHORISED_LIKE: Final = (Reason.ILLNESS, Reason.APPOINTMENT, Reason.OTHER_LEAVE)


@dataclass(frozen=True)
class Reference:
    """The pupils on whom rates are tried: the same for all tries."""

    spec: Spec
    people: Who
    year: SchoolYear

    @classmethod
    def of(cls, year: str, pupils: int, groups: Groups | None = None) -> Reference:
        """Reference pupils in the calendar of a published year."""
        own = _as_in_mainstream(groups or Groups(), phase_shares(year))
        spec = Spec.model_validate({"pupils": pupils, "year": year, "phases": REFERENCE, "groups": own})
        shares = tuple(REFERENCE[phase] for phase in PHASES)
        return cls(spec, who(spec, REFERENCE_SEED, shares), school_year(spec.starts))

    def marked(self, fitted: Fitted) -> Tally:
        """Their year's counts with some rates."""
        hidden = latent(self.people, REFERENCE_SEED, fitted)
        return tally(People(self.spec, REFERENCE_SEED, self.people, self.year, fitted, hidden))


def _as_in_mainstream(groups: Groups, shares: Numbers) -> Groups:
    """Shares that give the reference's mainstream schools as many plans and as much support as the spec's."""
    special, more = float(shares[PHASES.index(Phase.SPECIAL)]), REFERENCE[Phase.SPECIAL]
    plans = max(groups.care_plan - special, 0.0) / (1 - special)
    support = groups.sen_support / (1 - special)
    return groups.model_copy(
        update={"care_plan": more + plans * (1 - more), "sen_support": support * (1 - more)}
    )


def first_guess(target: Target, shapes: tuple[Shape, ...], year: SchoolYear) -> Fitted:
    """Rates from which trying may begin."""
    weeks = year.weeks[-1] + 1
    unauthorised = target.wanted[:, REASONS.index(Reason.UNAUTHORISED)]
    return Fitted(
        rates=Rates(
            wanted=target.wanted,
            level=target.wanted / 0.95,
            disengaged=np.array([shape.disengaged for shape in shapes]) * unauthorised,
            weeks=np.ones((2, weeks)),
            weekdays=np.ones((2, len(PHASES), WEEKDAYS)),
        ),
        shapes=shapes,
        effects=_effects(target.groups),
        phases=dict(zip(PHASES, target.shares.tolist(), strict=True)),
    )


def tried(fitted: Fitted, target: Target, reference: Reference, rounds: int) -> Fitted:
    """Better rates after some rounds of trying."""
    for _ in range(rounds):
        counts = reference.marked(fitted)
        fitted = replace(
            fitted,
            rates=_times_of_year(_levels(fitted.rates, counts), counts, target),
            effects=_group_effects(fitted.effects, counts, target),
        )
    return fitted


def _levels(rates: Rates, counts: Tally) -> Rates:
    found = _found(counts)
    factor = 1 + _GAIN * (rates.wanted / np.maximum(found, 1e-7) - 1)
    return replace(rates, level=np.clip(rates.level * np.clip(factor, 0.4, 2.2), 1e-9, None))


def _found(counts: Tally) -> Numbers:
    return np.array([counts.reasons(phase) for phase in range(len(PHASES))])


# --- weeks and weekdays ---------------------------------------------------------------------------


def _times_of_year(rates: Rates, counts: Tally, target: Target) -> Rates:
    ill, rest = _by_session(counts, target.shares)
    weeks = rates.weeks.copy()
    sizes = np.bincount(counts.weeks).astype(float)
    for place, missed in enumerate((ill, rest)):
        found = np.bincount(counts.weeks, weights=missed) / sizes
        factor = target.weeks[place] / (found / np.average(found, weights=sizes))
        weeks[place] *= np.clip(factor, 0.5, 2.0)
        weeks[place] = np.clip(weeks[place], 0.05, 8.0)
        weeks[place] /= np.average(weeks[place], weights=sizes)
    weekdays = rates.weekdays.copy()
    for phase in range(len(PHASES)):
        every = counts.by_session(counts.sessions[phase])
        ill = counts.by_session(counts.sessions[phase], Reason.ILLNESS)
        for place, missed in enumerate((ill, every - ill)):
            found = np.array([missed[counts.weekdays == day].mean() for day in range(WEEKDAYS)])
            factor = target.weekdays[place, phase] / (found / found.mean())
            weekdays[place, phase] *= np.clip(factor, 0.7, 1.4) ** 1.3
            weekdays[place, phase] /= weekdays[place, phase].mean()
    return replace(rates, weeks=weeks, weekdays=weekdays)


def _by_session(counts: Tally, shares: Numbers) -> tuple[Numbers, Numbers]:
    """Illness and all other absence in each session, of pupils in England's proportions."""
    ill = np.zeros(counts.sessions.shape[1])
    every = np.zeros_like(ill)
    for phase, share in enumerate(shares):
        possible = np.maximum(counts.sessions[phase, :, : PRESENT + 1].sum(axis=1), 1)
        ill += share * counts.sessions[phase, :, REASONS.index(Reason.ILLNESS)] / possible
        every += share * counts.sessions[phase, :, :PRESENT].sum(axis=1) / possible
    return ill, every - ill


# --- groups ---------------------------------------------------------------------------------------


def _effects(ratios: Mapping[str, tuple[float, float]]) -> GroupEffects:
    return GroupEffects(**{name: _effect(*ratio) for name, ratio in ratios.items()})


def _effect(authorised: float, unauthorised: float) -> Mapping[Reason, float]:
    return dict.fromkeys(AUTHORISED_LIKE, authorised) | dict.fromkeys(UNAUTHORISED_LIKE, unauthorised)


def _group_effects(effects: GroupEffects, counts: Tally, target: Target) -> GroupEffects:
    none = counts.sen == 0
    found = {
        "fsm": (counts.fsm, ~counts.fsm),
        "support": (counts.sen == 1, none),
        "plan": (counts.sen == 2, none),
    }
    weights = target.shares[counts.phases] / np.bincount(counts.phases, minlength=len(PHASES))[counts.phases]
    better = {}
    for name, (group, others) in found.items():
        before: Mapping[Reason, float] = getattr(effects, name)
        now = []
        for of, reason, wanted in (
            ("authorised", Reason.ILLNESS, target.groups[name][0]),
            ("unauthorised", Reason.UNAUTHORISED, target.groups[name][1]),
        ):
            ratio = _rate(counts, of, group, weights) / _rate(counts, of, others, weights)
            now.append(float(np.clip(before[reason] * (wanted / ratio) ** 1.2, 0.3, 6.0)))
        better[name] = _effect(*now)
    return GroupEffects(**better)


def _rate(counts: Tally, of: str, chosen: np.ndarray, weights: Numbers) -> float:
    missed = getattr(counts, of)[chosen].sum(axis=1) * weights[chosen]
    return float(missed.sum() / (counts.possible[chosen].sum(axis=1) * weights[chosen]).sum())


# --- what is shipped ------------------------------------------------------------------------------


def fitted(spec: Spec) -> Fitted:
    """The numbers of the model for a spec: its published year's, moved to its own figures and calendar."""
    shipped = of_year(spec.year)
    if spec.overall or spec.unauthorised or spec.groups != Groups():
        wanted = _own(shipped.rates.wanted, spec)
        key = json.dumps([spec.year, wanted.tolist(), spec.groups.model_dump()])
        shipped = _own_rates(key)
    if spec.starts != int(spec.year[:4]):
        here, there = school_year(int(spec.year[:4])), school_year(spec.starts)
        weeks = np.stack([moved(one, here, there) for one in shipped.rates.weeks])
        shipped = replace(shipped, rates=replace(shipped.rates, weeks=weeks))
    return shipped


def _own(wanted: Numbers, spec: Spec) -> Numbers:
    """The reasons of a school or council that gives its overall absence, or unauthorised absence too."""
    own = wanted.copy()
    for place, phase in enumerate(PHASES):
        row = own[place]
        if phase in spec.overall:
            np.multiply(row, spec.overall[phase] / row.sum(), out=row)
        if phase in spec.unauthorised:
            rest = row.sum() - spec.unauthorised[phase]
            if rest <= 0:
                raise ValueError(f"`unauthorised` of {phase} is as high as its overall absence, or higher")
            row[~IS_AUTHORISED] *= spec.unauthorised[phase] / row[~IS_AUTHORISED].sum()
            row[IS_AUTHORISED] *= rest / row[IS_AUTHORISED].sum()
    return own


OWN_PUPILS: Final = 12_000
OWN_ROUNDS: Final = 4


@lru_cache(maxsize=32)
def _own_rates(key: str) -> Fitted:
    """Rates for somebody's own figures, from those of the year: a few rounds on a small reference.

    By luck the reference's pupils are absent somewhat more or less than they should be. They are so with the
    year's rates, too, which were found on many more pupils: this tells how much of it is luck.
    """
    year, wanted, groups = json.loads(key)
    shipped = of_year(year)
    own = np.array(wanted)
    ratio = own / np.maximum(shipped.rates.wanted, 1e-9)
    unauthorised = REASONS.index(Reason.UNAUTHORISED)
    rates = replace(
        shipped.rates,
        wanted=own,
        level=shipped.rates.level * ratio,
        disengaged=np.minimum(shipped.rates.disengaged * ratio[:, unauthorised], 0.8),
    )
    reference = Reference.of(year, OWN_PUPILS, Groups.model_validate(groups))
    luck = _found(reference.marked(shipped)) / np.maximum(shipped.rates.wanted, 1e-9)
    found = replace(shipped, rates=replace(rates, wanted=own * np.where(own > 0, luck, 1.0)))
    for _ in range(OWN_ROUNDS):
        found = replace(found, rates=_levels(found.rates, reference.marked(found)))
    return replace(found, rates=replace(found.rates, wanted=own))


@lru_cache(maxsize=8)
def of_year(year: str) -> Fitted:
    """The numbers that are shipped for a published year."""
    with (files(__package__) / "fitted.json").open(encoding="utf-8") as text:
        return from_document(json.load(text)[year])


def from_document(said: dict[str, object]) -> Fitted:
    """Numbers from their JSON form."""
    rates = {name: np.array(values) for name, values in said["rates"].items()}  # type: ignore[attr-defined]
    effects = {
        group: {Reason(reason): factor for reason, factor in factors.items()}
        for group, factors in said["effects"].items()  # type: ignore[attr-defined]
    }
    return Fitted(
        rates=Rates(**rates),
        shapes=tuple(Shape(**shape) for shape in said["shapes"]),  # type: ignore[attr-defined]
        effects=GroupEffects(**effects),
        phases={Phase(phase): share for phase, share in said["phases"].items()},  # type: ignore[attr-defined]
    )


def to_document(fitted: Fitted) -> dict[str, object]:
    """Numbers as JSON, to six digits."""
    rates = fitted.rates
    return {
        "phases": {phase.value: round(share, 6) for phase, share in fitted.phases.items()},
        "shapes": [
            {"illness": one.illness, "away": one.away, "disengaged": one.disengaged} for one in fitted.shapes
        ],
        "effects": {
            group: {
                reason.value: round(factor, 4) for reason, factor in getattr(fitted.effects, group).items()
            }
            for group in ("fsm", "support", "plan")
        },
        "rates": {
            name: np.round(getattr(rates, name), 8).tolist()
            for name in ("wanted", "level", "disengaged", "weeks", "weekdays")
        },
    }
