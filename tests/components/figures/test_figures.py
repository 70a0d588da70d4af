"""Figures are pure functions: valid Plotly, shared color ranges, nothing over anything else."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import ladder, near_far, pooling, theme
from scalescope.components.live.chart.wire import pack, unpack
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.near_far.walk import walk
from scalescope.core.filters.receptive_field import PIXEL, Geometry

NEAR_FAR, POOLING = EXPERIMENTS["near-far"], EXPERIMENTS["pooling"]
SPECS = (
    NEAR_FAR.spec(),
    NEAR_FAR.spec(depth=0),
    NEAR_FAR.spec(filter="gabor", background="texture", padding="valid", depth=3),
    NEAR_FAR.spec(contrast_sign="negative", object="photo-cat", canvas_px=96),
    POOLING.spec(),
    POOLING.spec(pool="average", depth=0, sizes_px=(3,)),
    POOLING.spec(pool="max-blur", pool_size=3, row=3, depth=4),
    POOLING.spec(pool_size=2, pool_stride=3, depth=3, scene="random"),
)


def drawn(spec: Any) -> tuple[Any, theme.Figure]:
    if isinstance(spec, NEAR_FAR.spec):
        result = NEAR_FAR.run(spec)
        return result, near_far.figure(result)
    result = POOLING.run(spec)
    return result, pooling.figure(result)


EACH = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: repr(spec)[:60])


@EACH
def test_plotly_accepts_the_figure(spec: Any) -> None:
    _, figure = drawn(spec)
    go.Figure(copy.deepcopy(figure))
    narrow = {**figure["layout"], **figure["layout"]["meta"]["narrow"]}
    go.Figure({"data": figure["data"], "layout": narrow})


@EACH
def test_drawing_twice_gives_the_same_message(spec: Any) -> None:
    result, figure = drawn(spec)
    again = near_far if isinstance(spec, NEAR_FAR.spec) else pooling
    assert pack({"figure": figure}) == pack({"figure": again.figure(result)})


@EACH
def test_all_maps_share_one_color_range(spec: Any) -> None:
    _, figure = drawn(spec)
    first, *others = figure["data"]
    assert first["coloraxis"] == "coloraxis"
    assert {trace["coloraxis"] for trace in others} == {"coloraxis2"}
    assert not any(key in trace for trace in figure["data"] for key in ("zmin", "zauto"))


@EACH
@pytest.mark.parametrize("narrow", (False, True))
def test_panels_do_not_overlap_and_fill_their_rows(spec: Any, narrow: bool) -> None:
    _, figure = drawn(spec)
    layout = figure["layout"]["meta"]["narrow"] if narrow else figure["layout"]
    boxes = []
    for index in range(len(figure["data"])):
        across = layout[f"xaxis{theme.axis_suffix(index)}"]["domain"]
        down = layout[f"yaxis{theme.axis_suffix(index)}"]["domain"]
        assert 0 <= across[0] < across[1] <= 1 and 0 <= down[0] < down[1] <= 1
        boxes.append((*across, *down))
    for index, (left, right, low, high) in enumerate(boxes):
        for other_left, other_right, other_low, other_high in boxes[index + 1 :]:
            side_by_side = right <= other_left or other_right <= left
            above = high <= other_low or other_high <= low
            assert side_by_side or above


@EACH
def test_titles_state_the_true_shapes(spec: Any) -> None:
    _, figure = drawn(spec)
    titles = [note["text"] for note in figure["layout"]["annotations"]]
    for trace, title in zip(figure["data"], titles, strict=False):
        rows, columns = trace["z"].shape
        assert f"{rows} x {columns}" in title


@EACH
def test_rows_run_downwards(spec: Any) -> None:
    _, figure = drawn(spec)
    for index in range(len(figure["data"])):
        first, last = figure["layout"][f"yaxis{theme.axis_suffix(index)}"]["range"]
        assert first > last, "Plotly draws the first value of a range at the bottom"


def test_the_signed_scale_is_neutral_at_exactly_zero_and_symmetric() -> None:
    places = [place for place, _ in theme.SIGNED]
    assert dict(theme.SIGNED)[0.5] == theme.NEUTRAL
    assert places == [1 - place for place in reversed(places)]
    red, green, blue = theme.rgb(theme.NEUTRAL)
    assert red == green == blue
    for spec in SPECS[:4]:
        axis = drawn(spec)[1]["layout"]["coloraxis2"]
        assert axis["cmin"] == -axis["cmax"]


def test_the_range_does_not_follow_the_picture() -> None:
    ranges = {
        drawn(NEAR_FAR.spec(far_m=far, brightness=gray))[1]["layout"]["coloraxis2"]["cmax"]
        for far in (2, 8, 30)
        for gray in (0.2, 1)
    }
    assert len(ranges) == 1


def test_blended_colors_show_whose_corner_it_is() -> None:
    maps = np.array([[[0, 1, 0, 0.5]], [[0, 0, 1, 0.5]]], dtype=np.float32)
    nothing, first, second, both = pooling.blend(maps)[0]
    assert nothing == 0
    assert 0 < first < 1 < second < 2 < both < 3
    weak = pooling.blend(np.array([[[1e-6]], [[0]]], dtype=np.float32))[0, 0]
    assert pooling.PALEST < weak < first


def test_pixel_boxes_land_on_the_cells_that_see_them() -> None:
    whole = Geometry((8, 8), (0, 0), (1, 1), PIXEL)
    assert ladder.pixel_box((2, 3, 4, 6), whole) == (1.5, 2.5, 3.5, 5.5)
    halves = Geometry((4, 4), (0, 0), (2, 2), (range(2), range(2)))
    assert ladder.pixel_box((0, 2, 4, 8), halves) == (-0.5, 0.5, 1.5, 3.5)


def test_walking_frames_hold_the_colors_of_the_figure() -> None:
    spec = NEAR_FAR.spec(depth=2)
    path = walk(spec)
    result = NEAR_FAR.run(spec)
    frames = near_far.frames(result, path, "key")
    index = near_far.figure(result)["layout"]["meta"]["player"]["at"]
    here = NEAR_FAR.run(NEAR_FAR.spec(depth=2, far_m=path.distances_m[index]))
    figure = near_far.figure(here)
    limit = figure["layout"]["coloraxis2"]["cmax"]
    shown = frames["parts"][1]["steps"][index] / 255 * 2 * limit - limit
    expected = np.clip(figure["data"][1]["z"], -limit, limit)
    assert np.abs(shown - expected).max() <= limit / 255 + 1e-6
    assert frames["boxes"][index] == figure["layout"]["meta"]["boxes"]


def test_the_alignment_figure_draws_closed_form_and_measurement() -> None:
    result = POOLING.run(POOLING.spec())
    figure = pooling.alignment_figure(result)
    go.Figure(copy.deepcopy(figure))
    lines = [trace for trace in figure["data"] if trace["mode"] == "lines"]
    markers = [trace for trace in figure["data"] if trace["mode"] == "markers"]
    assert len(lines) == len(markers) == len(result.squares)
    for axis in ("xaxis", "yaxis"):
        assert figure["layout"][axis]["title"]["text"]
    for square, trace in zip(result.squares, markers, strict=True):
        filled = [symbol == "circle" for symbol in trace["marker"]["symbol"]]
        assert filled.index(True) == square.merge_level


def test_no_line_is_drawn_where_there_is_no_closed_form() -> None:
    spec = POOLING.spec(pool_size=2, pool_stride=3, depth=3)
    figure = pooling.alignment_figure(POOLING.run(spec))
    assert all(trace["mode"] == "markers" and trace["showlegend"] for trace in figure["data"])


def test_wire_brings_arrays_and_numbers_back() -> None:
    content = {
        "a": np.arange(6, dtype=np.float64).reshape(2, 3),
        "b": [np.uint8([[1, 2, 3]]), np.float32(0.5), {"c": np.int32([7])}],
        "text": "\N{MULTIPLICATION SIGN}",
    }
    back = unpack(pack(content))
    assert back["a"].dtype == np.float32 and back["a"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert back["b"][0].tolist() == [[1, 2, 3]] and back["b"][1] == 0.5
    assert back["b"][2]["c"].tolist() == [7] and back["text"] == content["text"]


@pytest.mark.parametrize("bad", (np.array([1 + 2j]), object(), np.array(["text"])))
def test_wire_refuses_what_it_cannot_carry(bad: Any) -> None:
    with pytest.raises(TypeError, match="a figure cannot hold"):
        pack({"bad": bad})
