"""The tiles of a measurement: the same terrain at every ground sample distance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.scenes import CLASSES, SCENE_SIDE_M, SOURCE, downsample
from ...aerial.probing.splits import TILES_PER_PART
from ...aerial.tiles.tiles import Tiles
from ...formatting import significant_digits
from . import scene_cache
from .spec import CROWNS, Spec

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

MAX_SIDE_PX = 256  # of a scene; finer scenes are made smaller
SAME_GSD = 0.05  # ground sample distances that differ by less count as equal
MIN_PX = 2  # across a tile
HELD_OUT_PER_CLASS = 3 * TILES_PER_PART
POOL_RATIO = 1.5  # tiles to draw from, for each tile of a training set


@dataclass(frozen=True, eq=False)
class TileSet:
    """Labeled tiles at several ground sample distances (GSDs), ``gsds_m``, ascending.

    ``gsd_m``: the target GSD. ``labels`` and ``groups``: int64 (n,), as in
    :class:`core.aerial.tiles.tiles.Tiles`. ``sides_px``: side of a tile by GSD. ``key`` identifies
    these tiles. ``finest``: the tiles of a user or a package; None for scenes, which
    :meth:`prepare` draws.
    """

    gsd_m: float
    gsds_m: tuple[float, ...]
    sides_px: dict[float, int]
    labels: Labels
    groups: Labels
    classes: tuple[str, ...]
    source: str
    notes: tuple[str, ...]
    key: Any
    finest: Tiles | None = None

    def prepare(self) -> Iterator[float]:
        """Draw scenes that are not cached; yields the fraction done, 0 to 1."""
        if self.finest is None:
            yield from scene_cache.draw(self.key)

    def images(self, gsd_m: float) -> Images:
        """Tiles at a ground sample distance: float32 (n, 3, side, side) in [0, 1]; not cached."""
        if self.finest is None:
            return scene_cache.scenes_at(self.key, gsd_m)
        return downsample(self.finest, gsd_m).images


def tiles_per_class(labels_per_class: int) -> int:
    """Number of tiles of a class that suffices for training sets, validation and test."""
    return round(POOL_RATIO * labels_per_class) + HELD_OUT_PER_CLASS


def side_px(side_m: float, gsd_m: float) -> int:
    """Whole pixels across a tile."""
    return int(side_m / gsd_m + 1e-9)


def scene_tile_set(spec: Spec) -> TileSet:
    """Set up the synthetic scenes of a spec; nothing is drawn yet."""
    gsd_m = spec.gsd_m
    requested = sorted({*spec.gsds_m, gsd_m})
    side_m = min(SCENE_SIDE_M, MAX_SIDE_PX * requested[0])
    gsds = [gsd for gsd in requested if side_px(side_m, gsd) >= MIN_PX or gsd == gsd_m]
    notes = _omitted(requested, gsds, "a tile has fewer than 2 pixels there")
    if side_m < SCENE_SIDE_M:
        notes.append(
            f"The scenes are {significant_digits(side_m)} m wide instead of "
            f"{significant_digits(SCENE_SIDE_M)} m, so that the finest has {MAX_SIDE_PX} px."
        )
    count = tiles_per_class(spec.labels_per_class)
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count)
    sides = {gsd: side_px(side_m, gsd) for gsd in gsds}
    return TileSet(
        gsd_m, tuple(gsds), sides, labels, np.arange(len(labels)), CLASSES, SOURCE,
        tuple(notes), (count, spec.seed, requested[0], side_m),
    )  # fmt: skip


def tile_set_of(spec: Spec, tiles: Tiles | None = None) -> TileSet:
    """Set up the given tiles, or else those that the spec names; nothing is drawn yet.

    Raises :class:`core.aerial.tiles.neon_crowns.CrownsMissing`.
    """
    if tiles is None and spec.data == CROWNS:
        from ...aerial.tiles.neon_crowns import crowns

        tiles = crowns()
    return scene_tile_set(spec) if tiles is None else photo_tile_set(spec, tiles)


def photo_tile_set(spec: Spec, tiles: Tiles) -> TileSet:
    """Set up photographed tiles at their own ground sample distance and at coarser ones."""
    used, notes = _at_most(tiles, tiles_per_class(spec.labels_per_class), spec.seed)
    side_m = tiles.images.shape[-1] * tiles.gsd_m
    others = [gsd for gsd in spec.gsds_m if abs(gsd / tiles.gsd_m - 1) > SAME_GSD]
    finer = [gsd for gsd in others if gsd < tiles.gsd_m]
    coarse = sorted({tiles.gsd_m, *others} - set(finer))
    gsds = [gsd for gsd in coarse if side_px(side_m, gsd) >= MIN_PX or gsd == tiles.gsd_m]
    notes += _omitted(finer, [], "the tiles do not resolve so much detail")
    notes += _omitted(coarse, gsds, "a tile has fewer than 2 pixels there")
    sides = {gsd: side_px(side_m, gsd) for gsd in gsds}
    key = ("photo", hashlib.blake2b(used.images.tobytes()).hexdigest())
    return TileSet(
        tiles.gsd_m, tuple(gsds), sides, used.labels, used.groups, tiles.classes, tiles.source,
        (*tiles.notes, *notes), key, used,
    )  # fmt: skip


def _omitted(requested: Sequence[float], used: Sequence[float], reason: str) -> list[str]:
    omitted = [significant_digits(gsd) for gsd in requested if gsd not in used]
    return [f"Omitted: {', '.join(omitted)} m per pixel, because {reason}."] if omitted else []


def _at_most(tiles: Tiles, maximum: int, seed: int) -> tuple[Tiles, list[str]]:
    """Up to ``maximum`` random tiles of each class, in order; and a note if some are not used."""
    order = np.random.default_rng(seed).permutation(len(tiles.labels))
    picked = [order[tiles.labels[order] == label][:maximum] for label in range(len(tiles.classes))]
    indices = np.sort(np.concatenate(picked))
    if len(indices) == len(tiles.labels):
        return tiles, []
    used = replace(
        tiles,
        images=tiles.images[indices],
        labels=tiles.labels[indices],
        groups=tiles.groups[indices],
    )
    counts = f"{len(indices)} of {len(tiles.labels)} tiles are used"
    return used, [f"{counts}: at most {maximum} random tiles of a class."]
