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

STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1))  # one pixel up, down, left and right


def things_of(spec: Spec) -> tuple[PlacedObject, PlacedObject]:
    """The near object left of the middle and the far one right of it, at their distances."""
    rows, columns = spec.canvas
    row = rows / 2 + spec.row_shift_px
    made = []
    places = ((0.28, spec.near_m), (0.78, spec.far_m))
    for (place, distance), size in zip(places, spec.apparent_px, strict=True):
        column = columns * place + spec.column_shift_px
        made.append(PlacedObject(spec.object, size, row, column, distance, spec.brightness))
    return made[0], made[1]


def finished(spec: Spec, picture: Plane) -> Plane:
    """Noise and contrast sign, which come after the scene is drawn."""
    noisy = add_noise(picture, spec.noise, spec.seed)
    return 1 - noisy if spec.contrast_sign == "negative" else noisy


def ground_of(spec: Spec) -> tuple[Plane, float]:
    """The background and the level that the stack subtracts, before and after the negative."""
    ground, level = background(spec.background, spec.canvas, spec.object, spec.brightness)
    return ground, 1 - level if spec.contrast_sign == "negative" else level


def _alone(spec: Spec, ground: Plane, thing: PlacedObject, step: tuple[int, int]) -> Plane:
    picture = ground.copy()
    paste(picture, render(thing), step)
    return finished(spec, picture)


def pictures_of(spec: Spec, things: tuple[PlacedObject, PlacedObject], ground: Plane) -> Plane:
    """The scene; each object alone; another object in the far one's place.

    Float32 (4, rows, columns).
    """
    other = replace(things[1], name="disc" if spec.object != "disc" else "square")
    alone = [_alone(spec, ground, thing, (0, 0)) for thing in (*things, other)]
    return np.stack([finished(spec, compose(ground, things)), *alone])


def moved_pictures(spec: Spec, things: tuple[PlacedObject, PlacedObject], ground: Plane) -> Plane:
    """Each object alone at every step of STEPS: float32 (2 * len(STEPS), rows, columns)."""
    return np.stack([_alone(spec, ground, thing, step) for thing in things for step in STEPS])
