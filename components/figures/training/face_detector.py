"""P-Net on a face at growing sizes: at one scale, over the image pyramid, and false alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ....core.experiments.training.face_detector import sentences
from ....core.experiments.training.face_detector.measure import (
    THRESHOLDS,
    FaceResponses,
    WindowScores,
    log_odds,
)
from ....core.experiments.training.face_detector.pyramid import UNRESIZED
from .. import theme

Numbers = NDArray[np.float64]

PLOT_PX, TOP_PX, BELOW_PX, ENTRY_PX = 300, 24, 52, 21
TICKS_PX = (6, 12, 24, 48, 96)
ODDS = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999)
ONE_SCALE, PYRAMID, ANYWHERE = theme.LINES[1], theme.LINES[0], "#8a8a8a"
OTHERS = theme.LINES[3:]  # the pictures without a face


def _sizes(values: Numbers) -> list[float]:
    return [float(value) for value in values]


def _probabilities(log_odds: Numbers) -> list[str]:
    return [sentences.odds(float(value)) for value in log_odds]


def _curve(
    name: str, sizes_px: Numbers, values: Numbers, hover: Sequence[Any], template: str, **line: Any
) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": _sizes(sizes_px),
        "y": _sizes(values),
        "customdata": list(hover),
        "line": {"width": 2, **line},
        "marker": {"size": 5, "color": line["color"]},
        "hovertemplate": f"{template}<extra>{name}</extra>",
    }


def _band(name: str, sizes_px: Numbers, log_odds: Numbers, color: str) -> list[dict[str, Any]]:
    """From the lowest to the highest over shifts."""
    names = (f"{name}, lowest", f"{name}, highest")
    ends = _sizes(log_odds.min(axis=1)), _sizes(log_odds.max(axis=1))
    return theme.band(names, _sizes(sizes_px), *ends, theme.translucent(color))


def _shifted(name: str, sizes_px: Numbers, log_odds: Numbers, color: str) -> list[dict[str, Any]]:
    """The mean log-odds over shifts, with their band."""
    ends = zip(
        _probabilities(log_odds.mean(axis=1)),
        _probabilities(log_odds.min(axis=1)),
        _probabilities(log_odds.max(axis=1)),
        strict=True,
    )
    hover = (
        "p = %{customdata[0]} at %{x:.3g} px<br>over one-pixel shifts %{customdata[1]} to "
        "%{customdata[2]}"
    )
    line = _curve(
        name, sizes_px, log_odds.mean(axis=1), [list(other) for other in ends], hover, color=color
    )
    return [*_band(name, sizes_px, log_odds, color), line]


def size_axis() -> dict[str, Any]:
    """The face's size, an octave from one tick to the next."""
    return {
        "type": "log",
        "title": {"text": "side of the face's box, px (log2)", "standoff": 6},
        "range": [np.log10(TICKS_PX[0] / 1.08), np.log10(TICKS_PX[-1] * 1.08)],
        "tickvals": list(TICKS_PX),
        "ticktext": [str(tick) for tick in TICKS_PX],
        "zeroline": False,
    }


def odds_axis(*lines: Numbers) -> dict[str, Any]:
    """Log-odds, named by their probabilities; it holds all that is drawn."""
    low = min(float(line.min()) for line in lines)
    high = max(float(line.max()) for line in lines)
    return {
        "title": {"text": "p(face), equal steps of log-odds"},
        "range": [min(low, log_odds(0.1)) - 0.5, max(high, log_odds(0.9999)) + 0.5],
        "tickvals": [log_odds(tick) for tick in ODDS],
        "ticktext": [f"{tick:g}" for tick in ODDS[:-1]] + ["0.99999"],
        "zeroline": False,
    }


def _layout(name: str, alt: str, caption: Sequence[str], down: Any, entries: int) -> dict[str, Any]:
    def height(lines: int) -> dict[str, Any]:
        below = BELOW_PX + ENTRY_PX * lines
        return {"height": PLOT_PX + TOP_PX + below, "margin": {"b": below}}

    wide = height(-(-entries // 3))
    wide["margin"] = {"l": 64, "r": 14, "t": TOP_PX, **wide["margin"]}
    narrow = height(entries)
    return {
        **wide,
        "xaxis": size_axis(),
        "yaxis": down,
        "legend": {"orientation": "h", "x": 0, "y": -46 / PLOT_PX, "yanchor": "top"},
        "uirevision": name,
        "meta": {"name": name, "alt": alt, "narrow": narrow, "caption": list(caption)},
    }


def _threshold() -> dict[str, Any]:
    """The line at MTCNN's threshold."""
    y = log_odds(THRESHOLDS[0])
    dotted = {"color": ANYWHERE, "width": 1, "dash": "dot"}
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y, "line": dotted}


def face_figure(result: FaceResponses) -> theme.Figure:
    """Draw P-Net's probability over the face's size: at one scale, and over the pyramid."""
    sizes = result.sizes_px
    hover = "p = %{customdata} at %{x:.3g} px"
    shown = result.anywhere.mean(axis=1)
    data = [
        *_shifted("one scale, on the face", sizes, result.one_scale, ONE_SCALE),
        *_shifted("pyramid, on the face", sizes, result.pyramid, PYRAMID),
        _curve(
            "one scale, anywhere",
            sizes,
            shown,
            _probabilities(shown),
            hover,
            color=ANYWHERE,
            dash="dot",
        ),
    ]
    layout = _layout(
        "training-faces",
        "P-Net's probability of a face by its size, at one scale and over an image pyramid.",
        [f"{sentences.one_scale(result)} {sentences.pyramid(result)}", sentences.anywhere(result)],
        odds_axis(result.one_scale, result.pyramid, shown),
        3,
    )
    return {"data": data, "layout": {**layout, "shapes": [_threshold()]}}


def _maxima(result: FaceResponses) -> dict[str, Any]:
    """A point for each size and shift."""
    sizes, level = np.repeat(result.sizes_px, result.level.shape[1]), result.level.ravel()
    windows = result.window_px[level]
    factors = result.window_px[UNRESIZED] / windows
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "level with the highest response",
        "x": _sizes(sizes),
        "y": _sizes(windows),
        "customdata": np.stack([level, factors, result.overlap.ravel()], axis=1).tolist(),
        "marker": {"size": 8, "color": PYRAMID, "opacity": 0.5},
        "hovertemplate": (
            "a face of %{x:.3g} px: level %{customdata[0]}, the image times %{customdata[1]:.3g}"
            "<br>its windows are %{y:.3g} px wide<br>IoU of the "
            "predicted box %{customdata[2]:.2f}<extra></extra>"
        ),
    }


