"""Drawings of objects seen from above, as templates from which any size is rendered.

A drawing is a list of shapes on a box of 100 x 100, whose side is the object's size in meters.
Later shapes cover earlier ones; what no shape covers is background.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import cos, pi, sin

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ...imaging.shapes import SUPERSAMPLING, TEMPLATE_SIDE

Plane = NDArray[np.float32]
Shape = tuple[str, tuple[float, ...], float]  # kind, left top right bottom or points, brightness

BOX_SIDE = 100.0
CUSTOM = "custom"  # an object of which only the size is known: a plain disc


def _crown() -> list[Shape]:
    """A crown of leaves: small discs on rings, brighter towards the light."""
    shapes: list[Shape] = [("ellipse", (4, 4, 96, 96), 0.16)]
    for ring, count, radius in ((40, 17, 10.0), (29, 13, 11.0), (17, 8, 11.0), (4, 3, 10.0)):
        for index in range(count):
            angle = 2 * pi * (index + ring / 7) / count
            x, y = 50 + ring * cos(angle), 50 + ring * sin(angle)
            brightness = 0.30 + 0.16 * (50 - x) / 50 + 0.16 * (50 - y) / 50 + 0.05 * (index % 3)
            shapes.append(("ellipse", (x - radius, y - radius, x + radius, y + radius), brightness))
    return shapes


def _field() -> list[Shape]:
    furrows = [("rectangle", (2, top, 98, top + 2.5), 0.72) for top in np.arange(3, 97, 5.0)]
    return [("rectangle", (0, 0, 100, 100), 0.25), ("rectangle", (2, 2, 98, 98), 0.6), *furrows]


def _ship() -> list[Shape]:
    hull = (50, 0, 55, 4, 58.3, 13, 58.3, 97, 56, 100, 44, 100, 41.7, 97, 41.7, 13, 45, 4)
    hatches = [
        ("rectangle", (44.5, top, 55.5, top + 9), 0.95) for top in (18.0, 30.0, 42.0, 54.0, 66.0)
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
    CUSTOM: [("ellipse", (0, 0, 100, 100), 0.85)],
}


@dataclass(frozen=True)
class Drawing:
    """A rendered drawing: two float32 (256, 256) planes in [0, 1].

    ``alpha``: the covered fraction of a cell; ``premultiplied``: brightness times alpha.
    """

    alpha: Plane
    premultiplied: Plane


def _render(shapes: list[Shape], opaque: bool) -> Plane:
    """Draw the shapes over black, float32 (256, 256): in white if ``opaque``, else as bright."""
    side = TEMPLATE_SIDE * SUPERSAMPLING
    sheet = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(sheet)
    for kind, points, brightness in shapes:
        fill = 255 if opaque else round(255 * brightness)
        getattr(pen, kind)([point * (side - 1) / BOX_SIDE for point in points], fill=fill)
    return np.asarray(sheet.reduce(SUPERSAMPLING), dtype=np.float32) / np.float32(255)


@cache
def drawing(name: str) -> Drawing:
    """Render one of :data:`DRAWINGS`, once."""
    shapes = DRAWINGS[name]
    return Drawing(alpha=_render(shapes, True), premultiplied=_render(shapes, False))
