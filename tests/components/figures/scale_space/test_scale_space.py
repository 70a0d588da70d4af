"""The figures of the scale-space page: valid Plotly, shared ranges, circles of the right size."""

from __future__ import annotations

import copy
import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import theme
from scalescope.components.figures.scale_space import charts, maps
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.scale_space.repeatability import (
    compare_with_sift,
    measure_repeatability,
)
from scalescope.core.experiments.scale_space.result import Result
from scalescope.core.experiments.scale_space.run import run
from scalescope.core.experiments.scale_space.size_law import measure_size_law, response_curves
from scalescope.core.experiments.scale_space.spec import Spec
from scalescope.core.experiments.scale_space.stack import ORDERS, POOL_WINDOWS
from scalescope.core.experiments.scale_space.stack_baseline import compare_with_stack
from scalescope.core.experiments.scale_space.stack_sentences import page_medians

SPECS = (
    Spec(),
    Spec(source="near-far", depth=0, pool="blur", pool_size=3),
    Spec(source="chelsea", operator="laplacian", sigma_px=4),
    Spec(source="camera", depth=6, sigma_px=32),
    Spec(contrast_sign="negative", background="texture", depth=2),
)
EACH = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: repr(spec)[:60])
OWN_SHAPES = ((300, 40), (40, 300), (128, 128))


def drawn(spec: Spec) -> tuple[Result, theme.Figure]:
    result = run(spec)
    return result, maps.figure(result, spec)


def both(figure: theme.Figure) -> list[dict[str, Any]]:
    """The layout for wide and for narrow screens."""
    return [figure["layout"], {**figure["layout"], **figure["layout"]["meta"]["narrow"]}]


def assert_apart(figure: theme.Figure) -> None:
    for layout in both(figure):
        boxes = []
        for at in range(len(figure["data"])):
            across, down = (layout[f"{one}axis{theme.axis_suffix(at)}"]["domain"] for one in "xy")
            assert 0 <= across[0] < across[1] <= 1 and 0 <= down[0] < down[1] <= 1
            boxes.append((*across, *down))
        for at, (left, right, low, high) in enumerate(boxes):
            for other in boxes[at + 1 :]:
                beside = right <= other[0] or other[1] <= left
                assert beside or high <= other[2] or other[3] <= low


@EACH
def test_plotly_accepts_the_figure(spec: Spec) -> None:
    _, figure = drawn(spec)
    for layout in both(figure):
        go.Figure(copy.deepcopy({"data": figure["data"], "layout": layout}))


@EACH
def test_panels_do_not_overlap_and_titles_state_the_true_shapes(spec: Spec) -> None:
    _, figure = drawn(spec)
    assert_apart(figure)
    titles = [note["text"] for note in figure["layout"]["annotations"]]
    for trace, title in zip(figure["data"], titles, strict=True):
        rows, columns = trace["z"].shape
        assert f"{rows} x {columns}" in title


@pytest.mark.parametrize("shape", OWN_SHAPES)
def test_own_pictures_of_any_shape_stay_on_the_screen(shape: tuple[int, int]) -> None:
    own = np.random.default_rng(0).random((3, *shape), dtype=np.float32)
    result = run(Spec(), picture=own)
    figure = maps.figure(result, Spec())
    assert_apart(figure)
    wide, narrow = both(figure)
    assert wide["height"] < 1600 and narrow["height"] < 2200


@EACH
def test_all_maps_share_one_symmetric_range_and_pictures_are_gray(spec: Spec) -> None:
    _, figure = drawn(spec)
    axes = [trace["coloraxis"] for trace in figure["data"]]
    assert axes == ["coloraxis", "coloraxis2", "coloraxis"] + ["coloraxis2"] * (len(axes) - 3)
    signed = figure["layout"]["coloraxis2"]
    assert signed["cmin"] == -signed["cmax"] and signed["colorscale"] == theme.SIGNED
    assert figure["layout"]["coloraxis"]["colorscale"] == theme.GRAYS


def test_the_range_follows_neither_the_slider_nor_the_object() -> None:
    ranges = {
        drawn(Spec(sigma_px=sigma, object=name))[1]["layout"]["coloraxis2"]["cmax"]
        for sigma in (1, 5, 30)
        for name in ("cat", "disc")
    }
    assert ranges == {2 / math.e}


