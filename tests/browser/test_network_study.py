"""The study below the network page, as a person meets it."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import settle

Visit = Any
PATH = "/network?sizes_px=32,64,152&shifts=2"

# Notes in every frame where a text stands, while something is being measured and while nothing is.
WATCHED = """words => {
  window.measuring = new Set(); window.resting = new Set();
  const look = () => {
    const told = [...document.querySelectorAll("p")].find(one => one.textContent === words);
    const busy = document.querySelector('[data-testid="stProgress"]');
    if (told) (busy ? window.measuring : window.resting).add(
      Math.round(told.getBoundingClientRect().top));
    requestAnimationFrame(look);
  };
  look();
}"""


def chart_of(page: Page, words: str) -> Any:
    """The live chart whose caption or picture says these words."""
    return page.locator(".live-chart").filter(has_text=words).first


def opened(page: Page, title: str) -> None:
    page.get_by_role("button", name=title).click()


def quiet(page: Page) -> None:
    """Until no measurement is running."""
    settle(page)
    expect(page.get_by_test_id("stProgress")).to_have_count(0)
    settle(page)


def test_the_strip_is_there_without_a_click_and_follows_the_distance(visit: Visit) -> None:
    page = visit(PATH)
    strip = chart_of(page, "at least 50 %")
    strip.wait_for()
    quiet(page)
    assert strip.locator("text=near 150 px").count() == 1
    thumb = page.get_by_role("slider", name=re.compile("Near"))
    thumb.press("ArrowLeft")
    settle(page)
    assert strip.locator("text=near 150 px").count() == 0


def test_nothing_jumps_when_the_strip_is_done(visit: Visit) -> None:
    page = visit("/network?sizes_px=32,64,152&shifts=1")
    quiet(page)
    toggle = page.get_by_text("Compare with shuffled weights")
    toggle.scroll_into_view_if_needed()
    page.evaluate(WATCHED, "Compare with shuffled weights")
    toggle.click()
    page.wait_for_function("window.measuring.size > 0")
    quiet(page)
    tops = page.evaluate("[...window.measuring, ...window.resting]")
    assert max(tops) - min(tops) < 12
    assert page.evaluate("window.resting.size") > 0


def test_a_section_is_measured_when_opened_and_the_hypothesis_then_speaks(visit: Visit) -> None:
    page = visit(PATH)
    expect(page.get_by_text("One picture is not enough: over all of them").first).to_be_visible()
    quiet(page)
    opened(page, "What do the layers keep")
    quiet(page)
    expect(page.get_by_text("falls to one half first in").first).to_be_visible()
    expect(page.get_by_text("down-samples between its layers in 4 places").first).to_be_visible()


def test_a_long_measurement_is_stopped_and_goes_on(visit: Visit) -> None:
    page = visit(PATH)
    quiet(page)
    opened(page, "Which wavelengths")
    page.get_by_role("button", name=re.compile("^Measure \\(about")).last.click()
    page.get_by_text(re.compile("Showing gratings: [1-9]")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    again = page.get_by_role("button", name=re.compile("^Resume"))
    again.wait_for()
    expect(chart_of(page, "preferred wavelength")).to_have_count(1)
    again.click()
    page.get_by_text(re.compile("Showing gratings: [1-9]")).wait_for()
