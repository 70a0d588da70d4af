"""The filter bank: small kernels under their usual names in computer vision.

A kernel is a float32 array ``(rows, columns)`` used as in a CNN (cross-correlation, not flipped)
and registered on its middle, index ``(rows // 2, columns // 2)``, so the response at a pixel
belongs to the window centered there. The input is the picture minus its background level: zero
padding is then the background, as in networks whose input is normalized.

**The corner detectors** respond with ``pixel - vertical neighbor outside - horizontal neighbor
outside``. For a bright filled square of any whole size from 2 px, at any whole offset, each one is
positive at exactly one pixel, that of its own corner, where the response equals the contrast: on
an edge one neighbor cancels the pixel, inside both outweigh it, and outside nothing is positive.
No 3x3 kernel that sums to zero can do this (the constraints contradict each other), so the price is
a response to absolute brightness above the background rather than to contrast alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Kernel = NDArray[np.float32]

CUSTOM = "custom"
MAX_KERNEL_SIDE = 9


def _array(rows: Sequence[Sequence[float]], over: float = 1) -> Kernel:
    return np.asarray(np.array(rows, dtype=np.float64) / over, dtype=np.float32)


def _corner(vertical: int, horizontal: int) -> Kernel:
    """The detector whose outside lies one step ``vertical`` and one step ``horizontal`` away."""
    kernel = np.zeros((3, 3), dtype=np.float32)
    kernel[1, 1] = 1
    kernel[1 + vertical, 1] = kernel[1, 1 + horizontal] = -1
    return kernel


def gaussian(sigma: float, size: int) -> Kernel:
    """Sample a Gaussian of standard deviation ``sigma`` px: float32 (size, size), sum 1."""
    line = np.exp(-0.5 * ((np.arange(size) - size // 2) / sigma) ** 2)
    square = np.outer(line, line)
    return np.asarray(square / square.sum(), dtype=np.float32)


def difference_of_gaussians() -> Kernel:
    """Subtract Gaussians of sigma 1 and 1.6 px: float32 (9, 9), sum zero.

    Marr and Hildreth (1980) name the ratio 1.6 as closest to a Laplacian of Gaussian.
    """
    kernel = gaussian(1.0, 9) - gaussian(1.6, 9)
    return np.asarray(kernel - kernel.mean(), dtype=np.float32)


def gabor() -> Kernel:
    """Multiply a cosine of wavelength 5 px by a Gaussian of sigma 2 px: float32 (9, 9), sum zero.

    Formula: Daugman (1985), J. Opt. Soc. Am. A 2(7), with the mean taken out under the envelope.
    """
    step = np.arange(9) - 4
    envelope = np.exp(-0.5 * (step[:, None] ** 2 + step[None, :] ** 2) / 2.0**2)
    wave = np.broadcast_to(np.cos(2 * np.pi * step / 5.0), (9, 9))
    kernel = envelope * (wave - (envelope * wave).sum() / envelope.sum())
    return np.asarray(kernel / np.abs(kernel).sum() * 2, dtype=np.float32)


def small_square() -> Kernel:
    """Weigh a 3x3 center against its surround, for objects of about 3 px: float32 (9, 9).

    The surround weighs as much as it takes (1/27) to cancel the response to the corner of a larger
    square, where 27 of its 72 pixels are covered. A filled square of s px, at its best pixel, gives
    s*s/9 up to 3 px, then ``1 - (s*s - 9) / 27``, and nothing from 6 px on.
    """
    kernel = np.full((9, 9), -1 / 27, dtype=np.float32)
    kernel[3:6, 3:6] = 1 / 9
    return kernel


@dataclass(frozen=True)
class Filter:
    """A named kernel: ``make()`` builds it; ``description``: what it responds to."""

    make: Callable[[], Kernel]
    description: str


FILTERS: dict[str, Filter] = {
    "upper-left-corner": Filter(
        lambda: _corner(-1, -1), "the upper left corner of a bright object"
    ),
    "upper-right-corner": Filter(
        lambda: _corner(-1, 1), "the upper right corner of a bright object"
    ),
    "bottom-left-corner": Filter(
        lambda: _corner(1, -1), "the bottom left corner of a bright object"
    ),
    "bottom-right-corner": Filter(
        lambda: _corner(1, 1), "the bottom right corner of a bright object"
    ),
    "horizontal-edge": Filter(
        lambda: _array([[-1, -2, -1], [0, 0, 0], [1, 2, 1]], 4),
        "edges that run from left to right, bright below (Sobel)",
    ),
    "vertical-edge": Filter(
        lambda: _array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], 4),
        "edges that run up and down, bright on the right (Sobel)",
    ),
    "laplacian": Filter(
        lambda: _array([[0, -1, 0], [-1, 4, -1], [0, -1, 0]], 4),
        "a pixel that is brighter than its four neighbors",
    ),
    "dog": Filter(difference_of_gaussians, "bright blobs of about 3 px (difference of Gaussians)"),
    "gabor": Filter(gabor, "vertical bars about 2.5 px wide"),
    "blur": Filter(lambda: _array([[1, 2, 1], [2, 4, 2], [1, 2, 1]], 16), "the local mean"),
    "small-square": Filter(small_square, "bright objects of about 3 px, and nothing larger"),
}


def parse_kernel(text: str) -> Kernel:
    """Parse ``1,0,-1;2,0,-2;1,0,-1``: rows separated by ';', numbers by ','.

    Returns float32 (rows, columns). Raises ValueError unless it is a full table of 1 to 9 rows and
    columns of finite numbers no larger than 1,000 in magnitude.
    """
    rows = [[float(part) for part in row.split(",")] for row in text.split(";")]
    if len({len(row) for row in rows}) != 1:
        raise ValueError("rows of different lengths")
    if max(len(rows), len(rows[0])) > MAX_KERNEL_SIDE:
        raise ValueError("at most 9x9")
    if not all(abs(weight) <= 1000 for row in rows for weight in row):
        raise ValueError("finite and at most 1000")
    return _array(rows)


def kernel_of(name: str, custom: str = "") -> Kernel:
    """Make the kernel called ``name``, float32 (rows, columns); 'custom' parses ``custom``."""
    return parse_kernel(custom) if name == CUSTOM else FILTERS[name].make()


def max_response(kernel: Kernel) -> float:
    """Sum the positive weights: the largest response to a picture from 0 to 1 on black.

    ``kernel``: float32 (rows, columns). Without positive weights, the sum of all magnitudes; 1 for
    a kernel of zeros.
    """
    positive = float(kernel[kernel > 0].sum())
    return positive if positive > 0 else float(np.abs(kernel).sum()) or 1.0
