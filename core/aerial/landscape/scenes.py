"""Labeled tiles of procedural terrain: the same terrain at any ground sample distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...errors import UserError
from ..tiles.tiles import Tiles
from .terrain import CLASSES, area_average, make_terrain, render

__all__ = ("CLASSES", "NOISE", "SCENE_SIDE_M", "add_noise", "downsample", "draw_scenes")

SCENE_SIDE_M = 96.0
NOISE = 0.01  # standard deviation of the sensor noise, for pixels of any size
SOURCE = "synthetic overhead scenes with true sizes in meters"


def draw_scenes(
    count_per_class: int,
    seed: int,
    gsd_m: float,
    side_m: float = SCENE_SIDE_M,
    noise: float = NOISE,
    progress: Callable[[float], None] = lambda fraction: None,
) -> Tiles:
    """Draw tiles of all :data:`CLASSES`, class by class, each with its own terrain and group.

    The ``i``-th terrain of a class depends only on ``seed``, ``i`` and ``side_m``: another
    ``gsd_m`` shows the same terrain, and more tiles begin with the same ones. A tile has
    ``int(side_m / gsd_m)`` pixels across, about the center of the terrain. Gaussian noise of
    standard deviation ``noise`` (full scale is 1) is added to each pixel, whatever its size; see
    :func:`add_noise`. ``progress`` gets the fraction done.

    Raises ValueError for fewer than one tile, negative noise, a ``gsd_m`` below 0.05 m or above
    ``side_m``, a ``side_m`` outside 16 to 256 m, or more than 2560 pixels across.
    """
    if count_per_class < 1:
        raise ValueError(f"count_per_class must be at least 1, not {count_per_class}")
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count_per_class)
    images = []
    for index, label in enumerate(labels):
        terrain = make_terrain(CLASSES[label], seed, index % count_per_class, side_m)
        images.append(render(terrain, gsd_m))
        progress((index + 1) / labels.size)
    groups = np.arange(labels.size, dtype=np.int64)
    clean = Tiles(np.stack(images), labels, CLASSES, gsd_m, groups, SOURCE)
    return add_noise(clean, noise, seed)


def add_noise(tiles: Tiles, sigma: float, seed: int) -> Tiles:
    """Add Gaussian sensor noise of standard deviation ``sigma`` to tiles, clipped to [0, 1].

    To compare resolutions, add it after :func:`downsample`, which averages noise as well.
    Raises ValueError for a negative ``sigma``.
    """
    if not sigma >= 0:
        raise ValueError(f"noise must be at least 0, not {sigma:g}")
    if sigma == 0:
        return tiles
    rng = np.random.default_rng([seed, tiles.images.shape[-1]])
    noise = rng.standard_normal(tiles.images.shape, dtype=np.float32) * np.float32(sigma)
    return replace(tiles, images=np.clip(tiles.images + noise, 0, 1))


def downsample(tiles: Tiles, gsd_m: float) -> Tiles:
    """Average tiles to larger pixels of ``gsd_m`` meters; the tiles themselves if it is theirs.

    Whole pixels about the center of a tile are kept, and the rest is cropped. It is exact where a
    new pixel holds a whole number of old ones; otherwise those on its edge count by area.
    Raises UserError where ``gsd_m`` is finer than the tiles', or larger than a tile.
    """
    if not gsd_m >= tiles.gsd_m * (1 - 1e-9):
        raise UserError(
            f"gsd_m must be at least the tiles' own {tiles.gsd_m:g} m, not {gsd_m:g}: "
            "finer detail is not there"
        )
    images = area_average(tiles.images, tiles.gsd_m, gsd_m)
    return replace(tiles, images=images, gsd_m=gsd_m)
