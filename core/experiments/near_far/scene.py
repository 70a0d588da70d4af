"""The pictures of a near-far experiment: the scene, and each object alone."""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...imaging.scene import PlacedObject, add_noise, background, compose, paste, render

if TYPE_CHECKING:
    from .spec import Spec

Plane = NDArray[np.float32]

# How the scene is moved to judge the pooling layers: not at all, by a pixel, and by parts of one
# that are spread evenly over it, since activations may be equal at a few of these parts alone.
WHOLE_SHIFTS = ((0.0, 0.0), (-1.0, 0.0), (1.0, 0.0), (0.0, -1.0), (0.0, 1.0))
PART_SHIFTS = (
    *((0.5, 0.5), (0.5, 0.0), (0.0, 0.5)),
    *((0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)),
)
SHIFTS = (*WHOLE_SHIFTS, *PART_SHIFTS)
NOISE_SEEDS = 5  # of the noise that the pooling layers are judged under, where there is noise
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


def apply_noise_and_contrast(spec: Spec, picture: Plane, seed: int | None = None) -> Plane:
    """Add the noise, then invert a negative; float32 (rows, columns) in [0, 1], as ``picture``.

    ``seed``: of the noise, that of the spec by default.
    """
    noisy = add_noise(picture, spec.noise, spec.seed if seed is None else seed)
    return 1 - noisy if spec.contrast_sign == "negative" else noisy


def background_of(spec: Spec) -> tuple[Plane, float]:
    """Make the background before noise and contrast, and its level after them.

    Returns float32 (rows, columns) in [0, 1] and the level that is subtracted before the filter.
    """
    picture, level = background(spec.background, spec.canvas, spec.object, spec.brightness)
    return picture, 1 - level if spec.contrast_sign == "negative" else level


def _moved(backdrop: Plane, placed: PlacedObject) -> list[Plane]:
    """The object alone at every shift of :data:`SHIFTS`, before noise and contrast."""
    pictures = []
    for row, column in SHIFTS:
        part = replace(placed, row=placed.row + row % 1, column=placed.column + column % 1)
        pictures.append(backdrop.copy())
        paste(pictures[-1], render(part), (floor(row), floor(column)))
    return pictures


def render_views(spec: Spec, placed: PlacedObject, backdrop: Plane) -> Plane:
    """Render an object alone at every shift and, where there is noise, unmoved under further seeds.

    ``backdrop``: float32 (rows, columns) in [0, 1]. Returns float32 (views, rows, columns), in the
    order of :func:`view_shifts`.
    """
    moved = _moved(backdrop, placed)
    shown = [apply_noise_and_contrast(spec, picture) for picture in moved]
    seeds = range(spec.seed + 1, spec.seed + NOISE_SEEDS) if spec.noise else ()
    return np.stack([*shown, *(apply_noise_and_contrast(spec, moved[0], seed) for seed in seeds)])


def render_scene(spec: Spec, objects: tuple[PlacedObject, PlacedObject], backdrop: Plane) -> Plane:
    """Render the scene; ``backdrop`` and the result: float32 (rows, columns) in [0, 1]."""
    return apply_noise_and_contrast(spec, compose(backdrop, objects))


def other_object(spec: Spec, far: PlacedObject) -> PlacedObject:
    """Return the baseline's object, in the far one's place."""
    return replace(far, name="disc" if spec.object != "disc" else "square")


def view_shifts(spec: Spec) -> NDArray[np.float64]:
    """Return by how many pixels an object is moved in every view: float64 (views, 2)."""
    unmoved = [(0.0, 0.0)] * (NOISE_SEEDS - 1 if spec.noise else 0)
    return np.array([*SHIFTS, *unmoved], dtype=np.float64)
