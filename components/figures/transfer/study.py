"""The sections of page `transfer`: shares over layers, factors, labels and distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....core.aerial.probing.probes import Interval
from ....core.experiments.transfer.result import Result, factors_of
from ....core.experiments.transfer.sentences import title_of
from ....core.experiments.transfer.setup import BASELINE, CHOSEN, SHUFFLED, TRAINED, UNTRAINED
from ....core.formatting import significant_digits
from .. import heatmaps as maps
from .. import theme
from ..network.study import POSITIVE, short_layer_name
from .lines import CHANCE, GRAY, MEAN_COLOR, accuracy_axis, band, line

PLOT_PX, TOP_PX, BELOW_PX, ENTRY_PX = 300, 6, 70, 21
LAST, BEST, EARLY = theme.LINES[:3]
CONDITIONS = {
    "as-is": "as they are",
    "zoomed": "trained on zoomed tiles",
    "matched": "resized to match",
}
CONTROLS = {SHUFFLED: ("shuffled weights", "solid"), UNTRAINED: ("untrained", "dash")}


def _figure(
    traces: list[dict[str, Any]], across: dict[str, Any], name: str, alt: str, caption: str
) -> theme.Figure:
    """Shares over one axis, with the legend below it."""
    entries = sum(trace.get("showlegend", True) for trace in traces)
    margins = {"l": 56, "r": 12, "t": TOP_PX}

    def tall(lines: int) -> dict[str, Any]:
        below = BELOW_PX + ENTRY_PX * lines
        return {"height": PLOT_PX + TOP_PX + below, "margin": {**margins, "b": below}}

    layout = {
        **tall(-(-entries // 3)),
        "xaxis": {"zeroline": False, **across},
        "yaxis": accuracy_axis("right answers"),
        "legend": {"orientation": "h", "x": 0, "y": -BELOW_PX / PLOT_PX, "yanchor": "top"},
        "uirevision": name,
        "meta": {"name": name, "alt": alt, "caption": [caption, ""], "narrow": tall(entries)},
    }
    return {"data": traces, "layout": layout}


def _column(of: Interval, at: int) -> Interval:
    return Interval(of.mean[:, at], of.low[:, at], of.high[:, at])


def _row(of: Interval, at: int) -> Interval:
    return Interval(of.mean[at], of.low[at], of.high[at])


def _flat(name: str, across: Sequence[Any], share: float, color: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(across),
        "y": [share] * len(across),
        "line": {"color": color, "width": 1.5, "dash": "dot"},
        "hovertemplate": "%{y:.1%}<extra>%{fullData.name}</extra>",
    }


def _floors(result: Result, across: Sequence[Any]) -> list[dict[str, Any]]:
    one = result.protocol
    color = float(result.mean_color.mean[0, one.tile_set.gsds_m.index(one.tile_set.gsd_m)])
    found = [_flat("chance", across, one.chance, CHANCE)]
    return found if np.isnan(color) else [_flat("mean colour", across, color, MEAN_COLOR), *found]


def _banded(name: str, across: Sequence[Any], of: Interval, color: str) -> list[dict[str, Any]]:
    return [*band(name, across, of, color), line(name, across, of, color)]


def layers_figure(result: Result, caption: str) -> theme.Figure:
    """By layer at the distance asked about: as they are, resized, and resized for the controls."""
    one, names = result.protocol, [short_layer_name(name) for name in result.protocol.layers]
    factors = one.factors(one.tile_set.gsd_m)
    best = factors.index(result.choice.factor) if result.choice else factors.index(1.0)
    trained, plain = result.by_factor[TRAINED], factors.index(1.0)
    traces = _banded("tiles as they are", names, _column(trained, plain), LAST)
    if best != plain:
        said = f"resized by {significant_digits(factors[best])}"
        traces += _banded(said, names, _column(trained, best), BEST)
    for kind, (said, dash) in CONTROLS.items():
        if kind in result.by_factor:
            of = _column(result.by_factor[kind], best)
            resized = "" if best == plain else f", resized by {significant_digits(factors[best])}"
            traces.append(line(f"{said}{resized}", names, of, GRAY, dash, 1.5))
    across = {"type": "category", "tickangle": -60, "tickfont": {"size": 11}}
    alt = "Right answers of probes by layer, with bands, beside shuffled and untrained weights."
    return _figure([*traces, *_floors(result, names)], across, "transfer-layers", alt, caption)


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
    """By resize factor at the distance asked about: the last layer, the chosen one, controls."""
    one = result.protocol
    factors, trained = one.factors(one.tile_set.gsd_m), result.by_factor[TRAINED]
    last = f"last layer ({title_of(result, one.layers[-1])})"
    traces = _banded(last, factors, _row(trained, -1), LAST)
    layer = one.layers.index(result.choice.layer) if result.choice else len(one.layers) - 1
    name = title_of(result, one.layers[layer])
    if layer != len(one.layers) - 1:
        traces += _banded(name, factors, _row(trained, layer), BEST)
    for kind, (said, dash) in CONTROLS.items():
        if kind in result.by_factor:
            of = _row(result.by_factor[kind], layer)
            traces.append(line(f"{name}, {said}", factors, of, GRAY, dash, 1.5))
    across = _log_axis("resize factor: above 1 enlarged (log2)", factors)
    alt = "Right answers of probes by resize factor, with bands, beside the controls."
    return _figure([*traces, *_floors(result, factors)], across, "transfer-factors", alt, caption)


def counts_figure(result: Result, caption: str) -> theme.Figure:
    """By labelled tiles per class: as it is, as chosen, and as chosen with shuffled weights."""
    names = {
        BASELINE: ("last layer, tiles as they are", LAST),
        CHOSEN: ("layer and factor chosen", BEST),
        "shuffled": ("the same, shuffled weights", GRAY),
    }
    traces = []
    for kind, of in result.by_label_count.items():
        said, color = names[kind]
        traces += _banded(said, result.label_counts, of, color)
    across = _log_axis("labelled tiles per class (log2)", result.label_counts)
    alt = "Right answers of probes by the number of labelled tiles per class, with bands."
    floors = _floors(result, result.label_counts)
    return _figure([*traces, *floors], across, "transfer-labels", alt, caption)


COLOURS = maps.ColorRange(POSITIVE, 0.0, 1.0, "share of right answers")


def _gsd_axis(result: Result, text: str) -> maps.Axis:
    names = [significant_digits(gsd) for gsd in result.protocol.tile_set.gsds_m]
    return maps.Axis(text, range(len(names)), names)


def across_figure(result: Result) -> theme.Figure:
    """Trained at one distance (rows), used at another (columns): three ways."""
    gsds = [significant_digits(gsd) for gsd in result.protocol.tile_set.gsds_m]
    texts = [[f"trained at {one} m, used at {other} m" for other in gsds] for one in gsds]
    shown = [
        maps.Heatmap(said, result.cross_resolution[kind].mean, texts)
        for kind, said in CONDITIONS.items()
        if kind in result.cross_resolution
    ]
    down = _gsd_axis(result, "trained at, m per pixel")
    across = _gsd_axis(result, "used at, m per pixel")
    alt = "Right answers of probes trained at one ground sample distance and used at another."
    return maps.figure(shown, maps.Grid(across, down, COLOURS, per_row=3), "transfer-across", alt)


def gsds_figure(result: Result) -> theme.Figure:
    """Every layer at every distance, tiles as they are: trained beside shuffled weights."""
    rows, one = [short_layer_name(name) for name in result.protocol.layers], result.protocol
    texts = [
        [f"{row} at {significant_digits(gsd)} m" for gsd in one.tile_set.gsds_m] for row in rows
    ]
    said = {TRAINED: "trained", SHUFFLED: "shuffled weights", UNTRAINED: "untrained"}
    shown = [maps.Heatmap(said[name], of.mean, texts) for name, of in result.by_gsd.items()]
    down = maps.Axis("", range(len(rows)), rows)
    across = _gsd_axis(result, "m per pixel")
    alt = "Right answers of probes of every layer at every ground sample distance."
    return maps.figure(shown, maps.Grid(across, down, COLOURS, (17, 17), 3), "transfer-gsds", alt)


def resizing_figure(result: Result) -> theme.Figure:
    """The last layer at every distance and resize factor, trained weights."""
    factors = [significant_digits(one) for one in factors_of(result.protocol)]
    gsds = result.protocol.tile_set.gsds_m
    texts = [
        [f"resized by {one}, tiles at {significant_digits(gsd)} m" for gsd in gsds]
        for one in factors
    ]
    down = maps.Axis("resize factor", range(len(factors)), factors)
    shown = [maps.Heatmap("last layer, trained", result.last_layer.mean, texts)]
    alt = "Right answers of the last layer by resize factor and ground sample distance."
    return maps.figure(
        shown, maps.Grid(_gsd_axis(result, "m per pixel"), down, COLOURS, (24, 24)),
        "transfer-resizing", alt,
    )  # fmt: skip


def tuning_figure(losses: Sequence[Sequence[float]], caption: str) -> theme.Figure:
    """The loss of every fine-tuning, epoch by epoch."""
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": f"training set {at + 1}",
            "x": list(range(1, len(one) + 1)),
            "y": list(one),
            "line": {"color": theme.LINES[at % len(theme.LINES)], "width": 2},
            "hovertemplate": "epoch %{x}: %{y:.3f}<extra>%{fullData.name}</extra>",
        }
        for at, one in enumerate(losses)
    ]
    across = {"title": {"text": "epoch", "standoff": 4}, "range": [0.5, 12.5]}
    alt = "Training loss of the fine-tuned blocks by epoch."
    found = _figure(traces, across, "transfer-tuning", alt, caption)
    found["layout"]["yaxis"] = {
        "title": {"text": "loss, nats"}, "rangemode": "tozero", "zeroline": False,
    }  # fmt: skip
    found["layout"]["showlegend"] = True
    return found
