"""The squares, the two detectors' maps blended at every level, and the chart of luck."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.experiments.pooling.result import Result
from ...core.experiments.pooling.sentences import sentence
from ...core.filters.receptive_field import PIXEL, Geometry
from . import ladder, theme

Plane = NDArray[np.float32]

# One colour axis from 0 to 3: nothing at 0, then three runs from pale to full, for the first
# detector alone, the second alone, and both.
RUNS = (theme.FIRST, theme.SECOND, theme.BOTH)
PALEST = 0.05  # the smallest response still gets this step, so that no lit cell looks empty
KEYS = ("upper left corner", "bottom right corner", "both in one cell")


def _pale(colour: str, share: float = 0.35) -> str:
    """The colour, thinned with the neutral one."""
    pairs = zip(theme.rgb(colour), theme.rgb(theme.NEUTRAL), strict=True)
    return "#" + "".join(f"{round(share * one + (1 - share) * other):02x}" for one, other in pairs)


def blend_scale() -> theme.Scale:
    """The colour scale of the blended maps."""
    scale = [(0.0, theme.NEUTRAL), (PALEST / 3, theme.NEUTRAL)]
    for at, colour in enumerate(RUNS):
        scale += [((at + PALEST) / 3, _pale(colour)), ((at + 1) / 3, colour)]
    return scale


def blended(maps: Plane) -> Plane:
    """(2, rows, columns) of responses in [0, 1] -> (rows, columns) on the axis from 0 to 3."""
    first, second = np.clip(maps, 0, 1)
    lit = np.where(second > 0, np.where(first > 0, 2, 1), 0)
    strength = np.where(lit == 2, (first + second) / 2, np.maximum(first, second))
    shade = lit + PALEST * 1.2 + (1 - PALEST * 1.2 - 0.002) * strength
    return np.where((first > 0) | (second > 0), shade, 0).astype(np.float32)


def panels(result: Result) -> list[ladder.Panel]:
    """The scene, then level 0 (ReLU) and every pooling."""
    rows, columns = result.picture.shape
    scene = Geometry((rows, columns), (0, 0), (1, 1), PIXEL)
    found = [ladder.Panel("The squares", f"{rows} x {columns} px", result.picture, scene)]
    for level, (maps, place) in enumerate(zip(result.maps, result.geometry, strict=True)):
        name = "0: ReLU" if level == 0 else f"{level}: {result.spec.pool} pool"
        about = f"{maps.shape[1]} x {maps.shape[2]}, cells of {place.stride[0]} px"
        layers = list(zip(KEYS, maps, strict=False))
        found.append(ladder.Panel(name, about, blended(maps), place, layers))
    return found


def _keys(grid: ladder.Grid, maps: int) -> list[dict[str, Any]]:
    """The three colours in words, beside or below the scene, on the paper of the maps."""
    notes = []
    for at, (colour, text) in enumerate(zip(RUNS, KEYS, strict=True)):
        left, top, _ = grid.bar(0, maps)
        down = (at * 30 + 2) / grid.height(maps)
        words = f'<span style="color:{colour};font-size:18px">\N{BLACK SQUARE}</span> {text}'
        chip = {"bgcolor": theme.NEUTRAL, "borderpad": 3, "font": {"size": 13, "color": "#222222"}}
        notes.append(theme.title(words, left, top - down, yanchor="top", **chip))
    return notes


def _arrangement(shown: list[ladder.Panel], grid: ladder.Grid) -> dict[str, Any]:
    layout = ladder.arrange(shown, grid)
    layout["annotations"] += _keys(grid, len(shown) - 1)
    return layout


def _around(trace: int, cells: tuple[int, int, int, int], colour: str) -> dict[str, Any]:
    """An outline around the cells from (top, left) to (bottom, right), both included."""
    top, left, bottom, right = cells
    box = [top - 0.5, left - 0.5, bottom + 0.5, right + 0.5]
    return {"trace": trace, "box": box, "color": colour, "label": ""}


def _outlines(result: Result) -> list[dict[str, Any]]:
    """The squares on the scene, and on every map the cells of their corners, however small."""
    found = []
    for one in result.squares:
        last = one.size_px - 1
        square = (one.row, one.column, one.row + last, one.column + last)
        found.append({**_around(0, square, theme.NEAR), "label": f"{one.size_px} px"})
        for level, (first, second) in enumerate(one.cells):
            for colour, cell in ((theme.FIRST, first), (theme.SECOND, second)):
                kind = theme.BOTH if one.merged[level] else colour
                found.append(_around(level + 1, (*cell, *cell), kind))
    return found


def figure(result: Result) -> theme.Figure:
    """The squares and, under them, both detectors' maps at every level."""
    shown = panels(result)
    rows, columns = result.picture.shape
    ratio = rows / columns
    wide = ladder.Grid(width=960, scene=0.62, columns=4 if ratio > 0.3 else 2, ratio=ratio)
    narrow = ladder.Grid(width=350, scene=1.0, columns=2 if ratio > 0.3 else 1, ratio=ratio)
    layout = _arrangement(shown, wide)
    sizes = ", ".join(str(one.size_px) for one in result.squares)
    layout["meta"] |= {
        "name": "pooling",
        "caption": [sentence(result), ""],
        "alt": f"Squares of {sizes} px and the cells that hold their corners at every level.",
        "narrow": _arrangement(shown, narrow),
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
    traces = []
    levels = list(range(result.spec.depth + 1))
    for at, one in enumerate(result.squares):
        colour = theme.LINES[at % len(theme.LINES)]
        common = {"type": "scatter", "x": levels, "legendgroup": str(one.size_px)}
        if one.closed_form[-1] is not None:
            law = {"mode": "lines", "line": {"color": colour, "width": 1.5}, "hoverinfo": "skip"}
            traces.append(
                {**common, **law, "name": f"{one.size_px} px", "y": list(one.closed_form)}
            )
        traces.append(
            {
                **common,
                "name": f"{one.size_px} px",
                "mode": "markers",
                "y": list(one.fraction),
                "marker": {
                    "size": 11,
                    "symbol": ["circle" if merged else "circle-open" for merged in one.merged],
                    "color": colour,
                    "line": {"color": colour, "width": 2},
                },
                "showlegend": one.closed_form[-1] is None,
                "hovertemplate": "%{y:.4f} after %{x} poolings<extra>%{fullData.name}</extra>",
            }
        )
    return traces


def luck_figure(result: Result) -> theme.Figure:
    """The fraction of all alignments in which a square's corners share a cell, by depth."""
    layout = {
        "height": 380,
        "margin": {"l": 60, "r": 10, "t": 34, "b": 90},
        "xaxis": {
            "title": {"text": "poolings"},
            "dtick": 1,
            "range": [-0.2, result.spec.depth + 0.2],
            "zeroline": False,
        },
        "yaxis": {
            "title": {"text": "fraction of alignments"},
            "range": [-0.04, 1.04],
            "zeroline": False,
        },
        "legend": {"orientation": "h", "y": -0.24, "yanchor": "top"},
        "annotations": [
            theme.title("line: law, marker: measured, filled: merged here now", 0, 1.02)
        ],
        "meta": {
            "name": "pooling-luck",
            "alt": "By number of poolings and size, how often two corners share a cell.",
        },
    }
    return {"data": _curves(result), "layout": layout}
