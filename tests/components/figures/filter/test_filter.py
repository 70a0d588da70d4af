"""Figures of page `filter`: valid Plotly, shared ranges, nothing over anything else."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import multiples, theme
from scalescope.components.figures.filter import curves as filter_curves
from scalescope.components.figures.filter import kernels
from scalescope.components.figures.filter import maps as figures
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.filter.kernel_editor import first_kernel
from scalescope.core.experiments.filter.pretrained_kernels import tiled
from scalescope.core.experiments.filter.run import curves, run
from scalescope.core.experiments.filter.scene import run_scene
from scalescope.core.experiments.filter.spec import Spec

SPECS = (
    Spec(),
    Spec(depth=0, second="none"),
    Spec(third="dog", fourth="blur", object="cat", size_px=90.0),
    Spec(filter="custom", kernel="-1", contrast_sign="negative", order="filter-then-pool", depth=1),
)
EACH = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: repr(spec)[:50])


def drawn(spec: Spec) -> list[theme.Figure]:
    result = run(spec)
    return [
        figures.figure(spec, result.scene),
        filter_curves.curves_figure(spec, curves(spec)),
        filter_curves.levels_figure(result),
        filter_curves.growth_figure(result),
        kernels.kernel_figure(spec.filter, first_kernel(spec)),
    ]


@EACH
def test_plotly_accepts_every_figure_wide_and_narrow(spec: Spec) -> None:
    for figure in drawn(spec):
        go.Figure(copy.deepcopy(figure))
        narrow = {**figure["layout"], **figure["layout"]["meta"].get("narrow", {})}
        go.Figure({"data": figure["data"], "layout": narrow})
        assert figure["layout"]["meta"]["name"] and figure["layout"]["meta"]["alt"]


@EACH
def test_drawing_twice_gives_the_same_message(spec: Spec) -> None:
    for first, second in zip(drawn(spec), drawn(spec), strict=True):
        assert pack({"figure": first}) == pack({"figure": second})


@EACH
def test_all_maps_share_one_symmetric_color_range(spec: Spec) -> None:
    figure = figures.figure(spec, run_scene(spec))
    first, *others = figure["data"]
    assert first["coloraxis"] == "coloraxis"
    assert {trace["coloraxis"] for trace in others} == {"coloraxis2"}
    axis = figure["layout"]["coloraxis2"]
    assert axis["cmin"] == -axis["cmax"]
    assert len(others) == len(spec.names) * (2 if spec.depth else 1)


@EACH
def test_maps_do_not_overlap_and_state_their_shapes(spec: Spec) -> None:
    figure = figures.figure(spec, run_scene(spec))
    layout = figure["layout"]
    for trace, note in zip(figure["data"], layout["annotations"], strict=True):
        assert "{} x {}".format(*trace["z"].shape) in note["text"]
    boxes = [
        (
            *layout[f"xaxis{theme.axis_suffix(index)}"]["domain"],
            *layout[f"yaxis{theme.axis_suffix(index)}"]["domain"],
        )
        for index in range(len(figure["data"]))
    ]
    assert_apart(boxes)


def assert_apart(boxes: list[tuple[float, ...]]) -> None:
    for index, (left, right, low, high) in enumerate(boxes):
        assert 0 <= left < right <= 1 + 1e-9 and -1e-9 <= low < high <= 1 + 1e-9
        for other_left, other_right, other_low, other_high in boxes[index + 1 :]:
            apart = right <= other_left or other_right <= left
            assert apart or high <= other_low or other_high <= low


@pytest.mark.parametrize("count", (1, 2, 3, 4))
@pytest.mark.parametrize("narrow", (False, True))
def test_panels_of_curves_do_not_overlap(count: int, narrow: bool) -> None:
    trace = {"type": "scatter", "x": [1, 2], "y": [0, 1]}
    shown = [multiples.Panel(str(index), [dict(trace)]) for index in range(count)]
    figure = multiples.figure(shown, {"type": "log"}, ("size", "response"), "name", "alt")
    layout = figure["layout"]["meta"]["narrow"] if narrow else figure["layout"]
    assert_apart(
        [
            (
                *layout[f"xaxis{theme.axis_suffix(index)}"]["domain"],
                *layout[f"yaxis{theme.axis_suffix(index)}"]["domain"],
            )
            for index in range(count)
        ]
    )


def test_curves_draw_the_median_within_the_full_band() -> None:
    spec = Spec()
    figure = filter_curves.curves_figure(spec, curves(spec))
    for index, curve in enumerate(curves(spec)):
        low, high, middle = (trace for trace in figure["data"][6 * index : 6 * index + 3])
        assert middle["name"] == spec.names[index] and high["fill"] == "tonexty"
        np.testing.assert_allclose(middle["y"], curve.peak.median)
        np.testing.assert_allclose(low["y"], curve.peak.low)
        np.testing.assert_allclose(high["y"], curve.peak.high)


def test_the_axis_runs_over_octaves_and_says_its_unit() -> None:
    spec = Spec(size_px=5.0)
    layout = filter_curves.curves_figure(spec, curves(spec))["layout"]
    assert layout["xaxis"]["type"] == "log" and "px" in layout["xaxis"]["title"]["text"]
    ticks = [math.log2(tick) for tick in layout["xaxis"]["tickvals"]]
    assert ticks == list(range(8))
    assert layout["shapes"][0]["x0"] == 5


def test_whole_factors_are_filled_and_all_others_open() -> None:
    result = run(Spec())
    traces: list[dict[str, Any]] = filter_curves.growth_figure(result)["data"]
    best = next(trace for trace in traces if trace["mode"] == "markers")
    for factor, symbol in zip(best["customdata"], best["marker"]["symbol"], strict=True):
        assert (symbol == "circle") == float(factor).is_integer()


def test_a_kernel_shows_every_weight() -> None:
    spec = Spec(filter="laplacian")
    figure = kernels.kernel_figure(spec.filter, first_kernel(spec))
    assert figure["data"][0]["text"][1] == ["-0.25", "1", "-0.25"]
    assert figure["layout"]["yaxis"]["range"][0] > figure["layout"]["yaxis"]["range"][1]


def test_the_bank_shows_every_kernel_as_cells_in_one_range() -> None:
    table = tiled(np.random.default_rng(0).standard_normal((20, 5, 5)).astype(np.float32))
    figure = kernels.bank_figure("blocks.3", table)
    (heat,) = figure["data"]
    assert heat["z"] is table and np.nanmax(np.abs(table)) == 1
    assert figure["layout"]["coloraxis"]["cmin"] == -figure["layout"]["coloraxis"]["cmax"] == -1
    (scene_map,) = figure["layout"]["meta"]["maps"]
    assert scene_map["stride"] == (1, 1) and scene_map["offsets"] == [[0, 0], [0, 0]]
