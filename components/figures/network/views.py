"""One object near and far, the top predictions for each, and the units that differ most.

Everything that follows a slider is a heatmap or an outline, so that the live chart repaints it at
once: the pictures are color indices, the bars of the predictions are cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ....core.experiments.network import view_sentences
from ....core.filters.receptive_field import Geometry
from ...markup import bold
from .. import ladder, theme
from . import maps

if TYPE_CHECKING:
    from ....core.experiments.network.views import View, ViewPair
    from ....core.imaging.palette import Palette

UNITS = 8
TOP = 5
LINES = 9  # rows of cells per prediction: five for its name, two for its bar, two between
BAR_COLUMNS = 200
LABEL = 20  # characters of a class's name
FRAME = "#8a8f98"
PALE = ("#e3ccf7", "#a5e6e6")  # the colors of near and far, to be read on dark
PREDICTIONS = {
    True: (bold("Top predictions, near"), bold("and far")),
    False: ("This network has no classes.", ""),
}
TITLE_PX, GAP_PX, TOP_PX = 18, 8, 24


class _Grid:
    """Where the panels stand, in CSS pixels from the top left; fractions of the whole for Plotly.

    ``columns``: maps in a row; ``side_by_side``: whether the predictions are next to the pictures.
    """

    def __init__(self, width: int, columns: int, side_by_side: bool) -> None:
        self.width, self.columns, self.side_by_side = width, columns, side_by_side
        self.left = 18  # room for the words 'near' and 'far'
        self.side = (width - self.left - 6 * (columns - 1)) / columns
        self.picture = (width * 0.5 if side_by_side else width) / 2  # its height
        below = 0 if side_by_side else 200
        self.maps_top = TOP_PX + self.picture + below + 2 * TITLE_PX + GAP_PX
        bands = UNITS // columns
        self.band = 2 * self.side + 4 + TITLE_PX + GAP_PX
        self.bottom = self.maps_top + bands * self.band
        self.height = round(self.bottom + ladder.BAR_PX)

    def box(self, left: float, top: float, wide: float, tall: float) -> ladder.Box:
        """Left, low, right, high as fractions."""
        return (
            left / self.width,
            1 - (top + tall) / self.height,
            (left + wide) / self.width,
            1 - top / self.height,
        )

    def boxes(self) -> list[ladder.Box]:
        """Boxes of the pictures, the near maps, the far maps, then the predictions."""
        items = [self.box(0, TOP_PX, 2 * self.picture, self.picture)]
        for row in (0, 1):
            for panel in range(UNITS):
                band, column = divmod(panel, self.columns)
                above = self.maps_top + band * self.band + row * (self.side + 4)
                left = self.left + column * (self.side + 6)
                items.append(self.box(left, above, self.side, self.side))
        return [*items, *self._predictions()]

    def _predictions(self) -> list[ladder.Box]:
        if self.side_by_side:
            wide = (self.width - 2 * self.picture) / 2 - 22
            lefts, top, tall = (
                (2 * self.picture + 22, self.width - wide),
                float(TOP_PX),
                self.picture,
            )
        else:
            wide = self.width / 2 - 8
            lefts, top, tall = (0, self.width - wide), TOP_PX + self.picture + TITLE_PX + 4, 176
        return [self.box(left, top, wide, tall) for left in lefts]


WIDE = _Grid(960, 8, side_by_side=True)
NARROW = _Grid(350, 4, side_by_side=False)


def _length(probabilities: float) -> int:
    """The length of a prediction's bar in cells."""
    return max(1, round(probabilities * BAR_COLUMNS))


def _bars(view: View) -> NDArray[np.uint8]:
    """The predictions as bars, uint8 (rows, columns): 1 within a bar, else 0."""
    cells = np.zeros((TOP * LINES, BAR_COLUMNS), dtype=np.uint8)
    for rank, (_, probabilities) in enumerate(view.top):
        cells[rank * LINES + 5 : rank * LINES + 7, : _length(probabilities)] = 1
    return cells


