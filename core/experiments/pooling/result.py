"""What the pooling experiment measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .spec import Cell, Plane, Spec

if TYPE_CHECKING:
    from ...filters.receptive_field import Geometry
    from .claims import Claim


@dataclass(frozen=True)
class Square:
    """One square: its side and upper left corner in px, and where its two corners go.

    ``cells``: per level, the (row, column) of the cell of the upper left and of the bottom right
    corner; one and the same where some cell holds both. ``merged``: per level, whether one does.
    ``alignment_fraction`` and ``closed_form``: per level, the fraction of all alignments at which
    one does, measured and by formula.
    """

    size_px: int
    row: int
    column: int
    merged: tuple[bool, ...]
    cells: tuple[tuple[Cell, Cell], ...]
    alignment_fraction: tuple[float, ...]
    closed_form: tuple[float | None, ...]

    @property
    def merge_level(self) -> int | None:
        """The first level at which a cell holds both corners."""
        return self.merged.index(True) if any(self.merged) else None


@dataclass(frozen=True)
class Result:
    """The scene, the maps of both corner detectors, and the statistics over alignments.

    ``picture``: float32 (rows, columns), squares at 1. ``maps``: per level, float32 (2, rows,
    columns), the response of the upper-left and of the bottom-right detector to the whole scene.
    ``all_but_largest``: per level, the probability that all squares but the largest have merged.
    """

    spec: Spec
    picture: Plane
    squares: tuple[Square, ...]
    maps: tuple[Plane, ...]
    geometry: tuple[Geometry, ...]
    claims: tuple[Claim, ...]
    all_but_largest: tuple[float, ...]

    @property
    def claim_holds(self) -> bool:
        """Whether, at the last level, all squares but the largest have merged and it has not."""
        return claim_holds({square.size_px: square.merged[-1] for square in self.squares})


def claim_holds(merged: dict[int, bool]) -> bool:
    """Decide whether all squares but the largest have merged, by size, and it has not."""
    largest = max(merged)
    return not merged[largest] and all(merged[size] for size in merged if size != largest)
