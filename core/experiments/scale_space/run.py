"""Render or read the picture, build its scale space, and detect keypoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...imaging.scene import PlacedObject, add_noise, background, compose
from ...scale_space.gaussian import scale_space_of
from .result import Plane, Result
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress
    from ...scale_space.gaussian import ScaleSpace
    from ...scale_space.keypoints import Keypoints


def place_objects(spec: Spec) -> tuple[PlacedObject, ...]:
    """Place the object in the middle, or the near one on the left and the far one on the right."""
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


def _draw_scene(spec: Spec, objects: tuple[PlacedObject, ...]) -> tuple[Plane, float]:
    backdrop, level = background(spec.background, spec.canvas, spec.object, spec.brightness)
    return compose(backdrop, objects), level


def _read_photograph(spec: Spec, picture: Plane | None) -> tuple[Plane, float]:
    from ...imaging import decode
    from ...imaging.fit import resize_to_fit

    colors = decode.sample(spec.source) if picture is None else picture
    gray = np.ascontiguousarray(decode.gray(colors), dtype=np.float32)
    plane = resize_to_fit(gray, spec.canvas)
    return plane, float(plane.mean())


def make_picture(
    spec: Spec, picture: Plane | None = None
) -> tuple[Plane, float, tuple[PlacedObject, ...]]:
    """Return the picture with noise and sign, its background level, and the objects on it.

    ``picture``: a user's own, float32 (3, rows, columns) in [0, 1], in place of the spec's source.
    The picture that is returned is float32 (rows, columns) in [0, 1].
    """
    objects = () if picture is not None else place_objects(spec)
    plane, level = _draw_scene(spec, objects) if objects else _read_photograph(spec, picture)
    plane = add_noise(plane, spec.noise, spec.seed)
    if spec.contrast_sign == "negative":
        plane, level = 1 - plane, 1 - level
    return plane, level, objects


def detect(spec: Spec, picture: Plane) -> tuple[ScaleSpace, Keypoints]:
    """Return the scale space of a picture, float32 (rows, columns) in [0, 1], and its keypoints."""
    from ...scale_space.keypoints import away_from_borders, find_extrema, refine

    space = scale_space_of(picture)
    volume = space.response(spec.operator, spec.sigmas, spec.intervals)
    keypoints = find_extrema(volume, spec.sigmas, spec.contrast_threshold, spec.max_curvature_ratio)
    keypoints = refine(space, keypoints, spec.operator, spec.intervals)
    return space, away_from_borders(keypoints, picture.shape)


def run(spec: Spec, progress: Progress | None = None, picture: Plane | None = None) -> Result:
    """Detect the keypoints of the scene or photograph, and run the stack on it.

    ``picture``: a user's own, float32 (3, rows, columns) in [0, 1], in place of the spec's source.
    The result holds all scales, so it does not depend on ``sigma_px``.
    """
    from .stack import correlations_of, stack_levels

    plane, level, objects = make_picture(spec, picture)
    space, keypoints = detect(spec, plane)
    if progress:
        progress(0.8)
    levels = tuple(stack_levels(plane - np.float32(level), spec.layout()))
    correlations, lit_cells = correlations_of(levels, space)
    if progress:
        progress(1.0)
    return Result(
        spec=spec,
        picture=plane,
        background_level=level,
        objects=objects,
        space=space,
        keypoints=keypoints,
        levels=levels,
        correlations=tuple(correlations),
        lit_cells=tuple(lit_cells),
        is_user_picture=picture is not None,
    )


def summary(result: Result) -> dict[str, Any]:
    """Return the numbers under the keys that the command line promises; lengths in px."""
    keypoints = result.keypoints
    columns = (keypoints.rows, keypoints.columns, keypoints.sigmas, keypoints.responses)
    names = ("row", "column", "sigma", "response")
    return {
        "keypoints": [
            dict(zip(names, map(float, values), strict=True))
            for values in zip(*columns, strict=True)
        ],
        "best_sigma": float(keypoints.sigmas[0]) if len(keypoints) else None,
    }
