"""The arithmetic behind one cell of a map: which numbers went into it, and what was done."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]

SUMMED = "input minus background, times weight, summed"
POOLED = {
    "max": "the largest of them",
    "average": "their mean",
    "l2": "the root of the mean of their squares",
    "blur": "their mean under a binomial blur",
    "max-blur": "the largest of every window inside, under a binomial blur",
}


@dataclass(frozen=True)
class Arithmetic:
    """How a value came about.

    ``values``: the cells below that go into it, float32 (rows, columns), zero beyond an edge;
    ``weights`` of the same shape where it is a weighted sum, else None. ``rule`` says in words what
    is done with them; ``field``: top, left, bottom, right of the input pixels seen.
    """

    map_name: str
    row: int
    column: int
    value: float
    values: Plane
    weights: Plane | None
    rule: str
    field: tuple[int, int, int, int]


def window(values: Plane, top: int, left: int, rows: int, columns: int, step: int = 1) -> Plane:
    """Rows ``top, top + step, ...`` of an array, zero where they lie outside."""
    found = np.zeros((rows, columns), dtype=np.float32)
    for i in range(rows):
        for j in range(columns):
            row, column = top + i * step, left + j * step
            if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
                found[i, j] = values[row, column]
    return found


def find(maps: list[Plane], pin: str) -> tuple[int, int, int] | None:
    """The cell that 'map,row,column' names; None when there is none on these maps."""
    if not pin:
        return None
    index, row, column = (int(part) for part in pin.split(","))
    if index >= len(maps) or row >= maps[index].shape[0] or column >= maps[index].shape[1]:
        return None
    return index, row, column
