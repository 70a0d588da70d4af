"""From typing ``streamlit run`` to the first painted maps in a browser that has never been here.

Page 1 and the floor take turns. The browser itself runs already; each visit has a new profile.
"""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Browser

from tests.benchmarks import browsers, latency, samples

PAINTED = """() => new Promise((done) => {
  if (!document.querySelector(".live-chart[data-drawn]")) return done(false);
  requestAnimationFrame(() => done(true));
})"""


def _once(browser: Browser, name: str) -> float:
    page = browsers.new_page(browser)
    with latency.serving(name) as server:
        page.goto(server.url, wait_until="commit")
        page.wait_for_function(PAINTED, timeout=60_000, polling=10)
        spent = time.perf_counter() - server.spawned_at
        page.context.close()
    return spent


def measure(browser: Browser, pairs: int) -> dict[str, Any]:
    """Seconds for page 1 and for the floor; one pair more is run first and thrown away."""
    found: dict[str, list[float]] = {"page": [], "floor": []}
    for pair in range(pairs + 1):
        for name, times in found.items():
            spent = _once(browser, name)
            if pair:
                times.append(spent)
    return {name: samples.summary(times) for name, times in found.items()}
