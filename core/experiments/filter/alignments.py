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

from ...imaging.shapes import area_weights, object_template
from .spec import Spec

Pictures = NDArray[np.float32]

ALIGNMENTS = 8  # along each axis, so 64 in all; for a filter alone, every eighth of a pixel


@dataclass(frozen=True)
class Stimulus:
    """A bright object on black, or its photographic negative."""

    object: str
    contrast: str = "positive"


def stimulus_of(spec: Spec) -> Stimulus:
    """Return the object of a spec without its size."""
    return Stimulus(spec.object, spec.contrast_sign)


def offsets(period: float, count: int = ALIGNMENTS) -> NDArray[np.float64]:
    """Return offsets in pixels from 0 up to, not including, the period: float64 (count,)."""
    return np.arange(count, dtype=np.float64) * np.float64(period / count)


@lru_cache(maxsize=16)
def _brightness(name: str) -> Pictures:
    return object_template(name).premultiplied().copy()


def pictures(
    stimulus: Stimulus, size_px: float, starts: NDArray[np.float64], side: int
) -> Pictures:
    """Render the object with its upper left corner at every pair of ``starts``, background at 0.

    Returns float32 (starts * starts, side, side): first the row's start, then the column's.
    """
    light = _brightness(stimulus.object)
    cells, count = light.shape[0], len(starts)
    weights = [area_weights(0, side, float(start), size_px, cells) for start in starts]
    along = torch.from_numpy(np.concatenate(weights))
    both = (along @ torch.from_numpy(light) @ along.T).numpy()  # NumPy's would not keep to a thread
    apart = both.reshape(count, side, count, side).transpose(0, 2, 1, 3)
    bright = np.minimum(apart.reshape(-1, side, side), 1)
    return np.asarray(-bright if stimulus.contrast == "negative" else bright)
