"""The object sizes that each layer of a network responds to, read from one measurement.

``assets/measured/layer_sizes.json`` holds curves of every layer: its response per covered cell to
objects of 8 to 256 px, for trained weights one curve per picture, for shuffled weights one per
random seed; see :mod:`core.experiments.calculator.layer_tuning`. A layer's curve is the mean over
pictures. Its **ranges** are the sizes at which the curve is within a tenth of its maximum. A range
that reaches the smallest or the largest tested size is cut off there and may continue. The **best
size** is the geometric center of the range with the maximum: a plateau has no distinct peak, and
its center moves less than the argmax when pictures change. A layer has one only where no range is
cut off, since the maximum may then lie beyond, and that range is narrow enough for a preference.

Nothing here needs torch or the table of networks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import UserError
from ..paths import ASSETS

Curves = NDArray[np.float64]

FILE = ASSETS / "measured" / "layer_sizes.json"

RANGE_LEVEL = 0.9  # of the maximum response: the sizes of a layer's ranges
WIDE_OCTAVES = 3.0  # a range of at least this many octaves is no preference

CUT_OFF, WIDE = "cut off", "wide"  # why a curve has no best size


@dataclass(frozen=True)
class SizeRange:
    """Sizes from ``low_px`` to ``high_px`` at the network's input, in pixels.

    ``open_below`` and ``open_above``: whether the range ends only because the tested sizes end.
    """

    low_px: float
    high_px: float
    open_below: bool = False
    open_above: bool = False

    @property
    def is_cut_off(self) -> bool:
        """Whether it ends only because the tested sizes end, on either side."""
        return self.open_below or self.open_above

    @property
    def center_px(self) -> float:
        """The geometric center of the range, in pixels at the network's input."""
        return math.sqrt(self.low_px * self.high_px)

    @property
    def octaves(self) -> float:
        """The width of the range in octaves."""
        return math.log2(self.high_px / self.low_px)


def _crossing(sizes: Sequence[float], curve: Sequence[float], inside: int, outside: int) -> float:
    """Find where the curve crosses the range level, linear in log2 of size between neighbors."""
    level = RANGE_LEVEL * max(curve)
    fraction = (curve[inside] - level) / (curve[inside] - curve[outside])
    return float(sizes[inside] * (sizes[outside] / sizes[inside]) ** fraction)


def ranges_of(sizes: Sequence[float], curve: Sequence[float]) -> tuple[SizeRange, ...]:
    """Find all sizes at which a curve is within a tenth of its maximum, the smallest first.

    ``sizes`` ascending px, ``curve`` as long, nonnegative, not all zero.
    """
    last, level = len(curve) - 1, RANGE_LEVEL * max(curve)
    inside = [index for index, value in enumerate(curve) if value >= level]
    starts = [index for index in inside if index - 1 not in inside]
    stops = [index for index in inside if index + 1 not in inside]
    return tuple(
        SizeRange(
            sizes[0] if low == 0 else _crossing(sizes, curve, low, low - 1),
            sizes[last] if high == last else _crossing(sizes, curve, high, high + 1),
            low == 0,
            high == last,
        )
        for low, high in zip(starts, stops, strict=True)
    )


def range_with_peak(ranges: Sequence[SizeRange], peak_px: float) -> SizeRange:
    """Return the range that holds the size of the largest response."""
    return next(one for one in ranges if one.low_px <= peak_px <= one.high_px)


def best_size(sizes: Sequence[float], curve: Sequence[float]) -> tuple[float | None, str]:
    """Find the best size in px, with arguments as of :func:`ranges_of`.

    Returns (size, ""), or (None, reason) where there is none; the reason is one of the constants
    above.
    """
    ranges = ranges_of(sizes, curve)
    if any(one.is_cut_off for one in ranges):
        return None, CUT_OFF
    peak = range_with_peak(ranges, sizes[max(range(len(curve)), key=lambda index: curve[index])])
    return (None, WIDE) if peak.octaves >= WIDE_OCTAVES else (peak.center_px, "")


def response_at(sizes: Sequence[float], curves: Curves, size_px: float) -> Curves:
    """Interpolate curves (..., sizes) at a size, linear in log2 of size between tested sizes.

    ``size_px`` lies within ``sizes``, which are ascending. Returns (...,).
    """
    upper = min(max(1, int(np.searchsorted(sizes, size_px))), len(sizes) - 1)
    below, above = sizes[upper - 1], sizes[upper]
    part = math.log2(size_px / below) / math.log2(above / below)
    response: Curves = (1 - part) * curves[..., upper - 1] + part * curves[..., upper]
    return response


@dataclass(frozen=True, eq=False)
class LayerSizes:
    """One layer and its responses, nonnegative, as float64.

    ``sizes_px``: the tested sizes; ``pictures``: (pictures, sizes) with trained weights;
    ``shuffled``: (seeds, sizes), means over the pictures with the weights in random order.
    """

    name: str
    title: str
    sizes_px: tuple[float, ...]
    pictures: Curves
    shuffled: Curves

    @cached_property
    def curve(self) -> Curves:
        """The mean over pictures: float64 (sizes,)."""
        mean: Curves = self.pictures.mean(axis=0)
        return mean

    @cached_property
    def ranges(self) -> tuple[SizeRange, ...]:
        """The sizes at which the curve is within a tenth of its maximum."""
        return ranges_of(self.sizes_px, self.curve.tolist())

    @property
    def peak_range(self) -> SizeRange:
        """The range that holds the largest response at a tested size."""
        return range_with_peak(self.ranges, self.sizes_px[int(self.curve.argmax())])

    @cached_property
    def shuffled_best_px(self) -> tuple[float | None, ...]:
        """The best size in px for every seed of the shuffled weights; None where there is none."""
        return tuple(best_size(self.sizes_px, curve)[0] for curve in self.shuffled.tolist())

    def is_tested(self, size_px: float) -> bool:
        """Whether a size lies within the tested sizes."""
        return self.sizes_px[0] <= size_px <= self.sizes_px[-1]


@dataclass(frozen=True, eq=False)
class NetworkSizes:
    """The layers of a network, from the input to the output.

    ``sizes_px``: the tested sizes, ascending; ``pictures``: the names of the bundled objects.
    """

    slug: str
    title: str
    input_px: int
    sizes_px: tuple[float, ...]
    pictures: tuple[str, ...]
    layers: tuple[LayerSizes, ...]

    def layer(self, name: str) -> LayerSizes:
        """Return a layer by name; 'auto' is the last. Raises UserError for another name."""
        if name == "auto":
            return self.layers[-1]
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise UserError(f"{self.title} has no layer '{name}'; it has {', '.join(self.names)}.")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the layers."""
        return tuple(layer.name for layer in self.layers)


def _network_sizes(
    slug: str, entry: Mapping[str, Any], sizes: tuple[float, ...], pictures: tuple[str, ...]
) -> NetworkSizes:
    layers = tuple(
        LayerSizes(
            name,
            layer["title"],
            sizes,
            np.array(layer["trained"], dtype=np.float64).reshape(-1, len(sizes)),
            np.array(layer["shuffled"], dtype=np.float64).reshape(-1, len(sizes)),
        )
        for name, layer in entry["layers"].items()
    )
    return NetworkSizes(slug, entry["title"], entry["input_px"], sizes, pictures, layers)


@cache
def measured_networks() -> dict[str, NetworkSizes]:
    """Read the measurement of every network, by slug."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    sizes, pictures = tuple(content["sizes_px"]), tuple(content["pictures"])
    return {
        slug: _network_sizes(slug, entry, sizes, pictures)
        for slug, entry in content["networks"].items()
    }
