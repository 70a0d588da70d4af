"""Stacks of several layers, as steps: filter, ReLU, pool, in one of four orders.

With ``level`` poolings:

``filter-then-pool``   one filter on the picture, then all the poolings.
``pool-then-filter``   all the poolings on the picture, then one filter.
``layers-of-blur``     blur, ReLU, pool at every level, and the filter on top.
``layers-of-filter``   filter, ReLU, pool at every level, and the filter on top: level 1 is a
                       stack of two layers, level 2 one of three.

At level 0 all four are the filter itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray

from ...filters import stack
from ...filters.kernels import FILTERS, Kernel
from ...filters.receptive_field import PIXEL, Geometry, Layout, pool_reach, widened

ORDERS = ("filter-then-pool", "pool-then-filter", "layers-of-blur", "layers-of-filter")


@dataclass(frozen=True)
class Pooling:
    """What is done ``level`` times, and in which order with the filter."""

    order: str = ORDERS[0]
    level: int = 0
    kind: str = "max"
    size: int = 2
    stride: int = 2

    @property
    def period(self) -> int:
        """Pixels from one top cell to the next."""
        return int(self.stride**self.level)

    @property
    def reach(self) -> int:
        """Cells along one axis that one pooling sees."""
        return pool_reach(Layout(1, 1, pool=self.kind, pool_size=self.size))

    def at(self, level: int) -> Pooling:
        """The same with another number of levels."""
        return replace(self, level=level)


@dataclass(frozen=True)
class Step:
    """One step: ``kind`` is 'filter', 'blur', 'relu' or 'pool'."""

    kind: str
    level: int


def steps(pooling: Pooling) -> list[Step]:
    """The steps from the picture to the top; the last filter is always rectified."""
    levels = range(pooling.level)
    top = [Step("filter", pooling.level), Step("relu", pooling.level)]
    if pooling.order == ORDERS[0]:
        below = [Step("filter", 0), Step("relu", 0)]
        return below + [Step("pool", level + 1) for level in levels]
    if pooling.order == ORDERS[1]:
        return [Step("pool", level + 1) for level in levels] + top
    layer = "blur" if pooling.order == ORDERS[2] else "filter"
    found = []
    for level in levels:
        found += [Step(layer, level), Step("relu", level), Step("pool", level + 1)]
    return found + top


def _after(last: Geometry, step: Step, taps: tuple[int, int], pooling: Pooling) -> Geometry:
    """What the cells of the next map see, given those of the map below (see core.filters.receptive_field)."""
    if step.kind == "relu":
        return last
    pools = step.kind == "pool"
    cells = (pooling.reach, pooling.reach) if pools else (3, 3) if step.kind == "blur" else taps
    grows = pooling.stride if pools else 1
    sides, starts = [], []
    for axis in (0, 1):
        before = 0 if pools else cells[axis] // 2
        side = last.shape[axis]
        sides.append(max(0, (side - cells[axis]) // grows + 1) if pools else side)
        starts.append(last.start[axis] - before * last.stride[axis])
    rows, columns = (widened(last.offsets[axis], cells[axis], last.stride[axis]) for axis in (0, 1))
    stride = (last.stride[0] * grows, last.stride[1] * grows)
    return Geometry((sides[0], sides[1]), (starts[0], starts[1]), stride, (rows, columns))


def geometries(pooling: Pooling, taps: tuple[int, int], canvas: tuple[int, int]) -> list[Geometry]:
    """What the cells of the picture and of the map after every step see, in input pixels."""
    found = [Geometry(canvas, (0, 0), (1, 1), PIXEL)]
    for step in steps(pooling):
        found.append(_after(found[-1], step, taps, pooling))
    return found


def _convolved(maps: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """'Same' cross-correlation of every channel with one kernel."""
    channels, (rows, columns) = maps.shape[1], kernel.shape
    before = (columns // 2, rows // 2)
    pads = (before[0], columns - 1 - before[0], before[1], rows - 1 - before[1])
    weight = kernel.expand(channels, 1, rows, columns).contiguous()
    return functional.conv2d(functional.pad(maps, pads), weight, groups=channels)


def run(pictures: NDArray[np.float32], kernel: Kernel, pooling: Pooling) -> list[torch.Tensor]:
    """The maps after every step, each (n, channels, rows, columns) like the pictures.

    ``pictures``: float32 (n, channels, rows, columns), the background at 0. Channels are
    independent pictures: sixty-four alignments as channels are filtered twenty times as fast as
    sixty-four pictures of one channel. Call within ``torch.inference_mode``.
    """
    weights = {"filter": torch.from_numpy(np.ascontiguousarray(kernel))}
    weights["blur"] = torch.from_numpy(FILTERS["blur"].make())
    maps, found = torch.from_numpy(np.ascontiguousarray(pictures)), []
    for step in steps(pooling):
        if step.kind == "relu":
            maps = torch.relu(maps)
        elif step.kind == "pool":
            maps = stack.pool(maps, pooling.kind, pooling.size, pooling.stride)
        else:
            maps = _convolved(maps, weights[step.kind])
        found.append(maps)
    return found
