"""Confidence intervals of accuracies: over training sets, tiles and landscapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Labels = NDArray[np.int64]

RESAMPLES = 4000
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """Means with the limits of their intervals, float64 of one shape; NaN: not measured."""

    mean: Numbers
    low: Numbers
    high: Numbers

    def cell(self, *index: int) -> tuple[float, float, float]:
        """Mean, lower and upper limit of one cell."""
        return float(self.mean[index]), float(self.low[index]), float(self.high[index])


def joint_confidence(comparisons: int) -> float:
    """Confidence of each of several intervals that all hold together in 95 % of cases.

    Reference: Dunn 1961, 'Multiple comparisons among means' (the Bonferroni inequality).
    """
    return 1 - (1 - CONFIDENCE) / comparisons


@lru_cache(maxsize=8)
def _resampled(count: int, seed: int) -> Numbers:
    """Shares of ``count`` things that are drawn with replacement: (draws, count)."""
    random = np.random.default_rng([seed, count])
    return random.multinomial(count, np.full(count, 1 / count), RESAMPLES) / count


def bootstrap_interval(
    correct: NDArray[np.generic], groups: Labels, confidence: float = CONFIDENCE
) -> Interval:
    """Mean of ``correct`` (..., training sets, tiles) with its confidence interval.

    Training sets and groups of tiles are both resampled with replacement, so that the interval
    includes the sampling error of training and of test tiles: the pigeonhole bootstrap (Owen 2007,
    'The pigeonhole bootstrap'), 4000 draws. ``groups``: int64 (tiles,). The same draws serve all
    measurements with as many sets and groups, so that those of one set of tiles can be compared.
    """
    values = np.asarray(correct, dtype=np.float64)
    _, group = np.unique(groups, return_inverse=True)
    by_set, by_tile = _resampled(values.shape[-2], 0), _resampled(int(group.max()) + 1, 1)[:, group]
    by_tile = by_tile / by_tile.sum(axis=1, keepdims=True)
    rows = values.reshape(-1, *values.shape[-2:])
    means = np.stack([np.einsum("bt,bt->b", by_set @ row, by_tile) for row in rows])
    outside = (1 - confidence) / 2
    low, high = np.quantile(means, (outside, 1 - outside), axis=1).reshape(2, *values.shape[:-2])
    mean = values.mean(axis=(-2, -1))
    return Interval(mean, np.minimum(low, mean), np.maximum(high, mean))


def over_landscapes(intervals: Sequence[Interval]) -> Interval:
    """Mean over independent landscapes, with an interval that includes their spread.

    From the lowest to the highest limit of the landscapes' own intervals, and at least Student's
    95 % interval of the mean (Student 1908, 'The probable error of a mean'): the range of three
    includes the median of all in no more than 75 % of cases.
    """
    means = np.stack([interval.mean for interval in intervals])
    low = np.min([interval.low for interval in intervals], axis=0)
    high = np.max([interval.high for interval in intervals], axis=0)
    mean = means.mean(axis=0)
    half = _student_half_width(means)
    return Interval(mean, np.minimum(low, mean - half), np.maximum(high, mean + half))


def _student_half_width(means: Numbers) -> Numbers:
    """Half of Student's 95 % interval of the mean of independent values (count, ...)."""
    count = len(means)
    if count < 2:
        return np.zeros(means.shape[1:])
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    quantile = float(stdtrit(count - 1, (1 + CONFIDENCE) / 2))
    half: Numbers = quantile * means.std(axis=0, ddof=1) / np.sqrt(count)
    return half
