"""How much of its peak response a filter loses from one apparent size to another.

The response to one size is not a number but a distribution over alignments to the grid, and the
sizes are compared rank by rank: the weakest alignment of one size with the weakest of the other,
the median with the median, the best with the best. Where the distributions are the same, the loss
is 0 at every rank, however much the response depends on the alignment. Reference: Doksum 1974,
'Empirical probability plots and statistical inference for nonlinear models in the two-sample case'
(the shift function, which compares quantiles).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .alignments import ROUNDING, Band, Values

MIN_SIZE_PX = 2.0  # below this an object has no shape, only brightness
MIN_OCTAVES = 0.05  # sizes that are closer are about the same


@dataclass(frozen=True)
class Loss:
    """``1 - min / max`` over sizes, 0 to 1: of the medians, and the range over all ranks."""

    value: float
    low: float
    high: float


def is_counted(sizes_px: Values) -> NDArray[np.bool_]:
    """Tell which sizes, float64 (sizes,), are compared: those from 2 px on."""
    return np.asarray(sizes_px >= MIN_SIZE_PX)


def span_octaves(sizes_px: Values) -> float:
    """Count the octaves from the smallest to the largest of float64 (sizes,)."""
    return float(np.log2(sizes_px.max() / sizes_px.min()))


def _without_rounding(loss: float) -> float:
    return 0.0 if loss < ROUNDING else float(loss)


def loss_over(peaks: Band) -> Loss | None:
    """Compare the peak responses to all sizes of a band; None where the median is 0 at every size.

    A rank at which no size has a response has nothing to compare and is left out.
    """
    median = peaks.median
    if median.max() <= 0:
        return None
    value = _without_rounding(1 - median.min() / median.max())
    most, least = peaks.ranks.max(axis=0), peaks.ranks.min(axis=0)
    responds = most > 0
    losses = 1 - least[responds] / most[responds]
    low, high = _without_rounding(losses.min()), _without_rounding(losses.max())
    return Loss(value, min(value, low), max(value, high))
