"""A scene above a ladder of maps: where the panels stand, for wide and for narrow screens.

All panels are heatmaps of one shape ratio. The first is the scene; the others share one colour
range. Each figure hands in its panels and gets the layout and the traces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...core.filters.receptive_field import Geometry
from . import theme

Box = tuple[float, float, float, float]

TITLE_PX, GAP_PX, TOP_PX, BAR_PX = 24, 14, 26, 58
BETWEEN = 0.025  # of the width, between two maps of a row


@dataclass(frozen=True)
class Panel:
    """One map: ``values`` float32 (rows, columns), what its cells see, and the title's two parts.

    ``layers``: several values per cell, for the tooltip, where ``values`` only says the colour.
    """

    name: str
    about: str
    values: NDArray[np.float32]
    place: Geometry
    layers: Sequence[tuple[str, NDArray[np.float32]]] = ()


@dataclass(frozen=True)
class Grid:
    """``scene`` is the scene's share of the width; maps stand in ``columns``; ``ratio`` is rows
    over columns of the scene; ``bars`` colour bars stand beside the scene, or below where it
    fills the width."""

    width: int
    scene: float
    columns: int
    ratio: float
    bars: int = 2

    @property
    def map_width(self) -> float:
        """Width of one map, as a fraction of the figure's."""
        return (1 - BETWEEN * (self.columns - 1)) / self.columns

    @property
    def beside(self) -> bool:
        """Whether there is room beside the scene."""
        return self.scene < 1

    def _under_scene(self) -> float:
        below = 0 if self.beside else self.bars * BAR_PX
        return TOP_PX + self.width * self.scene * self.ratio + GAP_PX + below

    def height(self, maps: int) -> int:
        """Height in CSS pixels with ``maps`` maps under the scene."""
        rows = -(-maps // self.columns)
        each = self.width * self.map_width * self.ratio + TITLE_PX + GAP_PX
        return round(self._under_scene() + rows * each)

    def boxes(self, maps: int) -> list[Box]:
        """Left, bottom, right, top of the scene and of every map, as fractions of the figure."""
        whole = self.height(maps)
        top = whole - TOP_PX
        low = top - self.width * self.scene * self.ratio
        found = [(0.0, low / whole, self.scene, top / whole)]
        tall = self.width * self.map_width * self.ratio
        start = whole - self._under_scene()
        for at in range(maps):
            row, column = divmod(at, self.columns)
            high = start - row * (tall + TITLE_PX + GAP_PX) - TITLE_PX
            left = column * (self.map_width + BETWEEN)
            found.append((left, (high - tall) / whole, left + self.map_width, high / whole))
        return found

    def bar(self, at: int, maps: int) -> tuple[float, float, float]:
        """Left, top and width of the ``at``-th colour bar, as fractions of the figure."""
        whole = self.height(maps)
        _, low, right, top = self.boxes(maps)[0]
        if self.beside:
            return right + 0.04, top - at * 74 / whole, 1 - right - 0.06
        return 0.0, low - (8 + at * BAR_PX) / whole, 1.0


def axis(at: int) -> str:
    """Plotly's suffix of the ``at``-th axis pair: '', '2', '3'."""
    return "" if at == 0 else str(at + 1)


def traces(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """One heatmap per panel; the first on 'coloraxis', the others on 'coloraxis2'."""
    return [
        {
            "type": "heatmap",
            "z": panel.values,
            "name": panel.name,
            "xaxis": f"x{axis(at)}",
            "yaxis": f"y{axis(at)}",
            "coloraxis": "coloraxis" if at == 0 else "coloraxis2",
            "hoverinfo": "none",
            "zsmooth": False,
        }
        for at, panel in enumerate(panels)
    ]


def bar(text: str, place: tuple[float, float, float]) -> dict[str, Any]:
    """A horizontal colour bar at (left, top, width)."""
    left, top, width = place
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


def axes(at: int, box: Box, shape: tuple[int, ...]) -> dict[str, Any]:
    """The ``at``-th axis pair, of an image of (rows, columns) square cells in a box."""
    left, low, right, high = box
    name = axis(at)
    across = theme.image_axis((left, right), shape[1], anchor=f"y{name}")
    down = theme.image_axis((low, high), shape[0], anchor=f"x{name}", scaleanchor=f"x{name}")
    down["range"].reverse()  # row 0 on top
    return {f"xaxis{name}": across, f"yaxis{name}": down}


def _axes(at: int, box: Box, shape: tuple[int, ...]) -> dict[str, Any]:
    """Of a panel, whose map stands at the left and on top of its box."""
    found = axes(at, box, shape)
    found[f"xaxis{axis(at)}"]["constraintoward"] = "left"
    found[f"yaxis{axis(at)}"]["constraintoward"] = "top"
    return found


def arrange(panels: Sequence[Panel], grid: Grid) -> dict[str, Any]:
    """What depends on the width: the axes' places, the titles, the height."""
    layout: dict[str, Any] = {"height": grid.height(len(panels) - 1), "annotations": []}
    for at, (panel, box) in enumerate(zip(panels, grid.boxes(len(panels) - 1), strict=True)):
        layout |= _axes(at, box, panel.values.shape)
        text = f"<b>{panel.name}</b>  {panel.about}"
        layout["annotations"].append(theme.title(text, box[0], box[3]))
    return {**layout, "meta": {"width": grid.width}}


def _told(offsets: Sequence[int]) -> list[int]:
    """The offsets that a cell sees, in full only where there are holes: else first and last."""
    whole = len(offsets) == offsets[-1] + 1
    return [offsets[0], offsets[-1]] if whole else list(offsets)


def maps(panels: Sequence[Panel]) -> list[dict[str, Any]]:
    """What the live chart needs to link the cells of the panels."""
    return [
        {
            "trace": at,
            "label": panel.name,
            "channel": 0,
            "start": panel.place.start,
            "stride": panel.place.stride,
            "offsets": [_told(seen) for seen in panel.place.offsets],
            "layers": [{"label": label, "values": values} for label, values in panel.layers],
        }
        for at, panel in enumerate(panels)
    ]


def pixel_box(box: Box, place: Geometry) -> Box:
    """A box (top, left, bottom, right; pixel edges) in the coordinates of a map's cells."""
    edges = []
    for side, value in enumerate(box):
        along = side % 2
        middle = place.start[along] + (place.size[along] - 1) / 2
        edges.append((value - 0.5 - middle) / place.stride[along])
    return edges[0], edges[1], edges[2], edges[3]