def test_a_moving_slider_changes_values_and_outlines_only() -> None:
    """What Plotly itself would have to redraw stays as it is, so the live chart repaints cells."""
    result, first = drawn(Spec(sigma_px=3))
    second = maps.figure(result, Spec(sigma_px=20))
    for one, two in zip(first["data"], second["data"], strict=True):
        assert {**one, "z": 0} == {**two, "z": 0} and one["z"].shape == two["z"].shape
    kept = [
        {**figure["layout"], "meta": figure["layout"]["meta"]["name"]} for figure in (first, second)
    ]
    assert kept[0] == kept[1]
    assert first["layout"]["meta"]["boxes"] != second["layout"]["meta"]["boxes"]


def test_the_map_is_that_of_the_sliders_sigma() -> None:
    result, figure = drawn(Spec(sigma_px=6.3, operator="laplacian"))
    expected = result.space.laplacian([6.3])[0]
    np.testing.assert_allclose(figure["data"][1]["z"], expected, atol=1e-6)


def test_circles_have_the_radius_of_the_disc_that_is_there() -> None:
    _, figure = drawn(Spec(object="disc", radius_px=20, sigma_px=14.1))
    circles = [box for box in figure["layout"]["meta"]["boxes"] if box["trace"] == 0]
    top, left, bottom, right = circles[0]["box"]
    assert circles[0]["round"] and circles[0]["color"] == maps.BRIGHT
    assert (bottom - top) / 2 == pytest.approx(20, rel=0.02)
    assert bottom - top == pytest.approx(right - left)
    on_map = [box for box in figure["layout"]["meta"]["boxes"] if box["trace"] == 1]
    assert len(on_map) == 2 and on_map[-1]["label"] == "sigma 14.1 px"


def test_no_more_circles_than_asked_for() -> None:
    result = run(Spec(source="chelsea"))
    for count in (1, 20):
        figure = maps.figure(result, Spec(source="chelsea", max_keypoints=count))
        circles = [box for box in figure["layout"]["meta"]["boxes"] if box["trace"] == 0]
        assert len(circles) == count


def test_drawing_twice_gives_the_same_message() -> None:
    result = run(Spec())
    one, two = (pack({"figure": maps.figure(result, Spec())}) for _ in range(2))
    assert one == two


MEDIANS = {(order, pool): page_medians(order, pool, 2) for order in ORDERS for pool in POOL_WINDOWS}


def test_the_picture_on_screen_is_drawn_beside_the_medians_over_objects() -> None:
    found = compare_with_stack(run(Spec(depth=2)))
    _, *traces = charts.correlation_figure(found, "camera", MEDIANS)["data"]
    lines, markers = traces[:6], traces[6:]
    for trace, levels in zip(lines, MEDIANS.values(), strict=True):
        assert trace["y"] == [level.correlation.value for level in levels]
        ends = zip(trace["y"], trace["error_y"]["array"], levels, strict=True)
        assert all(y + up == pytest.approx(one.correlation.high) for y, up, one in ends)
    for trace, (order, pool) in zip(markers, MEDIANS, strict=True):
        rows = [row for row in found if (row.order, row.pool) == (order, pool)]
        assert trace["y"] == [row.correlation for row in rows] and trace["mode"] == "markers"


@pytest.mark.slow
def test_the_charts_are_valid_and_name_their_axes() -> None:
    result = run(Spec(source="near-far", depth=2))
    found = compare_with_stack(result)
    made = [
        charts.size_law_figure([measure_size_law(name, "dog", 3) for name in ("disc", "square")]),
        charts.curves_figure(response_curves(result)),
        charts.correlation_figure(found, "camera", MEDIANS),
        charts.shift_figure(found),
        charts.repeatability_figure(measure_repeatability(result)),
    ]
    for figure in made:
        go.Figure(copy.deepcopy(figure))
        pack({"figure": figure})
        assert figure["layout"]["yaxis"]["title"]["text"]
        assert figure["layout"]["meta"]["alt"]
    for figure in made[:4]:
        assert figure["layout"]["xaxis"]["title"]["text"]


def test_both_sides_of_the_sift_figure_hold_their_keypoints() -> None:
    result = run(Spec(source="camera"))
    found = compare_with_sift(result)
    figure = maps.sift_figure(result, found)
    go.Figure(copy.deepcopy(figure))
    assert_apart(figure)
    boxes = figure["layout"]["meta"]["boxes"]
    for trace, keypoints, matched in (
        (0, found.ours, found.ours_matched),
        (1, found.sift, found.sift_matched),
    ):
        mine = [box["color"] for box in boxes if box["trace"] == trace]
        assert len(mine) == min(len(keypoints), maps.MAX_CIRCLES)
        assert mine.count(maps.BRIGHT) == int(matched[: maps.MAX_CIRCLES].sum())
