"""Luck, measured: in which fraction of all alignments the two corners of a square share a cell.

A square of side s has its two corners D = s - 1 pixels apart along each axis. After d poolings of
window k and stride t, cells have stride ``S = t**d`` and see ``W`` pixels; the cell that a pixel p
can share with p + D exists iff ``p mod S + D < W``. Over all S*S alignments that gives

    P(some cell holds both) = clip((W - D) / S, 0, 1) ** 2,

for 2x2/2 ``max(0, 1 - D / 2**d) ** 2``, and for stride 1 '1 if D < W else 0'. Where the stride is
larger than the window, W has holes from the second level on, and nothing is claimed.

The sweep sends squares at the S diagonal alignments through the real stack and reads off which
rows and which columns of cells hold each corner. Each corner lights one pixel and every pooling
here acts on rows and columns separately, so the alignment (row, column) lights the product of the
rows at ``row`` and the columns at ``column``: S runs tell all S*S alignments exactly. A test
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
from ...filters.receptive_field import Layout, effective_pool_size

Flags = NDArray[np.bool_]

DETECTORS = ("upper-left-corner", "bottom-right-corner")
_one_sweep_at_a_time = threading.Lock()


@dataclass(frozen=True)
class Pooling:
    """The pooling alone: what a sweep depends on besides the sizes."""

    kind: str
    size: int
    stride: int
    depth: int

    @property
    def alignments(self) -> int:
        """Different offsets along one axis: the stride of the deepest cells."""
        return int(self.stride**self.depth)

    def layout(self) -> Layout:
        """The stack of a 3x3 'same' convolution, a ReLU and this pooling."""
        return Layout(
            3,
            3,
            pool=self.kind,
            pool_size=self.size,
            pool_stride=self.stride,
            depth=self.depth,
        )

    def reach(self, level: int) -> int:
        """Pixels of the ReLU map that a cell of a level sees along one axis: W."""
        window = effective_pool_size(self.layout())
        return 1 + (window - 1) * sum(int(self.stride**below) for below in range(level))


def detectors() -> NDArray[np.float32]:
    """The two corner kernels, float32 (2, 3, 3)."""
    return np.stack([FILTERS[name].make() for name in DETECTORS])


@dataclass(frozen=True)
class Luck:
    """For each level and alignment, whether some row (column) of cells holds both corners.

    ``rows`` and ``columns``: bool (depth + 1, alignments).
    """

    rows: Flags
    columns: Flags

    def fraction(self) -> list[float]:
        """Per level, the fraction of all alignments at which some cell holds both corners."""
        both = self.rows.mean(axis=1) * self.columns.mean(axis=1)
        return [float(one) for one in both]

    def shared(self, row: int, column: int) -> Flags:
        """Per level, whether some cell holds both corners of a square at this offset."""
        period = self.rows.shape[1]
        return np.logical_and(self.rows[:, row % period], self.columns[:, column % period])


def _measure(size: int, pooling: Pooling) -> Luck:
    count = pooling.alignments
    side = count - 1 + size + pooling.reach(pooling.depth)
    squares = np.zeros((count, side, side), dtype=np.float32)
    for at in range(count):
        squares[at, at : at + size, at : at + size] = 1
    response = stack.run(squares, detectors(), pooling.layout())
    rows, columns = [], []
    for maps in response.levels:
        rows.append(_both(maps.max(axis=3)))
        columns.append(_both(maps.max(axis=2)))
    return Luck(np.stack(rows), np.stack(columns))


def _both(strongest: NDArray[np.float32]) -> Flags:
    """(alignments, 2 detectors, lines of cells) -> whether some line holds both."""
    weaker = np.minimum(strongest[:, 0], strongest[:, 1])
    return np.asarray(weaker.max(axis=1) > 0)


@lru_cache(maxsize=512)
def _remembered(size: int, pooling: Pooling) -> Luck:
    return _measure(size, pooling)


def measure(size: int, pooling: Pooling) -> Luck:
    """The sweep for one size, at every level at once; a sweep is never made twice."""
    with _one_sweep_at_a_time:
        return _remembered(size, pooling)


def closed_form(size: int, pooling: Pooling, level: int) -> float | None:
    """The law of the module's docstring; None where no law is claimed."""
    if level > 1 and pooling.stride > effective_pool_size(pooling.layout()):
        return None
    share = (pooling.reach(level) - (size - 1)) / pooling.stride**level
    return float(min(1.0, max(0.0, share)) ** 2)


def all_but_largest(fractions: dict[int, list[float]]) -> list[float]:
    """Per level, the probability that every square but the largest has merged and it has not.

    ``fractions``: size -> fraction per level. Squares at independent random alignments.
    """
    largest = max(fractions)
    levels = range(len(fractions[largest]))
    smaller = [fractions[size] for size in fractions if size != largest]
    return [
        float(np.prod([one[level] for one in smaller]) * (1 - fractions[largest][level]))
        for level in levels
    ]
