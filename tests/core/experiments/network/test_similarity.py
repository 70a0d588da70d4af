"""How alike activations are above a baseline: planted answers, closed forms and brute force."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments.network.similarity import (
    corrected,
    layer_similarity,
    retrieval,
    shift_similarity,
    tolerance,
    unit_vectors,
)

SIZES = 2.0 ** np.arange(4, 9)  # 16 to 256 px, an octave a step


def random(objects=6, sizes=5, channels=40, seed=0):
    return np.random.default_rng(seed).normal(size=(objects, sizes, channels))


def test_directions_have_length_one_and_nothing_has_none():
    units = random().astype(np.float32)
    units[2, 3] = 0
    result = unit_vectors(units)
    assert np.isnan(result[2, 3]).all()
    result[2, 3] = units[0, 0] / np.linalg.norm(units[0, 0])
    assert np.linalg.norm(result, axis=2) == pytest.approx(np.ones((6, 5)), abs=1e-6)


def test_a_layer_is_what_loops_and_scipy_say():
    from scipy.spatial.distance import cosine

    units, reference = random() + 1, 3
    moved = random(1, 5, 40, seed=1)[0][:, None] + random(4, 5, 40, seed=2).swapaxes(0, 1)
    result = layer_similarity(units, moved, SIZES, reference)
    for index in range(5):
        same = 1 - cosine(units[0, index], units[0, reference])
        floors = [1 - cosine(units[i, index], units[0, reference]) for i in range(1, 6)]
        assert result.similarity[index] == pytest.approx(same)
        assert result.baselines[:, index] == pytest.approx(floors)
        assert result.baseline[index] == pytest.approx(np.mean(floors))
        fair = (same - np.mean(floors)) / (1 - np.mean(floors))
        assert result.corrected[index] == pytest.approx(fair)
        steps = [1 - cosine(moved[index, 0], moved[index, k]) for k in (1, 2, 3)]
        assert result.shift_similarity[index] == pytest.approx(np.mean(steps))
        hits = 0
        for i in range(6):
            away = [cosine(units[i, index], units[j, reference]) for j in range(6)]
            hits += int(np.argmin(away) == i)
        assert result.retrieval[index] == pytest.approx(hits / 6)
    assert result.corrected[reference] == pytest.approx(1)
    assert result.retrieval[reference] == 1


def test_an_invariant_layer_tolerates_everything_and_an_object_blind_one_nothing():
    things = random(6, 1, 40)
    invariant = np.repeat(things, 5, axis=1) * np.array([1, 2, 4, 8, 16])[None, :, None]
    result = layer_similarity(invariant, invariant[0][:, None], SIZES, 4)
    assert result.corrected == pytest.approx(np.ones(5)) and result.tolerance_octaves is None
    assert result.retrieval == pytest.approx(np.ones(5))
    blind = np.repeat(random(1, 5, 40), 6, axis=0)  # depends on the size alone
    result = layer_similarity(blind, blind[0][:, None], SIZES, 4)
    known = ~np.isnan(result.corrected)
    assert not known[4]  # the floor is 1 there: nothing can be said
    assert result.corrected[known] == pytest.approx(np.zeros(known.sum()), abs=1e-9)
    assert result.tolerance_octaves is None


def test_noise_is_at_its_floor():
    """Activations that have nothing in common but a mean: high cosines, corrected about zero."""
    units = random(8, 5, 2000) + 2
    result = layer_similarity(units, units[0][:, None], SIZES, 4)
    assert result.similarity[:4].min() > 0.75
    assert np.abs(result.corrected[:4]).max() < 0.1
    assert result.retrieval[:4].mean() < 0.4
    assert result.tolerance_octaves == pytest.approx(0.5, abs=0.1)  # half way to the next size


def test_correction():
    assert corrected(np.array([1.0, 0.5, 0.0]), np.array([0.5, 0.5, 0.5])).tolist() == [1, 0, -1]
    assert np.isnan(corrected(np.array([1.0]), np.array([1.0]))).all()
    assert np.isnan(corrected(np.array([np.nan]), np.array([0.1]))).all()


@pytest.mark.parametrize(
    "values, reference, octaves",
    [
        ([0, 0, 0, 0, 1], 4, 0.5),
        ([0, 0, 0, 1, 1], 4, 1.5),
        ([0, 0, 0.25, 0.75, 1], 4, 1.5),
        ([0, 1, 1, 1, 0], 3, 2.5),  # what lies above the reference does not count
        ([1, 0.4, 1, 1, 1], 4, 2 + 0.5 / 0.6),  # where it first falls
        ([1, 1, 1, 1, 1], 4, None),
        ([0.5, 0.5, 1, 1, 1], 4, None),
        ([1, 1, 1, 1, 1], 0, None),
        ([0, 0, np.nan, 1, 1], 4, None),
    ],
)
def test_tolerance(values, reference, octaves):
    assert tolerance(SIZES, np.array(values, dtype=float), reference) == pytest.approx(octaves)


@given(st.floats(0.1, 3.9), st.floats(0.3, 3))
def test_tolerance_finds_where_a_ramp_over_octaves_crosses_a_half(octaves, steepness):
    sizes = 16 * 2 ** (np.arange(17) / 4)
    ramp = 0.5 + steepness * (octaves - np.log2(sizes[-1] / sizes))
    assert tolerance(sizes, ramp, 16) == pytest.approx(octaves)


def test_one_object_without_activation_is_not_found_and_does_not_count_as_floor():
    units = random()
    units[3] = 0
    result = layer_similarity(units, units[0][:, None], SIZES, 4)
    assert result.retrieval[4] == pytest.approx(5 / 6)
    assert np.isnan(result.baselines[2]).all() and not np.isnan(result.baseline).any()
    assert retrieval(units, 4)[4] == pytest.approx(5 / 6)


def test_one_shift_says_nothing_of_moves():
    assert np.isnan(shift_similarity(random(5, 1, 4))).all()
