"""Draws of controls and of pictures: simulations with a known answer."""

import numpy as np
import pytest

from scalescope.core.evidence.resampling import (
    chance_limit,
    cluster_weights,
    outer_quantiles,
    simultaneous_half_widths,
)

COMPARISONS = 36


def test_pictures_of_one_cluster_share_a_weight_and_clusters_weigh_one_in_the_mean():
    labels = ["b", "a", "c", "a", "b", "b"]
    weights = cluster_weights(labels, 2000)
    assert weights.shape == (2000, 6) and weights.min() >= 0
    np.testing.assert_array_equal(weights[:, 0], weights[:, 4])
    np.testing.assert_array_equal(weights[:, 1], weights[:, 3])
    clusters = weights[:, :3]
    np.testing.assert_allclose(clusters.sum(axis=1), 3)
    # Dirichlet(1, ..., 1) times n: the variance of a weight is (n - 1) / (n + 1).
    assert clusters.var(axis=0) == pytest.approx(np.full(3, 2 / 4), abs=0.05)


def test_the_weighted_mean_varies_as_the_mean_does():
    """Over clusters of 1: the spread is that of the mean, but for the factor n / (n + 1)."""
    values = np.random.default_rng(0).normal(size=40)
    weights = cluster_weights([str(at) for at in range(40)], 4000)
    spread = (weights @ values / 40).std()
    assert spread == pytest.approx(values.std() / np.sqrt(41), rel=0.05)


@pytest.mark.parametrize("draws", [20, 60])
def test_of_many_comparisons_none_is_above_chance_in_about_95_percent(draws):
    """Comparisons of very different spread; the draws and the value are of one kind."""
    random = np.random.default_rng(draws)
    scale = 10.0 ** random.uniform(-2, 0, COMPARISONS)
    false = 0
    for _ in range(600):
        values = random.normal(size=(1 + draws, COMPARISONS)) * scale
        false += bool((values[0] > chance_limit(values[1:], 1e-6)).any())
    assert 0.02 < false / 600 < 0.07


def test_the_smallest_step_keeps_a_control_that_never_varies_from_deciding():
    draws = np.zeros((20, 2))
    draws[:, 1] = np.linspace(0, 0.1, 20)
    silent, varied = chance_limit(draws, 0.02)
    assert 0.02 < silent < 0.06 and varied > 0.09


def test_intervals_hold_for_all_comparisons_at_once():
    random = np.random.default_rng(3)
    missed = 0
    for _ in range(300):
        truth = random.normal(size=COMPARISONS)
        value = truth + random.normal(size=COMPARISONS)
        draws = value + random.normal(size=(100, COMPARISONS))
        missed += bool((np.abs(value - truth) > simultaneous_half_widths(draws, 1e-6)).any())
    assert missed / 300 < 0.09


def test_outer_quantiles_of_few_draws_are_their_range():
    values = np.random.default_rng(4).normal(size=20)
    assert outer_quantiles(values) == (values.min(), values.max())
    low, high = outer_quantiles(np.arange(1001.0))
    assert (low, high) == (25, 975)
