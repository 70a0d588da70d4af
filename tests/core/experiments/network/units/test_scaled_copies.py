"""The verdict on separate filters: how often it is wrong without any, and that it finds planted."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.evidence.verdict import NO, UNDECIDED, YES
from scalescope.core.experiments.network.units.partners import make_plan, partners
from scalescope.core.experiments.network.units.scaled_copies import (
    PART,
    ScaledCopies,
    compare,
    largest_excess,
    separate_filters,
)
from tests.core.experiments.network.units import test_partners as populations

SIZES = 16.0 * 2 ** np.arange(4)
PHOTOGRAPHS, LAYERS, UNITS, DRAWS = 8, 2, 10, 20
NAMES = [str(at) for at in range(PHOTOGRAPHS) for _ in range(2)]
PLAN = make_plan(NAMES, DRAWS, splits=3)
QUICK = replace(PLAN, weights=PLAN.weights[:1])
CONTROL = make_plan(NAMES, 0, splits=3)


def only_size(random):
    """Units that respond to the size of whatever is shown, and to nothing in it."""
    curves = random.random((1, 4, UNITS))
    return curves + 0.01 * random.standard_normal((len(NAMES), 4, UNITS))


def few_features(random):
    """Mixtures of two features that a photograph has, anew at every size, in both its crops."""
    features = np.repeat(random.standard_normal((PHOTOGRAPHS, 4, 2)), 2, axis=0)
    mixed = features @ random.standard_normal((2, UNITS))
    return mixed + 0.2 * random.standard_normal(mixed.shape)


def network(make, random, plan):
    return [
        partners(f"layer {at}", SIZES, make(random).astype(np.float32), plan, (1,))
        for at in range(LAYERS)
    ]


def measured(make, seed, plan=PLAN, control=only_size):
    random = np.random.default_rng(seed)
    shuffled = [network(control, random, CONTROL) for _ in range(2)]
    return compare(network(make, random, plan), shuffled)


@pytest.mark.slow
def test_without_scaled_copies_chance_is_exceeded_in_about_5_percent_of_networks():
    above, answers, by_chance = 0, 0, 0
    for seed in range(200):
        found = measured(few_features, seed, QUICK)
        above += bool(found.layers_above_chance)
        answers += separate_filters(found).is_yes
        by_chance += bool(found.copies.any())
    assert by_chance > 40  # chance alone gives copies, so the test can fail
    assert answers <= above <= 0.08 * 200  # 5 %, and two standard errors of 200 networks


def test_units_that_respond_only_to_size_have_no_copies():
    for seed in range(10):
        found = measured(only_size, seed, QUICK)
        assert not found.layers_above_chance and not separate_filters(found).is_yes


def of_population(response, plan):
    return partners("here", populations.SIZES, response, plan, (1,))


def test_planted_copies_are_found_unless_shuffled_weights_have_them_too():
    plan = make_plan(populations.NAMES, DRAWS, splits=3)
    nothing = populations.unselective(4)
    trained = [of_population(one, plan) for one in (populations.planted(), nothing)]
    without = [[of_population(nothing, replace(plan, orders=(), weights=plan.weights[:0]))] * 2]
    found = compare(trained, without)
    assert found.is_above_chance.tolist() == [True, False]
    verdict = separate_filters(found)
    assert verdict.is_yes and 0.4 < verdict.estimate.value < 0.6
    assert verdict.rests_on.control_draws == DRAWS and verdict.rests_on.seeds == 1
    assert verdict.rests_on.pictures == 16
    same = compare(trained, [trained])
    assert not same.layers_above_chance and not separate_filters(same).is_yes


def test_the_control_of_a_draw_is_the_larger_of_both():
    found = measured(few_features, 3)
    for draw in range(DRAWS):
        expected = np.maximum(found.permuted[draw], found.shuffled[draw % 2])
        np.testing.assert_array_equal(found.control[draw], expected)


def answered(copies, control, reweighted):
    """One network with these shares, (layers,), and the same control in all draws but noise."""
    found = measured(only_size, 0, QUICK)
    noise = np.linspace(-0.001, 0.001, DRAWS)[:, None]
    shape = (DRAWS, LAYERS)
    return replace(
        found,
        units=np.full(LAYERS, 1000),
        copies=np.array(copies),
        permuted=np.broadcast_to(control, shape) + noise,
        shuffled=np.zeros((2, LAYERS)),
        reweighted=np.broadcast_to(copies, shape) + reweighted * noise / 0.001,
    )


@pytest.mark.parametrize(
    ("copies", "spread", "answer"),
    [
        ((0.30, 0.02), 0.02, YES),
        ((0.04, 0.02), 0.02, NO),
        ((0.12, 0.02), 0.05, UNDECIDED),  # the interval crosses the line
        ((0.125, 0.02), 0.001, UNDECIDED),  # a line a tenth higher gives another answer
    ],
)
def test_the_answer_follows_the_largest_excess_and_its_interval(copies, spread, answer):
    found = answered(copies, 0.02, spread)
    verdict = separate_filters(found)
    assert verdict.verdict == answer and verdict.line is PART
    assert verdict.estimate.value == pytest.approx(max(copies) - 0.02, abs=1e-6)
    assert found.largest == 0
    estimate = largest_excess(found)
    assert estimate.high == pytest.approx(max(copies) - 0.02 + spread, abs=1e-3)
    assert estimate.low == pytest.approx(max(copies) - found.limit[0] - spread, abs=1e-3)


@given(st.integers(0, 2**32 - 1), st.floats(0, 1), st.floats(0, 0.5), st.floats(0, 0.5))
def test_no_answer_contradicts_the_layers(seed, share, chance, noise):
    random = np.random.default_rng(seed)

    def shares(rows, mean):
        return np.clip(mean + noise * random.standard_normal((rows, 4)), 0, 1)

    found = ScaledCopies(
        layers=("a", "a", "b", "b"),
        octaves=(1, 2, 1, 2),
        units=random.integers(2, 1000, 4),
        photographs=10,
        copies=shares(1, share)[0],
        permuted=shares(DRAWS, chance),
        shuffled=shares(3, chance),
        reweighted=shares(DRAWS, share),
    )
    verdict = separate_filters(found)
    estimate = verdict.estimate
    assert estimate.low <= estimate.value <= estimate.high <= 1
    assert not verdict.is_yes or found.layers_above_chance
    assert not verdict.is_no or found.excess.max() < PART.value
    more = replace(found, copies=np.minimum(found.copies + 0.01, 1))
    assert largest_excess(more).value >= estimate.value


def test_without_a_measurement_the_reason_is_given():
    verdict = separate_filters(None, "Not measured yet: the units.")
    assert verdict.verdict == UNDECIDED and verdict.estimate is None
    assert verdict.to_json()["reason"] == "Not measured yet: the units."
    with pytest.raises(ValueError, match="shuffled"):
        compare(network(only_size, np.random.default_rng(0), PLAN), [])
