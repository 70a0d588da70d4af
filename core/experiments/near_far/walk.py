"""'Walk away': the far object on its way from the near distance to far beyond, frame by frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...filters.kernels import kernel_of
from ...imaging import camera
from ...imaging.scene import compose
from ...specs.spec import number_type
from .scene import apply_noise_and_contrast, background_of, place_objects
from .spec import Spec

if TYPE_CHECKING:
    from ...imaging.scene import PlacedObject

Planes = NDArray[np.float32]

FRAMES = 36
OCTAVES = 3


@dataclass(frozen=True)
class Walk:
    """``distances_m``: of the far object, one per frame. ``objects``: the pair of each frame.

    ``maps``: the scene, the convolution, then the levels; each float32 (frames, rows, columns).
    """

    distances_m: tuple[float, ...]
    maps: tuple[Planes, ...]
    objects: tuple[tuple[PlacedObject, PlacedObject], ...]


def distances(spec: Spec) -> tuple[float, ...]:
    """Space the frames evenly in octaves, up to three octaves beyond the near distance, in meters.

    Ends at the far distance if that is farther, and never beyond what the spec allows.
    """
    farthest = number_type(spec, "far_m").high
    stop = min(farthest, max(spec.far_m, spec.near_m * 2**OCTAVES))
    octaves = camera.octaves(stop, spec.near_m)
    return tuple(spec.near_m * 2 ** (octaves * frame / (FRAMES - 1)) for frame in range(FRAMES))


def walk(spec: Spec) -> Walk:
    """Run all frames through the stack as one batch."""
    from ...filters import stack

    backdrop, level = background_of(spec)
    path = distances(spec)
    pairs = tuple(place_objects(replace(spec, far_m=far_m)) for far_m in path)
    scenes = [apply_noise_and_contrast(spec, compose(backdrop, pair)) for pair in pairs]
    pictures = np.stack(scenes)
    kernel = kernel_of(spec.filter, spec.kernel)
    response = stack.run(pictures - np.float32(level), kernel[None], spec.layout())
    levels = [maps[:, 0] for maps in response.levels]
    return Walk(path, (pictures, response.convolution[:, 0], *levels), pairs)
