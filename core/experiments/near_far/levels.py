"""What each level of the ladder keeps of the near and of the far object."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...filters.receptive_field import Geometry, geometry
from ...filters.similarity import are_same, cells_that_see, cosine, neighborhoods, peaks
from ...filters.stack import Response
from ...imaging.scene import PlacedObject
from .result import Level
from .scene import STEPS
from .spec import Spec

Plane = NDArray[np.float32]
NOTHING = 1e-6  # what is smaller is left by rounding


@dataclass(frozen=True)
class Looks:
    """Of each of n pictures: the peak (n,), and the 3 x 3 cells around it (n, 3, 3)."""

    peaks: Plane
    around: Plane


def _looks(maps: Plane, level: Geometry, thing: PlacedObject) -> Looks:
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
    return Looks(values * heard, neighborhoods(maps, cells) * heard[:, None, None])


def _one_level(
    number: int, name: str, maps: Plane, level: Geometry, things: tuple[PlacedObject, PlacedObject]
) -> Level:
    """``maps``: (4, rows, columns) in the order of ``near_far_scene.pictures_of``."""
    near, far = (_looks(maps[at + 1 : at + 2], level, things[at]) for at in (0, 1))
    other = _looks(maps[3:], level, things[1])
    similarity = cosine(near.around[0], far.around[0])
    pair = (float(near.peaks[0]), float(far.peaks[0]))
    return Level(
        level=number,
        name=name,
        values=maps[0].copy(),  # a view would keep the whole batch alive
        geometry=level,
        peak=pair,
        similarity=similarity,
        floor=cosine(near.around[0], other.around[0]),
        same=are_same(similarity, pair),
        shifted=(),
    )


def _shifted(
    maps: Plane, level: Geometry, things: tuple[PlacedObject, PlacedObject]
) -> tuple[bool, ...]:
    """Whether the two are still the same after each step; ``maps``: (2 * steps, rows, columns)."""
    count = len(STEPS)
    near, far = _looks(maps[:count], level, things[0]), _looks(maps[count:], level, things[1])
    alike = [cosine(*pair) for pair in zip(near.around, far.around, strict=True)]
    pairs = [(float(one), float(two)) for one, two in zip(near.peaks, far.peaks, strict=True)]
    return tuple(are_same(*one) for one in zip(alike, pairs, strict=True))


def level_names(spec: Spec) -> list[str]:
    """'ReLU', then one name per pooling level."""
    return ["ReLU", *(f"{spec.pool} pool {depth}" for depth in range(1, spec.depth + 1))]


def levels_of(
    spec: Spec,
    response: Response,
    things: tuple[PlacedObject, PlacedObject],
    moved: Callable[[], Response],
) -> tuple[Level, ...]:
    """One :class:`Level` for the ReLU map and for each pooling.

    ``moved`` gives the response to the moved objects; it is only asked where two are the same.
    """
    places, names = geometry(spec.layout(), spec.canvas), level_names(spec)
    levels = [
        _one_level(number, names[number], maps[:, 0], places[number], things)
        for number, maps in enumerate(response.levels)
    ]
    if any(level.same for level in levels):
        aside = moved().levels
        levels = [
            replace(one, shifted=_shifted(aside[one.level][:, 0], one.geometry, things))
            if one.same
            else one
            for one in levels
        ]
    return tuple(levels)
