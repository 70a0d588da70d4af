"""The objects that can stand in a scene, each as one template from which every size is rendered.

A template is a pair of float32 arrays on a square box: ``alpha`` (the covered fraction of a cell)
and ``brightness``, both in [0, 1]. :func:`render_patch` renders it at any size and at any sub-pixel
position by exact area sampling: each pixel gets the mean over its own area, which is anti-aliasing
with a box filter and without any further blur.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import cos, sin
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Plane = NDArray[np.float32]

TEMPLATE_SIDE = 256  # cells of a drawn template; objects are shown at about this size at most
SUPERSAMPLING = 4  # drawn this many times finer, then averaged

OBJECTS = ("cat", "square", "disc", "photo-cat")
SHAPES = ("square", "disc", "bar", "corner", "grating", "cat", "photo-cat")
GRATING_CYCLES = 4  # bright bars in the box of a grating


@dataclass(frozen=True)
class ObjectTemplate:
    """``alpha`` and ``brightness``, float32 (n, n) in [0, 1]; None for uniform brightness 1."""

    alpha: Plane
    brightness: Plane | None = None

    def premultiplied(self) -> Plane:
        """Multiply the brightness by alpha: float32 (n, n) in [0, 1]."""
        return self.alpha if self.brightness is None else self.alpha * self.brightness


def _draw(paint: Callable[[ImageDraw.ImageDraw, float], None]) -> Plane:
    sheet = Image.new("L", (TEMPLATE_SIDE * SUPERSAMPLING, TEMPLATE_SIDE * SUPERSAMPLING), 0)
    paint(ImageDraw.Draw(sheet), float(SUPERSAMPLING))
    return np.asarray(sheet.reduce(SUPERSAMPLING), dtype=np.float32) / np.float32(255)


def _paint_disc(draw: ImageDraw.ImageDraw, scale: float) -> None:
    draw.ellipse((0, 0, TEMPLATE_SIDE * scale - 1, TEMPLATE_SIDE * scale - 1), fill=255)


def _paint_cat(draw: ImageDraw.ImageDraw, scale: float) -> None:
    """Draw a sitting cat from the front, in coordinates of a 256 x 256 box."""

    def scaled(*points: float) -> list[float]:
        return [point * scale for point in points]

    draw.polygon(scaled(60, 76, 58, 0, 104, 42), fill=255)  # left ear
    draw.polygon(scaled(136, 42, 182, 0, 180, 76), fill=255)  # right ear
    draw.ellipse(scaled(56, 28, 184, 128), fill=255)  # head
    draw.polygon(scaled(82, 110, 158, 110, 180, 190, 60, 190), fill=255)  # chest
    draw.ellipse(scaled(44, 134, 196, 262), fill=255)  # haunches
    tail = [(150, 246)] + [(172 + 62 * sin(a / 20), 184 + 62 * cos(a / 20)) for a in range(41)]
    draw.line([(x * scale, y * scale) for x, y in tail], fill=255, width=int(18 * scale))
    for x, y in tail:  # round joints
        draw.ellipse(scaled(x - 9, y - 9, x + 9, y + 9), fill=255)


def picture_path(name: str) -> Path:
    """Locate a photograph of the scikit-image package without importing it.

    Raises FileNotFoundError where scikit-image is not installed.
    """
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the photograph {name} comes with scikit-image, not installed")
    return Path(spec.origin).parent / "data" / name


def gray_picture(name: str) -> Plane:
    """Read a bundled photograph as float32 (rows, columns) in [0, 1], by ITU-R 601 weights."""
    with Image.open(picture_path(name)) as picture:
        return np.asarray(picture.convert("L"), dtype=np.float32) / np.float32(255)


# The outline of the cat's head in chelsea.png (451 x 300), as x, y: traced by hand.
CHELSEA_HEAD = (
    (40, 0), (34, 45), (30, 95), (42, 133), (50, 165), (75, 200), (105, 225), (135, 240),
    (165, 265), (195, 281), (230, 288), (266, 286), (296, 273), (311, 250), (321, 215),
    (346, 190), (361, 150), (363, 115), (357, 75), (368, 55), (386, 25), (403, 0),
)  # fmt: skip


def _photographed_cat() -> ObjectTemplate:
    picture = gray_picture("chelsea.png")
    mask = Image.new("L", (picture.shape[1] * SUPERSAMPLING, picture.shape[0] * SUPERSAMPLING), 0)
    outline = [(x * SUPERSAMPLING, y * SUPERSAMPLING) for x, y in CHELSEA_HEAD]
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    alpha = np.asarray(mask.reduce(SUPERSAMPLING), dtype=np.float32) / np.float32(255)
    left, right, bottom = 30, 404, 289
    box = right - left
    above = (box - bottom) // 2
    square = np.zeros((2, box, box), dtype=np.float32)
    square[0, above : above + bottom] = alpha[:bottom, left:right]
    square[1, above : above + bottom] = picture[:bottom, left:right]
    return ObjectTemplate(alpha=square[0], brightness=square[1])


def _bar() -> Plane:
    """An upright bar, as high as its box and a quarter as wide, in the middle."""
    alpha = np.zeros((8, 8), dtype=np.float32)
    alpha[:, 3:5] = 1
    return alpha


def _corner() -> Plane:
    """An upper left corner: two arms as long as the box, each a quarter as wide."""
    alpha = np.zeros((4, 4), dtype=np.float32)
    alpha[0, :] = alpha[:, 0] = 1
    return alpha


def _grating() -> ObjectTemplate:
    """Upright sine bars that fill the box, black at its left and right edge."""
    phase = 2 * np.pi * GRATING_CYCLES * (np.arange(TEMPLATE_SIDE) + 0.5) / TEMPLATE_SIDE
    wave = np.broadcast_to((1 - np.cos(phase)) / 2, (TEMPLATE_SIDE, TEMPLATE_SIDE)).astype(
        np.float32
    )
    return ObjectTemplate(
        alpha=np.ones((TEMPLATE_SIDE, TEMPLATE_SIDE), dtype=np.float32), brightness=wave
    )


@cache
def object_template(name: str) -> ObjectTemplate:
    """Make the template of one of :data:`OBJECTS` or :data:`SHAPES`, once.

    Raises ValueError for another name.
    """
    if name == "square":
        return ObjectTemplate(alpha=np.ones((1, 1), dtype=np.float32))
    if name == "disc":
        return ObjectTemplate(alpha=_draw(_paint_disc))
    if name == "cat":
        return ObjectTemplate(alpha=_draw(_paint_cat))
    if name == "bar":
        return ObjectTemplate(alpha=_bar())
    if name == "corner":
        return ObjectTemplate(alpha=_corner())
    if name == "grating":
        return _grating()
    if name == "photo-cat":
        return _photographed_cat()
    raise ValueError(f"there is no object '{name}'; there are {', '.join(OBJECTS)}")


def area_weights(first: int, last: int, start: float, size: float, cells: int) -> Plane:
    """Compute the overlap of pixels and template cells along one axis: float32 (pixels, cells).

    Pixels ``first`` to ``last - 1`` each span [p, p + 1); template cell ``j`` spans
    ``size / cells`` pixels from ``start + j * size / cells``. Entries are lengths in pixels, so a
    row sums to 1 well inside the object.
    """
    pixels = np.arange(first, last + 1, dtype=np.float64)
    edges = start + np.arange(cells + 1) * (size / cells)
    low = np.maximum(pixels[:-1, None], edges[None, :-1])
    high = np.minimum(pixels[1:, None], edges[None, 1:])
    return np.asarray(np.maximum(high - low, 0), dtype=np.float32)


@dataclass(frozen=True)
class Patch:
    """A rendered object. ``row``, ``column``: its first pixel on the canvas, possibly negative.

    ``alpha``: the covered fraction of each pixel; ``premultiplied``: brightness times alpha; both
    float32 (rows, columns) in [0, 1].
    """

    row: int
    column: int
    alpha: Plane
    premultiplied: Plane


def render_patch(name: str, size_px: float, row: float, column: float, brightness: float) -> Patch:
    """Render an object whose box has its upper left corner at (row, column) and side ``size_px``.

    Positions are in pixels and may be fractional; pixel 0 spans [0, 1). ``brightness`` in [0, 1] is
    that of a drawn object, and scales that of a photographed one.
    """
    template = object_template(name)
    top, left = int(np.floor(row)), int(np.floor(column))
    bottom, right = int(np.ceil(row + size_px)), int(np.ceil(column + size_px))
    down = area_weights(top, bottom, row, size_px, template.alpha.shape[0])
    across = area_weights(left, right, column, size_px, template.alpha.shape[1])
    alpha = down @ template.alpha @ across.T
    is_uniform = template.brightness is None
    premultiplied = alpha if is_uniform else down @ template.premultiplied() @ across.T
    scaled = np.minimum(premultiplied, 1) * np.float32(brightness)
    return Patch(top, left, np.minimum(alpha, 1), scaled)


def mean_level(name: str, brightness: float) -> float:
    """Average the brightness over the object's own box, with black around it."""
    return float(object_template(name).premultiplied().mean()) * brightness
