"""What is inside a trained network: its filters, what its channels say, how steady it is."""

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
from .lines import COLORS, band, dash, mean_line, share_axis, size_axis

Grid = NDArray[np.float32]

FILTERS_ACROSS, FILTERS_WIDE_PX, FILTERS_NARROW_PX = 8, 620, 330
BAR_PX = 66
MARK = "#ff9f1c"  # as the live chart outlines cells
PLOT_PX, TOP_PX, BELOW_PX, KEY_PX = 250, 28, 48, 22


def tiled(pieces: Grid, across: int, gap: int = 1) -> Grid:
    """Pieces (n, rows, columns) in lines of ``across``, with ``gap`` cells of NaN between them."""
    count, rows, columns = pieces.shape
    lines = -(-count // across)
    shape = (lines * (rows + gap) - gap, across * (columns + gap) - gap)
    found = np.full(shape, np.nan, dtype=np.float32)
    for at, piece in enumerate(pieces):
        line, column = divmod(at, across)
        top, left = line * (rows + gap), column * (columns + gap)
        found[top : top + rows, left : left + columns] = piece
    return found


def heat(name: str, values: Grid, **more: Any) -> dict[str, Any]:
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
    """All kernels of the first layer (filters, rows, columns) in one signed, shared range."""
    across = min(FILTERS_ACROSS, len(kernels))
    values = tiled(kernels, across)
    side = kernels.shape[1] + 1
    rows, columns = values.shape
    text = [
        [f"filter {r // side * across + c // side}" for c in range(columns)] for r in range(rows)
    ]
    down = theme.image_axis((0, 1), rows, scaleanchor="x", constraintoward="top")
    down["range"].reverse()
    most = float(np.abs(kernels).max()) or 1.0
    wide, narrow = (side * rows / columns for side in (FILTERS_WIDE_PX, FILTERS_NARROW_PX))
    bar = ladder.color_bar("weight", (0.0, -8 / wide, 1.0))
    layout = {
        "height": round(wide) + BAR_PX,
        "margin": {"l": 0, "r": 0, "t": 0, "b": BAR_PX},
        "xaxis": theme.image_axis((0, 1), columns, constraintoward="left"),
        "yaxis": down,
        "coloraxis": {"colorscale": theme.SIGNED, "cmin": -most, "cmax": most, "colorbar": bar},
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
    return {"data": [heat(name, values, text=text, hovertemplate=hover)], "layout": layout}


CHANNEL_MEASURES = {
    "wins": ("wins", "fraction of objects for which the channel has the largest logit"),
    "confidence": ("sure", "mean confidence (highest probability) of the channel"),
    "right": ("right", "fraction of objects that the channel alone names right"),
    "wrong and sure": ("wrong_sure", "fraction for which the channel is wrong and over 90 % sure"),
}


def _marked(at: int, one: ChannelContributions, trained_px: float) -> dict[str, Any]:
    """Circles on the channels that bring an object nearest to the trained size."""
    last = len(one.scales) - 1
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "brings it to the trained size",
        "x": list(range(len(one.test_px))),
        "y": [last - int(channel) for channel in one.nearest_channel(trained_px)],
        "xaxis": f"x{theme.axis_suffix(at)}",
        "yaxis": f"y{theme.axis_suffix(at)}",
        "marker": {"symbol": "circle-open", "size": 9, "color": MARK, "line": {"width": 2}},
        "hoverinfo": "skip",
    }


def channels_figure(
    voices: Mapping[str, ChannelContributions], measure: str, trained_px: Mapping[str, float]
) -> theme.Figure:
    """Scale channel by size, one map for each network; ``measure`` is one of :data:`CHANNEL_MEASURES`.

    ``trained_px``: the middle of what each network was trained on.
    """
    field, about = CHANNEL_MEASURES[measure]
    shown = []
    for name, one in voices.items():
        texts = [
            [f"channel {scale:.2f} at {formatting.pixels(px)}" for px in one.test_px.tolist()]
            for scale in one.scales
        ]
        shown.append(maps.Heatmap(name, getattr(one, field).T[::-1], texts[::-1]))
    first = next(iter(voices.values()))
    sizes, rows = first.test_px.tolist(), [f"{scale:.2f}" for scale in first.scales[::-1]]
    last = len(sizes) - 1
    ticks = sorted({round(part * last / 4) for part in range(5)})
    across = maps.Axis(
        "apparent size, px", ticks, [formatting.significant_digits(sizes[at]) for at in ticks]
    )
    down = maps.Axis("channel: picture times", range(len(rows)), rows)
    colors = maps.ColorRange(network_maps.POSITIVE, 0.0, 1.0, about)
    alt = f"By scale channel and apparent size: {about}."
    found = maps.figure(shown, maps.Grid(across, down, colors, (26, 22)), "training-channels", alt)
    marks = [_marked(at, one, trained_px[name]) for at, (name, one) in enumerate(voices.items())]
    return {**found, "data": [*found["data"], *marks]}


def _panel(at: int, field: str, results: Mapping[str, Result]) -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = []
    for name, result in results.items():
        recipe = result.spec.recipe
        lines = np.stack([getattr(run, field) for run in result.runs])
        dashed = "dot" if name.endswith("centered") else dash(recipe)
        style = {"color": COLORS[recipe], "width": 2.5, "dash": dashed}
        axes = {} if at == 0 else {"xaxis": "x2", "yaxis": "y2"}
        more = {**axes, "showlegend": at == 0}
        data += band(name, result.test_px, lines, COLORS[recipe], **axes)
        data.append(mean_line(name, result.test_px, lines, style, **more))
    return data


STEADY = ("two places called the same", "mean change of p, one px aside")  # the panels' titles


def _stacked(entries: int) -> dict[str, Any]:
    """One panel above the other, for a phone; each entry of the legend on a line of its own."""
    below, whole = BELOW_PX + KEY_PX * entries, 2 * PLOT_PX + 80
    share = PLOT_PX / whole
    titles = zip(STEADY, (1, share), strict=True)
    return {
        "height": whole + TOP_PX + below,
        "margin": {"b": below},
        "xaxis": {"domain": [0, 1]},
        "yaxis": {"domain": [1 - share, 1]},
        "xaxis2": {"domain": [0, 1]},
        "yaxis2": {"domain": [0, share]},
        "legend": {"y": -44 / whole},
        "annotations": [theme.title(text, 0, y, yshift=4) for text, y in titles],
    }


def steady_figure(results: Mapping[str, Result]) -> theme.Figure:
    """Shift consistency, and the change of probability by one pixel, over size."""
    data = [*_panel(0, "consistency", results), *_panel(1, "change", results)]
    sizes = [px for one in results.values() for px in one.test_px.tolist()]
    below = BELOW_PX + KEY_PX * (1 + (len(results) - 1) // 4)
    most = max(max(trace["y"]) for trace in data if trace.get("xaxis") == "x2")
    layout = {
        "height": PLOT_PX + TOP_PX + below,
        "margin": {"l": 52, "r": 10, "t": TOP_PX, "b": below},
        "xaxis": size_axis(sizes, domain=[0, 0.45]),
        "yaxis": share_axis("shift consistency", domain=[0, 1]),
        "xaxis2": size_axis(sizes, domain=[0.55, 1], anchor="y2"),
        "yaxis2": {
            "title": {"text": "|change of p|"},
            "range": [0, max(most * 1.08, 0.02)],
            "zeroline": False,
            "domain": [0, 1],
            "anchor": "x2",
        },
        "legend": {"orientation": "h", "x": 0, "y": -44 / PLOT_PX, "yanchor": "top"},
        "showlegend": True,
        "annotations": [
            theme.title(text, x, 1, yshift=4) for text, x in zip(STEADY, (0, 0.55), strict=True)
        ],
        "uirevision": f"training-steady {len(results)}",
        "meta": {
            "name": "training-steady",
            "alt": "Shift consistency and the change of probability by one pixel, over size.",
            "narrow": _stacked(len(results)),
        },
    }
    return {"data": data, "layout": layout}
