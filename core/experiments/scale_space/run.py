"""Render or read the picture, build its scale space, and detect keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...imaging.scene import PlacedObject, add_noise, background, compose
from ...scale_space.gaussian import space_of
from .result import Plane, Result
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress
    from ...scale_space.gaussian import Space
    from ...scale_space.keypoints import Keypoints


def things_of(spec: Spec) -> tuple[PlacedObject, ...]:
    """The object in the middle, or the near one on the left and the far one on the right."""
    if not spec.is_scene:
        return ()
    rows, columns = spec.canvas
    side = 2 * spec.radius_px
    if spec.source == "one-object":
        return (PlacedObject(spec.object, side, rows / 2, columns / 2, 1, spec.brightness),)
    near = PlacedObject(spec.object, side, rows / 2, columns * 0.3, 1, spec.brightness)
    far = PlacedObject(
        spec.object, side / spec.far_ratio, rows / 2, columns * 0.8, spec.far_ratio, spec.brightness
    )
    return near, far


def _drawn(spec: Spec, things: tuple[PlacedObject, ...]) -> tuple[Plane, float]:
    ground, level = background(spec.background, spec.canvas, spec.object, spec.brightness)
    return compose(ground, things), level


def _photographed(spec: Spec, picture: Plane | None) -> tuple[Plane, float]:
    from ...imaging import decode
    from ...imaging.fit import resize_to_fit

    colours = decode.sample(spec.source) if picture is None else picture
    plane = resize_to_fit(np.ascontiguousarray(decode.gray(colours), dtype=np.float32), spec.canvas)
    return plane, float(plane.mean())


def picture_of(
    spec: Spec, picture: Plane | None = None
) -> tuple[Plane, float, tuple[PlacedObject, ...]]:
    """The picture with noise and sign, the level that the stack subtracts, and the objects."""
    things = () if picture is not None else things_of(spec)
    plane, level = _drawn(spec, things) if things else _photographed(spec, picture)
    plane = add_noise(plane, spec.noise, spec.seed)
    if spec.contrast_sign == "negative":
        plane, level = 1 - plane, 1 - level
    return plane, level, things


def detect(spec: Spec, picture: Plane) -> tuple[Space, Keypoints]:
    """Our keypoints of a (rows, columns) picture, and its scale space."""
    from ...scale_space import keypoints

    space = space_of(picture)
    volume = space.respond(spec.operator, spec.sigmas, spec.intervals)
    found = keypoints.find(volume, spec.sigmas, spec.contrast, spec.edge)
    found = keypoints.sharpened(space, found, spec.operator, spec.intervals)
    return space, keypoints.inside(found, picture.shape)


def run(spec: Spec, progress: Progress | None = None, picture: Plane | None = None) -> Result:
    """Find the keypoints of the scene or photograph, and send it through the stack.

    ``picture``: float32 (3, rows, columns) in [0, 1], a person's own, in place of the source. The
    result holds all scales, so it does not depend on ``sigma_px``.
    """
    from .stack import levels_of, likes_of

    plane, level, things = picture_of(spec, picture)
    space, found = detect(spec, plane)
    if progress:
        progress(0.8)
    levels = tuple(levels_of(plane - np.float32(level), spec.layout()))
    if progress:
        progress(1.0)
    likes = tuple(likes_of(levels, space))
    return Result(spec, plane, level, things, space, found, levels, likes, picture is not None)


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises."""
    found = result.keypoints
    parts = zip(found.rows, found.columns, found.sigmas, found.responses, strict=True)
    names = ("row", "column", "sigma", "response")
    return {
        "keypoints": [dict(zip(names, map(float, part), strict=True)) for part in parts],
        "best_sigma": float(found.sigmas[0]) if len(found) else None,
    }
