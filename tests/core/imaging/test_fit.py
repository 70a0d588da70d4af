"""Pictures made to fit a canvas."""

import numpy as np
import pytest

from scalescope.core.imaging.fit import resize_to_fit

NOISE = np.random.default_rng(4).random((300, 450), dtype=np.float32)


def test_shrinking_keeps_the_mean_and_never_enlarges():
    small = resize_to_fit(NOISE, (128, 192))
    assert small.shape == (128, 192) and small.dtype == np.float32
    assert small.mean() == pytest.approx(NOISE.mean(), abs=0.002)
    assert resize_to_fit(NOISE[:40, :50], (128, 192)).shape == (40, 50)


def test_shrinking_does_not_alias():
    stripes = np.tile(np.float32([0, 1]), (300, 225))
    assert np.ptp(resize_to_fit(stripes, (100, 150))[5:-5, 5:-5]) < 0.05


def test_small_sides_are_mirrored_as_often_as_it_takes():
    corner = NOISE[:3, :20]
    result = resize_to_fit(corner, (128, 192), min_side_px=8)
    assert result.shape == (8, 20)
    np.testing.assert_array_equal(result, corner[[0, 1, 2, 2, 1, 0, 0, 1]])


@pytest.mark.parametrize("shape", [(300, 20), (3, 400), (1, 1), (700, 900)])
def test_any_shape_fits(shape):
    rows, columns = resize_to_fit(np.ones(shape, dtype=np.float32), (128, 192)).shape
    assert 16 <= rows <= 128 and 16 <= columns <= 192
