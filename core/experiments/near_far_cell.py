"""The arithmetic behind one cell of the ladder."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.experiments.near_far import Result
from core.receptive import Geometry, pool_reach

Plane = NDArray[np.float32]
Cell = tuple[int, int, int]


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


def map_names(result: Result) -> list[str]:
    """Maps in the order of the page: the scene, the convolution, then the levels."""
    return ["scene", "convolution", *(level.name for level in result.levels)]


def map_values(result: Result) -> list[Plane]:
    """The arrays in the same order, float32 (rows, columns)."""
    return [result.picture, result.convolution, *(level.values for level in result.levels)]


def map_geometry(result: Result) -> list[Geometry]:
    """The receptive fields in the same order."""
    scene = Geometry(result.spec.canvas, (0, 0), (1, 1), (1, 1))
    return [scene, result.levels[0].geometry, *(level.geometry for level in result.levels)]


def find(result: Result, pin: str) -> Cell | None:
    """The cell that 'map,row,column' names; None when there is none on the present maps."""
    if not pin:
        return None
    index, row, column = (int(part) for part in pin.split(","))
    maps = map_values(result)
    if index >= len(maps) or row >= maps[index].shape[0] or column >= maps[index].shape[1]:
        return None
    return index, row, column


def strongest(result: Result) -> Cell:
    """The cell of the convolution with the largest response."""
    row, column = divmod(int(result.convolution.argmax()), result.convolution.shape[1])
    return 1, row, column


def _window(values: Plane, top: int, left: int, rows: int, columns: int, step: int) -> Plane:
    """Rows ``top, top + step, ...`` of an array, zero where they lie outside."""
    window = np.zeros((rows, columns), dtype=np.float32)
    for i in range(rows):
        for j in range(columns):
            row, column = top + i * step, left + j * step
            if 0 <= row < values.shape[0] and 0 <= column < values.shape[1]:
                window[i, j] = values[row, column]
    return window


POOLED = {
    "max": "the largest of them",
    "average": "their mean",
    "l2": "the root of the mean of their squares",
    "blur": "their mean under a binomial blur",
    "max-blur": "the largest of every window inside, under a binomial blur",
}


def explain(result: Result, cell: Cell) -> Arithmetic:
    """The arithmetic of ``(map, row, column)``, maps numbered as in :func:`map_names`."""
    index, row, column = cell
    values, spec, kernel = map_values(result), result.spec, result.kernel
    place = map_geometry(result)[index]
    weights = None
    if index == 0:
        window, rule = _window(values[0], row, column, 1, 1, 1), "the picture itself"
    elif index == 1:
        top = place.start[0] + row * spec.stride
        left = place.start[1] + column * spec.stride
        seen = result.picture - np.float32(result.level)
        window = _window(seen, top, left, kernel.shape[0], kernel.shape[1], spec.dilation)
        weights, rule = kernel, "input minus background, times weight, summed"
    elif index == 2:
        window = _window(values[1], row, column, 1, 1, 1)
        rule = "the value below, or 0 if that is negative"
    else:
        reach = pool_reach(spec.layout())
        top, left = row * spec.pool_stride, column * spec.pool_stride
        window = _window(values[index - 1], top, left, reach, reach, 1)
        rule = POOLED[spec.pool]
    return Arithmetic(
        map_name=map_names(result)[index],
        row=row,
        column=column,
        value=float(values[index][row, column]),
        values=window,
        weights=weights,
        rule=rule,
        field=place.field(row, column, spec.canvas),
    )
