"""Labeled tiles: square pictures from above, all at one ground sample distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError


@dataclass(frozen=True)
class Tiles:
    """Square pictures from above, each labeled with what it mainly shows.

    ``images``: float32 (n, 3, side, side) in [0, 1], row 0 in the north. ``labels``: int64 (n,),
    indices into ``classes``. ``gsd_m``: meters per pixel. ``groups``: int64 (n,), equal for tiles
    that a split must keep together. ``source``: where they come from; ``notes``: what was done to
    them, one sentence each.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    gsd_m: float
    groups: NDArray[np.int64]
    source: str
    notes: tuple[str, ...] = ()


class TilesError(UserError):
    """Tiles that cannot be used: one sentence on what is wrong and what is allowed."""
