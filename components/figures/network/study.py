"""What layers preserve of an object whose size changes: trained and shuffled weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.network.sweep import Result, Setting
from .. import heatmaps as maps
from .. import theme

TRAINED, SHUFFLED = theme.LINES[0], "#8a8a8a"
POSITIVE: theme.Scale = [(2 * position - 1, color) for position, color in theme.SIGNED[4:]]
COLORS = (TRAINED, SHUFFLED)
WEIGHTS = ("trained", "shuffled weights")

# What is shown of a layer: its field, and the text of the color bar.
MEASURES = {
    "corrected similarity": ("corrected", "1: like at the reference size, 0: like other objects"),
    "similarity": ("similarity", "cosine similarity to the object at the reference size"),
    "baseline": ("baseline", "mean cosine similarity of other objects to it"),
    "retrieval": ("retrieval", "fraction of objects nearest to themselves"),
}
PLOT_PX, TOP_PX, BELOW_PX, LEGEND_PX = 260, 30, 78, 26


@dataclass(frozen=True)
class ChartText:
    """``name`` identifies a chart, ``title`` stands above it, ``alt`` describes it."""

    name: str
    title: str
    alt: str


def short_layer_name(name: str) -> str:
    """The name of a layer on an axis: 'stem', 'block 5', 'conv 3.1', 'pool 2'."""
    if name.startswith("blocks."):
        return name.replace("blocks.", "block ")
    for kind in ("conv", "pool"):
        if name.startswith(kind):
            return f"{kind} {name.removeprefix(kind).replace('_', '.')}"
    return name


def size_ticks(sizes_px: Sequence[float]) -> maps.Axis:
    """An axis of apparent sizes with about five labels, both ends among them."""
    last = len(sizes_px) - 1
    ticks = sorted({round(part * last / 4) for part in range(5)})
    names = [formatting.significant_digits(sizes_px[tick]) for tick in ticks]
    return maps.Axis("apparent size, px", ticks, names)


def _matrix(result: Result, field: str) -> Any:
    """A field of every layer, float64 (layers, sizes); NaN for sizes that are not measured yet."""
    values = np.full((len(result.layers), len(result.setting.sizes_px)), np.nan)
    columns = [result.setting.sizes_px.index(size) for size in result.sizes_px.tolist()]
    for row, layer in enumerate(result.layers.values()):
        values[row, columns] = getattr(layer, field)
    return values


def _texts(setting: Setting, rows: Sequence[str]) -> list[list[str]]:
    return [[f"{row} at {formatting.pixels(size)}" for size in setting.sizes_px] for row in rows]


def layers_figure(results: Sequence[Result], measure: str) -> theme.Figure:
    """Draw a measure, one of :data:`MEASURES`, by layer and size, trained and shuffled."""
    field, meaning = MEASURES[measure]
    setting = results[0].setting
    rows = [short_layer_name(name) for name in results[0].layers]
    heatmaps = [
        maps.Heatmap(f"{weights}: {measure}", _matrix(result, field), _texts(setting, rows))
        for weights, result in zip(WEIGHTS, results, strict=False)
    ]
    signed = field != "retrieval"
    scale = theme.SIGNED if signed else POSITIVE
    colors = maps.ColorRange(scale, -1.0 if signed else 0.0, 1.0, f"{measure}; {meaning}")
    down = maps.Axis("", range(len(rows)), rows)
    alt = f"The {measure} of every layer at every apparent size, trained and shuffled."
    across = size_ticks(setting.sizes_px)
    return maps.figure(heatmaps, maps.Grid(across, down, colors), f"network-{field}", alt)


def by_layer(
    layers: Sequence[str], traces: list[dict[str, Any]], text: ChartText, **y_axis: Any
) -> theme.Figure:
    """Draw lines over the layers by depth; ``y_axis``: Plotly's fields of that axis."""
    legends_px = LEGEND_PX * (1 + len(traces))
    layout = {
        "height": PLOT_PX + TOP_PX + BELOW_PX + LEGEND_PX,
        "margin": {"l": 58, "r": 12, "t": TOP_PX, "b": BELOW_PX + LEGEND_PX},
        "xaxis": {
            "tickvals": list(range(len(layers))),
            "ticktext": list(layers),
            "tickangle": -60,
            "range": [-0.5, len(layers) - 0.5],
            "zeroline": False,
        },
        "yaxis": {"zeroline": False, **y_axis},
        "legend": {"orientation": "h", "x": 0, "y": -BELOW_PX / PLOT_PX, "yanchor": "top"},
        "annotations": [theme.title(text.title, 0, 1.02)],
        "uirevision": text.name,
        "meta": {
            "name": text.name,
            "alt": text.alt,
            "narrow": {
                "height": PLOT_PX + 2 * TOP_PX + BELOW_PX + legends_px,
                "margin": {"t": 2 * TOP_PX, "b": BELOW_PX + legends_px},
                "annotations": [theme.title(maps.wrap(text.title), 0, 1.02)],
                "xaxis": {"tickfont": {"size": 10}, "tickangle": -90},
            },
        },
    }
    return {"data": traces, "layout": layout}


def line(name: str, values: Sequence[float | None], color: str, **options: Any) -> dict[str, Any]:
    """A line over the layers; ``options``: further fields of Plotly's scatter trace."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(range(len(values))),
        "y": [None if value is None or np.isnan(value) else float(value) for value in values],
        "line": {"color": color, "width": 2},
        "marker": {"color": color, "size": 7},
        **options,
    }
