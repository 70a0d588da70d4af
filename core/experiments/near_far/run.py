"""Render the near and far objects, filter and pool them, and measure each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...filters.kernels import kernel_of, max_response
from .result import Result
from .scene import background_of, place_objects, render_pictures, render_shifted_pictures
from .spec import Plane, Spec

if TYPE_CHECKING:
    from ...filters.stack import Response
    from ...jobs.progress import Progress


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Render the scene, run it through the stack and compare the two objects at every level."""
    from ...filters import stack
    from .levels import levels_of

    objects = place_objects(spec)
    backdrop, level = background_of(spec)
    kernel = kernel_of(spec.filter, spec.kernel)

    def respond(pictures: Plane) -> Response:
        return stack.run(pictures - np.float32(level), kernel[None], spec.layout())

    def respond_to_shifted() -> Response:
        return respond(render_shifted_pictures(spec, objects, backdrop))

    pictures = render_pictures(spec, objects, backdrop)
    response = respond(pictures)
    near_clipped, far_clipped = (placed.clipped_fraction(spec.canvas) for placed in objects)
    return Result(
        spec=spec,
        picture=pictures[0].copy(),  # a view would keep the whole batch alive
        background_level=level,
        objects=objects,
        clipped_fractions=(near_clipped, far_clipped),
        kernel=kernel,
        convolution=response.convolution[0, 0].copy(),
        levels=levels_of(spec, response, objects, respond_to_shifted),
        max_response=max_response(kernel),
    )


def summary(result: Result) -> dict[str, Any]:
    """Summarize a result under the keys that the command line promises."""
    spec = result.spec
    return {
        "apparent_px": list(spec.apparent_px),
        "gsd_m": list(spec.gsd_m),
        "octaves": spec.octaves,
        "levels": [
            {
                "level": level.level,
                "shape": [1, *level.geometry.shape],
                "receptive_field_px": max(level.geometry.size),
                "stride_px": level.geometry.stride[0],
                "peak": list(level.peak),
            }
            for level in result.levels
        ],
    }
