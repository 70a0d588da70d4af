"""What each level of the ladder keeps of the near and of the far object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.experiments.near_far import STEPS, Level, Spec
from core.measures import are_same, cells_that_see, cosine, neighbourhoods, peaks
from core.receptive import Geometry, geometry
from core.scene import Thing
from core.stack import Response

Plane = NDArray[np.float32]
NOTHING = 1e-6  # what is smaller is left by rounding


@dataclass(frozen=True)
class Looks:
    """Of each of n pictures: the peak (n,), and the 3 x 3 cells around it (n, 3, 3)."""

    peaks: Plane
    around: Plane


def _looks(maps: Plane, level: Geometry, thing: Thing) -> Looks:
    """The strongest cells that see the object, also when it stands one pixel aside.

    ``maps``: (n, rows, columns), the object alone at one or more steps.
    """
    top, left, bottom, right = thing.box()
    aside = 1 if len(maps) > 1 else 0
    box = (top - aside, left - aside, bottom + aside, right + aside)
    found = peaks(maps, cells_that_see(level, box))
    if found is None:
        nothing = np.zeros((len(maps), 3, 3), dtype=np.float32)
        return Looks(nothing[:, 0, 0], nothing)
    values, cells = found
    heard = np.abs(values) >= NOTHING
    return Looks(values * heard, neighbourhoods(maps, cells) * heard[:, None, None])


def _one_level(
    number: int, name: str, maps: Plane, level: Geometry, things: tuple[Thing, Thing]
) -> Level:
    """``maps``: (pictures, rows, columns) in the order of ``near_far._pictures``."""
    count = len(STEPS)
    near = _looks(maps[1 : 1 + count], level, things[0])
    far = _looks(maps[1 + count : 1 + 2 * count], level, things[1])
    other = _looks(maps[-1:], level, things[1])
    alike = [cosine(*pair) for pair in zip(near.around, far.around, strict=True)]
    pairs = [(float(one), float(two)) for one, two in zip(near.peaks, far.peaks, strict=True)]
    same = [are_same(*one) for one in zip(alike, pairs, strict=True)]
    return Level(
        level=number,
        name=name,
        values=maps[0].copy(),  # a view would keep the whole batch alive
        geometry=level,
        peak=pairs[0],
        similarity=alike[0],
        floor=cosine(near.around[0], other.around[0]),
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
