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
from fingerpost_simulations.people.spec import PHASES, Groups, Phase, Spec, groups_of
from fingerpost_simulations.people.targets import IS_AUTHORISED, Beside, Target, moved, phase_shares
from fingerpost_simulations.people.years import SchoolYear, school_year

REFERENCE: Final = {Phase.PRIMARY: 0.44, Phase.SECONDARY: 0.44, Phase.SPECIAL: 0.12}
"""The phases of a reference population: enough of each."""
REFERENCE_SEED: Final = 1944
_STRONGER: Final = {Reason.UNAUTHORISED: 1.9, Reason.OTHER_LEAVE: 1.9, Reason.ILLNESS: 1.2}
"""How strongly a rate is corrected, where part of it is the disengaged pupils', which it does not move."""
_GAIN: Final = np.array([_STRONGER.get(reason, 1.0) for reason in REASONS])
_OF_WEEKS, _OF_TERMS, _OF_WEEKDAYS, _OF_GROUPS = 1.2, 1.8, 2.2, 1.2
"""The same of when spells begin, and for whom: absence moves less than they do, for spells outlast the day or
the week in which they begin, and disengaged pupils hardly heed either."""
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
        own = _as_in_mainstream(groups or groups_of(year), phase_shares(year))
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
            terms=np.ones((2, len(PHASES), 3)),
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
    possible, missed = _by_session(counts, target.shares)
    return replace(
        rates,
        weeks=_weeks(rates.weeks, possible, missed, counts, target),
        terms=_terms(rates, possible, missed, counts, target),
        weekdays=_weekdays(rates.weekdays, counts, target),
    )


def _by_session(counts: Tally, shares: Numbers) -> tuple[Numbers, Numbers]:
    """Possible sessions by phase and session; of these, illness and all other absence.

    Phases are in England's proportions.
    """
    weights = shares / counts.sessions[:, 0].sum(axis=1)
    weighted = counts.sessions * weights[:, None, None]
    ill = weighted[:, :, REASONS.index(Reason.ILLNESS)]
    every = weighted[:, :, :PRESENT].sum(axis=2)
    return weighted[:, :, : PRESENT + 1].sum(axis=2), np.stack([ill, every - ill])


def _weeks(weeks: Numbers, possible: Numbers, missed: Numbers, counts: Tally, target: Target) -> Numbers:
    better = weeks.copy()
    sizes = np.bincount(counts.weeks).astype(float)
    there = np.bincount(counts.weeks, weights=possible.sum(axis=0))
    for place, of_class in enumerate(missed.sum(axis=1)):
        found = np.bincount(counts.weeks, weights=of_class) / there
        factor = target.weeks[place] / (found * there.sum() / of_class.sum())
        better[place] = np.clip(better[place] * np.clip(factor, 0.5, 2.0) ** _OF_WEEKS, 0.05, 8.0)
        better[place] /= np.average(better[place], weights=sizes)
    return better


def _terms(rates: Rates, possible: Numbers, missed: Numbers, counts: Tally, target: Target) -> Numbers:
    """A phase beside all phases in a term: the curve by week holds what is common to them."""
    better = rates.terms.copy()
    sums = [
        np.stack([of[..., counts.terms == term].sum(axis=-1) for term in range(3)])
        for of in (possible, missed)
    ]
    there, away = sums[0].T, sums[1].transpose(1, 2, 0)
    found = away / there / (away.sum(axis=2) / there.sum(axis=1))[..., None]
    better *= np.clip(target.terms / found, 0.7, 1.4) ** _OF_TERMS
    weights = away.sum(axis=2)[..., None]
    better /= (better * weights).sum(axis=1, keepdims=True) / weights.sum(axis=1, keepdims=True)
    return better


def _weekdays(weekdays: Numbers, counts: Tally, target: Target) -> Numbers:
    """Illness makes what authorised absence does in a week, staying away what unauthorised absence does."""
    better = weekdays.copy()
    days = np.stack(
        [counts.sessions[:, counts.weekdays == day].sum(axis=1) for day in range(WEEKDAYS)], axis=1
    )
    possible = days[:, :, : PRESENT + 1].sum(axis=2)
    for place, reasons in enumerate((IS_AUTHORISED, ~IS_AUTHORISED)):
        found = days[:, :, : len(REASONS)][:, :, reasons].sum(axis=2) / possible
        factor = target.weekdays[place] / (found / found.mean(axis=1, keepdims=True))
        better[place] *= np.clip(factor, 0.7, 1.4) ** _OF_WEEKDAYS
        better[place] /= better[place].mean(axis=1, keepdims=True)
    return better


# --- groups ---------------------------------------------------------------------------------------


def _effects(ratios: Mapping[str, Beside]) -> GroupEffects:
    return GroupEffects(**{name: _effect(one.authorised, one.unauthorised) for name, one in ratios.items()})


def _effect(authorised: float, unauthorised: float) -> Mapping[Reason, float]:
    return dict.fromkeys(AUTHORISED_LIKE, authorised) | dict.fromkeys(UNAUTHORISED_LIKE, unauthorised)


def _group_effects(effects: GroupEffects, counts: Tally, target: Target) -> GroupEffects:
    every = np.ones(len(counts.phases), dtype=np.bool_)
    found = {"fsm": counts.fsm, "support": counts.sen == 1, "plan": counts.sen == 2}
    weights = target.shares[counts.phases] / np.bincount(counts.phases, minlength=len(PHASES))[counts.phases]
    better = {}
    for name, group in found.items():
        before: Mapping[Reason, float] = getattr(effects, name)
        rates = {
            of: _rate(counts, of, every, weights, target.group_terms) for of in ("authorised", "unauthorised")
        }
        wanted = target.groups[name]
        scale = wanted.overall * sum(rates.values())
        scale /= wanted.authorised * rates["authorised"] + wanted.unauthorised * rates["unauthorised"]
        now = []
        for of, reason in (("authorised", Reason.ILLNESS), ("unauthorised", Reason.UNAUTHORISED)):
            aim = scale * getattr(wanted, of) * rates[of]
            factor = aim / _rate(counts, of, group, weights, target.group_terms)
            now.append(float(np.clip(before[reason] * factor**_OF_GROUPS, 0.3, 6.0)))
        better[name] = _effect(*now)
    return GroupEffects(**better)


def _rate(counts: Tally, of: str, chosen: np.ndarray, weights: Numbers, terms: slice) -> float:
    missed = getattr(counts, of)[chosen, terms].sum(axis=1) * weights[chosen]
    return float(missed.sum() / (counts.possible[chosen, terms].sum(axis=1) * weights[chosen]).sum())


# --- what is shipped ------------------------------------------------------------------------------


def fitted(spec: Spec) -> Fitted:
    """The numbers of the model for a spec: its published year's, moved to its own figures and calendar."""
    shipped = of_year(spec.year)
    if spec.overall or spec.unauthorised or spec.groups != groups_of(spec.year):
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
            {name: getattr(one, name) for name in ("illness", "away", "disengaged", "weekdays", "friday")}
            for one in fitted.shapes
        ],
        "effects": {
            group: {
                reason.value: round(factor, 4) for reason, factor in getattr(fitted.effects, group).items()
            }
            for group in ("fsm", "support", "plan")
        },
        "rates": {
            name: np.round(getattr(rates, name), 8).tolist()
            for name in ("wanted", "level", "disengaged", "weeks", "terms", "weekdays")
        },
    }
