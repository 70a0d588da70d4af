"""One object at two distances, one filter, and a stack of pooling layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...filters.kernels import CUSTOM, FILTERS, kernel_of
from ...filters.receptive_field import PADDINGS, Layout, max_depth
from ...imaging import camera
from ...imaging.scene import BACKGROUNDS
from ...imaging.shapes import OBJECTS
from ...specs import spec
from .. import shared_fields

Plane = NDArray[np.float32]
Pair = tuple[float, float]

MAX_LEVELS = 8
OBJECT_NAMES = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


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
    depth: int = spec.integer(6, low=0, high=MAX_LEVELS, label="Pooling depth")
    object: str = spec.choice("cat", options=OBJECTS, label="Object")
    filter: str = spec.choice("upper-left-corner", options=(*FILTERS, CUSTOM), label="Filter")
    background: str = spec.choice("black", options=BACKGROUNDS, label="Background")
    pool: str = shared_fields.pool()
    pool_size: int = shared_fields.pool_size()
    pool_stride: int = shared_fields.pool_stride()
    kernel: str = shared_fields.kernel("when the filter is 'custom'", max_length=2000)
    padding: str = spec.choice("same", options=PADDINGS, label="Filter padding")
    stride: int = spec.integer(1, low=1, high=4, unit="px", label="Filter stride")
    dilation: int = spec.integer(1, low=1, high=4, unit="px", label="Filter dilation")
    brightness: float = spec.number(1, low=0, high=1, step=0.01, label="Object brightness")
    contrast_sign: str = shared_fields.contrast_sign(
        " turns the whole picture into its photographic negative."
    )
    noise: float = shared_fields.noise()
    seed: int = shared_fields.seed()
    row_shift_px: float = spec.number(
        0, low=-8, high=8, step=0.25, unit="px", label="Move the scene down"
    )
    column_shift_px: float = spec.number(
        0, low=-8, high=8, step=0.25, unit="px", label="Move the scene right"
    )
    canvas_px: int = spec.integer(64, low=32, high=128, step=16, unit="px", label="Canvas height")
    pin: str = shared_fields.pin()

    @property
    def canvas(self) -> tuple[int, int]:
        """Rows and columns of the picture, in px; it is twice as wide as high."""
        return self.canvas_px, 2 * self.canvas_px

    @property
    def apparent_px(self) -> Pair:
        """Apparent size of the near and of the far object, in px."""
        size, focal = self.object_size_m, self.focal_px
        near = camera.apparent_px(size, self.near_m, focal)
        return near, camera.apparent_px(size, self.far_m, focal)

    @property
    def gsd_m(self) -> Pair:
        """Ground sample distance at the near and at the far distance, in meters per pixel."""
        return camera.gsd_m(self.near_m, self.focal_px), camera.gsd_m(self.far_m, self.focal_px)

    @property
    def octaves(self) -> float:
        """Octaves from the far object's apparent size up to the near one's."""
        return camera.octaves(self.far_m, self.near_m)

    @property
    def object_name(self) -> str:
        """The object as in a sentence."""
        return OBJECT_NAMES[self.object]

    def layout(self) -> Layout:
        """Describe the stack without its weights."""
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

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """Limit the pooling depth so that at least one cell is left."""
        return shared_fields.depth_maximum(self.layout(), self.canvas, MAX_LEVELS)

    def check(self) -> None:
        """Raise SpecError unless the dilated kernel fits into the canvas."""
        if max_depth(self.layout(), self.canvas, limit=0) < 0:
            allowed = "a smaller kernel or dilation: nothing is left of the canvas"
            raise spec.SpecError("dilation", self.dilation, allowed)
