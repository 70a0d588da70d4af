"""How many frames a second 'Walk away' paints with software rendering."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from playwright.sync_api import Browser

from tests.benchmarks import browsers, samples
from tests.browser.servers import APP, Server


def measure(browser: Browser, seconds: float) -> dict[str, Any]:
    """Frames per second over ``seconds`` of playing, and the milliseconds between frames."""
    with Server(APP) as server:
        page = browsers.open_live(browser, server.url)
        page.get_by_role("button", name="Walk away").click()
        page.wait_for_selector(".live-chart[data-painted]", timeout=30_000)
        page.wait_for_timeout(500)
        first = browsers.picture(page, "live")
        page.evaluate("() => bench.record('data-painted')")
        page.wait_for_timeout(seconds * 1000)
        times: list[float] = page.evaluate("() => bench.recorded().times")
        changed = browsers.differing_pixels(first, browsers.picture(page, "live"))
        page.context.close()
    if len(times) < 2 or not changed:
        raise RuntimeError("'Walk away' paints nothing")
    return {
        "frames_per_second": round((len(times) - 1) / ((times[-1] - times[0]) / 1000), 2),
        "between_frames_ms": samples.summary([after - before for before, after in pairwise(times)]),
        "pixels_changed": changed,
    }
