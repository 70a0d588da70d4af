"""Pictures of one tile per class at any ground sample distance, for display."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.scenes import NOISE, SCENE_SIDE_M
from ...aerial.landscape.terrain import CLASSES, area_average, make_terrain, pixels_across, render
from ...aerial.tiles.tiles import Tiles
from ...imaging.palette import Palette, make_palette

SIDE_PX = 192  # of a displayed picture; finer pixels are not drawn
SMALL_PX = 96
MAX_CLASSES = 6

Cells = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Pictures:
    """``images`` float32 (classes, 3, side, side) in [0, 1] at ``gsd_m``, with class ``names``.

    One ``palette`` serves all of them at any ground sample distance. ``noise``: standard deviation
    of the sensor noise, in units of [0, 1]. ``small_cells``: cache of :meth:`small_cells_at`.
    """

    images: NDArray[np.float32]
    names: tuple[str, ...]
    gsd_m: float
    palette: Palette
    noise: float = 0.0
    small_cells: dict[tuple[int, float], Cells] = field(default_factory=dict)

    @property
    def side_m(self) -> float:
        """Side of a tile, in meters."""
        return float(self.images.shape[-1] * self.gsd_m)

    def side_px(self, gsd_m: float) -> int:
        """Pixels across a tile at a ground sample distance, even if finer than the tile's."""
        return max(1, int(self.side_m / gsd_m + 1e-6))

    def drawn_m(self, gsd_m: float) -> float:
        """Displayed GSD in m: no finer than the tile's own, no coarser than a whole tile."""
        return min(max(gsd_m, self.gsd_m), self.side_m)

    def cells_at(self, gsd_m: float) -> list[Cells]:
        """Color indices uint8 (192, 192) of every class; a pixel of the tile is a square of equal
        cells."""
        return self._cells(self.images, gsd_m, SIDE_PX)

    def small_cells_at(self, gsd_m: float, label: int) -> Cells:
        """Color indices uint8 (96, 96) of one class, cached; of finer pixels the nearest one."""
        key = (label, gsd_m)
        if key not in self.small_cells:
            image = self.images[label : label + 1]
            self.small_cells[key] = self._cells(image, gsd_m, SMALL_PX)[0]
        return self.small_cells[key]

    def _cells(self, images: NDArray[np.float32], gsd_m: float, side_px: int) -> list[Cells]:
        drawn_m = self.drawn_m(gsd_m)
        pixels = area_average(images, self.gsd_m, drawn_m)
        if self.noise:
            noise = np.random.default_rng(0).standard_normal(pixels.shape[1:], dtype=np.float32)
            pixels = np.clip(pixels + np.float32(self.noise) * noise, 0, 1)
        side = pixels_across(self.side_m, drawn_m)
        cells = np.arange(side_px) * side // side_px
        return [self.palette.color_indices(image)[np.ix_(cells, cells)] for image in pixels]


def _palette(images: NDArray[np.float32]) -> Palette:
    return make_palette(np.concatenate(list(images), axis=2))


def scene_pictures(seed: int = 0) -> Pictures:
    """Draw the first scene of every class, at 0.5 m per pixel."""
    gsd_m = SCENE_SIDE_M / SIDE_PX
    images = np.stack(
        [render(make_terrain(kind, seed, 0, SCENE_SIDE_M), gsd_m) for kind in CLASSES]
    )
    return Pictures(images, CLASSES, gsd_m, _palette(images), NOISE)


def tile_pictures(tiles: Tiles) -> Pictures:
    """Take the first tile of every class, of the first six classes."""
    classes = tiles.classes[:MAX_CLASSES]
    first = [int(np.flatnonzero(tiles.labels == label)[0]) for label in range(len(classes))]
    images = tiles.images[first]
    return Pictures(images, classes, tiles.gsd_m, _palette(images))
