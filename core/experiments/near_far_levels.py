"""What each level of the ladder keeps of the near and of the far object."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.experiments.near_far import STEPS, Level, Spec
from core.measures import are_same, cells_that_see, cosine, neighbourhood, peak_cell
from core.receptive import Geometry, geometry
from core.scene import Thing
from core.stack import Response

Plane = NDArray[np.float32]
Look = tuple[float, Plane]

NOTHING = 1e-6  # what is smaller is left by rounding


def _look(values: Plane, level: Geometry, thing: Thing, step: tuple[int, int]) -> Look:
    """The peak among the cells that see the object, and the 3 x 3 cells around it."""
    top, left, bottom, right = thing.box()
    box = (top + step[0], left + step[1], bottom + step[0], right + step[1])
    cell = peak_cell(values, cells_that_see(level, box))
    if cell is None or abs(values[cell]) < NOTHING:
        return 0.0, np.zeros((3, 3), dtype=np.float32)
    return float(values[cell]), neighbourhood(values, cell)


def _one_level(
    number: int, name: str, maps: Plane, level: Geometry, things: tuple[Thing, Thing]
) -> Level:
    """``maps``: (pictures, rows, columns) in the order of ``near_far._pictures``."""
    count = len(STEPS)
    looks = [
        [_look(maps[1 + which * count + at], level, thing, step) for at, step in enumerate(STEPS)]
        for which, thing in enumerate(things)
    ]
    other = _look(maps[-1], level, things[1], STEPS[0])
    alike = [cosine(near[1], far[1]) for near, far in zip(*looks, strict=True)]
    same = [
        are_same(one, (near[0], far[0]))
        for one, near, far in zip(alike, looks[0], looks[1], strict=True)
    ]
    return Level(
        level=number,
        name=name,
        values=maps[0].copy(),  # a view would keep the whole batch alive
        geometry=level,
        peak=(looks[0][0][0], looks[1][0][0]),
        similarity=alike[0],
        floor=cosine(looks[0][0][1], other[1]),
        same=same[0],
        shifted=tuple(same[1:]),
    )


def level_names(spec: Spec) -> list[str]:
    """'ReLU', then one name per pooling level."""
    return ["ReLU", *(f"{spec.pool} pool {depth}" for depth in range(1, spec.depth + 1))]


def levels_of(spec: Spec, response: Response, things: Sequence[Thing]) -> tuple[Level, ...]:
    """One :class:`Level` for the ReLU map and for each pooling."""
    pair = (things[0], things[1])
    places = geometry(spec.layout(), spec.canvas)
    names = level_names(spec)
    return tuple(
        _one_level(number, names[number], maps[:, 0], places[number], pair)
        for number, maps in enumerate(response.levels)
    )
