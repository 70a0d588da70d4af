"""Objects painted on a canvas at any size and sub-pixel position: the networks' input.

A canvas is a signed departure from its background: 0 is the background, and the networks' zero
padding continues it; an object's brightness raises it by at most its contrast.

Resampling is separable: a row matrix and a column matrix of weights for each object, so that a
batch is two batched matrix products. The weights are Pillow's antialiased bicubic: the cubic kernel
of Keys (1981, 'Cubic convolution interpolation for digital image processing', IEEE Transactions on
Acoustics, Speech, and Signal Processing 29(6)), a = -1/2, stretched over the footprint when
shrinking, each pixel's weights adding up to 1. Beyond an object's frame lies background. Like any
such cubic it overshoots: enlarging a hard edge reaches about 0.15 above it and 0.08 below.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from ..errors import UserError

POSITIONS: tuple[str, ...] = ("anywhere", "centered")

SUPPORT = 2  # the cubic is zero from two cells on
ROTATION_RASTER_PX = 64  # a frame is resampled to this side before it is turned
ROTATION_MARGIN = 1.5  # sides of the raster that a frame turns in; its diagonal is 1.42


def cubic_kernel(distance: Tensor) -> Tensor:
    """Evaluate Keys' kernel with a = -1/2 at ``distance`` (cells, any sign), in place.

    ``distance``: floating point, any shape; it is overwritten and returned.

    Both its cubics as one sum, with u = 1 - |distance|, not below -1: u (1 + u)**2 / 2, and where
    u is positive u**2 (1 - 2 u) more.
    """
    outer = distance.abs_().neg_().add_(1).clamp_(min=-1)
    inner = outer.clamp(min=0)
    inner.mul_(inner).mul_(1 - 2 * outer)
    more = outer + 1
    return outer.mul_(0.5).mul_(more).mul_(more).add_(inner)


def _weights(side: int, sizes_px: Tensor, centers_px: Tensor, canvas_px: int) -> Tensor:
    """How much each of ``side`` source cells gives each canvas cell: (n, canvas_px, side).

    ``sizes_px``, ``centers_px``: (n, 1, 1), along one axis.
    """
    device = sizes_px.device
    cells = torch.arange(canvas_px, device=device)[:, None] + 0.5
    per_px = side / sizes_px  # source cells that one pixel spans
    wide = per_px.clamp(min=1)
    first = ((cells - centers_px) * per_px + side / 2 - 0.5) / wide  # (n, canvas_px, 1)
    weights = cubic_kernel(first - torch.arange(side, device=device) / wide)
    return weights.div_(_totals(first * wide, wide))


def _totals(places: Tensor, wide: Tensor) -> Tensor:
    """What the kernels' weights add up to if the source went on for ever: like ``places``.

    ``places``: where pixels fall, in source cells from a source cell. The sum repeats from cell to
    cell, so a window around the fraction of each place holds all of it.
    """
    if bool((wide == 1).all()):  # enlarging: the cubic's weights add up to 1 anyway
        return torch.ones_like(places)
    reach = math.ceil(SUPPORT * float(wide.max())) + 1
    window = torch.arange(-reach, reach + 1, device=places.device)
    return cubic_kernel((places - places.floor() - window) / wide).sum(-1, keepdim=True)


def paint(images: Tensor, sizes_px: Tensor, centers_px: Tensor, canvas_px: int) -> Tensor:
    """Resample each image to its size and place it on a canvas of its own, with background 0.

    ``images``: (n, side, side); the frame spans the whole raster. ``sizes_px``: (n,), the frame's
    side on the canvas, positive. ``centers_px``: (n, 2), the frame's center as row and column,
    where cell k spans [k, k + 1). All float32 and on one device. What leaves the canvas is clipped.
    Returns float32 (n, 1, canvas_px, canvas_px).
    """
    side, sizes = images.shape[-1], sizes_px[:, None, None]
    rows = _weights(side, sizes, centers_px[:, 0, None, None], canvas_px)
    columns = _weights(side, sizes, centers_px[:, 1, None, None], canvas_px)
    return (rows @ images @ columns.mT).unsqueeze(1)


def rotate(images: Tensor, degrees: Tensor) -> tuple[Tensor, float]:
    """Rotate images, float32 (n, side, side), counter-clockwise by ``degrees`` (n,).

    The rotation is about their centers. They come back on a wider raster, so that no corner is
    cut, with the number of frames that its
    side spans: paint them that many times as large. Read bilinearly from a raster with
    :data:`ROTATION_RASTER_PX` a frame, which is as fine as the canvases that are shown.
    """
    count, room_px = len(images), round(ROTATION_RASTER_PX * ROTATION_MARGIN)
    sizes = torch.full((count,), float(ROTATION_RASTER_PX), device=images.device)
    wide = paint(images, sizes, torch.full((count, 2), room_px / 2, device=images.device), room_px)
    cosine, sine = torch.cos(torch.deg2rad(degrees)), torch.sin(torch.deg2rad(degrees))
    zeros = torch.zeros_like(cosine)
    # Where each output pixel is read, as (column, row): the rotation the other way.
    rows = [torch.stack(row, -1) for row in ((cosine, -sine, zeros), (sine, cosine, zeros))]
    grid = functional.affine_grid(torch.stack(rows, 1), list(wide.shape), align_corners=False)
    return functional.grid_sample(wide, grid, align_corners=False)[
        :, 0
    ], room_px / ROTATION_RASTER_PX


@dataclass(frozen=True)
class Painter:
    """How a batch is painted: position, contrast, noise and rotation.

    ``position``: one of :data:`POSITIONS`; 'anywhere' is uniform over the places that hold the
    whole frame, and the middle where it does not fit. ``min_contrast``: amplitudes are uniform from
    it to 1. ``noise``: standard deviation of Gaussian noise in every pixel. ``rotation_deg``:
    angles are uniform from minus it to plus it. Raises UserError for what is outside these.
    """

    canvas_px: int
    position: str = "anywhere"
    min_contrast: float = 1.0
    noise: float = 0.0
    rotation_deg: float = 0.0

    def __post_init__(self) -> None:
        rules = (
            ("canvas_px", self.canvas_px >= 1, "a whole number from 1"),
            ("position", self.position in POSITIONS, "one of " + ", ".join(POSITIONS)),
            ("min_contrast", 0 <= self.min_contrast <= 1, "a number from 0 to 1"),
            ("noise", 0 <= self.noise < math.inf, "a number from 0"),
            ("rotation_deg", 0 <= self.rotation_deg <= 180, "an angle from 0 to 180 degrees"),
        )
        for name, fits, allowed in rules:
            if not fits:
                raise UserError(f"{name}: {getattr(self, name)} is not allowed; give {allowed}.")

    def centers(self, sizes_px: Tensor, generator: torch.Generator) -> Tensor:
        """Draw centers, float32 (n, 2) as row and column in px, for frames of ``sizes_px`` (n,)."""
        middle = torch.full((len(sizes_px), 2), self.canvas_px / 2, device=sizes_px.device)
        if self.position == "centered":
            return middle
        room = (self.canvas_px - sizes_px).clamp(min=0)[:, None]
        return middle + room * (_uniform((len(sizes_px), 2), generator, sizes_px) - 0.5)

    def __call__(self, objects: Tensor, sizes_px: Tensor, generator: torch.Generator) -> Tensor:
        """Paint a batch, float32 (n, 1, canvas_px, canvas_px), from ``objects`` (n, side, side).

        ``sizes_px``: (n,), on the objects' device; the generator may be on another. What is off (no
        turning, full contrast, no noise, centered) takes nothing from the generator.
        """
        centers, count = self.centers(sizes_px, generator), (len(objects),)
        if self.rotation_deg > 0:
            angles = (2 * _uniform(count, generator, objects) - 1) * self.rotation_deg
            objects, frames = rotate(objects, angles)
            sizes_px = sizes_px * frames
        if self.min_contrast < 1:
            amplitudes = 1 - (1 - self.min_contrast) * _uniform(count, generator, objects)
            objects = objects * amplitudes[:, None, None]
        return self._noisy(paint(objects, sizes_px, centers, self.canvas_px), generator)

    def _noisy(self, canvases: Tensor, generator: torch.Generator) -> Tensor:
        if self.noise == 0:
            return canvases
        noise = torch.randn(canvases.shape, generator=generator, device=generator.device)
        return canvases + self.noise * noise.to(canvases.device)


def _uniform(shape: tuple[int, ...], generator: torch.Generator, like: Tensor) -> Tensor:
    return torch.rand(shape, generator=generator, device=generator.device).to(like.device)
