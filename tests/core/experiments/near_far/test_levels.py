"""How alike the two objects are at each level, measured again from pictures drawn here."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.scene import NOISE_SEEDS, SHIFTS
from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.experiments.near_far.verdicts import agreements, equality_verdict
from scalescope.core.filters.kernels import kernel_of
from tests.core.filters.oracle import convolved, covered, pooled

CANVAS = (64, 128)
STEPS = (
    *((0, 0), (-1, 0), (1, 0), (0, -1), (0, 1)),
    *((0.5, 0.5), (0.5, 0), (0, 0.5)),
    *((0.25, 0.25), (0.25, 0.75), (0.75, 0.25), (0.75, 0.75)),
)
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
    starts = [center[axis] + step[axis] - size / 2 for axis in (0, 1)]
    rows, columns = (covered(CANVAS[axis], starts[axis], size) for axis in (0, 1))
    return np.outer(rows, columns)


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
        return np.nan, np.nan
    cosine = (first * second).sum() / lengths
    return cosine, abs(peak - other_peak) / max(peak, other_peak)


@pytest.mark.parametrize("case", SPECS, ids=str)
def test_similarity_and_peaks_at_every_alignment(case):
    spec = spec_of(*case)
    ladders = [
        [ladder(square(64 / (2 * distance), center, step), spec) for step in STEPS]
        for distance, center in zip(case[:2], CENTERS, strict=True)
    ]
    result = run(spec)
    for number, level in enumerate(result.levels):
        pairs = [compare(near[number], far[number]) for near, far in zip(*ladders, strict=True)]
        cosines, apart = np.array(pairs).T
        np.testing.assert_allclose(level.views.similarity, cosines, atol=1e-4)
        assert level.similarity == pytest.approx(cosines[0], abs=1e-4)
        near, far = level.views.peaks
        measured = np.abs(near - far) / np.maximum(near, far)
        np.testing.assert_allclose(measured, apart, atol=1e-4)
        expected = 2 - np.maximum((1 - cosines) / 0.01, apart / 0.05)
        np.testing.assert_allclose(agreements(level), expected, atol=2e-2)
        if result.not_compared:
            continue
        verdict = equality_verdict(result, level)
        assert verdict.is_no == (expected.max() < 0.9) and verdict.is_yes == (expected.min() > 1.1)
        assert verdict.extra["equal_views"] == (expected >= 1 - 1e-4).sum()


def test_two_objects_of_one_size_are_the_same_everywhere():
    # 0.78 - 0.28 of 128 columns are 64, a multiple of every cell.
    levels = run(spec_of(4, 4, "upper-left-corner", "max")).levels
    assert all((agreements(level) > 2 - 1e-4).all() for level in levels)
    assert [level.similarity for level in levels] == pytest.approx([1] * 6)


def test_corners_of_two_sizes_are_the_same_at_first_and_a_disc_is_not():
    result = run(spec_of(1, 2, "upper-left-corner", "max"))
    level = result.levels[0]
    assert equality_verdict(result, level).is_yes and level.similarity == pytest.approx(1)
    assert level.baseline is not None and level.baseline < 0.95


def test_further_seeds_of_the_noise_are_views_of_their_own():
    spec = replace(spec_of(2, 8, "upper-left-corner", "max"), noise=0.1, seed=3)
    views = run(spec).levels[0].views
    assert views.peaks.shape == (2, len(SHIFTS) + NOISE_SEEDS - 1)
    for further in range(1, NOISE_SEEDS):
        alone = run(replace(spec, seed=3 + further)).levels[0]
        assert views.peaks[:, len(SHIFTS) + further - 1] == pytest.approx(alone.peak)


@pytest.mark.parametrize("noise", [0.0, 0.1])
@pytest.mark.parametrize("background", ["black", "texture"])
def test_a_view_is_the_scene_moved_by_as_much(noise, background):
    spec = Spec(depth=2, noise=noise, background=background)
    views = [level.views for level in run(spec).levels]
    for index, (rows, columns) in enumerate(SHIFTS):
        moved = run(replace(spec, row_shift_px=rows, column_shift_px=columns)).levels
        for measured, level in zip(views, moved, strict=True):
            assert measured.peaks[:, index] == pytest.approx(level.peak, abs=1e-5)
            assert measured.similarity[index] == pytest.approx(level.similarity, abs=1e-4)
            assert measured.baseline[index] == pytest.approx(level.baseline, abs=1e-4)


def test_no_position_within_a_pixel_turns_a_yes_into_a_no():
    """At 4 of 16 positions of the default scene, activations are equal after six layers."""
    positions = [(row / 4, column / 4) for row in range(4) for column in range(4)]
    answers, equal = [], 0
    for row, column in positions:
        result = run(Spec(row_shift_px=row, column_shift_px=column))
        answers.append([equality_verdict(result, level).verdict for level in result.levels])
        equal += agreements(result.levels[-1])[0] >= 1
    assert equal == 4 and {answer[-1] for answer in answers} == {"undecided"}
    assert not any({"yes", "no"} <= set(level) for level in zip(*answers, strict=True))


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
    assert all(np.isnan(agreements(level)).all() for level in levels)
