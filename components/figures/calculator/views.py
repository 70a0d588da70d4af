"""An object as sensors record it, and as the network receives it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.calculator import sentences
from ....core.experiments.calculator.result import Result, SensorView
from ....core.experiments.calculator.spec import CUSTOM
from ....core.formatting import pixels
from ...markup import bold
from .. import ladder, theme

TITLE_PX, ROW_GAP_PX, COLUMN_GAP_PX = 42, 8, 10


class _Grid:
    """Positions of the pictures in a figure of ``width`` px.

    ``columns``: of the large pictures and of those of sensors below; ``counts``: how many of each.
    """

    def __init__(self, width: int, columns: tuple[int, int], counts: tuple[int, int]) -> None:
        self.width = width
        self.rows = [(each, -(-count // each)) for each, count in zip(columns, counts, strict=True)]
        self.counts = counts
        height = sum(
            rows * (self.side(columns) + TITLE_PX + ROW_GAP_PX) for columns, rows in self.rows
        )
        self.height = round(height)

    def side(self, columns: int) -> float:
        """The side of a picture, in px, with so many columns in a row."""
        return (self.width - COLUMN_GAP_PX * (columns - 1)) / columns

    def boxes(self) -> list[ladder.Box]:
        """Left, bottom, right, top of every picture, as fractions of the figure."""
        boxes, row_top = [], 0.0
        for (columns, rows), count in zip(self.rows, self.counts, strict=True):
            side = self.side(columns)
            for index in range(count):
                row, column = divmod(index, columns)
                left = column * (side + COLUMN_GAP_PX)
                top = row_top + row * (side + TITLE_PX + ROW_GAP_PX) + TITLE_PX
                boxes.append(self._box(left, top, side))
            row_top += rows * (side + TITLE_PX + ROW_GAP_PX)
        return boxes

    def _box(self, left: float, top: float, side: float) -> ladder.Box:
        return (
            left / self.width,
            1 - (top + side) / self.height,
            (left + side) / self.width,
            1 - top / self.height,
        )


def _sensor_title(result: Result, view: SensorView) -> tuple[str, str]:
    return sentences.short_title(result.spec, view.slug), pixels(view.object_px)


def _titles(result: Result) -> list[tuple[str, str]]:
    """Two lines per picture.

    What depends on the resize factor is written at the outlines, which can change without a new
    plot.
    """
    spec, target = result.spec, result.target
    custom = spec.sensor == CUSTOM
    sensor = "your camera" if custom else sentences.short_title(spec, spec.sensor)
    side = spec.network_sizes.input_px
    titles = [
        (bold(f"Seen by {sensor}"), f"{pixels(spec.object_px)}, original pixels"),
        (bold("Network input"), f"{side} x {side} px, resized as set"),
    ]
    if target.resample is not None:
        factor = sentences.format_factor(target.resample)
        titles.append((bold(f"Resized by {factor}"), f"best size of layer {target.layer.name}"))
    return [*titles, *(_sensor_title(result, view) for view in result.sensor_views)]


def _large_pictures(result: Result) -> list[NDArray[np.float32]]:
    """The sensor's, the input's, and the input's at the layer's best size where it has one."""
    pictures = [result.view, result.input_as_resized]
    best = result.input_at_best_size
    return pictures if best is None else [*pictures, best]


def _pictures(result: Result) -> list[NDArray[np.float32]]:
    return [*_large_pictures(result), *(view.picture for view in result.sensor_views)]


def _outline(trace: int, cells: int, size: float, color: str, label: str = "") -> dict[str, Any]:
    """A square of ``size`` cells in the middle of a picture."""
    low, high = ((cells + sign * min(size, cells)) / 2 - 0.5 for sign in (-1, 1))
    return {"trace": trace, "box": (low, low, high, high), "color": color, "label": label}


def _outlines(result: Result) -> list[dict[str, Any]]:
    """Outline the object at the input, now and for the layer, and the chosen sensor's picture."""
    cells = len(result.input_as_resized)
    present, best = result.spec.input_px, result.target.best
    outlines = [_outline(1, cells, present, theme.NEAR, pixels(present))]
    if best is not None:
        outlines.append(_outline(2, cells, best.value, theme.FAR, pixels(best.value)))
    for trace, view in enumerate(result.sensor_views, start=len(_large_pictures(result))):
        if view.slug == result.spec.sensor:
            outlines.append(_outline(trace, len(view.picture), len(view.picture), theme.NEAR))
    return outlines


def _arrangement(result: Result, grid: _Grid) -> dict[str, Any]:
    layout: dict[str, Any] = {"height": grid.height, "meta": {"width": grid.width}}
    titles = []
    parts = zip(grid.boxes(), _pictures(result), _titles(result), strict=True)
    for index, (box, picture, (first, second)) in enumerate(parts):
        layout |= ladder.axes(index, box, (len(picture), len(picture)))
        size = 12 if index < grid.counts[0] else 11
        titles.append(theme.title(f"{first}<br>{second}", box[0], box[3], align="left"))
        titles[-1]["font"] = {"size": size}
    return {**layout, "annotations": titles}


def _alt(result: Result) -> str:
    sizes = [f"{pixels(view.object_px)} for {view.slug}" for view in result.sensor_views]
    title = sentences.object_phrase(result.spec)
    return f"{title[0].upper()}{title[1:]} seen from above, by sensor: {', '.join(sizes)}."


def _trace(index: int, name: str, picture: NDArray[np.float32]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": picture,
        "name": name,
        "xaxis": f"x{theme.axis_suffix(index)}",
        "yaxis": f"y{theme.axis_suffix(index)}",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "zsmooth": False,
    }


def figure(result: Result) -> theme.Figure:
    """Draw two or three large pictures and a small one per sensor, all in one range of gray."""
    headline, *further = sentences.describe(result)
    large, small = len(_large_pictures(result)), len(result.sensor_views)
    names = ["sensor", "input", "input for the layer"][:large]
    names += [view.slug for view in result.sensor_views]
    layout = _arrangement(result, _Grid(960, (3, small), (large, small)))
    layout["meta"] |= {
        "name": "calculator",
        "alt": _alt(result),
        "caption": [headline, " ".join(further)],
        "narrow": _arrangement(result, _Grid(350, (2, 3), (large, small))),
        "boxes": _outlines(result),
    }
    layout |= {
        "coloraxis": {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "showscale": False},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": False,
        "uirevision": "calculator",
    }
    parts = zip(names, _pictures(result), strict=True)
    return {"data": [_trace(index, *part) for index, part in enumerate(parts)], "layout": layout}
