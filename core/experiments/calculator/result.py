"""What the calculator computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...aerial.layer_sizes import LayerSizes
from .spec import Spec

Plane = NDArray[np.float32]
VIEW_CELLS, SMALL_VIEW_CELLS = 144, 60  # sides of the large and the small pictures of a sensor


@dataclass(frozen=True)
class LayerTarget:
    """The size at which one layer should get the object.

    ``target_px``: the layer's preferred size; where it has no preference, the size within its range
    that is nearest to the object's at the input. ``octaves``: from the object at the input to that,
    negative where the object is too large. ``resample``: the resize factor from the sensor's
    pixels. ``field_of_view_m``: the side of the ground that the input shows when resized so.
    """

    layer: LayerSizes
    target_px: float
    octaves: float
    resample: float
    field_of_view_m: float


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

    ``targets``: by layer, from the input on. ``sensor_views``: every sensor of the table, the
    finest first. All pictures are float32 in [0, 1]: ``view`` (144, 144), the object and some
    ground as the chosen sensor sees it, its pixels repeated; ``input_as_resized`` and
    ``input_at_preferred_size`` (input_px, input_px), the network's input as resized now, and as
    resized to the preferred size of the chosen layer.
    """

    spec: Spec
    targets: tuple[LayerTarget, ...]
    view: Plane
    input_as_resized: Plane
    input_at_preferred_size: Plane
    sensor_views: tuple[SensorView, ...]

    @property
    def target(self) -> LayerTarget:
        """That of the chosen layer."""
        chosen = self.spec.layer_sizes
        return next(target for target in self.targets if target.layer is chosen)
