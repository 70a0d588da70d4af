"""Receptive fields against a brute force: light one pixel at a time and see which cells answer."""

from itertools import product

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.filters import stack
from scalescope.core.filters.receptive_field import PADDINGS, POOLS, Layout, geometry, max_depth

CANVAS = (13, 17)

GAPLESS = [
    Layout(3, 3, depth=3),
    Layout(1, 1, pool="average", pool_size=1, pool_stride=1, depth=2),
    Layout(3, 5, pool="average", pool_size=3, pool_stride=2, depth=2),
    Layout(2, 4, pool="l2", pool_size=2, pool_stride=1, depth=3),
    Layout(4, 3, pool="blur", pool_size=3, pool_stride=3, depth=2),
    Layout(3, 3, pool="blur", pool_size=2, pool_stride=2, depth=3),
    Layout(3, 2, pool="max-blur", pool_size=2, pool_stride=2, depth=2),
    Layout(3, 3, pool="max-blur", pool_size=3, pool_stride=1, depth=2),
    Layout(3, 3, stride=2, pool="max", pool_size=3, pool_stride=1, depth=2),
    Layout(5, 4, stride=3, pool="average", depth=1),
    Layout(5, 1, "valid", pool="l2", pool_size=3, pool_stride=2, depth=2),
    Layout(2, 3, "valid", stride=2, pool="max", pool_size=2, pool_stride=2, depth=2),
    Layout(9, 9, "valid", pool="max", pool_size=3, pool_stride=3, depth=1),
]
WITH_GAPS = [
    Layout(3, 2, "valid", dilation=3, pool="max", depth=2),
    Layout(2, 5, "valid", stride=2, dilation=2, pool="average", depth=1),
    Layout(1, 2, "valid", stride=3, pool="blur", pool_size=3, pool_stride=1, depth=1),
    Layout(1, 1, pool="max", pool_size=1, pool_stride=2, depth=2),
    Layout(1, 1, "same", stride=2, pool="average", pool_size=2, pool_stride=3, depth=1),
]
DILATED_WITH_BORDER = [
    Layout(3, 3, dilation=2, depth=1),
    Layout(2, 3, dilation=4, pool="average", depth=2),
    Layout(4, 5, dilation=3, stride=2, pool="max", depth=1),
]


def seen(layout):
    """Per level, bool (rows, columns, canvas rows, canvas columns): which cell sees which pixel.

    With positive weights every pooling passes on that some pixel below it is lit.
    """
    count = CANVAS[0] * CANVAS[1]
    lit = np.eye(count, dtype=np.float32).reshape(count, *CANVAS)
    kernel = np.ones((1, layout.kernel_rows, layout.kernel_columns), dtype=np.float32)
    response = stack.run(lit, kernel, layout)
    return [
        (maps[:, 0] > 0).transpose(1, 2, 0).reshape(*maps.shape[2:], *CANVAS)
        for maps in response.levels
    ]


def hull(pixels):
    """Top, left, bottom, right (exclusive) of what is true."""
    rows, columns = np.nonzero(pixels)
    return rows.min(), columns.min(), rows.max() + 1, columns.max() + 1


def cells(level):
    return product(*map(range, level.shape))


def is_whole(level, cell):
    """Whether the field of a cell lies on the canvas altogether."""
    low = [level.start[axis] + cell[axis] * level.stride[axis] for axis in (0, 1)]
    return all(low[a] >= 0 and low[a] + level.size[a] <= CANVAS[a] for a in (0, 1))


@pytest.mark.parametrize("layout", [*GAPLESS, *WITH_GAPS], ids=str)
def test_every_cell_sees_just_what_its_field_says(layout):
    for level, brute in zip(geometry(layout, CANVAS), seen(layout), strict=True):
        assert level.shape == brute.shape[:2]
        assert brute.shape[0] * brute.shape[1] > 0
        for cell in cells(level):
            assert level.receptive_field(*cell, CANVAS) == hull(brute[cell])


@pytest.mark.parametrize("layout", GAPLESS, ids=str)
def test_every_pixel_of_a_field_is_seen_where_windows_leave_no_gaps(layout):
    for level, brute in zip(geometry(layout, CANVAS), seen(layout), strict=True):
        for cell in cells(level):
            top, left, bottom, right = level.receptive_field(*cell, CANVAS)
            assert brute[cell][top:bottom, left:right].all()


