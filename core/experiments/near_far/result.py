"""What the near-far experiment measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject
from .spec import Pair, Plane, Spec

if TYPE_CHECKING:
    from ...filters.receptive_field import Geometry
    from .all_alignments import SizeResponse

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Views:
    """The two objects compared in every view: at each alignment, then under each further noise.

    ``peaks``: float64 (2, views), near and far; ``similarity`` and ``baseline``: float64 (views,),
    as in :class:`Level`, NaN where a response is zero. The first view is the scene as it stands.
    """

    peaks: Values
    similarity: Values
    baseline: Values


@dataclass(frozen=True)
class Level:
    """The ReLU map (level 0) or the map after a pooling layer.

    ``values``: float32 (rows, columns), of the whole scene. ``peak``: the largest response to the
    near and to the far object, each alone on the background. ``similarity``: the cosine of the
    3 x 3 cells around the two peaks; ``baseline``: the same with a different object in the far
    one's place; None where a response is zero. ``views``: the same at other alignments.
    """

    level: int
    name: str
    values: Plane
    geometry: Geometry
    peak: Pair
    similarity: float | None
    baseline: float | None
    views: Views


@dataclass(frozen=True)
class Result:
    """The scene and its maps at every level.

    ``picture``: float32 (rows, columns) in [0, 1]; ``background_level``: the background's
    brightness, which is subtracted before the convolution. ``clipped_fractions``: of the near and
    the far object's box, outside the canvas. ``kernel`` and ``convolution``: float32 (rows,
    columns); ``max_response``: the largest response that the kernel can give. ``size_response``:
    how the filter responds to each object over all alignments; None where that is not measured,
    since ``not_compared`` names a reason why the two cannot be compared.
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
    size_response: SizeResponse | None
    not_compared: str
