"""One tile of every class at any ground sample distance, to be looked at: painted once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.ground import CLASSES, averaged, ground, pixels_across, render
from ...aerial.landscape.scenes import GROUND_M, NOISE
from ...aerial.tiles.tiles import Tiles
from ...imaging.palette import Palette, make_palette

SIDE_PX = 192  # of a picture on the screen; finer pixels are not drawn
SMALL_PX = 96
MOST = 6  # classes

Cells = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Pictures:
    """``images`` float32 (classes, 3, side, side) in [0, 1] at ``gsd_m``, ``names`` of their
    classes; ``colours`` serve all of them at any ground sample distance. Coarser pixels get a
    sensor's ``noise`` (a standard deviation)."""

    images: NDArray[np.float32]
    names: tuple[str, ...]
    gsd_m: float
    colours: Palette
    noise: float = 0.0
    small: dict[tuple[int, float], Cells] = field(default_factory=dict)

    @property
    def side_m(self) -> float:
        """Of a tile on the ground."""
        return float(self.images.shape[-1] * self.gsd_m)

    def side_px(self, gsd_m: float) -> int:
        """Pixels across a tile at a ground sample distance, whether or not there is such detail."""
        return max(1, int(self.side_m / gsd_m + 1e-6))

    def drawn_m(self, gsd_m: float) -> float:
        """The pixels that are drawn: no finer than there are, no larger than a tile."""
        return min(max(gsd_m, self.gsd_m), self.side_m)

    def at(self, gsd_m: float) -> list[Cells]:
        """Numbers of colours, uint8 (192, 192), of every class: each pixel of the tile is a square
        of equal cells."""
        return self._cells(self.images, gsd_m, SIDE_PX)

    def small_at(self, gsd_m: float, number: int) -> Cells:
        """Of one class, uint8 (96, 96), kept in ``small``; of finer pixels the nearest."""
        key = (number, gsd_m)
        if key not in self.small:
            self.small[key] = self._cells(self.images[number : number + 1], gsd_m, SMALL_PX)[0]
        return self.small[key]

    def _cells(self, images: NDArray[np.float32], gsd_m: float, side_px: int) -> list[Cells]:
        drawn = self.drawn_m(gsd_m)
        seen = averaged(images, self.gsd_m, drawn)
        if self.noise:
            grain = np.random.default_rng(0).standard_normal(seen.shape[1:], dtype=np.float32)
            seen = np.clip(seen + np.float32(self.noise) * grain, 0, 1)
        side = pixels_across(self.side_m, drawn)
        cells = np.arange(side_px) * side // side_px
        return [self.colours.color_indices(one)[np.ix_(cells, cells)] for one in seen]


def _colours(images: NDArray[np.float32]) -> Palette:
    return make_palette(np.concatenate(list(images), axis=2))


def scenes(seed: int = 0) -> Pictures:
    """The first scene of every class, at 0.5 m."""
    gsd_m = GROUND_M / SIDE_PX
    images = np.stack([render(ground(kind, seed, 0, GROUND_M), gsd_m) for kind in CLASSES])
    return Pictures(images, CLASSES, gsd_m, _colours(images), NOISE)


def of_tiles(tiles: Tiles) -> Pictures:
    """The first tile of every class, of six at most."""
    classes = tiles.classes[:MOST]
    first = [int(np.flatnonzero(tiles.labels == label)[0]) for label in range(len(classes))]
    images = tiles.images[first]
    return Pictures(images, classes, tiles.gsd_m, _colours(images))
