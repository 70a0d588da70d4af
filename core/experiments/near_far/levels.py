"""The responses to the near and to the far object compared at every level."""

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
from .scene import SHIFTS
from .spec import Spec

Plane = NDArray[np.float32]
NOISE_FLOOR = 1e-6  # a smaller response is rounding


@dataclass(frozen=True)
class PeakPatches:
    """Of n pictures: the peak response (n,) and the 3 x 3 cells around it (n, 3, 3), float32."""

    peaks: Plane
    patches: Plane


def _peak_patches(maps: Plane, level: Geometry, placed: PlacedObject) -> PeakPatches:
    """Find the peak response to an object among the cells whose receptive field overlaps it.

    ``maps``: float32 (n, rows, columns), the object alone; of several, each at its shift.
    """
    top, left, bottom, right = placed.box()
    margin = 1 if len(maps) > 1 else 0
    box = (top - margin, left - margin, bottom + margin, right + margin)
    values_and_cells = peaks(maps, cells_that_see(level, box))
    if values_and_cells is None:
        zeros = np.zeros((len(maps), 3, 3), dtype=np.float32)
        return PeakPatches(zeros[:, 0, 0], zeros)
    values, cells = values_and_cells
    above_noise = np.abs(values) >= NOISE_FLOOR
    patches = neighborhoods(maps, cells) * above_noise[:, None, None]
    return PeakPatches(values * above_noise, patches)


def _measure_level(
    number: int,
    name: str,
    maps: Plane,
    level: Geometry,
    objects: tuple[PlacedObject, PlacedObject],
) -> Level:
    """``maps``: float32 (4, rows, columns) in the order of ``scene.render_pictures``."""
    near, far = (
        _peak_patches(maps[index + 1 : index + 2], level, objects[index]) for index in (0, 1)
    )
    other = _peak_patches(maps[3:], level, objects[1])
    similarity = cosine(near.patches[0], far.patches[0])
    peak = (float(near.peaks[0]), float(far.peaks[0]))
    return Level(
        level=number,
        name=name,
        values=maps[0].copy(),  # a view would keep the whole batch alive
        geometry=level,
        peak=peak,
        similarity=similarity,
        baseline=cosine(near.patches[0], other.patches[0]),
        same=are_same(similarity, peak),
        same_after_shift=(),
    )


def _same_after_shift(
    maps: Plane, level: Geometry, objects: tuple[PlacedObject, PlacedObject]
) -> tuple[bool, ...]:
    """Whether the two still count as equal, by shift; ``maps``: (2 * shifts, rows, columns)."""
    count = len(SHIFTS)
    near = _peak_patches(maps[:count], level, objects[0])
    far = _peak_patches(maps[count:], level, objects[1])
    return tuple(
        are_same(cosine(near.patches[shift], far.patches[shift]), (near_peak, far_peak))
        for shift, (near_peak, far_peak) in enumerate(
            zip(near.peaks.tolist(), far.peaks.tolist(), strict=True)
        )
    )


def level_names(spec: Spec) -> list[str]:
    """Name the levels: 'ReLU', then one name per pooling layer."""
    return ["ReLU", *(f"{spec.pool} pool {depth}" for depth in range(1, spec.depth + 1))]


def levels_of(
    spec: Spec,
    response: Response,
    objects: tuple[PlacedObject, PlacedObject],
    respond_to_shifted: Callable[[], Response],
) -> tuple[Level, ...]:
    """Measure the ReLU map and the map after each pooling layer.

    ``response``: to the pictures of ``scene.render_pictures``, as maps float32 (4, 1, rows,
    columns). ``respond_to_shifted`` gives that to ``scene.render_shifted_pictures``; it is called
    only where two are equal.
    """
    geometries, names = geometry(spec.layout(), spec.canvas), level_names(spec)
    levels = [
        _measure_level(number, names[number], maps[:, 0], geometries[number], objects)
        for number, maps in enumerate(response.levels)
    ]
    if not any(level.same for level in levels):
        return tuple(levels)
    shifted = [maps[:, 0] for maps in respond_to_shifted().levels]
    for number, level in enumerate(levels):
        if level.same:
            same = _same_after_shift(shifted[number], level.geometry, objects)
            levels[number] = replace(level, same_after_shift=same)
    return tuple(levels)
