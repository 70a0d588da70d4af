"""Features of a trained network: its filters, its scale channels, its shift consistency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ....core.experiments.training.features import ChannelContributions
from ....core.experiments.training.result import Result
from .. import heatmaps as maps
from .. import ladder, theme
from ..network import maps as network_maps
from .lines import COLORS, Shares, band, dash, fraction_axis, mean_line, size_axis

Grid = NDArray[np.float32]

FILTERS_ACROSS, FILTERS_WIDE_PX, FILTERS_NARROW_PX = 8, 620, 330
BAR_PX = 66
MARK = "#ff9f1c"  # as the live chart outlines cells
PLOT_PX, TOP_PX, BELOW_PX, KEY_PX = 250, 28, 48, 22


def tile(pieces: Grid, across: int, gap: int = 1) -> Grid:
    """Tile pieces, float32 (n, rows, columns), ``across`` per line, ``gap`` NaN cells apart."""
    count, rows, columns = pieces.shape
    lines = -(-count // across)
    shape = (lines * (rows + gap) - gap, across * (columns + gap) - gap)
    grid = np.full(shape, np.nan, dtype=np.float32)
    for index, piece in enumerate(pieces):
        line, column = divmod(index, across)
        top, left = line * (rows + gap), column * (columns + gap)
        grid[top : top + rows, left : left + columns] = piece
    return grid


def heatmap(name: str, values: Grid, **more: Any) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": name,
        "z": values,
        "coloraxis": "coloraxis",
        "hoverongaps": False,
        "zsmooth": False,
        **more,
    }


def filters_figure(kernels: Grid, name: str) -> theme.Figure:
    """Draw the first layer's kernels, float32 (filters, rows, columns), in one color range."""
    across = min(FILTERS_ACROSS, len(kernels))
    values = tile(kernels, across)
    side = kernels.shape[1] + 1
    rows, columns = values.shape
    text = [
        [f"filter {r // side * across + c // side}" for c in range(columns)] for r in range(rows)
    ]
    down = theme.image_axis((0, 1), rows, scaleanchor="x", constraintoward="top")
    down["range"].reverse()
    limit = float(np.abs(kernels).max()) or 1.0
    wide, narrow = (side * rows / columns for side in (FILTERS_WIDE_PX, FILTERS_NARROW_PX))
    bar = ladder.color_bar("weight", (0.0, -8 / wide, 1.0))
    layout = {
        "height": round(wide) + BAR_PX,
        "margin": {"l": 0, "r": 0, "t": 0, "b": BAR_PX},
        "xaxis": theme.image_axis((0, 1), columns, constraintoward="left"),
        "yaxis": down,
        "coloraxis": {"colorscale": theme.SIGNED, "cmin": -limit, "cmax": limit, "colorbar": bar},
        "uirevision": f"training-filters {values.shape}",
        "meta": {
            "name": "training-filters",
            "alt": f"The {len(kernels)} first-layer kernels of {name}.",
            "width": FILTERS_WIDE_PX,
            "narrow": {
                "height": round(narrow) + BAR_PX,
                "coloraxis": {"colorbar": {"y": -8 / narrow}},
                "meta": {"width": FILTERS_NARROW_PX},
            },
        },
    }
    hover = "%{text}: %{z:.3f}<extra></extra>"
    return {"data": [heatmap(name, values, text=text, hovertemplate=hover)], "layout": layout}


CHANNEL_MEASURES = {
    "wins": ("win_fraction", "fraction of objects for which the channel has the largest logit"),
    "confidence": ("mean_confidence", "mean confidence (highest probability) of the channel"),
    "accuracy": ("accuracy", "test accuracy of the channel alone"),
    "confidently wrong": (
        "confidently_wrong",
        "fraction of objects for which the channel is wrong with over 90 % confidence",
    ),
}


def _marked(index: int, channels: ChannelContributions, trained_px: float) -> dict[str, Any]:
    """Circles on the channels that bring an object nearest to the trained size."""
    last = len(channels.scales) - 1
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "resizes it nearest to the trained size",
        "x": list(range(len(channels.test_px))),
        "y": [last - int(channel) for channel in channels.nearest_channel(trained_px)],
        "xaxis": f"x{theme.axis_suffix(index)}",
        "yaxis": f"y{theme.axis_suffix(index)}",
        "marker": {"symbol": "circle-open", "size": 9, "color": MARK, "line": {"width": 2}},
        "hoverinfo": "skip",
    }


