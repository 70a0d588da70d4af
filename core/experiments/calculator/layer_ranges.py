"""Which sizes each layer of a network answers best, read from what was measured once.

``assets/measured/layer_sizes.json`` holds a curve per layer: its response per covered cell to
objects of 16 to 181 px, for trained and for shuffled weights, see
:mod:`core.experiments.calculator.layer_tuning`. A layer's **range** is where its curve stays within a
tenth of its highest value, its **best size** the geometric middle of that range: a plateau has no
peak worth the name, and its middle moves less than the argmax when pictures change. A range that
reaches the smallest or the largest size measured is cut off there and may go on.

Nothing here needs torch or the table of networks.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ...errors import UserError
from ...paths import ASSETS

FILE = ASSETS / "measured" / "layer_sizes.json"

NEARLY = 0.9  # of the highest response: the sizes of a layer's range
WIDE_OCTAVES = 3.0  # a range of at least so many octaves is no preference


@dataclass(frozen=True)
class Range:
    """``best_px``: the geometric middle of ``low_px`` to ``high_px``. ``open_below`` and
    ``open_above``: whether the sizes that were measured end there."""

    low_px: float
    high_px: float
    open_below: bool
    open_above: bool

    @property
    def best_px(self) -> float:
        """The size at which the layer answers best, in pixels at the network's input."""
        return math.sqrt(self.low_px * self.high_px)

    @property
    def octaves(self) -> float:
        """How wide it is."""
        return math.log2(self.high_px / self.low_px)

    @property
    def is_wide(self) -> bool:
        """Whether the layer has no preference to speak of."""
        return self.octaves >= WIDE_OCTAVES

    def wanted_px(self, size_px: float) -> float:
        """The best size, or without a preference the size of the range nearest to ``size_px``."""
        return min(max(size_px, self.low_px), self.high_px) if self.is_wide else self.best_px


@dataclass(frozen=True)
class Layer:
    """One layer: ``curve`` over the table's sizes, and the range it answers, trained and not."""

    name: str
    title: str
    curve: tuple[float, ...]
    trained: Range
    shuffled: Range


@dataclass(frozen=True)
class Measured:
    """A network's layers, from the input to the output."""

    slug: str
    title: str
    input_px: int
    sizes_px: tuple[float, ...]
    layers: tuple[Layer, ...]

    def layer(self, name: str) -> Layer:
        """The layer of that name; 'auto' is the last. Raises UserError for another."""
        if name == "auto":
            return self.layers[-1]
        found = next((layer for layer in self.layers if layer.name == name), None)
        if found is None:
            names = ", ".join(layer.name for layer in self.layers)
            raise UserError(f"{self.title} has no layer '{name}'; it has {names}.")
        return found


def _crossing(sizes: Sequence[float], curve: Sequence[float], inside: int, out: int) -> float:
    """Where the curve falls below the least, between two neighbours, linear in log2 of size."""
    least = NEARLY * max(curve)
    share = (curve[inside] - least) / (curve[inside] - curve[out])
    return float(sizes[inside] * (sizes[out] / sizes[inside]) ** share)


def range_of(sizes: Sequence[float], curve: Sequence[float]) -> Range:
    """The sizes around the peak at which a curve stays within a tenth of its highest value.

    ``sizes`` ascending px, ``curve`` as long, at least 0 and somewhere above. Of equal peaks the
    smallest size counts. A second hump beyond a dip is left out.
    """
    low = high = max(range(len(curve)), key=lambda at: curve[at])
    least = NEARLY * curve[low]
    while low > 0 and curve[low - 1] >= least:
        low -= 1
    while high < len(curve) - 1 and curve[high + 1] >= least:
        high += 1
    below, above = low == 0, high == len(curve) - 1
    return Range(
        sizes[0] if below else _crossing(sizes, curve, low, low - 1),
        sizes[-1] if above else _crossing(sizes, curve, high, high + 1),
        below,
        above,
    )


@cache
def measured() -> dict[str, Measured]:
    """Every network that was measured, by slug."""
    known = json.loads(FILE.read_text(encoding="utf-8"))
    sizes = tuple(known["sizes_px"])
    return {
        slug: Measured(
            slug=slug,
            title=net["title"],
            input_px=net["input_px"],
            sizes_px=sizes,
            layers=tuple(
                Layer(
                    name,
                    one["title"],
                    tuple(one["trained"]),
                    range_of(sizes, one["trained"]),
                    range_of(sizes, one["shuffled"]),
                )
                for name, one in net["layers"].items()
            ),
        )
        for slug, net in known["networks"].items()
    }
