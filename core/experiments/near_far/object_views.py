"""The peak of one object alone at every level and in every view, and the activations around it.

An object's own maps do not depend on the other object, so while a slider moves one of the two, only
that one is computed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...filters import stack
from ...filters.alignments import rounding_floor
from ...filters.kernels import kernel_of
from ...filters.receptive_field import Geometry, geometry
from ...filters.similarity import neighborhoods, peaks
from ...imaging.scene import PlacedObject
from .scene import background_of, render_views, view_shifts
from .spec import Plane, Spec


@dataclass(frozen=True)
class PeakPatches:
    """Of n views: the peak response (n,) and the 3 x 3 cells around it (n, 3, 3), float32."""

    peaks: Plane
    patches: Plane


def _peak_patches(
    maps: Plane, level: Geometry, boxes: NDArray[np.float64] | None, floor: float
) -> PeakPatches:
    """``maps``: float32 (n, rows, columns); ``floor``: a smaller response is rounding."""
    values, cells = peaks(maps, level, boxes)
    above = np.abs(values) >= floor
    return PeakPatches(values * above, neighborhoods(maps, cells) * above[:, None, None])


@lru_cache(maxsize=256)
def _measured(spec: Spec, placed: PlacedObject) -> tuple[PeakPatches, ...]:
    backdrop, level = background_of(spec)
    kernel = kernel_of(spec.filter, spec.kernel)
    pictures = render_views(spec, placed, backdrop)
    response = stack.run(pictures - np.float32(level), kernel[None], spec.layout())
    # On a background of one level without noise, nothing but the object gives a response.
    varies = spec.background == "texture" or spec.noise > 0
    boxes = np.array(placed.box()) + np.tile(view_shifts(spec), 2) if varies else None
    floor = rounding_floor(kernel)
    return tuple(
        _peak_patches(maps[:, 0], place, boxes, floor)
        for maps, place in zip(response.levels, geometry(spec.layout(), spec.canvas), strict=True)
    )


def object_views(spec: Spec, placed: PlacedObject) -> tuple[PeakPatches, ...]:
    """Measure the ReLU map and the map after each pooling layer, of the object alone. Read-only.

    The peak is that among the cells whose receptive field overlaps the object.
    """
    anywhere = Spec()
    unaffecting = {name: getattr(anywhere, name) for name in ("near_m", "far_m", "pin")}
    return _measured(replace(spec, **unaffecting), placed)
