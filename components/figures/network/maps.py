"""Maps of a network as panels: axes, receptive fields, and the range that they share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core.experiments.network.units.card import first_pixels
from ....core.filters.receptive_field import Geometry
from .. import ladder, theme

if TYPE_CHECKING:
    from ....core.networks import Layer, Network

PIXELS = Geometry((1, 1), (0, 0), (1, 1), ((0,), (0,)))  # of a picture: a cell is a pixel
# Maps that start at zero use the positive half of the signed scale.
POSITIVE = [(2 * panel - 1, color) for panel, color in theme.SIGNED if panel >= 0.5]
STEPS = (1, 1.5, 2, 3, 4, 6, 8, 10)


def geometry(
    network: Network,
    layer: Layer,
    canvas_px: int,
    shape: tuple[int, int],
    corner: tuple[int, int] = (0, 0),
) -> Geometry:
    """The receptive fields of a map of ``shape``; the picture's canvas starts at ``corner``."""
    first = first_pixels(network, canvas_px)[layer.name]
    start = (first + corner[0], first + corner[1])
    offsets = range(layer.receptive_field_px)
    return Geometry(shape, start, (layer.stride_px,) * 2, (offsets, offsets))


def link(trace: int, label: str, channel: int, layer: Geometry) -> dict[str, Any]:
    """A row of ``meta.maps``; receptive fields hold all pixels from the first to the last."""
    ends = [[0, size - 1] for size in layer.size]
    return {
        "trace": trace,
        "label": label,
        "channel": channel,
        "start": layer.start,
        "stride": layer.stride,
        "offsets": ends,
        "layers": [],
    }


def picture_link(label: str, values: NDArray[Any]) -> dict[str, Any]:
    """The row of the picture itself, trace 0, whose tooltip shows ``values``."""
    layers = [{"label": label, "values": values}]
    return {**link(0, "picture", 0, PIXELS), "layers": layers}


def clipped(box: Sequence[float], side: int) -> ladder.Box:
    """A box cut off at the edges of its square canvas."""
    top, left, bottom, right = (min(max(edge, 0.0), float(side)) for edge in box)
    return top, left, bottom, right


def axes(panel: int, box: ladder.Box, shape: Sequence[int], square: bool = True) -> dict[str, Any]:
    """The axes of the ``panel``-th panel, row 0 on top; ``box`` as fractions of the figure."""
    left, low, right, high = box
    name = theme.axis_suffix(panel)
    across = theme.image_axis((left, right), shape[1], anchor=f"y{name}", constraintoward="left")
    down = theme.image_axis((low, high), shape[0], anchor=f"x{name}", constraintoward="top")
    if square:
        down["scaleanchor"] = f"x{name}"
    down["range"].reverse()
    return {f"xaxis{name}": across, f"yaxis{name}": down}


def rounded(value: float) -> float:
    """The next of a few round numbers, so that a range stays while its values move a little."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(step * power for step in STEPS if step * power >= value * (1 - 1e-9)))


def color_axis(
    values: Sequence[NDArray[Any]], span: tuple[float, float] = (0, 0)
) -> dict[str, Any]:
    """Scale and limits for maps that are compared: symmetric, or from zero where none is below.

    ``span``: lowest and highest value that the range must hold besides.
    """
    low = min(span[0], *(float(shown.min()) for shown in values))
    high = max(span[1], *(float(shown.max()) for shown in values))
    limit = rounded(max(-low, high))
    if low < 0:
        return {"colorscale": theme.SIGNED, "cmin": -limit, "cmax": limit}
    return {"colorscale": POSITIVE, "cmin": 0.0, "cmax": limit}
