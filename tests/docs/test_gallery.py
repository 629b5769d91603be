"""The gallery of the manual is what `python -m fingerpost_cli.gallery docs/gallery` makes today."""

from __future__ import annotations

from pathlib import Path

from fingerpost_cli.gallery import page, shown
from fingerpost_visualiser.text import markdown
from tests.visualiser import readers

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"
AGAIN = "run `python -m fingerpost_cli.gallery docs/gallery`"


def test_the_gallery_is_up_to_date() -> None:
    """Page and words to the letter; of the pictures what they say, because letters are drawn by Graphviz."""
    pictures = list(shown())
    assert (GALLERY / "README.md").read_text(encoding="utf-8") == page(pictures), AGAIN
    wanted = {"README.md"}
    for one in pictures:
        assert (GALLERY / f"{one.name}.md").read_text(encoding="utf-8") == markdown(one.scene), AGAIN
        svg = readers.of_svg((GALLERY / f"{one.name}.svg").read_bytes(), one.scene)
        said = {box.name: readers.bare(". ".join(box.lines)) for box in one.scene.boxes()}
        assert svg.boxes == said, AGAIN
        assert svg.arrows == readers.of_scene(one.scene).arrows, AGAIN
        wanted |= {f"{one.name}.md", f"{one.name}.svg"}
    assert {path.name for path in GALLERY.iterdir()} == wanted, AGAIN
