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
from .scene import finished, ground_of, things_of
from .spec import Spec

if TYPE_CHECKING:
    from ...imaging.scene import PlacedObject

Planes = NDArray[np.float32]

FRAMES = 36
OCTAVES = 3


@dataclass(frozen=True)
class Walk:
    """``distances_m``: one per frame. ``maps``: scene, convolution, levels; each float32 (frames,
    rows, columns). ``things``: the pair of objects of each frame."""

    distances_m: tuple[float, ...]
    maps: tuple[Planes, ...]
    things: tuple[tuple[PlacedObject, PlacedObject], ...]


def distances(spec: Spec) -> tuple[float, ...]:
    """From the near distance to three octaves beyond, or to the far one if that is farther."""
    farthest = number_type(spec, "far_m").high
    stop = min(farthest, max(spec.far_m, spec.near_m * 2**OCTAVES))
    octaves = camera.octaves(stop, spec.near_m)
    return tuple(spec.near_m * 2 ** (octaves * at / (FRAMES - 1)) for at in range(FRAMES))


def walk(spec: Spec) -> Walk:
    """All frames, through the stack as one batch."""
    from ...filters import stack

    ground, level = ground_of(spec)
    path = distances(spec)
    pairs = tuple(things_of(replace(spec, far_m=far)) for far in path)
    pictures = np.stack([finished(spec, compose(ground, pair)) for pair in pairs])
    kernel = kernel_of(spec.filter, spec.kernel)
    response = stack.run(pictures - np.float32(level), kernel[None], spec.layout())
    levels = [maps[:, 0] for maps in response.levels]
    return Walk(path, (pictures, response.convolution[:, 0], *levels), pairs)
