"""Columns with rescaled filters: a plain network when alone, one set of numbers when several."""

from itertools import pairwise

import numpy as np
import pytest
import torch
from torch.nn import functional

from scalescope.core.training.backbone import Backbone
from scalescope.core.training.recipe import NetworkConfig
from scalescope.core.training.recipes.multi_column import SIDES, build
from scalescope.core.training.rescaled_filters import RescaledFilters, enlargement

CONFIG = NetworkConfig(canvas_px=32, classes=5, width=6)


def pictures(count=3, side=32, seed=0):
    return torch.randn(count, 1, side, side, generator=torch.Generator().manual_seed(seed))


def test_one_column_is_the_plain_network():
    plain, ours = Backbone(CONFIG), build(CONFIG, sides=(3,))
    pairs = list(zip(plain.state_dict().values(), ours.state_dict().values(), strict=True))
    assert all(one.shape == other.shape for one, other in pairs)
    names = zip(ours.state_dict(), plain.state_dict().values(), strict=True)
    ours.load_state_dict(dict(names))
    for mode in (True, False):
        result, expected = ours.train(mode)(pictures()), plain.train(mode)(pictures())
        assert torch.allclose(result, expected, atol=1e-5)
    for result, expected in zip(ours.maps(pictures()), plain.maps(pictures()), strict=True):
        assert torch.allclose(result, expected, atol=1e-5)
    assert torch.equal(ours.first_filters(), plain.first_filters())


@pytest.mark.parametrize("side", [3, 5, 7, 9, 11])
def test_rescaled_filters_against_a_fine_grid(side):
    """Each tap as 1,000 points, each new cell as what falls into it; so no filter's sum changes."""
    rng = np.random.default_rng(0)
    filters = rng.normal(size=(3, 3))
    points = (np.arange(3000) + 0.5) / 3000
    cell, tap = (points * side).astype(int), (points * 3).astype(int)
    axis = np.zeros((side, 3))
    np.add.at(axis, (cell, tap), 1 / 1000)
    result = enlargement(side).double() @ torch.from_numpy(filters) @ enlargement(side).double().T
    np.testing.assert_allclose(result.numpy(), axis @ filters @ axis.T, atol=5e-3)
    assert float(result.sum()) == pytest.approx(filters.sum(), abs=1e-5)


def test_three_times_the_thing_is_answered_alike_by_three_times_the_filter():
    filters = RescaledFilters(1, 4, (3, 9))
    small = pictures(2, side=12)
    large = small.repeat_interleave(3, 2).repeat_interleave(3, 3)
    canonical, enlarged = filters()
    answers = functional.conv2d(small, canonical)
    alike = functional.conv2d(large, enlarged, stride=3)
    assert torch.allclose(answers, alike, atol=1e-5)


def test_columns_share_their_numbers():
    """Their count, their gradient, and what a change of one number changes."""
    network = build(CONFIG)
    counts = [1, 6, 12, 24, 24]
    pairs = pairwise(counts)
    learned = sum(9 * a * b + 2 * b for a, b in pairs) + 5 * (len(SIDES) * 24 + 1)
    assert sum(one.numel() for one in network.parameters()) == learned
    filters = RescaledFilters(1, 1, SIDES)
    for kernel in filters():
        gradient = torch.autograd.grad(kernel.sum(), filters.weight)[0]
        assert torch.allclose(gradient, torch.ones_like(gradient), atol=1e-6)


def test_features_stand_beside_each_other():
    network = build(CONFIG).eval()
    features = network.features(pictures())
    assert features.shape == (3, len(SIDES), 24)
    expected = network.head(torch.cat([features[:, k] for k in range(len(SIDES))], 1))
    assert torch.allclose(network(pictures()), expected, atol=1e-6)


def test_maps_and_filters_are_those_of_the_first_column():
    network = build(CONFIG).eval()
    alone = build(CONFIG, sides=(3,)).eval()
    state = alone.state_dict()
    state |= {name: one for name, one in network.state_dict().items() if "head" not in name}
    alone.load_state_dict(state)
    for result, expected in zip(network.maps(pictures()), alone.maps(pictures()), strict=True):
        assert torch.allclose(result, expected, atol=1e-5)
    assert network.first_filters().shape == (6, 3, 3)


@pytest.mark.parametrize("side", [1, 4, 6, -3])
def test_sides_are_odd_and_hold_the_canonical_taps(side):
    with pytest.raises(ValueError, match="odd number from 3"):
        enlargement(side)
