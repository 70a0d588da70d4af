"""The figures of the network study: what they show is what was measured."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from scalescope.components.figures import heatmaps as maps
from scalescope.components.figures.network import study as layers
from scalescope.components.figures.network import sweep as curves
from scalescope.components.figures.network import tolerance, units
from scalescope.components.figures.network.tolerance import Curve
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.network.similarity import LayerSimilarity
from scalescope.core.experiments.network.spec import Spec
from scalescope.core.experiments.network.sweep import Result, other_objects, sweep_setting
from scalescope.core.experiments.network.tolerance.table import Protocol
from scalescope.core.experiments.network.units.agreement import Agreements
from scalescope.core.experiments.network.units.grating_study import GratingStudy
from scalescope.core.experiments.network.units.kernel_copies import copies
from scalescope.core.experiments.network.units.scaled_copies import ScaledCopies
from scalescope.core.experiments.network.units.tuning import tuning
from scalescope.core.networks import NETWORKS
from tests.core.experiments.network.tolerance.tables import table

LAYERS = ("stem", "blocks.0", "head")
SIZES = (16.0, 32.0, 64.0, 128.0)


def layer(values: list[float], tolerance: float | None) -> LayerSimilarity:
    line = np.array(values)
    return LayerSimilarity(line, line[None], line, line, line, np.abs(line), tolerance)


def result(done: tuple[int, ...] = (0, 1, 2, 3), **fields: Any) -> Result:
    """A sweep that has done some of its four sizes."""
    spec = Spec(sizes_px=SIZES, **fields)
    setting = sweep_setting(spec, None, NETWORKS[spec.network])
    probabilities = np.array([[0.0, 0.1], [0.2, 0.6], [0.9, 0.9], [1.0, 0.8]])[list(done)]
    actual = {
        name: layer([row + 0.1 * at for at in done], None if row == 0 else 1.0)
        for row, name in enumerate(LAYERS)
    }
    sizes = np.array(SIZES)[list(done)]
    return Result(
        setting, sizes, len(done) - 1, probabilities, (281,), False, ((),), actual, len(done) == 4
    )


def all_of(figure: dict[str, Any]) -> dict[str, Any]:
    """What every figure must have; it must also survive the way to the browser."""
    meta = figure["layout"]["meta"]
    assert meta["alt"].endswith(".") and meta["name"].startswith("network-")
    pack({"figure": figure})
    return figure


def test_the_size_curve_draws_the_mean_and_all_shifts_and_marks_both_distances() -> None:
    figure = all_of(curves.size_curve_figure(Spec(near_px=150, far_px=40), result()))
    low, high, middle = figure["data"]
    assert middle["x"] == list(SIZES) and middle["y"] == pytest.approx([0.05, 0.4, 0.9, 0.9])
    assert low["y"] == [0.0, 0.2, 0.9, 0.8] and high["y"] == [0.1, 0.6, 0.9, 1.0]
    assert high["fill"] == "tonexty"
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [150, 40]
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["near 150 px", "far 40 px"]
    assert figure["layout"]["xaxis"]["type"] == "log"
    caption = figure["layout"]["meta"]["caption"][0]
    assert "from 64 px to 128 px (undecided at 32 px); tried at 4 sizes" in caption


def test_the_size_curve_has_its_place_before_anything_was_measured() -> None:
    empty = all_of(curves.size_curve_figure(Spec(), None))
    full = curves.size_curve_figure(Spec(), result(), result(weights="shuffled"))
    assert not empty["data"] and curves.NOT_YET in empty["layout"]["meta"]["caption"]
    assert empty["layout"]["height"] == full["layout"]["height"]
    assert [trace["name"] for trace in full["data"]][-1] == "shuffled"
    assert full["layout"]["showlegend"] and not empty["layout"]["showlegend"]


def test_names_of_near_distances_stand_in_two_lines() -> None:
    def lifted(near: float, far: float) -> list[int]:
        notes = curves.size_curve_figure(Spec(near_px=near, far_px=far), None)["layout"][
            "annotations"
        ]
        return [note["yshift"] for note in notes]

    assert lifted(100, 90) == [0, 16] and lifted(200, 20) == [0, 0]


def test_one_curve_for_each_background() -> None:
    actual = [result(background=name) for name in ("gray", "white")]
    figure = all_of(curves.backgrounds_figure(actual, "They differ."))
    named = [trace["name"] for trace in figure["data"] if trace.get("showlegend", True)]
    assert named == ["gray", "white"]
    assert figure["layout"]["meta"]["caption"] == ["They differ.", ""]


def test_detail_is_drawn_at_the_detail_and_not_at_the_size_shown() -> None:
    blurred = [result(done=(3,), detail_px=amount) for amount in (16, 32)]
    figure = all_of(curves.details_figure(result(), blurred, ""))
    lines = [trace for trace in figure["data"] if trace.get("showlegend", True)]
    assert lines[1]["x"] == [16, 32] and lines[1]["y"] == pytest.approx([0.9, 0.9])
    assert all_of(curves.details_figure(result(), (), ""))["data"]


@pytest.mark.parametrize("measure", layers.MEASURES)
def test_layers_by_size_share_one_range_and_the_first_layer_is_on_top(measure: str) -> None:
    figure = all_of(layers.layers_figure([result(), result(weights="shuffled")], measure))
    ours, theirs = figure["data"]
    assert ours["z"].shape == (len(LAYERS), len(SIZES))
    assert ours["coloraxis"] == theirs["coloraxis"] == "coloraxis"
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high and figure["layout"]["yaxis"]["ticktext"] == ["stem", "block 0", "head"]
    axis = figure["layout"]["coloraxis"]
    assert axis["cmin"] == (0 if measure == "retrieval" else -axis["cmax"])
    assert figure["layout"]["yaxis"]["scaleanchor"] == "x"  # cells are square
    assert ours["text"][1][2] == "block 0 at 64 px"


def test_sizes_that_were_not_done_are_gaps_in_their_place() -> None:
    values = layers.layers_figure([result(done=(0, 3))], "similarity")["data"][0]["z"]
    assert np.isnan(values[:, 1:3]).all() and values[1] == pytest.approx(
        [1.0, np.nan, np.nan, 1.3], nan_ok=True
    )


def test_tolerances_are_drawn_over_all_pictures_with_the_one_on_screen_among_them() -> None:
    trained = np.tile([np.inf, 2.0, 1.0, 0.5], (10, 1))
    trained[0] = (np.inf, np.inf, 1.5, 0.7)
    shuffled = np.full((2, 10, 4), 0.25)
    known = table(trained, shuffled)
    shown = Curve("a cat", trained[0])
    figure = all_of(tolerance.tolerance_figure(known, shown))
    by_name = {trace["name"]: trace for trace in figure["data"]}
    median = by_name["trained, median of 10 pictures"]
    assert median["y"] == [3.0, 2.0, 1.0, 0.5]
    assert median["marker"]["symbol"] == ["circle-open", "circle", "circle", "circle"]
    highest = by_name["trained, median of 10 pictures, highest"]
    assert highest["y"] == [3.0, 3.0, 1.5, 0.7]
    assert by_name["shuffled weights, 2 copies"]["y"] == [0.25] * 4
    assert by_name["a cat"]["marker"]["symbol"][:2] == ["circle-open"] * 2
    assert "or more" in by_name["a cat"]["customdata"][0]
    trained[:, 1], trained[0, 2] = np.nan, np.nan  # nothing is drawn of what is undefined
    alone = all_of(tolerance.tolerance_figure(table(trained), None))
    assert len(alone["data"]) == 3 and alone["data"][-1]["y"] == [3.0, None, 1.0, 0.5]


def test_the_picture_on_screen_is_that_of_its_own_sweep_or_of_the_table() -> None:
    known = replace(
        table(np.arange(40.0).reshape(10, 4)),
        protocol=Protocol(other_objects(None), SIZES, 4),
    )
    swept = tolerance.curve_on_screen(Spec(), known, None, result())
    assert swept is not None and swept.octaves.tolist() == [np.inf, 1.0, 1.0]
    cat = tolerance.curve_on_screen(Spec(image="coffee"), known, None, None)
    assert (
        cat is not None and cat.name == "a cup of coffee" and cat.octaves.tolist() == [4, 5, 6, 7]
    )
    for spec, picture in (
        (Spec(image="astronaut"), None),  # of the same photograph as another object
        (Spec(box="0,0,50,50"), None),
        (Spec(), np.zeros((3, 4, 4), dtype=np.float32)),
    ):
        assert tolerance.curve_on_screen(spec, known, picture, None) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [("stem", "stem"), ("blocks.12", "block 12"), ("conv3_1", "conv 3.1"), ("pool2", "pool 2")],
)
def test_places_have_short_names(name: str, shown: str) -> None:
    assert layers.short_layer_name(name) == shown


def tuned(seed: int) -> Any:
    random = np.random.default_rng(seed)
    answers = random.random((8, len(SIZES), 12)).astype(np.float32)
    return tuning("blocks.0", np.array(SIZES), answers, [str(index) for index in range(8)])


def test_the_tuning_map_draws_the_other_half_in_the_order_of_the_first() -> None:
    first, second = tuned(0), tuned(1)
    figure = all_of(units.tuning_figure([first, second]))
    assert np.allclose(figure["data"][0]["z"], first.sorted_curves)
    assert figure["data"][0]["text"][0][0] == f"unit {first.order[0]} at 16 px"
    assert figure["layout"]["coloraxis"]["cmin"] == 0


def test_the_histogram_is_of_answering_units_and_adds_up_to_all() -> None:
    figure = all_of(units.histogram_figure([tuned(0), tuned(1)]))
    for trace in figure["data"]:
        assert sum(trace["y"]) == pytest.approx(1) and sum(trace["customdata"]) == 12


def test_agreement_has_its_control_and_the_range_over_shuffled_networks() -> None:
    shuffled = np.array([[0.1, 0.2], [0.3, np.nan]])
    draws = np.zeros((3, 2))
    found = Agreements(("stem", "head"), 10, np.array([0.5, np.nan]), shuffled, draws, draws)
    ours, theirs = all_of(units.agreement_figure(found))["data"]
    assert (ours["name"], theirs["name"]) == layers.WEIGHTS
    assert ours["y"] == [0.5, None] and theirs["y"] == [pytest.approx(0.2), None]
    assert theirs["error_y"]["array"] == [pytest.approx(0.1), 0.0]


def test_scaled_copies_have_the_limit_of_chance() -> None:
    permuted = np.linspace(0, 0.02, 20)[:, None] * np.ones(4)
    found = ScaledCopies(
        layers=("stem", "stem", "head", "head"),
        octaves=(1, 2, 1, 2),
        units=np.array([32, 32, 1280, 1280]),
        photographs=10,
        copies=np.array([0.1, 0.2, 0.3, 0.4]),
        permuted=permuted,
        shuffled=np.zeros((2, 4)),
        reweighted=permuted,
    )
    lines = {trace["name"]: trace["y"] for trace in all_of(units.partners_figure(found))["data"]}
    assert lines["trained, 1 octave"] == [0.1, 0.3] and lines["trained, 2 octaves"] == [0.2, 0.4]
    assert lines["limit of chance, 1 octave"] == found.limit[[0, 2]].tolist()


def test_wavelengths_that_the_border_reaches_are_open() -> None:
    names = ("stem", "blocks.0.depthwise", "blocks.0", "blocks.15.depthwise", "blocks.15")
    rows = np.array([2.0, 3, 4, 5, 6])
    study = GratingStudy("efficientnet-lite0", names, rows, np.stack([rows, rows + 2]))
    figure = all_of(units.gratings_figure(study))
    depthwise, _, outputs, shuffled = figure["data"]
    assert figure["layout"]["xaxis"]["ticktext"] == ["stem", "block 0", "block 15"]
    assert depthwise["x"] == [1, 2] and depthwise["y"] == [3, 5]
    assert outputs["marker"]["symbol"] == ["circle", "circle", "circle-open"]
    assert shuffled["y"] == [3, 5, 7] and shuffled["error_y"]["array"] == [1, 1, 1]


def test_the_best_pairs_of_kernels_stand_in_three_rows() -> None:
    kernels = np.random.default_rng(0).standard_normal((40, 5, 5)).astype(np.float32)
    one = copies("blocks.3", kernels)
    figure = all_of(units.kernel_pairs_figure(one))
    side = one.kernels.shape[1]
    values = figure["data"][0]["z"]
    assert values.shape == (3 * (side + 1) - 1, units.PAIRS * (side + 1) - 1)
    best = int(one.best.argmax())
    first = one.kernels[best] / np.linalg.norm(one.kernels[best])
    assert np.allclose(values[:side, :side], first, atol=1e-6)
    middle, last = values[side + 1 : 2 * side + 1, :side], values[2 * side + 2 :, :side]
    assert (middle * last).sum() == pytest.approx(one.best[best], abs=1e-5)
    assert figure["layout"]["coloraxis"]["cmin"] == -figure["layout"]["coloraxis"]["cmax"]
    shares = all_of(units.kernel_shares_figure([one.shares]))["data"]
    assert shares[1]["y"] == [one.rotated.above_95] and shares[0]["y"] == [0.05]


def test_no_text_is_wider_than_a_phone_and_no_map_overlaps_another() -> None:
    figure = layers.layers_figure([result(), result(weights="shuffled")], "corrected similarity")
    narrow = figure["layout"]["meta"]["narrow"]
    title = narrow["coloraxis"]["colorbar"]["title"]["text"]
    assert max(map(len, title.split("<br>"))) <= 40
    upper, lower = narrow["yaxis"]["domain"], narrow["yaxis2"]["domain"]
    assert 0 < lower[0] < lower[1] < upper[0] < upper[1] <= 1
    left, right = (figure["layout"][f"xaxis{at}"]["domain"] for at in ("", "2"))
    assert left[1] < right[0] and right[1] <= 1


def test_what_is_not_known_survives_the_way_to_the_browser() -> None:
    gaps = maps.Heatmap("m", np.array([[np.nan, 1.0]]), [["a", "b"]])
    axis = maps.Axis("", [], [])
    figure = maps.figure(
        [gaps], maps.Grid(axis, axis, maps.ColorRange([], 0, 1, "")), "network-x", "X."
    )
    header = pack({"figure": figure})
    assert b"NaN" not in header
    line = layers.line("a", [None, float("nan"), 1.0], "#000000")
    assert json.loads(json.dumps(line["y"])) == [None, None, 1.0]
