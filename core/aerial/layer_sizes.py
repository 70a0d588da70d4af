"""The object sizes that each layer of a network responds to, read from one measurement.

``assets/measured/layer_sizes.json`` holds a curve per layer: its response per covered cell to
objects of 16 to 181 px, for trained and for shuffled weights, see
:mod:`core.experiments.calculator.layer_tuning`. A layer's **range** is where its curve stays within
a tenth of its maximum; its **preferred size** is the geometric center of that range. A plateau has
no distinct peak, and its center moves less than the argmax when pictures change. A range that
reaches the smallest or the largest measured size is cut off there and may continue.

Nothing here needs torch or the table of networks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..errors import UserError
from ..paths import ASSETS

FILE = ASSETS / "measured" / "layer_sizes.json"

RANGE_LEVEL = 0.9  # of the maximum response: the sizes of a layer's range
WIDE_OCTAVES = 3.0  # a range of at least this many octaves is no preference


@dataclass(frozen=True)
class SizeRange:
    """Sizes from ``low_px`` to ``high_px`` at the network's input, in pixels.

    ``open_below`` and ``open_above``: whether the range ends only because the measured sizes end.
    """

    low_px: float
    high_px: float
    open_below: bool
    open_above: bool

    @property
    def preferred_px(self) -> float:
        """The geometric center of the range, in pixels at the network's input."""
        return math.sqrt(self.low_px * self.high_px)

    @property
    def octaves(self) -> float:
        """The width of the range in octaves."""
        return math.log2(self.high_px / self.low_px)

    @property
    def is_wide(self) -> bool:
        """Whether the range is too wide to count as a preference."""
        return self.octaves >= WIDE_OCTAVES

    def target_px(self, size_px: float) -> float:
        """Return the preferred size; of a wide range, the size in it nearest to ``size_px``."""
        if self.is_wide:
            return min(max(size_px, self.low_px), self.high_px)
        return self.preferred_px


@dataclass(frozen=True)
class LayerSizes:
    """One layer: its response ``curve`` over the measured sizes, in [0, 1], and the size ranges.

    ``curve`` and ``trained`` are those of the trained weights, ``shuffled`` is the control.
    """

    name: str
    title: str
    curve: tuple[float, ...]
    trained: SizeRange
    shuffled: SizeRange


@dataclass(frozen=True)
class NetworkSizes:
    """The layers of a network, from the input to the output. ``sizes_px``: what was measured."""

    slug: str
    title: str
    input_px: int
    sizes_px: tuple[float, ...]
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


def _crossing(sizes: Sequence[float], curve: Sequence[float], inside: int, outside: int) -> float:
    """Find where the curve crosses the range level, linear in log2 of size between neighbors."""
    level = RANGE_LEVEL * max(curve)
    fraction = (curve[inside] - level) / (curve[inside] - curve[outside])
    return float(sizes[inside] * (sizes[outside] / sizes[inside]) ** fraction)


def range_of(sizes: Sequence[float], curve: Sequence[float]) -> SizeRange:
    """Find the sizes around the peak at which a curve stays within a tenth of its maximum.

    ``sizes`` ascending px, ``curve`` as long, nonnegative, not all zero. Of equal peaks the one at
    the smallest size counts. A second peak beyond a dip is left out.
    """
    low = high = max(range(len(curve)), key=lambda index: curve[index])
    level = RANGE_LEVEL * curve[low]
    while low > 0 and curve[low - 1] >= level:
        low -= 1
    while high < len(curve) - 1 and curve[high + 1] >= level:
        high += 1
    open_below, open_above = low == 0, high == len(curve) - 1
    return SizeRange(
        sizes[0] if open_below else _crossing(sizes, curve, low, low - 1),
        sizes[-1] if open_above else _crossing(sizes, curve, high, high + 1),
        open_below,
        open_above,
    )


def _layer_sizes(name: str, entry: Mapping[str, Any], sizes: tuple[float, ...]) -> LayerSizes:
    return LayerSizes(
        name,
        entry["title"],
        tuple(entry["trained"]),
        range_of(sizes, entry["trained"]),
        range_of(sizes, entry["shuffled"]),
    )


@cache
def measured_networks() -> dict[str, NetworkSizes]:
    """Read the measurement of every network, by slug."""
    content = json.loads(FILE.read_text(encoding="utf-8"))
    sizes = tuple(content["sizes_px"])
    return {
        slug: NetworkSizes(
            slug=slug,
            title=entry["title"],
            input_px=entry["input_px"],
            sizes_px=sizes,
            layers=tuple(
                _layer_sizes(name, layer, sizes) for name, layer in entry["layers"].items()
            ),
        )
        for slug, entry in content["networks"].items()
    }
