"""A theme's logo stands in every format that can show one."""

from __future__ import annotations

import re
import struct
import zlib
from pathlib import Path

import pytest

from fingerpost_visualiser import Options, ThemeError, draw, read_theme
from fingerpost_visualiser.drawing import ENDINGS
from fingerpost_visualiser.views.pathway import pathway_view
from tests.visualiser.markup import parsed
from tests.visualiser.shipped import england

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
WIDE, HIGH = 300, 100


def png() -> bytes:
    """A dark blue picture, three times as wide as high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = (b"\0" + b"\x0b\x3d\x66" * WIDE) * HIGH
    head = struct.pack(">IIBBBBB", WIDE, HIGH, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def themed(folder: Path, logo: bytes) -> Options:
    (folder / "logo.png").write_bytes(logo)
    theme = folder / "theme.yaml"
    theme.write_text("logo: logo.png\n", encoding="utf-8")
    return Options(theme=read_theme(theme), paper="a4")


def streams(pdf: bytes) -> list[tuple[bytes, bytes]]:
    """Each stream of a PDF, unpacked, behind the dictionary that describes it."""
    found = re.findall(rb"<<((?:(?!<<|>>).)*)>>\s*stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return [(said, zlib.decompress(data)) for said, data in found if b"FlateDecode" in said]


def test_the_logo_is_painted_on_the_page_of_a_pdf(tmp_path: Path) -> None:
    scene = pathway_view(england(), "unpaid_notice")
    draw(scene, tmp_path / "with.pdf", themed(tmp_path, png()))
    draw(scene, tmp_path / "without.pdf", Options(paper="a4"))
    found = streams((tmp_path / "with.pdf").read_bytes())
    (picture,) = [data for said, data in found if b"/Subtype /Image" in said]
    assert picture == b"\x0b\x3d\x66" * (WIDE * HIGH), "every dot of it, in its own colour"
    (page,) = [data for said, data in found if b"/Subtype" not in said and b" Do\n" in data]
    number = rb"(-?[\d.]+)"
    (painted,) = re.findall(rb" ".join([number] * 6) + rb" cm\s+(?:/\w+ gs )?/x\d+ Do", page)
    width, _, _, height, left, _ = map(float, painted)
    assert width / abs(height) == pytest.approx(WIDE / HIGH, rel=0.01), "not squeezed"
    assert width > 72, "an inch at least"
    assert 0 < left < 842 - width, "inside A4"
    assert not [said for said, _ in streams((tmp_path / "without.pdf").read_bytes()) if b"/Image" in said]


def test_the_logo_travels_in_svg_and_html(tmp_path: Path) -> None:
    scene = pathway_view(england(), "unpaid_notice")
    options = themed(tmp_path, png())
    (image,) = parsed(ENDINGS[".svg"](scene, options)).iter(f"{SVG}image")
    assert image.get(f"{XLINK}href", "").startswith("data:image/png;base64,")
    assert ENDINGS[".html"](scene, options).count(b"data:image/png;base64,") == 1


def test_a_logo_that_is_no_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"the logo `logo\.png` should be a PNG or JPEG beside it"):
        themed(tmp_path, b"not a picture")
