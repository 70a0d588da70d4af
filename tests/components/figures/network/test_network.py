"""Figures of page `network`: valid Plotly, shared ranges, nothing over anything else."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from scalescope.components.figures import theme
from scalescope.components.figures.network import maps as network_maps
from scalescope.components.figures.network import mosaic as network_mosaic
from scalescope.components.figures.network import unit_card
from scalescope.components.figures.network import views as network
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.units.card import Card, card
from scalescope.core.experiments.network.units.mosaic import (
    arrange,
    size_sensitivity,
    unit_views,
    units_on_page,
)
from scalescope.core.experiments.network.units.patches import (
    describe_preference,
    patch_grid,
    visible_part,
)
from scalescope.core.experiments.network.views import ViewPair, compare_views, view_palette
from scalescope.core.imaging.palette import make_palette
from scalescope.core.networks import NETWORKS, load
from scalescope.core.networks.unit_responses import Responses, crops, responses
from tests.components.figures.filter.test_filter import assert_apart

SPECS = (
    Spec(),
    Spec(layer="stem", background="texture", detail_px=20),
    Spec(resize_mode="input-size", near_px=140, far_px=35),
    Spec(resize_mode="resolution", near_px=320, far_px=12, image="brick"),
)
EACH = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: repr(spec)[:70])
UNITS = (3, 5, 1, 0, 7, 9, 15, 2)


def first_screen(spec: Spec, shown: ViewPair | None = None) -> theme.Figure:
    return network.figure(shown or compare_views(spec), UNITS, view_palette(spec), (0.0, 1.0))


def layer(spec: Spec, per_map: bool = False) -> theme.Figure:
    shown = compare_views(spec)
    units = units_on_page(spec, size_sensitivity(spec))
    return network_mosaic.figure(shown, arrange(shown, units, per_map=per_map), units[3], per_map)


def views(spec: Spec) -> theme.Figure:
    return unit_card.views_figure(unit_views(spec, 5), view_palette(spec))


@pytest.fixture(scope="module")
def measured() -> Responses:
    return responses(load("efficientnet-lite0"), crops(1)[:4], (24.0, 60.0, 150.0))


@pytest.fixture(scope="module")
def known(measured: Responses) -> Card:
    return card(measured, load("efficientnet-lite0").network, "blocks.3", 12)


@EACH
def test_plotly_accepts_every_figure_wide_and_narrow(spec: Spec) -> None:
    for figure in (first_screen(spec), layer(spec), views(spec)):
        go.Figure(copy.deepcopy(figure))
        narrow = {**figure["layout"], **figure["layout"]["meta"].get("narrow", {})}
        go.Figure({"data": figure["data"], "layout": narrow})
        assert figure["layout"]["meta"]["name"].startswith("network")
        assert len(figure["layout"]["meta"]["alt"]) > 30


def test_drawing_twice_gives_the_same_message() -> None:
    for make in (first_screen, layer, views):
        assert pack({"figure": make(Spec())}) == pack({"figure": make(Spec())})


@EACH
def test_near_and_far_maps_share_one_range(spec: Spec) -> None:
    figure = first_screen(spec)
    maps = figure["data"][1:17]
    assert {trace["coloraxis"] for trace in maps} == {"coloraxis2"}
    axis = figure["layout"]["coloraxis2"]
    low = min(float(trace["z"].min()) for trace in maps)
    high = max(float(trace["z"].max()) for trace in maps)
    assert axis["cmin"] <= low and high <= axis["cmax"]
    assert axis["cmin"] == (0 if low >= 0 else -axis["cmax"])
    assert axis["colorscale"] == (network_maps.POSITIVE if low >= 0 else theme.SIGNED)


def test_zero_has_one_color_on_both_scales() -> None:
    middle = next(color for at, color in theme.SIGNED if at == 0.5)
    assert network_maps.POSITIVE[0] == (0.0, middle)
    assert network_maps.POSITIVE[-1] == theme.SIGNED[-1]


@pytest.mark.parametrize("value", [0.0031, 0.9, 1.0, 1.7, 26.2, 34.3, 4000.0])
def test_a_range_is_rounded_up_and_never_far(value: float) -> None:
    assert value <= network_maps.rounded(value) <= 1.5 * value + 1e-12


def test_only_what_may_change_freely_changes_while_a_slider_moves() -> None:
    """Otherwise the live chart would have to redraw all of it for every step."""
    first, second = (first_screen(Spec(near_px=150, far_px=size)) for size in (40.0, 41.0))
    assert {trace["type"] for trace in first["data"]} == {"heatmap"}

    def fixed(figure: theme.Figure) -> Any:
        layout = copy.deepcopy(figure["layout"])
        for name in ("boxes", "caption", "player", "alt", "narrow", "maps"):
            layout["meta"].pop(name, None)
        traces = [
            {**{name: value for name, value in trace.items() if name != "z"}, "z": trace["z"].shape}
            for trace in figure["data"]
        ]
        return traces, layout

    assert fixed(first) == fixed(second)
    assert pack({"figure": first}) != pack({"figure": second})


@EACH
def test_panels_do_not_overlap_on_either_screen(spec: Spec) -> None:
    for figure in (first_screen(spec), views(spec)):
        for layout in (figure["layout"], figure["layout"]["meta"]["narrow"]):
            boxes = [
                (
                    *layout[f"xaxis{theme.axis_suffix(index)}"]["domain"],
                    *layout[f"yaxis{theme.axis_suffix(index)}"]["domain"],
                )
                for index in range(len(figure["data"]))
            ]
            assert_apart(boxes)
            assert all(0 <= edge <= 1 for box in boxes for edge in box)


def test_the_bars_are_as_long_as_the_answers_are_sure() -> None:
    shown = compare_views(Spec())
    figure = first_screen(Spec(), shown)
    for trace, one in zip(figure["data"][17:], (shown.near, shown.far), strict=True):
        rows = trace["z"].sum(axis=1)
        lengths = [length for length in rows.tolist() if length > 0][::2]
        expected = [
            max(1, round(probabilities * network.BAR_COLUMNS)) for _, probabilities in one.top
        ]
        assert lengths == expected
    labels = [box["label"] for box in figure["layout"]["meta"]["boxes"] if box["trace"] == 17]
    assert labels[0].startswith(shown.near.top[0][0]) and labels[0].endswith("%")


@pytest.mark.skipif(bool(NETWORKS["vgg16-hed"].missing_reason()), reason="VGG16 is not installed")
def test_a_network_without_classes_has_no_bars() -> None:
    figure = first_screen(Spec(network="vgg16-hed", layer="pool4"))
    assert not any(trace["z"].any() for trace in figure["data"][17:])
    assert "has no classes" in figure["layout"]["meta"]["caption"][0]


def test_what_a_cell_sees_lies_in_its_own_picture() -> None:
    shown = compare_views(Spec())
    figure = first_screen(Spec(), shown)
    near, far = figure["layout"]["meta"]["maps"][1], figure["layout"]["meta"]["maps"][9]
    assert near["within"] == [0, 0, 224, 224] and far["within"] == [0, 224, 224, 448]
    assert far["start"][1] - near["start"][1] == 224 and far["start"][0] == near["start"][0]
    assert near["channel"] == far["channel"] == UNITS[0]


def test_the_chosen_unit_is_outlined_and_units_are_named_above_their_maps() -> None:
    figure = layer(Spec())
    box = figure["layout"]["meta"]["boxes"][0]
    tiles = figure["layout"]["meta"]["maps"][0]["tiles"]
    assert box["box"][1] == 3 * tiles["step"][1] - 0.5
    names = [note["text"] for note in figure["layout"]["annotations"] if note["yref"] == "y"]
    assert names[:32] == [str(unit) for unit in tiles["units"]]


def test_a_range_per_map_is_labeled_not_comparable() -> None:
    figure = layer(Spec(), per_map=True)
    axis = figure["layout"]["coloraxis"]
    assert (axis["cmin"], axis["cmax"]) == (-1, 1)
    assert "not comparable" in axis["colorbar"]["title"]["text"]
    assert "not comparable" not in str(layer(Spec())["layout"]["coloraxis"])


def test_the_tuning_curve_and_the_patches_are_drawn(measured: Responses, known: Card) -> None:
    curve = unit_card.tuning_figure(known, (150.0, 40.0), describe_preference(known))
    grid = patch_grid(measured, known, side=40)
    assert grid.shape == (3, 3 * 40, 3 * 40)
    shown = unit_card.patches_figure(known, grid, 40, make_palette(grid))
    for figure in (curve, shown):
        go.Figure(copy.deepcopy(figure))
        pack({"figure": figure})
    assert [line["x0"] for line in curve["layout"]["shapes"]] == [150.0, 40.0]
    mean = next(trace for trace in curve["data"] if trace["name"] == "mean")
    column = measured.response["blocks.3"][:, :, 12]
    np.testing.assert_allclose(mean["y"], column.mean(axis=0), rtol=1e-5)
    band = [trace for trace in curve["data"] if "quartile" in trace["name"]]
    assert (np.array(band[0]["y"]) <= np.array(band[1]["y"])).all()


def test_a_patch_shows_what_the_cell_sees_of_the_object(measured: Responses, known: Card) -> None:
    patch = known.patches[-1][0]
    assert patch.field is not None
    part = visible_part(measured, patch)
    assert 0 < part.shape[1] <= patch.field[2] - patch.field[0]
    assert 0 < part.shape[2] <= patch.field[3] - patch.field[1]
    gray = np.float32(load("efficientnet-lite0").network.padding_gray)
    assert not np.allclose(part, gray, atol=0.01)


def test_what_is_told_of_the_tuning_is_the_cards(known: Card) -> None:
    text = describe_preference(known)
    assert text.startswith("Unit 12 of blocks.3 responds ")
    assert ("octaves wide" in text) == (known.bandwidth_octaves is not None)
