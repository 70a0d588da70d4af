"""Tiles at the chosen ground sample distance, above the accuracy of probes at every one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.aerial.probing.intervals import Interval
from ....core.experiments.transfer.accuracy_sentences import title_of
from ....core.experiments.transfer.pictures import SIDE_PX, SMALL_PX, Pictures
from ....core.experiments.transfer.result import Result
from ....core.experiments.transfer.setup import SHUFFLED, TRAINED, UNTRAINED
from ....core.formatting import significant_digits
from ...markup import bold
from .. import ladder, theme
from .grid import HIGH_M, LOW_M, NARROW, WIDE, Grid, gsd_axis
from .lines import CHANCE, GRAY, MEAN_COLOR, accuracy_axis, band, line

MIN_OCTAVES = 0.97  # so that tiles of the strip do not overlap
LAST, BEST, EARLY = theme.LINES[0], theme.LINES[1], theme.LINES[2]
MARK = theme.NEAR
RESIZED = "last layer, resized as chosen"


@dataclass(frozen=True)
class Overview:
    """Content of the figure: ``pictures`` at ``gsd_m``, a ``result``, and a ``caption``.

    ``results``: those whose choices are drawn, by target ground sample distance.
    """

    pictures: Pictures
    gsd_m: float
    result: Result | None
    results: Mapping[float, Result]
    caption: tuple[str, str]


def _tile_heatmap(index: int, name: str, cells: NDArray[np.uint8]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": cells,
        "name": name,
        "xaxis": f"x{theme.axis_suffix(index)}",
        "yaxis": f"y{theme.axis_suffix(index)}",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "zsmooth": False,
    }


def strip_of(overview: Overview) -> list[float]:
    """Ground sample distances of the strip; of two close ones the finer."""
    strip: list[float] = []
    if overview.result is not None:
        for gsd_m in overview.result.protocol.tile_set.gsds_m:
            if not strip or np.log2(gsd_m / strip[-1]) > MIN_OCTAVES:
                strip.append(gsd_m)
    return strip


def _strip_class(pictures: Pictures) -> int:
    return pictures.names.index("parking") if "parking" in pictures.names else 0


def tiles(overview: Overview) -> list[dict[str, Any]]:
    """Traces of the large tiles, then of the strip."""
    pictures = overview.pictures
    large = zip(pictures.names, pictures.cells_at(overview.gsd_m), strict=True)
    traces = [_tile_heatmap(index, *tile) for index, tile in enumerate(large)]
    label = _strip_class(pictures)
    for gsd_m in strip_of(overview):
        name = f"{pictures.names[label]} at {significant_digits(gsd_m)} m"
        cells = pictures.small_cells_at(gsd_m, label)
        traces.append(_tile_heatmap(len(traces), name, cells))
    return traces


def _row(interval: Interval, index: int) -> Interval:
    return Interval(interval.mean[index], interval.low[index], interval.high[index])


def lines(result: Result, results: Mapping[float, Result]) -> list[dict[str, Any]]:
    """Accuracy over the ground sample distance, with controls and baselines."""
    protocol, trained = result.protocol, result.by_gsd[TRAINED]
    gsds, last = protocol.tile_set.gsds_m, protocol.layers[-1]
    name, baseline = "last layer, unresized tiles (baseline)", _row(trained, -1)
    traces = [*band(name, gsds, baseline, LAST), line(name, gsds, baseline, LAST)]
    if result.choice is not None:
        layer = protocol.layers.index(result.choice.layer)
        name = f"{title_of(result, result.choice.layer)}, unresized tiles"
        if result.choice.layer != last:
            traces.append(line(name, gsds, _row(trained, layer), EARLY))
        traces += _chosen(results)
    mean_color = _row(result.mean_color, 0)
    traces.append(line("mean-color baseline", gsds, mean_color, MEAN_COLOR, dash="dot"))
    chance = {"x": [LOW_M, HIGH_M], "y": [protocol.chance] * 2, "mode": "lines"}
    style = {"line": {"color": CHANCE, "width": 1}, "hoverinfo": "skip"}
    return [*traces, {"type": "scatter", "name": "chance level", **chance, **style}]


CONTROLS = {
    SHUFFLED: ("the same choice, shuffled weights", "solid"),
    UNTRAINED: ("the same choice, untrained", "dash"),
}


def _choices(
    results: Mapping[float, Result], weights: str, of_last_layer: bool = False
) -> tuple[list[float], Interval, list[str]]:
    """GSDs, accuracy at the factor chosen at each of them, and names; of the chosen layer, or of
    the last one."""
    gsds, rows, names = list[float](), list[tuple[float, float, float]](), list[str]()
    for gsd_m, result in results.items():
        choice, protocol = result.choice, result.protocol
        if choice is None or weights not in result.by_factor:
            continue
        name = protocol.layers[-1] if of_last_layer else choice.layer
        layer = protocol.layers.index(name)
        factor = protocol.factors(protocol.tile_set.gsd_m).index(choice.factor)
        gsds.append(gsd_m)
        rows.append(result.by_factor[weights].cell(layer, factor))
        factor_text = significant_digits(choice.factor)
        names.append(f"{title_of(result, name)}, resized by {factor_text}")
    return gsds, Interval(*np.array(rows, dtype=np.float64).reshape(-1, 3).T), names


def _chosen(results: Mapping[float, Result]) -> list[dict[str, Any]]:
    """The layer and factor chosen at each ground sample distance, the last layer at the same
    factor, and the controls."""
    gsds, interval, names = _choices(results, TRAINED)
    best = line("chosen layer and resize factor", gsds, interval, BEST)
    best |= {
        "text": names,
        "marker": {"color": BEST, "size": 9, "symbol": "diamond"},
        "error_y": {
            "array": (interval.high - interval.mean).tolist(),
            "arrayminus": (interval.mean - interval.low).tolist(),
            "type": "data", "symmetric": False, "thickness": 1.5, "width": 3, "color": BEST,
        },
        "hovertemplate": "%{y:.1%} at %{x:.3g} m: %{text}<extra>chosen</extra>",
    }  # fmt: skip
    gsds, interval, names = _choices(results, TRAINED, of_last_layer=True)
    resized = line(RESIZED, gsds, interval, LAST, "dash") | {"text": names}
    traces = [best, resized]
    for weights, (title, dash) in CONTROLS.items():
        gsds, interval, _ = _choices(results, weights)
        traces.append(line(title, gsds, interval, GRAY, dash, 1.5))
    return traces


def _mark(gsd_m: float) -> dict[str, Any]:
    """A vertical line at the chosen ground sample distance."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": "the tiles above",
        "x": [gsd_m, gsd_m],
        "y": [0, 1],
        "line": {"color": MARK, "width": 2},
        "hoverinfo": "skip",
    }


