"""The peak response to one object by itself, at one size and every alignment to the filter's grid.

Nothing here depends on where the scene stands in the picture, nor on the other object, so a size is
measured once, while a slider moves the other. Over a photographed texture, every alignment stands
on another part of it; with noise, every alignment has noise of its own. The range over alignments
includes both, and the seed of the picture on screen has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters import stack
from ...filters.alignments import (
    Band,
    Table,
    Values,
    alignments_for,
    as_key,
    band,
    offsets,
    rounding_floor,
    sampled,
)
from ...filters.kernels import Kernel, kernel_of
from ...filters.receptive_field import Layout, geometry
from ...filters.similarity import cells_that_see
from ...imaging.scene import add_noise, background
from .spec import Spec

Pictures = NDArray[np.float32]
TEXTURE_PX = 512  # side of the texture from which the parts are cut
HIDDEN_SHARE = 0.05  # of the alignments at which the background may respond as much as the object


@dataclass(frozen=True)
class Conditions:
    """All that a peak response depends on, but for the object's size."""

    kernel: Table
    object: str
    brightness: float
    background: str
    contrast_sign: str
    noise: float
    stride: int
    dilation: int

    @property
    def alignments_per_axis(self) -> int:
        """Offsets along each axis, evenly over the stride; one of them is a pixel."""
        return alignments_for(self.stride)

    @property
    def varies(self) -> bool:
        """Whether the background has values of its own."""
        return self.background == "texture" or self.noise > 0


def conditions_of(spec: Spec) -> Conditions:
    """Pick what the measurement depends on."""
    return Conditions(
        as_key(kernel_of(spec.filter, spec.kernel)),
        spec.object,
        spec.brightness,
        spec.background,
        spec.contrast_sign,
        spec.noise,
        spec.stride,
        spec.dilation,
    )


@dataclass(frozen=True)
class ObjectPeaks:
    """Peak responses at every alignment, float64 (alignments,), in no order.

    ``background``: the same cells' largest response without the object; zeros where the background
    is uniform.
    """

    peaks: Values
    background: Values


@lru_cache(maxsize=1)
def _texture() -> Pictures:
    return background("texture", (TEXTURE_PX, TEXTURE_PX), "square", 1.0)[0]


def _backdrops(count: int, side: int) -> Pictures:
    """Cut ``count`` x ``count`` parts out of the texture, spread evenly."""
    texture = _texture()
    corners = np.linspace(0, TEXTURE_PX - side, count).astype(int)
    parts = [
        texture[row : row + side, column : column + side] for row in corners for column in corners
    ]
    return np.stack(parts)


def _with_object(
    conditions: Conditions, size_px: float, starts: Values, side: int, backdrop: Pictures | float
) -> Pictures:
    """The object on a background of 0, a level or parts of the texture, in [0, 1]."""
    light = sampled(conditions.object, size_px, starts, side)
    light = light if conditions.brightness == 1 else light * np.float32(conditions.brightness)
    if isinstance(backdrop, float) and backdrop == 0:
        return light
    alpha = sampled(conditions.object, size_px, starts, side, "alpha")
    return np.asarray(light + np.float32(backdrop) * (1 - alpha), dtype=np.float32)


def _noisy(conditions: Conditions, pictures: Pictures) -> Pictures:
    """Add noise, every picture its own."""
    if conditions.noise == 0:
        return pictures
    noisy = [add_noise(one, conditions.noise, seed) for seed, one in enumerate(pictures)]
    return np.stack(noisy)


def _canvas(kernel: Kernel, conditions: Conditions, size_px: float) -> tuple[int, int]:
    """The object's first place and the side, so that no cell that sees it reaches the border."""
    reach = (max(kernel.shape) - 1) * conditions.dilation
    stride = conditions.stride
    start = -(-(reach + 1) // stride) * stride
    side = int(np.ceil((start + 2 * stride + size_px + reach) / 8)) * 8
    return start, side


def measure(conditions: Conditions, size_px: float) -> ObjectPeaks:
    """Measure the rectified peak among the cells whose receptive field meets the object."""
    kernel = np.array(conditions.kernel, dtype=np.float32)
    start, side = _canvas(kernel, conditions, size_px)
    count = conditions.alignments_per_axis
    starts = start + offsets(conditions.stride, count)
    layout = Layout(
        kernel_rows=kernel.shape[0],
        kernel_columns=kernel.shape[1],
        stride=conditions.stride,
        dilation=conditions.dilation,
        depth=0,
    )
    backdrop, level = _background(conditions, count, side)
    floor = rounding_floor(kernel)
    past = start + conditions.stride + size_px
    seen = cells_that_see(geometry(layout, (side, side))[0], (start, start, past, past))

    def peaks(pictures: Pictures) -> Values:
        shown = _noisy(conditions, pictures)
        shown = shown - np.float32(level) if level else shown
        shown = -shown if conditions.contrast_sign == "negative" else shown
        with torch.inference_mode():
            maps = stack.convolve(torch.from_numpy(shown)[:, None], kernel[None], layout)[:, 0]
            maps = maps[:, seen[0], seen[1]] if conditions.varies else maps
            largest = maps.amax(dim=(1, 2)).double().numpy()
        return np.where(largest < floor, 0, largest)

    with_object = peaks(_with_object(conditions, size_px, starts, side, backdrop))
    if not conditions.varies:
        return ObjectPeaks(with_object, np.zeros_like(with_object))
    empty = np.broadcast_to(np.float32(backdrop), (count * count, side, side))
    return ObjectPeaks(with_object, peaks(np.ascontiguousarray(empty)))


def _background(conditions: Conditions, count: int, side: int) -> tuple[Pictures | float, float]:
    """The background, parts of the texture or a level, and what is subtracted from it."""
    name = conditions.background
    level = background(name, (1, 1), conditions.object, conditions.brightness)[1]
    return (_backdrops(count, side) if name == "texture" else level), level


@lru_cache(maxsize=1024)
def peaks_at(conditions: Conditions, size_px: float) -> ObjectPeaks:
    """Measure as :func:`measure` does, once per size. Read-only."""
    return measure(conditions, size_px)


@dataclass(frozen=True)
class SizeResponse:
    """The filter's responses to the object at several sizes, over all alignments.

    ``sizes_px``: float64 (sizes,); ``peaks``: the band of peak responses; ``hidden``: for every
    size, whether the background alone gives as large a response at more than one alignment in
    twenty, so that the peak is not surely the object's; ``noise_draws``: 0 without noise.
    """

    sizes_px: Values
    peaks: Band
    hidden: tuple[bool, ...]
    noise_draws: int


def response_over(spec: Spec, sizes_px: tuple[float, ...]) -> SizeResponse:
    """Measure the responses to the object of a spec at these sizes, in px."""
    conditions = conditions_of(spec)
    measured = [peaks_at(conditions, float(size)) for size in sizes_px]
    hidden = tuple(
        conditions.varies and float((one.peaks <= one.background).mean()) > HIDDEN_SHARE
        for one in measured
    )
    peaks = band(np.stack([one.peaks for one in measured]))
    draws = peaks.alignments if spec.noise else 0
    return SizeResponse(np.array(sizes_px, dtype=np.float64), peaks, hidden, draws)


def size_response(spec: Spec) -> SizeResponse:
    """Measure the responses to the near and to the far object."""
    return response_over(spec, spec.apparent_px)
