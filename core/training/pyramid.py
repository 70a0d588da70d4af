"""The same image at several sizes: resampling about a point, fast enough for training.

What lies beyond a picture's edge is 0, the background of all pictures.
"""

from __future__ import annotations

import math
from functools import lru_cache

import torch
from torch import Tensor

from .canvas import SUPPORT, cubic_kernel


@lru_cache(maxsize=256)
def _unbounded_weights(
    cells: int, factor: float, side: int, device: torch.device
) -> tuple[Tensor, int]:
    """Weights on an endless row of cells, float32 (side, cells + 2 * margin), and the margin.

    Cell k spans [k, k + 1); the middles of both rows lie on each other. Made in float64; each row
    adds up to 1 before what falls beyond the picture is dropped, so the others keep their values.
    """
    stretch = min(factor, 1.0)  # shrinking widens the kernel over the cells it takes in
    margin = cells + math.ceil(SUPPORT / stretch) + math.ceil(side / factor)
    after = torch.arange(side, dtype=torch.float64) + 0.5 - side / 2
    before = torch.arange(-margin, cells + margin, dtype=torch.float64) + 0.5 - cells / 2
    weights = cubic_kernel((after[:, None] / factor - before) * stretch)
    return (weights / weights.sum(1, keepdim=True)).float().to(device), margin


def _center_weights(cells: int, factor: float, side: int, device: torch.device) -> Tensor:
    weights, margin = _unbounded_weights(cells, factor, side, device)
    return weights[:, margin : margin + cells]


def _weights_about(places: Tensor, cells: int, factor: float, side: int) -> Tensor:
    """As :func:`_center_weights`, but about the borders ``places``, int64 (n,), 0 to cells.

    (n, side, cells).
    """
    weights, margin = _unbounded_weights(cells, factor, side, places.device)
    windows = weights.unfold(1, cells, 1)  # (side, first cell, cells)
    return windows[:, margin - places + cells // 2].transpose(0, 1)


def resize_about_center(images: Tensor, factor: float, side: int | None = None) -> Tensor:
    """Resize images by ``factor`` about their center, with zeros beyond their edge.

    ``images`` is float32 (n, channels, rows, columns), on any device. The result has the same
    shape, so that an enlarged picture loses its rim and a shrunk one gains one; with ``side`` it is
    (n, channels, side, side). Cubic interpolation where it enlarges; where it shrinks, the same
    kernel is stretched over the cells it takes in (as Pillow does it), so that nothing aliases.
    Differentiable: two matrix products, the same for every picture and channel. Raises ValueError
    for a factor that is not above zero.
    """
    if not factor > 0:
        raise ValueError(f"factor: {factor} is not allowed; give a number above 0.")
    rows, columns = images.shape[-2:]
    if factor == 1 and (side or rows, side or columns) == (rows, columns):
        return images
    down = _center_weights(rows, float(factor), side or rows, images.device)
    across = _center_weights(columns, float(factor), side or columns, images.device)
    return down @ (images @ across.mT)


@lru_cache(maxsize=64)
def _triangles(cells: int, view_window: float, device: torch.device) -> Tensor:
    """For each border 0 to cells, how much each cell about it counts: (cells + 1, cells)."""
    borders = torch.arange(cells + 1, device=device)[:, None]
    middles = torch.arange(cells, device=device) + 0.5
    return (1 - (borders - middles).abs() * 2 / view_window).clamp(min=0)


def brightest_place(images: Tensor, view_window: float) -> Tensor:
    """Find the center of a window of ``view_window`` cells: int64 (n, 2), as row and column.

    k is the border between cells k - 1 and k. It is where the square of the picture (n, channels,
    rows, columns), equally many rows and columns, weighted with a triangle as wide as the window
    along both axes, is largest: for an object on an empty background, its
    center. Nothing is learned for it, and no gradient passes.
    """
    energy = images.detach().square().sum(1)
    weights = _triangles(energy.shape[-1], float(view_window), images.device)
    within = weights @ (energy @ weights.mT)
    best, borders = within.flatten(1).argmax(1), len(weights)
    return torch.stack([best // borders, best % borders], 1)


def view_window(images: Tensor, factor: float, side: int) -> Tensor:
    """Crop the input of one scale channel: ``side`` x ``side`` cells of the image at ``factor``.

    (n, channels, rows, columns), equally many rows and columns, to (n, channels, side, side). It
    lies about :func:`brightest_place` at every factor, so that an object has the same position in
    all channels.
    """
    cells = images.shape[-1]
    place = brightest_place(images, min(cells, side / factor))
    down = _weights_about(place[:, 0], cells, float(factor), side)[:, None]
    across = _weights_about(place[:, 1], cells, float(factor), side)[:, None]
    return down @ (images @ across.mT)


def geometric_factors(low: float, high: float, step: float) -> tuple[float, ...]:
    """List ``step ** k`` for whole k, from the one nearest ``low`` to that nearest ``high``.

    1 is among them when it lies between.
    """
    first, last = (round(math.log(end, step)) for end in (low, high))
    return tuple(float(step**index) for index in range(first, last + 1))