def channels_figure(
    networks: Mapping[str, ChannelContributions], measure: str, trained_px: Mapping[str, float]
) -> theme.Figure:
    """Draw channel by size, one map per network; ``measure`` is one of :data:`CHANNEL_MEASURES`.

    ``trained_px``: the middle of what each network was trained on.
    """
    field, description = CHANNEL_MEASURES[measure]
    shown = []
    for name, channels in networks.items():
        texts = [
            [f"channel {scale:.2f} at {formatting.pixels(px)}" for px in channels.test_px.tolist()]
            for scale in channels.scales
        ]
        shown.append(maps.Heatmap(name, getattr(channels, field).T[::-1], texts[::-1]))
    first = next(iter(networks.values()))
    sizes, rows = first.test_px.tolist(), [f"{scale:.2f}" for scale in first.scales[::-1]]
    last = len(sizes) - 1
    ticks = sorted({round(part * last / 4) for part in range(5)})
    across = maps.Axis(
        "apparent size, px", ticks, [formatting.significant_digits(sizes[index]) for index in ticks]
    )
    down = maps.Axis("channel: image times", range(len(rows)), rows)
    colors = maps.ColorRange(network_maps.POSITIVE, 0.0, 1.0, description)
    alt = f"By scale channel and apparent size: {description}."
    figure = maps.figure(shown, maps.Grid(across, down, colors, (26, 22)), "training-channels", alt)
    marks = [
        _marked(index, channels, trained_px[name])
        for index, (name, channels) in enumerate(networks.items())
    ]
    return {**figure, "data": [*figure["data"], *marks]}


def _panel(index: int, field: str, results: Mapping[str, Result]) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = []
    for name, result in results.items():
        recipe = result.spec.recipe
        lines = np.stack([getattr(run, field) for run in result.runs])
        dashed = "dot" if name.endswith("centered") else dash(recipe)
        style = {"color": COLORS[recipe], "width": 2.5, "dash": dashed}
        axes = {} if index == 0 else {"xaxis": "x2", "yaxis": "y2"}
        more = {**axes, "showlegend": index == 0}
        shares = Shares(lines, result.shift_objects)
        data += band(name, result.test_px, shares, COLORS[recipe], **axes)
        data.append(mean_line(name, result.test_px, lines, style, **more))
    return data


SHIFT_TITLES = (
    "same class at two positions",
    "mean change of p for a 1 px shift",
)  # the panels' titles


def _stacked(entries: int) -> dict[str, Any]:
    """One panel above the other, for a phone; each entry of the legend on a line of its own."""
    below, whole = BELOW_PX + KEY_PX * entries, 2 * PLOT_PX + 80
    height = PLOT_PX / whole
    titles = zip(SHIFT_TITLES, (1, height), strict=True)
    return {
        "height": whole + TOP_PX + below,
        "margin": {"b": below},
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": [1 - height, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": [0, height]},
        "legend": {"y": -44 / whole},
        "annotations": [theme.title(text, 0, y, yshift=4) for text, y in titles],
    }


def shift_figure(results: Mapping[str, Result]) -> theme.Figure:
    """Draw shift consistency, and the probability's change for a 1 px shift, over size."""
    data = [*_panel(0, "consistency", results), *_panel(1, "change", results)]
    sizes = [px for result in results.values() for px in result.test_px.tolist()]
    below = BELOW_PX + KEY_PX * (1 + (len(results) - 1) // 4)
    limit = max(max(trace["y"]) for trace in data if trace.get("xaxis") == "x2")
    layout = {
        "height": PLOT_PX + TOP_PX + below,
        "margin": {"l": 52, "r": 10, "t": TOP_PX, "b": below},
        "xaxis": size_axis(sizes, domain=[0, 0.45]),
        "yaxis": fraction_axis("shift consistency", domain=[0, 1]),
        "xaxis2": size_axis(sizes, domain=[0.55, 1], anchor="y2"),
        "yaxis2": {
            "title": {"text": "|change of p|"},
            "range": [0, max(limit * 1.08, 0.02)],
            "zeroline": False,
            "domain": [0, 1],
            "anchor": "x2",
        },
        "legend": {"orientation": "h", "x": 0, "y": -44 / PLOT_PX, "yanchor": "top"},
        "showlegend": True,
        "annotations": [
            theme.title(text, x, 1, yshift=4)
            for text, x in zip(SHIFT_TITLES, (0, 0.55), strict=True)
        ],
        "uirevision": f"training-steady {len(results)}",
        "meta": {
            "name": "training-steady",
            "alt": "Shift consistency, and the change of probability for a 1 px shift, over size.",
            "narrow": _stacked(len(results)),
        },
    }
    return {"data": data, "layout": layout}
