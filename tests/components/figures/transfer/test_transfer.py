"""Figures of page `transfer`: valid, apart, and what was measured."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import theme
from scalescope.components.figures.transfer import overview, study
from scalescope.components.figures.transfer.grid import HIGH_M, LOW_M, NARROW, WIDE
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.transfer.pictures import Pictures, scene_pictures, tile_pictures
from scalescope.core.experiments.transfer.precomputed import precomputed_results
from scalescope.core.experiments.transfer.result import Result, collect
from scalescope.core.experiments.transfer.setup import TRAINED
from scalescope.core.experiments.transfer.steps import steps
from tests.components.figures.scale_space.test_scale_space import both
from tests.core.experiments.transfer.test_transfer import QUICK, colored, networks


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return scene_pictures()


@pytest.fixture(scope="module")
def result() -> Result:
    return precomputed_results()[4.0]


@pytest.fixture(scope="module")
def partial() -> Result:
    return collect([next(iter(steps(QUICK, colored(), networks())))])


def shown(pictures: Pictures, result: Result | None, gsd_m: float = 4.0) -> overview.Overview:
    results = {} if result is None else precomputed_results()
    return overview.Overview(pictures, gsd_m, result, results, ("words", ""))


def sound(figure: dict[str, Any]) -> None:
    meta = figure["layout"]["meta"]
    assert meta["name"].startswith("transfer") and meta["alt"].endswith(".")
    for layout in both(figure):
        go.Figure(copy.deepcopy({"data": figure["data"], "layout": layout}))
    assert pack({"figure": figure})


def traces(figure: dict[str, Any]) -> dict[str, Any]:
    return {trace["name"]: trace for trace in figure["data"]}


def test_the_first_screen_is_sound_with_and_without_a_result(
    pictures: Pictures, result: Result, partial: Result
) -> None:
    sound(overview.figure(shown(pictures, result)))
    sound(overview.figure(shown(pictures, None)))
    small = tile_pictures(colored(20))
    sound(overview.figure(overview.Overview(small, 1.0, partial, {1.0: partial}, ("words", ""))))


def test_tiles_and_chart_stand_apart_and_inside(pictures: Pictures, result: Result) -> None:
    figure = overview.figure(shown(pictures, result))
    cells = [trace for trace in figure["data"] if trace["type"] == "heatmap"]
    assert [trace["z"].shape[0] for trace in cells] == [192] * 6 + [96] * 6
    for layout in both(figure):
        boxes = []
        for at in range(len(cells) + 1):
            left, right = layout[f"xaxis{theme.axis_suffix(at)}"]["domain"]
            low, high = layout[f"yaxis{theme.axis_suffix(at)}"]["domain"]
            assert 0 <= left < right <= 1 and 0 <= low < high <= 1
            boxes.append((left, right, low, high))
        for at, (left, right, low, high) in enumerate(boxes):
            for other in boxes[at + 1 :]:
                beside = right <= other[0] or other[1] <= left
                assert beside or high <= other[2] or other[3] <= low


@pytest.mark.parametrize("grid", [WIDE, NARROW])
def test_the_strips_tiles_stand_above_their_own_distance(grid: Any) -> None:
    left, _, right, _ = grid.chart()
    low, high = np.log10(LOW_M / 1.12), np.log10(HIGH_M * 1.12)
    for gsd_m in (0.5, 4.0, 16.0):
        box = grid.small_tile(gsd_m)
        across = ((box[0] + box[2]) / 2 - left) / (right - left)
        assert low + across * (high - low) == pytest.approx(np.log10(gsd_m))


def test_only_values_change_while_the_slider_moves(pictures: Pictures, result: Result) -> None:
    one, two = (overview.figure(shown(pictures, result, gsd_m)) for gsd_m in (3.0, 7.0))
    assert one["layout"] == two["layout"]
    changed = [
        a["name"]
        for a, b in zip(one["data"], two["data"], strict=True)
        if pack({"figure": a}) != pack({"figure": b})
    ]
    assert set(changed) == {*pictures.names, "the tiles above"}


def test_the_lines_are_the_numbers(pictures: Pictures, result: Result) -> None:
    found = traces(overview.figure(shown(pictures, result)))
    last = found["last layer, unresized tiles (baseline)"]
    assert last["x"] == [0.5, 1, 2, 4, 8, 16]
    assert last["y"] == pytest.approx(result.by_gsd[TRAINED].mean[-1].tolist())
    chosen = found["chosen layer and resize factor"]
    assert chosen["x"] == list(precomputed_results())
    at = chosen["x"].index(4.0)
    picked = result.choice
    assert picked is not None
    factor = result.protocol.factors(4.0).index(picked.factor)
    where = (result.protocol.layers.index(picked.layer), factor)
    assert chosen["y"][at] == result.by_factor[TRAINED].mean[where]
    resized = found["last layer, resized as chosen"]
    assert resized["x"] == chosen["x"]
    assert resized["y"][at] == result.by_factor[TRAINED].mean[-1, factor]
    gain = chosen["y"][at] - resized["y"][at]
    assert gain == pytest.approx(picked.gains["layer"].points / 100, abs=2e-4)
    assert {
        "the same choice, shuffled weights",
        "the same choice, untrained",
        "mean-color baseline",
        "chance level",
    } <= set(found)


def test_every_section_is_sound_of_a_whole_and_of_a_part(result: Result, partial: Result) -> None:
    for one in (result, partial):
        sound(study.layers_figure(one, "words"))
        sound(study.factors_figure(one, "words"))
        sound(study.gsds_figure(one))
        sound(study.resizing_figure(one))
    sound(study.counts_figure(result, "words"))
    sound(study.across_figure(result))
    sound(study.tuning_figure([(1.0, 0.5), (0.9,)], "words"))


def test_sections_draw_what_was_measured(result: Result) -> None:
    layers = traces(study.layers_figure(result, ""))
    plain = result.protocol.factors(4.0).index(1.0)
    wanted = result.by_factor[TRAINED].mean[:, plain].tolist()
    assert layers["unresized tiles"]["y"] == pytest.approx(wanted)
    assert layers["chance level"]["y"][0] == pytest.approx(1 / 6)
    maps = study.across_figure(result)["data"]
    assert [one["z"].shape for one in maps] == [(6, 6)] * 3
    np.testing.assert_allclose(maps[0]["z"], result.cross_resolution["as-is"].mean, rtol=1e-6)
    counts = traces(study.counts_figure(result, ""))
    assert counts["chosen layer and resize factor"]["x"] == [5, 10, 20]


def test_close_distances_share_one_tile_of_the_strip(pictures: Pictures, result: Result) -> None:
    tile_set = replace(result.protocol.tile_set, gsds_m=(0.5, 0.6, 1.0, 1.5, 2.0))
    close = replace(result, protocols=(replace(result.protocol, tile_set=tile_set),))
    assert overview.strip_of(shown(pictures, close)) == [0.5, 1.0, 2.0]
