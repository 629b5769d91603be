"""Hillview Primary: a made-up school with two years of registers, to demonstrate and to test with.

Everything is drawn from a seed: 620 pupils on roll, their families, times on roll, marks with corrections,
and what the school wrote down about them. It stands for no school and no child, and its ids cannot be taken
for real ones. The rates come near to those of English primary schools in the same years, so that a work
list has a believable length.

It is made as a `History` at once, without files, and by layers: who is there (`people.py`), when the school
is open (`days.py`), what each register says (`marks.py`), what was done about it (`casework.py`), and a few
pupils whose story is the same whatever the seed (`named.py`).
"""

from fingerpost_simulations.hillview.days import FIRST_DAY, LAST_DAY
from fingerpost_simulations.hillview.named import STORIES
from fingerpost_simulations.hillview.school import NOTE, SEED, hillview
from fingerpost_simulations.hillview.stories import Story

__all__ = ["FIRST_DAY", "LAST_DAY", "NOTE", "SEED", "STORIES", "Story", "hillview"]