def arrangement(grid: Grid, overview: Overview) -> dict[str, Any]:
    """The part of the layout that depends on the width."""
    names, strip = overview.pictures.names, strip_of(overview)
    boxes = [grid.tile(index) for index in range(len(names))]
    titles = [
        theme.title(bold(name), box[0], box[3]) for name, box in zip(names, boxes, strict=True)
    ]
    layout: dict[str, Any] = {"height": grid.height, "meta": {"width": grid.width}}
    for index, box in enumerate([*boxes, *(grid.small_tile(gsd_m) for gsd_m in strip)]):
        side = SIDE_PX if index < len(boxes) else SMALL_PX
        layout |= ladder.axes(index, box, (side, side))
    if strip:
        top = 1 - grid.strip_top / grid.height
        name = bold(names[_strip_class(overview.pictures)])
        titles.append(
            theme.title(f"One tile of {name} at the GSDs below", 0, top + 2 / grid.height)
        )
    left, low, right, high = grid.chart()
    suffix = theme.axis_suffix(len(boxes) + len(strip))
    layout[f"xaxis{suffix}"] = {**gsd_axis(), "domain": [left, right], "anchor": f"y{suffix}"}
    layout[f"yaxis{suffix}"] = {
        **accuracy_axis("accuracy"), "domain": [low, high], "anchor": f"x{suffix}",
    }  # fmt: skip
    bottom = (21 * grid.entries + 4) / grid.height
    layout["legend"] = {"orientation": "h", "x": 0, "y": bottom, "yanchor": "top"}
    return {**layout, "annotations": titles}


def figure(overview: Overview) -> theme.Figure:
    """Draw tiles above a chart of accuracy; the strip's tiles stand above their GSDs."""
    data = tiles(overview)
    axes = {f"{axis}axis": f"{axis}{theme.axis_suffix(len(data))}" for axis in "xy"}
    curves = [] if overview.result is None else lines(overview.result, overview.results)
    count = len(overview.pictures.names)
    wide, narrow = (replace(grid, count=count) for grid in (WIDE, NARROW))
    layout = arrangement(wide, overview)
    layout["meta"] |= {
        "name": "transfer",
        "alt": "A tile of every class at one ground sample distance, above the accuracy of linear "
        "probes over ground sample distance, with controls.",
        "caption": list(overview.caption),
        "narrow": arrangement(narrow, overview),
    }
    layout |= {
        "coloraxis": {
            "colorscale": overview.pictures.palette.color_scale, "cmin": 0, "cmax": 255,
            "showscale": False,
        },
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "dragmode": False,
        "uirevision": "transfer",
    }  # fmt: skip
    return {
        "data": [*data, *({**trace, **axes} for trace in [*curves, _mark(overview.gsd_m)])],
        "layout": layout,
    }
