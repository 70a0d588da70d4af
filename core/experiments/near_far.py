"""Near and far: one object at two distances, one filter, and a ladder of pooled maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import camera, fields, spec
from core.experiments.near_far_scene import ground_of, moved_pictures, pictures_of, things_of
from core.kernels import CUSTOM, FILTERS, kernel_of, strongest_response
from core.objects import OBJECTS
from core.receptive import PADDINGS, Layout, deepest
from core.scene import BACKGROUNDS, Thing

if TYPE_CHECKING:
    from core.experiments import Progress
    from core.receptive import Geometry
    from core.stack import Response

Plane = NDArray[np.float32]
Pair = tuple[float, float]

MOST_LEVELS = 8


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    object_size_m: float = spec.number(
        0.4, low=0.05, high=2, step=0.01, log=True, unit="m", label="Object size"
    )
    near_m: float = spec.number(
        1.6, low=0.5, high=40, step=0.1, log=True, unit="m", label="Near distance"
    )
    far_m: float = spec.number(
        8, low=0.5, high=40, step=0.1, log=True, unit="m", label="Far distance"
    )
    focal_px: float = spec.number(
        160, low=40, high=640, step=1, log=True, unit="px", label="Focal length"
    )
    depth: int = spec.integer(6, low=0, high=MOST_LEVELS, label="Pooling depth")
    object: str = spec.choice("cat", options=OBJECTS, label="Object")
    filter: str = spec.choice("upper-left-corner", options=(*FILTERS, CUSTOM), label="Filter")
    background: str = spec.choice("black", options=BACKGROUNDS, label="Background")
    pool: str = fields.pool()
    pool_size: int = fields.pool_size()
    pool_stride: int = fields.pool_stride()
    kernel: str = fields.kernel("when the filter is 'custom'", most=2000)
    padding: str = spec.choice("same", options=PADDINGS, label="Filter padding")
    stride: int = spec.integer(1, low=1, high=4, unit="px", label="Filter stride")
    dilation: int = spec.integer(1, low=1, high=4, unit="px", label="Filter dilation")
    gray: float = spec.number(1, low=0, high=1, step=0.01, label="Object brightness")
    contrast: str = fields.contrast(" turns the whole picture into its photographic negative.")
    noise: float = fields.noise()
    seed: int = fields.seed()
    row_shift_px: float = spec.number(
        0, low=-8, high=8, step=0.25, unit="px", label="Move the scene down"
    )
    column_shift_px: float = spec.number(
        0, low=-8, high=8, step=0.25, unit="px", label="Move the scene right"
    )
    canvas_px: int = spec.integer(64, low=32, high=128, step=16, unit="px", label="Canvas height")
    pin: str = fields.pin()

    @property
    def canvas(self) -> tuple[int, int]:
        """Rows and columns of the picture; it is twice as wide as high."""
        return self.canvas_px, 2 * self.canvas_px

    @property
    def apparent_px(self) -> Pair:
        """Apparent size of the near and of the far object."""
        size, focal = self.object_size_m, self.focal_px
        near = camera.apparent_px(size, self.near_m, focal)
        return near, camera.apparent_px(size, self.far_m, focal)

    @property
    def gsd_m(self) -> Pair:
        """Metres per pixel at the near and at the far distance."""
        return camera.gsd_m(self.near_m, self.focal_px), camera.gsd_m(self.far_m, self.focal_px)

    @property
    def octaves(self) -> float:
        """Octaves from the far object's apparent size up to the near one's."""
        return camera.octaves(self.far_m, self.near_m)

    def layout(self) -> Layout:
        """The stack without its weights."""
        shape = kernel_of(self.filter, self.kernel).shape
        return Layout(
            kernel_rows=shape[0],
            kernel_columns=shape[1],
            padding=self.padding,
            stride=self.stride,
            dilation=self.dilation,
            pool=self.pool,
            pool_size=self.pool_size,
            pool_stride=self.pool_stride,
            depth=self.depth,
        )

    def largest(self) -> dict[str, tuple[float, str]]:
        """The pooling depth must leave at least one cell."""
        return fields.deepest_depth(self.layout(), self.canvas, MOST_LEVELS)

    def check(self) -> None:
        """The dilated kernel must fit into the canvas."""
        if deepest(self.layout(), self.canvas, most=0) < 0:
            allowed = "a smaller kernel or dilation: nothing is left of the canvas"
            raise spec.SpecError("dilation", self.dilation, allowed)


@dataclass(frozen=True)
class Level:
    """One rung of the ladder. ``values``: float32 (rows, columns) of the whole scene.

    ``peak`` is the strongest response to the near and to the far object, each alone on the
    background; ``similarity`` the cosine of the 3 x 3 cells around the two peaks and ``floor`` the
    same against a different object of the far one's size and place. ``shifted``: where the two
    are the same, whether they still are after each of the four moves by one pixel; empty elsewhere.
    """

    level: int
    name: str
    values: Plane
    geometry: Geometry
    peak: Pair
    similarity: float | None
    floor: float | None
    same: bool
    shifted: tuple[bool, ...]


@dataclass(frozen=True)
class Result:
    """What the camera, the filter and the pooling make of the scene.

    ``picture``: float32 (rows, columns) in [0, 1]; ``convolution`` the filter's response to it;
    ``level``: the background's brightness, which the stack subtracts; ``clipped``: the fraction of
    each object's box outside the canvas; ``span``: the largest response that the filter can give.
    """

    spec: Spec
    picture: Plane
    level: float
    things: tuple[Thing, Thing]
    clipped: Pair
    kernel: Plane
    convolution: Plane
    levels: tuple[Level, ...]
    span: float

    @property
    def same_from(self) -> int | None:
        """The first level from which on the two objects count as the same at every level."""
        same = [one.same for one in self.levels]
        return next((at for at in range(len(same)) if all(same[at:])), None)


def run(spec: Spec, progress: Progress | None = None) -> Result:
    """Photograph the scene, send it through the stack and measure what each level keeps."""
    from core import stack
    from core.experiments.near_far_levels import levels_of

    things = things_of(spec)
    ground, level = ground_of(spec)
    kernel = kernel_of(spec.filter, spec.kernel)

    def responses(pictures: Plane) -> Response:
        return stack.run(pictures - np.float32(level), kernel[None], spec.layout())

    pictures = pictures_of(spec, things, ground)
    response = responses(pictures)
    near_px, far_px = (thing.clipped(spec.canvas) for thing in things)
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
        span=strongest_response(kernel),
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
