"""The app below a path: Streamlit's own base path, and a proxy that takes a prefix off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import new_page, settle, wait_until_drawn
from tests.browser.proxy import PrefixProxy
from tests.browser.servers import APP, Server

BASE = "/lab/scales"


@pytest.fixture(params=["base path", "proxy"])
def root(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the app, without a slash at its end."""
    if request.param == "base path":
        with Server(APP, tells_rest=True, base=BASE) as server:
            yield server.url + BASE
    else:
        with Server(APP, tells_rest=True) as server, PrefixProxy(BASE, server.port) as proxy:
            yield proxy.url


def _follow(page: Page, title: str) -> None:
    page.get_by_role("link", name=title).click()
    expect(page.locator(".live-header h1")).to_have_text(title)
    wait_until_drawn(page)


def test_charts_and_navigation_work_below_a_path(browser: Browser, root: str) -> None:
    page = new_page(browser, viewport={"width": 1280, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{root}/")
    wait_until_drawn(page)
    first = page.locator(".live-header h1").inner_text()
    titles = page.locator(".live-panel-links a").all_inner_texts()
    _follow(page, titles[1])
    assert page.url.startswith(f"{root}/") and page.url != f"{root}/"
    page.reload()
    wait_until_drawn(page)
    assert page.locator(".live-header h1").inner_text() == titles[1]
    _follow(page, first)
    assert page.url == f"{root}/"
    page.go_back()
    expect(page.locator(".live-header h1")).to_have_text(titles[1])
    settle(page)
    page.goto(f"{root}/filter?size_px=9")
    wait_until_drawn(page)
    assert not faults
    page.context.close()
