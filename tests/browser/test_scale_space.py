"""The page of scale space as a person uses it."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

from scalescope.components.jobs import POLL_S
from tests.browser.chromium import settle, wait_until_drawn
from tests.browser.reading import slider, until_drawn_since, words

Visit = Any
PATH = "/scale-space"

# Keeps the intervals of all timers that are running.
REPEATED = """(() => {
  const {setInterval, clearInterval} = window;
  window.repeated = new Map();
  window.setInterval = (run, ms, ...rest) => {
    const timer = setInterval(run, ms, ...rest);
    window.repeated.set(timer, ms);
    return timer;
  };
  window.clearInterval = (timer) => {
    window.repeated.delete(timer);
    clearInterval(timer);
  };
})()"""
POLLS = f"[...window.repeated.values()].includes({1000 * POLL_S:g})"


def circles(page: Page, kind: str = ".live-chart-round") -> int:
    return page.locator(".live-chart").first.locator(kind).count()


def test_first_screen_has_circles_on_the_cat_and_a_verdict_on_the_cnn(visit: Visit) -> None:
    page = visit(PATH)
    assert circles(page) > 10
    assert "The strongest keypoint has sigma" in words(page)
    page.get_by_text(re.compile("(matches|does not match) the scale space")).first.wait_for()
    said = "The strongest keypoint of a disc of radius r follows its size: sigma = 0.71"
    assert page.get_by_text(said).first.is_visible()
    settle(page)
    for title, chart in (
        ("SIFT", "scikit-image's SIFT"),
        ("Filter and pooling", "Baseline:"),
        ("Repeatability", "shifted by 1 px"),
    ):
        page.get_by_role("radio", name=title).click()
        page.get_by_text(chart).first.wait_for()
        settle(page)
    shapes = page.locator(".live-chart-round").evaluate_all(
        "found => found.map(one => [one.offsetWidth, one.offsetHeight])"
    )
    assert all(abs(wide - high) <= 1 for wide, high in shapes), "circles are round"


def test_the_scale_slider_repaints_the_map_and_its_own_circle(visit: Visit) -> None:
    page = visit(PATH)
    label = page.locator(".live-chart-round span").first
    assert label.inner_text() == "sigma 14 px"
    chart = page.locator(".live-chart").first
    thumb = slider(page, "Scale: sigma")
    for _ in range(2):
        before = int(chart.get_attribute("data-draws") or 0)
        for _ in range(3):
            thumb.press("ArrowLeft")
        until_drawn_since(page, before)
    settle(page)
    shown = float(label.inner_text().split()[1])
    assert shown < 14
    assert f"sigma_px={shown:.3g}" in page.url


def test_near_and_far_circles_stand_in_the_ratio_of_the_distances(visit: Visit) -> None:
    page = visit(PATH)
    page.get_by_role("button", name="Near and far").click()
    settle(page)
    assert "for a distance ratio of 3," in words(page)
    table = page.locator(".scalescope-table").first.locator("tr").all()[1:]
    near, far, error = table[0].locator("td").all_inner_texts()
    assert abs(float(near) / float(far) / 3 - 1) < 0.03 and abs(float(error)) < 0.05


def test_repeatability_is_measured_when_asked(visit: Visit) -> None:
    page = visit(f"{PATH}?canvas_px=64&radius_px=14")
    assert page.get_by_text("chance level", exact=True).count() == 0
    page.get_by_role("radio", name="Repeatability").click()
    page.get_by_role("button", name="Measure repeatability").click()
    page.get_by_text("Repeatability over all four changes").wait_for()
    rows = page.locator(".scalescope-table").last.locator(
        "tr"
    )  # the measurement adds them one by one
    rows.nth(16).wait_for()
    assert rows.count() == 17


def test_a_measurement_can_be_stopped_and_what_it_found_stays(visit: Visit) -> None:
    page = visit(f"{PATH}?source=gravel&canvas_px=192&contrast_threshold=0")
    page.add_init_script(REPEATED)
    page.reload()
    wait_until_drawn(page)
    page.get_by_role("radio", name="Repeatability").click()
    page.get_by_role("button", name="Measure repeatability").click()
    page.get_by_text("Repeatability over all four changes: SIFT").wait_for()
    assert page.evaluate(POLLS)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("the result so far is shown").wait_for()
    settle(page)
    assert page.locator("[data-testid=stProgress]").count() == 0
    rows = page.locator(".scalescope-table").last.locator("tr").all_inner_texts()[1:]
    assert 4 <= len(rows) < 16 and all(row.startswith("SIFT") for row in rows[:4])
    assert not page.evaluate(POLLS), "nothing is asked for again"


def disc_picture(side: int) -> bytes:
    """A PNG of a white disc on black."""
    middle, radius = side / 2 - 0.5, side / 5
    rows = b"".join(
        b"\0"
        + bytes(
            255 if (r - middle) ** 2 + (c - middle) ** 2 < radius**2 else 0 for c in range(side)
        )
        for r in range(side)
    )

    def chunk(kind: bytes, body: bytes) -> bytes:
        summed = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + summed

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_a_picture_of_ones_own_is_taken_and_forgotten(visit: Visit) -> None:
    page = visit(PATH)
    page.get_by_text("Use your own picture").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "disc.png", "mimeType": "image/png", "buffer": disc_picture(100)}
    )
    page.get_by_role("button", name="Forget my picture").wait_for()
    settle(page)
    sigma = float(re.search(r"sigma ([\d.]+) px", words(page)).group(1))  # type: ignore[union-attr]
    assert abs(sigma / (20 / 2**0.5) - 1) < 0.03
    assert page.get_by_text("The picture is a photograph.").first.is_visible()
    assert "100 x 100" in page.content()
    page.get_by_role("button", name="Forget my picture").click()
    settle(page)
    assert page.get_by_role("button", name="Forget my picture").count() == 0
    assert "128 x 192" in page.content()
