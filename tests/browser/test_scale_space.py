"""The page of scale space as a person uses it."""

from __future__ import annotations

import re
import struct
import zlib
from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import settle, wait_until_drawn
from tests.browser.test_near_far import slider, words

Visit = Any
PATH = "/scale-space"


def circles(page: Page, kind: str = ".live-chart-round") -> int:
    return page.locator(".live-chart").first.locator(kind).count()


def test_first_screen_has_circles_on_the_cat_and_a_verdict_on_the_cnn(visit: Visit) -> None:
    page = visit(PATH)
    assert circles(page) > 10
    assert "The strongest keypoint has sigma" in words(page)
    assert re.search(r"(matches|does not match) this scale space", words(page))
    assert page.get_by_text(
        "a disc of radius r has its strongest keypoint at sigma = 0.71"
    ).is_visible()
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
    before, thumb = chart.get_attribute("data-draws"), slider(page, "Scale: sigma")
    for _ in range(6):
        thumb.press("ArrowLeft")
        page.wait_for_timeout(60)
    settle(page)
    assert int(chart.get_attribute("data-draws") or 0) > int(before or 0) + 1
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
    page.get_by_text("Repeatability over all four changes").wait_for(timeout=30_000)
    settle(page)
    assert page.locator(".scalescope-table").last.locator("tr").count() == 17


def test_a_measurement_can_be_stopped_and_what_it_found_stays(visit: Visit) -> None:
    page = visit(f"{PATH}?source=gravel&canvas_px=192&contrast_threshold=0")
    sent = sent_frames(page)
    page.get_by_role("radio", name="Repeatability").click()
    page.get_by_role("button", name="Measure repeatability").click()
    page.get_by_text("Repeatability over all four changes: SIFT").wait_for(timeout=60_000)
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_text("the result so far is shown").wait_for(timeout=60_000)
    settle(page)
    assert page.locator("[data-testid=stProgress]").count() == 0
    rows = page.locator(".scalescope-table").last.locator("tr").all_inner_texts()[1:]
    assert 4 <= len(rows) < 16 and all(row.startswith("SIFT") for row in rows[:4])
    before = len(sent)
    page.wait_for_timeout(1500)
    assert len(sent) == before, "nothing is asked for again"


def sent_frames(page: Page) -> list[Any]:
    """What the browser sends from now on, after a new start of the page."""
    sent: list[Any] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda frame: sent.append(frame)))
    page.reload()
    wait_until_drawn(page)
    settle(page)
    return sent


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
    page.get_by_role("button", name="Forget my picture").wait_for(timeout=20_000)
    settle(page)
    sigma = float(re.search(r"sigma ([\d.]+) px", words(page)).group(1))  # type: ignore[union-attr]
    assert abs(sigma / (20 / 2**0.5) - 1) < 0.03
    assert page.get_by_text("The picture is a photograph.").first.is_visible()
    assert "100 x 100" in page.content()
    page.get_by_role("button", name="Forget my picture").click()
    settle(page)
    assert page.get_by_role("button", name="Forget my picture").count() == 0
    assert "128 x 192" in page.content()
