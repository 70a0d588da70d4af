"""A thing as sensors see it and as the network gets it, and the sizes that its layers answer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ....core import formatting
from ....core.experiments.calculator import sentences as story
from ....core.experiments.calculator.result import Result, Seen
from ....core.experiments.calculator.spec import OWN
from ...markup import bold
from .. import ladder, theme

TITLE_PX, GAP_PX, BESIDE_PX = 42, 8, 10
LARGE = 3  # pictures above the row of sensors


class _Grid:
    """Where the pictures stand: ``large`` in a row first, then ``small`` in a row; px of a figure
    of ``width``."""

    def __init__(self, width: int, large: int, small: int, sensors: int) -> None:
        self.width = width
        self.rows = [(large, -(-LARGE // large)), (small, -(-sensors // small))]
        self.counts = (LARGE, sensors)
        tall = sum(rows * (self.side(columns) + TITLE_PX + GAP_PX) for columns, rows in self.rows)
        self.height = round(tall)

    def side(self, columns: int) -> float:
        """The side of a picture, of which so many stand in a row."""
        return (self.width - BESIDE_PX * (columns - 1)) / columns

    def boxes(self) -> list[ladder.Box]:
        """Left, low, right, high of every picture, as fractions of the figure."""
        found, top = [], 0.0
        for (columns, rows), count in zip(self.rows, self.counts, strict=True):
            side = self.side(columns)
            for at in range(count):
                row, column = divmod(at, columns)
                left = column * (side + BESIDE_PX)
                high = top + row * (side + TITLE_PX + GAP_PX) + TITLE_PX
                found.append(self._box(left, high, side))
            top += rows * (side + TITLE_PX + GAP_PX)
        return found

    def _box(self, left: float, top: float, side: float) -> ladder.Box:
        return (
            left / self.width,
            1 - (top + side) / self.height,
            (left + side) / self.width,
            1 - top / self.height,
        )


def _named(result: Result, one: Seen) -> tuple[str, str]:
    return story.short_name(result.spec, one.slug), formatting.pixels(one.object_px)


def _titles(result: Result) -> list[tuple[str, str]]:
    """Two lines per picture. What follows the resizing stands at the outlines: those may change
    without Plotly having to draw anew."""
    spec, answer = result.spec, result.answer
    where = "your camera" if spec.sensor == OWN else story.short_name(spec, spec.sensor)
    side = f"{spec.net.input_px} x {spec.net.input_px} px"
    return [
        (bold(f"Seen by {where}"), f"{formatting.pixels(spec.object_px)}, pixels as they are"),
        (bold("The network's input"), f"{side}, resized as set"),
        (bold(f"Resized by {story.factor(answer.resample)}"), f"for layer {answer.layer.name}"),
        *(_named(result, one) for one in result.sensors),
    ]


def _pictures(result: Result) -> list[NDArray[np.float32]]:
    large = [result.view, result.given, result.brought]
    return [*large, *(one.picture for one in result.sensors)]


def _outline(trace: int, cells: int, size: float, colour: str, label: str = "") -> dict[str, Any]:
    """A square of ``size`` cells in the middle of a picture."""
    low, high = ((cells + sign * min(size, cells)) / 2 - 0.5 for sign in (-1, 1))
    return {"trace": trace, "box": (low, low, high, high), "color": colour, "label": label}


def _outlines(result: Result) -> list[dict[str, Any]]:
    """The object at the input, now and as the layer wants it, and the sensor that is chosen."""
    cells = len(result.given)
    now, wanted = result.spec.input_px, result.answer.wanted_px
    found = [
        _outline(1, cells, now, theme.NEAR, formatting.pixels(now)),
        _outline(2, cells, wanted, theme.FAR, formatting.pixels(wanted)),
    ]
    for at, one in enumerate(result.sensors):
        if one.slug == result.spec.sensor:
            found.append(_outline(LARGE + at, len(one.picture), len(one.picture), theme.NEAR))
    return found


def _arrangement(result: Result, grid: _Grid) -> dict[str, Any]:
    layout: dict[str, Any] = {"height": grid.height, "meta": {"width": grid.width}}
    notes = []
    parts = zip(grid.boxes(), _pictures(result), _titles(result), strict=True)
    for at, (box, picture, (first, second)) in enumerate(parts):
        layout |= ladder.axes(at, box, (len(picture), len(picture)))
        size = 12 if at < LARGE else 11
        notes.append(theme.title(f"{first}<br>{second}", box[0], box[3], align="left"))
        notes[-1]["font"] = {"size": size}
    return {**layout, "annotations": notes}


def _alt(result: Result) -> str:
    sizes = [f"{formatting.pixels(one.object_px)} for {one.slug}" for one in result.sensors]
    return f"{story.thing(result.spec)} seen from above, by sensor: {', '.join(sizes)}."


def _trace(at: int, name: str, picture: NDArray[np.float32]) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "z": picture,
        "name": name,
        "xaxis": f"x{theme.axis_suffix(at)}",
        "yaxis": f"y{theme.axis_suffix(at)}",
        "coloraxis": "coloraxis",
        "hoverinfo": "none",
        "zsmooth": False,
    }


def figure(result: Result) -> theme.Figure:
    """The three large pictures and one small one per sensor, all in one range of gray."""
    count = len(result.sensors)
    names = ["sensor", "input", "input for the layer", *(one.slug for one in result.sensors)]
    pictures = _pictures(result)
    layout = _arrangement(result, _Grid(960, 3, count, count))
    layout["meta"] |= {
        "name": "calculator",
        "alt": _alt(result),
        "caption": [story.sentence(result), story.advice(result)],
        "narrow": _arrangement(result, _Grid(350, 2, 3, count)),
        "boxes": _outlines(result),
    }
    layout |= {
        "coloraxis": {"colorscale": theme.GRAYS, "cmin": 0, "cmax": 1, "showscale": False},
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "showlegend": False,
        "dragmode": False,
        "uirevision": "calculator",
    }
    parts = zip(names, pictures, strict=True)
    return {"data": [_trace(at, *part) for at, part in enumerate(parts)], "layout": layout}
