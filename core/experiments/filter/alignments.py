"""One object at one size and every alignment to the grid, as one batch of pictures.

Alignments are spaced evenly over the period after which everything repeats: a pixel for a filter on
the picture, the stride of the top cells after pooling. The weights of area sampling along one axis
are stacked for all offsets, so that two matrix products give every pair of offsets at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...imaging.shapes import area_weights, master

Pictures = NDArray[np.float32]

ALIGNMENTS = 8  # along each axis, so 64 in all; for a filter alone, every eighth of a pixel


@dataclass(frozen=True)
class Stimulus:
    """A bright thing on black, or its photographic negative."""

    object: str
    contrast: str = "positive"


def offsets(period: float, count: int = ALIGNMENTS) -> NDArray[np.float64]:
    """``count`` offsets in pixels from 0 up to, not including, the period."""
    return np.arange(count, dtype=np.float64) * np.float64(period / count)


@lru_cache(maxsize=16)
def _light(name: str) -> Pictures:
    made = master(name)
    return made.cover.copy() if made.value is None else made.cover * made.value


def pictures(
    stimulus: Stimulus, size_px: float, starts: NDArray[np.float64], side: int
) -> Pictures:
    """The object with its upper left corner at every pair of ``starts``, background at 0.

    Float32 (starts * starts, side, side): first the row's start, then the column's.
    """
    light = _light(stimulus.object)
    cells, count = light.shape[0], len(starts)
    weights = [area_weights(0, side, float(start), size_px, cells) for start in starts]
    along = torch.from_numpy(np.concatenate(weights))
    both = (along @ torch.from_numpy(light) @ along.T).numpy()  # NumPy's would not keep to a thread
    apart = both.reshape(count, side, count, side).transpose(0, 2, 1, 3)
    bright = np.minimum(apart.reshape(-1, side, side), 1)
    return np.asarray(-bright if stimulus.contrast == "negative" else bright)
