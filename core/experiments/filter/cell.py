"""The arithmetic behind one cell of the present scene's maps."""

from __future__ import annotations

import numpy as np

from ...filters import arithmetic
from ...filters.arithmetic import POOLED, SUMMED, Arithmetic, window
from ...filters.kernels import FILTERS
from .scene import Passage, Plane, Scene

Cell = tuple[int, int, int]


def find(scene: Scene, pin: str) -> Cell | None:
    """The cell that 'map,row,column' names; None when there is none on the present maps."""
    return arithmetic.find(scene.values, pin)


def strongest(scene: Scene) -> Cell:
    """The cell of the first filter's map with the largest response."""
    values = scene.values[1]
    row, column = divmod(int(values.argmax()), values.shape[1])
    return 1, row, column


def _made_of(passage: Passage, row: int, column: int) -> tuple[Plane, Plane | None, str]:
    """The cells below, their weights, and what is done with them."""
    at = passage.shown
    step = passage.taken[at]
    assert step is not None
    if step.kind == "pool":
        reach, stride = passage.pooling.reach, passage.pooling.stride
        below = window(passage.maps[at - 1], row * stride, column * stride, reach, reach)
        return below, None, POOLED[passage.pooling.kind]
    rectified = step.kind == "relu"
    kernel = FILTERS["blur"].make() if step.kind == "blur" else passage.kernel
    below = passage.maps[at - 2 if rectified else at - 1]
    rows, columns = kernel.shape
    seen = window(below, row - rows // 2, column - columns // 2, rows, columns)
    if not rectified:
        return seen, kernel, SUMMED
    return seen, kernel, "cell below, times weight, summed, or 0 if that is negative"


def explain(scene: Scene, cell: Cell) -> Arithmetic:
    """The arithmetic of ``(map, row, column)``, maps numbered as in ``scene.names``."""
    index, row, column = cell
    value = float(scene.values[index][row, column])
    name = scene.names[index]
    if index == 0:
        below = np.array([[value]], dtype=np.float32)
        made: tuple[Plane, Plane | None, str] = (below, None, "the picture itself")
    else:
        passage = scene.passages[index - 1]
        made = _made_of(passage, row, column)
        name = passage.name if passage.pooling.level == 0 else f"{passage.name} {passage.title}"
    canvas = (scene.picture.shape[0], scene.picture.shape[1])
    field = scene.places[index].field(row, column, canvas)
    return Arithmetic(name, row, column, value, *made, field)
