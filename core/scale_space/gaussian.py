"""The Gaussian scale space of a picture: every blur of it at once, by one cosine transform.

A Gaussian blur with mirrored borders multiplies the cosine transform of a picture (DCT-II) by
``exp(-sigma**2 * w**2 / 2)``, and the Laplacian multiplies it by ``-w**2``, with ``w`` the angular
frequency in radians per pixel. So one forward transform is made per picture, and any number of
maps is one batched inverse, whatever their sigma (Lindeberg, Scale-Space Theory, 1994, chapter 2).

Two operators, both positive on bright blobs and in the same unit, contrast:

- ``laplacian``: the scale-normalised ``-sigma**2 * (Lrr + Lcc)``;
- ``dog``: ``(G(sigma / sqrt(k)) - G(sigma * sqrt(k))) / ln k``. Gaussians obey
  ``dG / d ln(sigma) = sigma**2 * Laplacian(G)``, so this is the first one's mean over the octaves
  between the two Gaussians, and *sigma* is their geometric mean: a Gaussian blob of sigma0 answers
  most at exactly sigma0. (Lowe 2004 names the lower of the two and does not divide.)

A bright disc of contrast 1 has ``2 / e`` = 0.736 at its centre at sigma = r / sqrt(2), and no
picture in [0, 1] has more.
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
LARGEST_RESPONSE = 2 / math.e
DISC = 1 / math.sqrt(2)  # the sigma of a disc, in radii


def scales(low_px: float, octaves: int, intervals: int) -> Numbers:
    """Sigmas in px, ``intervals`` to the octave, from one below ``low_px`` to one above the last.

    The two at the ends are there to compare with: extrema are found from ``low_px`` to
    ``low_px * 2**octaves``.
    """
    steps = np.arange(-1, octaves * intervals + 2)
    return np.asarray(low_px * 2.0 ** (steps / intervals), dtype=np.float64)


@dataclass(frozen=True)
class Space:
    """A picture's scale space: its cosine transform and the squared frequencies, (rows, columns).

    The maps that it gives are float64 (sigmas, rows, columns), mirrored at the borders.
    """

    transform: Numbers
    frequencies: Numbers

    def _maps(self, gains: Numbers) -> Numbers:
        from scipy.fft import idctn  # type: ignore[import-untyped]

        maps = idctn(self.transform * gains, axes=(-2, -1), norm="ortho")
        return np.asarray(maps, dtype=np.float64)

    def _blur(self, sigmas: Numbers) -> Numbers:
        return np.asarray(np.exp(-0.5 * sigmas[:, None, None] ** 2 * self.frequencies))

    def gaussian(self, sigmas: Sequence[float] | Numbers) -> Numbers:
        """The picture blurred by each sigma (px)."""
        return self._maps(self._blur(np.asarray(sigmas, dtype=np.float64)))

    def laplacian(self, sigmas: Sequence[float] | Numbers) -> Numbers:
        """The scale-normalised Laplacian, positive on bright blobs, at each sigma (px)."""
        given = np.asarray(sigmas, dtype=np.float64)
        return self._maps(self._blur(given) * given[:, None, None] ** 2 * self.frequencies)

    def dog(self, sigmas: Sequence[float] | Numbers, ratio: float) -> Numbers:
        """The difference of two Gaussians whose sigmas stand in ``ratio``, as told above."""
        given, half = np.asarray(sigmas, dtype=np.float64), math.sqrt(ratio)
        gains = self._blur(given / half) - self._blur(given * half)
        return self._maps(gains / math.log(ratio))

    def respond(self, operator: str, sigmas: Sequence[float] | Numbers, intervals: int) -> Numbers:
        """The maps of one of OPERATORS; two Gaussians of a 'dog' are one interval apart."""
        if operator == "laplacian":
            return self.laplacian(sigmas)
        return self.dog(sigmas, 2 ** (1 / intervals))

    def _blurred_points(self, rows: Numbers, columns: Numbers, sigmas: Numbers) -> list[Numbers]:
        """At (n,) places, each with its own sigma: the blur, and its Laplacian's negative."""
        down, across = self.frequencies[:, 0], self.frequencies[0]
        left, right = _waves(rows, down), _waves(columns, across)
        left *= np.exp(-0.5 * sigmas[:, None] ** 2 * down)
        right *= np.exp(-0.5 * sigmas[:, None] ** 2 * across)
        mixed = left @ self.transform
        bent = ((left * down) @ self.transform + mixed * across) * right
        return [(mixed * right).sum(axis=1), bent.sum(axis=1)]

    def points(
        self, operator: str, intervals: int, rows: Numbers, columns: Numbers, sigmas: Numbers
    ) -> Numbers:
        """(n,) responses at places between pixels (0 is the first centre), each at its own sigma.

        The cosine series is exact there too, so nothing is interpolated.
        """
        if operator == "laplacian":
            return np.asarray(sigmas**2 * self._blurred_points(rows, columns, sigmas)[1])
        half = 2 ** (0.5 / intervals)
        inner = self._blurred_points(rows, columns, sigmas / half)[0]
        outer = self._blurred_points(rows, columns, sigmas * half)[0]
        return np.asarray((inner - outer) / (2 * math.log(half)))


def _waves(places: Numbers, frequencies: Numbers) -> Numbers:
    """The (n, side) orthonormal cosines of DCT-II at places along an axis."""
    side = len(frequencies)
    waves = np.cos((places[:, None] + 0.5) * np.sqrt(frequencies)) * math.sqrt(2 / side)
    waves[:, 0] = math.sqrt(1 / side)
    return np.asarray(waves)


def space_of(picture: Plane) -> Space:
    """The scale space of a (rows, columns) picture."""
    from scipy.fft import dctn

    transform = dctn(picture.astype(np.float64), norm="ortho")
    rows, columns = (math.pi * np.arange(side) / side for side in picture.shape)
    return Space(np.asarray(transform), rows[:, None] ** 2 + columns[None, :] ** 2)
