"""Scenes: objects on a background, nearer ones in front, as one anti-aliased gray picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from .shapes import Patch, gray_picture, mean_level, render_patch

Picture = NDArray[np.float32]

BACKGROUNDS = ("black", "gray", "mean", "white", "texture")
CONTRAST_SIGNS = ("positive", "negative")


@dataclass(frozen=True)
class PlacedObject:
    """An object at a distance: its box has side ``size_px`` and center (row, column), in pixels.

    Pixel 0 spans [0, 1), so the center of the first pixel is at 0.5.
    """

    name: str
    size_px: float
    row: float
    column: float
    distance_m: float = 1.0
    brightness: float = 1.0

    def box(self) -> tuple[float, float, float, float]:
        """Give the top, left, bottom and right edges of the box, in pixels, not clipped."""
        half = self.size_px / 2
        return self.row - half, self.column - half, self.row + half, self.column + half

    def clipped_fraction(self, canvas: tuple[int, int]) -> float:
        """Give the fraction of the box that lies outside a canvas of (rows, columns)."""
        top, left, bottom, right = self.box()
        tall = max(0.0, min(bottom, canvas[0]) - max(top, 0.0))
        wide = max(0.0, min(right, canvas[1]) - max(left, 0.0))
        return max(0.0, 1 - tall * wide / self.size_px**2)


@lru_cache(maxsize=64)  # a run pastes the same object several times
def render(placed: PlacedObject) -> Patch:
    """Render the object alone, as a patch on the pixel grid."""
    top, left, _, _ = placed.box()
    return render_patch(placed.name, placed.size_px, top, left, placed.brightness)


@cache
def _texture() -> Picture:
    grass = gray_picture("grass.png")
    grass.setflags(write=False)
    return grass


def background(
    kind: str, canvas: tuple[int, int], name: str, brightness: float
) -> tuple[Picture, float]:
    """Make a background, float32 (rows, columns) in [0, 1], and its level.

    The level is subtracted before a convolution, so that zero padding stands for it. 'mean' is the
    mean of the box of the object ``name`` on black; 'texture' a photograph of grass, whose level is
    its mean.
    """
    if kind == "texture":
        grass = _texture()
        tiles = [-(-side // full) for side, full in zip(canvas, grass.shape, strict=True)]
        picture = np.tile(grass, tiles)[: canvas[0], : canvas[1]].copy()
        return picture, float(grass.mean())
    level = {"black": 0.0, "gray": 0.5, "white": 1.0}.get(kind)
    if level is None:
        level = mean_level(name, brightness)
    return np.full(canvas, level, dtype=np.float32), level


def paste(picture: Picture, patch: Patch, shift: tuple[int, int] = (0, 0)) -> None:
    """Blend a patch into a picture, float32 (rows, columns), in place, clipped to the canvas.

    ``shift``: whole pixels down and to the right.
    """
    corner = (patch.row + shift[0], patch.column + shift[1])
    low = [max(0, corner[axis]) for axis in (0, 1)]
    high = [min(picture.shape[axis], corner[axis] + patch.alpha.shape[axis]) for axis in (0, 1)]
    if low[0] >= high[0] or low[1] >= high[1]:
        return
    inside = tuple(slice(low[axis] - corner[axis], high[axis] - corner[axis]) for axis in (0, 1))
    covered = picture[low[0] : high[0], low[1] : high[1]]
    covered *= 1 - patch.alpha[inside]
    covered += patch.premultiplied[inside]


def add_noise(picture: Picture, sigma: float, seed: int) -> Picture:
    """Add Gaussian noise of standard deviation ``sigma`` and clip to [0, 1].

    ``picture``: float32 (rows, columns); returned as it is where ``sigma`` is 0.
    """
    if sigma == 0:
        return picture
    noise = np.random.default_rng(seed).standard_normal(picture.shape, dtype=np.float32)
    return np.clip(picture + np.float32(sigma) * noise, 0, 1)


def compose(backdrop: Picture, objects: Sequence[PlacedObject]) -> Picture:
    """Paste objects on a copy of a background, the farthest first, so that nearer ones occlude.

    ``backdrop``: float32 (rows, columns) in [0, 1]; the scene has the same shape.
    """
    picture = backdrop.copy()
    for placed in sorted(objects, key=lambda placed: -placed.distance_m):
        paste(picture, render(placed))
    return picture
