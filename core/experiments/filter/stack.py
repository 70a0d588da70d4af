"""Stacks of several layers, as steps: filter, ReLU, pool, in one of four orders.

With ``level`` pooling layers:

``filter-then-pool``   one filter on the picture, then all pooling layers.
``pool-then-filter``   all pooling layers on the picture, then one filter.
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
from ...filters.alignments import Stimulus
from ...filters.kernels import FILTERS, Kernel
from ...filters.receptive_field import PIXEL, Geometry, Layout, effective_pool_size, widen_offsets
from .spec import Spec

ORDERS = ("filter-then-pool", "pool-then-filter", "layers-of-blur", "layers-of-filter")


@dataclass(frozen=True)
class Pooling:
    """The pooling layer that is applied ``level`` times, and its order with the filter."""

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
        """Receptive field of one pooling layer along one axis, in cells."""
        return effective_pool_size(Layout(1, 1, pool=self.kind, pool_size=self.size))

    def with_level(self, level: int) -> Pooling:
        """Return the same with another number of levels."""
        return replace(self, level=level)


@dataclass(frozen=True)
class Step:
    """One step: ``kind`` is 'filter', 'blur', 'relu' or 'pool'."""

    kind: str
    level: int


def pooling_of(spec: Spec, level: int | None = None) -> Pooling:
    """Return the stack around the filter of a spec, at its depth by default."""
    depth = spec.depth if level is None else level
    return Pooling(spec.order, depth, spec.pool, spec.pool_size, spec.pool_stride)


def stimulus_of(spec: Spec) -> Stimulus:
    """Return the object of a spec without its size."""
    return Stimulus(spec.object, spec.contrast_sign)


def steps(pooling: Pooling) -> list[Step]:
    """List the steps from the picture to the top; the last filter is always rectified."""
    levels = range(pooling.level)
    top = [Step("filter", pooling.level), Step("relu", pooling.level)]
    if pooling.order == ORDERS[0]:
        below = [Step("filter", 0), Step("relu", 0)]
        return below + [Step("pool", level + 1) for level in levels]
    if pooling.order == ORDERS[1]:
        return [Step("pool", level + 1) for level in levels] + top
    layer = "blur" if pooling.order == ORDERS[2] else "filter"
    sequence = []
    for level in levels:
        sequence += [Step(layer, level), Step("relu", level), Step("pool", level + 1)]
    return sequence + top


def _next_geometry(last: Geometry, step: Step, taps: tuple[int, int], pooling: Pooling) -> Geometry:
    """Geometry of the next map, given that of the map below (see core.filters.receptive_field)."""
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
    rows, columns = (
        widen_offsets(last.offsets[axis], cells[axis], last.stride[axis]) for axis in (0, 1)
    )
    stride = (last.stride[0] * grows, last.stride[1] * grows)
    return Geometry((sides[0], sides[1]), (starts[0], starts[1]), stride, (rows, columns))


def geometries(pooling: Pooling, taps: tuple[int, int], canvas: tuple[int, int]) -> list[Geometry]:
    """Return the geometry of the picture and of the map after every step, in input pixels."""
    sequence = [Geometry(canvas, (0, 0), (1, 1), PIXEL)]
    for step in steps(pooling):
        sequence.append(_next_geometry(sequence[-1], step, taps, pooling))
    return sequence


def _convolved(maps: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    """'Same' cross-correlation of every channel with one kernel."""
    channels, (rows, columns) = maps.shape[1], kernel.shape
    before = (columns // 2, rows // 2)
    pads = (before[0], columns - 1 - before[0], before[1], rows - 1 - before[1])
    weight = kernel.expand(channels, 1, rows, columns).contiguous()
    return functional.conv2d(functional.pad(maps, pads), weight, groups=channels)


def run(pictures: NDArray[np.float32], kernel: Kernel, pooling: Pooling) -> list[torch.Tensor]:
    """Compute the maps after every step, float32 (n, channels, rows, columns) each.

    ``pictures``: float32 (n, channels, rows, columns), the background at 0; ``kernel``: float32
    (rows, columns). Channels are
    independent pictures: sixty-four alignments as channels are filtered twenty times as fast as
    sixty-four pictures of one channel. Call within ``torch.inference_mode``.
    """
    weights = {"filter": torch.from_numpy(np.ascontiguousarray(kernel))}
    weights["blur"] = torch.from_numpy(FILTERS["blur"].make())
    maps, results = torch.from_numpy(np.ascontiguousarray(pictures)), []
    for step in steps(pooling):
        if step.kind == "relu":
            maps = torch.relu(maps)
        elif step.kind == "pool":
            maps = stack.pool(maps, pooling.kind, pooling.size, pooling.stride)
        else:
            maps = _convolved(maps, weights[step.kind])
        results.append(maps)
    return results
