"""The range around the maximum of a tuning curve in which it stays above half of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]


def half_maximum_sizes(sizes_px: Line, curve: Line) -> tuple[float | None, float | None]:
    """Find where a curve falls to half its maximum, below and above it, in px.

    ``sizes_px`` and ``curve``: float64 (sizes,), sizes ascending. Interpolates linearly over
    log2(size); a side is None where the curve does not fall that far within the sizes.
    """
    peak, half = int(curve.argmax()), curve.max() / 2
    below = [index for index in range(peak) if curve[index] < half]
    above = [index for index in range(peak + 1, len(curve)) if curve[index] < half]

    def crossing(outside: int, inside: int) -> float:
        fraction = (half - curve[outside]) / (curve[inside] - curve[outside])
        octaves = np.log2(sizes_px[[outside, inside]])
        return float(2 ** (octaves[0] + fraction * (octaves[1] - octaves[0])))

    low = crossing(below[-1], below[-1] + 1) if below else None
    high = crossing(above[0], above[0] - 1) if above else None
    return low, high
