"""Who takes over at another size: populations whose answer is known."""

import numpy as np
import pytest

from scalescope.core.experiments.network.units import matches
from scalescope.core.experiments.network.units.matches import (
    permute_photographs,
    size_pairs,
    split_half,
)
from scalescope.core.experiments.network.units.partners import (
    Partners,
    copy_frequency,
    describe,
    make_plan,
    most_frequent_partner,
    partners,
    split_ways,
)
from scalescope.core.experiments.network.units.tuning import halves

SIZES = 16 * 2 ** (np.arange(8) / 2)
NAMES = [f"photograph {at}" for at in range(16) for _ in range(2)]
LEVELS = np.log2(SIZES)


def answered(gains, centers, width=0.5, noise=0.02, seed=0):
    """Units with a liking for pictures (pictures, units) and a preferred size, in octaves."""
    curves = np.exp(-((LEVELS[:, None] - centers) ** 2) / (2 * width**2))
    random = np.random.default_rng(seed)
    made = gains[:, None] * curves[None]
    return (made + noise * random.standard_normal(made.shape)).astype(np.float32)


def likings(count, seed=1):
    return np.random.default_rng(seed).gamma(1.0, 1.0, (len(NAMES), count))


def planted(count=20, seed=1):
    """Unit i, and unit count + i that answers the same pictures an octave larger."""
    gains = likings(count, seed)
    centers = np.random.default_rng(seed).uniform(5, 6.5, count)
    return answered(np.hstack([gains, gains]), np.concatenate([centers, centers + 1]))


def unselective(seed, count=40):
    return np.random.default_rng(seed).standard_normal((len(NAMES), 8, count)).astype(np.float32)


def found(response, octaves=(1,), names=NAMES):
    return partners("here", SIZES, response, make_plan(names, draws=3, splits=8), octaves)


def test_planted_scaled_copies_are_found():
    response = planted()
    (share,) = found(response).shares
    assert share.copies == pytest.approx(0.5, abs=0.03)  # above for one half, below for the other
    assert not share.permuted_copies.any()
    assert share.reweighted_copies == pytest.approx(np.full(3, 0.5), abs=0.05)
    small, large = size_pairs(SIZES, 1)
    first = halves(NAMES)
    up, down = split_ways(response[:, small], response[:, large], [halves(NAMES, 1), first])
    np.testing.assert_array_equal(most_frequent_partner(up)[:20], np.arange(20, 40))
    np.testing.assert_array_equal(most_frequent_partner(down)[20:], np.arange(20))
    assert np.all(copy_frequency(up)[:20] == 1) and np.all(copy_frequency(up)[20:] < 0.5)
    one, _ = split_half(response[:, small], response[:, large], first)
    np.testing.assert_array_equal(one.partner[:20], np.arange(20, 40))
    assert one.copied[:20].all() and not one.copied[20:].any()
    assert np.all(one.partner_correlation[:20] > 0.95) and np.all(one.self_correlation[:20] < 0.6)


def test_one_permutation_is_kept_for_all_halvings():
    """A draw is the test of the same pictures in another order at the larger sizes, no more."""
    random = np.random.default_rng(3)
    latent = random.standard_normal((8, 8, 2))
    response = (latent @ random.standard_normal((2, 12))).astype(np.float32)
    plan = make_plan(NAMES[:8], draws=6, splits=6)
    small, large = size_pairs(SIZES, 2)
    (share,) = partners("here", SIZES, response, plan, (2,)).shares
    assert share.permuted_copies.max() > 0  # few pictures and features: chance has copies
    for draw, order in enumerate(plan.orders):
        whole = split_ways(response[:, small], response[order][:, large], plan.firsts)
        copied = np.mean([(copy_frequency(way) >= 0.5).mean() for way in whole])
        assert share.permuted_copies[draw] == pytest.approx(copied)


def test_units_that_answer_all_sizes_alike_follow_themselves():
    gains = likings(40)
    response = np.repeat(gains[:, None], 8, axis=1).astype(np.float32)
    response += 0.05 * unselective(3)
    (share,) = found(response).shares
    assert share.self_correlation > 0.95 and share.retained == 1
    assert share.copies == share.reassigned == share.beaten_when_chosen == 0


def test_noise_deceives_whoever_scores_on_what_was_chosen():
    """In sample the best of many wins for more than a quarter of the units; held out, for none."""
    (share,) = found(unselective(4)).shares
    assert share.beaten_when_chosen > 0.25
    assert share.reassigned < 0.02 and share.copies == 0 and not share.permuted_copies.any()


def test_a_second_unit_of_the_same_size_is_no_scaled_copy():
    """It takes over where the first is noisy, but it does so at the first one's own size too."""
    gains = likings(20)
    response = np.repeat(np.hstack([gains, gains])[:, None], 8, axis=1).astype(np.float32)
    response[:, 4:, :20] = unselective(5, 20)[:, 4:]  # the first twenty are lost when large
    share = found(response, octaves=(2,)).shares[0]
    assert share.reassigned > 0.2  # the mean over up and down
    assert share.copies == 0


