"""A ground: a description in metres of a square piece of land, painted at any resolution."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError
from ...imaging.shapes import area_weights
from .canvas import Canvas, Item, Plane, Sun
from .countryside import field, trees, water
from .housing import houses
from .standing import Crowns
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

FINEST_M = 0.05
CELLS_M = (0.1, 0.25)  # the cells that are painted, averaged to the pixels
COARSE_M = 0.5  # from this pixel on the larger cells will do
MOST_M = 256.0
MOST_PX = 2560
LEAST_M = 16.0


@dataclass(frozen=True)
class Air:
    """What lies between the ground and the camera: a gain for each of red, green and blue, and a
    veil of haze, in [0, 1], that is added."""

    gain: tuple[float, float, float]
    haze: float


@dataclass(frozen=True)
class Ground:
    """A square of ``side_m`` metres, row 0 in the north, with what lies and stands on it, from the
    first that is painted to the last. ``grain`` seeds the textures."""

    kind: str
    side_m: float
    sun: Sun
    air: Air
    items: tuple[Item, ...]
    grain: int = 0


def ground(kind: str, seed: int, number: int = 0, side_m: float = 96.0) -> Ground:
    """The ``number``-th ground of a kind (:data:`CLASSES`); the same numbers give the same ground.

    Raises ValueError for another kind, or a side outside 16 to 256 m.
    """
    if kind not in LAYOUTS:
        raise ValueError(f"there is no ground '{kind}'; there are {', '.join(CLASSES)}")
    if not LEAST_M <= side_m <= MOST_M:
        raise ValueError(f"side_m must be {LEAST_M:g} to {MOST_M:g} m, not {side_m:g}")
    rng = np.random.default_rng([seed, CLASSES.index(kind), number])
    sun = Sun(float(rng.uniform(95, 265)), float(rng.uniform(32, 62)))
    gain = rng.uniform(0.72, 1.3) * rng.uniform(0.93, 1.07, 3)
    air = Air((float(gain[0]), float(gain[1]), float(gain[2])), float(rng.uniform(0, 0.08)))
    items = Crowns.together(LAYOUTS[kind](rng, side_m), side_m)
    return Ground(kind, side_m, sun, air, items, int(rng.integers(2**31)))


def pixels_across(side_m: float, gsd_m: float) -> int:
    """How many whole pixels of ``gsd_m`` fit across ``side_m``; UserError where none does."""
    count = int(side_m / gsd_m + 1e-6)
    if count < 1:
        raise UserError(f"a pixel of {gsd_m:g} m is larger than the ground of {side_m:g} m")
    return count


def averaged(images: Plane, cell_m: float, gsd_m: float) -> Plane:
    """The mean over each pixel's own area, about the same middle: float32 (..., pixels, pixels).

    ``images`` (..., cells, cells) has cells of ``cell_m``. As many whole pixels of ``gsd_m`` as fit
    are kept; what is left over is cut off evenly on all sides. A cell that two pixels share counts
    for each by the share of its area.
    """
    cells = images.shape[-1]
    pixels = pixels_across(cells * cell_m, gsd_m)
    size = cells * cell_m / gsd_m
    whole = round(gsd_m / cell_m)
    rest = cells - pixels * whole
    if abs(gsd_m / cell_m - whole) < 1e-6 and rest % 2 == 0:
        kept = slice(rest // 2, cells - rest // 2)
        blocks = images[..., kept, kept].reshape(*images.shape[:-2], pixels, whole, -1).mean(-2)
        total = blocks[..., ::whole].copy()
        for column in range(1, whole):
            total += blocks[..., column::whole]
        return np.asarray(total / np.float32(whole), dtype=np.float32)
    weights = area_weights(0, pixels, -(size - pixels) / 2, size, cells)
    return np.asarray(weights @ images @ weights.T, dtype=np.float32)


def render(place: Ground, gsd_m: float) -> NDArray[np.float32]:
    """The ground from above, float32 (3, side, side) in [0, 1], each pixel the mean over its area.

    Painted in cells of 0.1 m, of 0.25 m for pixels from 0.5 m on, or of the pixel's own size below
    0.1 m, and averaged. Two pixel sizes painted in the same cells agree exactly. No sensor noise.
    Raises ValueError for a ``gsd_m`` below 0.05 m, UserError for one above the ground's side and
    for more than 2560 cells across.
    """
    if not gsd_m >= FINEST_M:
        raise ValueError(f"gsd_m must be at least {FINEST_M:g} m, not {gsd_m:g}")
    pixels_across(place.side_m, gsd_m)
    cell_m = min(gsd_m, CELLS_M[gsd_m >= COARSE_M])
    side = round(place.side_m / cell_m)
    if side > MOST_PX:
        raise UserError(f"{side} px across are more than the {MOST_PX} that can be painted")
    canvas = Canvas(side, cell_m, place.sun, place.grain)
    for item in place.items:
        item.paint(canvas)
    gain = np.array(place.air.gain, dtype=np.float32)[:, None, None]
    seen = np.clip(canvas.lit() * gain + np.float32(place.air.haze), 0, 1)
    return averaged(seen, cell_m, gsd_m)
