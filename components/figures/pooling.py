"""The squares, both detectors' maps at every level, and the probabilities over alignments."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.experiments.pooling.result import Result, Square
from ...core.experiments.pooling.sentences import describe, warnings
from ...core.filters.receptive_field import PIXEL, Geometry
from ..markup import LINE_BREAK, element, join_html
from . import ladder, theme

Plane = NDArray[np.float32]

# One color axis from 0 to 3: no response at 0, then three runs from pale to full, for the first
# detector alone, the second alone, and both.
RUNS = (theme.FIRST, theme.SECOND, theme.BOTH)
PALEST = 0.05  # the smallest response still gets this step, so that no active cell looks empty
KEYS = ("upper left corner", "bottom right corner", "both in one cell")
MARKS = join_html(
    "line: closed form; marker: measured",
    "filled marker: both corners share a cell in this scene",
    separator=LINE_BREAK,
)


def _pale(color: str, alpha: float = 0.35) -> str:
    """The color, mixed with the neutral one."""
    pairs = zip(theme.rgb(color), theme.rgb(theme.NEUTRAL), strict=True)
    levels = (round(alpha * level + (1 - alpha) * neutral) for level, neutral in pairs)
    return "#" + "".join(f"{level:02x}" for level in levels)


def blend_scale() -> theme.Scale:
    """Make the color scale of the blended maps."""
    scale = [(0.0, theme.NEUTRAL), (PALEST / 3, theme.NEUTRAL)]
    for run, color in enumerate(RUNS):
        scale += [((run + PALEST) / 3, _pale(color)), ((run + 1) / 3, color)]
    return scale


def blend(maps: Plane) -> Plane:
    """Blend two maps into one on the color axis from 0 to 3.

    ``maps``: float32 (2, rows, columns), responses in [0, 1]. Returns float32 (rows, columns).
    """
    first, second = np.clip(maps, 0, 1)
    run = np.where(second > 0, np.where(first > 0, 2, 1), 0)
    strength = np.where(run == 2, (first + second) / 2, np.maximum(first, second))
    shade = run + PALEST * 1.2 + (1 - PALEST * 1.2 - 0.002) * strength
    return np.where((first > 0) | (second > 0), shade, 0).astype(np.float32)


def panels(result: Result) -> list[ladder.Panel]:
    """List the scene, then level 0 (ReLU) and the level of every pooling layer."""
    rows, columns = result.picture.shape
    scene = Geometry((rows, columns), (0, 0), (1, 1), PIXEL)
    shown = [ladder.Panel("Scene", f"{rows} x {columns} px", result.picture, scene)]
    for level, (maps, geometry) in enumerate(zip(result.maps, result.geometry, strict=True)):
        name = "0: ReLU" if level == 0 else f"{level}: {result.spec.pool} pool"
        subtitle = f"{maps.shape[1]} x {maps.shape[2]}, stride {geometry.stride[0]} px"
        layers = list(zip(KEYS, maps, strict=False))
        shown.append(ladder.Panel(name, subtitle, blend(maps), geometry, layers))
    return shown


def _legend(grid: ladder.Grid, maps: int) -> list[dict[str, Any]]:
    """A legend of the three colors, beside or below the scene."""
    notes = []
    for index, (color, text) in enumerate(zip(RUNS, KEYS, strict=True)):
        left, top, _ = grid.bar_position(0, maps)
        down = (index * 30 + 2) / grid.height(maps)
        entry = join_html(
            element("span", "\N{BLACK SQUARE}", style=f"color:{color};font-size:18px"), " ", text
        )
        chip = {"bgcolor": theme.NEUTRAL, "borderpad": 3, "font": {"size": 13, "color": "#222222"}}
        notes.append(theme.title(entry, left, top - down, yanchor="top", **chip))
    return notes


def _arrange(shown: list[ladder.Panel], grid: ladder.Grid) -> dict[str, Any]:
    layout = ladder.arrange(shown, grid)
    layout["annotations"] += _legend(grid, len(shown) - 1)
    return layout


def _outline(trace: int, cells: tuple[int, int, int, int], color: str) -> dict[str, Any]:
    """An outline around the cells from (top, left) to (bottom, right), both included."""
    top, left, bottom, right = cells
    box = [top - 0.5, left - 0.5, bottom + 0.5, right + 0.5]
    return {"trace": trace, "box": box, "color": color, "label": ""}


def _outlines(result: Result) -> list[dict[str, Any]]:
    """The squares on the scene, and on every map the cells of their corners, however small."""
    outlines = []
    for square in result.squares:
        top, left, last = square.row, square.column, square.size_px - 1
        outline = _outline(0, (top, left, top + last, left + last), theme.NEAR)
        outlines.append({**outline, "label": f"{square.size_px} px"})
        for level, cells in enumerate(square.cells):
            for color, cell in zip((theme.FIRST, theme.SECOND), cells, strict=True):
                shown = theme.BOTH if square.merged[level] else color
                outlines.append(_outline(level + 1, (*cell, *cell), shown))
    return outlines


def figure(result: Result) -> theme.Figure:
    """Draw the squares and, under them, both detectors' maps at every level."""
    shown = panels(result)
    rows, columns = result.picture.shape
    ratio = rows / columns
    wide = ladder.Grid(width=960, scene_fraction=0.62, columns=4 if ratio > 0.3 else 2, ratio=ratio)
    narrow = ladder.Grid(
        width=350, scene_fraction=1.0, columns=2 if ratio > 0.3 else 1, ratio=ratio
    )
    layout = _arrange(shown, wide)
    sizes = ", ".join(str(square.size_px) for square in result.squares)
    layout["meta"] |= {
        "name": "pooling",
        "caption": [" ".join(describe(result)), warnings(result)],
        "alt": f"Squares of {sizes} px and the cells that hold their corners at every level.",
        "narrow": _arrange(shown, narrow),
        "maps": ladder.maps(shown),
        "boxes": _outlines(result),
    }
    layout |= {
        "coloraxis": {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "showscale": False},
        "coloraxis2": {"colorscale": blend_scale(), "cmin": 0, "cmax": 3, "showscale": False},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "zoom",
        "uirevision": f"{[panel.values.shape for panel in shown]}",
    }
    return {"data": ladder.traces(shown), "layout": layout}


