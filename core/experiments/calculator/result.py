"""What the calculator computes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .layer_ranges import Layer
from .spec import Spec

Plane = NDArray[np.float32]
VIEW, SMALL = 144, 60  # cells of a large and of a small picture of what a sensor sees


@dataclass(frozen=True)
class Answer:
    """What is to be done for one layer.

    ``wanted_px``: the layer's best size; where it has no preference, the size within its range that
    is nearest to the object's at the input. ``octaves``: by how many the object at the input must
    grow to that, negative where it must shrink. ``resample``: the factor from the sensor's pixels,
    1 for as they are. ``context_m``: ground along a side of the input that is resized so.
    """

    layer: Layer
    wanted_px: float
    octaves: float
    resample: float
    context_m: float


@dataclass(frozen=True)
class Seen:
    """How one sensor of the table sees the object; ``picture`` float32 (60, 60) in [0, 1]."""

    slug: str
    gsd_m: float
    object_px: float
    picture: Plane


@dataclass(frozen=True)
class Result:
    """``answers``: by layer, from the input on. ``view``: float32 (144, 144), the object and some
    ground as the sensor sees it, its pixels repeated; ``given`` and ``brought``: float32 (input,
    input), what the network is given as resized now, and as resized to the layer's best size, all
    in [0, 1]. ``sensors``: all of the table, the finest first."""

    spec: Spec
    answers: tuple[Answer, ...]
    view: Plane
    given: Plane
    brought: Plane
    sensors: tuple[Seen, ...]

    @property
    def answer(self) -> Answer:
        """That of the spec's layer."""
        return next(one for one in self.answers if one.layer is self.spec.place)
