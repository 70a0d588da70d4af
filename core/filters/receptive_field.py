"""Exact receptive fields of the cells of a stack of layers, without running it.

Level 0 is the ReLU map, level d the map after d poolings. Convolution is 'same' (zero padding, odd
and even kernels registered on index ``size // 2``) or 'valid'. Pooling windows are never padded: a
map that does not divide by the stride loses its last rows and columns, as in PyTorch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

POOLS = ("max", "average", "l2", "blur", "max-blur")
PADDINGS = ("same", "valid")


@dataclass(frozen=True)
class Layout:
    """A stack of layers without its weights: enough for shapes and receptive fields."""

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
    """The receptive fields of the cells of one map.

    That of cell ``(i, j)`` spans ``size[0]`` rows from ``start[0] + i * stride[0]`` on; columns
    likewise. It is not clipped to the input, so ``start`` may be negative. ``offsets``: which of
    those rows and columns belong to it, counted from ``start``; all of them unless a dilation or a
    stride larger than the window leaves holes.
    """

    shape: tuple[int, int]
    start: tuple[int, int]
    stride: tuple[int, int]
    offsets: tuple[Offsets, Offsets]

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of a receptive field, from its first to its last."""
        return self.offsets[0][-1] + 1, self.offsets[1][-1] + 1

    def _span(self, axis: int, cell: int, canvas: int) -> tuple[int, int]:
        first = self.start[axis] + cell * self.stride[axis]
        pixels = [first + offset for offset in self.offsets[axis]]
        low = next((pixel for pixel in pixels if pixel >= 0), 0)
        high = next((pixel for pixel in reversed(pixels) if pixel < canvas), -1)
        return low, high + 1

    def receptive_field(
        self, row: int, column: int, canvas: tuple[int, int]
    ) -> tuple[int, int, int, int]:
        """Give the top, left, bottom, right (exclusive) of a cell's field on the canvas, in px."""
        (top, bottom), (left, right) = (
            self._span(axis, cell, canvas[axis]) for axis, cell in enumerate((row, column))
        )
        return top, left, bottom, right

    def center(self, row: int, column: int) -> tuple[float, float]:
        """Give the middle of the unclipped field, in pixels; 0 is the center of the first pixel."""
        rows, columns = (
            self.start[axis] + (row, column)[axis] * self.stride[axis] + (self.size[axis] - 1) / 2
            for axis in (0, 1)
        )
        return rows, columns


def effective_pool_size(layout: Layout) -> int:
    """Count the input cells along one axis that go into one pooled cell."""
    return 2 * layout.pool_size - 1 if layout.pool == "max-blur" else layout.pool_size


def _convolved(layout: Layout, canvas: tuple[int, int]) -> Geometry:
    shape, start, offsets = [], [], []
    for side, taps in zip(canvas, (layout.kernel_rows, layout.kernel_columns), strict=True):
        window = range(0, (taps - 1) * layout.dilation + 1, layout.dilation)
        before = (taps // 2) * layout.dilation if layout.padding == "same" else 0
        padded = side + window[-1] if layout.padding == "same" else side
        shape.append(max(0, (padded - window[-1] - 1) // layout.stride + 1))
        start.append(-before)
        offsets.append(window)
    step = (layout.stride, layout.stride)
    return Geometry((shape[0], shape[1]), (start[0], start[1]), step, (offsets[0], offsets[1]))


def widen_offsets(offsets: Offsets, cells: int, stride: int) -> Offsets:
    """Give the offsets of a window of ``cells``, ``stride`` px apart, each of ``offsets``."""
    last = offsets[-1] + (cells - 1) * stride
    if len(offsets) == offsets[-1] + 1 >= stride:  # no holes before, and none left between
        return range(last + 1)
    return sorted({offset + cell * stride for cell in range(cells) for offset in offsets})


@lru_cache(maxsize=256)  # the same for every picture of a page
def _levels(layout: Layout, canvas: tuple[int, int]) -> tuple[Geometry, ...]:
    levels = [_convolved(layout, canvas)]
    window = effective_pool_size(layout)
    for _ in range(layout.depth):
        last = levels[-1]
        rows, columns = ((side - window) // layout.pool_stride + 1 for side in last.shape)
        step = (last.stride[0] * layout.pool_stride, last.stride[1] * layout.pool_stride)
        down, across = (
            widen_offsets(last.offsets[axis], window, last.stride[axis]) for axis in (0, 1)
        )
        shape = (max(0, rows), max(0, columns))
        levels.append(Geometry(shape, last.start, step, (down, across)))
    return tuple(levels)


def geometry(layout: Layout, canvas: tuple[int, int]) -> list[Geometry]:
    """Compute the receptive fields of levels 0 to ``depth`` on a canvas of (rows, columns).

    The recursion of Araujo, Norris and Sim, 'Computing Receptive Fields of Convolutional Neural
    Networks' (Distill 2019): strides multiply, and a window of w cells adds (w - 1) strides.
    A level that has no cell left has a side of 0.
    """
    return list(_levels(layout, canvas))


PIXEL = (range(1), range(1))  # the offsets of a cell whose receptive field is one pixel


def max_depth(layout: Layout, canvas: tuple[int, int], limit: int = 16) -> int:
    """Count the pooling levels, at most ``limit``, that leave a cell; -1 if none is convolved."""
    shape = _convolved(layout, canvas).shape
    depth = -1
    while min(shape) >= 1 and depth < limit:
        depth += 1
        rows, columns = (
            (side - effective_pool_size(layout)) // layout.pool_stride + 1
            if side >= effective_pool_size(layout)
            else 0
            for side in shape
        )
        shape = (rows, columns)
    return depth