def _short(label: str) -> str:
    return label if len(label) <= LABEL else label[: LABEL - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _prediction_labels(view: View, trace: int, color: str) -> list[dict[str, Any]]:
    return [
        {
            "trace": trace,
            "box": (rank * LINES + 4.5, -0.5, rank * LINES + 6.5, _length(probabilities) - 0.5),
            "color": color,
            "label": f"{_short(label)} {formatting.percent(probabilities)}",
        }
        for rank, (label, probabilities) in enumerate(view.top)
    ]


def _views(pair: ViewPair) -> tuple[tuple[str, str, View, tuple[int, int]], ...]:
    near, far = pair.corners
    return (("near", theme.NEAR, pair.near, near), ("far", theme.FAR, pair.far, far))


def _moved(box: Sequence[float], corner: tuple[int, int]) -> ladder.Box:
    top, left, bottom, right = box
    row, column = corner
    return top + row, left + column, bottom + row, right + column


def _geometry(pair: ViewPair, view: View, corner: tuple[int, int]) -> Geometry:
    layer = pair.network.layer(pair.spec.shown_layer)
    rows, columns = view.maps[layer.name].shape[1:]
    return maps.geometry(pair.network, layer, view.picture.shape[1], (rows, columns), corner)


def _outlines(pair: ViewPair) -> list[dict[str, Any]]:
    """Outlines of views and objects on the picture, of objects on the maps, and the predictions."""
    items: list[dict[str, Any]] = []
    pixels = maps.PIXELS
    for panel, (name, color, view, corner) in enumerate(_views(pair)):
        side = view.picture.shape[1]
        frame = ladder.pixel_box(_moved((0, 0, side, side), corner), pixels)
        items.append({"trace": 0, "box": frame, "color": FRAME, "label": ""})
        box = _moved(maps.clipped(view.box, side), corner)
        label = f"{name} {formatting.pixels(view.size_px)}"
        inside = ladder.pixel_box(box, pixels)
        items.append({"trace": 0, "box": inside, "color": color, "label": label})
        on_map = ladder.pixel_box(box, _geometry(pair, view, corner))
        for unit in range(UNITS):
            trace = 1 + panel * UNITS + unit
            items.append({"trace": trace, "box": on_map, "color": color, "label": ""})
        items += _prediction_labels(view, 1 + 2 * UNITS + panel, PALE[panel])
    return items


def _linked(pair: ViewPair, units: Sequence[int]) -> list[dict[str, Any]]:
    """Metadata that links cells of the picture and of the maps in the live chart."""
    gray = np.rint(pair.side_by_side.mean(axis=0) * 255).astype(np.uint8)
    items = [maps.picture_link("gray level, 0 to 255", gray)]
    title = pair.network.layer(pair.spec.shown_layer).title.split(",")[0]
    for panel, (name, _, view, corner) in enumerate(_views(pair)):
        layer, side = _geometry(pair, view, corner), view.picture.shape[1]
        within = [*corner, corner[0] + side, corner[1] + side]
        for index, unit in enumerate(units):
            label = f"{title}, unit {unit}, {name}"
            link = maps.link(1 + panel * UNITS + index, label, unit, layer)
            items.append({**link, "within": within})
    return items


def _panel(panel: int, z: NDArray[Any], name: str, coloraxis: str) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": z,
        "name": name,
        "xaxis": f"x{theme.axis_suffix(panel)}",
        "yaxis": f"y{theme.axis_suffix(panel)}",
        "coloraxis": coloraxis,
        "hoverinfo": "none",
        "zsmooth": False,
    }


def _traces(pair: ViewPair, units: Sequence[int], palette: Palette) -> list[dict[str, Any]]:
    layer = pair.spec.shown_layer
    items = [_panel(0, palette.color_indices(pair.side_by_side), "near and far", "coloraxis")]
    for name, _, view, _ in _views(pair):
        for unit in units:
            values = view.maps[layer][unit]
            items.append(_panel(len(items), values, f"{layer} unit {unit} {name}", "coloraxis2"))
    for number, (name, _, view, _) in enumerate(_views(pair)):
        axis = f"coloraxis{3 + number}"
        items.append(_panel(len(items), _bars(view), f"predictions {name}", axis))
    return items


