"""A picture carries the letters of its font that it shows, and no others."""

from __future__ import annotations

import base64
import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from fingerpost_visualiser.letters import letters_of, style, subset
from fingerpost_visualiser.theme import FONTS
from tests.visualiser.markup import parsed
from tests.visualiser.test_formats import VIEWS, made, scene

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
WHOLE = {"normal": "Regular", "bold": "Bold"}


def whole(weight: str) -> TTFont:
    return TTFont(FONTS / f"AtkinsonHyperlegible-{WHOLE[weight]}.ttf")


def carried(text: str) -> dict[str, TTFont]:
    """The fonts in a file, by weight."""
    found = re.findall(r"font-weight: (\w+); src: url\(\"data:font/ttf;base64,([^\"]+)\"\)", text)
    return {weight: TTFont(BytesIO(base64.b64decode(data))) for weight, data in found}


def drawn_as(font: TTFont, letter: str) -> tuple[Any, Any]:
    """How wide a letter is, and its outline."""
    glyph = font.getBestCmap()[ord(letter)]
    return font["hmtx"][glyph][0], font["glyf"][glyph].getCoordinates(font["glyf"])[0]


@pytest.mark.parametrize("name", VIEWS)
def test_every_letter_that_is_shown_is_there_as_it_was(name: str) -> None:
    svg = made(scene(name), ".svg")
    fonts = carried(svg.decode())
    for weight, letters in letters_of(parsed(svg)).items():
        known = {letter for letter in letters if ord(letter) in whole(weight).getBestCmap()}
        assert set(map(chr, fonts[weight].getBestCmap())) == known
        for letter in known:
            assert drawn_as(fonts[weight], letter) == drawn_as(whole(weight), letter)


def test_a_page_has_every_letter_that_it_or_its_script_may_show() -> None:
    page = made(scene("nasty"), ".html").decode()
    letters = set(re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)) | set("0123456789%+−")
    for weight, font in carried(page).items():
        assert {letter for letter in letters if ord(letter) in whole(weight).getBestCmap()} <= set(
            map(chr, font.getBestCmap())
        )


def test_the_same_letters_are_the_same_bytes() -> None:
    first = subset("Bold", frozenset("Penalty notice £160"))
    subset.cache_clear()
    assert subset("Bold", frozenset("eciton ytlaneP 061£")) == first
    assert len(first) < 6_000


def test_no_letters_need_no_font() -> None:
    assert "@font-face" not in style({"normal": frozenset(), "bold": frozenset()})


def test_the_gallery_is_light() -> None:
    """It weighed 5.6 MB when every picture carried both faces whole."""
    assert sum(path.stat().st_size for path in GALLERY.iterdir()) < 2_500_000
