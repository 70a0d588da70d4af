"""A scene: objects on a background, nearer ones in front, as one anti-aliased gray picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from .shapes import Patch, gray_picture, mean_level, patch

Picture = NDArray[np.float32]

BACKGROUNDS = ("black", "gray", "mean", "white", "texture")
CONTRASTS = ("positive", "negative")


@dataclass(frozen=True)
class Thing:
    """An object at a distance: its box has side ``size_px`` and centre (row, column), in pixels.

    Pixel 0 spans [0, 1), so the centre of the first pixel is at 0.5.
    """

    name: str
    size_px: float
    row: float
    column: float
    distance_m: float = 1.0
    gray: float = 1.0

    def box(self) -> tuple[float, float, float, float]:
        """Top, left, bottom, right edges of the object's box, in pixels, not clipped."""
        half = self.size_px / 2
        return self.row - half, self.column - half, self.row + half, self.column + half

    def clipped(self, canvas: tuple[int, int]) -> float:
        """The fraction of the object's box that lies outside a canvas of (rows, columns)."""
        top, left, bottom, right = self.box()
        tall = max(0.0, min(bottom, canvas[0]) - max(top, 0.0))
        wide = max(0.0, min(right, canvas[1]) - max(left, 0.0))
        return max(0.0, 1 - tall * wide / self.size_px**2)


@lru_cache(maxsize=64)  # a run pastes the same thing several times
def render(thing: Thing) -> Patch:
    """The object alone, as a patch on the pixel grid."""
    half = thing.size_px / 2
    return patch(thing.name, thing.size_px, thing.row - half, thing.column - half, thing.gray)


@cache
def _texture() -> Picture:
    grass = gray_picture("grass.png")
    grass.setflags(write=False)
    return grass


def background(kind: str, canvas: tuple[int, int], name: str, gray: float) -> tuple[Picture, float]:
    """A background of (rows, columns) in [0, 1] and its level, the value that zero padding means.

    'mean' is the mean of the object's own box on black; 'texture' a photograph of grass, whose
    level is its mean.
    """
    if kind == "texture":
        grass = _texture()
        tiles = [-(-side // full) for side, full in zip(canvas, grass.shape, strict=True)]
        picture = np.tile(grass, tiles)[: canvas[0], : canvas[1]].copy()
        return picture, float(grass.mean())
    level = {"black": 0.0, "gray": 0.5, "white": 1.0}.get(kind)
    if level is None:
        level = mean_level(name, gray)
    return np.full(canvas, level, dtype=np.float32), level


def paste(picture: Picture, piece: Patch, shift: tuple[int, int] = (0, 0)) -> None:
    """Put a patch into the picture, in place, moved by whole pixels and clipped to the canvas."""
    corner = (piece.row + shift[0], piece.column + shift[1])
    low = [max(0, corner[axis]) for axis in (0, 1)]
    high = [min(picture.shape[axis], corner[axis] + piece.cover.shape[axis]) for axis in (0, 1)]
    if low[0] >= high[0] or low[1] >= high[1]:
        return
    inside = tuple(slice(low[axis] - corner[axis], high[axis] - corner[axis]) for axis in (0, 1))
    onto = picture[low[0] : high[0], low[1] : high[1]]
    onto *= 1 - piece.cover[inside]
    onto += piece.light[inside]


def add_noise(picture: Picture, sigma: float, seed: int) -> Picture:
    """The picture with Gaussian noise of standard deviation ``sigma``, clipped to [0, 1]."""
    if sigma == 0:
        return picture
    noise = np.random.default_rng(seed).standard_normal(picture.shape, dtype=np.float32)
    return np.clip(picture + np.float32(sigma) * noise, 0, 1)


def compose(ground: Picture, things: Sequence[Thing]) -> Picture:
    """The objects on a copy of the background, the farthest first, so that nearer ones occlude."""
    picture = ground.copy()
    for thing in sorted(things, key=lambda one: -one.distance_m):
        paste(picture, render(thing))
    return picture
