"""All ranges of sizes in which a curve lies above a line, and nothing beyond the sizes tried."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..formatting import join_with_and, pixels

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class TriedRange:
    """Neighbors among the sizes that were tried, from the first to the last that qualify, px.

    ``peak_px`` and ``peak``: where the curve is highest within them, and how high.
    ``open_below`` and ``open_above``: whether it ends only because the sizes that were tried do.
    """

    low_px: float
    high_px: float
    peak_px: float
    peak: float
    open_below: bool
    open_above: bool

    @property
    def phrase(self) -> str:
        """Give the range in words: 'from 6 px to 20 px', or 'at 24 px' for a single size."""
        if self.low_px == self.high_px:
            return f"at {pixels(self.low_px)}"
        return f"from {pixels(self.low_px)} to {pixels(self.high_px)}"


def ranges_where(qualifies: Flags, sizes_px: Numbers, values: Numbers) -> list[TriedRange]:
    """Join neighboring sizes that qualify into ranges, in ascending order.

    ``qualifies``: bool (n,), such as ``values > line``; ``sizes_px``, ascending, and ``values``:
    float64 (n,).
    """
    indices = np.flatnonzero(qualifies)
    runs = np.split(indices, np.flatnonzero(np.diff(indices) > 1) + 1)
    return [_range(run, sizes_px, values) for run in runs if len(run)]


def _range(run: NDArray[np.intp], sizes_px: Numbers, values: Numbers) -> TriedRange:
    first, last = int(run[0]), int(run[-1])
    peak = first + int(np.argmax(values[first : last + 1]))
    return TriedRange(
        low_px=float(sizes_px[first]),
        high_px=float(sizes_px[last]),
        peak_px=float(sizes_px[peak]),
        peak=float(values[peak]),
        open_below=first == 0,
        open_above=last == len(sizes_px) - 1,
    )


def ranges_phrase(ranges: list[TriedRange], count: int) -> str:
    """Join ranges in words: 'from 6 px to 20 px and at 34 px'.

    'at none of the 17 sizes' of the ``count`` that were tried where there is no range.
    """
    return join_with_and([each.phrase for each in ranges]) or f"at none of the {count} sizes"
