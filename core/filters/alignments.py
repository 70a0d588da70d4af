"""One object at one size and every alignment to the grid, and the peak responses to it.

Alignments are spaced evenly over the period after which everything repeats: a pixel for a filter on
the picture, its stride where that is larger, the stride of the top cells after pooling. The weights
of area sampling along one axis are stacked for all offsets, so that two matrix products give every
pair of offsets at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ..imaging.shapes import area_weights, object_template
from .kernels import Kernel, max_response

Pictures = NDArray[np.float32]
Values = NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]

ALIGNMENTS = 8  # along each axis, so 64 in all; for a filter alone, every eighth of a pixel
ROUNDING = 1e-6  # of the largest response that a kernel can give: a smaller one is rounding


@dataclass(frozen=True)
class Stimulus:
    """A bright object on black, or its photographic negative."""

    object: str
    contrast: str = "positive"


@dataclass(frozen=True)
class Band:
    """Peak or mean responses over all alignments; ``ranks``: float64 (sizes, alignments).

    Each row is in ascending order, so that a column holds the values of equal rank.
    """

    ranks: Values

    @cached_property
    def median(self) -> Values:
        """Median over alignments, float64 (sizes,)."""
        return np.asarray(np.median(self.ranks, axis=1))

    @property
    def low(self) -> Values:
        """Minimum over alignments, float64 (sizes,)."""
        return self.ranks[:, 0]

    @property
    def high(self) -> Values:
        """Maximum over alignments, float64 (sizes,)."""
        return self.ranks[:, -1]

    @property
    def alignments(self) -> int:
        """How many alignments there are."""
        return int(self.ranks.shape[1])

    def select(self, sizes: NDArray[np.bool_] | list[int]) -> Band:
        """Keep some of the sizes, by mask or by index."""
        return Band(self.ranks[sizes])


def band(values: Values) -> Band:
    """Order float64 (sizes, alignments) by rank."""
    return Band(np.sort(values, axis=1))


def offsets(period: float, count: int = ALIGNMENTS) -> Values:
    """Return offsets in pixels from 0 up to, not including, the period: float64 (count,)."""
    return np.arange(count, dtype=np.float64) * np.float64(period / count)


def alignments_for(period: int) -> int:
    """Choose how many offsets a period is divided into, so that one of them is a pixel."""
    return next(count for count in range(ALIGNMENTS, 2 * ALIGNMENTS + 1) if count % period == 0)


def rounding_floor(kernel: Kernel) -> float:
    """Return the response below which there is none, for a kernel (rows, columns)."""
    return ROUNDING * max(max_response(kernel), max_response(-kernel))


@lru_cache(maxsize=16)
def _template(name: str, part: str) -> Pictures:
    template = object_template(name)
    return (template.alpha if part == "alpha" else template.premultiplied()).copy()


def sampled(name: str, size_px: float, starts: Values, side: int, part: str = "light") -> Pictures:
    """Render an object with its upper left corner at every pair of ``starts``, in [0, 1].

    ``part``: 'light', brightness times coverage on black, or 'alpha', the coverage alone. Returns
    float32 (starts * starts, side, side): first the row's start, then the column's.
    """
    light = _template(name, part)
    cells, count = light.shape[0], len(starts)
    weights = [area_weights(0, side, float(start), size_px, cells) for start in starts]
    along = torch.from_numpy(np.concatenate(weights))
    both = (along @ torch.from_numpy(light) @ along.T).numpy()  # NumPy's would not keep to a thread
    apart = both.reshape(count, side, count, side).transpose(0, 2, 1, 3)
    pictures = np.asarray(apart.reshape(-1, side, side), dtype=np.float32)
    return np.minimum(pictures, 1, out=pictures)


def pictures(stimulus: Stimulus, size_px: float, starts: Values, side: int) -> Pictures:
    """Render the object at every pair of ``starts``, its background at 0.

    Returns float32 (starts * starts, side, side), in the order of :func:`sampled`.
    """
    bright = sampled(stimulus.object, size_px, starts, side)
    return np.asarray(-bright if stimulus.contrast == "negative" else bright)


def as_key(kernel: Kernel) -> Table:
    """Turn a kernel, float32 (rows, columns), into a cache key."""
    return tuple(tuple(float(weight) for weight in row) for row in kernel)
