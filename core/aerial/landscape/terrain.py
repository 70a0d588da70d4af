"""A terrain: a description in meters of a square of land, rendered at any resolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...imaging.shapes import area_weights
from .canvas import Canvas, Item, Plane, Sun
from .countryside import field, trees, water
from .housing import houses
from .raised_objects import TreeCrowns
from .traffic import parking, road

LAYOUTS = {
    "houses": houses,
    "road": road,
    "trees": trees,
    "parking": parking,
    "field": field,
    "water": water,
}
CLASSES = tuple(LAYOUTS)

MIN_GSD_M = 0.05
PAINTED_CELLS_M = (0.1, 0.25)  # the cells that are painted, averaged to the pixels
COARSE_GSD_M = 0.5  # pixels of this size or more are averaged from the larger cells
MAX_SIDE_M = 256.0
MAX_CELLS = 2560
MIN_SIDE_M = 16.0


@dataclass(frozen=True)
class Atmosphere:
    """What the air does to a picture: a ``gain`` of red, green and blue, and added ``haze``.

    Both are relative to a full scale of 1.
    """

    gain: tuple[float, float, float]
    haze: float


@dataclass(frozen=True)
class Terrain:
    """A square of ``side_m`` meters with row 0 in the north.

    ``items``: what lies and stands on it, in the order in which it is painted. ``texture_seed``
    seeds the textures.
    """

    kind: str
    side_m: float
    sun: Sun
    atmosphere: Atmosphere
    items: tuple[Item, ...]
    texture_seed: int = 0


def make_terrain(kind: str, seed: int, number: int = 0, side_m: float = 96.0) -> Terrain:
    """Make the ``number``-th terrain of a kind (:data:`CLASSES`), the same for the same arguments.

    Raises ValueError for another kind, or a side outside 16 to 256 m.
    """
    if kind not in LAYOUTS:
        raise ValueError(f"there is no ground '{kind}'; there are {', '.join(CLASSES)}")
    if not MIN_SIDE_M <= side_m <= MAX_SIDE_M:
        raise ValueError(f"side_m must be {MIN_SIDE_M:g} to {MAX_SIDE_M:g} m, not {side_m:g}")
    rng = np.random.default_rng([seed, CLASSES.index(kind), number])
    sun = Sun(float(rng.uniform(95, 265)), float(rng.uniform(32, 62)))
    gain = rng.uniform(0.72, 1.3) * rng.uniform(0.93, 1.07, 3)
    atmosphere = Atmosphere(
        (float(gain[0]), float(gain[1]), float(gain[2])), float(rng.uniform(0, 0.08))
    )
    items = TreeCrowns.merge_crowns(LAYOUTS[kind](rng, side_m), side_m)
    return Terrain(kind, side_m, sun, atmosphere, items, int(rng.integers(2**31)))


def pixels_across(side_m: float, gsd_m: float) -> int:
    """Count the whole pixels of ``gsd_m`` that fit into ``side_m``; UserError if none does."""
    count = int(side_m / gsd_m + 1e-6)
    if count < 1:
        raise UserError(f"a pixel of {gsd_m:g} m is larger than the ground of {side_m:g} m")
    return count


def area_average(images: Plane, cell_m: float, gsd_m: float) -> Plane:
    """Average images over the area of each pixel, about the same center.

    ``images``: float32 (..., cells, cells) with cells of ``cell_m`` meters. Returns float32
    (..., pixels, pixels) with as many whole pixels of ``gsd_m`` meters as fit; the rest is cropped
    evenly on all sides. A cell that two pixels share counts for each in proportion to its area.
    """
    cells = images.shape[-1]
    pixels = pixels_across(cells * cell_m, gsd_m)
    size = cells * cell_m / gsd_m
    whole = round(gsd_m / cell_m)
    rest = cells - pixels * whole
    if abs(gsd_m / cell_m - whole) < 1e-6 and rest % 2 == 0:
        crop = slice(rest // 2, cells - rest // 2)
        blocks = images[..., crop, crop].reshape(*images.shape[:-2], pixels, whole, -1).mean(-2)
        total = blocks[..., ::whole].copy()
        for column in range(1, whole):
            total += blocks[..., column::whole]
        return np.asarray(total / np.float32(whole), dtype=np.float32)
    weights = area_weights(0, pixels, -(size - pixels) / 2, size, cells)
    return np.asarray(weights @ images @ weights.T, dtype=np.float32)


def render(terrain: Terrain, gsd_m: float) -> NDArray[np.float32]:
    """Render the terrain from above: float32 (3, side, side) in [0, 1], pixels averaged by area.

    Painted in cells of 0.1 m, of 0.25 m for pixels from 0.5 m on, or of the pixel's own size below
    0.1 m, and averaged. Two pixel sizes painted in the same cells agree exactly. No sensor noise.
    Raises ValueError for a ``gsd_m`` below 0.05 m, UserError for one above the ground's side and
    for more than 2560 cells across.
    """
    if not gsd_m >= MIN_GSD_M:
        raise ValueError(f"gsd_m must be at least {MIN_GSD_M:g} m, not {gsd_m:g}")
    pixels_across(terrain.side_m, gsd_m)
    cell_m = min(gsd_m, PAINTED_CELLS_M[gsd_m >= COARSE_GSD_M])
    side = round(terrain.side_m / cell_m)
    if side > MAX_CELLS:
        raise UserError(f"{side} px across are more than the {MAX_CELLS} that can be painted")
    canvas = Canvas(side, cell_m, terrain.sun, terrain.texture_seed)
    for item in terrain.items:
        item.paint(canvas)
    gain = np.array(terrain.atmosphere.gain, dtype=np.float32)[:, None, None]
    image = np.clip(canvas.illuminated() * gain + np.float32(terrain.atmosphere.haze), 0, 1)
    return area_average(image, cell_m, gsd_m)
