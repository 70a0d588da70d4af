"""Render subjects at exact sizes, anti-aliased, on any device.

An object starts at a whole pixel at its top and left; its last row and column are covered in part,
as its size requires.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import ceil, floor
from weakref import WeakKeyDictionary

import numpy as np
import torch
from torch import Tensor

from ..errors import UserError
from .resampling import Axis, DeviceDtype, resample, to_device
from .subjects import Box, RenderSettings, Subject, photograph


def object_box(
    subject: Subject, settings: RenderSettings, size_px: float, shift_px: tuple[int, int] = (0, 0)
) -> Box:
    """Find where the box lies on the canvas: top, left, bottom, right in px, unclipped."""
    top, left, bottom, right = subject.box
    ratio = size_px / subject.longer_px
    sides = ((bottom - top) * ratio, (right - left) * ratio)
    canvas = settings.canvas(size_px)
    row, column = ((canvas - side) // 2 + step for side, step in zip(sides, shift_px, strict=True))
    return row, column, row + sides[0], column + sides[1]


def _content_box(subject: Subject, settings: RenderSettings, size_px: float) -> Box:
    """Box of what is resized, the object or the whole photograph, on the canvas, unclipped."""
    top, left, bottom, right = object_box(subject, settings, size_px)
    if settings.resize_mode == "distance":
        return top, left, bottom, right
    ratio = size_px / subject.longer_px
    top, left = top - subject.box[0] * ratio, left - subject.box[1] * ratio
    rows, columns = subject.picture.shape[1:]
    return top, left, top + rows * ratio, left + columns * ratio


def changed_region(
    subject: Subject,
    settings: RenderSettings,
    size_px: float,
    shifts_px: Sequence[tuple[int, int]] = ((0, 0),),
) -> tuple[range, range]:
    """Rows and columns of the background that :func:`draw` may change, clipped to the canvas."""
    laid, canvas = _content_box(subject, settings, size_px), settings.canvas(size_px)
    region = []
    for axis in (0, 1):
        steps = [shift[axis] for shift in shifts_px]
        start, stop = floor(laid[axis]) + min(steps), ceil(laid[axis + 2]) + max(steps)
        region.append(range(min(canvas, max(0, start)), max(0, min(canvas, stop))))
    return region[0], region[1]


def _coarsened(planes: Tensor, share: float, resampling: str, device_dtype: DeviceDtype) -> Tensor:
    """Resample planes to a coarser pixel grid over the same field of view."""
    axes = []
    for side in planes.shape[1:]:
        cells = max(1, round(side * share))
        axes.append(Axis(np.zeros(1), np.array([float(cells)]), cells, 0, device_dtype))
    return resample(planes, axes[0], axes[1], resampling)[0]


def _source(subject: Subject, settings: RenderSettings, device_dtype: DeviceDtype) -> Tensor:
    """What is resized: the box or the whole photograph, reduced to the detail asked for."""
    planes = _planes(subject, settings.resize_mode == "distance", device_dtype)
    if settings.detail_px is None or settings.detail_px >= subject.longer_px:
        return planes
    return _coarsened(
        planes, settings.detail_px / subject.longer_px, settings.resampling, device_dtype
    )


def _planes(subject: Subject, of_box: bool, device_dtype: DeviceDtype) -> Tensor:
    """The box, or the whole photograph; one plane where all three are equal.

    Cached as long as the subject lives: copying it to a GPU takes longer than rendering there, and
    changing its memory layout about as long as resizing it.
    """
    cached = _cached_planes.setdefault(subject, {})
    planes = cached.get((of_box, device_dtype))
    if planes is None:
        picture = subject.crop if of_box else subject.picture
        gray = all(np.array_equal(picture[0], plane) for plane in picture[1:])
        shown = picture[:1] if gray else picture
        # Resizing wants the channels of a row side by side.
        lines = np.array(shown.transpose(1, 0, 2), dtype=np.float32, order="C")
        planes = to_device(torch.from_numpy(lines), device_dtype).transpose(0, 1)
        cached[of_box, device_dtype] = planes
    return planes


_cached_planes: WeakKeyDictionary[Subject, dict[tuple[bool, DeviceDtype], Tensor]] = (
    WeakKeyDictionary()
)


def _axes(
    subject: Subject,
    settings: RenderSettings,
    sizes_px: Sequence[float],
    margin: int,
    device_dtype: DeviceDtype,
) -> tuple[Axis, Axis]:
    """Axes of what is resized, with the margin that shifts need."""
    boxes = np.array([_content_box(subject, settings, size) for size in sizes_px], dtype=np.float64)
    canvas = settings.canvas(sizes_px[0])
    starts, lengths = boxes[:, :2], boxes[:, 2:] - boxes[:, :2]
    rows, columns = (
        Axis(starts[:, axis], lengths[:, axis], canvas, margin, device_dtype) for axis in (0, 1)
    )
    return rows, columns


def draw_background(
    subject: Subject,
    settings: RenderSettings,
    canvas: int,
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Render the canvas without the object: (3, canvas, canvas) in [0, 1], read-only."""
    device_dtype = device, dtype
    if settings.background == "texture":
        return _texture(settings.seed, canvas, device_dtype)
    if settings.background == "mean":
        return _flat(subject.mean, canvas, device_dtype)
    level = {"gray": settings.gray, "black": 0.0, "white": 1.0}[settings.background]
    return _flat((level,) * 3, canvas, device_dtype)


