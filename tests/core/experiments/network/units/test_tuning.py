"""Preferred sizes of units on arrays with planted preferences."""

import numpy as np
import pytest
from scipy import stats

from scalescope.core.experiments.network.units.tuning import (
    describe,
    halves,
    preferred_sizes,
    spearman,
    tuning,
)

SIZES = 16 * 2 ** (np.arange(8) / 2)


def liking(centers, photographs=12, each=2, seed=0, noise=0.05):
    """(pictures, sizes, units) with known preferred sizes, in octaves; and the photographs."""
    random = np.random.default_rng(seed)
    names = [f"photograph {index}" for index in range(photographs) for _ in range(each)]
    curves = np.exp(-((np.log2(SIZES)[:, None] - centers) ** 2) / 0.5)
    made = random.gamma(2, 1, (len(names), 1, len(centers))) * curves
    return (made + noise * random.standard_normal(made.shape)).astype(np.float32), names


def test_photographs_are_never_split():
    names = [name for name in "abcdefg" for _ in range(3)]
    first = halves(names, 3)
    chosen = {name for name, here in zip(names, first, strict=True) if here}
    others = {name for name, here in zip(names, first, strict=True) if not here}
    assert not chosen & others and len(chosen) == 3 and len(others) == 4
    with pytest.raises(ValueError, match="one photograph"):
        halves(["a", "a"])


def test_planted_preferences_carry_over_and_noise_does_not():
    centers = np.linspace(4, 7.5, 60)
    response, names = liking(centers)
    result = tuning("here", SIZES, response, names)
    near = np.abs(np.log2(result.second_px) - centers)
    assert near.max() <= 0.5
    drawn_at = result.sorted_curves.argmax(axis=1)
    assert np.all(np.diff(drawn_at) >= -1) and result.sorted_curves.max(axis=1) == pytest.approx(1)
    assert result.histogram.sum() == 60 and result.inside_fraction > 0.6


def test_sorted_noise_shows_no_diagonal_on_the_other_half():
    """On the half that it was sorted by it does, perfectly."""
    random = np.random.default_rng(2)
    response = random.random((24, 8, 300)).astype(np.float32)
    names = [str(index // 2) for index in range(24)]
    result = tuning("here", SIZES, response, names)
    assert abs(stats.spearmanr(np.arange(300), result.sorted_curves.argmax(axis=1)).statistic) < 0.2
    assert np.all(np.diff(result.first_px[result.order]) >= 0)


def test_silent_units_have_no_preferred_size():
    curves = np.array([[0, 1.0, 2], [0, 3, 1], [0, 3, 1]])
    likes = preferred_sizes(curves, np.array([8.0, 16, 32]))
    assert np.isnan(likes[0]) and likes[1:].tolist() == [16, 8]
    response, names = liking(np.full(10, 6.0))
    response[:, :, 4] = 0
    result = tuning("here", SIZES, response, names)
    assert (
        result.order[-1] == 4 and not result.sorted_curves[-1].any() and result.histogram.sum() == 9
    )


def test_rank_correlation_is_that_of_scipy():
    random = np.random.default_rng(0)
    first, second = (random.integers(0, 6, 50).astype(float) for _ in range(2))
    assert spearman(first, second) == pytest.approx(stats.spearmanr(first, second).statistic)
    first[3] = np.nan
    known = np.arange(50) != 3
    expected = stats.spearmanr(first[known], second[known]).statistic
    assert spearman(first, second) == pytest.approx(expected)
    assert spearman(np.ones(20), second[:20]) is None and spearman(first[:5], second[:5]) is None


def test_told_says_what_the_numbers_bear():
    clear, names = liking(np.linspace(4, 7.5, 60))
    ours = tuning("here", SIZES, clear, names)
    assert describe(ours, "It carries over.").endswith("a size within the range. It carries over.")
    assert describe(ours).endswith("a size within the range.")
    large = tuning("here", SIZES, liking(np.full(60, 8.0))[0], names)
    assert "within the range: too few" in describe(large) and "100 % of 60" in describe(large)
    few = tuning("here", SIZES, clear[:6], names[:6])
    assert "3 photographs are too few" in describe(few)
