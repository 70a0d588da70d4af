"""Labelled tiles of procedural ground: the same ground at any ground sample distance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ...errors import UserError
from ..tiles.tiles import Tiles
from .ground import CLASSES, averaged, ground, render

__all__ = ("CLASSES", "GROUND_M", "NOISE", "coarser", "draw", "noisy")

GROUND_M = 96.0
NOISE = 0.01  # standard deviation of the sensor's noise, of a pixel of any size
SOURCE = "procedural overhead scenes of our own, with true sizes in metres"


def draw(
    count_per_class: int,
    seed: int,
    gsd_m: float,
    ground_m: float = GROUND_M,
    noise: float = NOISE,
    progress: Callable[[float], None] = lambda share: None,
) -> Tiles:
    """Tiles of all :data:`CLASSES`, one class after the other, each its own ground and group.

    The ``i``-th ground of a class depends on ``seed``, ``i`` and ``ground_m`` alone: other pixels
    show the same ground, and more tiles begin with the same ones. ``int(ground_m / gsd_m)`` pixels
    across are kept, about the ground's middle. Gaussian noise of standard deviation ``noise`` (of
    [0, 1]) is added to each pixel, whatever its size; see :func:`noisy`. ``progress`` hears the
    share that is done.

    Raises ValueError for fewer than one tile, negative noise, a ``gsd_m`` below 0.05 m or above
    ``ground_m``, a ``ground_m`` outside 16 to 256 m, or more than 2560 pixels across.
    """
    if count_per_class < 1:
        raise ValueError(f"count_per_class must be at least 1, not {count_per_class}")
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count_per_class)
    images = []
    for index, label in enumerate(labels):
        place = ground(CLASSES[label], seed, index % count_per_class, ground_m)
        images.append(render(place, gsd_m))
        progress((index + 1) / labels.size)
    groups = np.arange(labels.size, dtype=np.int64)
    clean = Tiles(np.stack(images), labels, CLASSES, gsd_m, groups, SOURCE)
    return noisy(clean, noise, seed)


def noisy(tiles: Tiles, sigma: float, seed: int) -> Tiles:
    """The tiles with a sensor's Gaussian noise of standard deviation ``sigma``, clipped to [0, 1].

    To compare resolutions, add it after :func:`coarser`, which averages noise away too.
    Raises ValueError for a negative ``sigma``.
    """
    if not sigma >= 0:
        raise ValueError(f"noise must be at least 0, not {sigma:g}")
    if sigma == 0:
        return tiles
    rng = np.random.default_rng([seed, tiles.images.shape[-1]])
    grain = rng.standard_normal(tiles.images.shape, dtype=np.float32) * np.float32(sigma)
    return replace(tiles, images=np.clip(tiles.images + grain, 0, 1))


def coarser(tiles: Tiles, gsd_m: float) -> Tiles:
    """The same ground with larger pixels, each the mean over its own area; the tiles themselves
    where ``gsd_m`` is theirs.

    Whole pixels about the tile's middle are kept, what is left over is cut off. Exact where a pixel
    holds a whole number of the old ones; else those on its edge count by their share of area.
    Raises UserError where ``gsd_m`` is finer than the tiles', or larger than a tile.
    """
    if not gsd_m >= tiles.gsd_m * (1 - 1e-9):
        raise UserError(
            f"gsd_m must be at least the tiles' own {tiles.gsd_m:g} m, not {gsd_m:g}: "
            "finer detail is not there"
        )
    images = averaged(tiles.images, tiles.gsd_m, gsd_m)
    return replace(tiles, images=images, gsd_m=gsd_m)
