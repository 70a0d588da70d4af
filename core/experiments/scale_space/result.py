"""What the scale-space experiment measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject
from .spec import Spec

if TYPE_CHECKING:
    from ...scale_space.gaussian import Space
    from ...scale_space.keypoints import Keypoints
    from .stack import Level

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Result:
    """``picture``: float32 (rows, columns) in [0, 1]; ``things``: the objects of a scene, the near
    one first; ``keypoints``: all of them, the strongest first; ``levels``: what the stack makes of
    the picture, and ``likes`` the correlation of each with the scale space at its matching sigma.
    ``own``: whether a person brought the picture."""

    spec: Spec
    picture: Plane
    level: float
    things: tuple[PlacedObject, ...]
    space: Space
    keypoints: Keypoints
    levels: tuple[Level, ...]
    likes: tuple[float | None, ...]
    own: bool

    def at(self, sigma_px: float) -> tuple[Plane, Plane]:
        """The blurred picture and the operator's map at one scale, float32 (rows, columns)."""
        spec = self.spec
        response = self.space.respond(spec.operator, [sigma_px], spec.intervals)[0]
        return self.space.gaussian([sigma_px])[0].astype(np.float32), response.astype(np.float32)
