"""Intervals against SciPy's, closed forms and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.stats import binom

from scalescope.core.evidence.intervals import (
    DRAWS,
    coverage_of_range,
    difference,
    hull,
    interval_of_draws,
    largest_by_chance,
    median_and_range,
    median_interval,
    median_interval_of_limits,
    resampled_means,
    share_interval,
)
from scalescope.core.evidence.verdict import Estimate


@pytest.mark.parametrize("count", [6, 9, 10, 17, 20, 51, 100])
def test_the_interval_of_a_median_is_the_narrowest_that_covers_95_percent(count):
    interval = median_interval(np.arange(count, dtype=float))
    left_out = int(interval.low)
    assert interval.high == count - 1 - left_out
    assert 2 * binom.cdf(left_out, count, 0.5) <= 0.05 < 2 * binom.cdf(left_out + 1, count, 0.5)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_with_few_values_the_interval_of_a_median_is_their_range(count):
    values = np.random.default_rng(count).normal(size=count)
    assert median_interval(values) == median_and_range(values)


def test_the_range_covers_the_median_as_often_as_said():
    values = np.random.default_rng(0).normal(size=(20_000, 5))
    covered = (values.min(axis=1) < 0) & (values.max(axis=1) > 0)
    assert covered.mean() == pytest.approx(coverage_of_range(5), abs=0.01)


NUMBERS = st.lists(
    st.tuples(
        st.floats(-9, 9), st.floats(0, 9), st.sampled_from(["known", "between", "from", "to"])
    ),
    min_size=1,
    max_size=12,
)


@given(NUMBERS, st.integers(0, 99))
def test_the_interval_of_numbers_within_limits_includes_that_of_all_such_numbers(numbers, seed):
    low = np.array([-np.inf if kind == "to" else at for at, _, kind in numbers])
    width = np.array([0.0 if kind == "known" else more for _, more, kind in numbers])
    high = np.array(
        [
            np.inf if kind == "from" else at + more
            for (at, _, kind), more in zip(numbers, width, strict=True)
        ]
    )
    inside = np.random.default_rng(seed).uniform(np.maximum(low, -20), np.minimum(high, 20))
    interval, true = median_interval_of_limits(low, high), median_interval(inside)
    if interval is None:
        assert np.isinf(np.median(low)) and np.isinf(np.median(high))
        return
    assert interval.low <= true.low and true.high <= interval.high
    if interval.limit == "at least":
        assert interval.value <= true.value
    elif interval.limit == "at most":
        assert interval.value >= true.value
    else:
        assert interval.value == pytest.approx(true.value)


@given(st.lists(st.floats(-9, 9), min_size=1, max_size=12))
def test_numbers_that_are_all_known_have_the_interval_of_a_median(numbers):
    values = np.array(numbers)
    assert median_interval_of_limits(values, values) == median_interval(values)


def test_a_median_that_the_range_cuts_off_is_a_lower_limit():
    low, high = np.array([1.0, 2.0, 3.0, 3.0, 3.0]), np.array([1.0, 2.0, np.inf, np.inf, np.inf])
    assert median_interval_of_limits(low, high) == Estimate(3.0, 1.0, np.inf, "at least")


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_of_a_share_is_wilsons(counts):
    successes, count = counts
    expected = stats.binomtest(successes, count).proportion_ci(method="wilson")
    interval = share_interval(successes, count)
    assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=1e-6)


def test_the_largest_of_many_comparisons_is_above_chance_in_5_percent_of_draws():
    random = np.random.default_rng(1)
    line = largest_by_chance(random.normal(size=(20_000, 36)))
    assert line == pytest.approx(stats.norm.ppf(0.95 ** (1 / 36)), abs=0.05)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # Newcombe 1998, table II, method 10: contrasts (a), (b), (f) and (h)
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_newcombes(first, second, low, high):
    interval = difference(share_interval(*first), share_interval(*second))
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_of_a_difference_covers_it_in_95_percent_of_draws():
    random = np.random.default_rng(2)
    shares, count, hits = (0.9, 0.7), 60, 0
    for first, second in random.binomial(count, shares, size=(2000, 2)):
        interval = difference(share_interval(first, count), share_interval(second, count))
        hits += interval.low <= shares[0] - shares[1] <= interval.high
    assert 0.93 <= hits / 2000 <= 0.98


def test_means_of_several_answers_get_an_interval_that_is_wide_enough():
    random, count, hits = np.random.default_rng(3), 100, 0
    for _ in range(1000):
        values = random.beta(2, 1, size=count)  # of mean 2/3, in [0, 1]
        interval = share_interval(float(values.sum()), count)
        hits += interval.low <= 2 / 3 <= interval.high
    assert hits >= 950


def test_a_hull_includes_every_estimate_and_the_value():
    estimates = [Estimate(0.2, 0.1, 0.3), Estimate(0.6, 0.5, 0.7)]
    assert hull(0.4, estimates) == Estimate(0.4, 0.1, 0.7)
    assert hull(0.8, estimates) == Estimate(0.8, 0.1, 0.8)


def test_a_resampled_mean_has_the_interval_that_scipys_bootstrap_has():
    values = np.random.default_rng(2).exponential(size=(40, 2))
    draws = resampled_means(values)
    assert draws.shape == (DRAWS, 2)
    for column, drawn in zip(values.T, draws.T, strict=True):
        mean = float(column.mean())
        expected = stats.bootstrap(
            (column,), np.mean, n_resamples=20_000, method="percentile", random_state=3
        ).confidence_interval
        interval = interval_of_draws(mean, drawn)
        assert interval.value == mean
        assert (interval.low, interval.high) == pytest.approx(tuple(expected), abs=0.05)


def test_an_interval_of_draws_includes_its_value():
    assert interval_of_draws(5.0, np.array([1.0, 1.0, 1.0])) == Estimate(5.0, 1.0, 5.0)
