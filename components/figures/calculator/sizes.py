"""The sizes that every layer of a network answers, over those that every sensor gives."""

from __future__ import annotations

import math
from typing import Any

from ....core import formatting
from ....core.experiments.calculator import sentences as story
from ....core.experiments.calculator.result import Result
from ....core.experiments.calculator.spec import SHAPE_PX
from .. import theme

LEAST_PX, MOST_PX = 1 / 16, 2048
TICKS = (0.125, 0.5, 2, 8, 32, 128, 512, 2048)
ROW_PX, GAP_PX, TOP_PX, BELOW_PX = 19, 46, 30, 76
CONTROL = "#8a8a8a"
TURN_PX = 11.0  # in the middle of the axis: words stand on the side with more room


def _log(size_px: float) -> float:
    """Where Plotly wants an annotation on a logarithmic axis."""
    return math.log10(size_px)


def _shown(size_px: float) -> float:
    """A size, at the edge of the chart where it lies beyond."""
    return min(max(size_px, LEAST_PX), MOST_PX)


def _ranges(result: Result) -> dict[str, Any]:
    """One bar per layer, as one line with gaps."""
    across: list[float | None] = []
    down: list[str | None] = []
    said: list[str] = []
    sizes = result.spec.net.sizes_px
    tried = story.between(sizes[0], sizes[-1])
    for one in result.answers:
        wanted, name = one.layer.trained, one.layer.name
        across += [wanted.low_px, wanted.high_px, None]
        down += [name, name, None]
        said += [story.reach(wanted)] * 3
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"answers nearly best, of {tried} tried",
        "x": across,
        "y": down,
        "line": {"color": theme.LINES[0], "width": 8},
        "opacity": 0.5,
        "text": said,
        "hovertemplate": "%{y}: objects %{text}<extra>nearly best</extra>",
    }


def _points(result: Result, trained: bool) -> dict[str, Any]:
    """The middle of every range that is a preference."""
    known = [(one, one.layer.trained if trained else one.layer.shuffled) for one in result.answers]
    narrow = [(one.layer.name, wanted) for one, wanted in known if not wanted.is_wide]
    name = "best size" if trained else "best size, shuffled weights"
    marker = {"color": theme.LINES[0], "size": 9}
    if not trained:
        marker = {"color": CONTROL, "size": 7, "symbol": "diamond-open"}
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [wanted.best_px for _, wanted in narrow],
        "y": [layer for layer, _ in narrow],
        "marker": marker,
        "hovertemplate": f"%{{y}}: %{{x:.3g}} px<extra>{name}</extra>",
    }


def _symbol(size_px: float) -> str:
    """A dot, or an arrow to where it lies beyond the chart."""
    if size_px > MOST_PX:
        return "triangle-right"
    return "triangle-left" if size_px < LEAST_PX else "circle"


def _sensors(result: Result) -> dict[str, Any]:
    chosen = result.spec.sensor
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "the object, by sensor",
        "x": [_shown(one.object_px) for one in result.sensors],
        "y": [story.short_name(result.spec, one.slug) for one in result.sensors],
        "yaxis": "y2",
        "marker": {
            "color": theme.NEAR,
            "size": [11 if one.slug == chosen else 8 for one in result.sensors],
            "symbol": [_symbol(one.object_px) for one in result.sensors],
        },
        "text": [formatting.pixels(one.object_px) for one in result.sensors],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _line(size_px: float, colour: str, dash: str) -> dict[str, Any]:
    size = _shown(size_px)
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": size,
        "x1": size,
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": 2, "dash": dash},
    }


def _gone() -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": LEAST_PX,
        "x1": SHAPE_PX,
        "y0": 0,
        "y1": 1,
        "fillcolor": CONTROL,
        "opacity": 0.16,
        "line": {"width": 0},
        "layer": "below",
    }


def _rows(names: list[str], low: float, high: float, **more: Any) -> dict[str, Any]:
    """An axis of names, the first on top."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names,
        "range": [len(names) - 0.4, -0.6],
        "domain": [low, high],
        "tickfont": {"size": 11},
        "automargin": False,
        **more,
    }


def _labels(result: Result, between: float) -> list[dict[str, Any]]:
    """The words of the line at the input, on top, and of the grayed sizes, between the panels."""
    size = result.spec.input_px
    shared = {"xref": "x", "yref": "paper", "showarrow": False}
    line = {
        "text": f"at the input {formatting.pixels(size)}",
        "font": {"size": 12, "color": theme.NEAR},
    }
    gone = {"text": "shape is gone", "font": {"size": 12}}
    side = "left" if size < TURN_PX else "right"
    return [
        {**shared, **line, "x": _log(_shown(size)), "xanchor": side, "y": 1, "yanchor": "bottom"},
        {**shared, **gone, "x": _log(LEAST_PX), "xanchor": "left", "y": between},
    ]


def sizes_figure(result: Result) -> theme.Figure:
    """Above, the layers from the input on; below, the sensors; all over size in pixels."""
    layers = [one.layer.name for one in result.answers]
    sensors = [story.short_name(result.spec, one.slug) for one in result.sensors]
    plot = ROW_PX * (len(layers) + len(sensors)) + GAP_PX
    low = ROW_PX * len(sensors) / plot
    layout = {
        "height": plot + TOP_PX + BELOW_PX,
        "margin": {"l": 104, "r": 8, "t": TOP_PX, "b": BELOW_PX},
        "xaxis": {
            "type": "log",
            "range": [_log(LEAST_PX), _log(MOST_PX)],
            "tickvals": list(TICKS),
            "ticktext": [formatting.significant_digits(tick) for tick in TICKS],
            "title": {"text": "size of the object, px (log2)", "standoff": 6},
            "anchor": "y2",
            "zeroline": False,
        },
        "yaxis": _rows(layers, low + GAP_PX / plot, 1),
        "yaxis2": _rows(sensors, 0, low),
        "shapes": [_gone(), _line(result.spec.input_px, theme.NEAR, "dot")],
        "annotations": _labels(result, low + GAP_PX / plot / 2),
        "legend": {"orientation": "h", "y": -44 / plot, "yanchor": "top", "x": 0},
        "uirevision": result.spec.network,
        "meta": {
            "name": "calculator-sizes",
            "alt": (
                f"By layer of {result.spec.net.title}, the sizes in pixels that it answers best, "
                "and by sensor the size of the object."
            ),
        },
    }
    data = [_ranges(result), _points(result, True), _points(result, False), _sensors(result)]
    return {"data": data, "layout": layout}
