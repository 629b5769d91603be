"""An amount of memory on the command line: `4GiB`, `800MB`."""

from __future__ import annotations

import re

import click

_SAID = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([KMGT])(i?)B?\s*", re.IGNORECASE)


class Memory(click.ParamType):  # type: ignore[type-arg]  # generic only in recent versions of click
    """Octets: a number with KB, MB, GB or TB (thousands), or KiB, MiB, GiB, TiB (of 1,024)."""

    name = "SIZE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """`4GiB` as a number of octets."""
        if isinstance(value, int):
            return value
        said = _SAID.fullmatch(str(value))
        if said is None:
            self.fail(f"`{value}` is no amount of memory: write it like 4GiB or 800MB.", param, ctx)
        number, unit, of_1024 = said.groups()
        power = "KMGT".index(unit.upper()) + 1
        return int(float(number) * (1024 if of_1024 else 1000) ** power)
