"""One server and one browser for all journeys; every journey gets a fresh profile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE_MS, browsing, executable, new_page, wait_until_drawn
from tests.browser.servers import APP, Server

Visit = Callable[..., Page]

MISSING = "Chromium is missing: install it (Debian: apt-get install chromium), or set CHROMIUM."

# A page opened by its own address asks for these once below its own path before Streamlit finds its
# root; its answer 404 does no harm.
HARMLESS = ("/_stcore/health", "/_stcore/host-config")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if executable() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    expect.set_options(timeout=PATIENCE_MS)
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with Server(APP, tells_rest=True) as server:
        yield server.url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """``visit(path, **context)`` opens a page; afterwards nothing may have gone wrong in it."""
    pages, faults = [], []

    def opened(path: str = "/", **options: Any) -> Page:
        page = new_page(browser, **{"viewport": {"width": 1280, "height": 900}, **options})
        pages.append(page)
        page.on("pageerror", lambda error: faults.append(f"script error: {error}"))
        page.on("request", lambda request: check(request.url))
        page.on("requestfailed", lambda request: faults.append(f"failed: {request.url}"))
        page.on("response", lambda answer: refuse(answer.status, answer.url))
        page.goto(address + path)
        wait_until_drawn(page)
        return page

    def check(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and parts.hostname != "127.0.0.1":
            faults.append(f"asked the internet: {url}")

    def refuse(status: int, url: str) -> None:
        if status >= 400 and not url.endswith(HARMLESS):
            faults.append(f"{status}: {url}")

    yield opened
    for page in pages:
        page.context.close()
    assert not faults
