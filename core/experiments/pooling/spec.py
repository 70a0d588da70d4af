"""Squares of several sizes, two corner detectors, and a stack of pooling layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...filters.receptive_field import Layout, effective_pool_size
from ...specs import spec
from .. import shared_fields

Plane = NDArray[np.float32]
Cell = tuple[int, int]

MAX_ALIGNMENTS = 128


@dataclass(frozen=True)
class Pooling:
    """The pooling layers alone: what an alignment sweep depends on besides the sizes."""

    kind: str
    size: int
    stride: int
    depth: int

    @property
    def alignments(self) -> int:
        """The number of different offsets along one axis: the stride of the last layer, in px."""
        return int(self.stride**self.depth)

    def layout(self) -> Layout:
        """Describe a 3x3 'same' convolution, a ReLU and these pooling layers."""
        return Layout(
            3,
            3,
            pool=self.kind,
            pool_size=self.size,
            pool_stride=self.stride,
            depth=self.depth,
        )

    def receptive_field(self, level: int) -> int:
        """Give the receptive field of a level in the ReLU map, along one axis, in px: W."""
        window = effective_pool_size(self.layout())
        return 1 + (window - 1) * sum(int(self.stride**below) for below in range(level))


@dataclass(frozen=True)
class Spec:
    """Every control of the experiment, with its limits."""

    sizes_px: tuple[int, ...] = spec.numbers(
        (2, 4, 8, 16, 32),
        low=2,
        high=64,
        max_count=6,
        whole=True,
        unit="px",
        label="Sides of the squares, px",
    )
    row: int = spec.integer(0, low=0, high=127, unit="px", label="Move all squares down")
    column: int = spec.integer(0, low=0, high=127, unit="px", label="Move all squares right")
    depth: int = spec.integer(5, low=0, high=7, label="Pooling depth")
    pool: str = shared_fields.pool()
    pool_size: int = shared_fields.pool_size()
    pool_stride: int = shared_fields.pool_stride()
    scene: str = spec.choice(
        "aligned",
        options=("aligned", "random"),
        label="Scene",
        help="'aligned': all squares have one offset. 'random': each has its own, from the seed.",
    )
    seed: int = spec.integer(0, low=0, high=999_999, label="Random seed of the scene")

    def pooling(self) -> Pooling:
        """Give the pooling layers without the squares."""
        return Pooling(self.pool, self.pool_size, self.pool_stride, self.depth)

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """Limit the depth to 128 alignments per axis."""
        deepest = max(d for d in range(8) if self.pool_stride**d <= MAX_ALIGNMENTS)
        reason = f"with a stride of {self.pool_stride}, for cells of {MAX_ALIGNMENTS} px at most"
        return {"depth": (deepest, reason)}

    def check(self) -> None:
        """Raise SpecError unless all sizes differ."""
        if len(set(self.sizes_px)) != len(self.sizes_px):
            sizes = ",".join(str(size) for size in self.sizes_px)
            raise spec.SpecError("sizes_px", sizes, "sizes that differ")

    def offsets(self) -> list[Cell]:
        """Give the (row, column) of each square's upper left corner in its own slot, in px."""
        if self.scene == "aligned":
            return [(self.row, self.column)] * len(self.sizes_px)
        return random_offsets(self.seed, len(self.sizes_px), self.pooling().alignments)


def random_offsets(seed: int, count: int, period: int) -> list[Cell]:
    """Draw ``count`` independent (row, column) offsets from 0 up to, not including, ``period``."""
    drawn = np.random.default_rng(seed).integers(0, period, size=(count, 2))
    return [(int(row), int(column)) for row, column in drawn]
