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
    """The ReLU map (level 0) or the map after a pooling layer.

    ``values``: float32 (rows, columns), of the whole scene. ``peak``: the largest response to the
    near and to the far object, each alone on the background. ``similarity``: the cosine of the
    3 x 3 cells around the two peaks; ``baseline``: the same with a different object in the far
    one's place; None where a response is zero. ``same``: whether the two count as equal;
    ``same_after_shift``: where they do, whether they still do after each of the four shifts by one
    pixel; empty elsewhere.
    """

    level: int
    name: str
    values: Plane
    geometry: Geometry
    peak: Pair
    similarity: float | None
    baseline: float | None
    same: bool
    same_after_shift: tuple[bool, ...]


@dataclass(frozen=True)
class Result:
    """The scene and its maps at every level.

    ``picture``: float32 (rows, columns) in [0, 1]; ``background_level``: the background's
    brightness, which is subtracted before the convolution. ``clipped_fractions``: of the near and
    the far object's box, outside the canvas. ``kernel`` and ``convolution``: float32 (rows,
    columns); ``max_response``: the largest response that the kernel can give.
    """

    spec: Spec
    picture: Plane
    background_level: float
    objects: tuple[PlacedObject, PlacedObject]
    clipped_fractions: Pair
    kernel: Plane
    convolution: Plane
    levels: tuple[Level, ...]
    max_response: float

    @property
    def merge_level(self) -> int | None:
        """The first level from which on the two objects count as equal at every level."""
        same = [level.same for level in self.levels]
        return next((level for level in range(len(same)) if all(same[level:])), None)
