"""The things that can stand in a scene, each as one *master* from which every size is made.

A master is a pair of float32 arrays on a square box: ``value`` (brightness in [0, 1]) and ``cover``
(how much of a cell the thing covers, in [0, 1]). :func:`patch` renders it at any size and at any
sub-pixel position by exact area sampling: each pixel gets the mean over its own area, which is
anti-aliasing with a box filter and without any further blur.
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

SIDE = 256  # cells of a drawn master; objects are shown at no more than about this many pixels
FINE = 4  # drawn this many times finer, then averaged

OBJECTS = ("cat", "square", "disc", "photo-cat")
SHAPES = ("square", "disc", "bar", "corner", "grating", "cat", "photo-cat")
GRATING_CYCLES = 4  # bright bars in the box of a grating


@dataclass(frozen=True)
class Master:
    """``cover`` and ``value``, both (n, n); no ``value`` where the thing is of one brightness."""

    cover: Plane
    value: Plane | None = None


def _drawn(paint: Callable[[ImageDraw.ImageDraw, float], None]) -> Plane:
    sheet = Image.new("L", (SIDE * FINE, SIDE * FINE), 0)
    paint(ImageDraw.Draw(sheet), float(FINE))
    return np.asarray(sheet.reduce(FINE), dtype=np.float32) / np.float32(255)


def _paint_disc(draw: ImageDraw.ImageDraw, scale: float) -> None:
    draw.ellipse((0, 0, SIDE * scale - 1, SIDE * scale - 1), fill=255)


def _paint_cat(draw: ImageDraw.ImageDraw, scale: float) -> None:
    """A sitting cat seen from the front, our own drawing on a 256 x 256 box."""

    def at(*points: float) -> list[float]:
        return [point * scale for point in points]

    draw.polygon(at(60, 76, 58, 0, 104, 42), fill=255)  # left ear
    draw.polygon(at(136, 42, 182, 0, 180, 76), fill=255)  # right ear
    draw.ellipse(at(56, 28, 184, 128), fill=255)  # head
    draw.polygon(at(82, 110, 158, 110, 180, 190, 60, 190), fill=255)  # chest
    draw.ellipse(at(44, 134, 196, 262), fill=255)  # haunches
    tail = [(150, 246)] + [(172 + 62 * sin(a / 20), 184 + 62 * cos(a / 20)) for a in range(41)]
    draw.line([(x * scale, y * scale) for x, y in tail], fill=255, width=int(18 * scale))
    for x, y in tail:  # round joints
        draw.ellipse(at(x - 9, y - 9, x + 9, y + 9), fill=255)


def picture_path(name: str) -> Path:
    """A photograph that the scikit-image package carries, found without importing it."""
    spec = importlib.util.find_spec("skimage")
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"the photograph {name} comes with scikit-image, not installed")
    return Path(spec.origin).parent / "data" / name


def gray_picture(name: str) -> Plane:
    """A bundled photograph as gray float32 in [0, 1], (rows, columns) (ITU-R 601 weights)."""
    with Image.open(picture_path(name)) as picture:
        return np.asarray(picture.convert("L"), dtype=np.float32) / np.float32(255)


# The outline of the cat's head in chelsea.png (451 x 300), as x, y: traced by hand.
CHELSEA_HEAD = (
    (40, 0), (34, 45), (30, 95), (42, 133), (50, 165), (75, 200), (105, 225), (135, 240),
    (165, 265), (195, 281), (230, 288), (266, 286), (296, 273), (311, 250), (321, 215),
    (346, 190), (361, 150), (363, 115), (357, 75), (368, 55), (386, 25), (403, 0),
)  # fmt: skip


def _photographed_cat() -> Master:
    picture = gray_picture("chelsea.png")
    mask = Image.new("L", (picture.shape[1] * FINE, picture.shape[0] * FINE), 0)
    outline = [(x * FINE, y * FINE) for x, y in CHELSEA_HEAD]
    ImageDraw.Draw(mask).polygon(outline, fill=255)
    cover = np.asarray(mask.reduce(FINE), dtype=np.float32) / np.float32(255)
    left, right, bottom = 30, 404, 289
    box = right - left
    above = (box - bottom) // 2
    square = np.zeros((2, box, box), dtype=np.float32)
    square[0, above : above + bottom] = cover[:bottom, left:right]
    square[1, above : above + bottom] = picture[:bottom, left:right]
    return Master(cover=square[0], value=square[1])


def _bar() -> Plane:
    """An upright bar, as high as its box and a quarter as wide, in the middle."""
    cover = np.zeros((8, 8), dtype=np.float32)
    cover[:, 3:5] = 1
    return cover


def _corner() -> Plane:
    """An upper left corner: two arms as long as the box, each a quarter as wide."""
    cover = np.zeros((4, 4), dtype=np.float32)
    cover[0, :] = cover[:, 0] = 1
    return cover


def _grating() -> Master:
    """Upright sine bars that fill the box, black at its left and right edge."""
    phase = 2 * np.pi * GRATING_CYCLES * (np.arange(SIDE) + 0.5) / SIDE
    wave = np.broadcast_to((1 - np.cos(phase)) / 2, (SIDE, SIDE)).astype(np.float32)
    return Master(cover=np.ones((SIDE, SIDE), dtype=np.float32), value=wave)


@cache
def master(name: str) -> Master:
    """The master of one of :data:`OBJECTS` or :data:`SHAPES`; made once."""
    if name == "square":
        return Master(cover=np.ones((1, 1), dtype=np.float32))
    if name == "disc":
        return Master(cover=_drawn(_paint_disc))
    if name == "cat":
        return Master(cover=_drawn(_paint_cat))
    if name == "bar":
        return Master(cover=_bar())
    if name == "corner":
        return Master(cover=_corner())
    if name == "grating":
        return _grating()
    if name == "photo-cat":
        return _photographed_cat()
    raise ValueError(f"there is no object '{name}'; there are {', '.join(OBJECTS)}")


def area_weights(first: int, last: int, start: float, size: float, cells: int) -> Plane:
    """How much of each master cell lies in each pixel, along one axis: (last - first, cells).

    Pixel ``p`` spans [p, p + 1); master cell ``j`` spans ``size / cells`` from ``start``. Entry
    (p, j) is the length of their overlap in pixels, so a row sums to 1 well inside the thing.
    """
    pixels = np.arange(first, last + 1, dtype=np.float64)
    edges = start + np.arange(cells + 1) * (size / cells)
    low = np.maximum(pixels[:-1, None], edges[None, :-1])
    high = np.minimum(pixels[1:, None], edges[None, 1:])
    return np.asarray(np.maximum(high - low, 0), dtype=np.float32)


@dataclass(frozen=True)
class Patch:
    """A rendered thing: its first row and column on the canvas (may be negative), how much of each
    pixel it covers, and its brightness times that cover; both float32 (rows, columns)."""

    row: int
    column: int
    cover: Plane
    light: Plane


def patch(name: str, size_px: float, row: float, column: float, gray: float) -> Patch:
    """Render an object whose box has its upper left corner at (row, column) and side ``size_px``.

    Positions are in pixels and may be fractional; pixel 0 spans [0, 1). ``gray`` in [0, 1] is the
    brightness of a drawn thing, and scales that of a photographed one.
    """
    made = master(name)
    top, left = int(np.floor(row)), int(np.floor(column))
    bottom, right = int(np.ceil(row + size_px)), int(np.ceil(column + size_px))
    down = area_weights(top, bottom, row, size_px, made.cover.shape[0])
    across = area_weights(left, right, column, size_px, made.cover.shape[1])
    cover = down @ made.cover @ across.T
    light = cover if made.value is None else down @ (made.cover * made.value) @ across.T
    return Patch(top, left, np.minimum(cover, 1), np.minimum(light, 1) * np.float32(gray))


def mean_level(name: str, gray: float) -> float:
    """The mean brightness of the object's own box, with black around it."""
    made = master(name)
    light = made.cover if made.value is None else made.cover * made.value
    return float(light.mean()) * gray
