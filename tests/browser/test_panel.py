"""The panel of controls as a person uses it: choices, what is folded away, and on a phone."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.chromium import settle
from tests.browser.reading import draws, slider, typed, until_drawn_since

Visit = Any


def test_choices_and_the_folded_controls_act_and_are_kept_in_the_link(visit: Visit) -> None:
    page = visit()
    page.get_by_label("Background", exact=True).select_option("gray")
    settle(page)
    assert page.url.endswith("/?background=gray")
    page.get_by_text("More", exact=True).click()
    seed = typed(page, "Random seed of the noise")
    assert (
        seed.is_disabled() and page.get_by_text("The noise is 0, so no seed is used.").is_visible()
    )
    typed(page, "Noise, std. dev.").fill("0.1")
    typed(page, "Noise, std. dev.").press("Enter")
    settle(page)
    assert seed.is_enabled() and "noise=0.1" in page.url


def test_the_same_choice_again_after_a_reset_is_heard(visit: Visit) -> None:
    page = visit()
    for _ in range(2):
        page.get_by_label("Background", exact=True).select_option("gray")
        settle(page)
        assert "background=gray" in page.url
        page.get_by_role("button", name="Reset").click()
        settle(page)
        assert page.url.endswith("/")


def test_the_chart_carries_a_move_until_the_slider_rests(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => {
            window.carried = [];
            window.addEventListener("live-panel-move",
                (event) => window.carried.push(event.defaultPrevented && event.detail.final));
        }"""
    )
    before = draws(page)
    slider(page, "Far distance").press("ArrowRight")
    settle(page)
    assert page.evaluate("() => window.carried") == [False]
    assert draws(page) > before and "far_m=" in page.url
    page.evaluate(
        """() => window.addEventListener(
            "live-panel-move", (event) => event.stopImmediatePropagation(), true)"""
    )
    address, before = page.url, draws(page)
    slider(page, "Far distance").press("ArrowRight")
    settle(page)
    assert draws(page) > before and page.url != address


def moves(page: Page) -> int:
    return int(page.evaluate("() => window.moves"))


def test_the_chart_library_redraws_only_after_the_last_move(visit: Visit) -> None:
    page = visit()
    page.evaluate(
        """() => {
            const picture = document.querySelector(".live-chart-plot"), react = window.Plotly.react;
            window.redrawn = 0;
            window.Plotly.react = (plot, ...rest) => {
                window.redrawn += plot === picture;
                return react(plot, ...rest);
            };
            const said = { detail: {}, cancelable: false };
            window.moves = 0;
            window.moving = setInterval(() => {
                window.dispatchEvent(new CustomEvent("live-panel-move", said));
                window.moves += 1;
            }, 20);
        }"""
    )
    before = draws(page)
    slider(page, "Far distance").press("ArrowRight")
    until_drawn_since(page, before)
    page.wait_for_function("until => window.moves >= until", arg=moves(page) + 40)
    assert page.evaluate("() => window.redrawn") == 0
    old = page.locator(".live-chart-plot").first.locator(".heatmaplayer image").first
    assert not old.is_visible()  # what is painted may leave cells out
    page.evaluate("() => clearInterval(window.moving)")
    page.wait_for_function("() => window.redrawn === 1")
    old.wait_for(state="visible")


def test_what_is_unfolded_stays_so_on_other_pages_too(visit: Visit) -> None:
    page = visit("/scale-space")
    title = page.get_by_role("button", name="Use your own picture")
    promise = page.get_by_text("never written to disk")
    assert title.get_attribute("aria-expanded") == "false" and not promise.is_visible()
    title.press("Enter")
    promise.wait_for()
    settle(page)
    page.get_by_role("link", name="Does pooling remove size information?").click()
    page.get_by_role("heading", name="Probability over alignments").wait_for()
    page.go_back()
    promise.wait_for()
    settle(page)
    assert title.get_attribute("aria-expanded") == "true"
    title.click()
    promise.wait_for(state="hidden")
    settle(page)
    assert title.get_attribute("aria-expanded") == "false"


def test_on_a_phone_the_picture_stays_in_sight_while_a_slider_moves(visit: Visit) -> None:
    page = visit(viewport={"width": 390, "height": 844})
    page.get_by_test_id("stExpandSidebarButton").click()
    settle(page)
    page.get_by_test_id("stSidebar").evaluate(
        "bar => Promise.all(bar.getAnimations({subtree: true}).map((one) => one.finished))"
    )
    before = draws(page)
    slider(page, "Far distance").press("ArrowLeft")
    settle(page)
    page.locator(".live-chart-object").first.evaluate("box => box.scrollIntoView()")
    sheet = page.get_by_test_id("stSidebar").bounding_box()
    near = page.locator(".live-chart-object").first.bounding_box()
    assert sheet and near and draws(page) > before
    assert near["y"] >= 0 and near["y"] + near["height"] <= sheet["y"]
