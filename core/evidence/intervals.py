"""Estimates with intervals, from repeated measurements."""

from __future__ import annotations

from collections.abc import Iterable
from math import comb, hypot, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .verdict import Estimate

Values = NDArray[np.floating[Any]]

CONFIDENCE = 0.95
NORMAL = 1.959964  # the standard normal's 97.5 % point
DRAWS = 1000  # of a bootstrap


def median_and_range(values: Values) -> Estimate:
    """Return the median of float (n,), and the smallest and the largest value."""
    return Estimate(float(np.median(values)), float(values.min()), float(values.max()))


def exact(value: float) -> Estimate:
    """Return what was counted over all cases: its interval is the value itself."""
    return Estimate(value, value, value)


def coverage_of_range(count: int) -> float:
    """Probability that the range of ``count`` independent values includes the true median.

    0.5 for 2, 0.94 for 5, 0.97 for 6.
    """
    return 1.0 - float(0.5 ** (count - 1))


def median_interval(values: Values) -> Estimate:
    """Return the median of float (n,) with its distribution-free 95 % interval.

    The interval lies between two of the ordered values, by the binomial distribution; with fewer
    than six it is their range, which covers less (see :func:`coverage_of_range`). Reference:
    Conover 1999, Practical Nonparametric Statistics, section 3.2.
    """
    return Estimate(*_median_and_ends(values))


def _median_and_ends(values: Values) -> tuple[float, float, float]:
    """The median, and the ordered values at the ends of its interval."""
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    count = len(ordered)
    left_out, outside = 0, 2 * 0.5**count  # on each side; the probability to miss the median
    while left_out < (count - 1) // 2:
        outside += 2 * comb(count, left_out + 1) * 0.5**count
        if outside > 1 - CONFIDENCE:
            break
        left_out += 1
    low, high = ordered[left_out], ordered[count - 1 - left_out]
    return _middle(ordered), float(low), float(high)


def _middle(ordered: Values) -> float:
    """The median of ordered values, also where some are infinite."""
    low, high = float(ordered[(len(ordered) - 1) // 2]), float(ordered[len(ordered) // 2])
    return low if low == high else (low + high) / 2


def median_interval_of_limits(low: Values, high: Values) -> Estimate | None:
    """Return :func:`median_interval` of numbers that are known between two limits only.

    ``low``, ``high``: float (n,), infinite where there is no limit, equal where the number is
    known. The median of what was cut off by the range that was tried is a limit of its own, and an
    end of the interval is infinite where no order of the numbers gives it. None where nothing is
    known of the median. The interval includes that of every set of numbers within the limits,
    since order statistics grow with each number. Reference: Brookmeyer & Crowley 1982, 'A
    confidence interval for the median survival time'.
    """
    (least, lowest, _), (most, _, highest) = _median_and_ends(low), _median_and_ends(high)
    if isfinite(least):
        return Estimate(least, lowest, highest, "at least" if most > least else "")
    return Estimate(most, lowest, highest, "at most") if isfinite(most) else None


def share_interval(successes: float, count: int) -> Estimate:
    """Return a share with its 95 % interval for ``count`` independent trials.

    ``successes`` may be a sum of values from 0 to 1: a value with mean p varies by p (1 - p) at
    most, so the interval is then too wide rather than too narrow. Reference: Wilson 1927,
    'Probable inference, the law of succession, and statistical inference'.
    """
    share, square = successes / count, NORMAL**2
    center = (share + square / (2 * count)) / (1 + square / count)
    half = NORMAL / (1 + square / count)
    half *= sqrt(share * (1 - share) / count + square / (4 * count**2))
    low, high = max(0.0, center - half), min(1.0, center + half)
    return Estimate(share, min(low, share), max(high, share))


def largest_by_chance(draws: Values) -> float:
    """Return what the largest of several comparisons exceeds by chance in 5 % of draws.

    ``draws``: float (draws, comparisons), the same comparisons under control draws. A value above
    it is above chance although many were compared. Reference: Westfall & Young 1993, Resampling-
    Based Multiple Testing (the maximum statistic).
    """
    return float(np.quantile(draws.max(axis=1), CONFIDENCE, method="higher"))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Return the first value less the second, with the interval of independent estimates.

    Too wide, not too narrow, where both go up and down together, as on the same test objects.
    Reference: Newcombe 1998, 'Interval estimation for the difference between independent
    proportions', method 10.
    """
    value = first.value - second.value
    below = hypot(first.value - first.low, second.high - second.value)
    above = hypot(first.high - first.value, second.value - second.low)
    return Estimate(value, value - below, value + above)


def hull(value: float, estimates: Iterable[Estimate]) -> Estimate:
    """Give a value the interval from the lowest to the highest limit of estimates, and itself.

    For one that was measured under several seeds, each with an interval of its own: it includes
    the spread over the seeds, and what each of them leaves open.
    """
    limits = [(each.low, each.high) for each in estimates]
    low, high = min(low for low, _ in limits), max(high for _, high in limits)
    return Estimate(value, min(low, value), max(high, value))


def resampled_means(values: Values, seed: int = 0) -> NDArray[np.float64]:
    """Return column means of rows that are drawn again with replacement: (DRAWS, columns).

    ``values``: float (n, columns), a row per independent repetition, such as a picture. Reference:
    Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 6.
    """
    count = len(values)
    rows = np.random.default_rng(seed).integers(0, count, (DRAWS, count))
    means: NDArray[np.float64] = np.asarray(values, dtype=np.float64)[rows].mean(axis=1)
    return means


def interval_of_draws(value: float, draws: Values) -> Estimate:
    """Give a value the interval that holds the middle 95 % of its draws (n,), and itself.

    Reference: Efron & Tibshirani 1993, chapter 13 (the percentile interval).
    """
    low, high = np.quantile(draws, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return Estimate(value, min(float(low), value), max(float(high), value))
