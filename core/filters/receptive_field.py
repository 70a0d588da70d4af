"""What each cell of a stack sees: exact receptive fields, without running anything.

Level 0 is the ReLU map, level d the map after d poolings. Convolution is 'same' (zero padding, odd
and even kernels registered on index ``size // 2``) or 'valid'. Pooling windows are never padded: a
map that does not divide by the stride loses its last rows and columns, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

POOLS = ("max", "average", "l2", "blur", "max-blur")
PADDINGS = ("same", "valid")


@dataclass(frozen=True)
class Layout:
    """Everything about a stack but its weights: enough to know shapes and receptive fields."""

    kernel_rows: int
    kernel_columns: int
    padding: str = "same"
    stride: int = 1
    dilation: int = 1
    pool: str = "max"
    pool_size: int = 2
    pool_stride: int = 2
    depth: int = 4


Offsets = Sequence[int]


@dataclass(frozen=True)
class Geometry:
    """Which input pixels the cells of one map see.

    Cell ``(i, j)`` sees rows from ``start[0] + i * stride[0]``, ``size[0]`` of them from the first
    to the last; columns likewise. Before clipping to the input, so ``start`` may be negative.
    ``offsets``: which of those it sees, from ``start``; all of them unless a dilation or a stride
    larger than the window leaves holes.
    """

    shape: tuple[int, int]
    start: tuple[int, int]
    stride: tuple[int, int]
    offsets: tuple[Offsets, Offsets]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns from the first to the last that a cell sees."""
        return self.offsets[0][-1] + 1, self.offsets[1][-1] + 1

    def _span(self, axis: int, cell: int, canvas: int) -> tuple[int, int]:
        first = self.start[axis] + cell * self.stride[axis]
        low = next((first + at for at in self.offsets[axis] if first + at >= 0), 0)
        high = next((first + at for at in reversed(self.offsets[axis]) if first + at < canvas), -1)
        return low, high + 1

    def field(self, row: int, column: int, canvas: tuple[int, int]) -> tuple[int, int, int, int]:
        """Top, left, bottom, right (exclusive) of the pixels that the cell sees on the canvas."""
        (top, bottom), (left, right) = (
            self._span(axis, cell, canvas[axis]) for axis, cell in enumerate((row, column))
        )
        return top, left, bottom, right

    def centre(self, row: int, column: int) -> tuple[float, float]:
        """Where the middle of the unclipped field lies, in pixel coordinates (0 is a centre)."""
        rows, columns = (
            self.start[axis] + (row, column)[axis] * self.stride[axis] + (self.size[axis] - 1) / 2
            for axis in (0, 1)
        )
        return rows, columns


def pool_reach(layout: Layout) -> int:
    """Input cells along one axis that one pooled cell sees."""
    return 2 * layout.pool_size - 1 if layout.pool == "max-blur" else layout.pool_size


def _convolved(layout: Layout, canvas: tuple[int, int]) -> Geometry:
    shape, start, reach = [], [], []
    for side, taps in zip(canvas, (layout.kernel_rows, layout.kernel_columns), strict=True):
        seen = range(0, (taps - 1) * layout.dilation + 1, layout.dilation)
        before = (taps // 2) * layout.dilation if layout.padding == "same" else 0
        padded = side + seen[-1] if layout.padding == "same" else side
        shape.append(max(0, (padded - seen[-1] - 1) // layout.stride + 1))
        start.append(-before)
        reach.append(seen)
    step = (layout.stride, layout.stride)
    return Geometry((shape[0], shape[1]), (start[0], start[1]), step, (reach[0], reach[1]))


def widened(offsets: Offsets, cells: int, stride: int) -> Offsets:
    """What a window of so many cells sees, each of which sees ``offsets``."""
    last = offsets[-1] + (cells - 1) * stride
    if len(offsets) == offsets[-1] + 1 >= stride:  # no holes before, and none left between
        return range(last + 1)
    return sorted({at + cell * stride for cell in range(cells) for at in offsets})


def geometry(layout: Layout, canvas: tuple[int, int]) -> list[Geometry]:
    """Receptive fields of levels 0 to ``depth`` on a canvas of (rows, columns).

    The recursion of Araujo, Norris and Sim, 'Computing Receptive Fields of Convolutional Neural
    Networks' (Distill 2019): strides multiply, and a window of w cells adds (w - 1) strides.
    A level that has no cell left has a side of 0.
    """
    levels = [_convolved(layout, canvas)]
    reach = pool_reach(layout)
    for _ in range(layout.depth):
        last = levels[-1]
        rows, columns = ((side - reach) // layout.pool_stride + 1 for side in last.shape)
        step = (last.stride[0] * layout.pool_stride, last.stride[1] * layout.pool_stride)
        seen = tuple(widened(last.offsets[axis], reach, last.stride[axis]) for axis in (0, 1))
        shape = (max(0, rows), max(0, columns))
        levels.append(Geometry(shape, last.start, step, (seen[0], seen[1])))
    return levels


PIXEL = (range(1), range(1))  # the offsets of a pixel, which sees itself


def deepest(layout: Layout, canvas: tuple[int, int], most: int = 16) -> int:
    """How many pooling levels leave at least one cell; -1 when the convolution leaves none."""
    shape = _convolved(layout, canvas).shape
    depth = -1
    while min(shape) >= 1 and depth < most:
        depth += 1
        rows, columns = (
            (side - pool_reach(layout)) // layout.pool_stride + 1
            if side >= pool_reach(layout)
            else 0
            for side in shape
        )
        shape = (rows, columns)
    return depth
