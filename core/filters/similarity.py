"""Similarity of activations, and the peak response of a map to an object."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .receptive_field import Geometry

Map = NDArray[np.float32]
Boxes = NDArray[np.float64]

ROUNDING = 1e-5  # relative, of float32 sums over a window
OUTSIDE = -1000  # a row and column beyond every map
SAME_COSINE = 0.99  # two patches with at least this cosine count as the same pattern ...
SAME_PEAK = 0.05  # ... and as the same if their peaks differ by at most this fraction


def cosine(first: Map, second: Map) -> float | None:
    """Compute the cosine of two maps, float32 (rows, columns) or any other shape that they share.

    In [-1, 1]; None if either is all zero.
    """
    a, b = first.ravel().astype(np.float64), second.ravel().astype(np.float64)
    scale = float(np.sqrt((a @ a) * (b @ b)))
    return None if scale == 0 else min(1.0, max(-1.0, float(a @ b) / scale))


def _spans(level: Geometry, boxes: Boxes) -> NDArray[np.intp]:
    """First and last (exclusive) row, then column, of the cells that see each box: (n, 4)."""
    spans = []
    for axis in (0, 1):
        start, stride, size = level.start[axis], level.stride[axis], level.size[axis]
        first = np.floor((boxes[:, axis] - start - size) / stride) + 1
        last = np.ceil((boxes[:, axis + 2] - start) / stride)
        spans += [np.maximum(first, 0), np.clip(last, 0, level.shape[axis])]
    return np.stack(spans, axis=1).astype(np.intp)


def cells_that_see(level: Geometry, box: tuple[float, float, float, float]) -> tuple[slice, slice]:
    """Find the rows and columns of cells whose receptive field overlaps a box.

    ``box``: top, left, bottom and right, in px.
    """
    top, bottom, left, right = _spans(level, np.array([box], dtype=np.float64))[0].tolist()
    return slice(top, bottom), slice(left, right)


def peaks(maps: Map, level: Geometry, boxes: Boxes | None = None) -> tuple[Map, NDArray[np.intp]]:
    """Find the largest value of each map among the cells that see a box, and the first such cell.

    ``maps``: float32 (n, rows, columns); ``boxes``: float64 (n, 4), the top, left, bottom and right
    of each map's own, in px; without them, among all cells. Returns values (n,) and cells (n, 2),
    rows and columns; values that differ by rounding alone count as equal. Where no cell sees a box,
    0 and a cell far outside.
    """
    if boxes is None:
        return _first_of_largest(maps, maps.reshape(len(maps), -1))
    spans = _spans(level, boxes)
    seen = (spans[:, 0] < spans[:, 1]) & (spans[:, 2] < spans[:, 3])
    values = np.zeros(len(maps), dtype=np.float32)
    cells = np.full((len(maps), 2), OUTSIDE, dtype=np.intp)
    if seen.any():
        values[seen], cells[seen] = _largest(maps[seen], spans[seen])
    return values, cells


def _first_of_largest(maps: Map, flat: Map) -> tuple[Map, NDArray[np.intp]]:
    """Value and cell of the largest; ``flat``: (n, rows * columns), where cells may be masked."""
    largest = flat.max(axis=1)
    first = (flat >= (largest - ROUNDING * np.abs(largest))[:, None]).argmax(axis=1)
    cells = np.stack(np.divmod(first, maps.shape[2]), axis=1)
    return maps[np.arange(len(maps)), cells[:, 0], cells[:, 1]], cells


def _largest(maps: Map, spans: NDArray[np.intp]) -> tuple[Map, NDArray[np.intp]]:
    top, left = spans[:, 0].min(), spans[:, 2].min()
    part = maps[:, top : spans[:, 1].max(), left : spans[:, 3].max()]
    rows, columns = top + np.arange(part.shape[1]), left + np.arange(part.shape[2])
    down = (rows >= spans[:, 0, None]) & (rows < spans[:, 1, None])
    across = (columns >= spans[:, 2, None]) & (columns < spans[:, 3, None])
    inside = down[:, :, None] & across[:, None, :]
    masked = np.where(inside, part, np.float32(-np.inf)).reshape(len(maps), -1)
    values, cells = _first_of_largest(part, masked)
    return values, cells + np.array([top, left])


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


def cosines(first: Map, second: Map) -> NDArray[np.float64]:
    """Compute the cosine of each pair of float32 (n, rows, columns); NaN where one is all zero."""
    a, b = (maps.reshape(len(maps), -1).astype(np.float64) for maps in (first, second))
    scale = np.sqrt((a * a).sum(axis=1) * (b * b).sum(axis=1))
    with np.errstate(invalid="ignore"):
        return np.asarray(np.clip((a * b).sum(axis=1) / scale, -1, 1))


def differences(similarity: NDArray[np.float64], peaks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Measure how far pairs of patches are from the same pattern (cosine) and magnitude (peak).

    ``similarity``: the cosines, float64 (n,), NaN where one patch is all zero; ``peaks``: float64
    (2, n). Each part is a multiple of what still counts as the same, and the larger one is given:
    up to 1 they are the same. NaN where neither has a response.
    """
    larger = np.abs(peaks).max(axis=0)
    with np.errstate(invalid="ignore"):
        magnitude = np.abs(peaks[0] - peaks[1]) / larger / SAME_PEAK
    pattern = (1 - np.nan_to_num(similarity)) / (1 - SAME_COSINE)
    return np.asarray(np.where(larger == 0, np.nan, np.maximum(pattern, magnitude)))
