"""Page 1 as a person uses it."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

from scalescope.core.experiments import EXPERIMENTS
from tests.browser.chromium import settle
from tests.browser.reading import (
    draws,
    map_point,
    point_at,
    readouts,
    slider,
    typed,
    until_drawn_since,
    until_hovered,
    words,
)

SPEC = EXPERIMENTS["near-far"].spec
Visit = Any


def test_first_screen_has_two_cats_and_says_what_is_going_on(visit: Visit) -> None:
    page = visit()
    labels = page.locator(".live-chart-object span").all_inner_texts()
    assert labels == ["near 40 px", "far 8 px"]
    assert "5 times smaller (2.3 octaves" in words(page)
    for part in ("px|40|8", "m per pixel|0.01|0.05", "octaves||2.32"):
        assert part in readouts(page)
    assert page.locator(".live-chart-plot .hm").count() == 9


def test_a_drag_repaints_while_it_moves(visit: Visit) -> None:
    page = visit()
    box = slider(page, "Far distance").bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.63, middle)
    page.mouse.down()
    for step in range(1, 5):
        before = draws(page)
        page.mouse.move(box["x"] + box["width"] * (0.63 + 0.06 * step), middle, steps=5)
        until_drawn_since(page, before)
    page.mouse.up()
    settle(page)
    far_m = float(re.search(r"far_m=([\d.]+)", page.url).group(1))  # type: ignore[union-attr]
    assert far_m > 20
    assert f"px|40|{160 * 0.4 / far_m:.3g} " in readouts(page)


# Moves the thumb to and fro until the picture has been repainted four times, then lets go at the
# far end. It does so in the page, where no pause can come between two moves that ends the drag.
DRAG = """range => {
  const chart = document.querySelector(".live-chart");
  const wanted = Number(chart.dataset.draws) + 4, start = Number(range.value);
  let step = 0;
  const moving = setInterval(() => {
    step = (step + 1) % 40;
    range.value = String(start + 2 * step);
    range.dispatchEvent(new Event("input", {bubbles: true}));
    if (step < 39 || Number(chart.dataset.draws) < wanted) return;
    clearInterval(moving);
    window.addressWhenDragged = location.href;
    range.dispatchEvent(new Event("change", {bubbles: true}));
  }, 20);
}"""


def test_a_drag_is_one_step_for_back(visit: Visit) -> None:
    page = visit()
    slider(page, "Far distance").evaluate(DRAG)
    address = page.wait_for_function("() => window.addressWhenDragged").json_value()
    assert address.endswith("/"), "a drag must not fill the history"
    settle(page)
    far_m = float(re.search(r"far_m=([\d.]+)", page.url).group(1))  # type: ignore[union-attr]
    assert far_m > 10
    page.go_back()
    settle(page)
    assert page.url.endswith("/") and typed(page, "Far distance").input_value() == "8"
    page.go_forward()
    settle(page)
    assert float(typed(page, "Far distance").input_value()) == far_m


def test_keyboard_moves_a_slider_and_screen_readers_hear_it(visit: Visit) -> None:
    page = visit()
    thumb = slider(page, "Pooling depth")
    assert thumb.get_attribute("aria-valuetext") == "6"
    thumb.press("ArrowLeft")
    settle(page)
    assert thumb.get_attribute("aria-valuetext") == "5" and "depth=5" in page.url
    assert page.locator(".live-chart-plot .hm").count() == 8


@pytest.mark.parametrize("nonsense", ("nonsense", "0.01", "1e9", "-3", ""))
def test_a_typed_value_out_of_bounds_is_refused_in_one_sentence(
    visit: Visit, nonsense: str
) -> None:
    page = visit()
    box = typed(page, "Near distance")
    box.fill(nonsense)
    box.press("Enter")
    settle(page)
    said = page.get_by_text("is not allowed; give a number from 0.5 m to 40 m.")
    assert said.is_visible()
    assert "px|40|8" in readouts(page)
    box.press("Escape")
    assert box.input_value() == "1.6" and not said.is_visible()


def test_a_typed_value_is_taken_exactly(visit: Visit) -> None:
    page = visit()
    box = typed(page, "Focal length")
    box.fill("200,5")
    box.press("Enter")
    settle(page)
    assert "focal_px=200.5" in page.url and "px|50.1|10" in readouts(page)


def test_pointing_at_a_cell_links_all_levels_and_shows_its_arithmetic(visit: Visit) -> None:
    page = visit()
    point_at(page, 5, 4, 4)
    assert page.locator(".live-chart-hovered-cell").count() == 1
    assert page.locator(".live-chart-hovered-seen").count() == 1
    assert page.locator(".live-chart-hovered-linked").count() == 7
    tip = page.locator(".live-chart-tip").first.inner_text()
    assert "max pool 3" in tip and "(channel 0, row 4, column 4)" in tip
    assert "sees rows 31 to 40, columns 31 to 40" in tip
    panel = page.locator(".scalescope-cell").inner_text()
    assert "max pool 3, row 4, column 4" in panel and "maximum of its inputs" in panel


def test_a_click_pins_a_cell_into_the_link_and_esc_lets_go(visit: Visit) -> None:
    page = visit()
    point_at(page, 5, 2, 3)
    page.mouse.down()
    page.mouse.up()
    settle(page)
    assert re.search(r"pin=5(,|%2C)2(,|%2C)3", page.url)
    page.mouse.move(2, 2)
    until_hovered(page, "")
    assert page.locator(".live-chart-pinned-cell").count() == 1
    assert "max pool 3, row 2, column 3" in page.locator(".scalescope-cell").inner_text()
    page.keyboard.press("Escape")
    settle(page)
    assert "pin" not in page.url and page.locator(".live-chart-pinned-cell").count() == 0


PAINTED = "count => document.querySelector('.live-chart').dataset.painted >= count"


def test_walk_away_plays_on_the_client_and_stops_where_one_says(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="Walk away").click()
    page.wait_for_function(PAINTED, arg=4)
    asked = page.evaluate("performance.getEntriesByType('resource').length")
    first = int(page.locator(".live-chart").first.get_attribute("data-painted") or 0)
    page.wait_for_function(PAINTED, arg=first + 10)
    assert page.evaluate("performance.getEntriesByType('resource').length") == asked
    page.get_by_role("button", name="Pause").click()
    settle(page)
    shown = page.locator(".live-chart-frame").first.inner_text()
    far_m = float(re.search(r"far_m=([\d.]+)", page.url).group(1))  # type: ignore[union-attr]
    assert f"far at {far_m:.3g} m" in shown
    page.get_by_label("Walk away", exact=True).last.fill("35")
    settle(page)
    assert "far_m=12.8" in page.url and "px|40|5" in readouts(page)


def test_the_second_example_is_one_click_away(visit: Visit) -> None:
    page = visit()
    page.get_by_role("button", name="A size-selective filter").click()
    settle(page)
    assert "size-selective" in words(page)
    assert typed(page, "Far distance").input_value() == "21"
    page.get_by_role("button", name="Reset").click()
    settle(page)
    assert page.url.endswith("/") and typed(page, "Far distance").input_value() == "8"


def test_a_link_gives_the_same_picture_in_another_browser(visit: Visit) -> None:
    path = "/?far_m=5.5&object=disc&filter=dog&noise=0.1&seed=7&depth=4&pin=2,30,40"
    first, second = visit(path), visit(path)
    drawn = [
        page.locator(".live-chart").first.get_attribute("data-drawn") for page in (first, second)
    ]
    assert drawn[0] == drawn[1]
    assert words(first) == words(second)


def test_a_broken_link_opens_with_what_was_good(visit: Visit) -> None:
    page = visit("/?far_m=4&depth=99&object=dog&fog=thick")
    note = page.get_by_role("alert").filter(has_text="fog").inner_text()
    for part in ("depth: '99' is not allowed", "object: 'dog'", "fog: there is no such field"):
        assert part in note
    assert "px|40|16" in readouts(page)


def test_zoom_is_kept_while_a_slider_moves(visit: Visit) -> None:
    page = visit()
    shown = "document.querySelector('.live-chart-plot')._fullLayout.xaxis.range"
    page.mouse.move(*map_point(page, 0, 15, 60))
    page.mouse.down()
    page.mouse.move(*map_point(page, 0, 30, 90), steps=5)
    page.mouse.move(*map_point(page, 0, 45, 120), steps=5)
    page.mouse.up()
    page.wait_for_function(f"{shown}[0] > 50")
    settle(page)
    zoomed = page.evaluate(shown)
    assert zoomed[0] > 50 and zoomed[1] < 128
    for _ in range(3):
        slider(page, "Far distance").press("ArrowRight")
        settle(page)
    assert page.evaluate(shown) == pytest.approx(zoomed)


def test_every_figure_can_be_taken_home(visit: Visit, tmp_path: Any) -> None:
    page = visit("/?depth=2")
    for form in ("PNG", "SVG", "CSV"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=form, exact=True).first.click()
        target = tmp_path / form
        waiting.value.save_as(target)
        assert waiting.value.suggested_filename == f"near-far.{form.lower()}"
    assert (tmp_path / "PNG").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (tmp_path / "SVG").read_text(encoding="utf-8")[:300]
    rows = list(csv.DictReader((tmp_path / "CSV").read_text(encoding="utf-8").splitlines()))
    result = EXPERIMENTS["near-far"].run(SPEC(depth=2))
    pooled = [float(row["value"]) for row in rows if row["trace"] == "max pool 2"]
    assert pooled == pytest.approx(result.levels[2].values.ravel().tolist())


def test_copy_link_copies_the_address(visit: Visit) -> None:
    page = visit("/?far_m=4", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


@pytest.mark.parametrize("scheme", ("light", "dark"))
@pytest.mark.parametrize("path", ("/", "/pooling"))
def test_a_phone_shows_everything_without_scrolling_sideways(
    visit: Visit, path: str, scheme: str
) -> None:
    page = visit(path, viewport={"width": 390, "height": 844}, color_scheme=scheme)
    wide = page.evaluate(
        "[...document.querySelectorAll('.live-chart, .live-chart-caption, h1, .stButton')]"
        ".filter((element) => element.getBoundingClientRect().right > 391).length"
    )
    assert wide == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
