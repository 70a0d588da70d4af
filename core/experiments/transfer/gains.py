"""Differences in accuracy between two methods on the same tiles, with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...aerial.probing.intervals import bootstrap_interval, over_landscapes
from .setup import Protocol

Correct = NDArray[np.bool_]  # (landscapes, training sets, test tiles)


@dataclass(frozen=True)
class Gain:
    """Difference in accuracy between two methods in percentage points.

    ``low`` and ``high``: its 95 % interval over training sets, tiles and landscapes.
    ``joint_low`` and ``joint_high``: the interval that holds together with those of all target
    ground sample distances, by which it is judged. ``by_landscape``: of each landscape.
    """

    points: float
    low: float
    high: float
    joint_low: float
    joint_high: float
    by_landscape: tuple[float, ...]


def gain(landscapes: Sequence[Protocol], new: Correct, old: Correct) -> Gain:
    """Difference in test accuracy of two methods, paired by landscape, training set and tile.

    ``new`` and ``old``: bool (landscapes, training sets, test tiles).
    """
    difference = 100.0 * (new.astype(np.float64) - old)
    groups = [each.tile_set.groups[each.split.test] for each in landscapes]
    pairs = list(zip(difference, groups, strict=True))
    single = over_landscapes([bootstrap_interval(*pair) for pair in pairs])
    joint = over_landscapes([bootstrap_interval(*pair, landscapes[0].confidence) for pair in pairs])
    mean, low, high = single.cell()
    by_landscape = tuple(float(value) for value in difference.mean(axis=(1, 2)))
    return Gain(mean, low, high, *joint.cell()[1:], by_landscape)
