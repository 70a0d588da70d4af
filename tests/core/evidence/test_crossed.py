"""A median over pictures and controls: its interval covers the truth, and what is not known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.evidence.crossed import crossed_median_interval
from scalescope.core.evidence.intervals import median_interval
from scalescope.core.evidence.verdict import Estimate


@pytest.mark.parametrize("controls", [2, 5])
def test_the_interval_covers_the_median_of_other_pictures_and_controls(controls):
    random, covered = np.random.default_rng(controls), 0
    for _ in range(300):
        values = random.normal(size=(controls, 1)) / 2 + random.normal(size=(1, 10))
        interval = crossed_median_interval(values, values, draws=400)
        covered += interval.low <= 0 <= interval.high
    assert covered / 300 >= (0.9 if controls == 5 else 0.85)


def test_with_equal_controls_only_the_pictures_vary():
    values = np.random.default_rng(1).normal(size=(1, 30))
    one = crossed_median_interval(values, values)
    assert crossed_median_interval(values, values, seed=1).value == one.value
    order_statistics = median_interval(values[0])
    assert one.value == order_statistics.value
    assert one.low == pytest.approx(order_statistics.low, abs=0.2)
    assert one.high == pytest.approx(order_statistics.high, abs=0.2)


def test_the_interval_of_many_comparisons_is_wider():
    values = np.random.default_rng(2).normal(size=(5, 10))
    alone, among = (crossed_median_interval(values, values, count) for count in (1, 18))
    assert among.value == alone.value
    assert among.low < alone.low and alone.high < among.high


def test_with_equal_pictures_only_the_controls_vary():
    values = np.repeat([[1.0], [2.0], [4.0]], 10, axis=1)
    assert crossed_median_interval(values, values) == Estimate(2.0, 1.0, 4.0)


@given(
    st.integers(1, 4), st.integers(1, 8), st.integers(0, 99), st.sampled_from([0.0, 0.2, 0.6, 1.0])
)
def test_whatever_lies_within_the_limits_has_an_interval_within(
    controls, pictures, seed, open_share
):
    random = np.random.default_rng(seed)
    values = random.normal(size=(controls, pictures))
    low = np.where(random.random(values.shape) < open_share, -np.inf, values)
    high = np.where(random.random(values.shape) < open_share, np.inf, values)
    true = crossed_median_interval(values, values, draws=100)
    known = crossed_median_interval(low, high, draws=100)
    if known is None:
        return
    assert known.low <= true.low and true.high <= known.high
    if known.limit == "at least":
        assert known.value <= true.value
    elif known.limit == "at most":
        assert known.value >= true.value
    else:
        assert known.value == true.value
