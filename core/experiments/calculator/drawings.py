"""Our own drawings of things seen from above, as masters that any size is made from.

A drawing is a list of shapes on a box of 100 x 100, whose side is the thing's size in metres; the
later lie over the earlier. What no shape covers is ground.
"""

from __future__ import annotations

from functools import cache
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ...imaging.shapes import SUPERSAMPLING, TEMPLATE_SIDE, ObjectTemplate

Plane = NDArray[np.float32]
Shape = tuple[str, tuple[float, ...], float]  # kind, left top right bottom or points, brightness

BOX = 100.0
OWN = "own"  # a thing of which only the size is known: a plain disc


def _crown() -> list[Shape]:
    """A crown of leaves: small discs on rings, the brighter the more they face the light."""
    shapes: list[Shape] = [("ellipse", (4, 4, 96, 96), 0.16)]
    for ring, count, side in ((40, 17, 10.0), (29, 13, 11.0), (17, 8, 11.0), (4, 3, 10.0)):
        for at in range(count):
            angle = 2 * pi * (at + ring / 7) / count
            x, y = 50 + ring * cos(angle), 50 + ring * sin(angle)
            light = 0.30 + 0.16 * (50 - x) / 50 + 0.16 * (50 - y) / 50 + 0.05 * (at % 3)
            shapes.append(("ellipse", (x - side, y - side, x + side, y + side), light))
    return shapes


def _field() -> list[Shape]:
    furrows = [("rectangle", (2, at, 98, at + 2.5), 0.72) for at in np.arange(3, 97, 5.0)]
    return [("rectangle", (0, 0, 100, 100), 0.25), ("rectangle", (2, 2, 98, 98), 0.6), *furrows]


def _ship() -> list[Shape]:
    hull = (50, 0, 55, 4, 58.3, 13, 58.3, 97, 56, 100, 44, 100, 41.7, 97, 41.7, 13, 45, 4)
    hatches = [
        ("rectangle", (44.5, at, 55.5, at + 9), 0.95) for at in (18.0, 30.0, 42.0, 54.0, 66.0)
    ]
    bridge = ("rectangle", (42.5, 82, 57.5, 90), 1.0)
    return [("polygon", hull, 0.68), *hatches, bridge, ("rectangle", (47, 92, 53, 97), 0.1)]


DRAWINGS: dict[str, list[Shape]] = {
    "car": [
        ("ellipse", (31, 0, 69, 26), 0.9),
        ("rectangle", (30, 10, 70, 92), 0.9),
        ("ellipse", (31, 82, 69, 100), 0.9),
        ("polygon", (33, 34, 67, 34, 64, 46, 36, 46), 0.08),
        ("polygon", (36, 78, 64, 78, 66, 87, 34, 87), 0.12),
        ("rectangle", (31.5, 46, 34.5, 78), 0.15),
        ("rectangle", (65.5, 46, 68.5, 78), 0.15),
        ("rectangle", (36, 46, 64, 78), 1.0),
    ],
    "tree-crown": _crown(),
    "house": [
        ("rectangle", (0, 12.5, 100, 50), 0.85),
        ("rectangle", (0, 50, 100, 87.5), 0.55),
        ("rectangle", (0, 49, 100, 51), 1.0),
        ("rectangle", (70, 30, 77, 37), 0.3),
    ],
    "ship": _ship(),
    "field": _field(),
    "cat": [
        ("ellipse", (32, 30, 68, 100), 0.75),
        ("polygon", (33, 22, 34, 2, 48, 10), 0.8),
        ("polygon", (67, 22, 66, 2, 52, 10), 0.8),
        ("ellipse", (32, 5, 68, 38), 0.85),
        ("rectangle", (40, 52, 60, 55), 0.45),
        ("rectangle", (38, 64, 62, 67), 0.45),
        ("rectangle", (38, 76, 62, 79), 0.45),
    ],
    OWN: [("ellipse", (0, 0, 100, 100), 0.85)],
}


def _painted(shapes: list[Shape], covers: bool) -> Plane:
    side = TEMPLATE_SIDE * SUPERSAMPLING
    sheet = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(sheet)
    for kind, points, light in shapes:
        fill = 255 if covers else round(255 * light)
        getattr(pen, kind)([point * (side - 1) / BOX for point in points], fill=fill)
    return np.asarray(sheet.reduce(SUPERSAMPLING), dtype=np.float32) / np.float32(255)


@cache
def drawing(name: str) -> ObjectTemplate:
    """One of :data:`DRAWINGS`, 256 x 256; ``value`` is the brightness times the cover."""
    shapes = DRAWINGS[name]
    return ObjectTemplate(
        alpha=_painted(shapes, covers=True), brightness=_painted(shapes, covers=False)
    )
