"""Page `network` as a person uses it."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.browser.chromium import settle
from tests.browser.reading import slider, typed

Visit = Any


def chart_of(page: Page, name: str) -> int:
    """Which chart of the page has this name."""
    find = (
        "(name) => [...document.querySelectorAll('.live-chart-plot')]"
        ".findIndex((plot) => plot.layout?.meta?.name === name)"
    )
    page.wait_for_function(f"({find})({name!r}) >= 0")
    return int(page.evaluate(find, name))


def cell_point(page: Page, chart: int, trace: int, row: float, column: float) -> list[float]:
    """Where a cell of a chart's heatmap lies in the window."""
    page.locator(".live-chart-plot").nth(chart).scroll_into_view_if_needed()
    found: list[float] = page.evaluate(
        """([chart, trace, row, column]) => {
            const plot = document.querySelectorAll(".live-chart-plot")[chart];
            const {xaxis = "x", yaxis = "y"} = plot.data[trace];
            const axis = (name) => plot._fullLayout[`${name[0]}axis${name.slice(1)}`];
            const [x, y] = [axis(xaxis), axis(yaxis)];
            const box = plot.getBoundingClientRect();
            return [box.left + x._offset + x.d2p(column), box.top + y._offset + y.d2p(row)];
        }""",
        [chart, trace, row, column],
    )
    return found


def click(page: Page, point: list[float]) -> None:
    x, y = point
    page.mouse.move(x - 2, y - 2)
    page.mouse.move(x, y)
    page.locator(".live-chart[data-hovered]:not([data-hovered=''])").first.wait_for()
    page.mouse.click(x, y)
    settle(page)


def caption(page: Page) -> str:
    return page.locator(".live-chart-caption").first.inner_text()


def picture_file() -> dict[str, Any]:
    levels = np.random.default_rng(3).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, "PNG")
    return {"name": "own.png", "mimeType": "image/png", "buffer": file.getvalue()}


def test_first_screen_has_both_cats_their_answers_and_the_maps(visit: Visit) -> None:
    page = visit("/network")
    said = caption(page)
    assert (
        "classifies the near cat of 150 px as 'Egyptian cat'" in said
        and "the far one of 40 px" in said
    )
    boxes = page.locator(".live-chart").first.locator(".live-chart-object span")
    labels = boxes.all_inner_texts()
    assert {"near 150 px", "far 40 px"} <= set(labels)
    assert sum(label.endswith("%") for label in labels) == 10
    plot = page.locator(".live-chart-plot").first.bounding_box()
    assert plot and plot["y"] + 480 < 900, "the maps are on the first screen"


def test_walking_away_repaints_answers_and_maps(visit: Visit) -> None:
    page = visit("/network")
    settle(page)
    chart = page.locator(".live-chart").first
    before, said = int(chart.get_attribute("data-draws") or 0), caption(page)
    slider(page, "Far: size").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    settle(page)
    assert int(chart.get_attribute("data-draws") or 0) > before
    assert caption(page) != said and "far_px=3" in page.url
    box = typed(page, "Far: size")
    box.fill("far too much")
    box.press("Enter")
    assert page.get_by_text("'far too much' is not allowed; give a number").is_visible()
    page.go_back()
    settle(page)
    assert "the far one of 40 px" in caption(page)


def test_what_takes_long_is_said_and_nothing_fades(visit: Visit) -> None:
    page = visit("/network?image=coffee&background=texture&seed=7")
    settle(page)
    sign = "() => getComputedStyle(document.querySelector('.stApp'), '::after').opacity"
    assert page.evaluate(sign) == "0"
    page.get_by_role("combobox", name="Network").select_option("vgg16-hed")
    old = "[...document.querySelectorAll('[data-stale=true]')]"
    opacity = f"{old}.map((one) => getComputedStyle(one).opacity)"
    shown = page.wait_for_function(
        f"() => {{const old = {opacity}; return ({sign})() === '1' && old.length && old}}"
    )
    assert set(shown.json_value()) == {"1"}
    settle(page)
    assert page.evaluate(sign) == "0"


def test_a_click_on_a_unit_shows_its_card(visit: Visit) -> None:
    page = visit("/network?layer=blocks.3")
    mosaic = chart_of(page, "network-blocks.3")
    settle(page)
    row, column, unit = page.evaluate(
        """(chart) => {
            const {meta} = document.querySelectorAll(".live-chart-plot")[chart].layout;
            const {tiles} = meta.maps[0];
            return [tiles.tops[1] + 3, 2 * tiles.step[1] + 3, tiles.units[2]];
        }""",
        mosaic,
    )
    click(page, cell_point(page, mosaic, 0, row, column))
    settle(page)
    assert f"unit={unit}" in page.url
    assert page.get_by_role("heading", name=f"Unit {unit} of blocks.3").is_visible()
    chart_of(page, f"network-blocks.3-{unit}")
    page.reload()
    chart_of(page, f"network-blocks.3-{unit}")


