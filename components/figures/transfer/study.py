"""Figures of the sections of page `transfer`: accuracy by layer, factor, labels and GSD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....core.aerial.probing.intervals import Interval
from ....core.experiments.transfer.accuracy_sentences import title_of
from ....core.experiments.transfer.result import Result, factors_of
from ....core.experiments.transfer.setup import BASELINE, CHOSEN, SHUFFLED, TRAINED, UNTRAINED
from ....core.formatting import significant_digits
from .. import heatmaps as maps
from .. import theme
from ..network.study import POSITIVE, short_layer_name
from .lines import CHANCE, GRAY, MEAN_COLOR, accuracy_axis, band, line

PLOT_PX, TOP_PX, BELOW_PX, ENTRY_PX = 300, 6, 70, 21
LAST, BEST = theme.LINES[:2]
CONDITIONS = {
    "as-is": "unresized tiles",
    "zoomed": "trained on zoomed tiles",
    "matched": "resized to match",
}
CONTROLS = {SHUFFLED: ("shuffled weights", "solid"), UNTRAINED: ("untrained", "dash")}


def _figure(
    traces: list[dict[str, Any]], across: dict[str, Any], name: str, alt: str, caption: str
) -> theme.Figure:
    """Accuracy over one axis, with the legend below it."""
    entries = sum(trace.get("showlegend", True) for trace in traces)
    margins = {"l": 56, "r": 12, "t": TOP_PX}

    def with_height(lines: int) -> dict[str, Any]:
        below = BELOW_PX + ENTRY_PX * lines
        return {"height": PLOT_PX + TOP_PX + below, "margin": {**margins, "b": below}}

    layout = {
        **with_height(-(-entries // 3)),
        "xaxis": {"zeroline": False, **across},
        "yaxis": accuracy_axis("accuracy"),
        "legend": {"orientation": "h", "x": 0, "y": -BELOW_PX / PLOT_PX, "yanchor": "top"},
        "uirevision": name,
        "meta": {
            "name": name,
            "alt": alt,
            "caption": [caption, ""],
            "narrow": with_height(entries),
        },
    }
    return {"data": traces, "layout": layout}


def _column(interval: Interval, index: int) -> Interval:
    return Interval(interval.mean[:, index], interval.low[:, index], interval.high[:, index])


def _row(interval: Interval, index: int) -> Interval:
    return Interval(interval.mean[index], interval.low[index], interval.high[index])


def _constant(name: str, across: Sequence[Any], accuracy: float, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(across),
        "y": [accuracy] * len(across),
        "line": {"color": color, "width": 1.5, "dash": "dot"},
        "hovertemplate": "%{y:.1%}<extra>%{fullData.name}</extra>",
    }


def _baselines(result: Result, across: Sequence[Any]) -> list[dict[str, Any]]:
    protocol = result.protocol
    target = protocol.tile_set.gsds_m.index(protocol.tile_set.gsd_m)
    mean_color = float(result.mean_color.mean[0, target])
    chance = _constant("chance level", across, protocol.chance, CHANCE)
    if np.isnan(mean_color):
        return [chance]
    return [_constant("mean-color baseline", across, mean_color, MEAN_COLOR), chance]


def _banded(
    name: str, across: Sequence[Any], interval: Interval, color: str
) -> list[dict[str, Any]]:
    return [*band(name, across, interval, color), line(name, across, interval, color)]


def layers_figure(result: Result, caption: str) -> theme.Figure:
    """Accuracy by layer at the target GSD: unresized, resized, and resized for the controls."""
    protocol = result.protocol
    names = [short_layer_name(name) for name in protocol.layers]
    factors, trained = protocol.factors(protocol.tile_set.gsd_m), result.by_factor[TRAINED]
    unresized = factors.index(1.0)
    best = factors.index(result.choice.factor) if result.choice else unresized
    traces = _banded("unresized tiles", names, _column(trained, unresized), LAST)
    resized = f"resized by {significant_digits(factors[best])}"
    if best != unresized:
        traces += _banded(resized, names, _column(trained, best), BEST)
    for weights, (title, dash) in CONTROLS.items():
        if weights in result.by_factor:
            interval = _column(result.by_factor[weights], best)
            name = title if best == unresized else f"{title}, {resized}"
            traces.append(line(name, names, interval, GRAY, dash, 1.5))
    across = {"type": "category", "tickangle": -60, "tickfont": {"size": 11}}
    alt = "Accuracy of probes by layer, with intervals, beside shuffled and untrained weights."
    traces += _baselines(result, names)
    return _figure(traces, across, "transfer-layers", alt, caption)


def _log_axis(text: str, values: Sequence[float]) -> dict[str, Any]:
    ends = [float(np.log10(values[0] / 1.15)), float(np.log10(values[-1] * 1.15))]
    return {
        "type": "log",
        "title": {"text": text, "standoff": 4},
        "tickvals": list(values),
        "ticktext": [significant_digits(value) for value in values],
        "range": ends,
    }


def factors_figure(result: Result, caption: str) -> theme.Figure:
    """Accuracy by resize factor at the target GSD: last layer, chosen layer, controls."""
    protocol, trained = result.protocol, result.by_factor[TRAINED]
    factors, last = protocol.factors(protocol.tile_set.gsd_m), len(protocol.layers) - 1
    last_name = f"last layer ({title_of(result, protocol.layers[last])})"
    traces = _banded(last_name, factors, _row(trained, last), LAST)
    layer = protocol.layers.index(result.choice.layer) if result.choice else last
    name = title_of(result, protocol.layers[layer])
    if layer != last:
        traces += _banded(name, factors, _row(trained, layer), BEST)
    for weights, (title, dash) in CONTROLS.items():
        if weights in result.by_factor:
            interval = _row(result.by_factor[weights], layer)
            traces.append(line(f"{name}, {title}", factors, interval, GRAY, dash, 1.5))
    across = _log_axis("resize factor (above 1: enlarged; log scale)", factors)
    alt = "Accuracy of probes by resize factor, with intervals, beside the controls."
    traces += _baselines(result, factors)
    return _figure(traces, across, "transfer-factors", alt, caption)


def counts_figure(result: Result, caption: str) -> theme.Figure:
    """Accuracy by labeled tiles per class: baseline, choice, and choice with shuffled weights."""
    names = {
        BASELINE: ("last layer, unresized tiles (baseline)", LAST),
        CHOSEN: ("chosen layer and resize factor", BEST),
        SHUFFLED: ("the same choice, shuffled weights", GRAY),
    }
    traces = []
    for key, interval in result.by_label_count.items():
        name, color = names[key]
        traces += _banded(name, result.label_counts, interval, color)
    across = _log_axis("labeled tiles per class (log scale)", result.label_counts)
    alt = "Accuracy of probes by the number of labeled tiles per class, with intervals."
    traces += _baselines(result, result.label_counts)
    return _figure(traces, across, "transfer-labels", alt, caption)


COLORS = maps.ColorRange(POSITIVE, 0.0, 1.0, "accuracy")


def _gsd_axis(result: Result, text: str) -> maps.Axis:
    names = [significant_digits(gsd) for gsd in result.protocol.tile_set.gsds_m]
    return maps.Axis(text, range(len(names)), names)


def across_figure(result: Result) -> theme.Figure:
    """Accuracy by training GSD (rows) and test GSD (columns), in three conditions."""
    gsds = [significant_digits(gsd) for gsd in result.protocol.tile_set.gsds_m]
    texts = [[f"trained at {train} m, tested at {test} m" for test in gsds] for train in gsds]
    heatmaps = [
        maps.Heatmap(title, result.cross_resolution[key].mean, texts)
        for key, title in CONDITIONS.items()
        if key in result.cross_resolution
    ]
    down = _gsd_axis(result, "training GSD, m")
    across = _gsd_axis(result, "test GSD, m")
    alt = "Accuracy of probes trained at one ground sample distance and tested at another."
    grid = maps.Grid(across, down, COLORS, per_row=3)
    return maps.figure(heatmaps, grid, "transfer-across", alt)


def gsds_figure(result: Result) -> theme.Figure:
    """Accuracy by layer and GSD on unresized tiles: trained beside its controls."""
    protocol = result.protocol
    rows = [short_layer_name(name) for name in protocol.layers]
    gsds = [significant_digits(gsd) for gsd in protocol.tile_set.gsds_m]
    texts = [[f"{row} at {gsd} m" for gsd in gsds] for row in rows]
    titles = {TRAINED: "trained", SHUFFLED: "shuffled weights", UNTRAINED: "untrained"}
    heatmaps = [
        maps.Heatmap(titles[name], interval.mean, texts) for name, interval in result.by_gsd.items()
    ]
    down = maps.Axis("", range(len(rows)), rows)
    across = _gsd_axis(result, "GSD, m per pixel")
    alt = "Accuracy of probes of every layer at every ground sample distance."
    grid = maps.Grid(across, down, COLORS, (17, 17), 3)
    return maps.figure(heatmaps, grid, "transfer-gsds", alt)


def resizing_figure(result: Result) -> theme.Figure:
    """Accuracy of the trained network's last layer by GSD and resize factor."""
    factors = [significant_digits(factor) for factor in factors_of(result.protocol)]
    gsds = [significant_digits(gsd) for gsd in result.protocol.tile_set.gsds_m]
    texts = [[f"resized by {factor}, tiles at {gsd} m" for gsd in gsds] for factor in factors]
    down = maps.Axis("resize factor", range(len(factors)), factors)
    heatmaps = [maps.Heatmap("last layer, trained", result.last_layer.mean, texts)]
    alt = "Accuracy of the last layer by resize factor and ground sample distance."
    grid = maps.Grid(_gsd_axis(result, "GSD, m per pixel"), down, COLORS, (24, 24))
    return maps.figure(heatmaps, grid, "transfer-resizing", alt)


def tuning_figure(losses: Sequence[Sequence[float]], caption: str) -> theme.Figure:
    """Training loss of every fine-tuned training set by epoch."""
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"training set {index + 1}",
            "x": list(range(1, len(values) + 1)),
            "y": list(values),
            "line": {"color": theme.LINES[index % len(theme.LINES)], "width": 2},
            "hovertemplate": "epoch %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
        }
        for index, values in enumerate(losses)
    ]
    across = {"title": {"text": "epoch", "standoff": 4}, "range": [0.5, 12.5]}
    alt = "Training loss of the fine-tuned blocks by epoch."
    figure = _figure(traces, across, "transfer-tuning", alt, caption)
    figure["layout"]["yaxis"] = {
        "title": {"text": "training loss, nats"}, "rangemode": "tozero", "zeroline": False,
    }  # fmt: skip
    figure["layout"]["showlegend"] = True
    return figure
