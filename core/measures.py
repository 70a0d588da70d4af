"""How alike two activations are, and where in a map an object shows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.receptive import Geometry

Map = NDArray[np.float32]

ROUNDING = 1e-5  # relative, of float32 sums over a window
SAME_COSINE = 0.99  # from here on two neighbourhoods count as the same pattern ...
SAME_PEAK = 0.05  # ... if their peaks differ by no more than this fraction of the larger one


def cosine(first: Map, second: Map) -> float | None:
    """Cosine of the angle between two arrays of one shape; None when either is all zero."""
    a, b = first.ravel().astype(np.float64), second.ravel().astype(np.float64)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return None if scale == 0 else min(1.0, max(-1.0, float(a @ b) / scale))


def cells_that_see(level: Geometry, box: tuple[float, float, float, float]) -> tuple[slice, slice]:
    """The block of cells whose receptive field touches a box (top, left, bottom, right) in px."""
    spans = []
    for axis, (low, high) in enumerate(((box[0], box[2]), (box[1], box[3]))):
        start, stride, size = level.start[axis], level.stride[axis], level.size[axis]
        first = int(np.floor((low - start - size) / stride)) + 1
        last = int(np.ceil((high - start) / stride))
        spans.append(slice(max(0, first), max(0, min(level.shape[axis], last))))
    return spans[0], spans[1]


def peak_cell(values: Map, block: tuple[slice, slice]) -> tuple[int, int] | None:
    """Row and column of the largest value within a block, the first of equal ones.

    Equal means equal but for rounding. None when the block is empty.
    """
    part = values[block]
    if part.size == 0:
        return None
    largest = part >= part.max() - ROUNDING * abs(part.max())
    row, column = divmod(int(largest.argmax()), part.shape[1])
    return row + block[0].start, column + block[1].start


def neighbourhood(values: Map, cell: tuple[int, int], reach: int = 1) -> Map:
    """The (2 reach + 1) squared cells around one, zero beyond the map's edge."""
    side = 2 * reach + 1
    around = np.zeros((side, side), dtype=np.float32)
    low = [max(0, at - reach) for at in cell]
    high = [min(values.shape[axis], cell[axis] + reach + 1) for axis in (0, 1)]
    top, left = low[0] - cell[0] + reach, low[1] - cell[1] + reach
    part = values[low[0] : high[0], low[1] : high[1]]
    around[top : top + part.shape[0], left : left + part.shape[1]] = part
    return around


def are_same(similarity: float | None, peaks: tuple[float, float]) -> bool:
    """Whether two neighbourhoods count as the same: in pattern (cosine) and in strength (peak)."""
    larger = max(abs(peaks[0]), abs(peaks[1]))
    if similarity is None or larger == 0:
        return False
    return similarity >= SAME_COSINE and abs(peaks[0] - peaks[1]) <= SAME_PEAK * larger