@pytest.mark.parametrize("layout", [*GAPLESS, *WITH_GAPS, *DILATED_WITH_BORDER], ids=str)
def test_whole_fields_have_the_size_and_the_center_that_are_told(layout):
    checked = 0
    for level, brute in zip(geometry(layout, CANVAS), seen(layout), strict=True):
        for cell in filter(lambda one, level=level: is_whole(level, one), cells(level)):
            top, left, bottom, right = hull(brute[cell])
            assert (bottom - top, right - left) == level.size
            assert level.center(*cell) == ((top + bottom - 1) / 2, (left + right - 1) / 2)
            checked += 1
    assert checked > 0


@pytest.mark.parametrize("layout", DILATED_WITH_BORDER, ids=str)
def test_fields_of_dilated_kernels_are_exact_at_the_borders_too(layout):
    for level, brute in zip(geometry(layout, CANVAS), seen(layout), strict=True):
        for cell in cells(level):
            assert level.receptive_field(*cell, CANVAS) == hull(brute[cell])


@pytest.mark.parametrize("layout", [Layout(3, 3, depth=3), Layout(4, 1, stride=2, depth=2)])
def test_fields_are_those_that_gradients_reach(layout):
    image = torch.ones(1, 1, *CANVAS, requires_grad=True)
    kernel = torch.ones(1, 1, layout.kernel_rows, layout.kernel_columns)
    before = [layout.kernel_rows // 2, layout.kernel_columns // 2]
    after = [layout.kernel_rows - 1 - before[0], layout.kernel_columns - 1 - before[1]]
    padded = torch.nn.functional.pad(image, [before[1], after[1], before[0], after[0]])
    maps = torch.nn.functional.conv2d(padded, kernel, stride=layout.stride)
    for depth, level in enumerate(geometry(layout, CANVAS)):
        maps = torch.nn.functional.avg_pool2d(maps, 2) if depth else maps
        for cell in cells(level):
            (slope,) = torch.autograd.grad(maps[0, 0][cell], image, retain_graph=True)
            assert level.receptive_field(*cell, CANVAS) == hull(slope[0, 0].numpy() > 0)


LAYOUTS = st.builds(
    Layout,
    kernel_rows=st.integers(1, 6),
    kernel_columns=st.integers(1, 6),
    padding=st.sampled_from(PADDINGS),
    stride=st.integers(1, 3),
    dilation=st.integers(1, 3),
    pool=st.sampled_from(POOLS),
    pool_size=st.integers(1, 3),
    pool_stride=st.integers(1, 3),
    depth=st.integers(0, 4),
)
CANVASES = st.tuples(st.integers(4, 24), st.integers(4, 24))


def runs(layout, canvas):
    """The shapes that PyTorch gives, or None where it refuses for want of cells."""
    kernel = np.ones((1, layout.kernel_rows, layout.kernel_columns), dtype=np.float32)
    try:
        response = stack.run(np.zeros((1, *canvas), dtype=np.float32), kernel, layout)
    except RuntimeError:
        return None
    return [maps.shape[2:] for maps in response.levels]


@given(LAYOUTS, CANVASES)
def test_shapes_are_those_of_pytorch_and_zero_where_it_refuses(layout, canvas):
    shapes = [level.shape for level in geometry(layout, canvas)]
    real = runs(layout, canvas)
    if real is None:
        assert min(shapes[-1]) == 0
    else:
        assert shapes == real


@given(LAYOUTS, CANVASES)
def test_the_deepest_level_is_the_last_that_pytorch_can_make(layout, canvas):
    def possible(depth):
        return runs(Layout(**{**vars(layout), "depth": depth}), canvas) is not None

    expected = next((depth - 1 for depth in range(6) if not possible(depth)), 5)
    assert max_depth(layout, canvas, limit=5) == expected


@pytest.mark.parametrize(("side", "depth"), [(64, 6), (63, 5), (1, 0), (128, 7)])
def test_halving_ends_at_one_cell(side, depth):
    assert max_depth(Layout(3, 3), (side, 4 * side)) == depth
