"""Whether preferred sizes carry over: planted preferences, noise, and the interval."""

import numpy as np
import pytest

from scalescope.core.evidence.resampling import cluster_weights
from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.network.units.agreement import (
    Agreements,
    agreement,
    describe,
    verdicts,
)

SIZES = 16 * 2 ** (np.arange(8) / 2)
NAMES = [f"photograph {index}" for index in range(12) for _ in range(2)]
DRAWS = 20


def liking(centers, noise=0.05, seed=0):
    random = np.random.default_rng(seed)
    curves = np.exp(-((np.log2(SIZES)[:, None] - centers) ** 2) / 0.5)
    made = random.gamma(2, 1, (len(NAMES), 1, len(centers))) * curves
    return (made + noise * random.standard_normal(made.shape)).astype(np.float32)


def noise(seed, units=60):
    random = np.random.default_rng(seed)
    return random.random((len(NAMES), 8, units)).astype(np.float32)


def test_planted_preferences_carry_over_and_noise_does_not():
    clear = liking(np.linspace(4, 7.5, 60))
    assert agreement(SIZES, clear, NAMES) > 0.95
    assert abs(agreement(SIZES, noise(1), NAMES)) < 0.2
    assert np.isnan(agreement(SIZES, np.zeros_like(clear), NAMES))


def test_equal_weights_change_nothing():
    response = noise(2)
    weighted = agreement(SIZES, response, NAMES, np.full(len(NAMES), 3.0))
    assert weighted == pytest.approx(agreement(SIZES, response, NAMES))


def measured(trained, shuffled):
    weights = cluster_weights(NAMES, DRAWS)
    rows = [
        [[agreement(SIZES, one, NAMES, each) for each in (None, *weights)] for one in layers]
        for layers in (trained, shuffled, shuffled)
    ]
    table = np.array(rows).transpose(0, 2, 1)  # (networks, draws, layers)
    return Agreements(("one", "two"), 12, table[0, 0], table[1:, 0], table[0, 1:], table[1, 1:])


def test_answers_follow_the_layers():
    found = measured([liking(np.linspace(4, 7.5, 60)), noise(3)], [noise(4), noise(5)])
    one, two = verdicts(found).values()
    assert one.verdict == YES and one.subject == "one" and two.verdict != YES
    assert "carry over to other photographs better" in describe(one)
    assert one.rests_on.pictures == 12 and one.rests_on.seeds == 2
    swapped = measured([noise(3), noise(6)], [liking(np.linspace(4, 7.5, 60)), noise(5)])
    first, second = verdicts(swapped).values()
    assert first.verdict == NO and "no better than" in describe(first)
    assert second.verdict in (UNDECIDED, NO)


def test_no_order_at_all_counts_as_none_in_the_control_and_gives_no_answer_otherwise():
    silent = np.zeros_like(noise(0))
    found = measured([liking(np.linspace(4, 7.5, 60)), silent], [silent, noise(5)])
    one, two = verdicts(found).values()
    assert one.is_yes and one.estimate.value > 0.9
    assert two.estimate is None and "Too few units" in describe(two)


@pytest.mark.slow
def test_two_networks_of_one_kind_are_hardly_ever_told_apart():
    wrong = 0
    for seed in range(30):
        found = measured([noise(4 * seed), noise(4 * seed + 1)], [noise(4 * seed + 2), noise(7)])
        wrong += any(verdict.is_yes for verdict in verdicts(found).values())
    assert wrong <= 2
