"""Headless Chromium: which one, how it is started, and what is waited for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE_MS = 180_000  # an upper bound, for a busy machine
SETTLING = Path(__file__).with_name("settling.js")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]


def executable() -> str | None:
    """Where Chromium is: the variable CHROMIUM, or the first known name on the path."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@contextmanager
def browsing() -> Iterator[Browser]:
    """A running browser with a fresh profile."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def new_page(browser: Browser, **options: Any) -> Page:
    """A page with a fresh profile; its time-outs are generous, for a busy machine."""
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(path=SETTLING)
    return context.new_page()


def wait_until_drawn(page: Page) -> None:
    """Until the first chart of the page is painted and the page has come to rest."""
    page.wait_for_selector(".live-chart[data-drawn]")
    settle(page)


def settle(page: Page) -> None:
    """Until the page has followed what was done, all of it; its server must tell its rest."""
    page.wait_for_function("() => window.settled()", timeout=PATIENCE_MS)
