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
Made = tuple[str, torch.dtype]  # of what pictures are made: on which device, of which numbers

LOBES = 3  # of the Lanczos filter
BLOCK = 16  # cells that are made at once on a CPU: they see a small part of the source only


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
    pixels = torch.arange(seen.start, seen.stop, device=centres.device)
    if resampling == "area":
        low, high = ((centres + half * reach)[..., None] for half in (-0.5, 0.5))
        table = (torch.minimum(pixels + 1, high) - torch.maximum(pixels, low)).clamp(min=0)
        return (table / table.sum(2, keepdim=True)).float()
    return _lanczos(centres, reach, pixels)


def _lanczos(centres: Tensor, reach: Tensor, pixels: Tensor) -> Tensor:
    """See :func:`_weights`; in place, since on a GPU the time is that of reading and writing."""
    whole = centres.floor()  # differences of whole numbers are exact in float32
    away = pixels.float() - whole.float()[..., None]
    away += (0.5 - (centres - whole)).float()[..., None]
    away /= reach.clamp(min=1).float()[..., None]
    table = torch.sinc(away)
    away /= LOBES
    table *= torch.sinc(away)
    table *= away.abs_() < 1
    table /= table.sum(2, keepdim=True)
    return table


def _blocks(
    starts: tuple[float, ...],
    lengths: tuple[float, ...],
    first: int,
    cells: int,
    source: int,
    resampling: str,
    made: Made,
) -> Sequence[Block]:
    """The cells from ``first`` on, a few at a time: the source pixels they see, and the weights."""
    device, numbers = made
    from_px, spans = (
        torch.tensor(one, dtype=torch.float64).to(device, non_blocking=True)
        for one in (starts, lengths)
    )
    middles = torch.arange(cells, device=device, dtype=torch.float64)
    reach = (source / spans)[:, None]
    centres = ((middles + (first + 0.5) - from_px[:, None]) * reach).clamp(0, source)
    together = BLOCK if device == "cpu" else max(1, cells)
    found = []
    for part in torch.split(centres, together, dim=1):
        seen = range(source)
        if 0 < part.shape[1] < cells:
            far = LOBES * max(1.0, float(reach.max())) + 1
            low, high = int(part.min() - far), int(part.max() + far) + 1
            seen = range(max(0, low), min(source, high))
        found.append((seen, _weights(part, reach, seen, source, resampling).to(numbers)))
    return found


# Objects of one shape, and both sides of a square, have the same.
_kept_blocks = lru_cache(maxsize=32)(_blocks)


@lru_cache(maxsize=32)
def _cover(
    starts: tuple[float, ...],
    lengths: tuple[float, ...],
    first: int,
    cells: int,
    made: Made,
) -> Tensor:
    """How much of each cell lies between start and end: (n, cells) in [0, 1]."""
    begins, spans = (torch.tensor(one, dtype=torch.float64)[:, None] for one in (starts, lengths))
    low = torch.arange(cells, dtype=torch.float64) + first
    inside = torch.minimum(low + 1, begins + spans) - torch.maximum(low, begins)
    return _brought(inside.clamp(0, 1), made)


def _brought(values: Tensor, made: Made) -> Tensor:
    """Values on a device; a GPU does not wait for what it does."""
    device, numbers = made
    return values.to(numbers).to(device, non_blocking=True)


class _Axis:
    """One direction of a batch: the cells that the picture can reach, and their weights."""

    def __init__(
        self, starts: Numbers, lengths: Numbers, canvas: int, margin: int, made: Made
    ) -> None:
        self.starts, self.lengths, self.made = starts.tolist(), lengths.tolist(), made
        self.first = max(-margin, int(np.floor(starts.min())))
        last = min(canvas + margin, int(np.ceil((starts + lengths).max())))
        self.cells = max(0, last - self.first)

    def blocks(self, source: int, resampling: str) -> Sequence[Block]:
        """A few cells after the other; see :func:`_blocks`.

        The source spans ``starts`` to ``starts + lengths`` on the canvas. A cell whose centre lies
        outside takes the edge's.
        """
        small = len(self.starts) == 1 or self.made[0] != "cpu"  # many sizes' tables add up
        blocks = _kept_blocks if small else _blocks
        place = (tuple(self.starts), tuple(self.lengths), self.first, self.cells)
        return blocks(*place, source, resampling, self.made)

    def cover(self) -> Tensor:
        return _cover(tuple(self.starts), tuple(self.lengths), self.first, self.cells, self.made)

    def window(self, step: int, canvas: int) -> tuple[slice, slice]:
        """Where the cells come to lie after a step: on the canvas, and which of them."""
        low = self.first + step
        on = slice(max(0, low), max(0, min(canvas, low + self.cells)))
        return on, slice(on.start - low, on.stop - low)


