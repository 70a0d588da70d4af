"""In which fraction of all alignments the two corners of a square share a cell.

A square of side s has its two corners D = s - 1 pixels apart along each axis. After d pooling
layers of window k and stride t, cells have stride ``S = t**d`` and a receptive field of ``W`` px.
Pixels p and p + D share a cell if and only if ``p mod S + D < W``. Over all S*S alignments that
gives

    P(some cell holds both) = clip((W - D) / S, 0, 1) ** 2,

for 2x2/2 ``max(0, 1 - D / 2**d) ** 2``, and for stride 1 '1 if D < W else 0'. Where the stride is
larger than the window, W has holes from the second level on, and there is no closed form.

The sweep sends squares at the S diagonal alignments through the real stack and reads off which
rows and which columns of cells hold each corner. Each corner activates one pixel, and every pooling
here acts on rows and columns separately, so the alignment (row, column) activates the product of
the rows at ``row`` and the columns at ``column``: S runs give all S*S alignments exactly. A test
compares this with the sweep over every pair.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...filters import stack
from ...filters.kernels import FILTERS
from ...filters.receptive_field import effective_pool_size
from .spec import Pooling

Flags = NDArray[np.bool_]

DETECTORS = ("upper-left-corner", "bottom-right-corner")
_sweep_lock = threading.Lock()


def detectors() -> NDArray[np.float32]:
    """Stack the two corner kernels: float32 (2, 3, 3)."""
    return np.stack([FILTERS[name].make() for name in DETECTORS])


@dataclass(frozen=True)
class AlignmentSweep:
    """For each level and alignment, whether some row (column) of cells holds both corners.

    ``rows`` and ``columns``: bool (depth + 1, alignments).
    """

    rows: Flags
    columns: Flags

    def alignment_fractions(self) -> list[float]:
        """Give, per level, the fraction of all alignments at which some cell holds both corners."""
        fractions: list[float] = (self.rows.mean(axis=1) * self.columns.mean(axis=1)).tolist()
        return fractions

    def shares_cell(self, row: int, column: int) -> Flags:
        """Tell, per level, whether some cell holds both corners at this offset: bool (levels,)."""
        period = self.rows.shape[1]
        return np.logical_and(self.rows[:, row % period], self.columns[:, column % period])


def _sweep(size: int, pooling: Pooling) -> AlignmentSweep:
    count = pooling.alignments
    side = count - 1 + size + pooling.receptive_field(pooling.depth)
    squares = np.zeros((count, side, side), dtype=np.float32)
    for offset in range(count):
        squares[offset, offset : offset + size, offset : offset + size] = 1
    response = stack.run(squares, detectors(), pooling.layout())
    rows, columns = [], []
    for maps in response.levels:
        rows.append(_holds_both(maps.max(axis=3)))
        columns.append(_holds_both(maps.max(axis=2)))
    return AlignmentSweep(np.stack(rows), np.stack(columns))


def _holds_both(peaks: NDArray[np.float32]) -> Flags:
    """Whether some line of cells holds both corners; ``peaks``: (alignments, 2, lines)."""
    weaker = np.minimum(peaks[:, 0], peaks[:, 1])
    return np.asarray(weaker.max(axis=1) > 0)


@lru_cache(maxsize=512)
def _cached_sweep(size: int, pooling: Pooling) -> AlignmentSweep:
    return _sweep(size, pooling)


def sweep_alignments(size: int, pooling: Pooling) -> AlignmentSweep:
    """Sweep all alignments of a square of ``size`` px, at every level at once; cached."""
    with _sweep_lock:
        return _cached_sweep(size, pooling)


def closed_form(size: int, pooling: Pooling, level: int) -> float | None:
    """Evaluate the closed form of the module's docstring; None where there is none."""
    if level > 1 and pooling.stride > effective_pool_size(pooling.layout()):
        return None
    fraction = (pooling.receptive_field(level) - (size - 1)) / pooling.stride**level
    return float(min(1.0, max(0.0, fraction)) ** 2)


def all_but_largest(fractions: dict[int, list[float]]) -> list[float]:
    """Compute, per level, the probability that all squares but the largest have merged.

    ``fractions``: size -> fraction per level. Squares stand at independent random
    alignments, and the largest must not have merged.
    """
    largest = max(fractions)
    levels = range(len(fractions[largest]))
    smaller = [fractions[size] for size in fractions if size != largest]
    return [
        float(np.prod([fraction[level] for fraction in smaller]) * (1 - fractions[largest][level]))
        for level in levels
    ]