def _curves(result: Result) -> list[dict[str, Any]]:
    """Per square, the closed form as a line, where there is one, and the measured values."""
    traces: list[dict[str, Any]] = []
    for index, square in enumerate(result.squares):
        color = theme.LINES[index % len(theme.LINES)]
        common = {
            "type": "scatter",
            "name": f"{square.size_px} px",
            "x": list(range(result.spec.depth + 1)),
            "legendgroup": str(square.size_px),
        }
        has_formula = square.closed_form[-1] is not None
        if has_formula:
            line = {"mode": "lines", "line": {"color": color, "width": 1.5}, "hoverinfo": "skip"}
            traces.append({**common, **line, "y": list(square.closed_form)})
        traces.append({**common, **_markers(square, color), "showlegend": not has_formula})
    return traces


def _markers(square: Square, color: str) -> dict[str, Any]:
    return {
        "mode": "markers",
        "y": list(square.alignment_fraction),
        "marker": {
            "size": 11,
            "symbol": ["circle" if merged else "circle-open" for merged in square.merged],
            "color": color,
            "line": {"color": color, "width": 2},
        },
        "hovertemplate": "%{y:.4f} after %{x} pooling layers<extra>%{fullData.name}</extra>",
    }


def alignment_figure(result: Result) -> theme.Figure:
    """Draw the probability over alignments that a square's corners share a cell, by depth."""
    layout = {
        "height": 396,
        "margin": {"l": 60, "r": 10, "t": 50, "b": 90},
        "xaxis": {
            "title": {"text": "pooling layers"},
            "dtick": 1,
            "range": [-0.2, result.spec.depth + 0.2],
            "zeroline": False,
        },
        "yaxis": {
            "title": {"text": "probability over alignments"},
            "range": [-0.04, 1.04],
            "zeroline": False,
        },
        "legend": {"orientation": "h", "y": -0.24, "yanchor": "top"},
        "annotations": [theme.title(MARKS, 0, 1.02, align="left")],
        "meta": {
            "name": "pooling-alignments",
            "alt": "Probability that both corners share a cell, by pooling layers and size.",
        },
    }
    return {"data": _curves(result), "layout": layout}
