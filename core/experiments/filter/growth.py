"""A filter that grows with the object: the kernel resampled by as much as the object is larger.

At a whole factor ``f``, with kernel and object *both* made by replicating pixels, the grown
filter's response on the replicated grid equals the original's exactly (each product is counted
``f * f`` times and divided by ``f * f``), and between grid points it is a bilinear mixture of
those, so the peak is equal too. An object rendered at ``f`` times the size by area sampling has
the same means over blocks, so on the grid the response is equal as well, but between grid points
it may be larger. At factors between, neither holds; the deviation of the peak is measured.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from ...filters.alignments import (
    Band,
    Stimulus,
    Table,
    Values,
    as_key,
    band,
    offsets,
    pictures,
    rounding_floor,
)
from ...filters.kernel_editing import enlarge
from ...filters.kernels import Kernel

WHOLE = (1, 2, 3, 4, 6, 8, 12, 16)
BETWEEN = (1.25, 1.5, 1.75, 2.5, 3.5, 5.5, 6.5, 9.5, 13.5)
FACTORS = tuple(sorted((*WHOLE, *BETWEEN)))
REPLICATED = (2, 3)
COUNT = 4  # alignments along each axis: a large kernel hardly notices a part of a pixel


@dataclass(frozen=True)
class Growth:
    """Peak response at each of ``factors``, kernel and object both grown by the factor.

    ``replicated_off``, ``whole_off``, ``between_off``: the largest deviation of the best
    alignment's peak from that at factor 1, as a fraction of it, for replicated pixels, at integer
    factors and between them; None where the peak at factor 1 is zero.
    """

    reference_px: float
    factors: Values
    peak: Band
    replicated_off: float | None
    whole_off: float | None
    between_off: float | None

    @property
    def sizes_px(self) -> Values:
        """The object's apparent size at each factor, float64 (factors,)."""
        return self.factors * self.reference_px

    @property
    def is_whole(self) -> list[bool]:
        """Which factors are whole numbers."""
        return [float(factor).is_integer() for factor in self.factors]


def _transform_size(minimum: int) -> int:
    """The next size that a Fourier transform is quick with: 2, 3 or 5 times a power of two."""
    doublings = (max(0, int(np.ceil(np.log2(minimum / base)))) for base in (2, 3, 5))
    return min(base * (1 << times) for base, times in zip((2, 3, 5), doublings, strict=True))


def peaks(batch: NDArray[np.float32], kernel: NDArray[np.float64]) -> Values:
    """Maximum, at least 0, of the full cross-correlation of every picture with a kernel.

    ``batch``: float32 (n, side, side); ``kernel``: float64 (rows, columns). Returns float64 (n,).
    """
    sides = [batch.shape[axis + 1] + kernel.shape[axis] - 1 for axis in (0, 1)]
    shape = [_transform_size(side) for side in sides]
    with torch.inference_mode():
        turned = torch.from_numpy(kernel[::-1, ::-1].copy())  # correlation as a convolution
        spectrum = torch.fft.rfft2(torch.from_numpy(batch).double(), s=shape)
        product = spectrum * torch.fft.rfft2(turned, s=shape)
        correlation = torch.fft.irfft2(product, s=shape)
        largest = correlation[:, : sides[0], : sides[1]].flatten(1).amax(1)
        return np.asarray(torch.relu(largest).numpy())


def _render(stimulus: Stimulus, size_px: float) -> NDArray[np.float32]:
    return pictures(stimulus, size_px, offsets(1, COUNT), int(np.ceil(size_px)) + 1)


def _deviation(peaks: Values, expected: float, floor: float) -> float | None:
    return float(np.abs(peaks / expected - 1).max()) if expected > floor else None


def _replicated_off(kernel: Kernel, small: NDArray[np.float32]) -> float | None:
    """Largest deviation of peaks, replicated pictures under replicated kernels."""
    expected = peaks(small, kernel.astype(np.float64))
    if expected.max() <= rounding_floor(kernel):
        return None
    off = []
    for factor in REPLICATED:
        large = small.repeat(factor, axis=1).repeat(factor, axis=2)
        off.append(np.abs(peaks(large, enlarge(kernel, factor)) - expected).max())
    return float(max(off) / expected.max())


def measure(kernel: Kernel, stimulus: Stimulus, reference_px: float) -> Growth:
    """Measure the peak while object and kernel, (rows, columns), grow from ``reference_px`` on."""
    grown = [peaks(_render(stimulus, reference_px * f), enlarge(kernel, f)) for f in FACTORS]
    peak = band(np.stack(grown))
    first, floor = float(peak.high[0]), rounding_floor(kernel)
    whole = np.array([float(factor).is_integer() for factor in FACTORS])
    return Growth(
        reference_px=reference_px,
        factors=np.array(FACTORS, dtype=np.float64),
        peak=peak,
        replicated_off=_replicated_off(kernel, _render(stimulus, reference_px)),
        whole_off=_deviation(peak.high[whole], first, floor),
        between_off=_deviation(peak.high[~whole], first, floor),
    )


@lru_cache(maxsize=128)
def _cached(table: Table, stimulus: Stimulus, reference_px: float) -> Growth:
    return measure(np.array(table, dtype=np.float32), stimulus, reference_px)


def growth(kernel: Kernel, stimulus: Stimulus, reference_px: float) -> Growth:
    """Measure as :func:`measure` does, once per kernel, (rows, columns), and object. Read-only."""
    return _cached(as_key(kernel), stimulus, reference_px)
