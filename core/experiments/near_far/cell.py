"""The arithmetic behind one cell of the ladder."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...filters import arithmetic
from ...filters.arithmetic import POOLING_RULES, WEIGHTED_SUM, Arithmetic, window
from ...filters.receptive_field import PIXEL, Geometry, effective_pool_size
from .result import Result

Plane = NDArray[np.float32]
Cell = tuple[int, int, int]


def map_names(result: Result) -> list[str]:
    """Maps in the order of the page: the scene, the convolution, then the levels."""
    return ["scene", "convolution", *(level.name for level in result.levels)]


def map_values(result: Result) -> list[Plane]:
    """The arrays in the same order, float32 (rows, columns)."""
    return [result.picture, result.convolution, *(level.values for level in result.levels)]


def map_geometry(result: Result) -> list[Geometry]:
    """The receptive fields in the same order."""
    scene = Geometry(result.spec.canvas, (0, 0), (1, 1), PIXEL)
    return [scene, result.levels[0].geometry, *(level.geometry for level in result.levels)]


def find(result: Result, pin: str) -> Cell | None:
    """The cell that 'map,row,column' names; None when there is none on the present maps."""
    return arithmetic.find_cell(map_values(result), pin)


def strongest(result: Result) -> Cell:
    """The cell of the convolution with the largest response."""
    row, column = divmod(int(result.convolution.argmax()), result.convolution.shape[1])
    return 1, row, column


def explain(result: Result, cell: Cell) -> Arithmetic:
    """The arithmetic of ``(map, row, column)``, maps numbered as in :func:`map_names`."""
    index, row, column = cell
    values, spec, kernel = map_values(result), result.spec, result.kernel
    place = map_geometry(result)[index]
    weights = None
    if index == 0:
        seen, rule = window(values[0], row, column, 1, 1, 1), "the picture itself"
    elif index == 1:
        top = place.start[0] + row * spec.stride
        left = place.start[1] + column * spec.stride
        picture = result.picture - np.float32(result.level)
        seen = window(picture, top, left, kernel.shape[0], kernel.shape[1], spec.dilation)
        weights, rule = kernel, WEIGHTED_SUM
    elif index == 2:
        seen = window(values[1], row, column, 1, 1, 1)
        rule = "the value below, or 0 if that is negative"
    else:
        reach = effective_pool_size(spec.layout())
        top, left = row * spec.pool_stride, column * spec.pool_stride
        seen = window(values[index - 1], top, left, reach, reach, 1)
        rule = POOLING_RULES[spec.pool]
    return Arithmetic(
        map_name=map_names(result)[index],
        row=row,
        column=column,
        value=float(values[index][row, column]),
        values=seen,
        weights=weights,
        rule=rule,
        receptive_field=place.receptive_field(row, column, spec.canvas),
    )
