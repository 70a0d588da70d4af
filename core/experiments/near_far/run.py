"""Render the near and far objects, filter and pool them, and measure each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...filters.kernels import kernel_of, max_response
from .result import Result
from .scene import background_of, place_objects, render_scene
from .spec import Spec

if TYPE_CHECKING:
    from ...jobs.progress import Progress


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Render the scene, run it through the stack and compare the two objects at every level."""
    from ...filters import stack
    from .all_alignments import size_response
    from .comparable import reason_not_to_compare
    from .levels import levels_of

    objects = place_objects(spec)
    backdrop, level = background_of(spec)
    kernel = kernel_of(spec.filter, spec.kernel)
    picture = render_scene(spec, objects, backdrop)
    response = stack.run(picture[None] - np.float32(level), kernel[None], spec.layout())
    near_clipped, far_clipped = (placed.clipped_fraction(spec.canvas) for placed in objects)
    reason = reason_not_to_compare(spec, objects)
    return Result(
        spec=spec,
        picture=picture,
        background_level=level,
        objects=objects,
        clipped_fractions=(near_clipped, far_clipped),
        kernel=kernel,
        convolution=response.convolution[0, 0],
        levels=levels_of(spec, response, objects),
        max_response=max_response(kernel),
        size_response=None if reason else size_response(spec),
        not_compared=reason,
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
                "receptive_field_sides_px": list(level.geometry.size),
                "stride_px": level.geometry.stride[0],
                "peak": list(level.peak),
            }
            for level in result.levels
        ],
    }
