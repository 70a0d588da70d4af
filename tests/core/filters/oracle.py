"""Filtering and pooling once more, by other means than the engine's, to hold it against."""

from math import comb

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.signal import correlate2d

Plane = NDArray[np.float32]

# Window and stride: those of the pages, with and without overlap, and one that leaves holes.
WINDOWS = ((2, 2), (3, 2), (2, 1), (3, 3), (2, 3))


def binomial(size: int) -> NDArray[np.float64]:
    """Binomial coefficients over both axes, sum 1."""
    line = np.array([comb(size - 1, index) for index in range(size)], dtype=np.float64)
    return np.outer(line, line) / line.sum() ** 2


def pooled(maps: torch.Tensor, kind: str, size: int, stride: int) -> torch.Tensor:
    """Pool the last two axes by cutting out every window; no padding."""
    if kind == "max-blur":
        return pooled(pooled(maps, "max", size, 1), "blur", size, stride)
    windows = maps.unfold(-2, size, stride).unfold(-2, size, stride)
    if kind == "max":
        return windows.amax((-2, -1))
    if kind == "average":
        return windows.mean((-2, -1))
    if kind == "l2":
        return windows.square().mean((-2, -1)).sqrt()
    assert kind == "blur"
    return (windows * torch.from_numpy(binomial(size)).to(maps.dtype)).sum((-2, -1))


def convolved(
    image: Plane, kernel: Plane, padding: str = "same", stride: int = 1, dilation: int = 1
) -> NDArray[np.float64]:
    """Cross-correlation with zeros beyond the image, registered on index ``size // 2``."""
    spread = np.zeros([(taps - 1) * dilation + 1 for taps in kernel.shape])
    spread[::dilation, ::dilation] = kernel
    image = image.astype(np.float64)
    if padding == "same":
        before = [taps // 2 * dilation for taps in kernel.shape]
        after = [wide - 1 - low for wide, low in zip(spread.shape, before, strict=True)]
        image = np.pad(image, list(zip(before, after, strict=True)))
    return correlate2d(image, spread, mode="valid")[::stride, ::stride]


def covered(side: int, start: float, size: float) -> NDArray[np.float64]:
    """How much of each of ``side`` pixels an interval covers."""
    return np.array([max(0.0, min(p + 1, start + size) - max(p, start)) for p in range(side)])
