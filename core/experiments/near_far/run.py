"""Photograph the near and far objects, filter and pool them, and measure each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...filters.kernels import kernel_of, max_response
from .result import Result
from .scene import ground_of, moved_pictures, pictures_of, things_of
from .spec import Plane, Spec

if TYPE_CHECKING:
    from ...filters.stack import Response
    from ...jobs.progress import Progress


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Photograph the scene, send it through the stack and measure what each level keeps."""
    from ...filters import stack
    from .levels import levels_of

    things = things_of(spec)
    ground, level = ground_of(spec)
    kernel = kernel_of(spec.filter, spec.kernel)

    def responses(pictures: Plane) -> Response:
        return stack.run(pictures - np.float32(level), kernel[None], spec.layout())

    pictures = pictures_of(spec, things, ground)
    response = responses(pictures)
    near_px, far_px = (thing.clipped_fraction(spec.canvas) for thing in things)
    return Result(
        spec=spec,
        picture=pictures[0].copy(),  # a view would keep the whole batch alive
        level=level,
        things=things,
        clipped=(near_px, far_px),
        kernel=kernel,
        convolution=response.convolution[0, 0].copy(),
        levels=levels_of(
            spec, response, things, lambda: responses(moved_pictures(spec, things, ground))
        ),
        span=max_response(kernel),
    )


def summary(result: Result) -> dict[str, Any]:
    """The keys that the command line promises."""
    spec = result.spec
    return {
        "apparent_px": list(spec.apparent_px),
        "gsd_m": list(spec.gsd_m),
        "octaves": spec.octaves,
        "levels": [
            {
                "level": one.level,
                "shape": [1, *one.geometry.shape],
                "receptive_field_px": max(one.geometry.size),
                "stride_px": one.geometry.stride[0],
                "peak": list(one.peak),
            }
            for one in result.levels
        ],
    }
