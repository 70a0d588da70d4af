"""Tolerances of all layers to all bundled objects, for a network and its shuffled copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ....networks import Network

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Protocol:
    """What is measured: these objects at these sizes in px, ascending, the reference size last.

    ``shifts``: one-pixel shifts at each size, whose mean counts. The objects are of different
    photographs; the baseline of each is its similarity to the others.
    """

    objects: tuple[str, ...]
    sizes_px: tuple[float, ...]
    shifts: int

    @property
    def reference_px(self) -> float:
        """The size that all others are compared with, px."""
        return self.sizes_px[-1]

    @property
    def range_octaves(self) -> float:
        """Octaves from the reference size down to the smallest: the largest tolerance measured."""
        return float(np.log2(self.sizes_px[-1] / self.sizes_px[0]))


@dataclass(frozen=True, eq=False)
class Tolerances:
    """Tolerances in octaves: how far an object may shrink until its corrected similarity halves.

    ``trained``: float64 (objects, layers); ``shuffled``: (copies, objects, layers), one copy for
    each random seed. Infinite where the range of sizes ends before the tolerance does; NaN where it
    is undefined, without any activation.
    """

    network: Network
    protocol: Protocol
    layers: tuple[str, ...]
    trained: Numbers
    shuffled: Numbers

    @property
    def copies(self) -> int:
        """The number of shuffled copies."""
        return len(self.shuffled)
