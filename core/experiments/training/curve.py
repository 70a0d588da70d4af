"""Numbers of a curve of accuracy over size: its peak, its width, and what lies between two sizes.

Between the sizes that were tested, all of them are read off straight lines over log2 of the size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class HalfMaximumRange:
    """Where a curve stays at half of its peak or more, without a gap, around the peak.

    ``low_px`` and ``high_px`` are the ends; ``is_cut_low`` and ``is_cut_high`` tell that the curve
    has not fallen below half there yet, because no smaller or larger size was tested.
    """

    peak: float
    peak_px: float
    low_px: float
    high_px: float
    is_cut_low: bool
    is_cut_high: bool

    @property
    def octaves(self) -> float:
        """The width, log2 of the ends' ratio."""
        return float(np.log2(self.high_px / self.low_px))

    @property
    def is_cut(self) -> bool:
        """Whether it extends beyond the tested sizes, at either end."""
        return self.is_cut_low or self.is_cut_high


def interpolate(sizes_px: Curve, values: Curve, px: float) -> float | None:
    """Interpolate over log2 of the size at ``px``; None outside the sizes.

    ``sizes_px``: float64 (sizes,), ascending; ``values``: float64 (sizes,).
    """
    if not sizes_px[0] <= px <= sizes_px[-1]:
        return None
    return float(np.interp(np.log2(px), np.log2(sizes_px), values))


def values_in_range(sizes_px: Curve, values: Curve, low_px: float, high_px: float) -> Curve:
    """Give the values at ``low_px``, at the sizes between, and at ``high_px``: float64, in order.

    ``sizes_px``: float64 (sizes,), ascending; ``values``: float64 (sizes,).

    Ends outside the sizes that were tested are moved to the nearest of those; empty where nothing
    of the range was tested.
    """
    low, high = max(low_px, sizes_px[0]), min(high_px, sizes_px[-1])
    if low > high:
        return np.empty(0)
    inner = sizes_px[(sizes_px > low) & (sizes_px < high)]
    return np.interp(np.log2([low, *inner, high]), np.log2(sizes_px), values)


def _crossing(sizes_px: Curve, values: Curve, inside: int, outside: int, level: float) -> float:
    """The size between two neighbors at which the line between them is at ``level``."""
    share = (values[inside] - level) / (values[inside] - values[outside])
    return float(sizes_px[inside] * (sizes_px[outside] / sizes_px[inside]) ** share)


def half_maximum_range(
    sizes_px: Curve, values: Curve, level: float | None = None
) -> HalfMaximumRange:
    """Find where a curve is at least half of its maximum, around the maximum.

    ``sizes_px``: float64 (sizes,), ascending; ``values``: float64 (sizes,). ``level``: in place of
    half of the maximum, and no higher than the maximum.
    """
    top = int(values.argmax())
    level = values[top] / 2 if level is None else level
    low = high = top
    while low > 0 and values[low - 1] >= level:
        low -= 1
    while high < len(values) - 1 and values[high + 1] >= level:
        high += 1
    cut_low, cut_high = low == 0, high == len(values) - 1
    ends = (
        float(sizes_px[0]) if cut_low else _crossing(sizes_px, values, low, low - 1, level),
        float(sizes_px[-1]) if cut_high else _crossing(sizes_px, values, high, high + 1, level),
    )
    return HalfMaximumRange(float(values[top]), float(sizes_px[top]), *ends, cut_low, cut_high)
