"""Figures of page `calculator`: valid Plotly, nothing over anything else, true sizes."""

from __future__ import annotations

import copy
import math

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import theme
from scalescope.components.figures.calculator import views
from scalescope.components.figures.calculator.sizes import MAX_PX, MIN_PX, RESOLVED_PX, sizes_figure
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.calculator.run import run
from scalescope.core.experiments.calculator.spec import CUSTOM, Spec
from tests.components.figures.scale_space.test_scale_space import assert_apart

SPECS = (
    Spec(),
    Spec(sensor="landsat", object="cat", resize=64.0, network="mobilenet-v2"),
    Spec(sensor=CUSTOM, object=CUSTOM, size_m=2000, altitude_m=1, layer="stem"),
)
EACH = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: repr(spec)[:60])


@EACH
def test_plotly_accepts_the_figures_and_they_travel(spec: Spec) -> None:
    result = run(spec)
    for figure in (views.figure(result), sizes_figure(result)):
        narrow = {**figure["layout"], **figure["layout"]["meta"].get("narrow", {})}
        for layout in (figure["layout"], narrow):
            go.Figure(copy.deepcopy({"data": figure["data"], "layout": layout}))
        assert pack({"figure": figure})
        assert figure["layout"]["meta"]["name"] and figure["layout"]["meta"]["alt"]


@EACH
def test_pictures_stand_apart_and_share_one_range_of_gray(spec: Spec) -> None:
    result = run(spec)
    figure = views.figure(result)
    assert_apart(figure)
    large = 2 if result.target.best is None else 3
    assert len(figure["data"]) == large + len(result.sensor_views)
    assert {trace["coloraxis"] for trace in figure["data"]} == {"coloraxis"}
    assert figure["layout"]["coloraxis"]["colorscale"] == theme.GRAYS
    assert all(trace["z"].shape[0] == trace["z"].shape[1] for trace in figure["data"])


def test_only_values_outlines_and_words_change_while_the_slider_moves() -> None:
    """Otherwise the live chart would have to redraw everything."""
    first_figure, second_figure = (views.figure(run(Spec(resize=by))) for by in (2.0, 3.0))
    for first, second in zip(first_figure["data"], second_figure["data"], strict=True):
        assert {**first, "z": 0} == {**second, "z": 0} and first["z"].shape == second["z"].shape
    layouts = [{**f["layout"], "meta": 0} for f in (first_figure, second_figure)]
    assert layouts[0] == layouts[1]


def test_outlines_have_the_sizes_that_the_titles_say() -> None:
    result = run(Spec(resize=2))
    boxes = views.figure(result)["layout"]["meta"]["boxes"]
    sides = [box["box"][2] - box["box"][0] for box in boxes]
    assert sides[0] == pytest.approx(2 * 4.5 / 0.31)
    assert sides[1] == pytest.approx(result.target.best.value)
    assert [box["trace"] for box in boxes[2:]] == [3 + 3]  # the fourth sensor, WorldView-3
    large = views.figure(run(Spec(resize=64)))["layout"]["meta"]["boxes"][0]["box"]
    assert large == (-0.5, -0.5, 223.5, 223.5)


def test_bars_dots_and_the_line_are_where_the_numbers_are() -> None:
    result = run(Spec())
    figure = sizes_figure(result)
    bars, best, _, sensors = figure["data"]
    head, target = bars["y"].index("head"), result.targets[-1]
    (sizes,) = target.layer.ranges
    assert bars["x"][head : head + 3] == [sizes.low_px, sizes.high_px, None]
    assert len(bars["x"]) == 3 * sum(len(each.layer.ranges) for each in result.targets)
    index = best["y"].index("head")
    assert best["x"][index] == target.best.value
    assert best["x"][index] + best["error_x"]["array"][index] == target.best.high
    assert best["x"][index] - best["error_x"]["arrayminus"][index] == target.best.low
    assert "stem" not in best["y"], "a layer whose range is cut off has no best size"
    assert sensors["x"][sensors["y"].index("Sentinel-2")] == 0.45
    gone, line = figure["layout"]["shapes"]
    assert gone["x1"] == RESOLVED_PX and line["x0"] == line["x1"] == result.spec.input_px


def test_what_lies_beyond_the_chart_is_an_arrow_at_its_edge() -> None:
    sensors = sizes_figure(run(Spec(object="cat", altitude_m=1)))["data"][3]
    symbols = dict(zip(sensors["y"], sensors["marker"]["symbol"], strict=True))
    assert symbols["Landsat 8"] == "triangle-left" and symbols["NAIP"] == "circle"
    assert min(sensors["x"]) >= MIN_PX and max(sensors["x"]) <= MAX_PX


def test_a_layer_without_a_best_size_has_no_third_picture() -> None:
    result = run(Spec(layer="stem"))
    figure = views.figure(result)
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert not any("best size" in text for text in texts)
    assert [box["trace"] for box in figure["layout"]["meta"]["boxes"]] == [1, 2 + 3]


@pytest.mark.parametrize("resize", (0.02, 1.0, 4.0, 64.0))
def test_words_over_the_line_stay_on_the_chart(resize: float) -> None:
    figure = sizes_figure(run(Spec(resize=resize)))
    label = figure["layout"]["annotations"][0]
    low, high = figure["layout"]["xaxis"]["range"]
    middle = (low + high) / 2
    assert (label["xanchor"] == "left") == (label["x"] < middle)
    assert math.isfinite(label["x"]) and low <= label["x"] <= high


def test_titles_say_the_sizes() -> None:
    notes = views.figure(run(Spec()))["layout"]["annotations"]
    texts = [note["text"] for note in notes]
    assert any("WorldView-3" in text and "14.5 px" in text for text in texts)
    assert any("Sentinel-2" in text and "0.45 px" in text for text in texts)
    assert np.all([note["x"] >= 0 for note in notes])
