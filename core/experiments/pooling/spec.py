"""Squares of several sizes, two corner detectors, and pooling again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...specs import spec
from .. import shared_fields

if TYPE_CHECKING:
    from .alignment import Pooling

Plane = NDArray[np.float32]
Cell = tuple[int, int]

MOST_ALIGNMENTS = 128


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
        label="Sides of the squares",
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
        help="'aligned': all squares at one offset. 'random': each at its own, drawn by the seed.",
    )
    seed: int = spec.integer(0, low=0, high=999_999, label="Seed of the random scene")

    def pooling(self) -> Pooling:
        """The pooling without the squares."""
        from .alignment import Pooling

        return Pooling(self.pool, self.pool_size, self.pool_stride, self.depth)

    def dynamic_maxima(self) -> dict[str, tuple[float, str]]:
        """A depth gives at most 128 alignments per axis to sweep."""
        most = max(d for d in range(8) if self.pool_stride**d <= MOST_ALIGNMENTS)
        return {
            "depth": (most, f"with a stride of {self.pool_stride}, for cells of 128 px at most")
        }

    def check(self) -> None:
        """Sizes must differ."""
        if len(set(self.sizes_px)) != len(self.sizes_px):
            raise spec.SpecError("sizes_px", _listed(self.sizes_px), "sizes that differ")

    def offsets(self) -> list[Cell]:
        """Where each square's upper left corner stands, from the start of its own slot."""
        if self.scene == "aligned":
            return [(self.row, self.column)] * len(self.sizes_px)
        return random_offsets(self.seed, len(self.sizes_px), self.pooling().alignments)


def _listed(values: tuple[int, ...]) -> str:
    return ",".join(str(one) for one in values)


def random_offsets(seed: int, count: int, period: int) -> list[Cell]:
    """Independent offsets, every alignment equally likely."""
    drawn = np.random.default_rng(seed).integers(0, period, size=(count, 2))
    return [(int(row), int(column)) for row, column in drawn]
