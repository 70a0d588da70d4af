"""What the near-far experiment measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...imaging.scene import PlacedObject
from .spec import Pair, Plane, Spec

if TYPE_CHECKING:
    from ...filters.receptive_field import Geometry


@dataclass(frozen=True)
class Level:
    """One rung of the ladder. ``values``: float32 (rows, columns) of the whole scene.

    ``peak`` is the strongest response to the near and to the far object, each alone on the
    background; ``similarity`` the cosine of the 3 x 3 cells around the two peaks and ``floor`` the
    same against a different object of the far one's size and place. ``shifted``: where the two
    are the same, whether they still are after each of the four moves by one pixel; empty elsewhere.
    """

    level: int
    name: str
    values: Plane
    geometry: Geometry
    peak: Pair
    similarity: float | None
    floor: float | None
    same: bool
    shifted: tuple[bool, ...]


@dataclass(frozen=True)
class Result:
    """What the camera, the filter and the pooling make of the scene.

    ``picture``: float32 (rows, columns) in [0, 1]; ``convolution`` the filter's response to it;
    ``level``: the background's brightness, which the stack subtracts; ``clipped``: the fraction of
    each object's box outside the canvas; ``span``: the largest response that the filter can give.
    """

    spec: Spec
    picture: Plane
    level: float
    things: tuple[PlacedObject, PlacedObject]
    clipped: Pair
    kernel: Plane
    convolution: Plane
    levels: tuple[Level, ...]
    span: float

    @property
    def same_from(self) -> int | None:
        """The first level from which on the two objects count as the same at every level."""
        same = [one.same for one in self.levels]
        return next((at for at in range(len(same)) if all(same[at:])), None)