def resized(planes: Tensor, rows: _Axis, columns: _Axis, resampling: str) -> Tensor:
    """(channels, rows, columns) resampled for every member of a batch, clipped to [0, 1]."""
    channels, height, width = planes.shape
    flat = planes.transpose(0, 1).reshape(height, channels * width)  # all channels in one product
    down = torch.cat(
        [
            weights @ flat[seen.start : seen.stop]
            for seen, weights in rows.blocks(height, resampling)
        ],
        dim=1,
    )
    lines = down.reshape(len(down), rows.cells * channels, width)
    across = [
        lines[..., seen.start : seen.stop] @ weights.transpose(1, 2)
        for seen, weights in columns.blocks(width, resampling)
    ]
    found = torch.cat(across, dim=2).clamp_(0, 1)
    return found.reshape(len(down), rows.cells, channels, columns.cells).transpose(1, 2)


def _reduced(planes: Tensor, share: float, resampling: str, made: Made) -> Tensor:
    """Planes on a coarser grid of whole pixels, which spans the same field."""
    axes = []
    for side in planes.shape[1:]:
        cells = max(1, round(side * share))
        axes.append(_Axis(np.zeros(1), np.array([float(cells)]), cells, 0, made))
    return resized(planes, axes[0], axes[1], resampling)[0]


def _source(subject: Subject, look: Look, made: Made) -> Tensor:
    """What is resized: the box or the whole photograph, reduced to the detail that is left."""
    # To bring it to a GPU takes longer than to draw it there.
    planes = (_planes if made[0] == "cpu" else _kept_planes)(
        subject, look.operation == "distance", made
    )
    if look.detail_px is None or look.detail_px >= subject.longer_px:
        return planes
    return _reduced(planes, look.detail_px / subject.longer_px, look.resampling, made)


def _planes(subject: Subject, of_box: bool, made: Made) -> Tensor:
    """The box, or the whole photograph; one plane where all three are equal."""
    picture = subject.crop if of_box else subject.picture
    gray = all(np.array_equal(picture[0], plane) for plane in picture[1:])
    shown = picture[:1] if gray else picture
    lines = np.array(
        shown.transpose(1, 0, 2), dtype=np.float32, order="C"
    )  # as resizing wants them
    return _brought(torch.from_numpy(lines), made).transpose(0, 1)


_kept_planes = lru_cache(maxsize=32)(_planes)


def _axes(
    subject: Subject, look: Look, sizes_px: Sequence[float], margin: int, made: Made
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
        found.append(_Axis(start, length, canvas, margin, made))
    return found[0], found[1]


def ground(
    subject: Subject,
    look: Look,
    canvas: int,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """The canvas without the object: (3, canvas, canvas) in [0, 1], not to be changed."""
    own = subject if look.background == "mean" else None
    found = _ground if device == "cpu" else _kept_ground  # a GPU would have to wait for it
    return found(own, look.background, look.gray, look.seed, canvas, (device, dtype))


def _ground(
    own: Subject | None, background: str, gray: float, seed: int, canvas: int, made: Made
) -> Tensor:
    if background == "texture":
        grass = photograph("grass")
        room = [side - canvas + 1 for side in grass.shape[1:]]
        if min(room) < 1:
            raise ValueError(f"a texture of {canvas} px is not allowed; give at most 512 px")
        row, column = np.random.default_rng(seed).integers(0, room)
        piece = grass[:, row : row + canvas, column : column + canvas]
        return _brought(torch.from_numpy(piece.copy()), made)
    levels = {"gray": gray, "black": 0.0, "white": 1.0}
    if own is not None:
        level = torch.from_numpy(own.crop.mean((1, 2), dtype=np.float64).astype(np.float32))
    else:
        level = torch.full((3,), levels[background])
    return _brought(level, made)[:, None, None].repeat(1, canvas, canvas)


_kept_ground = lru_cache(maxsize=32)(_ground)


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
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """The subject at every size and shift: (sizes * shifts, 3, canvas, canvas) in [0, 1].

    The shifts of one size stand together, and cost next to nothing: each size is resampled once.
    ``shifts_px`` are whole (rows, columns); what leaves the canvas is clipped. Float16, which is
    for a GPU, rounds by at most an eighth of a level of 8 bits in each of a few steps. Raises
    ValueError for sizes that are not positive and for sizes that need canvases of different sizes.
    """
    canvas, made = _one_canvas(look, sizes_px), (device, dtype)
    margin = max(abs(step) for shift in shifts_px for step in shift)
    rows, columns = _axes(subject, look, sizes_px, margin, made)
    content = resized(_source(subject, look, made), rows, columns, look.resampling)
    cover = rows.cover()[:, None, :, None] * columns.cover()[:, None, None, :]
    bare = ground(subject, look, canvas, device, dtype)
    drawn = bare.repeat(len(sizes_px), len(shifts_px), 1, 1, 1)
    for at, (down, across) in enumerate(shifts_px):
        on_rows, of_rows = rows.window(down, canvas)
        on_columns, of_columns = columns.window(across, canvas)
        part = drawn[:, at, :, on_rows, on_columns]
        part.lerp_(content[..., of_rows, of_columns], cover[..., of_rows, of_columns])
    return drawn.flatten(0, 1)
