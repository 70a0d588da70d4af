"""Editing kernels: flip, rotate, scale the weights, pad or crop, enlarge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..imaging.shapes import area_weights
from .kernels import Kernel, max_response

MAX_WEIGHT = 1000  # what a typed kernel may hold


def flip_left_right(kernel: Kernel) -> Kernel:
    """Mirror a kernel, float32 (rows, columns), from left to right."""
    return kernel[:, ::-1].copy()


def flip_up_down(kernel: Kernel) -> Kernel:
    """Mirror a kernel, float32 (rows, columns), from top to bottom."""
    return kernel[::-1].copy()


def rotate(kernel: Kernel) -> Kernel:
    """Turn a kernel, float32 (rows, columns), by 90 degrees clockwise: (columns, rows)."""
    return np.rot90(kernel, -1).copy()


def normalize(kernel: Kernel) -> Kernel:
    """Scale a kernel so that its largest response to a picture from 0 to 1 on black is 1.

    Float32 (rows, columns); weights are clipped to +-1,000.
    """
    scaled = kernel / np.float32(max_response(kernel))
    return np.asarray(np.clip(scaled, -MAX_WEIGHT, MAX_WEIGHT), dtype=np.float32)


def subtract_mean(kernel: Kernel) -> Kernel:
    """Make the weights sum to zero, so that uniform brightness gives no response.

    Float32 (rows, columns); weights are clipped to +-1,000.
    """
    centered = kernel - kernel.mean(dtype=np.float64)
    return np.asarray(np.clip(centered, -MAX_WEIGHT, MAX_WEIGHT), dtype=np.float32)


def pad_or_crop(kernel: Kernel, side: int) -> Kernel:
    """Put a kernel on float32 (side, side) around the same middle: zeros added, edges cut."""
    table = np.zeros((side, side), dtype=np.float32)
    spans = []
    for taps in kernel.shape:
        shift = side // 2 - taps // 2
        first, last = max(0, shift), min(side, shift + taps)
        spans.append((slice(first, last), slice(first - shift, last - shift)))
    (down, from_down), (across, from_across) = spans
    table[down, across] = kernel[from_down, from_across]
    return table


def enlarge(kernel: Kernel, factor: float) -> NDArray[np.float64]:
    """Resample a kernel to ``factor`` times its size, for an object that is as much larger.

    Returns float64 (rows * factor, columns * factor), rounded up.

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


def kernel_to_text(kernel: Kernel) -> str:
    """Write a kernel, float32 (rows, columns), as ``parse_kernel`` reads it, with six digits."""
    rows = ([f"{float(weight):.6g}" for weight in row] for row in kernel)
    return ";".join(",".join(row) for row in rows)


EDITS: dict[str, Callable[[Kernel], Kernel]] = {
    "Flip left-right": flip_left_right,
    "Flip up-down": flip_up_down,
    "Rotate": rotate,
    "Normalize": normalize,
    "Subtract the mean": subtract_mean,
}
