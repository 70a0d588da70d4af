"""How often page 1 repaints while its slider is dragged, and how soon after release it is done."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser, Page

from tests.benchmarks import browsers, samples
from tests.browser.servers import APP, Server

SECONDS = 3.0
MOVES_PER_SECOND = 60
SWINGS = 1.5  # from one end of the path to the other, so often


def _place(share: float, start: float, stop: float) -> float:
    """Where a hand is after ``share`` of the drag: to and fro at an even pace."""
    way = abs((share * SWINGS + 1) % 2 - 1)
    return start + way * (stop - start)


def _drag(page: Page, start: float, stop: float) -> dict[str, Any]:
    """Drag the thumb between two places, as fractions of the slider; what the page saw of it."""
    slider = page.get_by_role("slider", name="Far distance")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None, "the slider is not on the screen"
    height = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + start * box["width"], height)
    page.evaluate("() => bench.record('data-drawn')")
    page.mouse.down()
    began = time.perf_counter()
    while (spent := time.perf_counter() - began) < SECONDS:
        place = _place(spent / SECONDS, start, stop)
        page.mouse.move(box["x"] + place * box["width"], height)
        time.sleep(max(0.0, 1 / MOVES_PER_SECOND - (time.perf_counter() - began - spent)))
    page.mouse.up()
    page.wait_for_timeout(1500)
    found: dict[str, Any] = page.evaluate("() => bench.recorded()")
    return found


def _figures(found: dict[str, Any]) -> tuple[float, float]:
    """Repaints a second until the release, and milliseconds from it to the last repaint."""
    times, pressed, released = found["times"], found["pressed"], found["released"]
    if not times or pressed is None or released is None:
        raise RuntimeError("the drag repainted nothing")
    during = [at for at in times if at <= released]
    return len(during) / ((released - pressed) / 1000), max(0.0, times[-1] - released)


def measure(browser: Browser, drags: int) -> dict[str, Any]:
    """Repaints per second, and milliseconds after release, over several drags of three seconds."""
    with Server(APP) as server:
        page = browsers.open_live(browser, server.url)
        ends = [(0.62, 0.95 - 0.01 * drag) for drag in range(drags)]
        figures = [_figures(_drag(page, *one)) for one in ends]
        page.context.close()
    return {
        "repaints_per_second": samples.summary([rate for rate, _ in figures]),
        "last_after_release_ms": samples.summary([late for _, late in figures]),
    }
