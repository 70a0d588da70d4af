"""The scene and, under it, the ladder of maps, all in one shared colour range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.figures import theme
from core.experiments.near_far import Result
from core.experiments.near_far_cell import map_geometry, map_names, map_values
from core.experiments.near_far_walk import Walk
from core.receptive import Geometry
from core.scene import Thing

Box = tuple[float, float, float, float]

TITLE_PX, GAP_PX, TOP_PX = 24, 14, 26


@dataclass(frozen=True)
class Grid:
    """Where panels stand: the scene takes a share of the ``width``; maps fill ``columns``."""

    width: int
    scene: float
    columns: int

    @property
    def map_width(self) -> float:
        """Width of one map, as a fraction of the figure's."""
        return (1 - 0.025 * (self.columns - 1)) / self.columns

    def height(self, maps: int) -> int:
        """Height in CSS pixels of the figure with ``maps`` maps under the scene."""
        rows = -(-maps // self.columns)
        each = self.width * self.map_width / 2 + TITLE_PX + GAP_PX
        bars = 0 if self.scene < 1 else 2 * 56
        return round(TOP_PX + self.width * self.scene / 2 + GAP_PX + bars + rows * each)

    def boxes(self, maps: int) -> list[Box]:
        """Left, bottom, right, top of the scene and of every map, as fractions of the figure."""
        whole = self.height(maps)
        top = whole - TOP_PX
        low = top - self.width * self.scene / 2
        found = [(0.0, low / whole, self.scene, top / whole)]
        tall = self.width * self.map_width / 2
        start = low - GAP_PX - (0 if self.scene < 1 else 2 * 56)
        for at in range(maps):
            row, column = divmod(at, self.columns)
            high = start - row * (tall + TITLE_PX + GAP_PX) - TITLE_PX
            left = column * (self.map_width + 0.025)
            found.append((left, (high - tall) / whole, left + self.map_width, high / whole))
        return found


WIDE = Grid(width=960, scene=0.56, columns=4)
NARROW = Grid(width=350, scene=1.0, columns=2)


def _axis(at: int) -> str:
    return "" if at == 0 else str(at + 1)


def _traces(result: Result) -> list[dict[str, Any]]:
    traces = []
    for at, (name, values) in enumerate(zip(map_names(result), map_values(result), strict=True)):
        traces.append(
            {
                "type": "heatmap",
                "z": values,
                "name": name,
                "xaxis": f"x{_axis(at)}",
                "yaxis": f"y{_axis(at)}",
                "coloraxis": "coloraxis" if at == 0 else "coloraxis2",
                "hoverinfo": "none",
                "zsmooth": False,
            }
        )
    return traces


def object_box(thing_box: Box, place: Geometry) -> Box:
    """An object's box (top, left, bottom, right, pixel edges) in the coordinates of a map."""
    edges = []
    for side, value in enumerate(thing_box):
        axis = side % 2
        middle = place.start[axis] + (place.size[axis] - 1) / 2
        edges.append((value - 0.5 - middle) / place.stride[axis])
    return edges[0], edges[1], edges[2], edges[3]


OBJECTS = (("near", theme.NEAR), ("far", theme.FAR))


def _outlines(result: Result, things: tuple[Thing, Thing]) -> list[dict[str, Any]]:
    """Both objects on every map; on the scene with their names and sizes."""
    found = []
    for trace, place in enumerate(map_geometry(result)):
        for thing, (name, colour) in zip(things, OBJECTS, strict=True):
            label = f"{name} {thing.size_px:.3g} px" if trace == 0 else ""
            box = object_box(thing.box(), place)
            found.append({"trace": trace, "box": box, "colour": colour, "label": label})
    return found


def _titles(result: Result, boxes: list[Box]) -> list[dict[str, Any]]:
    canvas = f"{result.spec.canvas[0]} x {result.spec.canvas[1]} px"
    texts = [f"<b>The scene</b>  {canvas}"]
    for name, place in zip(map_names(result)[1:], map_geometry(result)[1:], strict=True):
        rows, columns = place.shape
        texts.append(f"<b>{name}</b>  {rows} x {columns}, sees {max(place.size)} px")
    return [
        theme.title(text, left, top) for text, (left, _, _, top) in zip(texts, boxes, strict=True)
    ]


def _bar(text: str, x: float, y: float, width: float) -> dict[str, Any]:
    return {
        "orientation": "h",
        "thickness": 10,
        "len": width,
        "x": x,
        "y": y,
        "xanchor": "left",
        "yanchor": "top",
        "title": {"text": text, "side": "top", "font": {"size": 12}},
        "tickfont": {"size": 11},
        "nticks": 5,
        "outlinewidth": 0,
    }


def _bars(grid: Grid, maps: int, filter_name: str) -> dict[str, Any]:
    whole = grid.height(maps)
    _, low, right, top = grid.boxes(maps)[0]
    texts = ("scene: gray level", f"all maps: response of {filter_name}")
    if grid.scene < 1:
        left, width = right + 0.04, 1 - right - 0.06
        places = [(left, top), (left, top - 74 / whole)]
    else:
        left, width = 0.0, 1.0
        places = [(left, low - 8 / whole), (left, low - 64 / whole)]
    return {
        f"coloraxis{number}": {"colorbar": _bar(text, *place, width)}
        for number, text, place in zip(("", "2"), texts, places, strict=True)
    }


def _arrangement(result: Result, grid: Grid) -> dict[str, Any]:
    """What depends on the width: axes' domains, titles, bars and height."""
    shapes = [values.shape for values in map_values(result)]
    boxes = grid.boxes(len(shapes) - 1)
    axes: dict[str, Any] = {}
    for at, ((left, low, right, high), (rows, columns)) in enumerate(
        zip(boxes, shapes, strict=True)
    ):
        axes[f"xaxis{_axis(at)}"] = theme.image_axis(
            (left, right), columns, anchor=f"y{_axis(at)}", constraintoward="left"
        )
        axes[f"yaxis{_axis(at)}"] = theme.image_axis(
            (low, high),
            rows,
            anchor=f"x{_axis(at)}",
            scaleanchor=f"x{_axis(at)}",
            constraintoward="top",
        )
        axes[f"yaxis{_axis(at)}"]["range"].reverse()  # row 0 on top
    return {
        **axes,
        **_bars(grid, len(shapes) - 1, result.spec.filter),
        "height": grid.height(len(shapes) - 1),
        "annotations": _titles(result, boxes),
        "meta": {"width": grid.width},
    }


def _maps(result: Result) -> list[dict[str, Any]]:
    return [
        {
            "trace": at,
            "label": name,
            "channel": 0,
            "start": place.start,
            "stride": place.stride,
            "size": place.size,
        }
        for at, (name, place) in enumerate(
            zip(map_names(result), map_geometry(result), strict=True)
        )
    ]


def figure(result: Result, player_key: str = "") -> theme.Figure:
    """The scene and the ladder. ``player_key`` names the frames that belong to this picture."""
    layout = _arrangement(result, WIDE)
    span = result.span
    colours = {
        "coloraxis": {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1},
        "coloraxis2": {"colorscale": theme.SIGNED, "cmin": -span, "cmax": span},
    }
    for name, scale in colours.items():
        layout[name] = {**scale, **layout[name]}
    near, far = result.spec.apparent_px
    distance = f"far at {result.spec.far_m:.3g} m, {far:.3g} px"
    layout |= {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "zoom",
        "uirevision": f"{[values.shape for values in map_values(result)]}",
        "meta": {
            "width": WIDE.width,
            "name": "near-far",
            "alt": f"A near object of {near:.3g} px and a far one of {far:.3g} px, and what the "
            f"{result.spec.filter} filter and {result.spec.depth} poolings make of them.",
            "narrow": _arrangement(result, NARROW),
            "maps": _maps(result),
            "boxes": _outlines(result, result.things),
            "player": {"label": "Walk away", "key": player_key, "now": distance},
        },
    }
    return {"data": _traces(result), "layout": layout}


def _steps(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Values as one of 256 steps of a colour scale from ``low`` to ``high``."""
    steps = (values - low) * (255 / (high - low))
    return np.clip(np.rint(steps), 0, 255).astype(np.uint8)


def frames(result: Result, walk: Walk, key: str) -> dict[str, Any]:
    """The walk as frames for the live chart: colour steps instead of numbers, to travel light."""
    parts = []
    for at, values in enumerate(walk.maps):
        low, high = (0.0, 1.0) if at == 0 else (-result.span, result.span)
        parts.append({"trace": at, "steps": _steps(values, low, high)})
    path = np.array(walk.distances_m)
    return {
        "key": key,
        "parts": parts,
        "labels": [
            f"far at {distance:.3g} m, {things[1].size_px:.3g} px"
            for distance, things in zip(walk.distances_m, walk.things, strict=True)
        ],
        "boxes": [_outlines(result, things) for things in walk.things],
        "first": int(np.abs(np.log(path / result.spec.far_m)).argmin()),
    }
