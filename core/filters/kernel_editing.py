"""Changing a kernel: turn it over, scale its weights, give it more room, make it larger."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..imaging.shapes import area_weights
from .kernels import Kernel, max_response

MOST_WEIGHT = 1000  # what a typed kernel may hold


def flipped_sideways(kernel: Kernel) -> Kernel:
    """Left and right exchanged."""
    return kernel[:, ::-1].copy()


def flipped_over(kernel: Kernel) -> Kernel:
    """Top and bottom exchanged."""
    return kernel[::-1].copy()


def rotated(kernel: Kernel) -> Kernel:
    """Turned a quarter clockwise."""
    return np.rot90(kernel, -1).copy()


def normalised(kernel: Kernel) -> Kernel:
    """Scaled so that the strongest response to a picture from 0 to 1 on black is 1."""
    scaled = kernel / np.float32(max_response(kernel))
    return np.asarray(np.clip(scaled, -MOST_WEIGHT, MOST_WEIGHT), dtype=np.float32)


def zero_sum(kernel: Kernel) -> Kernel:
    """The mean weight taken from every weight: no response to even brightness."""
    centred = kernel - kernel.mean(dtype=np.float64)
    return np.asarray(np.clip(centred, -MOST_WEIGHT, MOST_WEIGHT), dtype=np.float32)


def resized(kernel: Kernel, side: int) -> Kernel:
    """The same weights around the same middle on ``side`` x ``side``: zeros added, edges cut."""
    table = np.zeros((side, side), dtype=np.float32)
    spans = []
    for taps in kernel.shape:
        shift = side // 2 - taps // 2
        first, last = max(0, shift), min(side, shift + taps)
        spans.append((slice(first, last), slice(first - shift, last - shift)))
    (down, from_down), (across, from_across) = spans
    table[down, across] = kernel[from_down, from_across]
    return table


def resampled(kernel: Kernel, factor: float) -> NDArray[np.float64]:
    """The kernel ``factor`` times as large, float64, for an object that is as much larger.

    Every weight becomes a square of ``factor`` px that holds ``1 / factor**2`` of it per pixel,
    sampled by area; the upper left corner stays where it is. At a whole factor this is the
    replication of every weight, and nothing is lost.
    """
    across = []
    for taps in kernel.shape:
        last = int(np.ceil(taps * factor - 1e-9))
        across.append(area_weights(0, last, 0.0, taps * factor, taps).astype(np.float64))
    table = across[0] @ kernel.astype(np.float64) @ across[1].T
    return np.asarray(table / factor**2, dtype=np.float64)


def written(kernel: Kernel) -> str:
    """The kernel as text that :func:`core.filters.kernels.parse_kernel` reads, with six digits."""
    rows = ([f"{float(weight):.6g}" for weight in row] for row in kernel)
    return ";".join(",".join(row) for row in rows)


EDITS: dict[str, Callable[[Kernel], Kernel]] = {
    "Flip left-right": flipped_sideways,
    "Flip up-down": flipped_over,
    "Rotate": rotated,
    "Normalise": normalised,
    "Make it zero-sum": zero_sum,
}