def level_figure(result: FaceResponses) -> theme.Figure:
    """Draw which level responds most: the side of its windows against the face's."""
    ends = [float(result.sizes_px[0]), float(result.sizes_px[-1])]
    equal = {
        "type": "scatter",
        "mode": "lines",
        "name": "the face's size",
        "x": ends,
        "y": ends,
        "line": {"color": ANYWHERE, "width": 1, "dash": "dot"},
        "hoverinfo": "skip",
    }
    down = {
        "type": "log",
        "title": {"text": "side of the level's windows, px"},
        "tickvals": _sizes(result.window_px),
        "ticktext": [formatting.significant_digits(value) for value in _sizes(result.window_px)],
        "zeroline": False,
    }
    alt = "The pyramid's level with the highest response, by the size of the face."
    layout = _layout("training-faces-level", alt, [], down, 2)
    return {"data": [equal, _maxima(result)], "layout": layout}


def _pair(
    title: str, sizes_px: Numbers, lines: Sequence[Numbers], hover: Sequence[Any], text: str,
    color: str,
) -> list[dict[str, Any]]:  # fmt: skip
    """A picture at one scale, dashed, and over the pyramid."""
    names, dashes = ("one scale", "pyramid"), ("dash", "solid")
    return [
        _curve(f"{title}, {name}", sizes_px, line, hover_values, text, color=color, dash=dash)
        for name, dash, line, hover_values in zip(names, dashes, lines, hover, strict=True)
    ]


def _counted(scores: WindowScores) -> list[list[Any]]:
    """Per size: the highest probability, the windows, and how many reach each threshold."""
    many = np.rint(scores.share * scores.windows[:, None]).astype(int).tolist()
    rows = zip(_probabilities(scores.highest), scores.windows.tolist(), many, strict=True)
    return [[highest, windows, *counts] for highest, windows, counts in rows]


def _of_others(
    result: FaceResponses, read: Callable[[WindowScores], Numbers]
) -> list[dict[str, Any]]:
    counts = formatting.join_with_and(
        [
            f"%{{customdata[{index}]}} at {threshold:g} or more"
            for index, threshold in enumerate(THRESHOLDS, 2)
        ]
    )
    text = (
        f"p = %{{customdata[0]}} at most<br>of %{{customdata[1]}} windows {counts}"
        "<br>reduced as much as a face of %{x:.3g} px"
    )
    data = []
    for other, color in zip(result.others, OTHERS, strict=True):
        both = (other.one_scale, other.pyramid)
        lines, hover = [read(scores) for scores in both], [_counted(scores) for scores in both]
        data += _pair(other.title, result.sizes_px, lines, hover, text, color)
    return data


def false_alarms_figure(result: FaceResponses) -> theme.Figure:
    """Draw the highest false alarm at each size, compared with the face."""
    face = [result.one_scale.mean(axis=1), result.pyramid.mean(axis=1)]
    hover = [_probabilities(line) for line in face]
    text = "p = %{customdata} at %{x:.3g} px"
    data = _of_others(result, lambda scores: scores.highest)
    lines = [*face, *(np.array(trace["y"]) for trace in data)]
    data += _pair("the face", result.sizes_px, face, hover, text, PYRAMID)
    layout = _layout(
        "training-faces-alarms",
        "The highest false alarms at one scale and over the pyramid, compared with the face.",
        [sentences.false_alarms(result), sentences.cost(result)],
        odds_axis(*lines),
        len(data),
    )
    return {"data": data, "layout": {**layout, "shapes": [_threshold()]}}


def false_alarm_rate_figure(result: FaceResponses) -> theme.Figure:
    """Draw the fraction of windows without a face at MTCNN's threshold or above."""
    data = _of_others(result, lambda scores: scores.share[:, 0])
    down = {
        "title": {"text": f"windows with p at {THRESHOLDS[0]:g} or more"},
        "tickformat": ".0%",
        "rangemode": "tozero",
        "zeroline": False,
    }
    layout = _layout(
        "training-faces-share",
        "The fraction of windows that are false alarms, at one scale and over the pyramid.",
        ["", sentences.fractions(result)],
        down,
        len(data),
    )
    return {"data": data, "layout": layout}
