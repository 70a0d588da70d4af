"""Scaled copies among kernels: planted ones, chance, and the traps."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from scalescope.core.experiments.network.units.kernel_copies import (
    best_matches,
    center_kernels,
    copies,
    describe,
    find_all_copies,
    resize_kernels,
    rotate_kernels,
)
from scalescope.core.experiments.network.units.kernel_standing import (
    ABOVE,
    CHANCE,
    REPEATS,
    above_chance,
    standings,
)


def smooth(count, seed, scale=1.0, middle=2.0, side=5):
    """Samples of random smooth functions: a polynomial of second degree under a Gaussian."""
    random = np.random.default_rng(seed)
    terms = random.standard_normal((count, 6))
    at = (np.arange(side) - middle) / scale
    row, column = np.meshgrid(at, at, indexing="ij")
    basis = np.stack([np.ones_like(row), row, column, row * column, row**2 - 1, column**2 - 1])
    drawn = np.tensordot(terms, basis, 1) * np.exp(-(row**2 + column**2) / 2)
    return drawn.astype(np.float32)


def test_planted_copies_are_found_and_stand_out():
    kernels = np.concatenate([smooth(40, 0, 0.75), smooth(40, 0, 0.75 * 1.5)])
    result = copies("here", kernels)
    assert np.sum(result.partner[:40] == np.arange(40, 80)) >= 38
    assert np.median(result.best) > 0.97 and set(result.factor[:40]) <= {3 / 2, 5 / 3}
    assert result.rotated.above_95 > 0.5 and above_chance([result.shares]) == ["here"]
    assert "more than chance gives" in describe(result, ABOVE)


def test_unrelated_kernels_give_the_rate_of_chance():
    random = np.random.default_rng(1)
    result = copies("here", random.standard_normal((400, 5, 5)).astype(np.float32))
    assert result.rotated.above_95 == pytest.approx(0.05, abs=0.035)
    assert result.shuffled.above_95 == pytest.approx(0.05, abs=0.035)
    assert standings([result.shares]) == {"here": CHANCE}
    assert "no more than chance gives" in describe(result, CHANCE)


def test_repeats_of_one_size_are_not_taken_for_copies():
    """Slightly different versions of few kernels: what matches is the kernel as it is."""
    random = np.random.default_rng(2)
    kernels = np.repeat(smooth(12, 3), 10, axis=0)
    kernels = kernels + 0.1 * random.standard_normal(kernels.shape).astype(np.float32)
    result = copies("here", kernels)
    assert result.repeats.above_95 > 0.2 and result.rotated.above_95 < 0.05
    alike, more = (replace(result.shares, share=share) for share in (0.35, 0.9))
    assert standings([alike]) == {"here": REPEATS}
    assert "repeat one another" in describe(result, REPEATS)
    assert standings([more]) == {"here": ABOVE}


@pytest.mark.slow
def test_of_many_layers_without_copies_hardly_ever_one_is_above_chance():
    """Turned kernels of few kinds: matches come in groups, so that they are not independent."""
    wrong = 0
    for seed in range(12):
        layers = []
        for layer in range(4):
            random = np.random.default_rng([seed, layer])
            kinds = np.repeat(smooth(15, seed * 10 + layer), 3, axis=0)
            layers.append(copies(str(layer), rotate_kernels(kinds, random)).shares)
        wrong += bool(above_chance(layers))
    assert wrong <= 2


def test_a_kernel_that_is_there_twice_is_no_match_for_its_resized_self():
    one = smooth(1, 9).astype(np.float64)
    best, _, factor = best_matches(np.concatenate([one, 2 * one]), np.concatenate([one, 2 * one]))
    assert best.tolist() == [-1, -1] and factor.tolist() == [1, 1]


def test_a_layer_off_its_middle_is_cut_to_the_square_about_it():
    kernels = smooth(30, 4, scale=0.6, middle=1.5).astype(np.float64)
    np.testing.assert_array_equal(center_kernels(kernels), kernels[:, :4, :4])
    late = smooth(30, 4, scale=0.6, middle=2.5).astype(np.float64)
    np.testing.assert_array_equal(center_kernels(late), late[:, 1:, 1:])
    whole = smooth(30, 4).astype(np.float64)
    assert center_kernels(whole) is whole or np.array_equal(center_kernels(whole), whole)


def test_enlarging_is_linear_interpolation():
    """SciPy's, of first order, on the same grid."""
    kernel = np.random.default_rng(5).standard_normal((1, 5, 5))
    for factor in (3 / 2, 5 / 3):
        offset = 2 - 2 / factor
        expected = ndimage.affine_transform(kernel[0], [1 / factor] * 2, offset, order=1)
        np.testing.assert_allclose(resize_kernels(kernel, factor)[0], expected, atol=1e-12)


def test_shrinking_keeps_the_sum_per_area_and_the_middle():
    """Nothing leaves the window, so the sum goes with the area: factor squared."""
    kernel = np.random.default_rng(6).standard_normal((3, 5, 5))
    small = resize_kernels(kernel, 3 / 5)
    np.testing.assert_allclose(small.sum((1, 2)), 9 / 25 * kernel.sum((1, 2)), atol=1e-12)
    dot = np.zeros((1, 5, 5))
    dot[0, 2, 2] = 1
    assert np.unravel_index(resize_kernels(dot, 2 / 3)[0].argmax(), (5, 5)) == (2, 2)
    np.testing.assert_allclose(resize_kernels(kernel, 1.0), kernel, atol=1e-12)


def test_turning_leaves_no_kernel_as_it_is_and_keeps_its_entries():
    kernel = np.arange(25.0).reshape(1, 5, 5)
    made = rotate_kernels(np.repeat(kernel, 400, axis=0), np.random.default_rng(0))
    ways = {one.tobytes() for one in made}
    assert len(ways) == 7 and kernel[0].tobytes() not in ways
    np.testing.assert_array_equal(np.sort(made.reshape(400, -1), axis=1)[7], np.arange(25))


def test_dead_channels_are_left_out():
    kernels = smooth(30, 7)
    kernels[[3, 9]] = 0
    kernels[4] *= 1e-9
    result = copies("here", kernels)
    assert len(result.kernels) == 27 and not {3, 4, 9} & set(result.channels.tolist())
    assert not np.any(result.partner == np.arange(27))


def test_small_kernels_are_refused_or_left_out():
    with pytest.raises(ValueError, match="5, 5"):
        copies("here", smooth(10, 0, side=3))
    with pytest.raises(ValueError, match="at least two"):
        copies("here", np.zeros((4, 5, 5), np.float32))
    kernels = {"a": smooth(10, 0, side=3), "b": smooth(40, 0)}
    assert [one.layer for one in find_all_copies(kernels)] == ["b"]
    few = copies("here", smooth(10, 0))
    assert "too few" in describe(few, CHANCE) and standings([few.shares]) == {}


def test_the_same_seed_gives_the_same_controls():
    kernels = smooth(40, 8)
    assert copies("here", kernels, seed=1).rotated == copies("here", kernels, seed=1).rotated
    assert copies("here", kernels, seed=1).shuffled != copies("here", kernels, seed=2).shuffled
