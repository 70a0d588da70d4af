"""The arithmetic behind one cell of the present scene's maps."""

from __future__ import annotations

import numpy as np

from ...filters import arithmetic
from ...filters.arithmetic import POOLING_RULES, WEIGHTED_SUM, Arithmetic, window
from ...filters.kernels import FILTERS
from .scene import FilterResponse, Plane, Scene

Cell = tuple[int, int, int]


def find(scene: Scene, pin: str) -> Cell | None:
    """Find the cell that 'map,row,column' names; None when there is none on the present maps."""
    return arithmetic.find_cell(scene.values, pin)


def strongest(scene: Scene) -> Cell:
    """Find the cell of the first filter's map with the largest response."""
    values = scene.values[1]
    row, column = divmod(int(values.argmax()), values.shape[1])
    return 1, row, column


def _inputs_of(response: FilterResponse, row: int, column: int) -> tuple[Plane, Plane | None, str]:
    """The input cells, their weights, and the operation on them."""
    index = response.shown_map
    step = response.steps_taken[index]
    assert step is not None
    if step.kind == "pool":
        reach, stride = response.pooling.reach, response.pooling.stride
        below = window(response.maps[index - 1], row * stride, column * stride, reach, reach)
        return below, None, POOLING_RULES[response.pooling.kind]
    rectified = step.kind == "relu"
    kernel = FILTERS["blur"].make() if step.kind == "blur" else response.kernel
    below = response.maps[index - 2 if rectified else index - 1]
    rows, columns = kernel.shape
    cells = window(below, row - rows // 2, column - columns // 2, rows, columns)
    if not rectified:
        return cells, kernel, WEIGHTED_SUM
    return cells, kernel, "sum of input x weight, or 0 if that is negative"


def explain(scene: Scene, cell: Cell) -> Arithmetic:
    """Explain the cell ``(map, row, column)``, maps numbered as in ``scene.names``."""
    index, row, column = cell
    value = float(scene.values[index][row, column])
    name = scene.names[index]
    if index == 0:
        below = np.array([[value]], dtype=np.float32)
        inputs: tuple[Plane, Plane | None, str] = (below, None, "the picture itself")
    else:
        response = scene.responses[index - 1]
        inputs = _inputs_of(response, row, column)
        name = response.name if response.pooling.level == 0 else f"{response.name} {response.title}"
    canvas = (scene.picture.shape[0], scene.picture.shape[1])
    field = scene.geometries[index].receptive_field(row, column, canvas)
    return Arithmetic(name, row, column, value, *inputs, field)
