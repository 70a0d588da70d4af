"""Which tiles train a probe and which test it: no ground is on both sides."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...errors import UserError

Labels = NDArray[np.int64]
Indices = NDArray[np.int64]

LEAST_LABELLED = 5  # per class: the fewest that a probe is trained with
PART = 10  # tiles per class in a part, where there are enough
LEAST_PARTS = 6  # one to choose with, two to score with, the others to train with


class TooFewTiles(UserError):
    """Tiles that cannot be split, in one sentence."""


@dataclass(frozen=True)
class Split:
    """Indices of tiles. ``pool``: training sets are drawn from it; ``choosing``: the best layer is
    chosen with them; ``scoring``: what was chosen is scored with them alone."""

    pool: Indices
    choosing: Indices
    scoring: Indices

    @property
    def held(self) -> Indices:
        """All that are never trained with: those to choose with, then those to score with."""
        return np.concatenate((self.choosing, self.scoring))


def split(labels: Labels, groups: Labels, classes: tuple[str, ...], seed: int) -> Split:
    """Tiles of one group stay together, and classes are spread as evenly as that allows.

    ``labels`` count into ``classes``. Raises :class:`TooFewTiles`.
    """
    counts = np.bincount(labels, minlength=len(classes))
    if len(classes) < 2:
        raise TooFewTiles("There is one class only; a probe needs at least two to tell apart.")
    scarce = int(counts.argmin())
    least = 2 * LEAST_LABELLED
    if counts[scarce] < least:
        raise TooFewTiles(
            f"The class '{classes[scarce]}' has {counts[scarce]} tiles; at least {least} are "
            "needed."
        )
    parts = _parts(labels, groups, seed)
    found = Split(
        *(np.flatnonzero(mask) for mask in (parts > 2, parts == 0, (parts > 0) & (parts < 3)))
    )
    for part, need in ((found.pool, LEAST_LABELLED), (found.choosing, 1), (found.scoring, 1)):
        there = np.bincount(labels[part], minlength=len(classes))
        if there.min() < need:
            name = classes[int(there.argmin())]
            raise TooFewTiles(
                f"The tiles of the class '{name}' lie on too few grounds to be split; give tiles "
                "from more places."
            )
    return found


def _parts(labels: Labels, groups: Labels, seed: int) -> Labels:
    """A part's number for every tile."""
    from sklearn.model_selection import (  # type: ignore[import-untyped]
        StratifiedGroupKFold,
    )

    count = max(LEAST_PARTS, int(np.bincount(labels).min()) // PART)
    count = min(count, len(np.unique(groups)))
    if count < LEAST_PARTS:
        raise TooFewTiles(
            f"The tiles lie on {count} grounds; at least {LEAST_PARTS} are needed to keep training "
            "and testing apart."
        )
    folds = StratifiedGroupKFold(count, shuffle=True, random_state=seed)
    parts = np.zeros(len(labels), dtype=np.int64)
    with warnings.catch_warnings():  # that a class is scarce, which the caller checks
        warnings.simplefilter("ignore", UserWarning)
        for part, (_, inside) in enumerate(folds.split(labels, labels, groups)):
            parts[inside] = part
    return parts


def most_per_class(labels: Labels, pool: Indices) -> int:
    """How many tiles of every class there are to draw from."""
    return int(np.bincount(labels[pool]).min())


def drawn(labels: Labels, pool: Indices, count: int, seed: int) -> Indices:
    """``count`` tiles of every class, at random; fewer are the first of more for the same seed."""
    random = np.random.default_rng(seed)
    order = random.permutation(pool)
    chosen = [order[labels[order] == one][:count] for one in np.unique(labels[pool])]
    return np.concatenate(chosen)
