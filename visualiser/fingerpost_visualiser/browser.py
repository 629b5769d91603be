"""A browser for pages that were drawn: to look at them, and to check what they do for a reader.

Chromium is driven by Playwright (the extra `browser`). The one that `playwright install chromium` fetched is
taken if it is there, else one of the system; `CannotDrawError` says what to do where there is none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING

from fingerpost_visualiser.extras import CannotDrawError, needs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_HOW = "run `pip install 'fingerpost[browser]'` and `playwright install chromium`"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window. Raises `CannotDrawError` where there is none."""
    needs("playwright", extra="browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        own = Path(driver.chromium.executable_path)
        found = str(own) if own.is_file() else next(filter(None, map(which, _NAMES)), None)
        if found is None:
            raise CannotDrawError(f"looking at pages needs Chromium: {_HOW}")
        # As root, in a container, Chromium has no sandbox to start in; pages are our own and ask no network.
        root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=found, args=root)
        try:
            yield browser
        finally:
            browser.close()


def screenshots(pages: Path, folder: Path, *, width: int = 1400, height: int = 900) -> Iterator[Path]:
    """A picture of every page of a folder as it comes up, in the light and in the dark."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for page in sorted(pages.glob("*.html")):
            for scheme in ("light", "dark"):
                view = browser.new_page(
                    viewport={"width": width, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                view.goto(page.resolve().as_uri())
                shot = folder / f"{page.stem}-{scheme}.png"
                view.screenshot(path=shot)
                view.close()
                yield shot
