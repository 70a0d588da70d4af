"""Take the README's picture from the running app: ``make screenshot``."""

from __future__ import annotations

from pathlib import Path

from tests.browser.chromium import browsing, new_page, wait_until_drawn
from tests.browser.servers import APP, Server

TARGET = Path(__file__).parent.parent / "assets" / "images" / "near-far.png"


def main() -> None:
    """Open page 1 at its defaults with a pinned cell, and save what a person sees."""
    with Server(APP, tells_rest=True) as server, browsing() as browser:
        page = new_page(browser, viewport={"width": 1280, "height": 860})
        page.goto(f"{server.url}/?pin=6,2,1")
        wait_until_drawn(page)
        TARGET.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=TARGET)
    print(f"saved {TARGET.name}")


if __name__ == "__main__":
    main()
