"""Page `transfer` as a person uses it: drag, open a section, bring tiles, measure them."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import settle
from tests.browser.reading import slider
from tests.components.pages.transfer.test_transfer import zipped

Visit = Any
NAMED = "(name) => [...document.querySelectorAll('.live-chart-plot')].some(" \
    "(plot) => plot.layout?.meta?.name === name)"  # fmt: skip


def caption(page: Page) -> Any:
    return page.locator(".live-chart-caption").first


def bring_tiles(page: Page) -> None:
    page.get_by_text("Use your own labeled tiles", exact=True).click()
    file = {"name": "tiles.zip", "mimeType": "application/zip", "buffer": zipped(per_class=14)}
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    meters = page.get_by_label("Meters per pixel").first
    meters.fill("2")
    meters.press("Enter")
    read = page.get_by_role("button", name="Read the tiles")
    expect(read).to_be_enabled()
    read.click()
    page.get_by_text("28 tiles of 16 x 16 px at 2 m").wait_for()


def test_a_distance_is_dragged_a_section_opened_and_own_tiles_measured(visit: Visit) -> None:
    page = visit("/transfer")
    expect(caption(page)).to_contain_text("At 4 m per pixel, a tile of 96 m has 24 px")
    slider(page, "Ground sample distance (GSD)").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(caption(page)).not_to_contain_text("At 4 m per pixel, a tile")
    page.wait_for_function("() => location.search.includes('gsd_m=')")
    page.get_by_role("button", name="Sentinel-2: 10 m").click()
    expect(caption(page)).to_contain_text("At 10 m per pixel")
    page.get_by_text("Train at one GSD, test at another", exact=True).click()
    page.wait_for_function(NAMED, arg="transfer-across")
    bring_tiles(page)
    expect(caption(page)).to_contain_text("These tiles have not been measured")
    page.get_by_role("button", name=re.compile(r"^Measure \(about")).first.click()
    page.get_by_text("Measured: the chart above").first.wait_for()
    settle(page)  # a click at the very end of a job can be lost
    page.get_by_role("button", name="Remove my tiles").click()
    expect(caption(page)).to_contain_text("a tile of 96 m")
