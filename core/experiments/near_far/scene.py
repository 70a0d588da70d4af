"""The pictures of a near-far experiment: the scene, and each object alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject, add_noise, background, compose, paste, render

if TYPE_CHECKING:
    from .spec import Spec

Plane = NDArray[np.float32]

SHIFTS = ((-1, 0), (1, 0), (0, -1), (0, 1))  # one pixel up, down, left and right
COLUMNS = (0.28, 0.78)  # of the canvas's width, the centers of the near and the far object


def place_objects(spec: Spec) -> tuple[PlacedObject, PlacedObject]:
    """Place the near object left of the middle and the far one right of it."""
    rows, columns = spec.canvas
    near, far = (
        PlacedObject(
            spec.object,
            size_px,
            rows / 2 + spec.row_shift_px,
            columns * column + spec.column_shift_px,
            distance_m,
            spec.brightness,
        )
        for column, distance_m, size_px in zip(
            COLUMNS, (spec.near_m, spec.far_m), spec.apparent_px, strict=True
        )
    )
    return near, far


def apply_noise_and_contrast(spec: Spec, picture: Plane) -> Plane:
    """Add the noise, then invert a negative; float32 (rows, columns) in [0, 1], as ``picture``."""
    noisy = add_noise(picture, spec.noise, spec.seed)
    return 1 - noisy if spec.contrast_sign == "negative" else noisy


def background_of(spec: Spec) -> tuple[Plane, float]:
    """Make the background before noise and contrast, and its level after them.

    Returns float32 (rows, columns) in [0, 1] and the level that is subtracted before the filter.
    """
    picture, level = background(spec.background, spec.canvas, spec.object, spec.brightness)
    return picture, 1 - level if spec.contrast_sign == "negative" else level


def _alone(spec: Spec, backdrop: Plane, placed: PlacedObject, shift: tuple[int, int]) -> Plane:
    picture = backdrop.copy()
    paste(picture, render(placed), shift)
    return apply_noise_and_contrast(spec, picture)


def render_pictures(
    spec: Spec, objects: tuple[PlacedObject, PlacedObject], backdrop: Plane
) -> Plane:
    """Render the scene, each object alone, and the baseline's object in the far one's place.

    ``backdrop``: float32 (rows, columns) in [0, 1]. Returns float32 (4, rows, columns).
    """
    other = replace(objects[1], name="disc" if spec.object != "disc" else "square")
    alone = [_alone(spec, backdrop, placed, (0, 0)) for placed in (*objects, other)]
    return np.stack([apply_noise_and_contrast(spec, compose(backdrop, objects)), *alone])


def render_shifted_pictures(
    spec: Spec, objects: tuple[PlacedObject, PlacedObject], backdrop: Plane
) -> Plane:
    """Render each object alone at every shift of :data:`SHIFTS`.

    ``backdrop``: float32 (rows, columns) in [0, 1]. Returns float32 (2 * shifts, rows, columns).
    """
    return np.stack(
        [_alone(spec, backdrop, placed, shift) for placed in objects for shift in SHIFTS]
    )
