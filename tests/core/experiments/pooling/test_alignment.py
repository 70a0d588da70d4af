"""The sweep against every (row, column) alignment, and the closed forms against both."""

from itertools import product

import numpy as np
import pytest
import torch

from scalescope.core.experiments.pooling.alignment import (
    all_but_largest,
    closed_form,
    sweep_alignments,
)
from scalescope.core.experiments.pooling.run import run
from scalescope.core.experiments.pooling.spec import Pooling, Spec
from scalescope.core.filters import stack
from scalescope.core.filters.receptive_field import POOLS
from tests.core.filters.oracle import WINDOWS, pooled


def corner_pixels(size, count, side):
    """One picture per alignment and corner: (count * count, 2, side, side), one pixel lit each."""
    maps = torch.zeros(count * count, 2, side, side)
    for index, (row, column) in enumerate(product(range(count), repeat=2)):
        maps[index, 0, row, column] = 1
        maps[index, 1, row + size - 1, column + size - 1] = 1
    return maps


def brute(size, pooling):
    """bool (depth + 1, rows, columns): does some cell hold both corners at that alignment?"""
    count = pooling.stride**pooling.depth
    wide = 2 * pooling.size - 1 if pooling.kind == "max-blur" else pooling.size
    side = count + size + wide * max(count, pooling.depth + 1)
    maps = corner_pixels(size, count, side)
    shared = []
    for level in range(pooling.depth + 1):
        maps = pooled(maps, pooling.kind, pooling.size, pooling.stride) if level else maps
        shared.append((maps > 0).all(1).any(-1).any(-1).reshape(count, count).numpy())
    return np.stack(shared)


@pytest.mark.parametrize("size", [2, 4, 7])
@pytest.mark.parametrize(("window", "stride"), WINDOWS)
@pytest.mark.parametrize("kind", POOLS)
def test_the_diagonal_sweep_tells_every_alignment(kind, window, stride, size):
    pooling = Pooling(kind, window, stride, depth=2 if stride == 3 else 3)
    expected = brute(size, pooling)
    sweep = sweep_alignments(size, pooling)
    count = stride**pooling.depth
    for row, column in product(range(count), repeat=2):
        np.testing.assert_array_equal(sweep.shares_cell(row, column), expected[:, row, column])
    assert sweep.alignment_fractions() == pytest.approx(expected.mean(axis=(1, 2)))


@pytest.mark.parametrize(("window", "stride"), [(3, 2), (2, 1), (3, 3)])
@pytest.mark.parametrize("kind", ["max", "max-blur"])
def test_squares_of_a_scene_merge_where_the_brute_force_says(kind, window, stride):
    """The last square too: no window that it needs may be cut off by the canvas."""
    pooling = Pooling(kind, window, stride, depth=2)
    shared = brute(5, pooling)
    for offset in range(stride**2):
        spec = Spec(sizes_px=(2, 5), row=offset, column=offset, pool=kind, pool_size=window,
                    pool_stride=stride, depth=2)  # fmt: skip
        expected = next((level for level in range(3) if shared[level, offset, offset]), None)
        assert run(spec).squares[1].merge_level == expected


@pytest.mark.parametrize("size", [2, 3, 6, 9])
@pytest.mark.parametrize(("window", "stride"), [*WINDOWS, (1, 2), (4, 2), (1, 1)])
@pytest.mark.parametrize("kind", ["max", "max-blur"])
def test_the_closed_form_is_what_the_brute_force_counts(kind, window, stride, size):
    pooling = Pooling(kind, window, stride, depth=2)
    wide = 2 * window - 1 if kind == "max-blur" else window
    counted = brute(size, pooling).mean(axis=(1, 2))
    for level in range(3):
        formula = closed_form(size, pooling, level)
        if stride > wide and level > 1:
            assert formula is None
        else:
            assert formula == pytest.approx(counted[level])


@pytest.mark.parametrize("size", [2, 4, 8, 16, 32])
def test_halving_follows_the_formula(size):
    fractions = sweep_alignments(size, Pooling("max", 2, 2, 5)).alignment_fractions()
    expected = [max(0, 1 - (size - 1) / 2**level) ** 2 for level in range(6)]
    assert fractions == pytest.approx(expected)


def test_stride_one_is_linear_in_depth_at_every_alignment():
    for size in (2, 3, 5):
        fractions = sweep_alignments(size, Pooling("max", 2, 1, 5)).alignment_fractions()
        assert fractions == [float(size - 1 <= level) for level in range(6)]


@pytest.mark.parametrize("distance", [3, 5, 7])
def test_even_odds_need_cells_of_three_and_a_half_times_the_distance(distance):
    pooling = Pooling("max", 2, 2, 6)
    for level in range(7):
        likely = closed_form(distance + 1, pooling, level) >= 0.5
        assert likely == (2**level >= 3.4143 * distance)


def test_all_but_largest_multiplies_independent_chances():
    chances = all_but_largest({4: [0.5, 0.25], 2: [1.0, 0.5], 16: [0.1, 0.2]})
    assert chances == pytest.approx([0.5 * 1 * 0.9, 0.25 * 0.5 * 0.8])


def spread(pool_once, size=4, depth=3):
    """Standard deviation over all alignments of the cosine between the two detectors' maps."""
    count = 2**depth
    maps = torch.nn.functional.pad(corner_pixels(size, count, 4 * count), [4 * count] * 4)
    for _ in range(depth):
        maps = pool_once(maps)
    return float(torch.cosine_similarity(*maps.flatten(2).unbind(1)).std(correction=0))


def test_blur_removes_most_of_the_dependence_on_alignment():
    """The published max-blur-pool: a dense 2x2 maximum, then a 3x3 blur with stride 2."""
    plain = spread(lambda maps: stack.pool(maps, "max", 2, 2))
    blurred = spread(lambda maps: stack.pool(stack.pool(maps, "max", 2, 1), "blur", 3, 2))
    assert (round(plain, 2), round(blurred, 2)) == (0.49, 0.07)


@pytest.mark.parametrize("window", [2, 3])
def test_the_max_blur_of_the_page_removes_more_still(window):
    assert spread(lambda maps: stack.pool(maps, "max-blur", window, 2)) < 0.03
