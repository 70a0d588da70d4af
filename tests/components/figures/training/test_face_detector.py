"""The figures of P-Net: what they show is what was measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from scalescope.components.figures.training import face_detector as figures
from scalescope.components.live.chart.wire import pack
from scalescope.core.experiments.training.face_detector.measure import (
    FaceResponses,
    FalseAlarms,
    WindowScores,
)
from scalescope.core.experiments.training.face_detector.pyramid import UNRESIZED

SIZES = np.array([6.0, 12.0, 24.0])
WINDOWS = 12 / 0.709 ** np.arange(-2.0, 3.0)


def seen(highest: list[float], share: float, windows: int) -> WindowScores:
    shares = np.array([[share, share / 2, 0.0]] * len(SIZES))
    return WindowScores(np.array(highest), shares, np.full(len(SIZES), windows))


def result() -> FaceResponses:
    others = tuple(
        FalseAlarms(
            name, f"a {name}", seen([0.0, 1.0, -1.0], 0.1, 20), seen([2.0, 3.0, 1.0], 0.05, 200),
            np.array([0, 2, 4]),
        )
        for name in ("cat", "cup", "cloud")
    )  # fmt: skip
    one = np.array([[-1.0, 1.0], [8.0, 10.0], [-3.0, -1.0]])
    return FaceResponses(
        sizes_px=SIZES,
        one_scale=one,
        pyramid=np.array([[5.0, 7.0], [8.0, 10.0], [6.0, 6.0]]),
        anywhere=one + 4,
        level=np.array([[0, 0], [2, 2], [4, 3]]),
        window_px=WINDOWS,
        overlap=np.array([[0.5, 0.6], [0.7, 0.8], [0.9, 0.4]]),
        others=others,
    )


EVERY = (
    figures.face_figure,
    figures.level_figure,
    figures.false_alarms_figure,
    figures.false_alarm_rate_figure,
)


def named(figure: dict[str, Any], name: str) -> dict[str, Any]:
    return next(trace for trace in figure["data"] if trace["name"] == name)


@pytest.mark.parametrize("draw", EVERY)
def test_every_figure_says_what_it_is_and_can_be_sent(draw: Any) -> None:
    figure = draw(result())
    meta = figure["layout"]["meta"]
    assert meta["name"].startswith("training-faces") and meta["alt"].endswith(".")
    assert not meta["caption"] or (len(meta["caption"]) == 2 and any(meta["caption"]))
    assert meta["narrow"]["height"] >= figure["layout"]["height"]
    pack({"figure": figure})
    low, high = figure["layout"]["xaxis"]["range"]
    for trace in figure["data"]:
        assert low < np.log10(min(trace["x"])) and np.log10(max(trace["x"])) < high


def test_the_face_is_drawn_as_the_mean_log_odds_with_all_shifts() -> None:
    figure = figures.face_figure(result())
    line = named(figure, "one scale, on the face")
    assert line["x"] == SIZES.tolist() and line["y"] == [0.0, 9.0, -2.0]
    assert named(figure, "one scale, on the face, lowest")["y"] == [-1.0, 8.0, -3.0]
    upper = named(figure, "one scale, on the face, highest")
    assert upper["y"] == [1.0, 10.0, -1.0] and upper["fill"] == "tonexty"
    assert line["customdata"][0] == ["0.50", "0.27", "0.73"]
    assert named(figure, "one scale, anywhere")["y"] == [4.0, 13.0, 2.0]


def test_the_axis_of_log_odds_is_named_by_probabilities_and_holds_all() -> None:
    axis = figures.face_figure(result())["layout"]["yaxis"]
    names = dict(zip(axis["ticktext"], axis["tickvals"], strict=True))
    assert names["0.5"] == 0 and names["0.9"] == pytest.approx(np.log(9))
    assert names["0.99999"] == pytest.approx(np.log(99999))
    assert axis["range"][0] < -3 and axis["range"][1] > 13
    (line,) = figures.face_figure(result())["layout"]["shapes"]
    assert line["y0"] == line["y1"] == pytest.approx(np.log(1.5))


def test_levels_are_drawn_as_their_windows_against_the_face() -> None:
    equal, points = figures.level_figure(result())["data"]
    assert equal["x"] == equal["y"] == [6.0, 24.0]
    assert points["x"] == [6, 6, 12, 12, 24, 24]
    assert points["y"] == WINDOWS[[0, 0, 2, 2, 4, 3]].tolist()
    level, factor, overlap = points["customdata"][3]
    assert level == UNRESIZED and factor == pytest.approx(1) and overlap == 0.8
    assert points["customdata"][0][1] == pytest.approx(0.709**-2)


def test_alarms_stand_beside_the_face_and_one_scale_is_dashed() -> None:
    figure = figures.false_alarms_figure(result())
    assert len(figure["data"]) == 8
    first, every = named(figure, "a cat, one scale"), named(figure, "a cat, pyramid")
    assert first["y"] == [0.0, 1.0, -1.0] and every["y"] == [2.0, 3.0, 1.0]
    assert first["line"]["dash"] == "dash" and every["line"]["dash"] == "solid"
    assert first["line"]["color"] == every["line"]["color"]
    assert every["customdata"][0] == ["0.88", 200, 10, 5, 0]
    assert "%{customdata[4]} at 0.99 or more" in every["hovertemplate"]
    assert named(figure, "the face, pyramid")["y"] == [6.0, 9.0, 6.0]
    colors = {trace["line"]["color"] for trace in figure["data"]}
    assert len(colors) == 4


def test_the_share_of_false_alarms_is_a_fraction_of_windows() -> None:
    figure = figures.false_alarm_rate_figure(result())
    assert named(figure, "a cup, one scale")["y"] == [0.1] * 3
    assert named(figure, "a cup, pyramid")["y"] == [0.05] * 3
    assert figure["layout"]["yaxis"]["rangemode"] == "tozero"
