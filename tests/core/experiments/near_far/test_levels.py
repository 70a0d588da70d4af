"""How alike the two objects are at each level, measured again from pictures drawn here."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.filters.kernels import kernel_of
from tests.core.filters.oracle import convolved, pooled

CANVAS = (64, 128)
STEPS = ((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1))
CENTERS = ((32, 36), (32, 100))  # .28 and .78 of 128 columns, moved by .16

# Squares of whole sizes on whole pixels: 0.5 m behind 64 px at 1, 2, 4, 8, 16 m spans 32 to 2 px.
SPECS = [
    (1, 2, "upper-left-corner", "max"),
    (2, 8, "upper-left-corner", "max"),
    (2, 8, "upper-left-corner", "average"),
    (8, 16, "small-square", "max-blur"),
    (4, 8, "vertical-edge", "max"),
    (8, 8, "dog", "l2"),
    (2, 8, "upper-left-corner", "max-blur"),
    (1, 8, "blur", "max-blur"),
]


def spec_of(near, far, filter_name, pool):
    return Spec(
        object="square", object_size_m=0.5, near_m=near, far_m=far, focal_px=64,
        filter=filter_name, pool=pool, depth=5, column_shift_px=0.16,
    )  # fmt: skip


def square(size, center, step):
    picture = np.zeros(CANVAS)
    top, left = (center[axis] + step[axis] - size // 2 for axis in (0, 1))
    picture[top : top + size, left : left + size] = 1
    return picture


def ladder(picture, spec):
    maps = torch.from_numpy(np.maximum(convolved(picture, kernel_of(spec.filter)), 0))
    levels = [maps]
    for _ in range(spec.depth):
        levels.append(pooled(levels[-1], spec.pool, 2, 2))
    return [level.numpy() for level in levels]


def around_peak(values):
    """The strongest cell and the 3 x 3 cells around the first such cell."""
    row, column = np.unravel_index(np.argmax(values > values.max() - 1e-6), values.shape)
    return values.max(), np.pad(values, 1)[row : row + 3, column : column + 3]


def compare(near, far):
    (peak, first), (other_peak, second) = around_peak(near), around_peak(far)
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths < 1e-9:
        return None, False
    cosine = (first * second).sum() / lengths
    close = abs(peak - other_peak) <= 0.05 * max(peak, other_peak)
    return cosine, bool(cosine >= 0.99 and close)


@pytest.mark.parametrize("case", SPECS, ids=str)
def test_similarity_and_its_undoing_by_a_shift(case):
    spec = spec_of(*case)
    ladders = [
        [ladder(square(64 // (2 * distance), center, step), spec) for step in STEPS]
        for distance, center in zip(case[:2], CENTERS, strict=True)
    ]
    for number, level in enumerate(run(spec).levels):
        pairs = [compare(near[number], far[number]) for near, far in zip(*ladders, strict=True)]
        assert level.similarity == pytest.approx(pairs[0][0], abs=1e-4)
        now, *moved = (same for _, same in pairs)
        assert level.same == now and level.same_after_shift == (tuple(moved) if now else ())


def test_two_objects_of_one_size_are_the_same_everywhere():
    # 0.78 - 0.28 of 128 columns are 64, a multiple of every cell.
    levels = run(spec_of(4, 4, "upper-left-corner", "max")).levels
    assert all(level.same and all(level.same_after_shift) for level in levels)
    assert [level.similarity for level in levels] == pytest.approx([1] * 6)


def test_corners_of_two_sizes_are_the_same_at_first_and_a_disc_is_not():
    level = run(spec_of(1, 2, "upper-left-corner", "max")).levels[0]
    assert level.same and level.similarity == pytest.approx(1)
    assert level.baseline is not None and level.baseline < 0.95


def half_of(values, right):
    """The part of a map of the scene where one of the two objects stands."""
    middle = max(1, round(values.shape[1] * 0.53))
    return values[:, middle:] if right else values[:, :middle]


@pytest.mark.parametrize("name", ["disc", "square"])
def test_the_baseline_is_the_similarity_to_another_object(name):
    """A disc is held against a square in the far disc's place, and a square against a disc."""
    spec = spec_of(1, 4, "upper-left-corner", "average")
    discs = run(replace(spec, object="disc")).levels
    squares = [
        ladder(square(size, CENTERS[which], (0, 0)), spec) for which, size in ((0, 32), (1, 8))
    ]
    for number, level in enumerate(run(replace(spec, object=name)).levels):
        disc = half_of(discs[number].values, right=name == "square")
        first = around_peak(disc)[1]
        second = around_peak(squares[0 if name == "square" else 1][number])[1]
        lengths = np.linalg.norm(first) * np.linalg.norm(second)
        assert level.baseline == pytest.approx((first * second).sum() / lengths, abs=1e-3)


def test_what_is_left_by_rounding_is_no_response():
    """The small-square filter gives no response to squares of 16 and 8 px: nothing is alike."""
    levels = run(spec_of(2, 4, "small-square", "max")).levels
    assert max(max(level.peak) for level in levels) < 1e-6
    assert [level.similarity for level in levels] == [None] * len(levels)
    assert not any(level.same for level in levels)
