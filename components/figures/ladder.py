"""A scene above a ladder of maps: where the panels stand, for wide and for narrow screens.

All panels are heatmaps of one shape ratio. The first is the scene; the others share one color
range.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.filters.receptive_field import Geometry
from ..markup import bold
from . import theme

Box = tuple[float, float, float, float]

TITLE_PX, GAP_PX, TOP_PX, BAR_PX = 24, 14, 26, 58
LINE_PX = 16  # of a title, for every line after the first
BETWEEN = 0.025  # of the width, between two maps in a row


@dataclass(frozen=True)
class Panel:
    """One map: ``values`` float32 (rows, columns), its receptive fields, and its title's two parts.

    ``layers``: several values per cell, for the tooltip, where ``values`` only gives the color.
    """

    name: str
    subtitle: str
    values: NDArray[np.float32]
    geometry: Geometry
    layers: Sequence[tuple[str, NDArray[np.float32]]] = ()


@dataclass(frozen=True)
class Grid:
    """Where the panels stand, for a figure of ``width`` CSS pixels.

    ``scene_fraction``: the scene's width as a fraction; ``columns`` of maps below it; ``ratio``:
    rows over columns of the scene; ``bars``: the color bars next to the scene, or below it where it
    fills the width; ``title_lines``: of the maps' titles.
    """

    width: int
    scene_fraction: float
    columns: int
    ratio: float
    bars: int = 2
    title_lines: int = 1

    @property
    def map_width(self) -> float:
        """The width of one map, as a fraction of the figure's."""
        return (1 - BETWEEN * (self.columns - 1)) / self.columns

    @property
    def bars_at_side(self) -> bool:
        """Whether the color bars stand next to the scene."""
        return self.scene_fraction < 1

    @property
    def _title_px(self) -> float:
        return TITLE_PX + LINE_PX * (self.title_lines - 1)

    def _under_scene(self) -> float:
        below = 0 if self.bars_at_side else self.bars * BAR_PX
        return TOP_PX + self.width * self.scene_fraction * self.ratio + GAP_PX + below

    def height(self, maps: int) -> int:
        """Compute the height in CSS pixels with ``maps`` maps under the scene."""
        rows = -(-maps // self.columns)
        each = self.width * self.map_width * self.ratio + self._title_px + GAP_PX
        return round(self._under_scene() + rows * each)

    def boxes(self, maps: int) -> list[Box]:
        """Place the scene and every map: left, bottom, right, top, as fractions of the figure."""
        height = self.height(maps)
        top = height - TOP_PX
        low = top - self.width * self.scene_fraction * self.ratio
        boxes = [(0.0, low / height, self.scene_fraction, top / height)]
        map_height = self.width * self.map_width * self.ratio
        start = height - self._under_scene()
        for index in range(maps):
            row, column = divmod(index, self.columns)
            high = start - row * (map_height + self._title_px + GAP_PX) - self._title_px
            left = column * (self.map_width + BETWEEN)
            right, bottom = left + self.map_width, high - map_height
            boxes.append((left, bottom / height, right, high / height))
        return boxes

    def bar_position(self, index: int, maps: int) -> tuple[float, float, float]:
        """Place the ``index``-th color bar: left, top and width, as fractions of the figure."""
        height = self.height(maps)
        _, low, right, top = self.boxes(maps)[0]
        if self.bars_at_side:
            return right + 0.04, top - index * 74 / height, 1 - right - 0.06
        return 0.0, low - (8 + index * BAR_PX) / height, 1.0


def traces(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Make one heatmap per panel; the first on 'coloraxis', the others on 'coloraxis2'."""
    return [
        {
            "type": "heatmap",
            "z": panel.values,
            "name": panel.name,
            "xaxis": f"x{theme.axis_suffix(index)}",
            "yaxis": f"y{theme.axis_suffix(index)}",
            "coloraxis": "coloraxis" if index == 0 else "coloraxis2",
            "hoverinfo": "none",
            "zsmooth": False,
        }
        for index, panel in enumerate(panels)
    ]


def color_bar(text: str, position: tuple[float, float, float]) -> dict[str, Any]:
    """Make a horizontal color bar at (left, top, width), as fractions of the figure."""
    left, top, width = position
    return {
        "orientation": "h",
        "thickness": 10,
        "len": width,
        "x": left,
        "y": top,
        "xanchor": "left",
        "yanchor": "top",
        "title": {"text": text, "side": "top", "font": {"size": 12}},
        "tickfont": {"size": 11},
        "nticks": 5,
        "outlinewidth": 0,
    }


def axes(index: int, box: Box, shape: tuple[int, ...]) -> dict[str, Any]:
    """Make the ``index``-th axis pair, of an image of (rows, columns) square cells in a box."""
    left, low, right, high = box
    name = theme.axis_suffix(index)
    across = theme.image_axis((left, right), shape[1], anchor=f"y{name}")
    down = theme.image_axis((low, high), shape[0], anchor=f"x{name}", scaleanchor=f"x{name}")
    down["range"].reverse()  # row 0 on top
    return {f"xaxis{name}": across, f"yaxis{name}": down}


def _panel_axes(index: int, box: Box, shape: tuple[int, ...]) -> dict[str, Any]:
    """The axis pair of a panel, whose map stands at the left and on top of its box."""
    pair, name = axes(index, box, shape), theme.axis_suffix(index)
    pair[f"xaxis{name}"]["constraintoward"] = "left"
    pair[f"yaxis{name}"]["constraintoward"] = "top"
    return pair


def arrange(panels: Sequence[Panel], grid: Grid) -> dict[str, Any]:
    """Make the part of the layout that depends on the width: axes, titles and height."""
    layout: dict[str, Any] = {"height": grid.height(len(panels) - 1), "annotations": []}
    for index, (panel, box) in enumerate(zip(panels, grid.boxes(len(panels) - 1), strict=True)):
        layout |= _panel_axes(index, box, panel.values.shape)
        text = f"{bold(panel.name)}  {panel.subtitle}"
        layout["annotations"].append(theme.title(text, box[0], box[3], align="left"))
    return {**layout, "meta": {"width": grid.width}}


def _compact(offsets: Sequence[int]) -> list[int]:
    """The offsets of a receptive field: all where it has holes, else the first and the last."""
    has_holes = len(offsets) != offsets[-1] + 1
    return list(offsets) if has_holes else [offsets[0], offsets[-1]]


def maps(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """Describe the receptive fields to the live chart, which links the cells of the panels."""
    return [
        {
            "trace": index,
            "label": panel.name,
            "channel": 0,
            "start": panel.geometry.start,
            "stride": panel.geometry.stride,
            "offsets": [_compact(offsets) for offsets in panel.geometry.offsets],
            "layers": [{"label": label, "values": values} for label, values in panel.layers],
        }
        for index, panel in enumerate(panels)
    ]


def pixel_box(box: Box, geometry: Geometry) -> Box:
    """Convert a box (top, left, bottom, right; pixel edges) to the coordinates of a map's cells."""
    edges = []
    for side, pixel in enumerate(box):
        axis = side % 2
        middle = geometry.start[axis] + (geometry.size[axis] - 1) / 2
        edges.append((pixel - 0.5 - middle) / geometry.stride[axis])
    return edges[0], edges[1], edges[2], edges[3]
