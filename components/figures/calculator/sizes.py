"""The sizes that every layer of a network responds to, above those that every sensor gives."""

from __future__ import annotations

import math
from typing import Any

from ....core.experiments.calculator import sentences
from ....core.experiments.calculator.result import Result
from ....core.experiments.calculator.spec import RESOLVED_PX
from ....core.formatting import pixels, significant_digits
from .. import theme

MIN_PX, MAX_PX = 1 / 16, 2048
TICKS = (0.125, 0.5, 2, 8, 32, 128, 512, 2048)
ROW_PX, GAP_PX, TOP_PX, BOTTOM_PX = 19, 46, 30, 76
CONTROL_COLOR = "#8a8a8a"
MIDDLE_PX = 11.0  # of the axis: a label stands on the side with more room


def _log(size_px: float) -> float:
    """The position of an annotation on a logarithmic axis of Plotly."""
    return math.log10(size_px)


def _clamp(size_px: float) -> float:
    """The size, or the edge of the chart where it lies beyond."""
    return min(max(size_px, MIN_PX), MAX_PX)


def _ranges(result: Result) -> dict[str, Any]:
    """One bar per range of every layer, as one line with gaps."""
    x: list[float | None] = []
    y: list[str | None] = []
    text: list[str] = []
    measured = result.spec.network_sizes.sizes_px
    for target in result.targets:
        name = target.layer.name
        for sizes in target.layer.ranges:
            x += [sizes.low_px, sizes.high_px, None]
            y += [name, name, None]
            text += [sentences.range_phrase(sizes)] * 3
    return {
        "type": "scatter",
        "mode": "lines",
        "name": f"responds to (measured at {sentences.format_range(measured[0], measured[-1])})",
        "x": x,
        "y": y,
        "line": {"color": theme.LINES[0], "width": 8},
        "opacity": 0.5,
        "text": text,
        "hovertemplate": "%{y}: objects of %{text}<extra>within a tenth of the maximum</extra>",
    }


def _best_sizes(result: Result) -> dict[str, Any]:
    """The best size of every layer that has one, with its interval over pictures."""
    known = [(target.layer.name, target.best) for target in result.targets if target.best]
    name = "best size, with its interval over pictures"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [best.value for _, best in known],
        "y": [layer for layer, _ in known],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [best.high - best.value for _, best in known],
            "arrayminus": [best.value - best.low for _, best in known],
            "color": theme.LINES[0],
            "thickness": 1.5,
            "width": 4,
        },
        "marker": {
            "color": theme.LINES[0],
            "size": 9,
            "line": {"width": 1.5, "color": "#ffffff"},
        },
        "text": [sentences.format_range(best.low, best.high) for _, best in known],
        "hovertemplate": f"%{{y}}: %{{x:.3g}} px (%{{text}})<extra>{name}</extra>",
    }


def _shuffled(result: Result) -> dict[str, Any]:
    """The best size of every layer and seed of the shuffled weights, where there is one."""
    known = [
        (target.layer.name, size)
        for target in result.targets
        for size in target.layer.shuffled_best_px
        if size is not None
    ]
    name = "best size, shuffled weights (a mark per seed)"
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": [size for _, size in known],
        "y": [layer for layer, _ in known],
        "marker": {"color": CONTROL_COLOR, "size": 7, "symbol": "diamond-open"},
        "hovertemplate": f"%{{y}}: %{{x:.3g}} px<extra>{name}</extra>",
    }


def _symbol(size_px: float) -> str:
    """A dot, or an arrow at the edge that the size lies beyond."""
    if size_px > MAX_PX:
        return "triangle-right"
    return "triangle-left" if size_px < MIN_PX else "circle"


