"""SIFT's keypoints against Gaussian blobs of known position and sigma."""

import numpy as np
import pytest

from scalescope.core.scale_space.sift import sift_keypoints
from tests.core.scale_space.test_scale_space import blob


@pytest.mark.parametrize(("sigma0", "row", "column"), [(3, 40, 56), (5, 41, 50.5), (8, 39.5, 57)])
def test_sift_has_our_units(sigma0, row, column):
    """Both detectors must give a Gaussian blob's own position and sigma."""
    keypoints = sift_keypoints(blob(sigma0, row, column), 0.05, 10)
    nearest = np.hypot(keypoints.rows - row, keypoints.columns - column).argmin()
    assert (keypoints.rows[nearest], keypoints.columns[nearest]) == pytest.approx(
        (row, column), abs=0.1
    )
    assert keypoints.sigmas[nearest] == pytest.approx(sigma0, rel=0.03)
    positions = np.column_stack([keypoints.rows, keypoints.columns, keypoints.sigmas])
    assert len(np.unique(positions, axis=0)) == len(keypoints), "orientations are not counted apart"


@pytest.mark.parametrize("shape", [(64, 64), (16, 16), (9, 40)])
def test_sift_of_nothing_is_empty(shape):
    assert len(sift_keypoints(np.full(shape, 0.5, dtype=np.float32), 0.05, 10)) == 0
