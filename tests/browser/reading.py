"""What journeys read on a page and where they point: captions, controls, cells of maps."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

from tests.browser.chromium import settle


def words(page: Page) -> str:
    return page.locator(".live-chart-caption").first.inner_text()


def readouts(page: Page) -> str:
    """The rows of the small table, as 'label|near|far'."""
    rows = page.locator(".live-panel-readouts tr").all()
    return " ".join("|".join(row.locator("td").all_inner_texts()) for row in rows)


def slider(page: Page, label: str) -> Locator:
    return page.get_by_label(label, exact=True)


def typed(page: Page, label: str) -> Locator:
    return page.get_by_label(f"{label}, typed value")


def draws(page: Page) -> int:
    return int(page.locator(".live-chart").first.get_attribute("data-draws") or 0)


def until_drawn_since(page: Page, before: int) -> None:
    """Until the picture has been repainted after it had been ``before`` times."""
    page.wait_for_function(
        "before => document.querySelector('.live-chart').dataset.draws > before", arg=before
    )


def map_point(page: Page, index: int, row: float, column: float) -> tuple[float, float]:
    """Where a cell of the ``index``-th map lies on the screen."""
    return tuple(
        page.evaluate(
            """([index, row, column]) => {
                const plot = document.querySelector(".live-chart-plot");
                const name = index ? String(index + 1) : "";
                const {["xaxis" + name]: x, ["yaxis" + name]: y} = plot._fullLayout;
                const box = plot.getBoundingClientRect();
                return [box.left + x._offset + x.d2p(column), box.top + y._offset + y.d2p(row)];
            }""",
            [index, row, column],
        )
    )


def point_at(page: Page, index: int, row: int, column: int) -> None:
    page.locator(".live-chart-plot").first.scroll_into_view_if_needed()
    x, y = map_point(page, index, row, column)
    page.mouse.move(x - 1, y - 1)
    page.mouse.move(x, y)
    until_hovered(page, f"{index},{row},{column}")


def until_hovered(page: Page, cell: str) -> None:
    """Until the first chart has the pointer on a cell ("": on none), and all has followed."""
    page.locator(f".live-chart[data-hovered='{cell}']").first.wait_for(state="attached")
    settle(page)
