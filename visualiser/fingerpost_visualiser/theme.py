"""How pictures look: one place for colours, letters and sizes, with the contrast that they must keep.

Nothing is told by colour alone. What a step asks is told by its outline (double, single, dashed) and in
words; a bar is an eight-sided sign in words. Colours are light fills behind near-black letters, so that a
black-and-white copier loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FONTS = Path(__file__).with_name("fonts")
FONT = "Atkinson Hyperlegible"
"""Made by the Braille Institute for readers with low vision; SIL Open Font Licence, see `fonts/OFL.txt`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Fill, outline and shape of one kind of box."""

    fill: str
    line: str
    style: str
    shape: str = "box"
    outlines: int = 1
    width: float = 1.5
    margin: str = "0.08,0.06"


INK = "#1b1b1b"
QUIET = "#474747"
PAPER = "#ffffff"
LANE = "#f5f5f2"
LANE_LINE = "#767676"

MUST = Look(fill="#dbe9f6", line="#0b3d66", style="filled", outlines=2, width=2)
SHOULD = Look(fill="#e4f1e1", line="#1e5631", style="filled,rounded", width=2)
MAY = Look(fill="#fff6d6", line="#6b4e00", style="filled,rounded,dashed", width=2)
MUST_NOT = Look(fill="#fbe3e1", line="#8a1c12", style="filled", outlines=2, width=2)
SHOULD_NOT = Look(fill="#fbe3e1", line="#8a1c12", style="filled,rounded", width=2)
BAR = Look(fill="#fbe3e1", line="#8a1c12", style="filled", shape="octagon", width=2.5)
GATE = Look(fill=PAPER, line=LANE_LINE, style="filled,rounded", width=1, margin="0.06,0.03")
JOIN = Look(fill=PAPER, line=INK, style="filled", shape="circle", width=1, margin="0.01")
START = Look(fill=INK, line=INK, style="filled", shape="circle", margin="0.03")

LOOKS = {"must": MUST, "should": SHOULD, "may": MAY, "must not": MUST_NOT, "should not": SHOULD_NOT}

MEANINGS = {
    "must": "has to be done",
    "should": "expected, unless there is good reason",
    "may": "allowed, for a person to decide",
    "must not": "is forbidden",
    "should not": "not expected, unless there is good reason",
}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours after WCAG 2: from 1 to 21; letters need 4.5, outlines 3.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
