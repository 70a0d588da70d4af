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
    """One square: its side, its corner on the canvas, and what pooling does to its two corners.

    ``cells``: per level, the (row, column) of the cell of the upper left and of the bottom right
    corner; one and the same where some cell holds both. ``fraction`` and ``closed_form``: over all
    alignments, per level from 0. ``merged``: per level, whether some cell holds both.
    """

    size_px: int
    row: int
    column: int
    merged: tuple[bool, ...]
    cells: tuple[tuple[Cell, Cell], ...]
    fraction: tuple[float, ...]
    closed_form: tuple[float | None, ...]

    @property
    def merge_level(self) -> int | None:
        """The first level at which a cell holds both corners."""
        return self.merged.index(True) if any(self.merged) else None


@dataclass(frozen=True)
class Result:
    """``picture``: float32 (rows, columns), squares at 1. ``maps``: per level, float32 (2, rows,
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
        """At the deepest level, all squares but the largest have merged and the largest has not."""
        merged = {one.size_px: one.merged[-1] for one in self.squares}
        return _all_but_largest(merged)


def _all_but_largest(merged: dict[int, bool]) -> bool:
    largest = max(merged)
    return not merged[largest] and all(merged[size] for size in merged if size != largest)
