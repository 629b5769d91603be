"""Pages in a real browser: by keyboard alone, at twice the size, and what axe-core finds in them.

Skipped, with its reason, where Playwright or a Chromium is missing: `pip install 'fingerpost[browser]'` and
`playwright install chromium` bring them.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from fingerpost_visualiser import CannotDrawError, draw, extras
from fingerpost_visualiser.browser import chromium
from tests.visualiser.test_formats import VIEWS, scene

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

INSTALL = "`pip install 'fingerpost[browser]'` and `playwright install chromium`"
pytest.importorskip("playwright", reason=f"Playwright is not installed: {INSTALL}")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"axe is not installed: {INSTALL}")

SERIOUS = ("serious", "critical")
CHARTS = "timeline"
OTHERS = tuple(name for name in VIEWS if name != CHARTS)
WIDE, HIGH = 1280, 900


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    try:
        with chromium() as found:
            yield found
    except CannotDrawError as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pages")


@cache
def file_of(folder: Path, name: str) -> Path:
    path = folder / f"{sorted(VIEWS).index(name)}.html"
    draw(scene(name), path)
    return path


def opened(browser: Browser, pages: Path, name: str, **how: Any) -> Page:  # noqa: ANN401 - as Playwright has them
    view = browser.new_page(**{"viewport": {"width": WIDE, "height": HIGH}, **how})
    view.goto(file_of(pages, name).as_uri())
    return view


def focused(view: Page) -> str:
    """What has the focus: its name for a reader."""
    said: str = view.evaluate(
        "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )
    return said.strip()


def is_seen(view: Page) -> bool:
    """Whether what has the focus lies in the window, with nothing over its middle but itself."""
    seen: bool = view.evaluate(
        """() => {
          const one = document.activeElement, box = one.getBoundingClientRect();
          const frame = one.closest(".picture")?.getBoundingClientRect() ?? box;
          const left = Math.max(box.left, frame.left, 0), top = Math.max(box.top, frame.top, 0);
          const right = Math.min(box.right, frame.right, innerWidth);
          const bottom = Math.min(box.bottom, frame.bottom, innerHeight);
          if (right <= left || bottom <= top) return false;
          const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
          return one.contains(there) || there.contains(one);
        }"""
    )
    return seen


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing_serious(name: str, scheme: str, browser: Browser, pages: Path) -> None:
    view = opened(browser, pages, name, color_scheme=scheme)
    found = axe.Axe().run(view).response
    assert len(found["passes"]) > 10, "it did look"
    wrong = [
        (one["id"], one["nodes"][0]["html"][:200]) for one in found["violations"] if one["impact"] in SERIOUS
    ]
    view.close()
    assert wrong == []


def test_axe_would_find_something(browser: Browser) -> None:
    view = browser.new_page()
    view.set_content('<p style="color: #aaa; background: #fff">faint</p><img src="data:,">')
    found = {one["id"] for one in axe.Axe().run(view).response["violations"] if one["impact"] in SERIOUS}
    view.close()
    assert {"color-contrast", "image-alt"} <= found


@pytest.mark.parametrize("name", OTHERS)
def test_every_box_is_reached_opened_and_left_by_keys_alone(name: str, browser: Browser, pages: Path) -> None:
    one = scene(name)
    view = opened(browser, pages, name)
    wanted = [box.name for box in one.boxes()]
    reached: list[str] = []
    for _ in range(len(wanted) + 12):
        view.keyboard.press("Tab")
        here = view.evaluate("() => document.activeElement.closest('g[role=button]')?.id ?? ''")
        if here:
            reached.append(here)
            assert is_seen(view), here
            assert focused(view)
    assert sorted(set(reached)) == sorted(wanted)
    view.locator(f"#{wanted[0]}").focus()
    view.keyboard.press("Enter")
    dialog = view.locator("dialog")
    assert dialog.is_visible()
    first = next(box for box in one.boxes() if box.name == wanted[0])
    for detail in first.details:
        assert not detail.items or " ".join(detail.word.split()) in " ".join(dialog.inner_text().split())
    view.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert view.evaluate("() => document.activeElement.id") == wanted[0], "back where it was opened"
    view.close()


def test_a_chart_is_gone_through_by_arrow_keys_and_says_its_values(browser: Browser, pages: Path) -> None:
    one = scene(CHARTS)
    view = opened(browser, pages, CHARTS)
    charts = [box for box in one.boxes() if box.grid is not None]
    assert charts
    for _ in range(6):
        view.keyboard.press("Tab")
    for box in charts:
        assert box.grid is not None
        view.keyboard.press("Tab")
        told = {(row, column): said for row, column, said in box.grid.told()}
        rows = sorted({row for row, _ in told})
        last = max(column for _, column in told)
        assert focused(view) == " ".join(told[rows[0], 0].split())
        for keys, row, column in (
            (["ArrowRight"], rows[0], min(1, last)),
            (["End"], rows[0], last),
            (["ArrowRight"], rows[0], last),
            (["PageDown"], rows[-1], last),
            (["ArrowLeft", "ArrowLeft"], rows[-1], last - 2),
            (["ArrowUp"], rows[max(len(rows) - 2, 0)], last - 2),
            (["Home"], rows[max(len(rows) - 2, 0)], 0),
        ):
            for key in keys:
                view.keyboard.press(key)
            said = " ".join(told[row, column].split())
            assert focused(view) == said
            assert view.locator(".told").inner_text() == said
            assert is_seen(view), said
        view.keyboard.press("Home")
        view.keyboard.press("PageUp")
    view.close()


def test_every_cell_of_a_chart_says_its_row_its_week_and_what_it_shows() -> None:
    for box in scene(CHARTS).boxes():
        assert box.grid is not None
        said = list(box.grid.told())
        assert said
        for row, column, told in said:
            line = box.grid.rows[row]
            assert told.startswith(f"{line.title}, {box.grid.columns[column]}: ")
            assert told.rpartition(": ")[2]
            if line.cells[column].text.strip().isalnum():
                assert line.cells[column].text in told


@pytest.mark.parametrize("name", ["pathway", CHARTS, "nasty"])
def test_at_twice_the_size_the_page_does_not_scroll_sideways(
    name: str, browser: Browser, pages: Path
) -> None:
    """At 200% a window of 1280 holds 640; only the picture scrolls, within itself."""
    view = opened(
        browser, pages, name, viewport={"width": WIDE // 2, "height": HIGH // 2}, device_scale_factor=2
    )
    wide, window = view.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window
    for button in view.locator("button[data-zoom]").all():
        box = button.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= window
        assert min(box["width"], box["height"]) >= 24, "large enough to be hit"
    before = view.locator("output").inner_text()
    view.keyboard.press("+")
    assert view.locator("output").inner_text() != before
    view.close()


def test_a_page_asks_nothing_of_the_network_and_says_nothing_to_the_console(
    browser: Browser, pages: Path
) -> None:
    view = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    view.on("request", lambda request: asked.append(request.url))
    view.on("console", lambda message: said.append(message.text))
    view.on("pageerror", lambda error: said.append(str(error)))
    for name in VIEWS:
        view.goto(file_of(pages, name).as_uri())
    view.close()
    assert {url.partition(":")[0] for url in asked} <= {"file", "data"}
    assert said == []


def test_one_command_takes_a_picture_of_every_page(browser: Browser, pages: Path, tmp_path: Path) -> None:
    """What `python -m fingerpost_cli.gallery --screenshots FOLDER` does, on one page, in its own process."""
    del browser  # to be skipped where there is none
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "pathway.html").write_bytes(file_of(pages, "pathway").read_bytes())
    program = (
        "import sys; from pathlib import Path; from fingerpost_visualiser.browser import screenshots;"
        "print(*screenshots(Path(sys.argv[1]), Path(sys.argv[2])), sep='\\n')"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run(
        [sys.executable, "-c", program, str(folder), str(tmp_path / "shots")], check=True, env=environment
    )
    shots = sorted((tmp_path / "shots").iterdir())
    assert [shot.name for shot in shots] == ["pathway-dark.png", "pathway-light.png"]
    for shot in shots:
        png = shot.read_bytes()
        assert [int.from_bytes(png[place : place + 4], "big") for place in (16, 20)] == [1400, 900]
    assert shots[0].read_bytes() != shots[1].read_bytes()


def test_without_a_browser_one_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extras, "find_spec", lambda module: None if module == "playwright" else object())
    with pytest.raises(CannotDrawError, match=r"needs playwright: run `pip install 'fingerpost\[browser\]'`"):  # noqa: SIM117
        with chromium():
            raise AssertionError("nothing was opened")
