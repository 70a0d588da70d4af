"""SIFT's keypoints, by scikit-image, in the units of :mod:`core.scale_space.keypoints`.

Two things are put right, both seen on Gaussian blobs (tests/core/test_scale_space_sift.py). The
library names the lower of the two Gaussians, ours their geometric mean: a factor of ``2**(1/6)``
at three intervals. And it doubles the picture before it starts but halves the places as if pixel
centres had not moved: a quarter of a pixel down and to the right.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keypoints import Keypoints

Plane = NDArray[np.float32]

INTERVALS = 3
MIDDLE = 2 ** (0.5 / INTERVALS)
QUARTER = 0.25
LOWEST_SIGMA = 0.8 * 2 ** (1 / INTERVALS) * MIDDLE  # the finest scale at which it looks, px
LEAST_SIDE = 16


def sift(picture: Plane, contrast: float, edge: float) -> Keypoints:
    """The keypoints of a (rows, columns) picture in [0, 1], in the library's order; no responses.

    ``contrast`` has our unit (it is turned into the library's, which does not divide by ln k).
    None below 16 px a side.
    """
    from skimage.feature import SIFT

    least = contrast * math.log(2) / INTERVALS
    detector: Any = SIFT(c_dog=least, c_edge=edge, n_scales=INTERVALS)  # type: ignore[no-untyped-call]
    nothing = np.zeros((0, 3))
    try:
        if min(picture.shape) >= LEAST_SIDE:
            detector.detect(picture)
            found = np.column_stack([detector.positions - QUARTER, detector.sigmas * MIDDLE])
        else:
            found = nothing
    except RuntimeError:  # what it raises where it finds nothing
        found = nothing
    _, first = np.unique(found, axis=0, return_index=True)  # one per orientation: keep one of them
    rows, columns, sigmas = found[np.sort(first)].T.astype(np.float64)
    return Keypoints(rows, columns, sigmas, np.zeros(len(rows)))
