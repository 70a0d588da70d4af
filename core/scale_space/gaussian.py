"""The Gaussian scale space of a picture: every blur of it at once, by one cosine transform.

A Gaussian blur with mirrored borders multiplies the cosine transform of a picture (DCT-II) by
``exp(-sigma**2 * w**2 / 2)``, and the Laplacian multiplies it by ``-w**2``, with ``w`` the angular
frequency in radians per pixel. So one forward transform is made per picture, and any number of
maps is one batched inverse, whatever their sigma (Lindeberg, Scale-Space Theory, 1994, chapter 2).

Two operators, both positive on bright blobs and with the same unit:

- ``laplacian``: the scale-normalized ``-sigma**2 * (Lrr + Lcc)``;
- ``dog``: ``(G(sigma / sqrt(k)) - G(sigma * sqrt(k))) / ln k``. Gaussians obey
  ``dG / d ln(sigma) = sigma**2 * Laplacian(G)``, so this is the first one's mean over the octaves
  between the two Gaussians, and *sigma* is their geometric mean: the response to a Gaussian blob of
  sigma0 is largest at exactly sigma0. (Lowe 2004 names the lower of the two and does not divide.)

A bright disc of contrast 1 has the response ``2 / e`` = 0.736 at its center at
sigma = r / sqrt(2), and no picture in [0, 1] has more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.float32]
Numbers = NDArray[np.float64]

OPERATORS = ("dog", "laplacian")
MAX_RESPONSE = 2 / math.e
SIGMA_PER_RADIUS = 1 / math.sqrt(2)  # of a disc


def scales(low_px: float, octaves: int, intervals: int) -> Numbers:
    """Return sigmas in px, ``intervals`` to the octave: float64 (octaves * intervals + 3,).

    They reach from one below ``low_px`` to one above the last. These two are there to compare with:
    extrema are found from ``low_px`` to ``low_px * 2**octaves``.
    """
    steps = np.arange(-1, octaves * intervals + 2)
    return np.asarray(low_px * 2.0 ** (steps / intervals), dtype=np.float64)


@dataclass(frozen=True)
class ScaleSpace:
    """A picture's scale space, mirrored at the borders.

    ``transform``: the cosine transform of the picture, float64 (rows, columns); ``frequencies``:
    squared angular frequencies, radians squared per square pixel, of the same shape.
    """

    transform: Numbers
    frequencies: Numbers

    def _inverse(self, gains: Numbers) -> Numbers:
        from scipy.fft import idctn  # type: ignore[import-untyped]

        maps = idctn(self.transform * gains, axes=(-2, -1), norm="ortho")
        return np.asarray(maps, dtype=np.float64)

    def _blur_gains(self, sigmas: Numbers) -> Numbers:
        return np.asarray(np.exp(-0.5 * sigmas[:, None, None] ** 2 * self.frequencies))

    def gaussian(self, sigmas: Sequence[float] | Numbers) -> Numbers:
        """Blur the picture by each of (n,) sigmas, px: float64 (n, rows, columns)."""
        return self._inverse(self._blur_gains(np.asarray(sigmas, dtype=np.float64)))

    def laplacian(self, sigmas: Sequence[float] | Numbers) -> Numbers:
        """Compute the scale-normalized Laplacian, positive on bright blobs.

        ``sigmas``: (n,), px. Returns float64 (n, rows, columns).
        """
        widths = np.asarray(sigmas, dtype=np.float64)
        gains = self._blur_gains(widths) * widths[:, None, None] ** 2 * self.frequencies
        return self._inverse(gains)

    def dog(self, sigmas: Sequence[float] | Numbers, ratio: float) -> Numbers:
        """Compute the normalized difference of two Gaussians whose sigmas have this ``ratio``.

        ``sigmas``: their geometric means, (n,), px. Returns float64 (n, rows, columns).
        """
        widths, half = np.asarray(sigmas, dtype=np.float64), math.sqrt(ratio)
        gains = self._blur_gains(widths / half) - self._blur_gains(widths * half)
        return self._inverse(gains / math.log(ratio))

    def response(self, operator: str, sigmas: Sequence[float] | Numbers, intervals: int) -> Numbers:
        """Compute the maps of one of OPERATORS: float64 (n, rows, columns).

        ``sigmas``: (n,), px. The two Gaussians of a 'dog' are one of ``intervals`` to the octave
        apart.
        """
        if operator == "laplacian":
            return self.laplacian(sigmas)
        return self.dog(sigmas, 2 ** (1 / intervals))

    def _at_points(self, rows: Numbers, columns: Numbers, sigmas: Numbers) -> list[Numbers]:
        """At (n,) points, each with its own sigma: the blur, and its negative Laplacian."""
        down, across = self.frequencies[:, 0], self.frequencies[0]
        left, right = _cosines(rows, down), _cosines(columns, across)
        left *= np.exp(-0.5 * sigmas[:, None] ** 2 * down)
        right *= np.exp(-0.5 * sigmas[:, None] ** 2 * across)
        mixed = left @ self.transform
        bent = ((left * down) @ self.transform + mixed * across) * right
        return [(mixed * right).sum(axis=1), bent.sum(axis=1)]

    def response_at(
        self, operator: str, intervals: int, rows: Numbers, columns: Numbers, sigmas: Numbers
    ) -> Numbers:
        """Compute responses at points between pixels, each at its own sigma: float64 (n,).

        ``rows``, ``columns`` and ``sigmas``: (n,), px; 0 is the center of the first pixel. The
        cosine series is exact there too, so nothing is interpolated.
        """
        if operator == "laplacian":
            return np.asarray(sigmas**2 * self._at_points(rows, columns, sigmas)[1])
        half = 2 ** (0.5 / intervals)
        inner = self._at_points(rows, columns, sigmas / half)[0]
        outer = self._at_points(rows, columns, sigmas * half)[0]
        return np.asarray((inner - outer) / (2 * math.log(half)))


def _cosines(coordinates: Numbers, frequencies: Numbers) -> Numbers:
    """The (n, side) orthonormal cosines of DCT-II at (n,) coordinates along an axis."""
    side = len(frequencies)
    waves = np.cos((coordinates[:, None] + 0.5) * np.sqrt(frequencies)) * math.sqrt(2 / side)
    waves[:, 0] = math.sqrt(1 / side)
    return np.asarray(waves)


def scale_space_of(picture: Plane) -> ScaleSpace:
    """Build the scale space of a picture, float32 (rows, columns)."""
    from scipy.fft import dctn

    transform = dctn(picture.astype(np.float64), norm="ortho")
    rows, columns = (math.pi * np.arange(side) / side for side in picture.shape)
    return ScaleSpace(np.asarray(transform), rows[:, None] ** 2 + columns[None, :] ** 2)
