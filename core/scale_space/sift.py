"""SIFT's keypoints, by scikit-image, in the units of :mod:`core.scale_space.keypoints`.

Two things are corrected, both seen on Gaussian blobs (tests/core/scale_space/test_sift.py). The
library names the lower of the two Gaussians, we their geometric mean: a factor of ``2**(1/6)`` at
three intervals. And it upsamples the picture by 2 before it starts, but halves the positions as if
pixel centers had not moved: a quarter of a pixel down and to the right.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .keypoints import Keypoints

Plane = NDArray[np.float32]

INTERVALS = 3
GEOMETRIC_MEAN = 2 ** (0.5 / INTERVALS)
POSITION_OFFSET_PX = 0.25
MIN_SIGMA_PX = 0.8 * 2 ** (1 / INTERVALS) * GEOMETRIC_MEAN  # the finest scale that it searches
MIN_SIDE_PX = 16


def sift_keypoints(
    picture: Plane, contrast_threshold: float, max_curvature_ratio: float
) -> Keypoints:
    """Detect SIFT's keypoints, in the library's order and without responses.

    ``picture``: float32 (rows, columns) in [0, 1]; below 16 px a side there are none.
    ``contrast_threshold`` has our unit: the library's response is not divided by ln k.
    """
    from skimage.feature import SIFT

    threshold = contrast_threshold * math.log(2) / INTERVALS
    detector: Any = SIFT(  # type: ignore[no-untyped-call]
        c_dog=threshold, c_edge=max_curvature_ratio, n_scales=INTERVALS
    )
    points = np.zeros((0, 3))
    if min(picture.shape) >= MIN_SIDE_PX:
        try:
            detector.detect(picture)
        except RuntimeError:  # what it raises where there are no keypoints
            pass
        else:
            positions = detector.positions - POSITION_OFFSET_PX
            points = np.column_stack([positions, detector.sigmas * GEOMETRIC_MEAN])
    _, first = np.unique(points, axis=0, return_index=True)  # one per orientation: keep one of them
    rows, columns, sigmas = points[np.sort(first)].T.astype(np.float64)
    return Keypoints(rows, columns, sigmas, np.zeros(len(rows)))
