"""Scale-tuning curves: the response of filters to one object over apparent sizes.

The *peak* response is the largest value of the rectified map; the *mean* response is its sum over
the number of cells whose receptive field meets the object's box. Each is measured at every
alignment of the object to the grid; a curve is the median over alignments, and its band runs from
the minimum to the maximum.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters.alignments import (
    ALIGNMENTS,
    ROUNDING,
    Band,
    Stimulus,
    Table,
    Values,
    as_key,
    band,
    offsets,
    pictures,
    rounding_floor,
)
from ...filters.half_maximum import half_maximum_sizes
from ...filters.kernels import Kernel
from ...filters.receptive_field import Geometry
from ...filters.similarity import cells_that_see
from ...filters.size_loss import is_counted, loss_over
from . import stack
from .stack import Pooling, geometries, steps


@dataclass(frozen=True)
class TuningCurve:
    """A tuning curve: ``sizes_px`` ascending, float64 (sizes,), and the response at each."""

    sizes_px: Values
    peak: Band
    mean: Band

    @property
    def is_silent(self) -> bool:
        """Whether the filter does not respond at any size."""
        return bool(self.peak.median.max() <= 0)

    @property
    def preferred_px(self) -> float | None:
        """The size with the largest median peak, the smallest of equal ones; None for silence."""
        if self.is_silent:
            return None
        median = self.peak.median
        return float(self.sizes_px[int((median >= median.max() * (1 - 1e-5)).argmax())])

    @property
    def half_maximum_px(self) -> tuple[float | None, float | None]:
        """Where the median falls to half its largest value, below and above the preferred size.

        Linear interpolation over log2(size); None where the range ends before.
        """
        if self.is_silent:
            return None, None
        return half_maximum_sizes(self.sizes_px, self.peak.median)

    @property
    def bandwidth_octaves(self) -> float | None:
        """Octaves between the two half-maximum sizes; None where the range ends before one."""
        low, high = self.half_maximum_px
        return None if low is None or high is None else float(np.log2(high / low))

    @property
    def center_px(self) -> float | None:
        """Geometric mean of the two half-maximum sizes; None where the range ends before one."""
        low, high = self.half_maximum_px
        return None if low is None or high is None else float(np.sqrt(low * high))

    @property
    def size_selectivity(self) -> float | None:
        """Size selectivity, ``1 - min / max`` of the median peak from 2 px on.

        0 for a filter that responds to every size alike, 1 for one that does not respond to some
        size. Below 2 px an object has no shape. None where the filter never responds, or with fewer
        than two sizes to compare.
        """
        counted = is_counted(self.sizes_px)
        loss = loss_over(self.peak.select(counted)) if counted.sum() > 1 else None
        return None if loss is None else loss.value


def _canvas(top: Geometry, size_px: float, pooling: Pooling) -> tuple[int, int]:
    """The object's start, and the side of a canvas with every cell whose field overlaps it."""
    period = pooling.period
    before = max(top.start[axis] + top.size[axis] - period for axis in (0, 1))
    start = -(-max(0, before) // period) * period
    end = start + period + size_px - min(top.start)  # past it no field overlaps the object
    spare = (pooling.reach - pooling.stride) * sum(
        pooling.stride**level for level in range(pooling.level)
    )
    unit = period * max(1, 8 // period)  # so that small sizes share a canvas
    side = int(np.ceil((end + max(0, spare)) / unit)) * unit
    return start, side


def _peaks_and_sums(
    pictures: NDArray[np.float32], kernel: Kernel, pooling: Pooling
) -> tuple[Values, Values]:
    """Peak and sum of each top map, from pictures (sizes, alignments, side, side).

    A peak that is but rounding is 0.
    """
    filters = sum(step.kind == "filter" for step in steps(pooling))
    floor = ROUNDING * (rounding_floor(kernel) / ROUNDING) ** filters
    with torch.inference_mode():
        top = stack.run(pictures, kernel, pooling)[-1].flatten(2)
        peaks = top.amax(2).double().numpy()
        return np.where(peaks < floor, 0, peaks), top.sum(2).double().numpy()


def _cell_counts(top: Geometry, starts: Values, size_px: float) -> Values:
    """Count the cells whose receptive field meets the object's box, at every pair of starts.

    Flat, and at least 1: where a stride larger than the window leaves gaps, there may be none.
    """
    spans = [
        cells_that_see(top, (start, start, start + size_px, start + size_px)) for start in starts
    ]
    rows = np.array([down.stop - down.start for down, _ in spans], dtype=np.float64)
    columns = np.array([across.stop - across.start for _, across in spans], dtype=np.float64)
    return np.maximum(np.outer(rows, columns).ravel(), 1)


def measure(
    kernel: Kernel, stimulus: Stimulus, sizes_px: tuple[float, ...], pooling: Pooling
) -> TuningCurve:
    """Measure the tuning curve of one kernel, float32 (rows, columns); sizes need no order."""
    sizes = np.unique(np.array(sizes_px, dtype=np.float64))
    taps = (kernel.shape[0], kernel.shape[1])
    top = geometries(pooling, taps, (1, 1))[-1]
    groups = defaultdict(list)
    for index, size in enumerate(sizes):
        groups[_canvas(top, float(size), pooling)].append(index)
    peaks = np.zeros((len(sizes), ALIGNMENTS**2))
    means = np.zeros_like(peaks)
    for (start, side), members in groups.items():
        starts = start + offsets(pooling.period)
        geometry = geometries(pooling, taps, (side, side))[-1]
        batch = np.stack(
            [pictures(stimulus, float(sizes[index]), starts, side) for index in members]
        )
        peaks[members], sums = _peaks_and_sums(batch, kernel, pooling)
        means[members] = sums / [
            _cell_counts(geometry, starts, float(sizes[index])) for index in members
        ]
    return TuningCurve(sizes, band(peaks), band(means))


@lru_cache(maxsize=256)
def _cached(
    table: Table, stimulus: Stimulus, sizes: tuple[float, ...], pooling: Pooling
) -> TuningCurve:
    return measure(np.array(table, dtype=np.float32), stimulus, sizes, pooling)


def curve(
    kernel: Kernel, stimulus: Stimulus, sizes_px: tuple[float, ...], pooling: Pooling
) -> TuningCurve:
    """Measure as :func:`measure` does, once per kernel, (rows, columns), and object. Read-only."""
    pooling = Pooling() if pooling.level == 0 else pooling  # the same for all without pooling
    return _cached(as_key(kernel), stimulus, sizes_px, pooling)
