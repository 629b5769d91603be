"""Made-up pupils whose absence looks like England's: who they are, and the registers of their year.

>>> people = make_people(Spec(pupils=300, year="2023/24"), seed=7)
>>> people.ids[0], people.registers(slice(0, 2)).shape
(np.str_('SYN-0000001'), (2, 380))

`docs/made-up-pupils.md` says how it works and what it assumes; `docs/simulated-absence.md` holds it against
the published figures.
"""

from fingerpost_simulations.people.people import People, make_people
from fingerpost_simulations.people.save import SYNTHETIC
from fingerpost_simulations.people.spec import Groups, Phase, Registers, Spec

__all__ = ["SYNTHETIC", "Groups", "People", "Phase", "Registers", "Spec", "make_people"]
