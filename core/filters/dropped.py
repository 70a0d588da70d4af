"""Rows and columns of a map that no pooling window reaches, so that what they hold is lost.

Windows are not padded. On an axis of n cells, a window of w cells that moves by t cells has
``m = (n - w) // t + 1`` positions. It leaves out the cells after its last position,
``n - ((m - 1) t + w)``, and, where the stride is larger than the window, ``t - w`` cells between
any two positions. Where n is smaller than w there is no position, and all n cells are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..formatting import join_with_and
from .receptive_field import Layout, effective_pool_size, geometry


@dataclass(frozen=True)
class DroppedCells:
    """What pooling layer ``level`` leaves out of its input map of ``shape`` (rows, columns).

    ``at_end``: rows and columns after the last window; ``between``: rows and columns between
    windows. ``window`` and ``stride``, cells: those of the layer along one axis.
    """

    level: int
    shape: tuple[int, int]
    window: int
    stride: int
    at_end: tuple[int, int]
    between: tuple[int, int]

    @property
    def total(self) -> tuple[int, int]:
        """Rows and columns that no window reaches."""
        return self.at_end[0] + self.between[0], self.at_end[1] + self.between[1]

    @property
    def has_no_window(self) -> bool:
        """Whether the map is too small for a single window."""
        return min(self.shape) < self.window


def unreached(cells: int, window: int, stride: int) -> tuple[int, int]:
    """Count the cells of an axis that no window reaches: after the last, and between windows."""
    if cells < window:
        return cells, 0
    last = (cells - window) // stride
    return cells - (last * stride + window), last * max(0, stride - window)


def dropped_cells(layout: Layout, canvas: tuple[int, int]) -> list[DroppedCells]:
    """List the pooling layers that leave out a row or a column of their map, in their order.

    ``canvas``: rows and columns of the picture, px. It ends with the first map that has no room
    for a window.
    """
    window, layers = effective_pool_size(layout), []
    for level, below in enumerate(geometry(layout, canvas)[: layout.depth], 1):
        if min(below.shape) < 1:
            break
        rows, columns = (unreached(side, window, layout.pool_stride) for side in below.shape)
        layer = DroppedCells(
            level,
            below.shape,
            window,
            layout.pool_stride,
            (rows[0], columns[0]),
            (rows[1], columns[1]),
        )
        if any(layer.total):
            layers.append(layer)
    return layers


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _rows_and_columns(counts: tuple[int, int]) -> str:
    named = zip(counts, ("row", "column"), strict=True)
    return join_with_and([_count(number, noun) for number, noun in named if number])


def _where(layer: DroppedCells) -> str:
    if layer.has_no_window:
        return "no window fits into it"
    parts = []
    if any(layer.between):
        parts.append(f"{_rows_and_columns(layer.between)} between windows")
    if any(layer.at_end):
        parts.append(f"{_rows_and_columns(layer.at_end)} at the end")
    return f"no window reaches {join_with_and(parts)}"


def describe_dropped(layers: Sequence[DroppedCells]) -> str:
    """Say what each of the layers leaves out of its map; empty where they leave out nothing.

    'Pooling layer 2: of a map of 33 x 48 cells, no window reaches 1 row at the end.'
    """
    return " ".join(
        f"Pooling layer {layer.level}: of a map of {layer.shape[0]} x {layer.shape[1]} cells, "
        f"{_where(layer)}."
        for layer in layers
    )
