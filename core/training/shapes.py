"""Plane shapes of eight classes, drawn by signed distance.

A shape's frame is the square from -1 to 1 in both directions, rows downwards. Distances to its edge
are negative inside; a pixel's brightness is 1/2 minus the distance in px, kept in [0, 1], which is
its coverage by a straight edge along the grid. Every object differs from the others of its class in
proportions and in a small rotation, within limits that keep the classes apart; object k is the same
in every run.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Grid = NDArray[np.floating]
Images = NDArray[np.float32]
Numbers = NDArray[np.int64]

SIDE_PX = 128
TOTAL_OBJECTS = 5000  # 330 MB of them
SEED = 5  # of the objects' styles, whatever a run's seed is

RADIUS = 0.92  # of the farthest point of a shape from its frame's center
MAX_ROTATION_DEG = 15.0  # the largest turn either way
TIPS = 5  # of the star


@dataclass(frozen=True)
class ShapeStyle:
    """The style of one object: two proportions in [0, 1] and a rotation in radians."""

    aspect: float
    thickness: float
    rotation: float


def interpolate(low: float, high: float, part: float) -> float:
    """Interpolate linearly from ``low`` to ``high`` by ``part`` in [0, 1]."""
    return low + (high - low) * part


def _circle(rows: Grid, columns: Grid, radius: float) -> Grid:
    return np.hypot(rows, columns) - radius


def _stretched(rows: Grid, columns: Grid, flat: float, radius: float) -> Grid:
    """A circle pressed to ``flat`` of its height; the distance is good near its edge alone."""
    distance: Grid = _circle(rows / flat, columns, radius) * flat
    return distance


def _box(rows: Grid, columns: Grid, height: float, width: float) -> Grid:
    """Half the height, half the width; beside a corner the nearer side counts."""
    return np.maximum(np.abs(rows) - height, np.abs(columns) - width)


def disc(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a filled ellipse whose height is 80 to 100 % of its width.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    flat = interpolate(0.8, 1.0, style.aspect)
    return _stretched(rows, columns, flat, RADIUS)


def square(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a filled rectangle whose height is 85 to 100 % of its width.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    half = RADIUS / 2**0.5
    return _box(rows, columns, half * interpolate(0.85, 1.0, style.aspect), half)


def triangle(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to an isosceles triangle, its base 80 to 100 % of an equilateral one's.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    low, half = RADIUS / 2, RADIUS * 0.75**0.5 * interpolate(0.8, 1.0, style.aspect)
    height = low + RADIUS
    length = math.hypot(height, half)
    flank = np.abs(columns) * (height / length) - (rows + RADIUS) * (half / length)
    distance: Grid = np.maximum(rows - low, flank)
    return distance


def star(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a star of five tips, one up.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    Its notches lie at 38 to 50 % of the radius. By symmetry, every point is rotated and mirrored
    into the half sector next to one tip, where the edge is a straight line from tip to notch.
    """
    sector = 2 * math.pi / TIPS
    angle = np.abs((np.arctan2(columns, -rows) + sector / 2) % sector - sector / 2)
    radius, notch = np.hypot(rows, columns), RADIUS * interpolate(0.38, 0.5, style.thickness)
    along, across = radius * np.cos(angle), radius * np.sin(angle)
    back, out = RADIUS - notch * math.cos(sector / 2), notch * math.sin(sector / 2)
    distance: Grid = ((along - RADIUS) * out + across * back) / math.hypot(back, out)
    return distance


def cross(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to two bars at right angles, 22 to 38 % as thick as long.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    thickness = interpolate(0.22, 0.38, style.thickness)
    length = RADIUS / math.hypot(1, thickness)
    lying = _box(rows, columns, length * thickness, length)
    return np.minimum(lying, _box(rows, columns, length, length * thickness))


def ring(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a ring, nearly round, whose hole has 50 to 75 % of its radius.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    flat = interpolate(0.8, 1.0, style.aspect)
    hole = _stretched(rows, columns, flat, RADIUS * interpolate(0.75, 0.5, style.thickness))
    return np.maximum(_stretched(rows, columns, flat, RADIUS), -hole)


def bar(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a horizontal bar, 18 to 38 % as thick as long.

    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    thickness = interpolate(0.18, 0.38, style.thickness)
    length = RADIUS / math.hypot(1, thickness)
    return _box(rows, columns, length * thickness, length)


def crescent(rows: Grid, columns: Grid, style: ShapeStyle) -> Grid:
    """Compute distances to a crescent that opens to the right.

    It is a disc without another one of 85 % of its radius, centered 35 to 55 % to the right.
    Distances in half frames, (rows, columns), from ``rows`` (rows, 1) and ``columns`` (1, columns).
    """
    aside = RADIUS * interpolate(0.35, 0.55, style.thickness)
    bite = _circle(rows, columns - aside, 0.85 * RADIUS)
    return np.maximum(_circle(rows, columns, RADIUS), -bite)


Distance = Callable[[Grid, Grid, ShapeStyle], Grid]

_SHAPES: dict[str, Distance] = {
    shape.__name__: shape for shape in (disc, square, triangle, star, cross, ring, bar, crescent)
}

CLASSES: tuple[str, ...] = tuple(_SHAPES)


def draw_shape(name: str, style: ShapeStyle, side_px: int = SIDE_PX) -> Grid:
    """Draw the shape ``name`` in a style, float32 (side_px, side_px) in [0, 1]."""
    middles = (np.arange(side_px, dtype=np.float32) + 0.5) * (2 / side_px) - 1
    rows, columns = middles[:, None], middles[None, :]
    cosine, sine = math.cos(style.rotation), math.sin(style.rotation)
    distance = _SHAPES[name](rows * cosine + columns * sine, columns * cosine - rows * sine, style)
    covered: Grid = np.clip(0.5 - distance * side_px / 2, 0, 1)
    return covered


@cache
def _styles() -> NDArray[np.float64]:
    """The proportions of all objects: float64 (objects, 3), each uniform in [0, 1]."""
    return np.random.default_rng(SEED).random((TOTAL_OBJECTS, 3))


def style_of(number: int) -> ShapeStyle:
    """Give the style of object ``number``."""
    aspect, thickness, turn = _styles()[number].tolist()
    return ShapeStyle(aspect, thickness, math.radians(MAX_ROTATION_DEG) * (2 * turn - 1))


def labels() -> Numbers:
    """Give the class of every object, int64 (objects,), in rotation."""
    return np.arange(TOTAL_OBJECTS, dtype=np.int64) % len(CLASSES)


def images(numbers: Numbers) -> Images:
    """Draw the objects of these numbers, int64 (n,): float32 (n, SIDE_PX, SIDE_PX) in [0, 1]."""
    pictures = np.empty((len(numbers), SIDE_PX, SIDE_PX), dtype=np.float32)
    for image, number in zip(pictures, numbers.tolist(), strict=True):
        image[:] = draw_shape(CLASSES[number % len(CLASSES)], style_of(number))
    return pictures
