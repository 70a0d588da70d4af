"""Page 2 as a person uses it, and moving between the pages."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.chromium import settle, wait_until_drawn
from tests.browser.reading import slider, typed, words

Visit = Any


def table(page: Page) -> list[list[str]]:
    """The rows of the table of squares: size, merge level, cells."""
    rows = page.locator(".scalescope-table").first.locator("tr").all()[1:]
    return [row.locator("td").all_inner_texts() for row in rows]


def test_corners_that_share_a_cell_come_apart_after_a_shift_by_one_pixel(visit: Visit) -> None:
    page = visit("/pooling")
    assert [row[1] for row in table(page)] == ["1", "2", "3", "4", "5"]
    assert "share a cell of level 5 at 0.098 % of all 1,024 alignments" in words(page)
    slider(page, "Move all squares right").press("ArrowRight")
    settle(page)
    assert [row[1] for row in table(page)] == ["2", "3", "4", "5", "none"]
    assert page.url.endswith("column=1")


def test_at_stride_one_the_alignment_has_no_effect(visit: Visit) -> None:
    page = visit("/pooling")
    page.get_by_role("button", name="Stride 1: no alignment effect").click()
    settle(page)
    assert [row[1] for row in table(page)] == ["1", "3", "none", "none", "none"]
    assert "At every alignment, each square that has merged merges at the same level" in words(page)


def test_a_scene_where_the_claim_holds_and_one_where_it_fails(visit: Visit) -> None:
    page = visit("/pooling")
    for verdict in ("holds", "fails"):
        page.get_by_role("button", name=f"Find one where it {verdict}").click()
        settle(page)
        assert re.search(rf"the largest merge' {verdict} in this scene", page.content())
        assert "scene=random" in page.url
    assert slider(page, "Move all squares down").is_disabled()
    assert page.get_by_text("The scene is random").first.is_visible()


def test_the_tooltip_names_both_detectors(visit: Visit) -> None:
    page = visit("/pooling?depth=4")
    point = page.evaluate(
        """() => {
            const plot = document.querySelector(".live-chart-plot");
            const {xaxis6: x, yaxis6: y} = plot._fullLayout;
            const box = plot.getBoundingClientRect();
            return [box.left + x._offset + x.d2p(0), box.top + y._offset + y.d2p(0)];
        }"""
    )
    page.mouse.move(point[0] - 1, point[1] - 1)
    page.mouse.move(*point)
    tip = page.locator(".live-chart-tip").first
    expect(tip).to_contain_text("upper left corner: 1")
    expect(tip).to_contain_text("bottom right corner: 1")


def test_pages_are_left_and_found_again_as_they_were(visit: Visit) -> None:
    page = visit("/?far_m=4")
    page.get_by_role("link", name="Does pooling remove size information?").click()
    page.wait_for_url("**/pooling")
    settle(page)
    page.get_by_role("button", name="Shift by one pixel").click()
    settle(page)
    page.get_by_role("link", name="How does a CNN see the same cat, near and far?").click()
    page.wait_for_url("**/?far_m=4")
    settle(page)
    assert typed(page, "Far distance").input_value() == "4"
    page.go_back()
    settle(page)
    assert page.url.endswith("/pooling?row=1&column=1")
    assert table(page)[0][1] == "2"


def test_reloading_keeps_the_page(visit: Visit) -> None:
    page = visit("/pooling?row=3&depth=4")
    before = table(page)
    page.reload()
    wait_until_drawn(page)
    assert table(page) == before


def test_sizes_are_typed_as_lists(visit: Visit) -> None:
    page = visit("/pooling")
    box = page.get_by_role("textbox", name="Sides of the squares, px")
    box.fill("3:12:3")
    box.press("Enter")
    settle(page)
    assert [row[0] for row in table(page)] == ["3 px", "6 px", "9 px", "12 px"]
    box.fill("3,x")
    box.press("Enter")
    settle(page)
    assert page.get_by_role("alert").filter(has_text="3,x").first.is_visible()
    assert box.input_value() == "3,x" and len(table(page)) == 4
