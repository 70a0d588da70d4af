"""Scale space: where a picture has blobs, of which size, and what a pooled filter keeps of it."""

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
MOST_LEVELS = 6
ROOM = 4  # canvas rows per radius: mirrored copies stay so far away that they change nothing


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
        help="Half the side of its box; of the near one where there are two.",
    )
    far_ratio: float = spec.number(
        4, low=1, high=16, step=0.1, log=True, unit="times", label="The far one is farther by"
    )
    contrast: float = spec.number(
        0.06,
        low=0,
        high=0.5,
        step=0.01,
        label="Least response",
        help="Keypoints that answer less are dropped. 0.058 is scikit-image's SIFT.",
    )
    pool: str = shared_fields.pool()
    depth: int = spec.integer(4, low=0, high=MOST_LEVELS, label="Pooling depth")
    operator: str = spec.choice(
        "dog",
        options=OPERATORS,
        label="Operator",
        help="A difference of two Gaussians one interval apart, or the Laplacian itself.",
    )
    edge: float = spec.number(
        10,
        low=1.5,
        high=100,
        step=0.5,
        log=True,
        label="Edge threshold",
        help="The largest ratio of the two principal curvatures; Lowe (2004) takes 10.",
    )
    octaves: int = spec.integer(5, low=1, high=6, label="Octaves")
    intervals: int = spec.integer(3, low=1, high=8, label="Intervals per octave")
    low_px: float = spec.number(
        1, low=0.8, high=4, step=0.1, log=True, unit="px", label="Smallest sigma"
    )
    most: int = spec.integer(60, low=1, high=300, label="Circles drawn at most", affects=())
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
        help="It grows to four radii of the object. Photographs are shrunk to fit into it.",
    )

    @property
    def is_scene(self) -> bool:
        """Whether the picture is drawn, not photographed."""
        return self.source in SCENES

    @property
    def canvas(self) -> tuple[int, int]:
        """Rows and columns of a scene, and what photographs are shrunk to fit into: 2 to 3."""
        needed = 16 * math.ceil(ROOM * self.radius_px / 16) if self.is_scene else 0
        rows = max(self.canvas_px, needed)
        return rows, 3 * rows // 2

    @property
    def sigmas(self) -> Numbers:
        """All scales, the two at the ends included, px."""
        return scales(self.low_px, self.octaves, self.intervals)

    def layout(self) -> Layout:
        """The stack without its weights: the 9x9 'dog' filter and the pooling."""
        return Layout(
            9,
            9,
            pool=self.pool,
            pool_size=self.pool_size,
            pool_stride=self.pool_stride,
            depth=self.depth,
        )

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """The pooling depth must leave at least one cell."""
        return shared_fields.depth_maximum(self.layout(), self.canvas, MOST_LEVELS)
