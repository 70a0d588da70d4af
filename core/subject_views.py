"""Drawing subjects: exact sizes, anti-aliased, on any device.

Both directions are resampled by a matrix each, so that a size need not be whole and a whole batch
is two matrix products; on a CPU a few more, of the parts that are not zero. An object starts at a
whole pixel above and on the left; the last row and column are covered as far as the size says.
``lanczos`` is Pillow's filter (three lobes, widened when shrinking); ``area`` is the exact mean
over each pixel's own area; ``aliased`` takes the nearest pixel, as a careless program does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.subjects import Box, Look, Subject, photograph

Numbers = NDArray[np.float64]
Block = tuple[range, Tensor]  # source pixels, and how much each gives to each of a few cells

LOBES = 3  # of the Lanczos filter
BLOCK = 32  # cells that are made at once on a CPU: they see a small part of the source only


def placed(subject: Subject, look: Look, size_px: float, shift_px: tuple[int, int] = (0, 0)) -> Box:
    """Where the box lies on the canvas: top, left, bottom, right in px, unclipped."""
    top, left, bottom, right = subject.box
    ratio = size_px / subject.longer_px
    sides = ((bottom - top) * ratio, (right - left) * ratio)
    canvas = look.canvas(size_px)
    row, column = ((canvas - side) // 2 + step for side, step in zip(sides, shift_px, strict=True))
    return row, column, row + sides[0], column + sides[1]


def _weights(centres: Tensor, reach: Tensor, seen: range, source: int, resampling: str) -> Tensor:
    """How much each source pixel gives to each cell: float32 (n, cells, pixels), rows sum to 1.

    ``centres`` float64 (n, cells) and ``reach`` float64 (n, 1), in source pixels: where a cell's
    centre lies, and how long a cell is. ``seen``: the pixels asked for, of ``source`` in all.
    """
    if resampling == "aliased":
        nearest = centres.floor().clamp(max=source - 1).long() - seen.start
        return torch.nn.functional.one_hot(nearest, len(seen)).float()
    pixels = torch.arange(seen.start, seen.stop, device=centres.device, dtype=torch.float64)
    if resampling == "area":
        low, high = ((centres + half * reach)[..., None] for half in (-0.5, 0.5))
        table = (torch.minimum(pixels + 1, high) - torch.maximum(pixels, low)).clamp(min=0)
        return (table / table.sum(2, keepdim=True)).float()
    widened = reach.clamp(min=1)[..., None]
    away = ((pixels + 0.5 - centres[..., None]) / widened).float()
    table = torch.sinc(away) * torch.sinc(away / LOBES) * (away.abs() < LOBES)
    return table / table.sum(2, keepdim=True)


def _blocks(
    starts: Tensor, lengths: Tensor, first: int, cells: int, source: int, resampling: str
) -> Sequence[Block]:
    """The cells from ``first`` on, a few at a time: the source pixels they see, and the weights."""
    middles = torch.arange(cells, device=starts.device, dtype=torch.float64)
    reach = (source / lengths)[:, None]
    centres = ((middles + (first + 0.5) - starts[:, None]) * reach).clamp(0, source)
    together = BLOCK if starts.device.type == "cpu" else max(1, cells)
    found = []
    for part in torch.split(centres, together, dim=1):
        seen = range(source)
        if 0 < part.shape[1] < cells:
            far = LOBES * max(1.0, float(reach.max())) + 1
            low, high = int(part.min() - far), int(part.max() + far) + 1
            seen = range(max(0, low), min(source, high))
        found.append((seen, _weights(part, reach, seen, source, resampling)))
    return found


@lru_cache(maxsize=32)
def _kept_blocks(
    start: float, length: float, first: int, cells: int, source: int, resampling: str
) -> Sequence[Block]:
    """The blocks of one size: objects of one shape, and both sides of a square, have the same."""
    starts, lengths = (torch.tensor([value], dtype=torch.float64) for value in (start, length))
    return _blocks(starts, lengths, first, cells, source, resampling)


def _cover(starts: Tensor, lengths: Tensor, first: int, cells: int) -> Tensor:
    """How much of each cell lies between start and end: float32 (n, cells) in [0, 1]."""
    low = torch.arange(cells, device=starts.device, dtype=torch.float64) + first
    ends = torch.minimum(low + 1, (starts + lengths)[:, None])
    return (ends - torch.maximum(low[None], starts[:, None])).clamp(0, 1).float()


class _Axis:
    """One direction of a batch: the cells that the picture can reach, and their weights."""

    def __init__(
        self, starts: Numbers, lengths: Numbers, canvas: int, margin: int, device: torch.device
    ) -> None:
        self.starts, self.lengths = (
            torch.from_numpy(values).to(device) for values in (starts, lengths)
        )
        self.first = max(-margin, int(np.floor(starts.min())))
        last = min(canvas + margin, int(np.ceil((starts + lengths).max())))
        self.cells = max(0, last - self.first)

    def blocks(self, source: int, resampling: str) -> Sequence[Block]:
        """A few cells after the other; see :func:`_blocks`.

        The source spans ``starts`` to ``starts + lengths`` on the canvas. A cell whose centre lies
        outside takes the edge's.
        """
        if self.starts.device.type == "cpu" and len(self.starts) == 1:  # many objects, one place
            place = float(self.starts), float(self.lengths)
            return _kept_blocks(*place, self.first, self.cells, source, resampling)
        return _blocks(self.starts, self.lengths, self.first, self.cells, source, resampling)

    def cover(self) -> Tensor:
        return _cover(self.starts, self.lengths, self.first, self.cells)

    def window(self, step: int, canvas: int) -> tuple[slice, slice]:
        """Where the cells come to lie after a step: on the canvas, and which of them."""
        low = self.first + step
        on = slice(max(0, low), max(0, min(canvas, low + self.cells)))
        return on, slice(on.start - low, on.stop - low)


def resized(planes: Tensor, rows: _Axis, columns: _Axis, resampling: str) -> Tensor:
    """(channels, rows, columns) resampled for every member of a batch, clipped to [0, 1]."""
    down = torch.cat(
        [
            weights[:, None] @ planes[None, :, seen.start : seen.stop]
            for seen, weights in rows.blocks(planes.shape[1], resampling)
        ],
        dim=2,
    )
    across = [
        down[..., seen.start : seen.stop] @ weights[:, None].transpose(2, 3)
        for seen, weights in columns.blocks(planes.shape[2], resampling)
    ]
    return torch.cat(across, dim=3).clamp(0, 1)


def _reduced(planes: Tensor, share: float, resampling: str) -> Tensor:
    """Planes on a coarser grid of whole pixels, which spans the same field."""
    axes = []
    for side in planes.shape[1:]:
        cells = max(1, round(side * share))
        axes.append(_Axis(np.zeros(1), np.array([float(cells)]), cells, 0, planes.device))
    return resized(planes, axes[0], axes[1], resampling)[0]


def _source(subject: Subject, look: Look, device: str) -> Tensor:
    """What is resized: the box or the whole photograph; one plane where all three are equal."""
    picture = subject.crop if look.operation == "distance" else subject.picture
    gray = all(np.array_equal(picture[0], plane) for plane in picture[1:])
    levels = np.array(picture[:1] if gray else picture, dtype=np.float32)
    planes = torch.from_numpy(levels).to(device)
    if look.detail_px is None or look.detail_px >= subject.longer_px:
        return planes
    return _reduced(planes, look.detail_px / subject.longer_px, look.resampling)


def _axes(
    subject: Subject, look: Look, sizes_px: Sequence[float], margin: int, device: str
) -> tuple[_Axis, _Axis]:
    """Rows and columns of what is resized, as far as a shift by the margin can bring them."""
    boxes = np.array([placed(subject, look, size) for size in sizes_px], dtype=np.float64)
    ratio = np.array(sizes_px, dtype=np.float64) / subject.longer_px
    canvas, found = look.canvas(sizes_px[0]), []
    for axis in (0, 1):
        start, length = boxes[:, axis], boxes[:, axis + 2] - boxes[:, axis]
        if look.operation != "distance":
            start = start - subject.box[axis] * ratio
            length = subject.picture.shape[axis + 1] * ratio
        found.append(_Axis(start, length, canvas, margin, torch.device(device)))
    return found[0], found[1]


def ground(subject: Subject, look: Look, canvas: int, device: str = "cpu") -> Tensor:
    """The canvas without the object: float32 (3, canvas, canvas) in [0, 1]."""
    if look.background == "texture":
        grass = photograph("grass")
        room = [side - canvas + 1 for side in grass.shape[1:]]
        if min(room) < 1:
            raise ValueError(f"a texture of {canvas} px is not allowed; give at most 512 px")
        row, column = np.random.default_rng(look.seed).integers(0, room)
        piece = grass[:, row : row + canvas, column : column + canvas]
        return torch.from_numpy(piece.copy()).to(device)
    levels = {"gray": look.gray, "black": 0.0, "white": 1.0}
    if look.background == "mean":
        level = torch.from_numpy(subject.crop.mean((1, 2), dtype=np.float64).astype(np.float32))
    else:
        level = torch.full((3,), levels[look.background])
    return level.to(device)[:, None, None].repeat(1, canvas, canvas)


def _one_canvas(look: Look, sizes_px: Sequence[float]) -> int:
    if not sizes_px or not all(size > 0 for size in sizes_px):
        raise ValueError(f"sizes_px: {list(sizes_px)} is not allowed; give sizes above 0 px")
    canvases = {look.canvas(size) for size in sizes_px}
    if len(canvases) > 1:
        raise ValueError("these sizes need inputs of different sizes; draw them one by one")
    return canvases.pop()


def draw(
    subject: Subject,
    look: Look,
    sizes_px: Sequence[float],
    shifts_px: Sequence[tuple[int, int]] = ((0, 0),),
    device: str = "cpu",
) -> Tensor:
    """The subject at every size and shift: float32 (sizes * shifts, 3, canvas, canvas) in [0, 1].

    The shifts of one size stand together, and cost next to nothing: each size is resampled once.
    ``shifts_px`` are whole (rows, columns); what leaves the canvas is clipped. Raises ValueError
    for sizes that are not positive and for sizes that need canvases of different sizes.
    """
    canvas = _one_canvas(look, sizes_px)
    margin = max(abs(step) for shift in shifts_px for step in shift)
    rows, columns = _axes(subject, look, sizes_px, margin, device)
    content = resized(_source(subject, look, device), rows, columns, look.resampling)
    cover = rows.cover()[:, None, :, None] * columns.cover()[:, None, None, :]
    bare = ground(subject, look, canvas, device)
    drawn = bare.repeat(len(sizes_px), len(shifts_px), 1, 1, 1)
    for at, (down, across) in enumerate(shifts_px):
        on_rows, of_rows = rows.window(down, canvas)
        on_columns, of_columns = columns.window(across, canvas)
        part = drawn[:, at, :, on_rows, on_columns]
        part.lerp_(content[..., of_rows, of_columns], cover[..., of_rows, of_columns])
    return drawn.flatten(0, 1)
