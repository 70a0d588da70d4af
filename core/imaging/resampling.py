"""Resample pictures to fractional sizes, many sizes at once, on any device.

Each axis is resampled by a matrix, so that a batch is two matrix products; on a CPU a few more, of
the blocks that are not zero. ``lanczos`` is Pillow's filter (three lobes, widened
when shrinking); ``area`` is the exact mean over each pixel's own area; ``aliased`` takes the
nearest pixel, without anti-aliasing.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

Numbers = NDArray[np.float64]
Block = tuple[range, Tensor]  # source pixels, and their weights for each of a few cells
DeviceDtype = tuple[str, torch.dtype]  # where pictures lie, and their dtype


class Span(NamedTuple):
    """Where pictures lie along one axis of the canvas, in cells.

    ``starts`` and ``lengths``: of every member of a batch; ``first``: the first cell that is
    computed; ``cells``: how many are.
    """

    starts: tuple[float, ...]
    lengths: tuple[float, ...]
    first: int
    cells: int


LOBES = 3  # of the Lanczos filter
BLOCK = 16  # cells computed together on a CPU: they see a small part of the source only


def _weights(centers: Tensor, reach: Tensor, pixels: Tensor, resampling: str) -> Tensor:
    """Weights of each pixel of a block for each cell: float32 (n, blocks, cells, pixels).

    ``centers`` float64 (n, stretches, cells) and ``reach`` float64 (n, 1, 1), in source pixels:
    where a cell's center lies, and how long a cell is; ``pixels`` float64 (stretches, pixels), of
    which each stretch must hold all that its cells use. The weights of a cell sum to 1.
    """
    if resampling == "aliased":
        nearest = centers.floor() - pixels[:, :1]
        last = pixels.shape[1] - 1
        return torch.nn.functional.one_hot(nearest.clamp(max=last).long(), last + 1).float()
    if resampling == "area":
        low, high = ((centers + half * reach)[..., None] for half in (-0.5, 0.5))
        begins = pixels[:, None, :]
        table = (torch.minimum(begins + 1, high) - torch.maximum(begins, low)).clamp(min=0)
        return (table / table.sum(3, keepdim=True)).float()
    return _lanczos(centers, reach, pixels)


def _lanczos(centers: Tensor, reach: Tensor, pixels: Tensor) -> Tensor:
    """See :func:`_weights`; in place, since the time is that of reading and writing.

    As sin 3t = sin t (3 - 4 sin² t), the product sinc(x) sinc(x / 3) needs one sine only.
    """
    whole = centers.floor()  # differences of whole numbers are exact in float32
    away = pixels.float()[:, None, :] - whole.float()[..., None]
    away += (0.5 - (centers - whole)).float()[..., None]
    away /= (LOBES * reach.clamp(min=1)).float()[..., None]
    table = torch.sinc(away)
    sine = (away * torch.pi).mul_(table)
    table *= table
    table *= sine.square_().mul_(-4 / 3).add_(1)
    table *= away.abs_() < 1
    table /= table.sum(3, keepdim=True)
    return table


def _blocks(span: Span, source: int, resampling: str, device_dtype: DeviceDtype) -> Sequence[Block]:
    """Source pixels and weights for the cells of a span, a few cells at a time."""
    starts, lengths, first, cells = span
    device, numbers = device_dtype
    exact = device, torch.float64
    from_px, spans = (
        to_device(torch.tensor(values, dtype=torch.float64), exact) for values in (starts, lengths)
    )
    on_cpu = device == "cpu"
    whole = max(1, cells)
    together = min(BLOCK, whole) if on_cpu else whole
    number = -(-whole // together)
    # The last stretch is filled up with its last cell.
    middles = torch.arange(number * together, device=device).clamp(max=cells - 1)
    reach = (source / spans)[:, None]
    centers = ((middles + (first + 0.5) - from_px[:, None]) * reach).clamp(0, source)
    centers, reach = centers.reshape(len(starts), number, together), reach[..., None]
    begins, sources = torch.zeros(1, device=device, dtype=torch.float64), [range(source)]
    if on_cpu:
        far = LOBES * max(1.0, float(reach.max())) + 1
        low, high = centers.amin((0, 2)) - far, centers.amax((0, 2)) + far
        wide = min(source, int((high - low).max()) + 2)
        begins = low.floor().clamp(0, source - wide)
        sources = [range(int(begin), int(begin) + wide) for begin in begins.tolist()]
    pixels = begins[:, None] + torch.arange(len(sources[0]), device=device)
    table = _weights(centers, reach, pixels, resampling).to(numbers)
    *full, last = table.unbind(1)
    return list(zip(sources, [*full, last[:, : cells - len(full) * together]], strict=True))


# Objects of one shape, and both sides of a square, share them. On a CPU only single sizes are
# cached: about 50 kB each, some two hundred in a sweep.
_cached_blocks = {"cpu": lru_cache(maxsize=512)(_blocks), "cuda": lru_cache(maxsize=32)(_blocks)}


@lru_cache(maxsize=512)
def _coverage(span: Span, device_dtype: DeviceDtype) -> Tensor:
    """The fraction of each cell between start and end: (n, cells) in [0, 1]."""
    begins, lengths = (
        torch.tensor(values, dtype=torch.float64)[:, None] for values in (span.starts, span.lengths)
    )
    low = torch.arange(span.cells, dtype=torch.float64) + span.first
    inside = torch.minimum(low + 1, begins + lengths) - torch.maximum(low, begins)
    return to_device(inside.clamp(0, 1), device_dtype)


def to_device(values: Tensor, device_dtype: DeviceDtype) -> Tensor:
    """Move values, (n,) or any other shape, to a device and dtype, without synchronizing a GPU."""
    device, numbers = device_dtype
    return values.to(numbers).to(device, non_blocking=True)


class Axis:
    """One axis of a batch: the cells that the picture can reach, and their weights.

    ``starts`` and ``lengths``: float64 (n,), where the picture begins on the canvas and how long it
    is, in cells, for every member of the batch; ``margin``: cells beyond the canvas of ``canvas``
    cells that are computed as well.
    """

    def __init__(
        self, starts: Numbers, lengths: Numbers, canvas: int, margin: int, device_dtype: DeviceDtype
    ) -> None:
        self.first = max(-margin, int(np.floor(starts.min())))
        last = min(canvas + margin, int(np.ceil((starts + lengths).max())))
        self.cells = max(0, last - self.first)
        self.device_dtype = device_dtype
        self._span = Span(tuple(starts.tolist()), tuple(lengths.tolist()), self.first, self.cells)

    def blocks(self, source: int, resampling: str) -> Sequence[Block]:
        """A few cells after the other; see :func:`_blocks`.

        The source spans ``starts`` to ``starts + lengths`` on the canvas. A cell whose center lies
        outside takes the edge's.
        """
        device, one_size = self.device_dtype[0], len(self._span.starts) == 1
        # On a CPU the tables of many sizes add up.
        blocks = _cached_blocks[device] if one_size or device != "cpu" else _blocks
        return blocks(self._span, source, resampling, self.device_dtype)

    def coverage(self) -> Tensor:
        """The fraction of each cell that the picture covers: (n, cells) in [0, 1]."""
        return _coverage(self._span, self.device_dtype)

    def window(self, step: int, canvas: int) -> tuple[slice, slice]:
        """Slices of the canvas and of the cells after a shift by ``step`` cells."""
        low = self.first + step
        on = slice(max(0, low), max(0, min(canvas, low + self.cells)))
        return on, slice(on.start - low, on.stop - low)


def resample(planes: Tensor, rows: Axis, columns: Axis, resampling: str) -> Tensor:
    """Resample planes (channels, rows, columns) for every member of a batch, clipped to [0, 1].

    Returns (n, channels, cells of ``rows``, cells of ``columns``) on the planes' device.
    """
    channels, height, width = planes.shape
    flat = planes.transpose(0, 1).reshape(height, channels * width)  # all channels in one product
    down = torch.cat(
        [
            weights @ flat[source.start : source.stop]
            for source, weights in rows.blocks(height, resampling)
        ],
        dim=1,
    )
    lines = down.reshape(len(down), rows.cells * channels, width)
    across = [
        lines[..., source.start : source.stop] @ weights.transpose(1, 2)
        for source, weights in columns.blocks(width, resampling)
    ]
    resampled = torch.cat(across, dim=2).clamp_(0, 1)
    return resampled.reshape(len(down), rows.cells, channels, columns.cells).transpose(1, 2)
