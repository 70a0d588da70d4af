"""The figures of training: what they show is what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scalescope.components.figures.training import curves, learning, lines
from scalescope.components.figures.training import features as inside
from scalescope.components.figures.training import maps as training_maps
from scalescope.components.live.chart.wire import pack
from scalescope.core.evidence.intervals import share_interval
from scalescope.core.experiments.training.features import ChannelContributions, StageMaps
from scalescope.core.experiments.training.result import Result
from scalescope.core.training.names import RECIPE_NAMES
from scalescope.core.training.trained import TrainingLogEntry
from tests.core.experiments.training.test_sentences import SIZES, result

PEAK = [[0.1, 0.4, 1.0, 0.3, 0.1], [0.1, 0.2, 0.8, 0.1, 0.1]]


def all_of(figure: dict[str, Any]) -> dict[str, Any]:
    """What every figure must have; it must also survive the way to the browser."""
    meta = figure["layout"]["meta"]
    assert meta["alt"].endswith(".") and meta["name"].startswith("training")
    pack({"figure": figure})
    return figure


def every() -> dict[str, Result]:
    """All recipes, by name."""
    results = {}
    for index, name in enumerate(RECIPE_NAMES):
        train = "10:56" if name in ("zoom", "natural") else "24"
        results[name] = result(name, np.array(PEAK) - 0.01 * index, train_px=train)
    return results


def drawn(chosen: str = "zoom", own: tuple[curves.UserRun, ...] = ()) -> dict[str, Any]:
    return all_of(curves.curves_figure(chosen, every(), own, 0.1, ("Said.", "Remark.")))


def strong(figure: dict[str, Any]) -> list[str]:
    return [one["name"] for one in figure["data"] if one.get("fill")]


def test_every_recipe_has_a_mean_line_and_two_of_them_have_bands() -> None:
    figure = drawn()
    named = {one["name"]: one for one in figure["data"] if one.get("showlegend", True)}
    assert set(named) == set(RECIPE_NAMES)
    assert named["plain"]["y"] == pytest.approx(np.mean(PEAK, axis=0))
    assert named["plain"]["x"] == list(SIZES)
    assert strong(figure) == ["plain, highest limit", "zoom, highest limit"]
    low = next(one for one in figure["data"] if one["name"] == "plain, lowest limit")
    lowest = [share_interval(400 * value, 400).low for value in np.min(PEAK, axis=0)]
    assert low["y"] == pytest.approx(lowest), "the lowest seed, with the error of its test set"
    assert named["zoom"]["line"]["width"] > named["plain"]["line"]["width"] > 2
    assert all(named[name]["opacity"] < 1 for name in RECIPE_NAMES[2:])
    assert figure["data"][-1]["name"] == "zoom", "what was chosen lies on top"


def test_what_was_trained_in_the_middle_is_drawn_when_it_is_chosen() -> None:
    centered = {**every(), "blur-centered": result("blur", PEAK, position="centered")}
    for chosen, count in (("blur", 10), ("blur-centered", 11)):
        figure = all_of(curves.curves_figure(chosen, centered, [], 0.1, ("", "")))
        assert sum(one.get("showlegend", True) for one in figure["data"]) == count


def test_no_two_lines_look_alike() -> None:
    looks = {(lines.COLORS[name], lines.dash(name)) for name in RECIPE_NAMES}
    assert len(looks) == len(RECIPE_NAMES)


def test_the_trained_range_and_guessing_are_drawn() -> None:
    wide, one = drawn("zoom"), drawn("plain")
    (range_shape,) = [each for each in wide["layout"]["shapes"] if each["type"] == "rect"]
    assert (range_shape["x0"], range_shape["x1"]) == (10, 56)
    single = [each for each in one["layout"]["shapes"] if each.get("x0") == each.get("x1") == 24]
    assert len(single) == 1
    chance = one["layout"]["shapes"][0]
    assert chance["y0"] == chance["y1"] == 0.1
    texts = [note["text"] for note in wide["layout"]["annotations"]]
    assert {"trained at 10 to 56 px", "chance level, 10 %", "<b>zoom</b>"} <= set(texts)


def test_names_stand_at_their_lines_and_never_on_each_other() -> None:
    notes = drawn()["layout"]["annotations"][2:]
    heights = sorted(note["y"] for note in notes)
    assert len(notes) == len(RECIPE_NAMES)
    minimum = np.diff(heights).min() * curves.PLOT_PX
    assert minimum >= curves.NAME_PX * 0.99 and heights[0] >= 0 and heights[-1] <= 1


def test_names_move_no_further_than_they_must() -> None:
    assert curves.spread_apart([0.9, 0.1, 0.5], 0.1, 0, 1) == [0.9, 0.1, 0.5]
    assert curves.spread_apart([0.5, 0.5], 0.1, 0, 1) == pytest.approx([0.5, 0.6])
    assert curves.spread_apart([1.0, 1.0, 0.98], 0.1, 0, 1) == pytest.approx([0.9, 1.0, 0.8])
    assert curves.spread_apart([], 0.1, 0, 1) == []


def test_on_a_phone_the_names_are_a_legend_below_the_data() -> None:
    figure = drawn()
    narrow = figure["layout"]["meta"]["narrow"]
    assert narrow["showlegend"] and len(narrow["annotations"]) == 2
    assert narrow["margin"]["b"] >= len(RECIPE_NAMES) // 2 * 20 and narrow["margin"]["r"] < 20
    assert figure["layout"]["legend"]["yanchor"] == "top" and figure["layout"]["legend"]["y"] < 0


def test_a_run_of_ones_own_is_drawn_over_the_others() -> None:
    mine = curves.UserRun("run 1: plain, 24 px", result("plain", PEAK))
    figure = drawn("zoom", (mine,))
    last = figure["data"][-1]
    assert last["name"] == mine.title and last["line"]["color"] == lines.USER_COLORS[0]
    assert last["line"]["color"] not in lines.COLORS.values()
    assert "<b>run 1</b>" in [note["text"] for note in figure["layout"]["annotations"]]


def test_without_finished_runs_the_frame_says_so() -> None:
    figure = all_of(curves.curves_figure("plain", {}, [], 0.1, ("", "")))
    assert figure["data"] == [] and figure["layout"]["meta"]["caption"] == [curves.NOT_YET, ""]
    assert figure["layout"]["height"] == drawn()["layout"]["height"]


def moment(step: int, loss: float, accuracy: Any = None) -> TrainingLogEntry:
    line = None if accuracy is None else np.array(accuracy)
    return TrainingLogEntry(step, 10, loss, line, float(step))


def test_the_loss_and_the_looks_grow_with_the_training() -> None:
    plan = result("plain", PEAK).runs[0].plan
    begun = [moment(1, 2.0), moment(2, 1.5, [0.1] * 5), moment(3, float("nan"))]
    more = [*begun, moment(4, 1.0, [0.5] * 5)]
    first = all_of(learning.learning_figure(plan, [learning.SeedCurves(0, begun)], 0.1, "Said."))
    then = learning.learning_figure(plan, [learning.SeedCurves(0, more)], 0.1, "Said.")
    assert [len(one["data"]) for one in (first, then)] == [2, 3]
    assert first["data"][0]["x"] == [1, 2] and first["data"][0]["y"] == [2.0, 1.5]
    assert then["data"][1]["opacity"] < then["data"][2]["opacity"] < 1
    assert then["data"][2]["y"] == [0.5] * 5 and then["data"][2]["xaxis"] == "x2"
    for one in (first, then):
        assert one["layout"]["xaxis"]["range"] == [0, plan.steps]
        assert one["layout"]["height"] == first["layout"]["height"]


def test_a_seed_that_is_done_keeps_its_curve_beside_the_one_that_learns() -> None:
    plan = result("plain", PEAK).runs[0].plan
    done = learning.SeedCurves(0, [moment(9, 0.1, [0.9] * 5)], np.full(5, 0.95))
    data = learning.learning_figure(plan, [done, learning.SeedCurves(1, [])], 0.1, "")["data"]
    assert [one["name"] for one in data] == [
        "seed 0: loss", "seed 0, all test objects", "seed 1: loss",
    ]  # fmt: skip
    assert data[1]["y"] == [0.95] * 5 and data[0]["opacity"] < data[2]["opacity"]


def test_the_filters_share_one_signed_range_and_stand_apart() -> None:
    kernels = np.random.default_rng(0).standard_normal((12, 3, 3)).astype(np.float32)
    figure = all_of(inside.filters_figure(kernels, "plain"))
    values, axis = figure["data"][0]["z"], figure["layout"]["coloraxis"]
    assert values.shape == (7, 31) and axis["cmin"] == -axis["cmax"]
    assert axis["cmax"] == pytest.approx(np.abs(kernels).max())
    assert np.allclose(values[4:7, :3], kernels[8]) and np.isnan(values[3]).all()
    assert figure["data"][0]["text"][4][0] == "filter 8"
    assert np.nansum(values) == pytest.approx(kernels.sum(), rel=1e-4)


def stages() -> StageMaps:
    random = np.random.default_rng(1)
    maps = tuple(random.random((3, 6, side, side)).astype(np.float32) for side in (16, 8))
    images = random.random((3, 32, 32)).astype(np.float32)
    return StageMaps(np.array([8.0, 16.0, 32.0]), "3", images, maps)


def test_the_maps_stand_below_their_pictures_in_one_range() -> None:
    actual = stages()
    figure = all_of(training_maps.maps_figure(actual, 1, [4, 0]))
    pictures, maps = figure["data"]
    assert pictures["z"].shape == (32, 3 * 33 - 1) and maps["z"].shape == (17, 26)
    assert np.allclose(pictures["z"][:, 33:65], actual.images[1])
    assert np.allclose(maps["z"][9:, 18:], actual.maps[1][2, 0])
    axis = figure["layout"]["coloraxis"]
    assert axis["cmin"] == 0 and axis["cmax"] >= actual.maps[1][:, [4, 0]].max()
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["input", "filter 4", "filter 0", "8 px", "16 px", "32 px"]


@pytest.mark.parametrize("stage", [0, 1])
def test_maps_lie_below_their_pictures_to_the_pixel(stage: int) -> None:
    figure = training_maps.maps_figure(stages(), stage, [1, 2, 3])
    pictures, maps = figure["data"]
    side = stages().maps[stage].shape[-1]
    for trace, cells in ((pictures, 32), (maps, side)):
        assert len(trace["x"]) == trace["z"].shape[1] + 1
        assert len(trace["y"]) == trace["z"].shape[0] + 1
        starts, ends = trace["x"][:: cells + 1], trace["x"][cells :: cells + 1]
        assert np.subtract(ends, starts) == pytest.approx(32)
        assert starts == pytest.approx([0, 32 * 1.08, 64 * 1.08])
    assert maps["y"][0] > pictures["y"][-1]
    layout = figure["layout"]
    (low, high), (bottom, top) = layout["xaxis"]["range"], layout["yaxis"]["range"]
    assert (low, top) == (0, 0) and bottom == pytest.approx(maps["y"][-1])
    assert high == pytest.approx(pictures["x"][-1])
    margin = layout["margin"]
    tall = layout["height"] - margin["t"] - margin["b"]
    assert tall / bottom == pytest.approx((layout["meta"]["width"] - margin["l"]) / high, rel=0.01)


def test_the_voices_are_drawn_with_large_factors_on_top() -> None:
    lines_of = np.arange(12.0).reshape(4, 3) / 12
    one = ChannelContributions(np.array([8.0, 16, 32, 64]), (0.5, 1.0, 2.0), *(lines_of,) * 4)
    for measure in inside.CHANNEL_MEASURES:
        middles = {"joint": 16.0, "naive": 32.0}
        figure = all_of(inside.channels_figure({"joint": one, "naive": one}, measure, middles))
        joint, naive = figure["data"][2:]
        assert joint["y"] == [0, 1, 2, 2] and naive["y"] == [0, 0, 1, 2]
        assert (naive["xaxis"], naive["yaxis"]) == ("x2", "y2")
        values = figure["data"][0]["z"]
        assert values.shape == (3, 4) and np.allclose(values[0], lines_of[:, 2])
        assert figure["data"][0]["text"][0][0] == "channel 2.00 at 8 px"
        axis = figure["layout"]["coloraxis"]
        assert (axis["cmin"], axis["cmax"]) == (0, 1)


def test_steadiness_is_drawn_over_size_beside_plain() -> None:
    shown = {"blur": result("blur", PEAK, 0.8), "plain-centered": result("plain", PEAK, 0.5)}
    figure = all_of(inside.shift_figure(shown))
    named = [one for one in figure["data"] if "fill" not in one and one["line"]["width"] > 0]
    assert [one["name"] for one in named] == ["blur", "plain-centered"] * 2
    assert named[0]["y"] == pytest.approx([0.8] * 5)
    assert named[2]["y"] == pytest.approx(np.mean(PEAK, axis=0)) and named[2]["xaxis"] == "x2"
    assert [one["showlegend"] for one in named] == [True, True, False, False]
    assert named[1]["line"]["dash"] == "dot"
