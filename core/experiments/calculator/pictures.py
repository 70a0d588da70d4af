"""Pictures of an object as a sensor records it, and as a network receives it.

A pixel is the exact mean over its footprint on the ground; a real sensor's lens and the resampling
of a product blur further. The object lies on plain ground, centered on a pixel.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...imaging.shapes import area_weights
from .drawings import drawing

Plane = NDArray[np.float32]

BACKGROUND = 0.36  # brightness of the ground
VIEW_SIDE = 1.8  # the side of the ground in view, in sizes of the object


def sensor_image(name: str, size_px: float, pixels: int) -> Plane:
    """Render what a sensor records, the object in the center: float32 (pixels, pixels) in [0, 1].

    ``size_px``: pixels that the object's box spans, above 0; it may be larger than the picture.
    """
    template = drawing(name)
    start = (pixels - size_px) / 2
    weights = area_weights(0, pixels, start, size_px, len(template.alpha))
    alpha = weights @ template.alpha @ weights.T
    premultiplied = weights @ template.premultiplied @ weights.T
    return np.asarray(np.clip(BACKGROUND * (1 - alpha) + premultiplied, 0, 1), dtype=np.float32)


def _odd_pixels(side_px: float) -> int:
    """The smallest odd number of pixels that covers ``side_px``, so that one is in the center."""
    return 2 * int(np.ceil((side_px - 1) / 2 - 1e-9)) + 1 if side_px > 1 else 1


def sensor_view(name: str, size_px: float, cells: int) -> Plane:
    """Show the object and the ground around it in visible pixels: float32 (cells, cells) in [0, 1].

    The side of the view is :data:`VIEW_SIDE` times the object whatever its size in pixels. Each of
    the ``cells`` repeats the pixel that lies there; pixels at the edge may be cut. Pixels smaller
    than a cell are averaged.
    """
    side_px = VIEW_SIDE * size_px
    if side_px >= cells:
        return sensor_image(name, cells / VIEW_SIDE, cells)
    pixels = _odd_pixels(side_px)
    centers = (np.arange(cells) + 0.5) / cells * side_px + (pixels - side_px) / 2
    index = np.clip(centers.astype(np.intp), 0, pixels - 1)
    view: Plane = sensor_image(name, size_px, pixels)[np.ix_(index, index)]
    return view


def _linear_weights(cells: int, pixels: int, ratio: float) -> Plane:
    """Weights of linear interpolation between pixel centers, float32 (cells, pixels)."""
    position = (np.arange(cells) + 0.5 - cells / 2) / ratio + pixels / 2 - 0.5
    distance = np.abs(position[:, None] - np.arange(pixels)[None])
    return np.asarray(np.maximum(1 - distance, 0), dtype=np.float32)


def _within_picture(plane: Plane, side_px: float) -> Plane:
    """Blacken what lies beyond the sensor's picture, a square of ``side_px`` in the middle."""
    cells = len(plane)
    if side_px >= cells:
        return plane
    inside = area_weights(0, cells, (cells - side_px) / 2, side_px, 1)[:, 0]
    covered = inside.clip(0, 1)  # the fraction of every cell
    return np.asarray(plane * covered[:, None] * covered[None], dtype=np.float32)


def network_input(
    name: str, size_px: float, resize: float, cells: int, picture_px: float = math.inf
) -> Plane:
    """Render the input of a network, float32 (cells, cells) in [0, 1].

    ``size_px``: of the object at the sensor; ``resize``: the factor by which the picture is
    enlarged before, bilinearly; below 1 it is averaged over areas instead. ``picture_px``: the side
    of the sensor's picture, beyond which the input is black.
    """
    if resize <= 1:
        plane = sensor_image(name, size_px * resize, cells)
        return _within_picture(plane, picture_px * resize)
    pixels = _odd_pixels(cells / resize) + 2
    weights = _linear_weights(cells, pixels, resize)
    enlarged = weights @ sensor_image(name, size_px, pixels) @ weights.T
    return _within_picture(np.asarray(enlarged, dtype=np.float32), picture_px * resize)