def _titles(pair: ViewPair, units: Sequence[int], grid: _Grid) -> list[dict[str, Any]]:
    boxes, net = grid.boxes(), pair.network
    layer = net.layer(pair.spec.shown_layer)
    rows, columns = pair.near.maps[layer.name].shape[1:]
    items = [
        theme.title(bold("Network input"), boxes[0][0], boxes[0][3]),
        *(
            theme.title(text, box[0], box[3])
            for text, box in zip(PREDICTIONS[net.classes], boxes[-2:], strict=True)
        ),
    ]
    about = f"{bold(layer.title)}: the {len(units)} units most sensitive to size"
    if grid.side_by_side:
        about += f" (24 to 192 px), {rows} x {columns} cells; click one for its card below"
    lift = TITLE_PX / grid.height
    items.append(theme.title(about, 0, boxes[1][3] + lift))
    for panel, unit in enumerate(units):
        items.append(theme.title(f"unit {unit}", boxes[1 + panel][0], boxes[1 + panel][3]))
    for band in range(UNITS // grid.columns):
        for row, name in enumerate(("near", "far")):
            _, low, _, high = boxes[1 + row * UNITS + band * grid.columns]
            items.append(
                {**theme.title(name, 0, (low + high) / 2), "textangle": -90, "yanchor": "middle"}
            )
    return items


def _arrangement(pair: ViewPair, units: Sequence[int], grid: _Grid, shapes: Any) -> dict[str, Any]:
    layout: dict[str, Any] = {"height": grid.height, "meta": {"width": grid.width}}
    for panel, (box, shape) in enumerate(zip(grid.boxes(), shapes, strict=True)):
        layout |= maps.axes(panel, box, shape, square=panel <= 2 * UNITS)
    text = f"all maps: activation, {pair.spec.shown_layer}"
    low = 1 - grid.bottom / grid.height
    layout["coloraxis2"] = {
        "colorbar": ladder.color_bar(text, (0.0, low, 0.5 if grid.side_by_side else 1.0))
    }
    layout["annotations"] = _titles(pair, units, grid)
    return layout


def _alt(pair: ViewPair) -> str:
    return f"{view_sentences.describe_views(pair)} Below, maps of {pair.spec.shown_layer} for both."


def figure(
    pair: ViewPair, units: Sequence[int], palette: Palette, span: tuple[float, float]
) -> theme.Figure:
    """``units``: eight of the spec's layer; ``span``: the range that all maps share at least."""
    data = _traces(pair, units, palette)
    shapes = [trace["z"].shape for trace in data]
    values = [trace["z"] for trace in data[1 : 1 + 2 * UNITS]]
    layout = _arrangement(pair, units, WIDE, shapes)
    layout["coloraxis"] = {
        "colorscale": palette.color_scale,
        "cmin": 0,
        "cmax": 255,
        "showscale": False,
    }
    layout["coloraxis2"] |= maps.color_axis(values, span)
    for number, color in ((3, theme.NEAR), (4, theme.FAR)):
        scale = [(0.0, f"{color}00"), (1.0, f"{color}ff")]
        axis = {"colorscale": scale, "cmin": 0, "cmax": 1, "showscale": False}
        layout[f"coloraxis{number}"] = axis
    layout["meta"] |= {
        "name": "network",
        "alt": _alt(pair),
        "caption": [view_sentences.describe_views(pair), view_sentences.describe_settings(pair)],
        "narrow": _arrangement(pair, units, NARROW, shapes),
        "maps": _linked(pair, units),
        "boxes": _outlines(pair),
    }
    layout |= {
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": "zoom",
        "uirevision": f"{shapes}",
    }
    return {"data": data, "layout": layout}
