"""Comparisons of tolerances against hand-made tables and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from scalescope.core.evidence.verdict import Estimate
from scalescope.core.experiments.network.tolerance.compare import (
    Limits,
    depth_correlation,
    depth_correlations,
    effect,
    effect_with_shuffled_weights,
    effects,
    gain_of_last_layer,
    gains_by_layer,
    last_layer,
    limits,
    places_of,
    shuffled_last_layer,
)
from tests.core.experiments.network.tolerance.tables import alike, random_tables, table

INFINITE = np.inf


def test_a_tolerance_that_is_cut_off_has_no_upper_limit_and_an_undefined_one_none():
    known = limits(np.array([0.5, INFINITE, np.nan]), 3.0)
    assert known.low.tolist() == [0.5, 3.0, -INFINITE]
    assert known.high.tolist() == [0.5, INFINITE, INFINITE]


@given(st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3), st.booleans()), min_size=1))
def test_differences_of_limits_hold_for_whatever_lies_within_them(rows):
    first, second, cut = (np.array(column) for column in zip(*rows, strict=True))
    difference = limits(np.where(cut, INFINITE, first), 3.0) - limits(second, 3.0)
    beyond = np.where(cut, 3.0 + first, first)  # some number that the range would have cut off
    assert (difference.low <= beyond - second).all() and (beyond - second <= difference.high).all()
    assert (difference.high[~cut] == first[~cut] - second[~cut]).all()


def test_the_last_layer_has_a_median_and_a_range():
    trained = alike((2.0, 1.0, 1.0, 1.0))
    trained[:, -1] = np.arange(10) / 10
    shuffled = [alike((1, 1, 1, 0.2)), alike((1, 1, 1, 0.4)), alike((1, 1, 1, 0.9))]
    known = table(trained, shuffled)
    assert last_layer(known) == Estimate(float(np.median(trained[:, -1])), 0.0, 0.9)
    assert shuffled_last_layer(known) == Estimate(0.4, 0.2, 0.9)
    assert gain_of_last_layer(known).value == pytest.approx(0.05)
    assert list(gains_by_layer(known)) == list(known.layers)


def test_a_median_beyond_the_range_is_a_lower_limit():
    known = table(alike((1, 1, 1, INFINITE)), [alike((1, 1, 1, 0.5))] * 2)
    assert last_layer(known) == Estimate(3.0, 3.0, INFINITE, "at least")
    assert gain_of_last_layer(known) == Estimate(2.5, 2.5, INFINITE, "at least")
    both = table(alike((1, 1, 1, INFINITE)), [alike((1, 1, 1, INFINITE))])
    assert gain_of_last_layer(both) is None


def test_layers_are_told_apart_by_where_the_stride_grows():
    places = places_of(table(alike((1, 1, 1, 1))))
    assert places.down == ("blocks.1", "blocks.3") and places.others == ("blocks.2",)


def test_the_effect_of_down_sampling_is_compared_within_each_object():
    known = table([(0.5, 1.5, 1.25, 2.0), (2.0, 1.0, 1.5, 0.5)])
    values = effects(known.trained, known)  # medians of (1, .75) less -.25; of (-1, -1) less .5
    assert values.low.tolist() == values.high.tolist() == [1.125, -1.5]


def test_neighbors_that_are_both_cut_off_are_left_out():
    known = table([(INFINITE, INFINITE, 2.0, INFINITE)])
    values = effects(known.trained, known)  # at least 1 where the stride grows, at most -1 else
    assert values.low.tolist() == [2.0] and values.high.tolist() == [INFINITE]
    nothing = table(alike((INFINITE, INFINITE, INFINITE, 1.0)))
    assert effect(nothing) == (None, 0)
    assert effect_with_shuffled_weights(nothing) is None


@given(random_tables())
def test_effects_hold_for_whatever_the_range_cuts_off(known):
    values = effects(known.trained, known)
    assert (values.low <= values.high).all()
    for row, low, high in zip(known.trained, values.low, values.high, strict=True):
        if np.isnan(row).any() or (np.isinf(row[1:]) & np.isinf(row[:-1])).any():
            continue  # some neighbors are left out, which completed numbers would not be
        full = np.where(np.isinf(row), 3.7, row)
        gains = np.diff(full)
        true = np.median(gains[[0, 2]]) - gains[1]
        assert low - 1e-9 <= true <= high + 1e-9
        if not np.isinf(row).any():
            assert low == high


@given(st.lists(st.sampled_from([0.2, 0.4, 1.0, 2.0, INFINITE]), min_size=3, max_size=9))
def test_a_rank_correlation_with_depth_is_spearmans(octaves):
    value = depth_correlation(octaves)
    if len(set(octaves)) == 1:
        assert value is None
        return
    full = [9.0 if np.isinf(one) else one for one in octaves]
    assert value == pytest.approx(spearmanr(range(len(full)), full).statistic)


def test_without_an_order_there_is_no_correlation():
    assert depth_correlation((1.0, 2.0)) is None and depth_correlation((1.0, np.nan, 2.0)) is None
    assert depth_correlations(table(alike((1, 1, 1, 1)))) == (None, 0)
    value, count = depth_correlations(table(alike((1, 2, 3, INFINITE))))
    assert count == 10 and value.value == pytest.approx(1)


def test_nothing_is_known_of_no_numbers():
    assert Limits(np.empty(0), np.empty(0)).interval() is None
