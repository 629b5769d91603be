"""Rates that make a population like a published year, or like a school's or council's own figures."""

from __future__ import annotations

import numpy as np

from fingerpost_simulations.people.published import by_reason
from fingerpost_simulations.people.rates import REASONS, Fitted, GroupEffects, Rates, Shape
from fingerpost_simulations.people.spec import PHASES, Spec
from fingerpost_simulations.people.years import school_year


def fitted(spec: Spec) -> Fitted:
    """Those of a spec."""
    reasons = by_reason(spec.year if spec.year != "2018/19" else "2022/23")
    level = np.array([[reasons[phase][reason] for reason in REASONS] for phase in PHASES])
    for place, phase in enumerate(PHASES):
        if phase in spec.overall:
            level[place] *= spec.overall[phase] / level[place].sum()
    year = school_year(spec.starts)
    return Fitted(
        Rates(level / 0.93, np.ones((2, year.weeks[-1] + 1)), np.ones((3, 5))),
        (Shape(illness=0.8, away=1.6, together=0.6),) * 3,
        GroupEffects(fsm={}, support={}, plan={}),
        dict(zip(PHASES, (0.5464, 0.4345, 0.0191), strict=True)),
    )
