"""The bundled font for pictures that carry it: only the letters that they show, as CSS.

A whole face weighs 54 kB and every picture needs two, so a picture gets the letters it shows and no others.
Hints for the dots of old screens are left out as well: pictures are drawn at any size. The same letters give
the same bytes: fontTools keeps the font's own date and the order of its glyphs.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from io import BytesIO
from xml.etree import ElementTree as ET

from fingerpost_visualiser.theme import FONT, FONTS

_TEXT = "{http://www.w3.org/2000/svg}text"
_FACES = {"normal": "Regular", "bold": "Bold"}
_FALLING_BACK = f'text {{ font-family: "{FONT}", Verdana, "DejaVu Sans", sans-serif; }}'


def letters_of(svg: ET.Element) -> Mapping[str, frozenset[str]]:
    """The letters that a picture shows, by weight."""
    shown: dict[str, set[str]] = {weight: set() for weight in _FACES}
    for text in svg.iter(_TEXT):
        weight = "bold" if text.get("font-weight") == "bold" else "normal"
        shown[weight].update("".join(text.itertext()))
    return {weight: frozenset(letters) for weight, letters in shown.items()}


def style(letters: Mapping[str, frozenset[str]]) -> str:
    """CSS that brings the bundled font with these letters of each weight; of no letters, no face."""
    faces = [_face(weight, letters[weight]) for weight in _FACES if letters.get(weight)]
    return "\n".join((*faces, _FALLING_BACK))


def _face(weight: str, letters: frozenset[str]) -> str:
    data = base64.b64encode(subset(_FACES[weight], letters)).decode("ascii")
    source = f'url("data:font/ttf;base64,{data}") format("truetype")'
    return f'@font-face {{ font-family: "{FONT}"; font-weight: {weight}; src: {source}; }}'


@cache
def subset(face: str, letters: frozenset[str]) -> bytes:
    """The face `Regular` or `Bold` with these letters alone, as far as it has them."""
    from fontTools import subset as tools
    from fontTools.ttLib import TTFont

    font = TTFont(FONTS / f"AtkinsonHyperlegible-{face}.ttf", recalcTimestamp=False)
    keeping = tools.Subsetter(tools.Options(hinting=False))
    keeping.populate(unicodes=sorted(map(ord, letters)))
    keeping.subset(font)
    packed = BytesIO()
    font.save(packed)
    return packed.getvalue()
