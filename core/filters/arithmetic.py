"""The arithmetic behind one cell of a map: its inputs, its weights and the rule."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

WEIGHTED_SUM = "sum of (input - background) x weight"
POOLING_RULES = {
    "max": "maximum of its inputs",
    "average": "mean of its inputs",
    "l2": "root mean square of its inputs",
    "blur": "binomial blur of its inputs",
    "max-blur": "binomial blur of the maxima of its inputs",
}


@dataclass(frozen=True)
class Arithmetic:
    """How one value is computed.

    ``values``: its inputs in the map below, float32 (rows, columns), zero beyond an edge;
    ``weights``: of the same shape for a weighted sum, else None. ``rule``: what is computed of
    them. ``receptive_field``: its input pixels, as top, left, bottom and right (exclusive).
    """

    map_name: str
    row: int
    column: int
    value: float
    values: Plane
    weights: Plane | None
    rule: str
    receptive_field: tuple[int, int, int, int]


def window(values: Plane, top: int, left: int, rows: int, columns: int, step: int = 1) -> Plane:
    """Cut cells that are ``step`` apart out of a map: float32 (rows, columns).

    ``top``, ``left``: the first cell, which may lie outside; cells outside are zero.
    """
    cut = np.zeros((rows, columns), dtype=np.float32)
    for i in range(rows):
        for j in range(columns):
            row, column = top + i * step, left + j * step
            if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
                cut[i, j] = values[row, column]
    return cut


def find_cell(maps: list[Plane], pin: str) -> tuple[int, int, int] | None:
    """Parse 'map,row,column'; None for an empty text or a cell outside these (rows, columns)."""
    if not pin:
        return None
    index, row, column = (int(part) for part in pin.split(","))
    if index >= len(maps) or row >= maps[index].shape[0] or column >= maps[index].shape[1]:
        return None
    return index, row, column
