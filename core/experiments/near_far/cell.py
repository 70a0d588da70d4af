"""The arithmetic behind one cell of the maps."""

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
    """Name the maps in the order of the page: the scene, the convolution, then the levels."""
    return ["scene", "convolution", *(level.name for level in result.levels)]


def map_values(result: Result) -> list[Plane]:
    """List the maps in the same order, each float32 (rows, columns)."""
    return [result.picture, result.convolution, *(level.values for level in result.levels)]


def map_geometry(result: Result) -> list[Geometry]:
    """List the receptive fields in the same order."""
    scene = Geometry(result.spec.canvas, (0, 0), (1, 1), PIXEL)
    return [scene, result.levels[0].geometry, *(level.geometry for level in result.levels)]


def find(result: Result, pin: str) -> Cell | None:
    """Parse 'map,row,column'; None where the maps have no such cell."""
    return arithmetic.find_cell(map_values(result), pin)


def strongest(result: Result) -> Cell:
    """Find the cell of the convolution with the largest response."""
    row, column = divmod(int(result.convolution.argmax()), result.convolution.shape[1])
    return 1, row, column


def _inputs(result: Result, cell: Cell) -> tuple[Plane, Plane | None, str]:
    """The inputs of a cell, their weights (None but for a weighted sum), and the rule."""
    index, row, column = cell
    spec, kernel = result.spec, result.kernel
    if index == 0:
        return window(result.picture, row, column, 1, 1), None, "a pixel of the scene"
    if index == 1:
        start = result.levels[0].geometry.start
        picture = result.picture - np.float32(result.background_level)
        top, left = start[0] + row * spec.stride, start[1] + column * spec.stride
        rows, columns = kernel.shape
        inputs = window(picture, top, left, rows, columns, spec.dilation)
        return inputs, kernel, WEIGHTED_SUM
    if index == 2:
        return window(result.convolution, row, column, 1, 1), None, "its input, or 0 if negative"
    side = effective_pool_size(spec.layout())
    top, left = row * spec.pool_stride, column * spec.pool_stride
    below = result.levels[index - 3].values
    return window(below, top, left, side, side), None, POOLING_RULES[spec.pool]


def explain(result: Result, cell: Cell) -> Arithmetic:
    """Explain the cell ``(map, row, column)``, maps numbered as in :func:`map_names`."""
    index, row, column = cell
    values, weights, rule = _inputs(result, cell)
    return Arithmetic(
        map_name=map_names(result)[index],
        row=row,
        column=column,
        value=float(map_values(result)[index][row, column]),
        values=values,
        weights=weights,
        rule=rule,
        receptive_field=map_geometry(result)[index].receptive_field(
            row, column, result.spec.canvas
        ),
    )
