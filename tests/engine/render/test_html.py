"""The page for printing is whole by itself, and lets no text become markup."""

from dataclasses import replace
from html.parser import HTMLParser

from fingerpost.explain import Explanation
from fingerpost.render.html import officer_html, parent_html
from tests.engine.render.made import decision, england, explained

_VOID = {"meta", "br"}


class Balanced(HTMLParser):
    """Notes tags that are not closed in order, and whatever is fetched from elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.problems: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)
        self.problems += [f"{tag} {name}" for name, _ in attrs if name in ("src", "href", "onclick")]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"/{tag}")


def problems(page: str) -> list[str]:
    parser = Balanced()
    parser.feed(page)
    return parser.problems + parser.open


def test_pages_are_well_formed_and_fetch_nothing() -> None:
    """Every tag is closed, and nothing comes from the network."""
    assert problems(officer_html([explained("P0412"), explained("P0118")], england())) == []
    assert problems(parent_html(explained("P0412"), england())) == []


def test_text_never_becomes_markup() -> None:
    """An id with markup in it is shown as it is."""
    hostile = replace(decision("P0412"), id="<script>alert(1)</script>")
    page = officer_html([Explanation(decision=hostile, endings=(), not_now=())], england())
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
