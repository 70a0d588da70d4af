"""The tiles of a measurement: the same ground at every ground sample distance."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...aerial.landscape.scenes import CLASSES, GROUND_M, SOURCE, coarser
from ...aerial.probing.splits import PART
from ...aerial.tiles.tiles import Tiles
from ...formatting import significant_digits
from . import scene_cache
from .spec import CROWNS, Spec

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

FINEST_PX = 256  # the most along a scene; where there would be more the scene is smaller
SAME = 0.05  # ground sample distances that differ by less are one
LEAST_PX = 2  # fewer pixels are no picture
HELD = 3 * PART  # tiles per class that test
SPARE = 1.5  # tiles to draw from for every tile of a training set


@dataclass(frozen=True, eq=False)
class Ground:
    """Tiles that can be seen at ``gsds_m``, ascending; ``gsd_m``: the one that is asked about.

    ``labels`` and ``groups`` int64 (n,), as in :class:`core.aerial.tiles.tiles.Tiles`; ``sides_px``: of a
    tile, by ground sample distance. ``key`` tells these tiles from all others. ``finest``: the
    tiles of a person; None for scenes, which are drawn by :meth:`prepared`.
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

    def prepared(self) -> Iterator[float]:
        """Draws what is to be drawn and not kept from the last time; the share done, as it goes."""
        if self.finest is None:
            yield from scene_cache.drawing(self.key)

    def images(self, gsd_m: float) -> Images:
        """Float32 (n, 3, side, side) in [0, 1]; made anew whenever asked."""
        if self.finest is None:
            return scene_cache.seen(self.key, gsd_m)
        return coarser(self.finest, gsd_m).images


def per_class(labelled: int) -> int:
    """How many tiles of a class are enough for training sets of ``labelled`` and for the test."""
    return round(SPARE * labelled) + HELD


def side_px(side_m: float, gsd_m: float) -> int:
    """Whole pixels across a tile."""
    return int(side_m / gsd_m + 1e-9)


def scenes(spec: Spec) -> Ground:
    """The procedural scenes of a spec; nothing is drawn yet."""
    gsd_m = spec.gsd_m
    wanted = sorted({*spec.compared_m, gsd_m})
    side_m = min(GROUND_M, FINEST_PX * wanted[0])
    shown = [one for one in wanted if side_px(side_m, one) >= LEAST_PX or one == gsd_m]
    notes = _left_out(wanted, shown, "a tile has fewer than 2 pixels there")
    if side_m < GROUND_M:
        notes.append(
            f"The scenes are {significant_digits(side_m)} m wide instead of {significant_digits(GROUND_M)} m, so that the "
            f"finest picture has {FINEST_PX} px."
        )
    count = per_class(spec.labelled)
    labels = np.repeat(np.arange(len(CLASSES), dtype=np.int64), count)
    sides = {one: side_px(side_m, one) for one in shown}
    return Ground(
        gsd_m, tuple(shown), sides, labels, np.arange(len(labels)), CLASSES, SOURCE,
        tuple(notes), (count, spec.seed, wanted[0], side_m),
    )  # fmt: skip


def ground_of(spec: Spec, tiles: Tiles | None = None) -> Ground:
    """The tiles given, or else those that the spec names; nothing is drawn yet.

    Raises :class:`core.aerial.tiles.neon_crowns.CrownsMissing`.
    """
    if tiles is None and spec.data == CROWNS:
        from ...aerial.tiles.neon_crowns import crowns

        tiles = crowns()
    return scenes(spec) if tiles is None else own(spec, tiles)


def own(spec: Spec, tiles: Tiles) -> Ground:
    """A person's tiles: as they are, and coarser where the spec compares."""
    some, notes = _enough(tiles, per_class(spec.labelled), spec.seed)
    side_m = tiles.images.shape[-1] * tiles.gsd_m
    others = [one for one in spec.compared_m if abs(one / tiles.gsd_m - 1) > SAME]
    finer = [one for one in others if one < tiles.gsd_m]
    there = sorted({tiles.gsd_m, *others} - set(finer))
    shown = [one for one in there if side_px(side_m, one) >= LEAST_PX or one == tiles.gsd_m]
    notes += _left_out(finer, [], "the tiles do not show so much detail")
    notes += _left_out(there, shown, "a tile has fewer than 2 pixels there")
    sides = {one: side_px(side_m, one) for one in shown}
    key = ("own", hashlib.blake2b(some.images.tobytes()).hexdigest())
    return Ground(
        tiles.gsd_m, tuple(shown), sides, some.labels, some.groups, tiles.classes, tiles.source,
        (*tiles.notes, *notes), key, some,
    )  # fmt: skip


def _left_out(wanted: Sequence[float], shown: Sequence[float], reason: str) -> list[str]:
    left = [significant_digits(gsd) for gsd in wanted if gsd not in shown]
    return [f"Left out: {', '.join(left)} m per pixel, since {reason}."] if left else []


def _enough(tiles: Tiles, most: int, seed: int) -> tuple[Tiles, list[str]]:
    """At most so many tiles of each class, at random, in their order; and a note if it was less."""
    order = np.random.default_rng(seed).permutation(len(tiles.labels))
    picked = [order[tiles.labels[order] == one][:most] for one in range(len(tiles.classes))]
    keep = np.sort(np.concatenate(picked))
    if len(keep) == len(tiles.labels):
        return tiles, []
    some = replace(
        tiles, images=tiles.images[keep], labels=tiles.labels[keep], groups=tiles.groups[keep]
    )
    return some, [
        f"{len(keep)} of {len(tiles.labels)} tiles are used: at most {most} of a class, at random."
    ]
