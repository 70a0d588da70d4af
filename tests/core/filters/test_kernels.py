from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from scipy.signal import correlate2d

from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.filters.kernels import (
    FILTERS,
    kernel_of,
    max_response,
    parse_kernel,
)
from scalescope.core.specs.field_types import accepted_by
from scalescope.core.specs.spec import from_text

CORNERS = {  # which end of the square, along rows and columns
    "upper-left-corner": (0, 0),
    "upper-right-corner": (0, 1),
    "bottom-left-corner": (1, 0),
    "bottom-right-corner": (1, 1),
}
NAMES = [
    *CORNERS, "horizontal-edge", "vertical-edge", "laplacian", "dog", "gabor", "blur",
    "small-square",
]  # fmt: skip


def square(canvas, size, offset=(0, 0), contrast=1.0):
    picture = np.zeros((canvas, canvas), dtype=np.float32)
    picture[offset[0] : offset[0] + size, offset[1] : offset[1] + size] = contrast
    return picture


def response(picture, name):
    """Zeros beyond the picture: the background goes on there."""
    return correlate2d(picture, kernel_of(name), mode="same")


def test_the_bank_has_the_names_that_were_promised():
    assert list(FILTERS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_kernels_are_odd_small_and_float32(name):
    kernel = kernel_of(name)
    assert kernel.dtype == np.float32 and max(kernel.shape) <= 9
    assert all(side % 2 == 1 for side in kernel.shape)
    assert len(FILTERS[name].description) > 5


@pytest.mark.parametrize("size", range(2, 13))
@pytest.mark.parametrize("name", CORNERS)
def test_a_corner_detector_fires_once_on_its_own_corner(name, size):
    ends = CORNERS[name]
    for offset in product(range(4), repeat=2):  # at 0 and at 3 the square touches the border
        fired = response(square(size + 3, size, offset, contrast=0.625), name)
        corner = tuple(offset[axis] + ends[axis] * (size - 1) for axis in (0, 1))
        assert np.argwhere(fired > 0).tolist() == [list(corner)]
        assert fired[corner] == 0.625


@pytest.mark.parametrize("size", [2, 5, 12])
@pytest.mark.parametrize("name", CORNERS)
def test_a_square_that_fills_the_canvas_still_has_its_corner(name, size):
    fired = response(square(size, size), name)
    corner = [end * (size - 1) for end in CORNERS[name]]
    assert np.argwhere(fired > 0).tolist() == [corner]


@pytest.mark.parametrize("name", ["horizontal-edge", "vertical-edge", "laplacian", "dog", "gabor"])
def test_kernels_that_ignore_brightness_sum_to_zero(name):
    assert abs(float(kernel_of(name).astype(np.float64).sum())) < 1e-6


def test_blur_keeps_the_mean():
    assert kernel_of("blur").sum() == 1


def test_edges_laplacian_and_blur_are_those_of_scipy():
    picture = np.random.default_rng(0).random((12, 15))

    def same(name, theirs):
        ours = correlate2d(picture, kernel_of(name), mode="valid")
        np.testing.assert_allclose(ours, theirs[1:-1, 1:-1], atol=1e-6)

    same("horizontal-edge", ndimage.sobel(picture, axis=0) / 4)
    same("vertical-edge", ndimage.sobel(picture, axis=1) / 4)
    same("laplacian", -ndimage.laplace(picture) / 4)
    line = np.array([1, 2, 1]) / 4
    same("blur", ndimage.correlate1d(ndimage.correlate1d(picture, line, 0), line, 1))


def test_dog_is_the_difference_of_two_gaussians():
    dot = np.zeros((9, 9))
    dot[4, 4] = 1
    narrow, wide = (ndimage.gaussian_filter(dot, sigma, radius=4) for sigma in (1, 1.6))
    np.testing.assert_allclose(kernel_of("dog"), narrow - wide, atol=1e-6)


def test_gabor_prefers_vertical_bars_of_its_own_width():
    def answer(wavelength, axis):
        bars = np.cos(2 * np.pi * (np.arange(41) - 20) / wavelength)
        picture = np.broadcast_to(bars[:, None] if axis == 0 else bars, (41, 41))
        return np.abs(correlate2d(picture, kernel_of("gabor"), mode="valid")).max()

    own = answer(5, axis=1)
    others = [answer(2.5, 1), answer(12, 1), answer(5, 0)]
    assert own > 2.5 * max(others)


@pytest.mark.parametrize("size", range(1, 15))
def test_small_square_answers_small_squares_only(size):
    best = response(square(size + 20, size, (10, 10)), "small-square").max()
    law = size**2 / 9 if size <= 3 else max(0, 1 - (size**2 - 9) / 27)
    assert best == pytest.approx(law, abs=1e-6)
    assert (best > 1e-6) == (size < 6)


@pytest.mark.parametrize("name", [one for one in NAMES if kernel_of(one).shape == (3, 3)])
def test_the_strongest_response_is_that_of_the_best_picture(name):
    pictures = np.array(list(product((0, 1), repeat=9))).reshape(-1, 3, 3)
    best = (pictures * kernel_of(name)).sum((1, 2)).max()
    assert max_response(kernel_of(name)) == pytest.approx(best)


@pytest.mark.parametrize("text", ["0,0", "-1,-2;-3,-4"])
def test_the_strongest_response_is_positive_for_any_kernel(text):
    assert max_response(parse_kernel(text)) > 0


NUMBERS = st.floats(-1000, 1000)
TABLES = st.tuples(st.integers(1, 9), st.integers(1, 9)).flatmap(
    lambda shape: st.lists(
        st.lists(NUMBERS, min_size=shape[1], max_size=shape[1]),
        min_size=shape[0],
        max_size=shape[0],
    )
)


@given(TABLES)
def test_a_kernel_is_read_as_it_was_written(table):
    text = ";".join(",".join(map(repr, row)) for row in table)
    np.testing.assert_array_equal(parse_kernel(text), np.array(table, dtype=np.float32))
    np.testing.assert_array_equal(kernel_of("custom", text), parse_kernel(text))


@pytest.mark.parametrize(
    "text",
    ["", ";", "1,2;3", "1,2;", "1,,2", "a", "nan", "inf", "1,-inf", "1000.5", "-1001", "1 2",
     ",".join("1" * 10), ";".join("1" * 10)],
)  # fmt: skip
def test_what_is_no_kernel_is_refused(text):
    assert not accepted_by(parse_kernel)(text)
    with pytest.raises(ValueError):
        parse_kernel(text)


def test_a_number_beyond_float32_is_refused_without_a_warning():
    assert not accepted_by(parse_kernel)("1e39")


def test_a_full_9x9_kernel_of_six_digits_may_be_given():
    text = ";".join([",".join(["-0.123456"] * 9)] * 9)
    assert from_text(Spec, {"filter": "custom", "kernel": text}).layout().kernel_rows == 9
