"""Intervals against closed forms and brute force: training sets, tiles, landscapes, distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scalescope.core.aerial.probing.intervals import (
    Interval,
    bootstrap_interval,
    joint_confidence,
    over_landscapes,
)


def test_a_band_is_the_binomials_where_training_sets_agree():
    random = np.random.default_rng(0)
    tiles = random.random(400) < 0.7
    found = bootstrap_interval(np.tile(tiles, (6, 1)), np.arange(400))
    half = 1.96 * np.sqrt(tiles.mean() * (1 - tiles.mean()) / 400)
    assert float(found.mean) == pytest.approx(tiles.mean())
    assert (float(found.high) - float(found.low)) / 2 == pytest.approx(half, rel=0.15)
    fours = bootstrap_interval(np.tile(np.repeat(tiles[:100], 4), (6, 1)), np.arange(400) // 4)
    half = 1.96 * np.sqrt(tiles[:100].mean() * (1 - tiles[:100].mean()) / 100)
    assert (float(fours.high) - float(fours.low)) / 2 == pytest.approx(half, rel=0.15)


def test_a_band_knows_the_luck_of_training_sets_too():
    """Sets that are wholly right or wholly wrong: the tiles' luck plays no part."""
    correct = np.zeros((8, 50))
    correct[::2] = 1
    found = bootstrap_interval(correct, np.arange(50))
    half = 1.96 * np.sqrt(0.25 / 8)
    assert (float(found.high) - float(found.low)) / 2 == pytest.approx(half, rel=0.15)
    sure = bootstrap_interval(np.ones((2, 8, 50)), np.arange(50))
    assert sure.mean.shape == (2,)
    np.testing.assert_allclose((sure.low, sure.high), 1, rtol=1e-12)


def test_a_higher_confidence_is_wider_by_the_normals_quantiles():
    random = np.random.default_rng(1)
    tiles = random.random((1, 6, 400)) < 0.5
    each = joint_confidence(9)
    assert each == pytest.approx(1 - 0.05 / 9)
    halves = []
    for confidence in (0.95, each):
        found = bootstrap_interval(tiles, np.arange(400), confidence)
        halves.append(float(found.high[0] - found.low[0]) / 2)
    wanted = stats.norm.ppf((1 + each) / 2) / stats.norm.ppf(0.975)
    assert halves[1] / halves[0] == pytest.approx(wanted, rel=0.12)


def test_the_bootstrap_is_the_mean_over_drawn_sets_and_drawn_grounds():
    """Against drawing one set and one ground after the other."""
    random = np.random.default_rng(2)
    correct = random.random((5, 40)) < random.random((1, 40))
    groups = np.arange(40) // 2
    drawn = []
    for _ in range(4000):
        rows = correct[random.integers(5, size=5)]
        picked = [np.flatnonzero(groups == group) for group in random.integers(20, size=20)]
        drawn.append(rows[:, np.concatenate(picked)].mean())
    found = bootstrap_interval(correct, groups)
    low, high = np.quantile(drawn, (0.025, 0.975))
    assert float(found.low) == pytest.approx(low, abs=0.02)
    assert float(found.high) == pytest.approx(high, abs=0.02)


def intervals(means, half):
    return [Interval(np.float64(mean), mean - half, mean + half) for mean in means]


def test_over_landscapes_at_least_students_interval_and_every_landscapes_own():
    means = np.array([0.3, 0.5, 0.7])
    found = over_landscapes(intervals(means, 0.001))
    low, high = stats.t.interval(0.95, 2, means.mean(), stats.sem(means))
    assert (float(found.low), float(found.high)) == pytest.approx((low, high))
    wide = over_landscapes(intervals((0.49, 0.5, 0.51), 0.2))
    assert (float(wide.low), float(wide.high)) == pytest.approx((0.29, 0.71))
    alone = over_landscapes(intervals((0.4,), 0.1))
    assert alone.cell() == pytest.approx((0.4, 0.3, 0.5))


@pytest.mark.parametrize("spread", [0.0, 1.0, 20.0])
def test_three_landscapes_include_the_mean_of_all_in_at_least_95_percent(spread):
    """Whatever part of the error lies between the landscapes; their range alone has 75 %."""
    random, inside, count = np.random.default_rng(3), 0, 1500
    for _ in range(count):
        found = over_landscapes(intervals(random.normal(0, np.hypot(spread, 1), 3), 1.96))
        inside += bool(found.low <= 0 <= found.high)
    assert inside / count > 0.95 - 2 * np.sqrt(0.95 * 0.05 / count)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 6), st.integers(2, 40))
def test_a_mean_lies_within_its_interval_and_a_higher_confidence_includes_a_lower(
    seed, landscapes, sets, tiles
):
    random = np.random.default_rng(seed)
    values = random.random((landscapes, sets, tiles)) < random.random()
    both = [
        over_landscapes([bootstrap_interval(each, np.arange(tiles), level) for each in values])
        for level in (0.95, joint_confidence(9))
    ]
    for found in both:
        assert found.low <= found.mean <= found.high
    assert both[1].low <= both[0].low and both[0].high <= both[1].high
