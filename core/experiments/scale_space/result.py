"""What the scale-space experiment measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject
from .spec import Spec

if TYPE_CHECKING:
    from ...scale_space.gaussian import ScaleSpace
    from ...scale_space.keypoints import Keypoints
    from .stack import Level

Plane = NDArray[np.float32]


@dataclass(frozen=True)
class Result:
    """A picture, its scale space, its keypoints, and the levels of the stack.

    ``picture``: float32 (rows, columns) in [0, 1]; ``background_level``: what the stack subtracts;
    ``objects``: those of a scene, the near one first; ``keypoints``: all, the strongest first;
    ``levels``: the maps of the stack; ``correlations``: of each of them with the scale space at its
    matching sigma, None where one of both is flat; ``lit_cells``: in how many cells of each either
    of both is above a twentieth of its maximum; ``is_user_picture``: whether the picture is a
    user's own.
    """

    spec: Spec
    picture: Plane
    background_level: float
    objects: tuple[PlacedObject, ...]
    space: ScaleSpace
    keypoints: Keypoints
    levels: tuple[Level, ...]
    correlations: tuple[float | None, ...]
    lit_cells: tuple[int, ...]
    is_user_picture: bool

    def maps_at(self, sigma_px: float) -> tuple[Plane, Plane]:
        """Return the blurred picture and the operator's map at one scale.

        Both are float32 (rows, columns); the first is a gray level in [0, 1].
        """
        spec = self.spec
        blurred = self.space.gaussian([sigma_px])[0].astype(np.float32)
        response = self.space.response(spec.operator, [sigma_px], spec.intervals)[0]
        return blurred, response.astype(np.float32)
