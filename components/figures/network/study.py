"""What the layers keep of a thing whose size changes: trained beside shuffled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ....core import formatting
from ....core.experiments.network.similarity import LayerSimilarity
from ....core.experiments.network.sweep import Result, Setting
from .. import heatmaps as maps
from .. import theme

TRAINED, SHUFFLED = theme.LINES[0], "#8a8a8a"
POSITIVE: theme.Scale = [(2 * at - 1, colour) for at, colour in theme.SIGNED[4:]]
COLOURS = (TRAINED, SHUFFLED)
WEIGHTS = ("trained", "shuffled weights")

# What of a layer is shown: its field, and the words of the colour bar.
MEASURES = {
    "corrected similarity": ("corrected", "1: as at the reference size, 0: as other objects"),
    "similarity": ("similarity", "cosine to the object at the reference size"),
    "floor": ("floor", "mean cosine of other objects to it"),
    "retrieval": ("retrieval", "share of objects nearest to themselves"),
}
PLOT_PX, TOP_PX, BELOW_PX, KEY_PX = 260, 30, 78, 26


def short(name: str) -> str:
    """A place's name for an axis: 'stem', 'block 5', 'conv 3.1', 'pool 2'."""
    if name.startswith("blocks."):
        return name.replace("blocks.", "block ")
    for kind in ("conv", "pool"):
        if name.startswith(kind):
            return f"{kind} {name.removeprefix(kind).replace('_', '.')}"
    return name


def size_ticks(sizes_px: Sequence[float]) -> maps.Axis:
    """About five sizes named, both ends among them."""
    last = len(sizes_px) - 1
    ticks = sorted({round(part * last / 4) for part in range(5)})
    names = [formatting.significant_digits(sizes_px[at]) for at in ticks]
    return maps.Axis("apparent size, px", ticks, names)


def _matrix(result: Result, field: str) -> Any:
    """(layers, sizes) of the whole sweep; NaN where it has not come to yet."""
    values = np.full((len(result.layers), len(result.setting.sizes_px)), np.nan)
    at = [result.setting.sizes_px.index(size) for size in result.sizes_px.tolist()]
    for row, one in enumerate(result.layers.values()):
        values[row, at] = getattr(one, field)
    return values


def _texts(setting: Setting, rows: Sequence[str]) -> list[list[str]]:
    return [[f"{row} at {formatting.pixels(size)}" for size in setting.sizes_px] for row in rows]


def layers_figure(results: Sequence[Result], measure: str) -> theme.Figure:
    """Layer by size, for trained and shuffled weights; ``measure`` is one of :data:`MEASURES`."""
    field, about = MEASURES[measure]
    setting = results[0].setting
    rows = [short(name) for name in results[0].layers]
    shown = [
        maps.Heatmap(f"{weights}: {measure}", _matrix(one, field), _texts(setting, rows))
        for weights, one in zip(WEIGHTS, results, strict=False)
    ]
    signed = field != "retrieval"
    scale = theme.SIGNED if signed else POSITIVE
    colors = maps.ColorRange(scale, -1.0 if signed else 0.0, 1.0, f"{measure}; {about}")
    down = maps.Axis("", range(len(rows)), rows)
    alt = f"The {measure} of every layer at every apparent size, trained and shuffled."
    across = size_ticks(setting.sizes_px)
    return maps.figure(shown, maps.Grid(across, down, colors), f"network-{field}", alt)


def by_layer(names: Sequence[str], traces: list[dict[str, Any]], **more: Any) -> theme.Figure:
    """Lines over the layers by depth; ``more``: ``name``, ``alt``, ``text`` and the y axis."""
    name, alt, text = (more.pop(key) for key in ("name", "alt", "text"))
    layout = {
        "height": PLOT_PX + TOP_PX + BELOW_PX + KEY_PX,
        "margin": {"l": 58, "r": 12, "t": TOP_PX, "b": BELOW_PX + KEY_PX},
        "xaxis": {
            "tickvals": list(range(len(names))),
            "ticktext": list(names),
            "tickangle": -60,
            "range": [-0.5, len(names) - 0.5],
            "zeroline": False,
        },
        "yaxis": {"zeroline": False, **more},
        "legend": {"orientation": "h", "x": 0, "y": -BELOW_PX / PLOT_PX, "yanchor": "top"},
        "annotations": [theme.title(text, 0, 1.02)],
        "uirevision": name,
        "meta": {
            "name": name,
            "alt": alt,
            "narrow": {
                "height": PLOT_PX + 2 * TOP_PX + BELOW_PX + KEY_PX * (1 + len(traces)),
                "margin": {"t": 2 * TOP_PX, "b": BELOW_PX + KEY_PX * (1 + len(traces))},
                "annotations": [theme.title(maps.wrap(text), 0, 1.02)],
                "xaxis": {"tickfont": {"size": 10}, "tickangle": -90},
            },
        },
    }
    return {"data": traces, "layout": layout}


def line(name: str, values: Sequence[float | None], colour: str, **more: Any) -> dict[str, Any]:
    """One line over the layers."""
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": name,
        "x": list(range(len(values))),
        "y": [None if value is None or np.isnan(value) else float(value) for value in values],
        "line": {"color": colour, "width": 2},
        "marker": {"color": colour, "size": 7},
        **more,
    }


def _tolerance(result: Result, colour: str, name: str) -> dict[str, Any]:
    """Open where the sweep ends before the tolerance does."""
    reach = float(np.log2(result.reference_px / result.sizes_px[0]))
    ends: list[LayerSimilarity] = list(result.layers.values())
    cut = [one.tolerance_octaves is None for one in ends]
    values = [reach if one.tolerance_octaves is None else one.tolerance_octaves for one in ends]
    found = line(name, values, colour)
    found["marker"] |= {"symbol": ["circle-open" if one else "circle" for one in cut], "size": 8}
    found["customdata"] = ["or more, cut off by the sweep" if one else "" for one in cut]
    found["hovertemplate"] = "%{y:.2f} octaves %{customdata}<extra>%{fullData.name}</extra>"
    return found


def tolerance_figure(results: Sequence[Result]) -> theme.Figure:
    """How far the thing may shrink before each layer answers it half as before."""
    traces = [
        _tolerance(one, colour, weights)
        for one, colour, weights in zip(results, COLOURS, WEIGHTS, strict=False)
    ]
    return by_layer(
        [short(name) for name in results[0].layers],
        traces,
        name="network-tolerance",
        alt="By layer, the octaves that the thing may shrink before its likeness halves.",
        text="shrinking until corrected similarity is one half (open: the sweep ends before)",
        title={"text": "tolerance, octaves"},
        rangemode="tozero",
    )
