"""From DOT to a picture: the one place that runs Graphviz.

Graphviz runs inside this process (the wheels of pygraphviz carry it), under one lock because its layout keeps
global state; where pygraphviz is missing, a `dot` on the PATH does the same. Letters come from the bundled
font: without a font Graphviz would draw boxes, or nothing, and say nothing about it. The font is named to
fontconfig by a file of ours, made at the first picture, that also lets the system's fonts stand in for
letters it has not.

What Graphviz and fontconfig print goes to a file meanwhile: an error in a label would leave a box without its
words, so it stops the picture; the rest is noise to the reader and is dropped.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from threading import Lock
from typing import IO
from xml.sax.saxutils import escape

from fingerpost_visualiser import theme
from fingerpost_visualiser.extras import CannotDrawError
from fingerpost_visualiser.layout import Spot

FORMATS = ("svg", "png", "pdf")
"""What `render` makes."""

_LOCK = Lock()
_POINTS = 72.0

_FONTS_CONF = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  {folders}
  <cachedir>{cache}</cachedir>
  <cachedir>/var/cache/fontconfig</cachedir>
  <config><rescan><int>0</int></rescan></config>
</fontconfig>
"""

_FONT_FOLDERS = (
    str(theme.FONTS),
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "WINDOWSFONTDIR",
)
"""Ours first; then where systems keep fonts, for letters that ours has not."""


def measure(dot: str) -> dict[str, Spot]:
    """Where the engine `dot` puts each node, and how large it is."""
    spots = {}
    for line in _run(dot, "plain", "dot").decode("utf-8").splitlines():
        if line.startswith("node "):
            name, *numbers = line.split(" ")[1:6]
            x, y, width, height = (float(number) * _POINTS for number in numbers)
            spots[name] = Spot(x, y, width, height)
    return spots


def render(dot: str, form: str) -> bytes:
    """A picture of DOT that says where everything stands, as `svg`, `png` or `pdf`."""
    return _run(dot, form, "nop2")


def _run(dot: str, form: str, engine: str) -> bytes:
    """Raises `CannotDrawError` where there is no Graphviz."""
    with _LOCK, _environment(), _stderr() as printed:
        if find_spec("pygraphviz") is not None:
            drawn = _in_process(dot, form, engine)
        elif which("dot") is not None:
            drawn = _with_program(dot, form, engine)
        else:
            raise CannotDrawError("drawing needs Graphviz: run `pip install 'fingerpost[draw]'`")
        printed.seek(0)
        errors = [line for line in printed.read().decode("utf-8", "replace").splitlines() if "Error:" in line]
    if errors:
        raise RuntimeError(f"Graphviz could not draw every label: {errors[0]}")
    return drawn


def _in_process(dot: str, form: str, engine: str) -> bytes:
    import pygraphviz

    drawn = pygraphviz.AGraph(string=dot).draw(format=form, prog=engine)
    assert isinstance(drawn, bytes)
    return drawn


def _with_program(dot: str, form: str, engine: str) -> bytes:
    import graphviz

    settled = engine == "nop2"  # which the program knows as `neato -n2`
    drawn = graphviz.Source(dot).pipe(
        engine="neato" if settled else engine, format=form, neato_no_op=2 if settled else None
    )
    assert isinstance(drawn, bytes)
    return drawn


@contextmanager
def _stderr() -> Iterator[IO[bytes]]:
    """What the C libraries print meanwhile, in a file; nothing is caught where there is no stderr."""
    with tempfile.TemporaryFile() as printed:
        kept = None
        with suppress(OSError):
            kept = os.dup(2)
            os.dup2(printed.fileno(), 2)
        try:
            yield printed
        finally:
            if kept is not None:
                os.dup2(kept, 2)
                os.close(kept)


@cache
def _fonts() -> tempfile.TemporaryDirectory[str]:
    """A folder with `fonts.conf`, kept until the process ends: fontconfig refers to it later."""
    folder = tempfile.TemporaryDirectory(prefix="fingerpost-fonts-")
    folders = "\n  ".join(f"<dir>{escape(one)}</dir>" for one in _FONT_FOLDERS)
    text = _FONTS_CONF.format(folders=folders, cache=escape(folder.name))
    Path(folder.name, "fonts.conf").write_text(text, encoding="utf-8")
    return folder


@contextmanager
def _environment() -> Iterator[None]:
    """The environment in which Graphviz finds the bundled font, put back afterwards."""
    before = os.environ.get("FONTCONFIG_FILE")
    os.environ["FONTCONFIG_FILE"] = str(Path(_fonts().name, "fonts.conf"))
    try:
        yield
    finally:
        if before is None:
            del os.environ["FONTCONFIG_FILE"]
        else:
            os.environ["FONTCONFIG_FILE"] = before