def _sensors(result: Result) -> dict[str, Any]:
    chosen = result.spec.sensor
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "object size, by sensor",
        "x": [_clamp(view.object_px) for view in result.sensor_views],
        "y": [sentences.short_title(result.spec, view.slug) for view in result.sensor_views],
        "yaxis": "y2",
        "marker": {
            "color": theme.NEAR,
            "size": [11 if view.slug == chosen else 8 for view in result.sensor_views],
            "symbol": [_symbol(view.object_px) for view in result.sensor_views],
        },
        "text": [pixels(view.object_px) for view in result.sensor_views],
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }


def _line(size_px: float, color: str, dash: str) -> dict[str, Any]:
    size = _clamp(size_px)
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": size,
        "x1": size,
        "y0": 0,
        "y1": 1,
        "line": {"color": color, "width": 2, "dash": dash},
    }


def _unresolved() -> dict[str, Any]:
    return {
        "type": "rect",
        "xref": "x",
        "yref": "paper",
        "x0": MIN_PX,
        "x1": RESOLVED_PX,
        "y0": 0,
        "y1": 1,
        "fillcolor": CONTROL_COLOR,
        "opacity": 0.16,
        "line": {"width": 0},
        "layer": "below",
    }


def _rows(names: list[str], low: float, high: float) -> dict[str, Any]:
    """A categorical axis, the first name on top."""
    return {
        "type": "category",
        "categoryorder": "array",
        "categoryarray": names,
        "range": [len(names) - 0.4, -0.6],
        "domain": [low, high],
        "tickfont": {"size": 11},
        "automargin": False,
    }


def _labels(result: Result, middle: float) -> list[dict[str, Any]]:
    """Label the line at the input, on top, and the gray area, at ``middle`` between the panels."""
    size = result.spec.input_px
    shared = {"xref": "x", "yref": "paper", "showarrow": False}
    line = {
        "text": f"at the input {pixels(size)}",
        "font": {"size": 12, "color": theme.NEAR},
    }
    unresolved = {"text": "not resolved", "font": {"size": 12}}
    side = "left" if size < MIDDLE_PX else "right"
    return [
        {**shared, **line, "x": _log(_clamp(size)), "xanchor": side, "y": 1, "yanchor": "bottom"},
        {**shared, **unresolved, "x": _log(MIN_PX), "xanchor": "left", "y": middle},
    ]


def sizes_figure(result: Result) -> theme.Figure:
    """Plot the layers from the input on, and below them the sensors, over size in pixels."""
    spec, layers = result.spec, [target.layer.name for target in result.targets]
    sensors = [sentences.short_title(result.spec, view.slug) for view in result.sensor_views]
    plot = ROW_PX * (len(layers) + len(sensors)) + GAP_PX
    low = ROW_PX * len(sensors) / plot
    layout = {
        "height": plot + TOP_PX + BOTTOM_PX,
        "margin": {"l": 104, "r": 8, "t": TOP_PX, "b": BOTTOM_PX},
        "xaxis": {
            "type": "log",
            "range": [_log(MIN_PX), _log(MAX_PX)],
            "tickvals": list(TICKS),
            "ticktext": [significant_digits(tick) for tick in TICKS],
            "title": {"text": "object size, px (log2)", "standoff": 6},
            "anchor": "y2",
            "zeroline": False,
        },
        "yaxis": _rows(layers, low + GAP_PX / plot, 1),
        "yaxis2": _rows(sensors, 0, low),
        "shapes": [_unresolved(), _line(spec.input_px, theme.NEAR, "dot")],
        "annotations": _labels(result, low + GAP_PX / plot / 2),
        "legend": {"orientation": "h", "y": -44 / plot, "yanchor": "top", "x": 0},
        "uirevision": spec.network,
        "meta": {
            "name": "calculator-sizes",
            "alt": (
                f"The sizes in pixels that each layer of {spec.network_sizes.title} responds to "
                "best, and the size of the object at each sensor."
            ),
        },
    }
    data = [_ranges(result), _best_sizes(result), _shuffled(result), _sensors(result)]
    return {"data": data, "layout": layout}
