"""Pages of the browser that the journeys use too, each with a fresh profile, and their pixels."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, FloatRect, Page, ViewportSize

WATCH = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
WINDOW: ViewportSize = {"width": 1280, "height": 900}
NO_OUTLINES = ".live-chart-overlay { visibility: hidden !important; }"


def new_page(browser: Browser) -> Page:
    """A page with a profile of its own and :file:`watch.js` in it."""
    page = browser.new_context(viewport=WINDOW).new_page()
    page.add_init_script(WATCH)
    return page


def open_live(browser: Browser, url: str) -> Page:
    """A page of an app with our chart, once it is painted and at rest."""
    page = new_page(browser)
    page.goto(url)
    page.wait_for_selector(".live-chart[data-drawn]", timeout=60_000)
    page.wait_for_timeout(1500)
    return page


def picture(page: Page, kind: str) -> Image.Image:
    """The second map as it stands on the screen (the whole picture of an image)."""
    place: FloatRect = page.evaluate("kind => window.bench.place(kind)", kind)
    return Image.open(io.BytesIO(page.screenshot(clip=place, style=NO_OUTLINES))).convert("RGB")


def differing_pixels(first: Image.Image, second: Image.Image) -> int:
    """How many pixels of two pictures differ; all of them if the sizes do."""
    if first.size != second.size:
        return first.width * first.height
    different = ImageChops.difference(first, second).convert("L").point(lambda value: value > 0)
    return int(different.histogram()[1])
