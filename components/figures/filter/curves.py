"""Scale-tuning curves: filters compared, after pooling, and grown with the object."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ....core.experiments.filter import sentences
from ....core.experiments.filter.run import FilterResult, Result
from ....core.experiments.filter.scene import count_pooling_layers
from ....core.experiments.filter.spec import Spec
from ....core.experiments.filter.tuning import TuningCurve
from ....core.filters.alignments import Band
from .. import multiples, theme

DASHES = ("solid", "dash", "dot", "dashdot")
TICKS = (1, 2, 4, 8, 16, 32, 64, 128)


def banded(
    name: str, sizes: Sequence[float], band: Band, color: str, **more: Any
) -> list[dict[str, Any]]:
    """Draw the full band of a curve, and the median as a line."""
    common = {"type": "scatter", "x": list(sizes), "legendgroup": name, **more}
    middle = {
        "mode": "lines",
        "name": name,
        "y": band.median.tolist(),
        "line": {"color": color, "width": 2},
        "customdata": np.stack([band.low, band.high], axis=1).tolist(),
        "hovertemplate": (
            "%{y:.3f} at %{x:.4g} px<br>over alignments %{customdata[0]:.3f} to "
            "%{customdata[1]:.3f}<extra>%{fullData.name}</extra>"
        ),
    }
    names, ends = (f"{name}, lowest", f"{name}, highest"), (band.low.tolist(), band.high.tolist())
    more = {"legendgroup": name, **more}
    edges = theme.band(names, list(sizes), *ends, theme.translucent(color), **more)
    return [*edges, {**common, **middle}]


def size_axis(**more: Any) -> dict[str, Any]:
    """Axis of apparent size from 1 to 128 px, one tick per octave."""
    return {
        "type": "log",
        "range": [np.log10(0.92), np.log10(139)],
        "tickvals": list(TICKS),
        "ticktext": [str(tick) for tick in TICKS],
        "zeroline": False,
        **more,
    }


def _now(spec: Spec) -> dict[str, Any]:
    """A line at the present size, through all panels."""
    return {
        "type": "line",
        "xref": "x",
        "yref": "paper",
        "x0": spec.size_px,
        "x1": spec.size_px,
        "y0": 0,
        "y1": 1,
        "line": {"color": theme.NEAR, "width": 1.5, "dash": "dot"},
    }


def curves_figure(spec: Spec, curves: Sequence[TuningCurve]) -> theme.Figure:
    """Draw peak and, below, mean response of every filter over apparent size."""
    data = []
    for index, (name, curve) in enumerate(zip(spec.names, curves, strict=True)):
        color = theme.LINES[index]
        data += banded(name, curve.sizes_px.tolist(), curve.peak, color)
        below = banded(name, curve.sizes_px.tolist(), curve.mean, color, yaxis="y2")
        data += [{**trace, "showlegend": False} for trace in below]
    layout = {
        "height": 500,
        "margin": {"l": 52, "r": 8, "t": 26, "b": 96},
        "xaxis": size_axis(title={"text": "apparent size (px, log scale)"}, anchor="y2"),
        "yaxis": {
            "title": {"text": "peak response"},
            "domain": [0.4, 1],
            "rangemode": "tozero",
            "zeroline": False,
        },
        "yaxis2": {
            "title": {"text": "mean response"},
            "domain": [0, 0.32],
            "rangemode": "tozero",
            "zeroline": False,
            "nticks": 4,
        },
        "legend": {"orientation": "h", "y": -0.2, "yanchor": "top", "x": 0},
        "shapes": [_now(spec)],
        "annotations": [theme.title("line: median over 64 alignments; band: min to max", 0, 1.01)],
        "uirevision": "curves",
        "meta": {
            "name": "filter-curves",
            "caption": [sentences.describe_curves(spec, tuple(curves)), ""],
            "alt": f"Response to a {spec.object} by apparent size: {', '.join(spec.names)}.",
        },
    }
    return {"data": data, "layout": layout}


def _level_traces(result: FilterResult, color: str, first: bool) -> list[dict[str, Any]]:
    traces = []
    for level, curve in enumerate(result.levels):
        name = "filter alone" if level == 0 else count_pooling_layers(level)
        low, high, middle = banded(name, curve.sizes_px.tolist(), curve.peak, color)
        middle["line"] = {"color": color, "width": 2, "dash": DASHES[level]}
        traces += [low, high, {**middle, "showlegend": first}]
    return traces


def _growth_traces(result: FilterResult, color: str, first: bool) -> list[dict[str, Any]]:
    grown, sizes = result.growth, result.growth.sizes_px.tolist()
    fixed = banded("fixed", result.curve.sizes_px.tolist(), result.curve.peak, color)
    fixed[2]["line"] = {"color": color, "width": 2, "dash": "dot"}
    traces = [*fixed, *banded("grown with the object", sizes, grown.peak, color)]
    best = {
        "type": "scatter",
        "mode": "markers",
        "name": "best alignment (filled: integer factor)",
        "x": sizes,
        "y": grown.peak.high.tolist(),
        "marker": {
            "size": 7,
            "symbol": ["circle" if whole else "circle-open" for whole in grown.is_whole],
            "color": color,
        },
        "customdata": grown.factors.tolist(),
        "hovertemplate": "%{y:.4f} at factor %{customdata}<extra>best alignment</extra>",
    }
    traces.append(best)
    for trace in traces:
        if trace.get("showlegend", True):
            trace["showlegend"] = first
    return traces


Draw = Callable[[FilterResult, str, bool], list[dict[str, Any]]]


def _by_filter(result: Result, draw: Draw, name: str, alt: str) -> theme.Figure:
    """Draw one panel per filter, in its color; the first has the entries of the legend."""
    shown = [
        multiples.Panel(filtered.name, draw(filtered, theme.LINES[index], index == 0))
        for index, filtered in enumerate(result.filters)
    ]
    texts = ("apparent size (px, log scale)", "peak response")
    return multiples.figure(shown, x_axis=size_axis(), titles=texts, name=name, alt=alt)


def levels_figure(result: Result) -> theme.Figure:
    """Draw one panel per filter: its curve alone and after every pooling layer."""
    alt = "Peak response of every filter by apparent size and number of pooling layers."
    return _by_filter(result, _level_traces, "filter-levels", alt)


def growth_figure(result: Result) -> theme.Figure:
    """Draw one panel per filter: as it is, and resampled to grow with the object."""
    alt = "Response by apparent size, of the fixed filter and of one grown with the object."
    return _by_filter(result, _growth_traces, "filter-growth", alt)