def test_the_browser_of_a_layer_follows_its_controls(visit: Visit) -> None:
    page = visit("/network?layer=blocks.3")
    chart_of(page, "network-blocks.3")
    settle(page)
    controls = page.locator(".st-key-network-layer-panel")
    controls.get_by_role("combobox", name="Page").select_option("2 of 2")
    settle(page)
    assert "page=2" in page.url
    field = controls.get_by_role("textbox", name="Find a layer / unit")
    field.fill("blocks.99 / 1")
    field.press("Enter")
    settle(page)
    assert controls.get_by_text("'blocks.99 / 1' is not allowed").is_visible()
    assert field.get_attribute("aria-invalid") == "true" and "blocks.99" not in page.url
    field.fill("blocks.10 / 40")
    field.press("Enter")
    chart_of(page, "network-blocks.10-40")
    settle(page)
    assert page.get_by_role("heading", name="Unit 40 of blocks.10").is_visible()
    layer = controls.get_by_role("combobox", name="Layer")
    assert layer.input_value().startswith("blocks.10: ")
    assert field.get_attribute("aria-invalid") == "false"
    page.go_back()
    chart_of(page, "network-blocks.3")
    settle(page)
    assert layer.input_value().startswith("blocks.3: ") and "page=2" in page.url


def test_a_click_on_a_map_of_the_first_screen_shows_its_card_too(visit: Visit) -> None:
    page = visit("/network")
    chart_of(page, "network-blocks.8")
    settle(page)
    title = page.evaluate("document.querySelector('.live-chart-plot').data[3].name")
    unit = int(re.findall(r"unit (\d+)", title)[0])
    click(page, cell_point(page, 0, 3, 5, 5))
    settle(page)
    assert page.url.endswith(f"unit={unit}")
    assert page.get_by_role("heading", name=f"Unit {unit} of blocks.8").is_visible()


def test_shuffled_weights_know_nothing_and_it_is_one_click(visit: Visit) -> None:
    page = visit("/network")
    settle(page)
    page.get_by_role("button", name="Shuffled weights").click()
    page.get_by_text("EfficientNet-Lite0 with shuffled weights classifies").wait_for()
    settle(page)
    assert page.url.endswith("weights=shuffled")
    assert page.get_by_text(
        "With its trained weights, it gives the correct class"
    ).first.is_visible()
    page.go_back()
    settle(page)
    assert caption(page).startswith("EfficientNet-Lite0 classifies")


def box_edges(page: Page) -> list[float]:
    """The box in the address."""
    return [float(edge) for edge in unquote(page.url).split("box=")[1].split("&")[0].split(",")]


def test_the_box_is_dragged_on_the_photograph(visit: Visit) -> None:
    page = visit("/network")
    settle(page)
    page.get_by_text("Which part of the picture is the object?").click()
    frame = page.locator(".live-box-frame")
    frame.wait_for()
    settle(page)
    before = page.evaluate("[...document.querySelector('.live-chart-plot').data[0].z[112]]")
    frame.scroll_into_view_if_needed()
    area = frame.bounding_box()
    x, y = area["x"] + area["width"] - 1, area["y"] + area["height"] - 1
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - area["width"] / 2, y - area["height"] / 2, steps=6)
    page.mouse.up()
    settle(page)
    top, left, bottom, right = box_edges(page)
    assert (top, left) == (0, 4)
    assert bottom == pytest.approx(50, abs=1) and right == pytest.approx(42, abs=1)
    after = page.evaluate("[...document.querySelector('.live-chart-plot').data[0].z[112]]")
    assert after != before
    frame.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    settle(page)
    moved = box_edges(page)
    assert moved == pytest.approx([top + 1, left + 1, bottom + 1, right + 1], abs=0.11)
    assert "rows 1 to" in (frame.get_attribute("aria-label") or "")
    page.get_by_role("button", name="Reset the box").click()
    settle(page)
    assert "box=" not in page.url


def test_a_picture_of_ones_own_stays_out_of_the_link(visit: Visit) -> None:
    page = visit("/network")
    settle(page)
    page.get_by_text("Use your own picture").click()
    page.locator("input[type=file]").set_input_files(picture_file())
    page.get_by_role("button", name="Forget my picture").wait_for()
    settle(page)
    assert "classifies the near picture of 150 px" in caption(page)
    assert "Choose the correct class (unknown for your picture)" in caption(page)
    assert page.url.endswith("/network")
    page.get_by_role("button", name="Forget my picture").click()
    settle(page)
    assert "classifies the near cat" in caption(page)


@pytest.mark.parametrize("scheme", ("light", "dark"))
def test_a_phone_shows_the_page_without_scrolling_sideways(visit: Visit, scheme: str) -> None:
    page = visit("/network", viewport={"width": 390, "height": 844}, color_scheme=scheme)
    chart_of(page, "network-blocks.8")
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    wide = page.evaluate(
        "[...document.querySelectorAll('.live-chart, .live-chart-caption, h1, .stButton')]"
        ".filter((element) => element.getBoundingClientRect().right > 391).length"
    )
    assert wide == 0