def test_a_unit_that_falls_silent_can_be_taken_over():
    response = planted()
    response[:, 4:, :20] = 0  # nothing at all from 64 px on
    here, there = size_pairs(SIZES, 2)
    one, _ = split_half(response[:, here], response[:, there], halves(NAMES))
    assert np.all(one.self_correlation[:20] == 0) and np.all(np.isfinite(one.partner_correlation))


def test_correlations_are_those_of_numpy():
    response = unselective(6, count=5)
    here, there = size_pairs(SIZES, 1)
    chosen = halves(NAMES)
    one, other = split_half(response[:, here], response[:, there], chosen)

    def correlation(unit, other, first, second, half):
        flat = []
        for sizes, at in ((first, unit), (second, other)):
            part = response[half][:, sizes, at].astype(np.float64)
            flat.append((part - part.mean(axis=0)).ravel())
        return np.corrcoef(np.stack(flat))[0, 1]

    for unit in range(5):
        others = [v for v in range(5) if v != unit]
        best = max(others, key=lambda v: correlation(unit, v, here, there, chosen))
        assert one.partner[unit] == best
        for known, sizes in (
            (one.self_correlation, (unit, unit, here, there)),
            (one.partner_correlation, (unit, best, here, there)),
            (one.same_size_correlation, (unit, best, here, here)),
        ):
            assert known[unit] == pytest.approx(correlation(*sizes, ~chosen), abs=1e-5)
        back = max(others, key=lambda v: correlation(unit, v, there, here, chosen))
        assert other.partner[unit] == back
        assert other.partner_correlation[unit] == pytest.approx(
            correlation(unit, back, there, here, ~chosen), abs=1e-5
        )


def test_pairs_are_all_sizes_that_far_apart():
    assert size_pairs(np.array([16.0, 20.0, 32.0, 40.0, 64.0]), 1) == ([0, 1, 2], [2, 3, 4])
    assert size_pairs(np.array([16.0, 20.0, 32.0]), -1) == ([2], [0])
    assert size_pairs(np.array([16.0, 20.0]), 1) == ([], [])


def test_a_weight_of_two_is_a_picture_that_is_there_twice():
    response = unselective(7, count=6)
    here, there = size_pairs(SIZES, 1)
    chosen = halves(NAMES)
    weights = np.ones(len(NAMES))
    weights[[0, 1, 8, 9]] = 2
    twice = np.repeat(np.arange(len(NAMES)), weights.astype(int))
    weighted = split_half(response[:, here], response[:, there], chosen, weights)
    repeated = split_half(response[twice][:, here], response[twice][:, there], chosen[twice])
    for one, other in zip(weighted, repeated, strict=True):
        np.testing.assert_array_equal(one.partner, other.partner)
        np.testing.assert_allclose(one.partner_correlation, other.partner_correlation, atol=1e-5)


def test_permuting_moves_whole_photographs_and_leaves_none_its_own():
    names = ["a", "b", "c", "d", "e", "f"] * 3
    orders = {tuple(permute_photographs(names, seed).tolist()) for seed in range(20)}
    assert len(orders) > 15
    for order in orders:
        assert sorted(order) == list(range(18))
        assert all(names[at] != names[to] for at, to in enumerate(order))
        moved = {(names[at], names[to]) for at, to in enumerate(order)}
        assert len(moved) == 6
    few = permute_photographs(["a", "a", "a", "b"], 0)
    assert few.tolist()[:3] == [3, 3, 3] and few[3] in (0, 1, 2)
    with pytest.raises(ValueError, match="one photograph"):
        permute_photographs(["a", "a"], 0)


def test_one_unit_has_no_partner():
    with pytest.raises(ValueError, match="two units"):
        found(unselective(0, count=1))


def test_sentences_are_true_of_the_numbers():
    trained = found(planted())
    least = trained.shares[0]
    assert f"{least.self_correlation:.2f} with the unit itself" in describe(trained)
    assert "by an octave" in describe(trained) and "of the 40 units at here" in describe(trained)
    assert "too few" in describe(found(planted()[:6], names=NAMES[:6]))
    apart = found(planted(), octaves=(5,))
    assert apart.shares == () and "octave apart" in describe(apart)


def test_numbers_survive_being_written():
    one = found(planted(), octaves=(1, 2))
    again = Partners.from_json(one.to_json())
    assert again.to_json() == one.to_json() and [s.octaves for s in again.shares] == [1, 2]
    np.testing.assert_allclose(
        again.shares[1].reweighted_copies, one.shares[1].reweighted_copies, atol=1e-5
    )


def test_the_margins_stand_in_the_verdict(monkeypatch):
    monkeypatch.setattr(matches, "MARGIN", 2.0)  # nothing can beat anything by that
    assert all(share.copies == share.beaten_when_chosen == 0 for share in found(planted()).shares)
