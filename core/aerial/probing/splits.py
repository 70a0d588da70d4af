"""Splits of tiles for training, validation and test; no group is on two sides."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError

Labels = NDArray[np.int64]
Indices = NDArray[np.int64]

MIN_LABELS_PER_CLASS = 5  # to train a probe
TILES_PER_PART = 10  # of each class, where there are enough
MIN_PARTS = 6  # one for validation, two for test, the others for training


class TooFewTiles(UserError):
    """Too few tiles, classes or groups for a split."""


@dataclass(frozen=True)
class Split:
    """Indices of tiles, int64.

    ``pool``: training sets are drawn from it. ``validation``: choose the layer and resize factor.
    ``test``: score that choice, and nothing else.
    """

    pool: Indices
    validation: Indices
    test: Indices

    @property
    def held_out(self) -> Indices:
        """Tiles that never train a probe: validation first, then test, int64 (n,)."""
        return np.concatenate((self.validation, self.test))


def split(labels: Labels, groups: Labels, classes: tuple[str, ...], seed: int) -> Split:
    """Split tiles; groups stay together, classes are spread as evenly as that allows.

    ``labels`` and ``groups``: int64 (n,); labels count into ``classes``. Raises
    :class:`TooFewTiles`.
    """
    counts = np.bincount(labels, minlength=len(classes))
    if len(classes) < 2:
        raise TooFewTiles("There is only one class; a probe needs at least two.")
    smallest = int(counts.argmin())
    minimum = 2 * MIN_LABELS_PER_CLASS
    if counts[smallest] < minimum:
        raise TooFewTiles(
            f"The class '{classes[smallest]}' has {counts[smallest]} tiles; at least {minimum} "
            "are needed."
        )
    parts = _parts(labels, groups, seed)
    sides = [np.flatnonzero(mask) for mask in (parts > 2, parts == 0, (parts > 0) & (parts < 3))]
    for side, minimum in zip(sides, (MIN_LABELS_PER_CLASS, 1, 1), strict=True):
        present = np.bincount(labels[side], minlength=len(classes))
        if present.min() < minimum:
            name = classes[int(present.argmin())]
            raise TooFewTiles(
                f"The tiles of the class '{name}' form too few groups to be split; give tiles from "
                "more places."
            )
    return Split(*sides)


def _parts(labels: Labels, groups: Labels, seed: int) -> Labels:
    """Number of the part of every tile, int64 (n,)."""
    from sklearn.model_selection import (  # type: ignore[import-untyped]
        StratifiedGroupKFold,
    )

    count = max(MIN_PARTS, int(np.bincount(labels).min()) // TILES_PER_PART)
    count = min(count, len(np.unique(groups)))
    if count < MIN_PARTS:
        raise TooFewTiles(
            f"The tiles form {count} groups; at least {MIN_PARTS} are needed to separate training "
            "from testing."
        )
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    parts = np.zeros(len(labels), dtype=np.int64)
    with warnings.catch_warnings():  # about small classes, which the caller checks
        warnings.simplefilter("ignore", UserWarning)
        for part, (_, inside) in enumerate(folds.split(labels, labels, groups)):
            parts[inside] = part
    return parts


def max_per_class(labels: Labels, pool: Indices) -> int:
    """Tiles of the smallest class in ``pool``, which are indices; ``labels``: int64 (n,)."""
    return int(np.bincount(labels[pool]).min())


def draw_training_set(labels: Labels, pool: Indices, count: int, seed: int) -> Indices:
    """Draw ``count`` tiles of every class at random from ``pool``: indices, int64.

    ``labels``: int64 (n,). For one seed, a smaller set is part of every larger one.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(pool)
    chosen = [order[labels[order] == label][:count] for label in np.unique(labels[pool])]
    return np.concatenate(chosen)
