"""A median over two things that are varied at once, each with each: pictures and control draws."""

from __future__ import annotations

from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .intervals import CONFIDENCE
from .verdict import Estimate

Values = NDArray[np.floating[Any]]

DRAWS = 4000


def _medians(values: Values, draws: int, seed: int) -> Values:
    """Medians over redrawn columns of the medians over redrawn rows, (draws,)."""
    random, (rows, columns) = np.random.default_rng(seed), values.shape
    drawn_rows = random.integers(rows, size=(draws, rows, 1))
    drawn_columns = random.integers(columns, size=(draws, 1, columns))
    medians: Values = np.median(np.median(values[drawn_rows, drawn_columns], axis=1), axis=1)
    return medians


def crossed_median_interval(
    low: Values, high: Values, comparisons: int = 1, draws: int = DRAWS, seed: int = 0
) -> Estimate | None:
    """Return the median over pictures of the median over controls, with its 95 % interval.

    ``low``, ``high``: float (controls, pictures), the limits between which each number is known,
    infinite where there is none, equal where the number is known. Pictures and controls are both
    drawn again with replacement, since another picture and another control would give another
    number. With several ``comparisons``, the intervals of all hold at once (Bonferroni).
    None where nothing is known of the median; an end is infinite where it is not known. Reference:
    Owen 2007, 'The pigeonhole bootstrap', which is conservative.
    """
    least, most = (float(np.median(np.median(values, axis=0))) for values in (low, high))
    outside = (1 - CONFIDENCE) / 2 / comparisons
    lowest = float(np.quantile(_medians(low, draws, seed), outside, method="lower"))
    highest = float(np.quantile(_medians(high, draws, seed), 1 - outside, method="higher"))
    lowest, highest = min(lowest, least), max(highest, most)
    if isfinite(least):
        return Estimate(least, lowest, highest, "at least" if most > least else "")
    return Estimate(most, lowest, highest, "at most") if isfinite(most) else None
