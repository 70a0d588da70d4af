"""Looking into trained networks: against the module itself, and against hand-made logits."""

import numpy as np
import pytest
import torch

from scalescope.core.experiments.training import features as inside
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.training.canvas import paint
from scalescope.core.training.data import split_objects
from scalescope.core.training.loop import load_network

FEW = {
    "steps": 3,
    "train_objects": 40,
    "test_objects": 20,
    "batch_size": 8,
    "width": 4,
    "seeds": (3,),
}
FEW |= {"test_px": (12.0, 24.0, 48.0)}


@pytest.fixture(scope="module")
def plain():
    return run(Spec(**FEW)).runs[0]


@pytest.mark.slow
def test_the_first_filters_are_the_weights(plain):
    kernels = inside.first_filters(plain)
    assert kernels.shape == (4, 3, 3) and kernels.dtype == np.float32
    np.testing.assert_array_equal(kernels, plain.weights["stages.0.0.weight"][:, 0])


@pytest.mark.parametrize("object_index", [0, 7])
def test_the_maps_of_the_last_stage_are_what_the_network_answers_by(plain, object_index):
    result = inside.stage_maps(plain, [16.0, 40.0], object_index)
    assert result.images.shape == (2, 64, 64)
    assert [one.shape[2] for one in result.maps] == [32, 16, 8, 4]
    module = load_network(plain.plan, plain.weights)
    _, test = split_objects("digits", 3, 40, 20)
    assert result.name == test.classes[test.labels[object_index]]
    image = torch.from_numpy(test.images[object_index : object_index + 1])
    for index, size in enumerate(result.sizes_px):
        canvas = paint(image, torch.tensor([size]).float(), torch.full((1, 2), 32.0), 64)
        with torch.no_grad():
            logits = module(canvas)[0]
            ours = module.head(torch.from_numpy(result.maps[-1][index]).amax((1, 2)))
        torch.testing.assert_close(ours, logits, rtol=1e-4, atol=1e-5)


def test_the_strongest_filters_come_first():
    maps = np.zeros((2, 3, 4, 4), np.float32)
    maps[0, 1, 2, 3], maps[1, 2, 0, 0] = 5.0, 7.0
    result = inside.StageMaps(np.array([1.0, 2.0]), "3", maps[:, 0], (maps,))
    assert result.strongest_filters(0, 2) == [2, 1] and result.strongest_filters(0, 9) == [2, 1, 0]


def test_a_network_without_channels_has_no_voices(plain):
    assert inside.channel_contributions(plain) is None


def test_voices_are_counted_as_by_hand():
    """One size, two objects of class 1, two channels, three classes."""
    logits = np.array([[[[0, 9.0, 0], [0, 0, 1.0]], [[9.5, 0, 0], [0, 1.0, 0]]]])
    result = inside.contribution(np.array([24.0]), (1.0, 4.0), logits, np.array([1, 1]))
    sure = [np.exp(9) / (np.exp(9) + 2), np.exp(9.5) / (np.exp(9.5) + 2)]
    low = np.e / (np.e + 2)
    np.testing.assert_allclose(result.mean_confidence, [[np.mean(sure), low]])
    np.testing.assert_array_equal(result.accuracy, [[0.5, 0.5]])
    np.testing.assert_array_equal(result.win_fraction, [[1.0, 0.0]])
    np.testing.assert_array_equal(result.confidently_wrong, [[0.5, 0.0]])
    surety, wrong, wins = inside.out_of_range(result, 24.0)
    assert (surety, wrong, wins) == (pytest.approx(low), 0.0, 0.0)
    assert "mean confidence is 0.58" in inside.describe(result, 24.0, "joint")


def test_nothing_foreign_is_said_so():
    result = inside.contribution(np.array([24.0]), (1.0,), np.zeros((1, 2, 1, 3)), np.zeros(2, int))
    assert "no channel resizes" in inside.describe(result, 24.0, "one")


def test_the_voices_of_the_naive_network_win_as_the_run_says():
    one = run(Spec(recipe="scale-channels-naive", **FEW | {"test_px": (12.0, 48.0)})).runs[0]
    result = inside.channel_contributions(one, max_objects=20)
    assert result.win_fraction.shape == result.mean_confidence.shape == (2, len(result.scales))
    np.testing.assert_allclose(result.win_fraction, one.winners)
    assert (result.mean_confidence >= 1 / 10).all() and (result.mean_confidence <= 1).all()
