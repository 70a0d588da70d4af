"""Every operator of the stack against plain loops over windows."""

from itertools import pairwise, product
from math import comb

import numpy as np
import pytest
import torch

from scalescope.core.filters import stack
from scalescope.core.filters.receptive_field import POOLS, Layout

SHAPE = (9, 11)
SIZES = [(1, 1), (2, 1), (2, 2), (3, 2), (2, 3), (3, 3), (4, 1), (5, 4)]


@pytest.fixture
def image():
    return np.random.default_rng(3).standard_normal(SHAPE).astype(np.float32)


def loop_convolution(image, kernel, layout):
    """One output at a time, one tap at a time; what lies outside the image is zero."""
    rows, columns = kernel.shape
    same = layout.padding == "same"
    start = [taps // 2 * layout.dilation if same else 0 for taps in kernel.shape]
    wide = [(taps - 1) * layout.dilation for taps in kernel.shape]
    ends = [side if same else side - w for side, w in zip(image.shape, wide, strict=True)]
    totals = {}
    for top, left in product(range(0, ends[0], layout.stride), range(0, ends[1], layout.stride)):
        total = 0.0
        for i, j in product(range(rows), range(columns)):
            row = top - start[0] + i * layout.dilation
            column = left - start[1] + j * layout.dilation
            if 0 <= row < image.shape[0] and 0 <= column < image.shape[1]:
                total += float(kernel[i, j]) * float(image[row, column])
        totals[top // layout.stride, left // layout.stride] = total
    return table(totals)


def loop_pool(image, size, stride, reduce):
    tops = range(0, image.shape[0] - size + 1, stride)
    lefts = range(0, image.shape[1] - size + 1, stride)
    return table(
        {
            (top // stride, left // stride): reduce(image[top : top + size, left : left + size])
            for top, left in product(tops, lefts)
        }
    )


def table(totals):
    whole = np.zeros([max(axis) + 1 for axis in zip(*totals, strict=True)])
    for cell, value in totals.items():
        whole[cell] = value
    return whole


def binomial_mean(window):
    size = len(window)
    weights = [[comb(size - 1, i) * comb(size - 1, j) for j in range(size)] for i in range(size)]
    return (np.array(weights) * window).sum() / 4 ** (size - 1)


REDUCE = {
    "max": np.max,
    "average": np.mean,
    "l2": lambda window: np.sqrt(np.mean(np.square(window.astype(np.float64)))),
    "blur": binomial_mean,
}


def expected_pool(image, kind, size, stride):
    if kind == "max-blur":
        return loop_pool(loop_pool(image, size, 1, np.max), size, stride, binomial_mean)
    return loop_pool(image, size, stride, REDUCE[kind])


LAYOUTS = [
    Layout(3, 3),
    Layout(2, 4),
    Layout(5, 1, "valid"),
    Layout(3, 3, stride=2),
    Layout(4, 3, dilation=2),
    Layout(2, 3, "valid", stride=3, dilation=2),
    Layout(9, 9, stride=4, dilation=3),
    Layout(1, 1, stride=3),
]


@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
def test_convolution(layout, image):
    shape = (3, layout.kernel_rows, layout.kernel_columns)
    kernels = np.random.default_rng(4).standard_normal(shape).astype(np.float32)
    images = np.stack([image, -2 * image, image[::-1]])
    response = stack.run(images, kernels, Layout(**{**vars(layout), "depth": 0}))
    for (n, picture), (k, kernel) in product(enumerate(images), enumerate(kernels)):
        expected = loop_convolution(picture, kernel, layout)
        np.testing.assert_allclose(response.convolution[n, k], expected, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(
            response.levels[0][n, k], np.maximum(response.convolution[n, k], 0)
        )


@pytest.mark.parametrize(("size", "stride"), SIZES)
@pytest.mark.parametrize("kind", POOLS)
def test_pooling(kind, size, stride, image):
    expected = expected_pool(image, kind, size, stride)
    maps = torch.from_numpy(np.stack([image, image + 1]))[None]
    pooled = stack.pool(maps, kind, size, stride).numpy()
    assert pooled.shape == (1, 2, *expected.shape) and pooled.dtype == np.float32
    np.testing.assert_allclose(pooled[0, 0], expected, rtol=1e-5, atol=1e-6)
    assert not np.allclose(pooled[0, 1], expected)


@pytest.mark.parametrize("kind", POOLS)
def test_levels_pool_the_level_before(kind, image):
    layout = Layout(3, 3, pool=kind, pool_size=2, pool_stride=2, depth=2)
    kernel = np.full((1, 3, 3), 0.5, dtype=np.float32)
    levels = stack.run(image[None], kernel, layout).levels
    assert len(levels) == 3
    for before, after in pairwise(levels):
        expected = expected_pool(before[0, 0], kind, 2, 2)
        np.testing.assert_allclose(after[0, 0], expected, rtol=1e-5, atol=1e-6)


def test_the_input_stays_as_it_was(image):
    copy = image.copy()
    stack.run(image[None], -np.ones((1, 3, 3), dtype=np.float32), Layout(3, 3, depth=1))
    np.testing.assert_array_equal(image, copy)


def test_there_are_five_poolings_and_no_other():
    assert set(POOLS) == {"max", "average", "l2", "blur", "max-blur"}
    with pytest.raises(ValueError, match="there is no pooling 'median'; there are max, average"):
        stack.pool(torch.zeros(1, 1, 4, 4), "median", 2, 2)
