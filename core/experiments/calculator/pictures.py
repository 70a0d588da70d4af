"""Pictures of a thing as a sensor takes it, and as a network is given it.

A pixel is the exact mean over its footprint on the ground; a real sensor's lens and the resampling
of a product blur further. The thing stands on plain ground in the middle of a pixel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...imaging.shapes import area_weights
from .drawings import drawing

Plane = NDArray[np.float32]

GROUND = 0.36  # brightness of what no thing covers
AROUND = 1.8  # the side of the ground in view, in sizes of the thing


def footprints(name: str, size_px: float, pixels: int) -> Plane:
    """What a sensor records, float32 (pixels, pixels) in [0, 1], the thing in the middle.

    ``size_px``: pixels that the thing's box spans, above 0; it may be larger than the picture.
    """
    made = drawing(name)
    value = made.alpha if made.brightness is None else made.brightness
    start = (pixels - size_px) / 2
    weights = area_weights(0, pixels, start, size_px, len(made.alpha))
    cover, light = (weights @ plane @ weights.T for plane in (made.alpha, value))
    found: Plane = np.clip(GROUND * (1 - cover) + light, 0, 1).astype(np.float32)
    return found


def _around(ground_px: float) -> int:
    """The odd number of whole pixels that holds ``ground_px``, one of them in the middle."""
    return 2 * int(np.ceil((ground_px - 1) / 2 - 1e-9)) + 1 if ground_px > 1 else 1


def seen(name: str, size_px: float, cells: int) -> Plane:
    """The thing with the ground around it, pixels as pixels: float32 (cells, cells) in [0, 1].

    The side of the view is :data:`AROUND` times the thing whatever its size in pixels, and each of
    the ``cells`` repeats the pixel that lies there; pixels at the edge may be cut. Pixels that are
    smaller than a cell are averaged.
    """
    ground_px = AROUND * size_px
    if ground_px >= cells:
        return footprints(name, cells / AROUND, cells)
    pixels = _around(ground_px)
    middles = (np.arange(cells) + 0.5) / cells * ground_px + (pixels - ground_px) / 2
    here = np.clip(middles.astype(np.intp), 0, pixels - 1)
    found: Plane = footprints(name, size_px, pixels)[np.ix_(here, here)]
    return found


def _linear(cells: int, pixels: int, ratio: float) -> Plane:
    """How much each pixel gives to each cell, (cells, pixels): linear between pixels' middles."""
    at = (np.arange(cells) + 0.5 - cells / 2) / ratio + pixels / 2 - 0.5
    away = np.abs(at[:, None] - np.arange(pixels)[None])
    found: Plane = np.maximum(1 - away, 0).astype(np.float32)
    return found


def at_input(name: str, size_px: float, resize: float, cells: int) -> Plane:
    """What a network with an input of ``cells`` is given, float32 (cells, cells) in [0, 1].

    ``size_px``: of the thing at the sensor; ``resize``: by how much the picture is enlarged before,
    bilinearly; below 1 it is averaged over areas instead.
    """
    if resize <= 1:
        return footprints(name, size_px * resize, cells)
    pixels = _around(cells / resize) + 2
    weights = _linear(cells, pixels, resize)
    return np.asarray(weights @ footprints(name, size_px, pixels) @ weights.T, dtype=np.float32)
