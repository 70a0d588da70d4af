"""Page `filter` as a person uses it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import settle
from tests.browser.reading import map_point, slider, typed, until_hovered, words
from tests.browser.test_scale_space import disc_picture

Visit = Any
WEIGHTS = 2  # the third chart of the page: after the maps and the curves


def table(page: Page) -> dict[str, list[str]]:
    """Filter -> its numbers: preferred size, half-maximum range, octaves, selectivity."""
    rows = page.locator(".scalescope-table").first.locator("tr").all()[1:]
    cells = [row.locator("td").all_inner_texts() for row in rows]
    return {name: numbers for name, *numbers in cells}


def paint(page: Page, row: int, column: int) -> None:
    """Click a weight of the kernel."""
    page.locator(".live-chart-plot").nth(WEIGHTS).scroll_into_view_if_needed()
    x, y = page.evaluate(
        """([index, row, column]) => {
            const plot = document.querySelectorAll(".live-chart-plot")[index];
            const {xaxis: x, yaxis: y} = plot._fullLayout;
            const box = plot.getBoundingClientRect();
            return [box.left + x._offset + x.d2p(column), box.top + y._offset + y.d2p(row)];
        }""",
        [WEIGHTS, row, column],
    )
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.mouse.click(x, y)
    settle(page)


def test_first_screen_has_a_flat_filter_beside_a_peaked_one(visit: Visit) -> None:
    page = visit("/filter")
    said = page.locator(".live-chart-caption").nth(1).inner_text()
    assert "upper-left-corner responds about equally at the 13 sizes tried from 2 px to 128" in said
    assert "small-square responds most to 2.83 px" in said
    assert "Peak responses at 16 px, at this alignment: upper-left-corner 1.00" in words(page)
    assert table(page)["upper-left-corner"] == [
        "any",
        "not within the range",
        "not within the range",
        "0.00",
    ]
    assert table(page)["small-square"][0] == "2.83" and table(page)["small-square"][-1] == "1.00"
    curves = page.locator(".live-chart-plot").nth(1).bounding_box()
    assert curves and curves["y"] + 200 < 900, "the curves are on the first screen"


def test_moving_the_size_repaints_the_maps_and_the_mark_on_the_curves(visit: Visit) -> None:
    page = visit("/filter")
    mark = "document.querySelectorAll('.live-chart-plot')[1]._fullLayout.shapes[0].x0"
    assert page.evaluate(mark) == pytest.approx(16)
    before = int(page.locator(".live-chart").first.get_attribute("data-draws") or 0)
    box = typed(page, "Apparent size")
    box.fill("3")
    box.press("Enter")
    settle(page)
    assert page.url.endswith("size_px=3") and page.evaluate(mark) == pytest.approx(3)
    peaks = (
        "Peak responses at 3 px, at this alignment: upper-left-corner 1.00 and small-square 1.00"
    )
    assert peaks in words(page)
    assert int(page.locator(".live-chart").first.get_attribute("data-draws") or 0) > before
    slider(page, "Apparent size").press("ArrowRight")
    settle(page)
    assert page.evaluate(mark) > 3.01


def test_a_cell_shows_its_arithmetic_and_can_be_pinned(visit: Visit) -> None:
    page = visit("/filter")
    page.mouse.move(*map_point(page, 1, 11, 23))
    page.mouse.move(*map_point(page, 1, 12, 24))
    until_hovered(page, "1,12,24")
    panel = page.locator(".scalescope-cell")
    assert (
        "upper-left-corner, row 12, column 24: 1, sum of (input - background) x weight"
        in panel.inner_text()
    )
    page.mouse.down()
    page.mouse.up()
    settle(page)
    assert re.search(r"pin=1(,|%2C)12(,|%2C)24", page.url)
    page.keyboard.press("Escape")
    settle(page)
    assert "pin" not in page.url


def test_a_painted_weight_makes_a_filter_of_ones_own(visit: Visit) -> None:
    page = visit("/filter")
    paint(page, 2, 2)
    assert "filter=custom" in page.url
    assert "kernel=0,-1,0;-1,1,0;0,0,1" in unquote(page.url)
    assert "custom" in table(page)
    page.get_by_role("button", name="Subtract the mean").click()
    settle(page)
    total = page.evaluate(
        "document.querySelectorAll('.live-chart-plot')[2].data[0].z"
        ".reduce((sum, row) => sum + row.reduce((all, one) => all + one, 0), 0)"
    )
    assert abs(total) < 1e-4
    page.get_by_role("radio", name="5 x 5").click()
    settle(page)
    rows = "document.querySelectorAll('.live-chart-plot')[2].data[0].z.length"
    assert page.evaluate(rows) == 5
    page.go_back()
    settle(page)
    assert page.evaluate(rows) == 3


def test_average_pooling_moves_the_tuning_by_an_octave_per_level(visit: Visit) -> None:
    page = visit("/filter")
    page.get_by_role("button", name="Average pooling").click()
    settle(page)
    said = page.get_by_text("small-square shifts to larger sizes by 1.00 and 2.00 octaves")
    assert said.first.is_visible()  # the second is folded away, under 'How we know'
    page.get_by_role("button", name="Pool after the filter").click()
    settle(page)
    assert page.get_by_text("small-square does not shift").first.is_visible()


def first_shape(page: Page) -> list[int]:
    """Rows and columns of the first map."""
    read = "(() => {const z = document.querySelector('.live-chart-plot').data[0].z;"
    found: list[int] = page.evaluate(f"{read} return [z.length, z[0].length]}})()")
    return found


def test_a_picture_of_ones_own_takes_the_place_of_the_scene(visit: Visit) -> None:
    page = visit("/filter")
    scene, said = first_shape(page), page.locator(".live-chart-caption").nth(1).inner_text()
    page.get_by_text("Use your own picture").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "disc.png", "mimeType": "image/png", "buffer": disc_picture(100)}
    )
    page.get_by_role("button", name="Forget my picture").wait_for()
    settle(page)
    assert first_shape(page) == [100, 100]
    assert "Peak responses to this picture" in words(page)
    assert "The tuning curves are those of a square alone" in words(page)
    assert page.locator(".live-chart-caption").nth(1).inner_text() == said
    assert page.url.endswith("/filter")
    page.get_by_role("button", name="Forget my picture").click()
    settle(page)
    assert first_shape(page) == scene


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_a_phone_shows_the_page_without_scrolling_sideways(visit: Visit, scheme: str) -> None:
    path = "/filter?third=dog&fourth=blur"
    page = visit(path, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        "[...document.querySelectorAll('.live-chart, .live-chart-caption, h1, .stButton')]"
        ".filter((element) => element.getBoundingClientRect().right > 391).length"
    )
    assert wide == 0


def test_a_kernel_of_a_trained_network_is_taken_with_a_click(visit: Visit) -> None:
    page = visit("/filter")
    settle(page)
    page.get_by_text("Use a filter of a trained network").click()
    chart = page.locator(".live-chart", has=page.locator("[aria-label^='The depthwise kernels']"))
    chart.locator(".hm").first.wait_for()
    settle(page)
    chart.scroll_into_view_if_needed()
    box = chart.locator(".live-chart-plot").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 40, box["y"] + box["width"] / 40)
    page.wait_for_url("**filter=custom*")
    settle(page)
    assert "kernel=" in page.url
