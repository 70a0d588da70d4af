"""How far measured accuracies are certain: the error of the test set, and the spread over seeds.

An accuracy is a share of a seed's test objects, with the 95 % interval of as many trials. What is
said of a recipe has the interval from the lowest limit of any seed to the highest, so it includes
both. Each seed has test objects of its own. The range of five seeds alone includes the median over
all seeds with a probability of 94 %, that of three with 75 %.

Where an object was tested several times, as for an accuracy between two tested sizes, it counts as
one trial, which makes an interval too wide rather than too narrow.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ...evidence import intervals
from ...evidence.intervals import hull, share_interval
from ...evidence.verdict import Estimate
from .curve import Curve, HalfMaximumRange, half_maximum_range, interpolate, values_in_range
from .result import Result

POINTS = 100.0  # percentage points in 1
MAX_GAP_OCTAVES = 1.0  # between two tested sizes; nothing is said of what lies in a wider gap


@dataclass(frozen=True)
class OverSeeds:
    """A number of a recipe: the mean over its seeds, and that of each seed."""

    all: Estimate
    by_seed: tuple[Estimate, ...]


def over_seeds(by_seed: Iterable[Estimate]) -> OverSeeds:
    """Join the estimates of the seeds, or of pairs of seeds; there must be some."""
    seeds = tuple(by_seed)
    return OverSeeds(hull(float(np.mean([each.value for each in seeds])), seeds), seeds)


def share(value: float, objects: int) -> Estimate:
    """Give a mean over test objects of values from 0 to 1 its 95 % interval."""
    return share_interval(min(max(value, 0.0), 1.0) * objects, objects)


def curve_limits(lines: Curve, objects: int) -> tuple[Curve, Curve]:
    """Give the lower and the upper limits of shares, float64 (seeds, sizes) each."""
    limits = [[share(float(value), objects) for value in line] for line in lines]
    low = np.array([[each.low for each in line] for line in limits])
    high = np.array([[each.high for each in line] for line in limits])
    return low, high


def band(lines: Curve, objects: int) -> tuple[Curve, Curve]:
    """Give the band over all seeds, float64 (sizes,): the lowest and the highest limit."""
    low, high = curve_limits(lines, objects)
    return low.min(axis=0), high.max(axis=0)


def mean(result: Result) -> Curve:
    """Average the accuracy over seeds: float64 (sizes,) in [0, 1]."""
    curve: Curve = result.accuracy.mean(axis=0)
    return curve


def peak(result: Result) -> OverSeeds:
    """Estimate the highest accuracy of a seed over the tested sizes."""
    return over_seeds(share(float(line.max()), result.test_objects) for line in result.accuracy)


def is_tested(result: Result, low_px: float, high_px: float) -> bool:
    """Whether sizes were tested in a range, or around it, without a gap that is too wide.

    Of a range that extends beyond the tested sizes the part within counts.
    """
    px = result.test_px
    low, high = max(low_px, px[0]), min(high_px, px[-1])
    if low > high:
        return False
    first = int(np.searchsorted(px, low, side="right")) - 1
    last = int(np.searchsorted(px, high))
    gaps = np.diff(np.log2(px[first : last + 1]))
    return bool((gaps <= MAX_GAP_OCTAVES + 1e-9).all())


def accuracy_at(result: Result, px: float) -> OverSeeds | None:
    """Estimate the accuracy at a size; None where none near it was tested."""
    if not is_tested(result, px, px):
        return None
    values = (interpolate(result.test_px, line, px) for line in result.accuracy)
    return over_seeds(share(each, result.test_objects) for each in values if each is not None)


def _ratio(part: Estimate, whole: Estimate) -> Estimate:
    """Divide an estimate by one that is no smaller: a fraction, 1 at most.

    At the ends both are as far off as they may be.
    """
    high = min(1.0, part.high / whole.low)
    return Estimate(part.value / whole.value, part.low / whole.high, high)


def _inside(result: Result, low_px: float, high_px: float) -> list[Curve]:
    """Each seed's accuracies between two sizes."""
    return [values_in_range(result.test_px, line, low_px, high_px) for line in result.accuracy]


def relative_accuracy(result: Result, low_px: float, high_px: float) -> OverSeeds | None:
    """Estimate the lowest accuracy between two sizes, as a fraction of the highest of all.

    None where they were not tested. The highest must not be 0.
    """
    if not is_tested(result, low_px, high_px):
        return None
    inside, objects = _inside(result, low_px, high_px), result.test_objects
    pairs = zip(inside, result.accuracy, strict=True)
    return over_seeds(
        _ratio(share(float(values.min()), objects), share(float(line.max()), objects))
        for values, line in pairs
    )


def variation(result: Result, low_px: float, high_px: float) -> OverSeeds | None:
    """Estimate the largest less the smallest accuracy between two sizes, in percentage points.

    None where they were not tested.
    """
    if not is_tested(result, low_px, high_px):
        return None
    inside = _inside(result, low_px, high_px)
    return over_seeds(_variation(values, result.test_objects) for values in inside)


def _variation(values: Curve, objects: int) -> Estimate:
    """That of one seed; never below 0."""
    points = difference(values.max(), values.min(), (objects, objects))
    return Estimate(points.value, max(0.0, points.low), points.high)


def difference(first: float, second: float, objects: tuple[int, int]) -> Estimate:
    """Estimate the difference of two means over test objects, in percentage points."""
    ends = (
        share(float(value), count) for value, count in zip((first, second), objects, strict=True)
    )
    fraction = intervals.difference(*ends)
    return Estimate(POINTS * fraction.value, POINTS * fraction.low, POINTS * fraction.high)


def difference_of_means(
    first: Sequence[float], second: Sequence[float], objects: tuple[int, int]
) -> OverSeeds:
    """Compare every seed of one with every seed of another; percentage points.

    ``first`` and ``second``: a mean over test objects by seed; ``objects``: how many of each.
    """
    return over_seeds(difference(one, other, objects) for one in first for other in second)


def half_range(result: Result) -> HalfMaximumRange:
    """Find where the mean accuracy is at least half of its maximum."""
    return half_maximum_range(result.test_px, mean(result))


def octaves(result: Result) -> OverSeeds:
    """Estimate over how many octaves a seed's accuracy is at least half of its maximum.

    At the lower limit every accuracy is at its lower limit and the highest at its upper one, and
    the other way round at the upper limit.
    """
    limits = zip(result.accuracy, *curve_limits(result.accuracy, result.test_objects), strict=True)
    return over_seeds(_octaves(result, *lines) for lines in limits)


def _octaves(result: Result, line: Curve, low: Curve, high: Curve) -> Estimate:
    """That of one seed, from its accuracies and their limits."""
    px, highest = result.test_px, share(float(line.max()), result.test_objects)
    own = half_maximum_range(px, line).octaves
    least = 0.0
    if low.max() >= highest.high / 2:
        least = half_maximum_range(px, low, highest.high / 2).octaves
    most = half_maximum_range(px, high, highest.low / 2).octaves
    return Estimate(own, min(own, least), max(own, most))
