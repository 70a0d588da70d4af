"""Intervals over seeds and test objects, against closed forms, brute force and simulation."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scalescope.core.experiments.training import channels, limits
from scalescope.core.experiments.training.curve import half_maximum_range
from scalescope.core.experiments.training.result import Result
from scalescope.core.training.recipes import recipe
from tests.core.experiments.training.random_results import OBJECTS, tables, trained
from tests.core.experiments.training.test_claims import EVEN, winners
from tests.core.experiments.training.test_sentences import SIZES, result


def wilson(value, objects):
    return stats.binomtest(round(value * objects), objects).proportion_ci(method="wilson")


def test_the_band_is_from_the_lowest_limit_of_any_seed_to_the_highest():
    lines = np.array([[0.5, 0.0], [0.75, 0.1]])
    low, high = limits.band(lines, 40)
    assert low == pytest.approx([wilson(0.5, 40).low, 0.0])
    assert high == pytest.approx([wilson(0.75, 40).high, wilson(0.1, 40).high], abs=1e-6)


def test_more_seeds_and_fewer_test_objects_widen_the_band():
    lines = np.random.default_rng(0).random((5, 4))
    widths = [np.subtract(*limits.band(lines[:count], 400)[::-1]) for count in (1, 3, 5)]
    assert (np.diff(widths, axis=0) >= 0).all()
    assert (np.subtract(*limits.band(lines, 40)[::-1]) > widths[-1]).all()


@settings(max_examples=60, deadline=None)
@given(tables())
def test_estimates_include_the_mean_over_seeds_and_every_seed(table):
    """And each lies where such a number can lie."""
    one = trained(table)
    found = [limits.peak(one), limits.octaves(one), limits.variation(one, 10, 50)]
    found.append(limits.accuracy_at(one, 30.0))
    if one.accuracy.max(axis=1).min() > 0:
        found.append(limits.relative_accuracy(one, 10, 50))
    for measured in found:
        for seed in measured.by_seed:
            assert measured.all.low <= seed.low <= seed.value <= seed.high <= measured.all.high
        assert measured.all.low >= 0 and len(measured.by_seed) == len(table)


@settings(max_examples=60, deadline=None)
@given(tables(), st.integers(0, 2**32 - 1))
def test_the_width_of_a_seed_includes_that_of_every_curve_between_its_limits(table, seed):
    """For curves with one peak, of other accuracies that the test set allows."""
    one, random = trained(table), np.random.default_rng(seed)
    low, high = limits.curve_limits(one.accuracy, OBJECTS)
    for index, measured in enumerate(limits.octaves(one).by_seed):
        top = int(one.accuracy[index].argmax())
        drawn = low[index] + random.random(len(SIZES)) * (high[index] - low[index])
        level = drawn[top] / 2
        ends = half_maximum_range(one.test_px, np.where(np.arange(len(SIZES)) == top, 1, drawn))
        assert ends.peak == 1
        inside = half_maximum_range(one.test_px, drawn, min(level, drawn.max())).octaves
        if drawn.argmax() == top:
            assert measured.low - 1e-9 <= inside <= measured.high + 1e-9


def test_a_relative_accuracy_is_at_most_1_and_0_where_nothing_is_left():
    one = result("plain", [[0.0, 0.0, 1.0, 1.0, 0.0]] * 3)
    assert limits.relative_accuracy(one, 48, 48).all.high == 1
    assert limits.relative_accuracy(one, 12, 12).all.value == 0
    assert limits.relative_accuracy(one, 2, 3) is None and limits.variation(one, 2, 3) is None


def test_an_accuracy_between_sizes_covers_the_truth_although_objects_are_tested_twice():
    """Objects that are right at both sizes or at neither, as hard and easy ones are."""
    random, hits = np.random.default_rng(4), 0
    for _ in range(500):
        right = random.random(100) < 0.7
        one = limits.share(float(np.mean([right, right])), 100)
        hits += one.low <= 0.7 <= one.high
    assert hits >= 0.93 * 500


def test_differences_are_over_all_pairs_of_seeds():
    measured = limits.difference_of_means([0.9, 0.8], [0.5, 0.4, 0.3], (100, 200))
    assert len(measured.by_seed) == 6 and measured.all.value == pytest.approx(45)
    assert min(each.value for each in measured.by_seed) == pytest.approx(30)
    assert measured.all.low < 30 and measured.all.high > 60
    one = limits.difference(0.8, 0.5, (80, 70))
    assert one.value == pytest.approx(30) and one.low < 30 < one.high


FACTORS = np.array(recipe("scale-channels").scales)


@pytest.mark.parametrize(("won", "fall"), [(EVEN, 0.0), (winners(lambda size: 24 / size), 1.0)])
def test_how_far_the_winning_channel_follows_the_size(won, fall):
    one = result("scale-channels", [[0.9] * 5] * 3, winners=won)
    measured = channels.winner_follows_size(one).all
    assert measured.value == pytest.approx(fall, abs=0.05)
    assert measured.low < measured.value < measured.high


def test_the_slope_is_that_of_least_squares_and_its_interval_that_of_a_simulation():
    random = np.random.default_rng(5)
    won = random.dirichlet(np.full(len(FACTORS), 0.5), size=len(SIZES))
    one = result("scale-channels", [[0.9] * 5] * 3, winners=won)
    measured = channels.winner_follows_size(one).all
    expected = -np.polyfit(np.log2(SIZES), won @ np.log2(FACTORS), 1)[0]
    assert measured.value == pytest.approx(expected)
    slopes = []
    for _ in range(400):
        drawn = np.stack([random.multinomial(400, line) / 400 for line in won])
        slopes.append(-np.polyfit(np.log2(SIZES), drawn @ np.log2(FACTORS), 1)[0])
    low, high = np.quantile(slopes, [0.025, 0.975])
    assert measured.low < low < high < measured.high


def test_a_network_without_channels_has_none_that_wins():
    one = result("plain", [[0.9] * 5] * 3)
    assert channels.nearest_channel_wins(one) is None
    assert channels.winner_follows_size(one) is None
    assert channels.channel_range_px(one) is None and not channels.sizes_in_range(one).any()


def test_the_range_of_channels_is_what_they_bring_to_the_trained_size():
    one = result("scale-channels", [[0.9] * 5])
    assert channels.channel_range_px(one) == (24 / max(FACTORS), 24 / min(FACTORS))


def test_nothing_is_known_of_a_wide_gap_between_tested_sizes():
    one = result("plain", [[0.9] * 5] * 3)
    sparse = Result(
        one.spec, tuple(replace(run, test_px=np.array([6.0, 8, 24, 40, 60])) for run in one.runs)
    )
    for px in (12.0, 23.0):
        assert limits.accuracy_at(sparse, px) is None
        assert limits.relative_accuracy(sparse, px, px) is None
    for px in (6.0, 7.0, 8.0, 24.0, 30.0, 60.0):
        assert limits.accuracy_at(sparse, px).all.value == pytest.approx(0.9)
    assert limits.variation(sparse, 7, 24) is None is limits.accuracy_at(sparse, 61)
    assert (
        limits.variation(sparse, 24, 60).all.value == 0 == limits.variation(sparse, 2, 8).all.value
    )


def test_a_share_of_all_or_none_is_no_certainty():
    for value, low, high in ((1.0, 0.7225, 1.0), (0.0, 0.0, 0.2775)):
        measured = limits.share(value, 10)
        assert (measured.low, measured.high) == pytest.approx((low, high), abs=1e-4)
