"""Heatmaps for comparison: side by side, or one below the other on a narrow screen.

Those of one figure have rows and columns of the same meaning and share one color range.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..markup import bold
from . import ladder, theme

WIDE_PX, NARROW_PX = 1120, 340
LABELS_PX, NARROW_LABELS_PX, TITLE_PX, TICKS_PX, BAR_PX, GAP_PX = 74, 66, 26, 52, 78, 26


@dataclass(frozen=True)
class Axis:
    """An axis: ``text``, its title with a unit; ``ticks``, the cells with a label; ``names``."""

    text: str
    ticks: Sequence[int]
    names: Sequence[str]


@dataclass(frozen=True)
class ColorRange:
    """The color scale of a figure's heatmaps, from ``low`` to ``high``; ``text``: its title."""

    scale: theme.Scale
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Heatmap:
    """``values``: float (rows, columns), NaN for unknown ones; ``texts``: the name of each cell."""

    title: str
    values: np.ndarray[Any, Any]
    texts: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Grid:
    """What the heatmaps of a figure share: axes, colors and arrangement.

    ``cell_px``: the height of a cell on a wide and on a narrow screen, None for square cells;
    ``per_row``: heatmaps side by side on a wide screen.
    """

    across: Axis
    down: Axis
    colors: ColorRange
    cell_px: tuple[float, float] | None = None
    per_row: int = 2


def wrap(text: str) -> str:
    """Break a text into lines that fit the width of a phone."""
    return "<br>".join(textwrap.wrap(text, 40))


def _axes(index: int, shape: tuple[int, int], grid: Grid) -> dict[str, Any]:
    suffix, across, down = theme.axis_suffix(index), grid.across, grid.down
    shown = {"showticklabels": True, "ticks": "outside", "ticklen": 4, "tickfont": {"size": 11}}
    columns = theme.image_axis((0, 1), shape[1], **shown, anchor=f"y{suffix}")
    columns |= {"tickvals": list(across.ticks), "ticktext": list(across.names), "tickangle": 0}
    columns |= {"title": {"text": across.text, "standoff": 4, "font": {"size": 12}}}
    rows = theme.image_axis((0, 1), shape[0], **shown, anchor=f"x{suffix}")
    rows |= {"tickvals": list(down.ticks), "ticktext": list(down.names)}
    rows |= {"title": {"text": down.text, "standoff": 4, "font": {"size": 12}}}
    rows["range"].reverse()  # row 0 on top
    if grid.cell_px is None:
        rows |= {"scaleanchor": f"x{suffix}", "constraintoward": "top"}
        columns |= {"constraintoward": "left"}
    return {f"xaxis{suffix}": columns, f"yaxis{suffix}": rows}


@dataclass(frozen=True)
class _Screen:
    """``per_row`` heatmaps side by side; ``cell_px``: a cell's height, None for square cells."""

    width: int
    per_row: int
    cell_px: float | None


def _arrangement(count: int, shape: tuple[int, int], screen: _Screen) -> dict[str, Any]:
    """Domains, positions of the titles, height and color bar for one width of screen."""
    (rows, columns), per_row = shape, screen.per_row
    labels = LABELS_PX if screen.width == WIDE_PX else NARROW_LABELS_PX
    inner = screen.width - labels - 10
    wide = (inner - (per_row - 1) * GAP_PX) / per_row
    tall = rows * (wide / columns if screen.cell_px is None else screen.cell_px)
    height = -(-count // per_row) * (tall + TITLE_PX + TICKS_PX) + BAR_PX
    layout: dict[str, Any] = {"height": round(height), "annotations": []}
    for index in range(count):
        line, column = divmod(index, per_row)
        left = column * (wide + GAP_PX) / inner
        top = 1 - (line * (tall + TITLE_PX + TICKS_PX) + TITLE_PX) / height
        suffix = theme.axis_suffix(index)
        layout[f"xaxis{suffix}"] = {"domain": [left, min(1.0, left + wide / inner)]}
        layout[f"yaxis{suffix}"] = {
            "domain": [top - tall / height, top],
            "showticklabels": column == 0,
        }
        layout["annotations"].append({"x": left, "y": top})
    layout["coloraxis"] = {"colorbar": {"y": (BAR_PX - 6) / height, "len": 1.0}}
    layout["margin"] = {"l": labels, "r": 10, "t": 0, "b": 0}
    return layout


def _layout(maps: Sequence[Heatmap], shape: tuple[int, int], grid: Grid) -> dict[str, Any]:
    layout: dict[str, Any] = {}
    for index in range(len(maps)):
        layout |= _axes(index, shape, grid)
        if index:
            layout[f"yaxis{theme.axis_suffix(index)}"]["title"] = {"text": ""}
    layout["coloraxis"] = {
        "colorscale": grid.colors.scale,
        "cmin": grid.colors.low,
        "cmax": grid.colors.high,
        "colorbar": ladder.color_bar(grid.colors.text, (0.0, 0.0, 1.0)),
    }
    layout["annotations"] = [theme.title(bold(heatmap.title), 0, 0) for heatmap in maps]
    return layout


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """``change`` merged into ``base``, dict by dict; annotations one by one."""
    merged = dict(base)
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            merged[key] = _merged(base[key], value)
        elif key == "annotations":
            merged[key] = [{**old, **new} for old, new in zip(base[key], value, strict=True)]
        else:
            merged[key] = value
    return merged


def figure(maps: Sequence[Heatmap], grid: Grid, name: str, alt: str) -> theme.Figure:
    """Draw heatmaps of one shape; ``name`` identifies the figure, ``alt`` describes it."""
    rows, columns = maps[0].values.shape
    base = _layout(maps, (rows, columns), grid)
    cells = grid.cell_px or (None, None)
    screens = (
        _Screen(WIDE_PX, min(grid.per_row, len(maps)), cells[0]),
        _Screen(NARROW_PX, 1, cells[1]),
    )
    wide, narrow = (_arrangement(len(maps), (rows, columns), screen) for screen in screens)
    narrow["annotations"] = _merged(base, narrow)["annotations"]
    narrow["coloraxis"]["colorbar"]["title"] = {"text": wrap(grid.colors.text)}
    layout = _merged(base, wide)
    layout |= {
        "showlegend": False,
        "dragmode": "zoom",
        "uirevision": f"{name} {rows} {columns} {len(maps)}",
        "meta": {
            "name": name,
            "alt": alt,
            "width": WIDE_PX,
            "narrow": {**narrow, "meta": {"width": NARROW_PX}},
        },
    }
    return {
        "data": [_trace(index, heatmap) for index, heatmap in enumerate(maps)],
        "layout": layout,
    }


def _trace(index: int, heatmap: Heatmap) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": heatmap.title,
        "z": heatmap.values.astype(np.float32),
        "text": [list(line) for line in heatmap.texts],
        "hovertemplate": "%{text}: %{z:.2f}<extra>%{fullData.name}</extra>",
        "hoverongaps": False,
        "xaxis": f"x{theme.axis_suffix(index)}",
        "yaxis": f"y{theme.axis_suffix(index)}",
        "coloraxis": "coloraxis",
        "zsmooth": False,
    }
