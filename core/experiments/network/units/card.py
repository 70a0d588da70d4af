"""One unit: its tuning curve, and the patches with the strongest response at each size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....errors import UserError
from ....filters.half_maximum import half_maximum_sizes
from ....networks import Layer, Network
from ....networks.unit_responses import MIN_RESPONSE, Responses

Line = NDArray[np.float64]
Field = tuple[int, int, int, int]

QUARTILES = (25, 75)


@dataclass(frozen=True)
class Patch:
    """A picture at a size, and the receptive field of the cell with the strongest response.

    ``picture``: its number in the sweep, ``name`` its photograph's. ``field``: top, left, bottom,
    right (exclusive) in px of the canvas, clipped to it; None for a network whose receptive fields
    are not known.
    """

    picture: int
    name: str
    size_px: float
    response: float
    field: Field | None


@dataclass(frozen=True, eq=False)
class Card:
    """A unit over all sizes: float64 (sizes,) each.

    ``mean``, ``median`` and the quartiles ``low`` and ``high`` are over the pictures; the tuning
    curve is the mean, as in the map of its layer. ``patches``: for every size, the pictures with
    the strongest response, best first. ``half_maximum_px``: where the curve falls to half its
    largest value below and above the preferred size, None where the range ends before.
    """

    layer: str
    unit: int
    sizes_px: Line
    mean: Line
    median: Line
    low: Line
    high: Line
    half_maximum_px: tuple[float | None, float | None]
    patches: tuple[tuple[Patch, ...], ...]

    @property
    def preferred_px(self) -> float | None:
        """The size with the largest mean response; None for a unit without response."""
        if self.mean.max() <= MIN_RESPONSE:
            return None
        return float(self.sizes_px[int(self.mean.argmax())])

    @property
    def bandwidth_octaves(self) -> float | None:
        """Octaves between the half heights; None where it extends beyond the range of sizes."""
        low, high = self.half_maximum_px
        return None if low is None or high is None else math.log2(high / low)


def _padding(side: int, kernel: int, stride: int, same: bool) -> int:
    """Cells added above and on the left: TensorFlow's 'same', or what keeps an odd kernel's side.

    Source of 'same': the notes on padding in TensorFlow's documentation of tf.nn.
    """
    if same:
        return max((math.ceil(side / stride) - 1) * stride + kernel - side, 0) // 2
    return (kernel - 1) // 2


def first_pixels(network: Network, canvas_px: int) -> dict[str, int]:
    """The first row (and column) of cell 0's receptive field, by layer; {} where not known.

    It is 0 or negative: padding lies outside of the picture.

    Kernel and stride of every step follow from the layers' strides and receptive fields, of
    which one convolution or pooling each lies between two layers.
    """
    if any(layer.stride_px == 0 for layer in network.layers):
        return {}
    same = network.layout is not None and network.layout.same
    side, jump, receptive_field, start = canvas_px, 1, 1, 0
    starts = {}
    for layer in network.layers:
        kernel = (layer.receptive_field_px - receptive_field) // jump + 1
        stride = layer.stride_px // jump
        start -= _padding(side, kernel, stride, same) * jump
        side, jump = math.ceil(side / stride), layer.stride_px
        receptive_field = layer.receptive_field_px
        starts[layer.name] = start
    return starts


def field(layer: Layer, start: int, cell: tuple[int, int], canvas_px: int) -> Field:
    """The receptive field of a cell (row, column): top, left, bottom, right (exclusive) in px.

    Clipped to the canvas. ``start``: the layer's of :func:`first_pixels`.
    """
    top, left = (start + index * layer.stride_px for index in cell)
    bottom, right = (low + layer.receptive_field_px for low in (top, left))
    return max(0, top), max(0, left), min(canvas_px, bottom), min(canvas_px, right)


def _patches(
    responses: Responses, network: Network, name: str, unit: int, best: int
) -> tuple[tuple[Patch, ...], ...]:
    canvas, layer = responses.settings.canvas_px, network.layer(name)
    start = first_pixels(network, canvas).get(name)
    heights, cells = responses.response[name][:, :, unit], responses.cells[name][:, :, unit]

    def patch(picture: int, size: int) -> Patch:
        row, column = cells[picture, size].tolist()
        shown = None if start is None else field(layer, start, (row, column), canvas)
        response, size_px = float(heights[picture, size]), float(responses.sizes_px[size])
        return Patch(picture, responses.subjects[picture].name, size_px, response, shown)

    order = np.argsort(-heights, axis=0, kind="stable")[:best]
    return tuple(
        tuple(patch(int(picture), size) for picture in order[:, size])
        for size in range(len(responses.sizes_px))
    )


def card(responses: Responses, network: Network, layer: str, unit: int, best: int = 3) -> Card:
    """Measure a unit's tuning curve and its ``best`` patches at each size.

    Raises UserError for a layer or a unit that does not exist.
    """
    if not 0 <= unit < network.layer(layer).channels:
        last = network.layer(layer).channels - 1
        raise UserError(f"unit {unit} is not at {layer}; give one from 0 to {last}")
    curves = responses.response[layer][:, :, unit].astype(np.float64)
    mean = curves.mean(axis=0)
    low, high = np.percentile(curves, QUARTILES, axis=0)
    silent = mean.max() <= MIN_RESPONSE
    return Card(
        layer=layer,
        unit=unit,
        sizes_px=responses.sizes_px,
        mean=mean,
        median=np.median(curves, axis=0),
        low=low,
        high=high,
        half_maximum_px=(None, None) if silent else half_maximum_sizes(responses.sizes_px, mean),
        patches=_patches(responses, network, layer, unit, best),
    )
