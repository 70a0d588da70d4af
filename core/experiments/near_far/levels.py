"""The responses to the near and to the far object compared at every level and in every view."""

from __future__ import annotations

import numpy as np

from ...filters.receptive_field import geometry
from ...filters.similarity import cosines
from ...filters.stack import Response
from ...imaging.scene import PlacedObject
from .object_views import PeakPatches, object_views
from .result import Level, Views
from .scene import other_object
from .spec import Spec


def _optional(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _compare(near: PeakPatches, far: PeakPatches, other: PeakPatches) -> Views:
    return Views(
        peaks=np.stack([near.peaks, far.peaks]).astype(np.float64),
        similarity=cosines(near.patches, far.patches),
        baseline=cosines(near.patches, other.patches),
    )


def level_names(spec: Spec) -> list[str]:
    """Name the levels: 'ReLU', then one name per pooling layer."""
    return ["ReLU", *(f"{spec.pool} pool {depth}" for depth in range(1, spec.depth + 1))]


def levels_of(
    spec: Spec, response: Response, objects: tuple[PlacedObject, PlacedObject]
) -> tuple[Level, ...]:
    """Measure the ReLU map and the map after each pooling layer.

    ``response``: to the scene, as maps float32 (1, 1, rows, columns).
    """
    shown = (*objects, other_object(spec, objects[1]))
    compared = map(_compare, *(object_views(spec, placed) for placed in shown))
    places, names = geometry(spec.layout(), spec.canvas), level_names(spec)
    levels = []
    for number, views in enumerate(compared):
        near, far = views.peaks[:, 0].tolist()
        level = Level(
            level=number,
            name=names[number],
            values=response.levels[number][0, 0],
            geometry=places[number],
            peak=(near, far),
            similarity=_optional(views.similarity[0]),
            baseline=_optional(views.baseline[0]),
            views=views,
        )
        levels.append(level)
    return tuple(levels)