# Backgrounds are cached: copying them would synchronize a GPU.
@lru_cache(maxsize=32)
def _flat(color: tuple[float, ...], canvas: int, device_dtype: DeviceDtype) -> Tensor:
    return to_device(torch.tensor(color), device_dtype)[:, None, None].repeat(1, canvas, canvas)


@lru_cache(maxsize=32)
def _texture(seed: int, canvas: int, device_dtype: DeviceDtype) -> Tensor:
    """A piece of grass."""
    grass = photograph("grass")
    room = [side - canvas + 1 for side in grass.shape[1:]]
    if min(room) < 1:
        raise UserError(f"a texture of {canvas} px is not allowed; give at most 512 px")
    row, column = np.random.default_rng(seed).integers(0, room)
    piece = grass[:, row : row + canvas, column : column + canvas]
    return to_device(torch.from_numpy(piece.copy()), device_dtype)


def _common_canvas(settings: RenderSettings, sizes_px: Sequence[float]) -> int:
    if not sizes_px or not all(size > 0 for size in sizes_px):
        raise ValueError(f"sizes_px: {list(sizes_px)} is not allowed; give sizes above 0 px")
    canvases = {settings.canvas(size) for size in sizes_px}
    if len(canvases) > 1:
        raise ValueError("these sizes need inputs of different sizes; draw them one by one")
    return canvases.pop()


def draw(
    subject: Subject,
    settings: RenderSettings,
    sizes_px: Sequence[float],
    shifts_px: Sequence[tuple[int, int]] = ((0, 0),),
    device: str = "cpu",
    dtype: torch.dtype = torch.float32,
) -> Tensor:
    """Render the subject at every size and shift: (sizes * shifts, 3, canvas, canvas) in [0, 1].

    The shifts of one size are consecutive and cheap: each size is resampled once.
    ``shifts_px`` are whole (rows, columns); what leaves the canvas is clipped. Float16, which is
    for a GPU, rounds by at most an eighth of a level of 8 bits in each of a few steps. Raises
    ValueError for sizes that are not positive and for sizes that need canvases of different sizes.
    """
    canvas, device_dtype = _common_canvas(settings, sizes_px), (device, dtype)
    margin = max(abs(step) for shift in shifts_px for step in shift)
    rows, columns = _axes(subject, settings, sizes_px, margin, device_dtype)
    content = resample(_source(subject, settings, device_dtype), rows, columns, settings.resampling)
    coverage = rows.coverage()[:, None, :, None] * columns.coverage()[:, None, None, :]
    bare = draw_background(subject, settings, canvas, device, dtype)
    drawn = bare.repeat(len(sizes_px), len(shifts_px), 1, 1, 1)
    for index, (down, across) in enumerate(shifts_px):
        on_rows, of_rows = rows.window(down, canvas)
        on_columns, of_columns = columns.window(across, canvas)
        part = drawn[:, index, :, on_rows, on_columns]
        part.lerp_(content[..., of_rows, of_columns], coverage[..., of_rows, of_columns])
    return drawn.flatten(0, 1)
