"""How pictures look: one place for colours, letters and a logo, with the contrast that they must keep.

Nothing is told by colour alone. What a rule asks is told by its outline (double, single, dashed) and in
words; a bar is an eight-sided sign in words. Colours are light fills behind near-black letters, so that a
black-and-white copier loses nothing. Shapes are ours (`SHAPES`); colours are a theme's, and a council may set
its own by a small YAML file (`read_theme`), which is held to the same contrast.

The dark colours of the HTML page are made from a theme's light ones (`dark`): the hue stays.
"""

from __future__ import annotations

import colorsys
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import cast

import yaml

FONTS = Path(__file__).with_name("fonts")
FONT = "Atkinson Hyperlegible"
"""Made by the Braille Institute for readers with low vision; SIL Open Font Licence, see `fonts/OFL.txt`."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_LETTERS = 4.5
_OUTLINES = 3.0
_SHOWN = 3
_LOGOS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
"""How a logo's file begins, by its ending."""


class ThemeError(ValueError):
    """A theme that cannot be used; the message says what is wrong in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """Outline and form of one kind of box."""

    style: str
    form: str = "box"
    outlines: int = 1
    width: float = 1.5
    margin: str = "0.08,0.06"


@dataclass(frozen=True, slots=True)
class Colours:
    """Fill and outline of one kind of box."""

    fill: str
    line: str


SHAPES: Mapping[str, Shape] = {
    "must": Shape(style="filled", outlines=2, width=2),
    "should": Shape(style="filled,rounded", width=2),
    "may": Shape(style="filled,rounded,dashed", width=2),
    "must not": Shape(style="filled,bold", outlines=2, width=3),
    "should not": Shape(style="filled,rounded,bold", width=3),
    "bar": Shape(style="filled", form="octagon", width=2.5),
    "gate": Shape(style="filled,rounded", width=1, margin="0.06,0.03"),
    "join": Shape(style="filled", form="circle", width=1, margin="0.01"),
    "stopped": Shape(style="filled", form="circle", width=1, margin="0.01"),
    "start": Shape(style="filled", form="circle", margin="0.03"),
    "entry": Shape(style="filled,rounded", width=4),
    "tier": Shape(style="filled", form="box", width=2.5),
    "plain": Shape(style="filled,rounded", width=1),
    "now": Shape(style="filled", outlines=3, width=3),
    "done": Shape(style="filled,rounded", width=1),
    "quiet": Shape(style="filled,rounded,dotted", width=1.5),
    # What changed is told by a word: an outline would say that it must, should or may be done.
    "added": Shape(style="filled", width=1),
    "removed": Shape(style="filled", width=1),
    "changed": Shape(style="filled", width=1),
}
"""The shapes of boxes, by the name of their look; each look has colours of the same name in a theme."""

_COLOURS: Mapping[str, Colours] = {
    "must": Colours("#dbe9f6", "#0b3d66"),
    "should": Colours("#e4f1e1", "#1e5631"),
    "may": Colours("#fff6d6", "#6b4e00"),
    "must not": Colours("#fbe3e1", "#8a1c12"),
    "should not": Colours("#fbe3e1", "#8a1c12"),
    "bar": Colours("#fbe3e1", "#8a1c12"),
    "gate": Colours("#ffffff", "#767676"),
    "join": Colours("#ffffff", "#1b1b1b"),
    "stopped": Colours("#ffffff", "#8a1c12"),
    "start": Colours("#1b1b1b", "#1b1b1b"),
    "entry": Colours("#ffffff", "#1b1b1b"),
    "tier": Colours("#e9e4f5", "#3f2a7a"),
    "plain": Colours("#ffffff", "#767676"),
    "now": Colours("#ffe9b8", "#5a3d00"),
    "done": Colours("#e6e6e3", "#595959"),
    "quiet": Colours("#ffffff", "#767676"),
    "added": Colours("#dcefe6", "#0f5a3a"),
    "removed": Colours("#fbe3e1", "#8a1c12"),
    "changed": Colours("#fff6d6", "#6b4e00"),
}

MEANINGS = {
    "must": "has to be done",
    "should": "expected, unless there is good reason",
    "may": "allowed, for a person to decide",
    "must not": "is forbidden",
    "should not": "not expected, unless there is good reason",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """The colours of letters, paper, lanes and boxes, and a logo beside the heading."""

    ink: str = "#1b1b1b"
    quiet: str = "#474747"
    paper: str = "#ffffff"
    lane: str = "#f5f5f2"
    lane_line: str = "#767676"
    boxes: Mapping[str, Colours] = field(default_factory=lambda: dict(_COLOURS))
    logo: Path | None = None

    def colours(self, look: str) -> Colours:
        """The colours of a look."""
        return self.boxes[look]


PLAIN = Theme()
"""The theme where none is given."""


def read_theme(path: Path) -> Theme:
    """A theme from YAML: `ink`, `paper` and others as `"#rrggbb"`, `boxes` by look, `logo` a picture.

    Raises `ThemeError` for a key or colour that is none, for letters or outlines that cannot be told from
    what lies behind them, and `OSError` where the file cannot be read.
    """
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ThemeError(f"the theme {path.name} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(said, dict):
        raise ThemeError(f'{path.name} should hold keys such as `ink: "#1b1b1b"`')
    theme = _read(said, path)
    wrong = list(too_faint(theme))
    if wrong:
        more = f"; and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise ThemeError(
            f"the theme {path.name} cannot be read by everybody: {'; '.join(wrong[:_SHOWN])}{more}"
        )
    return theme


def _read(said: Mapping[object, object], path: Path) -> Theme:
    plain = [one.name for one in fields(Theme) if one.name not in ("boxes", "logo")]
    theme = PLAIN
    for key, value in said.items():
        match key:
            case str() if key in plain:
                theme = replace(theme, **{key: _colour(value, key, path)})  # type: ignore[arg-type]  # by name
            case "boxes" if isinstance(value, dict):
                theme = replace(theme, boxes={**theme.boxes, **_boxes(value, theme, path)})
            case "logo" if isinstance(value, str):
                theme = replace(theme, logo=_logo(path.parent / value, path))
            case _:
                known = ", ".join(f"`{name}`" for name in (*plain, "boxes", "logo"))
                raise ThemeError(f"the theme {path.name}: `{key}` is not as it should be; there is {known}")
    return theme


def _boxes(said: Mapping[object, object], theme: Theme, path: Path) -> dict[str, Colours]:
    read = {}
    for look, colours in said.items():
        if look not in theme.boxes or not isinstance(colours, dict) or not set(colours) <= {"fill", "line"}:
            known = ", ".join(f"`{name}`" for name in theme.boxes)
            raise ThemeError(
                f"the theme {path.name}: `{look}` should be one of {known}, with `fill` and `line`"
            )
        before = theme.boxes[cast(str, look)]
        read[cast(str, look)] = Colours(
            _colour(colours.get("fill", before.fill), f"{look} fill", path),
            _colour(colours.get("line", before.line), f"{look} line", path),
        )
    return read


def _colour(value: object, key: str, path: Path) -> str:
    if not isinstance(value, str) or _COLOUR.fullmatch(value) is None:
        raise ThemeError(f'the theme {path.name}: `{key}` should be a colour such as "#1b1b1b", in quotes')
    return value.lower()


def _logo(logo: Path, path: Path) -> Path:
    begins = _LOGOS.get(logo.suffix.lower())
    if begins is None or not logo.is_file() or not logo.read_bytes().startswith(begins):
        raise ThemeError(f"the theme {path.name}: the logo `{logo.name}` should be a PNG or JPEG beside it")
    return logo.resolve()


def too_faint(theme: Theme) -> Iterator[str]:
    """What cannot be told apart well enough after WCAG 2.2 AA: letters 4.5 to 1, outlines 3 to 1.

    >>> list(too_faint(PLAIN))
    []
    """
    for behind, name in ((theme.paper, "paper"), (theme.lane, "lane")):
        yield from _faint(theme.ink, behind, f"`ink` on `{name}`", _LETTERS)
        yield from _faint(theme.quiet, behind, f"`quiet` on `{name}`", _LETTERS)
    yield from _faint(theme.lane_line, theme.paper, "`lane_line` on `paper`", _OUTLINES)
    for look, colours in theme.boxes.items():
        letters = theme.paper if look == "start" else theme.ink
        yield from _faint(letters, colours.fill, f"letters on `{look}`", _LETTERS)
        if look not in ("start", "join"):
            yield from _faint(theme.quiet, colours.fill, f"quiet letters on `{look}`", _LETTERS)
            yield from _faint(colours.line, colours.fill, f"the outline of `{look}` on its fill", _OUTLINES)
        yield from _faint(colours.line, theme.lane, f"the outline of `{look}` on `lane`", _OUTLINES)


def _faint(one: str, other: str, what: str, least: float) -> Iterator[str]:
    found = contrast(one, other)
    if found < least:
        yield f"{what} has a contrast of {found:.1f} to 1, and needs {least:g}"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours after WCAG 2: from 1 to 21; letters need 4.5, outlines 3.

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def dark(theme: Theme) -> Theme:
    """A theme for dark rooms: light letters on dark paper, hues as they were.

    >>> list(too_faint(dark(PLAIN)))
    []
    """
    paper, lane = "#16181b", "#202327"
    return replace(
        theme,
        ink="#f2f2f0",
        quiet="#cfcfcb",
        paper=paper,
        lane=lane,
        lane_line="#9a9a98",
        boxes={
            look: Colours("#f2f2f0", "#f2f2f0")
            if look == "start"
            else Colours(_of_lightness(one.fill, 0.17), _of_lightness(one.line, 0.74))
            for look, one in theme.boxes.items()
        },
    )


def _of_lightness(colour: str, lightness: float) -> str:
    """The hue of a colour, as light as that; what was nearly grey stays so."""
    hue, _, saturation = colorsys.rgb_to_hls(*_channels(colour))
    channels = colorsys.hls_to_rgb(hue, lightness, min(saturation, 0.45))
    return "#" + "".join(f"{round(value * 255):02x}" for value in channels)
