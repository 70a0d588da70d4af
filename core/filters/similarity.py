"""Similarity of activations, and the peak response of a map to an object."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .receptive_field import Geometry

Map = NDArray[np.float32]

ROUNDING = 1e-5  # relative, of float32 sums over a window
SAME_COSINE = 0.99  # two patches with at least this cosine count as the same pattern ...
SAME_PEAK = 0.05  # ... and as the same if their peaks differ by at most this fraction


def cosine(first: Map, second: Map) -> float | None:
    """Compute the cosine of two maps, float32 (rows, columns) or any other shape that they share.

    In [-1, 1]; None if either is all zero.
    """
    a, b = first.ravel().astype(np.float64), second.ravel().astype(np.float64)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return None if scale == 0 else min(1.0, max(-1.0, float(a @ b) / scale))


def cells_that_see(level: Geometry, box: tuple[float, float, float, float]) -> tuple[slice, slice]:
    """Find the rows and columns of cells whose receptive field overlaps a box.

    ``box``: top, left, bottom and right, in px.
    """
    spans = []
    for axis, (low, high) in enumerate(((box[0], box[2]), (box[1], box[3]))):
        start, stride, size = level.start[axis], level.stride[axis], level.size[axis]
        first = int(np.floor((low - start - size) / stride)) + 1
        last = int(np.ceil((high - start) / stride))
        spans.append(slice(max(0, first), max(0, min(level.shape[axis], last))))
    return spans[0], spans[1]


def peaks(maps: Map, block: tuple[slice, slice]) -> tuple[Map, NDArray[np.intp]] | None:
    """Find the largest value of each map within a block, and the first cell that has it.

    ``maps``: float32 (n, rows, columns). Returns values (n,) and cells (n, 2), in rows and columns
    of the whole maps; values that differ by rounding alone count as equal. None when the block is
    empty.
    """
    part = maps[:, block[0], block[1]]
    if part.size == 0:
        return None
    flat = part.reshape(len(maps), -1)
    top = flat.max(axis=1)
    first = (flat >= (top - ROUNDING * np.abs(top))[:, None]).argmax(axis=1)
    rows, columns = np.divmod(first, part.shape[2])
    cells = np.stack([rows + block[0].start, columns + block[1].start], axis=1)
    return maps[np.arange(len(maps)), cells[:, 0], cells[:, 1]], cells


def neighborhoods(maps: Map, cells: NDArray[np.intp], radius: int = 1) -> Map:
    """Cut the square of cells around one cell out of each map, zero beyond the map's edge.

    ``maps``: float32 (n, rows, columns); ``cells``: (n, 2). Returns float32 (n, side, side) with
    ``side = 2 * radius + 1``.
    """
    steps = np.arange(-radius, radius + 1)
    rows, columns = (cells[:, axis, None] + steps for axis in (0, 1))
    inside = [
        (index >= 0) & (index < side)
        for index, side in zip((rows, columns), maps.shape[1:], strict=True)
    ]
    # A cell beyond the edge reads another one, whose value is then multiplied by zero.
    rows, columns = rows * inside[0], columns * inside[1]
    patches = maps[np.arange(len(maps))[:, None, None], rows[:, :, None], columns[:, None, :]]
    return np.asarray(patches * inside[0][:, :, None] * inside[1][:, None, :], dtype=np.float32)


def are_same(similarity: float | None, peaks: tuple[float, float]) -> bool:
    """Decide whether two patches count as the same in pattern (cosine) and magnitude (peak)."""
    larger = max(abs(peaks[0]), abs(peaks[1]))
    if similarity is None or larger == 0:
        return False
    return similarity >= SAME_COSINE and abs(peaks[0] - peaks[1]) <= SAME_PEAK * larger
