"""Controls of the scale-space experiment: picture, detector, and a stack of pooling layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...filters.receptive_field import Layout
from ...imaging.decode import SAMPLES
from ...imaging.scene import BACKGROUNDS
from ...imaging.shapes import OBJECTS
from ...scale_space.gaussian import OPERATORS, scales
from ...specs import spec
from .. import shared_fields

Numbers = NDArray[np.float64]

SCENES = ("one-object", "near-far")
MAX_LEVELS = 6
ROWS_PER_RADIUS = 4  # of the canvas: so far away, mirrored copies change nothing


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sigma_px: float = spec.number(
        14, low=1, high=64, step=0.1, log=True, unit="px", label="Scale: sigma", affects=()
    )
    source: str = spec.choice(
        "one-object",
        options=(*SCENES, *SAMPLES),
        label="Picture",
        help="A scene with one object, with two copies of it, or a photograph.",
    )
    object: str = spec.choice("cat", options=OBJECTS, label="Object")
    radius_px: float = spec.number(
        28,
        low=1.5,
        high=44,
        step=0.5,
        log=True,
        unit="px",
        label="Radius of the object",
        help="Half the side of its box. Where there are two objects, of the near one.",
    )
    far_ratio: float = spec.number(
        4,
        low=1,
        high=16,
        step=0.1,
        log=True,
        unit="times",
        label="Distance ratio",
        help="The distance of the far object, over that of the near one.",
    )
    contrast_threshold: float = spec.number(
        0.06,
        low=0,
        high=0.5,
        step=0.01,
        label="Contrast threshold",
        help="Keypoints with a weaker response are dropped. The default of scikit-image's SIFT "
        "is 0.058 in this unit.",
    )
    pool: str = shared_fields.pool()
    depth: int = spec.integer(4, low=0, high=MAX_LEVELS, label="Pooling depth")
    operator: str = spec.choice(
        "dog",
        options=OPERATORS,
        label="Operator",
        help="The difference of two Gaussians one scale step apart, or the Laplacian.",
    )
    max_curvature_ratio: float = spec.number(
        10,
        low=1.5,
        high=100,
        step=0.5,
        log=True,
        label="Maximum curvature ratio",
        help="Keypoints on edges are dropped: those whose principal curvatures have a larger ratio "
        "than this. Lowe (2004) uses 10.",
    )
    octaves: int = spec.integer(5, low=1, high=6, label="Octaves")
    intervals: int = spec.integer(3, low=1, high=8, label="Scale steps per octave")
    low_px: float = spec.number(
        1, low=0.8, high=4, step=0.1, log=True, unit="px", label="Smallest sigma"
    )
    max_keypoints: int = spec.integer(
        60, low=1, high=300, label="Maximum number of circles", affects=()
    )
    pool_size: int = shared_fields.pool_size()
    pool_stride: int = shared_fields.pool_stride()
    background: str = spec.choice("black", options=BACKGROUNDS, label="Background")
    brightness: float = spec.number(1, low=0, high=1, step=0.01, label="Object brightness")
    contrast_sign: str = shared_fields.contrast_sign(
        " turns the whole picture into its photographic negative."
    )
    noise: float = shared_fields.noise()
    seed: int = shared_fields.seed()
    canvas_px: int = spec.integer(
        128,
        low=64,
        high=256,
        step=16,
        unit="px",
        label="Canvas height",
        help="At least four times the radius of the object. Photographs are shrunk to fit into it.",
    )

    @property
    def is_scene(self) -> bool:
        """Whether the picture is a rendered scene, not a photograph."""
        return self.source in SCENES

    @property
    def canvas(self) -> tuple[int, int]:
        """Rows and columns, px, 2 to 3: of a scene, and what photographs are shrunk to fit into."""
        needed = 16 * math.ceil(ROWS_PER_RADIUS * self.radius_px / 16) if self.is_scene else 0
        rows = max(self.canvas_px, needed)
        return rows, 3 * rows // 2

    @property
    def sigmas(self) -> Numbers:
        """All scales, px, including the two at the ends: float64 (octaves * intervals + 3,)."""
        return scales(self.low_px, self.octaves, self.intervals)

    def layout(self) -> Layout:
        """Return the stack without its weights: the 9x9 'dog' filter and the pooling layers."""
        return Layout(
            9,
            9,
            pool=self.pool,
            pool_size=self.pool_size,
            pool_stride=self.pool_stride,
            depth=self.depth,
        )

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """Return the largest pooling depth that leaves at least one cell, with the reason."""
        return shared_fields.depth_maximum(self.layout(), self.canvas, MAX_LEVELS)
