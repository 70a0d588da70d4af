"""Pictures made to fit a canvas."""

import numpy as np
import pytest

from scalescope.core.errors import UserError
from scalescope.core.imaging.fit import resize_to_fit

NOISE = np.random.default_rng(4).random((300, 450), dtype=np.float32)


def test_shrinking_keeps_the_mean_and_enlarges_nothing_that_is_large_enough():
    small = resize_to_fit(NOISE, (128, 192))
    assert small.shape == (128, 192) and small.dtype == np.float32
    assert small.mean() == pytest.approx(NOISE.mean(), abs=0.002)
    assert resize_to_fit(NOISE[:40, :50], (128, 192)).shape == (40, 50)


def test_shrinking_does_not_alias():
    stripes = np.tile(np.float32([0, 1]), (300, 225))
    assert np.ptp(resize_to_fit(stripes, (100, 150))[5:-5, 5:-5]) < 0.05


def test_a_small_picture_is_enlarged_whole():
    ramp = np.tile(np.linspace(0.2, 0.8, 20, dtype=np.float32), (4, 1))
    result = resize_to_fit(ramp, (128, 192), min_side_px=8)
    assert result.shape == (8, 40) and (np.diff(result[4]) > -1e-6).all()
    assert result.mean() == pytest.approx(0.5, abs=0.01)


@pytest.mark.parametrize("shape", [(300, 20), (16, 380), (1, 1), (700, 900), (3, 50)])
def test_any_shape_that_is_not_too_elongated_fits(shape):
    rows, columns = resize_to_fit(np.ones(shape, dtype=np.float32), (128, 192)).shape
    assert min(rows, columns) >= 16 and max(rows, columns) <= 2 * 192
    assert rows / columns == pytest.approx(shape[0] / shape[1], rel=0.05)


@pytest.mark.parametrize("shape", [(3, 400), (1000, 16)])
def test_an_elongated_picture_is_refused_with_its_size(shape):
    with pytest.raises(UserError, match=rf"{shape[1]} x {shape[0]} px is too elongated: .*16 px"):
        resize_to_fit(np.ones(shape, dtype=np.float32), (128, 192))
