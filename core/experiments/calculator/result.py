"""What the calculator computes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from .spec import Spec
from .verdicts import LayerTarget, layer_target

Plane = NDArray[np.float32]
VIEW_CELLS, SMALL_VIEW_CELLS = 144, 60  # sides of the large and the small pictures of a sensor


@dataclass(frozen=True)
class SensorView:
    """How one sensor sees the object; ``picture`` float32 (60, 60) in [0, 1]."""

    slug: str
    gsd_m: float
    object_px: float
    picture: Plane


@dataclass(frozen=True)
class Result:
    """The sizes by layer and by sensor, and the pictures.

    ``sensor_views``: every sensor of the table, the finest first. All pictures are float32 in
    [0, 1]: ``view`` (144, 144), the object and some ground as the chosen sensor sees it, its pixels
    repeated; ``input_as_resized`` and ``input_at_best_size`` (input_px, input_px), the network's
    input as resized now, and as resized to the best size of the chosen layer, None where it has
    none.
    """

    spec: Spec
    view: Plane
    input_as_resized: Plane
    input_at_best_size: Plane | None
    sensor_views: tuple[SensorView, ...]

    @cached_property
    def target(self) -> LayerTarget:
        """What the chosen layer makes of the object."""
        return layer_target(self.spec, self.spec.layer_sizes)

    @cached_property
    def targets(self) -> tuple[LayerTarget, ...]:
        """The same for every layer, from the input on."""
        chosen = self.spec.layer_sizes
        return tuple(
            self.target if layer is chosen else layer_target(self.spec, layer)
            for layer in self.spec.network_sizes.layers
        )
