"""Draws of pictures and of controls, for many comparisons that are made at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .intervals import CONFIDENCE, largest_by_chance

Values = NDArray[np.floating[Any]]
Line = NDArray[np.float64]


def cluster_weights(labels: Sequence[str], draws: int, seed: int = 0) -> Line:
    """Draw random weights of pictures, float64 (draws, pictures), at least 0.

    ``labels``: the cluster of each picture, such as its photograph, whose pictures share a weight.
    The mean over the clusters is 1. The spread of a statistic under such weights is that over other
    clusters of the same kind. Reference: Rubin 1981, 'The Bayesian bootstrap'.
    """
    names, which = np.unique(np.array(labels), return_inverse=True)
    drawn = np.random.default_rng(seed).dirichlet(np.ones(len(names)), draws) * len(names)
    return np.asarray(drawn[:, which])


def _spread(mean: Line, mean_square: Line, least: Values | float) -> Line:
    variance = np.maximum(mean_square - np.square(mean), 0.0)
    return np.asarray(np.sqrt(variance + np.square(least)))


def _deviations(draws: Line, least: Values | float) -> Line:
    """How far each draw is from the others, in units of their spread: (draws, comparisons).

    With its own part in mean and spread, a draw could never be far from them, unlike a new value.
    """
    others = len(draws) - 1
    mean = (draws.sum(axis=0) - draws) / others
    square = (np.square(draws).sum(axis=0) - np.square(draws)) / others
    return np.asarray((draws - mean) / _spread(mean, square, least))


def chance_limit(draws: Values, least: Values | float) -> Line:
    """Limit of chance for each of several comparisons, corrected for their number.

    ``draws``: float (draws, comparisons), the same comparisons under control draws, at least three;
    ``least``: the smallest step of a comparison's value, above 0, (comparisons,) or one for all, at
    least which every control is taken to vary. Returns float64 (comparisons,): with nothing but
    chance, any value at all is above its limit in 5 % of cases. Reference: the maximum statistic,
    as in :func:`core.evidence.intervals.largest_by_chance`, of deviations divided by their spread.
    """
    exact = draws.astype(np.float64)
    chance = exact.mean(axis=0)
    spread = _spread(chance, np.square(exact).mean(axis=0), least)
    return np.asarray(chance + largest_by_chance(_deviations(exact, least)) * spread)


def simultaneous_half_widths(draws: Values, least: Values | float) -> Line:
    """Half-widths of intervals that hold for all comparisons at once in 95 % of cases.

    ``draws``: float (draws, comparisons), the values under resampling; ``least`` as in
    :func:`chance_limit`. Returns float64 (comparisons,).
    """
    exact = draws.astype(np.float64)
    spread = _spread(exact.mean(axis=0), np.square(exact).mean(axis=0), least)
    return np.asarray(largest_by_chance(np.abs(_deviations(exact, least))) * spread)


def outer_quantiles(draws: Values) -> tuple[float, float]:
    """Limits of the middle 95 % of float (draws,); of 40 draws or fewer, their range."""
    outside = (1 - CONFIDENCE) / 2
    low = float(np.quantile(draws, outside, method="lower"))
    return low, float(np.quantile(draws, 1 - outside, method="higher"))
