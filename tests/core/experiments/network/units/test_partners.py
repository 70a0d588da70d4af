"""Who takes over at another size: populations whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from scalescope.core.experiments.network.units import matches
from scalescope.core.experiments.network.units.matches import (
    permute_photographs,
    size_pairs,
    split_half,
)
from scalescope.core.experiments.network.units.partners import above_chance, describe, partners
from scalescope.core.experiments.network.units.sentences import describe as story
from scalescope.core.experiments.network.units.sentences import units
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


def found(response, octaves=(-1, 1), names=NAMES):
    return partners("here", SIZES, response, names, octaves)


def test_planted_scaled_copies_are_found():
    down, up = found(planted()).shares
    for share in (down, up):  # half of the units have a copy above, the other half one below
        assert share.copies == pytest.approx(0.5, abs=0.03)
        assert share.permuted_copies == 0
    np.testing.assert_array_equal(up.partner[:20], np.arange(20, 40))
    np.testing.assert_array_equal(down.partner[20:], np.arange(20))
    assert np.all(up.copy_frequency[:20] == 1) and np.all(up.copy_frequency[20:] < 0.5)
    here, there = size_pairs(SIZES, 1)
    response = planted()
    one = split_half(response[:, here], response[:, there], halves(NAMES))
    np.testing.assert_array_equal(one.partner[:20], np.arange(20, 40))
    assert one.copied[:20].all() and not one.copied[20:].any()
    assert np.all(one.partner_correlation[:20] > 0.95) and np.all(one.self_correlation[:20] < 0.6)


def test_units_that_answer_all_sizes_alike_follow_themselves():
    gains = likings(40)
    response = np.repeat(gains[:, None], 8, axis=1).astype(np.float32)
    response += 0.05 * unselective(3)
    for share in found(response).shares:
        assert share.self_correlation > 0.95 and share.retained == 1
        assert share.copies == share.reassigned == share.beaten_when_chosen == 0


def test_noise_deceives_whoever_scores_on_what_was_chosen():
    """In sample the best of many wins for more than a quarter of the units; held out, for none."""
    for share in found(unselective(4)).shares:
        assert share.beaten_when_chosen > 0.25
        assert share.reassigned < 0.02 and share.copies == share.permuted_copies == 0


def test_a_second_unit_of_the_same_size_is_no_scaled_copy():
    """It takes over where the first is noisy, but it does so at the first one's own size too."""
    gains = likings(20)
    response = np.repeat(np.hstack([gains, gains])[:, None], 8, axis=1).astype(np.float32)
    response[:, 4:, :20] = unselective(5, 20)[:, 4:]  # the first twenty are lost when large
    share = found(response, octaves=(2,)).shares[0]
    assert share.reassigned > 0.4
    assert share.copies == 0


def test_a_unit_that_falls_silent_can_be_taken_over():
    response = planted()
    response[:, 4:, :20] = 0  # nothing at all from 64 px on
    here, there = size_pairs(SIZES, 2)
    one = split_half(response[:, here], response[:, there], halves(NAMES))
    assert np.all(one.self_correlation[:20] == 0) and np.all(np.isfinite(one.partner_correlation))


def test_correlations_are_those_of_numpy():
    response = unselective(6, count=5)
    here, there = size_pairs(SIZES, 1)
    chosen = halves(NAMES)
    one = split_half(response[:, here], response[:, there], chosen)

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
        assert one.self_correlation[unit] == pytest.approx(
            correlation(unit, unit, here, there, ~chosen)
        )
        assert one.partner_correlation[unit] == pytest.approx(
            correlation(unit, best, here, there, ~chosen)
        )
        assert one.same_size_correlation[unit] == pytest.approx(
            correlation(unit, best, here, here, ~chosen)
        )


def test_pairs_are_all_sizes_that_far_apart():
    assert size_pairs(np.array([16.0, 20.0, 32.0, 40.0, 64.0]), 1) == ([0, 1, 2], [2, 3, 4])
    assert size_pairs(np.array([16.0, 20.0, 32.0]), -1) == ([2], [0])
    assert size_pairs(np.array([16.0, 20.0]), 1) == ([], [])


def test_permuting_keeps_the_halves_and_leaves_no_picture_its_photograph():
    names = ["a", "b", "c", "d", "e", "f"] * 3
    first = halves(names, 2)
    order = permute_photographs(names, first)
    assert sorted(order) == list(range(18))
    np.testing.assert_array_equal(first[order], first)
    assert all(names[at] != names[to] for at, to in enumerate(order))


def test_one_unit_has_no_partner():
    with pytest.raises(ValueError, match="two units"):
        found(unselective(0, count=1))


def test_sentences_are_true_of_the_numbers():
    trained, noise = found(planted()), found(unselective(4))
    assert above_chance(trained, noise, 1) > 0.3 and above_chance(noise, trained, 1) == 0
    assert "copy (permuted pictures 0 %, shuffled weights 0 %), above chance" in describe(
        trained, noise
    )
    assert "not above chance" in describe(noise, trained)
    assert "too few" in describe(found(planted()[:6], names=NAMES[:6]), noise)
    apart = found(planted(), octaves=(5,))
    assert apart.shares == () and "octave apart" in describe(apart, apart)
    assert "over an octave in 1 of 1 layers" in units([(trained, noise)])
    assert "over an octave in none of 1 layers" in units([(noise, trained)])


def test_the_margins_stand_in_the_verdict(monkeypatch):
    monkeypatch.setattr(matches, "MARGIN", 2.0)  # nothing can beat anything by that
    assert all(share.copies == share.beaten_when_chosen == 0 for share in found(planted()).shares)


def test_the_verdict_over_all_layers_follows_from_its_parts():
    trained, noise = found(planted()), found(unselective(4))
    assert story([(trained, noise)], []).startswith("Separate filters per size were found")
    few_often = replace(trained.shares[0], copy_frequency=(np.arange(400) < 12).astype(np.float64))
    rare = replace(trained, units=400, shares=(few_often,))
    assert story([(rare, noise)], []).startswith("Hardly any separate filters")
    nothing = story([(noise, trained)], [])
    assert nothing.startswith("No separate filters per size were found")
    assert "no depthwise kernels" in nothing
    few = found(planted()[:6], names=NAMES[:6])
    assert "too few photographs" in units([(few, few)]) and "too few" in units([])
