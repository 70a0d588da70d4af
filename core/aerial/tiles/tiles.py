"""Labelled pictures of the ground, all at one ground sample distance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError


@dataclass(frozen=True)
class Tiles:
    """Square pictures of the ground with what each mainly shows.

    ``images`` is float32 (n, 3, side, side) in [0, 1], row 0 in the north; ``labels`` int64 (n,)
    counts into ``classes``. A pixel spans ``gsd_m`` metres of ground. ``groups`` int64 (n,) holds
    equal numbers for tiles of one ground, which a split must keep together. ``source`` says where
    they come from, ``notes`` what was done to them on the way, one sentence each.
    """

    images: NDArray[np.float32]
    labels: NDArray[np.int64]
    classes: tuple[str, ...]
    gsd_m: float
    groups: NDArray[np.int64]
    source: str
    notes: tuple[str, ...] = ()


class TilesError(UserError):
    """Tiles that cannot be taken: one sentence with what was wrong and what is allowed."""
