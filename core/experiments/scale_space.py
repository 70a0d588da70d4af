"""Scale space: where a picture has blobs, of which size, and what a pooled filter keeps of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core import fields, spec
from core.objects import OBJECTS
from core.pictures import SAMPLES
from core.receptive import Layout
from core.scale_space import OPERATORS, scales, space_of
from core.scene import BACKGROUNDS, Thing, add_noise, background, compose

if TYPE_CHECKING:
    from core.experiments import Progress
    from core.experiments.scale_space_stack import Level
    from core.keypoints import Keypoints
    from core.scale_space import Space

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]

SCENES = ("one-object", "near-far")
MOST_LEVELS = 6
ROOM = 4  # canvas rows per radius: mirrored copies stay so far away that they change nothing


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sigma_px: float = spec.number(
        14, low=1, high=64, step=0.1, log=True, unit="px", label="Scale: sigma"
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
    pool: str = fields.pool()
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
    most: int = spec.integer(60, low=1, high=300, label="Circles drawn at most")
    pool_size: int = fields.pool_size()
    pool_stride: int = fields.pool_stride()
    background: str = spec.choice("black", options=BACKGROUNDS, label="Background")
    gray: float = spec.number(1, low=0, high=1, step=0.01, label="Object brightness")
    sign: str = fields.contrast(" turns the whole picture into its photographic negative.")
    noise: float = fields.noise()
    seed: int = fields.seed()
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

    def largest(self) -> dict[str, tuple[float, str]]:
        """The pooling depth must leave at least one cell."""
        return fields.deepest_depth(self.layout(), self.canvas, MOST_LEVELS)


def still(spec: Spec) -> Spec:
    """The spec without what only chooses what is shown: equal ones have equal results."""
    return replace(spec, sigma_px=Spec.sigma_px, most=Spec.most)


@dataclass(frozen=True)
class Result:
    """``picture``: float32 (rows, columns) in [0, 1]; ``things``: the objects of a scene, the near
    one first; ``keypoints``: all of them, the strongest first; ``levels``: what the stack makes of
    the picture, and ``likes`` the correlation of each with the scale space at its matching sigma.
    ``own``: whether a person brought the picture."""

    spec: Spec
    picture: Plane
    level: float
    things: tuple[Thing, ...]
    space: Space
    keypoints: Keypoints
    levels: tuple[Level, ...]
    likes: tuple[float | None, ...]
    own: bool

    def at(self, sigma_px: float) -> tuple[Plane, Plane]:
        """The blurred picture and the operator's map at one scale, float32 (rows, columns)."""
        spec = self.spec
        response = self.space.respond(spec.operator, [sigma_px], spec.intervals)[0]
        return self.space.gaussian([sigma_px])[0].astype(np.float32), response.astype(np.float32)


def things_of(spec: Spec) -> tuple[Thing, ...]:
    """The object in the middle, or the near one on the left and the far one on the right."""
    if not spec.is_scene:
        return ()
    rows, columns = spec.canvas
    side = 2 * spec.radius_px
    if spec.source == "one-object":
        return (Thing(spec.object, side, rows / 2, columns / 2, 1, spec.gray),)
    near = Thing(spec.object, side, rows / 2, columns * 0.3, 1, spec.gray)
    far = Thing(
        spec.object, side / spec.far_ratio, rows / 2, columns * 0.8, spec.far_ratio, spec.gray
    )
    return near, far


def _drawn(spec: Spec, things: tuple[Thing, ...]) -> tuple[Plane, float]:
    ground, level = background(spec.background, spec.canvas, spec.object, spec.gray)
    return compose(ground, things), level


def _photographed(spec: Spec, picture: Plane | None) -> tuple[Plane, float]:
    from core import pictures
    from core.shrinking import fitted

    colours = pictures.sample(spec.source) if picture is None else picture
    plane = fitted(np.ascontiguousarray(pictures.gray(colours), dtype=np.float32), spec.canvas)
    return plane, float(plane.mean())


def picture_of(spec: Spec, picture: Plane | None = None) -> tuple[Plane, float, tuple[Thing, ...]]:
    """The picture with noise and sign, the level that the stack subtracts, and the objects."""
    things = () if picture is not None else things_of(spec)
    plane, level = _drawn(spec, things) if things else _photographed(spec, picture)
    plane = add_noise(plane, spec.noise, spec.seed)
    if spec.sign == "negative":
        plane, level = 1 - plane, 1 - level
    return plane, level, things


def detect(spec: Spec, picture: Plane) -> tuple[Space, Keypoints]:
    """Our keypoints of a (rows, columns) picture, and its scale space."""
    from core import keypoints

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
    from core.experiments.scale_space_stack import levels_of, likes_of

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
