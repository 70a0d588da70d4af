"""Heatmaps that are compared: side by side, or one below the other on a narrow screen.

All of a figure have rows and columns of the same meaning and share one colour range.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import ladder, theme

WIDE_PX, NARROW_PX = 1120, 340
LABELS_PX, NARROW_LABELS_PX, TITLE_PX, TICKS_PX, BAR_PX, BETWEEN_PX = 74, 66, 26, 52, 78, 26


@dataclass(frozen=True)
class Axis:
    """``ticks``: which cells are named; ``names``: how; ``text``: what the axis is, with unit."""

    text: str
    ticks: Sequence[int]
    names: Sequence[str]


@dataclass(frozen=True)
class Colours:
    """A scale for all maps of a figure, from ``low`` to ``high``; ``text`` is the bar's."""

    scale: theme.Scale
    low: float
    high: float
    text: str


@dataclass(frozen=True)
class Map:
    """``values`` (rows, columns), NaN for what is not known; ``texts`` say what each cell is."""

    title: str
    values: np.ndarray[Any, Any]
    texts: Sequence[Sequence[str]]


def wrapped(text: str) -> str:
    """A text in lines that fit a phone's width."""
    return "<br>".join(textwrap.wrap(text, 40))


def _axes(at: int, shape: tuple[int, ...], across: Axis, down: Axis, square: bool) -> Any:
    suffix = ladder.axis(at)
    shown = {"showticklabels": True, "ticks": "outside", "ticklen": 4, "tickfont": {"size": 11}}
    below = theme.image_axis((0, 1), shape[1], **shown, anchor=f"y{suffix}")
    below |= {"tickvals": list(across.ticks), "ticktext": list(across.names), "tickangle": 0}
    below |= {"title": {"text": across.text, "standoff": 4, "font": {"size": 12}}}
    beside = theme.image_axis((0, 1), shape[0], **shown, anchor=f"x{suffix}")
    beside |= {"tickvals": list(down.ticks), "ticktext": list(down.names)}
    beside |= {"title": {"text": down.text, "standoff": 4, "font": {"size": 12}}}
    beside["range"].reverse()  # row 0 on top
    if square:
        beside |= {"scaleanchor": f"x{suffix}", "constraintoward": "top"}
        below |= {"constraintoward": "left"}
    return {f"xaxis{suffix}": below, f"yaxis{suffix}": beside}


def _arranged(
    count: int, rows: int, columns: int, width: int, per_row: int, cell_px: float | None
) -> dict[str, Any]:
    """Domains, titles, height and bar; ``cell_px``: a cell's height, None for square ones."""
    labels = LABELS_PX if width == WIDE_PX else NARROW_LABELS_PX
    inner = width - labels - 10
    each = (inner - (per_row - 1) * BETWEEN_PX) / per_row
    tall = rows * (each / columns if cell_px is None else cell_px)
    lines = -(-count // per_row)
    whole = lines * (tall + TITLE_PX + TICKS_PX) + BAR_PX
    layout: dict[str, Any] = {"height": round(whole), "annotations": []}
    for at in range(count):
        line, column = divmod(at, per_row)
        left = column * (each + BETWEEN_PX) / inner
        top = 1 - (line * (tall + TITLE_PX + TICKS_PX) + TITLE_PX) / whole
        suffix = ladder.axis(at)
        layout[f"xaxis{suffix}"] = {"domain": [left, min(1.0, left + each / inner)]}
        layout[f"yaxis{suffix}"] = {
            "domain": [top - tall / whole, top],
            "showticklabels": column == 0,
        }
        layout["annotations"].append({"x": left, "y": top})
    layout["coloraxis"] = {"colorbar": {"y": (BAR_PX - 6) / whole, "len": 1.0}}
    layout["margin"] = {"l": labels, "r": 10, "t": 0, "b": 0}
    return layout


def _layout(maps: Sequence[Map], across: Axis, down: Axis, colours: Colours, cell_px: Any) -> Any:
    rows, columns = maps[0].values.shape
    layout: dict[str, Any] = {}
    for at in range(len(maps)):
        layout |= _axes(at, (rows, columns), across, down, cell_px is None)
        if at:
            layout[f"yaxis{ladder.axis(at)}"]["title"] = {"text": ""}
    bar = ladder.bar(colours.text, (0.0, 0.0, 1.0))
    layout["coloraxis"] = {
        "colorscale": colours.scale,
        "cmin": colours.low,
        "cmax": colours.high,
        "colorbar": bar,
    }
    layout["annotations"] = [theme.title(f"<b>{one.title}</b>", 0, 0) for one in maps]
    return layout


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """``change`` laid into ``base``, dict by dict; lists of dicts member by member."""
    both = dict(base)
    for key, value in change.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            both[key] = _merged(base[key], value)
        elif key == "annotations":
            both[key] = [{**one, **new} for one, new in zip(base[key], value, strict=True)]
        else:
            both[key] = value
    return both


def figure(
    maps: Sequence[Map],
    across: Axis,
    down: Axis,
    colours: Colours,
    name: str,
    alt: str,
    cell_px: tuple[float, float] | None = None,
    per_row: int = 2,
) -> theme.Figure:
    """``cell_px``: the height of a cell on a wide and on a narrow screen, None for squares."""
    rows, columns = maps[0].values.shape
    base = _layout(maps, across, down, colours, cell_px)
    wide, narrow = (
        _arranged(len(maps), rows, columns, width, min(most, len(maps)), cell)
        for width, most, cell in zip(
            (WIDE_PX, NARROW_PX), (per_row, 1), cell_px or (None, None), strict=True
        )
    )
    narrow["annotations"] = _merged(base, narrow)["annotations"]
    narrow["coloraxis"]["colorbar"]["title"] = {"text": wrapped(colours.text)}
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
    return {"data": [_trace(at, one) for at, one in enumerate(maps)], "layout": layout}


def _trace(at: int, one: Map) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "name": one.title,
        "z": one.values.astype(np.float32),
        "text": [list(line) for line in one.texts],
        "hovertemplate": "%{text}: %{z:.2f}<extra>%{fullData.name}</extra>",
        "hoverongaps": False,
        "xaxis": f"x{ladder.axis(at)}",
        "yaxis": f"y{ladder.axis(at)}",
        "coloraxis": "coloraxis",
        "zsmooth": False,
    }
