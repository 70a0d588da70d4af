"""Page `network` by AppTest: what is on it, what is private, and what stays usable."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import cached
from scalescope.components.pages.network import page, state
from scalescope.components.widgets import user_picture
from scalescope.core import networks
from scalescope.core.experiments.network.spec import WEIGHTS, Spec
from scalescope.core.imaging.subjects import FULL_IMAGE
from scalescope.core.networks import NETWORKS, Network, labels
from tests.components.pages.test_pages import address, chart, component, end_jobs, state_of, words

ROOT = Path(__file__).parents[4]
Open = Callable[..., AppTest]


@pytest.fixture
def open_page(open_page: Open) -> Iterator[Open]:
    """The fixture of that name, after which no work goes on."""
    runs: list[AppTest] = []

    def opened(slug: str, **query: Any) -> AppTest:
        runs.append(open_page(slug, **query))
        return runs[-1]

    yield opened
    for run in runs:
        end_jobs(run)


def charts(run: AppTest) -> dict[str, dict[str, Any]]:
    """The figures of a run by name."""
    results: dict[str, dict[str, Any]] = {}
    count = sum(
        one.proto.component_name.endswith("live_chart") for one in run.get("bidi_component")
    )
    for index in range(count):
        figure = chart(run, index)
        results[figure["layout"]["meta"]["name"]] = figure
    return results


def notes(run: AppTest) -> str:
    return " ".join([words(run), *(element.value for element in [*run.info, *run.error])])


@pytest.mark.slow
def test_the_other_pages_wait_for_no_network() -> None:
    code = (
        "import sys; from scalescope.components.pages import PAGES;"
        "import scalescope.components.page_frame;"
        "[page.load() for page in PAGES if page.slug not in ('network', 'training', 'transfer')];"
        "print(*(name for name in sys.modules if name.startswith('scalescope.core.networks')))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0 and result.stdout.split() == []


@pytest.mark.slow
def test_the_first_screen_says_what_each_is_called_and_the_control_beside(open_page: Open) -> None:
    run = open_page("network")
    caption, remark = chart(run)["layout"]["meta"]["caption"]
    assert (
        "classifies the near cat of 150 px as 'Egyptian cat'" in caption
        and "1.91 octaves" in caption
    )
    assert remark.startswith("Only the object is resized")
    text = notes(run)
    assert "The control (shuffled weights) gives the correct class" in text
    assert "Of 5 backgrounds, at 40 px, the correct class" in text
    assert {"network", "network-blocks.8"} <= set(charts(run))


@pytest.mark.slow
def test_aliasing_and_the_blur_control_are_named(open_page: Open) -> None:
    run = open_page("network", resampling="aliased", detail_px="24")
    remark = chart(run)["layout"]["meta"]["caption"][1]
    assert "Aliased: each pixel is the nearest pixel of the source" in remark
    assert "Blur control: the object is reduced to 24 px, then" in remark
    assert "liased" not in chart(open_page("network"))["layout"]["meta"]["caption"][1]


def test_the_preset_shows_the_same_detail_at_two_sizes(open_page: Open) -> None:
    spec = Spec(**page.PRESETS["Same detail, two sizes"])
    shown = network_kept_now(spec)
    assert shown[0] > 0.5 > 0.1 > shown[1]


def network_kept_now(spec: Spec) -> tuple[float, float]:
    from scalescope.core.experiments.network.views import compare_views

    result = compare_views(spec)
    assert result.near.probability is not None and result.far.probability is not None
    return result.near.probability, result.far.probability


def test_the_card_is_of_the_unit_in_the_link(open_page: Open) -> None:
    run = open_page("network", layer="blocks.3", unit="12", page="1", order="number")
    figure = charts(run)["network-blocks.3-12"]
    assert len(figure["data"]) == 7
    tiles = charts(run)["network-blocks.3"]["layout"]["meta"]["maps"][0]["tiles"]
    assert list(tiles["units"]) == list(range(32))


def test_a_unit_that_the_layer_lacks_becomes_its_last(open_page: Open) -> None:
    run = open_page("network", layer="stem", unit="900", page="30")
    assert not run.exception
    spec = state_of(run, "network").spec
    assert (spec.unit, spec.page) == (31, 1)
    assert "unit: 900 was lowered to 31" in run.warning[0].value


MOVES = {
    "find 40": ("Find a layer / unit", "blocks.10 / 40"),
    "find 99": ("Find a layer / unit", "blocks.99 / 1"),
    "stem": ("layer", "stem: stem, 32 channels"),
    "number": ("order", "number"),
    "per map": ("colors", "per map (not comparable)"),
    "page 2": ("page", "2 of 4"),
    "page 9": ("page", "9 of 4"),
}


def _moving(moves: dict) -> None:  # type: ignore[type-arg]
    import streamlit as st

    from scalescope.components import page_frame
    from scalescope.components.pages import PAGES
    from scalescope.components.pages.network import layer_browser

    for text, move in moves.items():
        st.button(text, on_click=layer_browser.on_control_change, args=(*move, True))
    page_frame.render_page(next(page for page in PAGES if page.slug == "network"))


@pytest.fixture
def browser() -> Iterator[AppTest]:
    """The page, with a button for each move: AppTest cannot move a control of our own."""
    run = AppTest.from_function(_moving, args=(MOVES,), default_timeout=30).run()
    yield run
    end_jobs(run)


def move(run: AppTest, text: str) -> Spec:
    """The spec after a move of a control."""
    next(button for button in run.button if button.label == text).click().run()
    run.run()  # all of it: what came last may be the browser's own part alone
    assert not run.exception and not run.warning
    spec: Spec = state_of(run, "network").spec
    return spec


def layer_controls(run: AppTest) -> dict[str, dict[str, Any]]:
    """The controls of the browser of the layer, by label."""
    elements = (element.proto for element in run.get("bidi_component"))
    panel = next(one for one in elements if one.id.endswith("network/layer-panel"))
    return {one["label"]: one for one in json.loads(panel.json)["controls"]}


def test_searching_goes_to_the_layer_and_the_unit(browser: AppTest) -> None:
    spec = move(browser, "find 40")
    assert (spec.layer, spec.unit) == ("blocks.10", 40)
    assert f"network-{spec.layer}-40" in charts(browser)
    assert address(browser)["unit"] == "40"
    assert move(browser, "find 99") == spec
    field = layer_controls(browser)["Find a layer / unit"]
    assert field["value"] == "blocks.99 / 1"
    assert "find: 'blocks.99 / 1' is not allowed" in field["note"]


@pytest.mark.slow
def test_choosing_a_layer_starts_with_its_first_page(browser: AppTest) -> None:
    assert move(browser, "page 2").page == 2
    assert layer_controls(browser)["Page"]["value"] == "2 of 4"
    assert move(browser, "page 9").page == 2
    spec = move(browser, "stem")
    assert (spec.layer, spec.unit, spec.page) == ("stem", -1, 1)
    page = layer_controls(browser)["Page"]
    assert page["disabled"] and page["note"]
    move(browser, "number")
    spec = move(browser, "per map")
    assert (spec.order, spec.colors) == ("number", "per-map")
    text = charts(browser)["network-stem"]["layout"]["coloraxis"]["colorbar"]["title"]["text"]
    assert "not comparable" in text


def test_a_missing_network_is_told_and_the_page_stays_usable(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Network, "missing_reason", lambda self: f"{self.title} needs something.")

    def load(slug: str, *more: Any) -> Any:
        raise networks.NetworkMissing(NETWORKS[slug].missing_reason())

    monkeypatch.setattr(networks, "load", load)
    run = open_page("network", network="vgg16-hed")
    assert not run.exception
    assert "needs something. Until then, choose another network." in run.info[0].value
    assert component(run, "live_panel")


def test_ones_own_picture_is_on_screen_and_in_no_link_or_shared_cache(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = np.random.default_rng(0).random((3, 60, 80), dtype=np.float32)
    monkeypatch.setattr(page, "user_picture", lambda slug: own)
    monkeypatch.setattr(user_picture, "user_picture", lambda slug: own)
    monkeypatch.setattr(state, "user_picture", lambda slug: own)

    def shared(*_: Any) -> Any:
        raise AssertionError("a person's picture went through the cache that sessions share")

    monkeypatch.setattr(cached, "cached_value", shared)
    monkeypatch.setattr(cached, "cached_large_value", shared)
    spec = Spec()
    assert page.disabled_reasons(spec)["image"].startswith("Your own picture")
    with monkeypatch.context() as patched:
        collected: dict[str, Any] = {}

        def made(slug: str, name: str, key: Any, make: Any) -> Any:
            return collected.setdefault(name, make())

        patched.setattr(state, "session_cached", made)
        patched.setattr(user_picture, "session_cached", made)
        shown = state.view_pair(spec)
        state.size_sensitivity(spec)
        state.palette(spec)
        state.unit_views(spec, 3)
    assert set(collected) == {"views", "changes", "colors", "unit-views"}
    assert shown.subject.crop.shape == (3, 60, 80) and shown.assumed
    assert spec.box_percent(True) == FULL_IMAGE


def test_where_no_class_is_right_all_are_asked_for_the_same_one(open_page: Open) -> None:
    from scalescope.core.experiments.network.views import compare_views
    from scalescope.core.formatting import percent

    spec = Spec(image="brick", near_px=200.0)
    shown = compare_views(spec)
    assert shown.assumed
    number = str(shown.classes[0])
    white = compare_views(Spec(image="brick", near_px=200.0, background="white", classes=number))
    twin = compare_views(Spec(image="brick", near_px=200.0, weights="shuffled", classes=number))
    run = open_page("network", image="brick", near_px="200")
    tables = " ".join(element.proto.body for element in run.get("html"))
    assert f">white</td><td>{percent(white.near.probability or 0)}<" in tables
    name = labels()[shown.classes[0]]
    assert f"gives '{name}' {percent(twin.near.probability or 0)} near" in notes(run)


def test_the_control_is_one_click_away(open_page: Open) -> None:
    assert page.PRESETS["Shuffled weights"] == {"weights": WEIGHTS[1]}
    run = open_page("network", weights="shuffled")
    caption = chart(run)["layout"]["meta"]["caption"][0]
    assert caption.startswith("EfficientNet-Lite0 with shuffled weights classifies")
    assert "With its trained weights, it gives the correct class" in notes(run)
