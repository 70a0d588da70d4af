"""One server and one browser for all journeys; every journey gets a fresh profile."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.chromium import browsing, executable, wait_until_drawn
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
    with browsing() as running:
        yield running


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with Server(APP) as server:
        yield server.url


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """``visit(path, **context)`` opens a page; afterwards nothing may have gone wrong in it."""
    contexts, faults = [], []

    def opened(path: str = "/", **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
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
    for context in contexts:
        context.close()
    assert not faults
