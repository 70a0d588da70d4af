"""A picture of one's own on the pages that take one: what it changes, and who gets to see it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import cached
from scalescope.core.experiments.filter.scene import run_scene
from tests.components.pages.test_pages import address, chart, everything_said
from tests.components.widgets.test_user_picture import notes, press, unfolded
from tests.core.imaging.picture_corpus import encoded, pattern

CAT = ("cat.png", encoded(pattern(60, 90, 3), "PNG"), "image/png")
PAGES = pytest.mark.parametrize("slug", ["filter", "scale-space"])


def shown(page: AppTest) -> tuple[int, ...]:
    """Rows and columns of the first map of the page."""
    assert not page.exception
    return tuple(chart(page)["data"][0]["z"].shape)


@PAGES
def test_it_takes_the_place_of_the_scene_until_it_is_forgotten(slug: str, open_page: Any) -> None:
    page = unfolded(open_page(slug), slug)
    before = shown(page)
    page.file_uploader[0].set_value(CAT).run()
    assert shown(page) == (60, 90)
    press(page, "Forget my picture")
    assert shown(page) == before


@PAGES
def test_it_is_in_no_link_and_in_no_other_session(slug: str, open_page: Any) -> None:
    page = unfolded(open_page(slug), slug)
    before = shown(page)
    page.file_uploader[0].set_value(CAT).run()
    assert address(page) == {}
    assert shown(open_page(slug)) == before


@PAGES
def test_nothing_made_of_it_goes_through_a_shared_cache(
    slug: str, open_page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = unfolded(open_page(slug), slug)
    kept: list[Any] = []
    real, derive = cached.result, cached.cached_value

    def derived(name: str, *given: Any) -> Any:
        if name.startswith("scale-space/law"):  # of drawn discs and squares, whatever is on screen
            return derive(name, *given)
        return kept.append((name, *given))

    monkeypatch.setattr(cached, "cached_value", derived)
    monkeypatch.setattr(cached, "result", lambda *given: kept.append(real(*given)) or kept[-1])
    cache = run_scene.cache_info().misses
    page.file_uploader[0].set_value(CAT).run()
    assert shown(page) == (60, 90)
    assert run_scene.cache_info().misses == cache
    pictures = [one.scene.picture.shape for one in kept if slug == "filter"]
    assert (60, 90) not in pictures and (slug == "filter" or not kept)


@PAGES
def test_a_deep_picture_says_beside_it_what_is_black_and_white(slug: str, open_page: Any) -> None:
    values = np.linspace(0, 3000, 60 * 90).reshape(60, 90).astype("u2")
    page = unfolded(open_page(slug), slug)
    page.file_uploader[0].set_value(("tile.png", encoded(values, "PNG"), "image/png")).run()
    assert shown(page) == (60, 90)
    assert chart(page)["data"][0]["z"].std() > 0.2
    assert "16-bit values 0 to 3000, shown from 59.98 (black) to 2939 (white)" in notes(page)


@PAGES
def test_an_elongated_picture_is_refused_and_can_be_forgotten(slug: str, open_page: Any) -> None:
    page = unfolded(open_page(slug), slug)
    strip = ("strip.png", encoded(pattern(16, 900, 3), "PNG"), "image/png")
    page.file_uploader[0].set_value(strip).run()
    assert "is too elongated" in page.error[0].value and not page.exception
    press(page, "Forget my picture")
    assert not page.error and shown(page)


def test_on_filter_the_curves_stay_about_the_object_and_say_so(open_page: Any) -> None:
    page = unfolded(open_page("filter", object="disc"), "filter")
    curves = chart(page, 1)["data"]
    page.file_uploader[0].set_value(CAT).run()
    after = chart(page, 1)["data"]
    assert [trace["y"] for trace in after] == [trace["y"] for trace in curves]
    assert (
        "The tuning curves are those of a disc alone."
        in chart(page)["layout"]["meta"]["caption"][1]
    )
    assert any(
        "The tuning curves stay those of a disc" in caption.value for caption in page.caption
    )


def test_a_photograph_can_be_pointed_at_and_pinned(open_page: Any) -> None:
    page = open_page("filter", source="coffee", pin="1,20,30")
    assert not page.exception
    assert "row 20, column 30" in everything_said(page)
