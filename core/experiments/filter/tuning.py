"""Scale-tuning curves: how strongly filters answer one object at many apparent sizes.

The *peak* response is the largest value of the rectified map; the *mean* response is its sum over
the number of cells that see any of the object's box. Each is taken at every alignment of the object
to the grid; a curve is the median over alignments, and its band runs from the smallest to the
largest.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters.kernels import Kernel
from ...filters.receptive_field import Geometry
from ...filters.similarity import cells_that_see
from . import stack
from .alignments import ALIGNMENTS, Stimulus, offsets, pictures
from .stack import Pooling, geometries

Line = NDArray[np.float64]
Table = tuple[tuple[float, ...], ...]

NOTHING = 1e-6  # a peak below this is no answer
LEAST_PX = 2.0  # below this no shape can be seen, so the index does not look there


@dataclass(frozen=True)
class Band:
    """Median, smallest and largest over all alignments, float64 (sizes,)."""

    median: Line
    low: Line
    high: Line


@dataclass(frozen=True)
class Curve:
    """A tuning curve: ``sizes_px`` ascending, and what is answered at each."""

    sizes_px: Line
    peak: Band
    mean: Band

    @property
    def is_silent(self) -> bool:
        """Whether the filter answers nothing at any size."""
        return bool(self.peak.median.max() < NOTHING)

    @property
    def preferred_px(self) -> float | None:
        """The size with the largest median peak, the smallest of equal ones; None for silence."""
        if self.is_silent:
            return None
        median = self.peak.median
        return float(self.sizes_px[int((median >= median.max() * (1 - 1e-5)).argmax())])

    @property
    def half_heights_px(self) -> tuple[float | None, float | None]:
        """Where the median falls to half its largest value, below and above the preferred size.

        Straight lines over log2(size) between the sizes; None where the range ends before.
        """
        if self.is_silent:
            return None, None
        return half_heights(self.sizes_px, self.peak.median)

    @property
    def bandwidth_octaves(self) -> float | None:
        """Octaves between the two half heights; None where the range cuts the curve off."""
        low, high = self.half_heights_px
        return None if low is None or high is None else float(np.log2(high / low))

    @property
    def centre_px(self) -> float | None:
        """Half way, in octaves, between the two half heights; None where one is cut off."""
        low, high = self.half_heights_px
        return None if low is None or high is None else float(np.sqrt(low * high))

    @property
    def size_matters(self) -> float | None:
        """The index of how much size matters: ``1 - min / max`` of the median peak from 2 px on.

        0 for a filter that answers every size alike, 1 for one that is silent at some size. Below
        2 px there is no shape to see. None for silence, or with fewer than two sizes to compare.
        """
        seen = self.peak.median[self.sizes_px >= LEAST_PX]
        if len(seen) < 2 or seen.max() < NOTHING:
            return None
        return float(1 - seen.min() / seen.max())


def half_heights(sizes_px: Line, median: Line) -> tuple[float | None, float | None]:
    """See :attr:`Curve.half_heights_px`."""
    at, half = int(median.argmax()), median.max() / 2
    below = [j for j in range(at) if median[j] < half]
    above = [j for j in range(at + 1, len(median)) if median[j] < half]

    def crossing(outside: int, inside: int) -> float:
        share = (half - median[outside]) / (median[inside] - median[outside])
        octaves = np.log2(sizes_px[[outside, inside]])
        return float(2 ** (octaves[0] + share * (octaves[1] - octaves[0])))

    low = crossing(below[-1], below[-1] + 1) if below else None
    high = crossing(above[0], above[0] - 1) if above else None
    return low, high


def _canvas(top: Geometry, size_px: float, pooling: Pooling) -> tuple[int, int]:
    """The start of the object and the side of a canvas that holds every cell that sees it."""
    period = pooling.period
    before = max(top.start[axis] + top.size[axis] - period for axis in (0, 1))
    start = -(-max(0, before) // period) * period
    end = start + period + size_px - min(top.start)  # past it no cell sees the object
    spare = (pooling.reach - pooling.stride) * sum(
        pooling.stride**level for level in range(pooling.level)
    )
    unit = period * max(1, 8 // period)  # so that small sizes share a canvas
    side = int(np.ceil((end + max(0, spare)) / unit)) * unit
    return start, side


def _answers(pictures: NDArray[np.float32], kernel: Kernel, pooling: Pooling) -> tuple[Line, Line]:
    """From (sizes, alignments, side, side): the peak and the sum of each top map."""
    with torch.inference_mode():
        top = stack.run(pictures, kernel, pooling)[-1].flatten(2)
        return top.amax(2).double().numpy(), top.sum(2).double().numpy()


def _seen(top: Geometry, starts: Line, size_px: float) -> Line:
    """How many cells see the object's box, at every pair of starts; flat, and at least 1.

    Where a stride larger than the window leaves gaps, no cell may see a small object.
    """
    spans = [
        cells_that_see(top, (start, start, start + size_px, start + size_px)) for start in starts
    ]
    rows = np.array([down.stop - down.start for down, _ in spans], dtype=np.float64)
    columns = np.array([across.stop - across.start for _, across in spans], dtype=np.float64)
    return np.maximum(np.outer(rows, columns).ravel(), 1)


def measure(
    kernel: Kernel, stimulus: Stimulus, sizes_px: tuple[float, ...], pooling: Pooling
) -> Curve:
    """The curve of one kernel, without any memory of earlier ones. Sizes need no order."""
    sizes = np.unique(np.array(sizes_px, dtype=np.float64))
    taps = (kernel.shape[0], kernel.shape[1])
    top = geometries(pooling, taps, (1, 1))[-1]
    groups = defaultdict(list)
    for at, size in enumerate(sizes):
        groups[_canvas(top, float(size), pooling)].append(at)
    peaks = np.zeros((len(sizes), ALIGNMENTS**2))
    means = np.zeros_like(peaks)
    for (start, side), members in groups.items():
        starts = start + offsets(pooling.period)
        place = geometries(pooling, taps, (side, side))[-1]
        batch = np.stack([pictures(stimulus, float(sizes[at]), starts, side) for at in members])
        peaks[members], sums = _answers(batch, kernel, pooling)
        means[members] = sums / [_seen(place, starts, float(sizes[at])) for at in members]
    return Curve(sizes, band(peaks), band(means))


def band(values: Line) -> Band:
    """Median, smallest and largest over the alignments of (sizes, alignments)."""
    return Band(np.median(values, axis=1), values.min(axis=1), values.max(axis=1))


def as_key(kernel: Kernel) -> Table:
    """A kernel as something that can be looked up."""
    return tuple(tuple(float(weight) for weight in row) for row in kernel)


@lru_cache(maxsize=256)
def _remembered(
    table: Table, stimulus: Stimulus, sizes: tuple[float, ...], pooling: Pooling
) -> Curve:
    return measure(np.array(table, dtype=np.float32), stimulus, sizes, pooling)


def curve(
    kernel: Kernel, stimulus: Stimulus, sizes_px: tuple[float, ...], pooling: Pooling
) -> Curve:
    """Like :func:`measure`; the same question is not measured twice. Read-only."""
    pooling = Pooling() if pooling.level == 0 else pooling  # all are alike without pooling
    return _remembered(as_key(kernel), stimulus, sizes_px, pooling)
