"""Features of tiles: resizing in closed form, the network's own averages, what is kept."""

import numpy as np
import pytest
import torch

from scalescope.core.aerial.probing.features import (
    BATCH_SIZE,
    WEIGHTS,
    FeatureCache,
    FeaturesError,
    features,
    resize,
    side_px,
    valid_factors,
    with_controls,
)
from scalescope.core.networks import NETWORKS, load
from scalescope.core.networks.loaded import LoadedNetwork
from scalescope.core.networks.untrained import load_untrained
from tests.core.networks.fake_network import fake


def ramp(side):
    """A picture whose brightness grows linearly along its columns, (1, 3, side, side)."""
    line = (torch.arange(side) + 0.5) / side
    return line.expand(1, 3, side, side).contiguous()


def test_resizing_keeps_a_ramp_a_ramp():
    for side, factor in ((32, 2.0), (64, 0.5), (20, 1.6)):
        made = resize(ramp(side), factor)
        assert made.shape == (1, 3, side_px(side, factor), side_px(side, factor))
        inner = slice(8, -8)
        np.testing.assert_allclose(made[..., inner], ramp(made.shape[-1])[..., inner], atol=0.01)
    assert resize(ramp(16), 1.0) is not None and torch.equal(resize(ramp(16), 1.02), ramp(16))


def test_reducing_averages_what_is_too_fine():
    """A checkerboard of single pixels becomes gray, as it would not without anti-aliasing."""
    board = torch.from_numpy(np.indices((64, 64)).sum(axis=0) % 2).float()
    made = resize(board.expand(1, 3, 64, 64), 0.25)
    assert torch.allclose(made[..., 1:-1, 1:-1], torch.tensor(0.5), atol=0.02)
    bright = resize(torch.rand(1, 3, 16, 16).round(), 4.0)
    assert bright.min() >= 0 and bright.max() <= 1


def test_factors_that_make_tiles_too_small_or_too_large_are_left_out():
    assert valid_factors(32, (0.1, 0.25, 0.5, 2, 8, 16)) == (0.25, 0.5, 1, 2, 8)
    assert valid_factors(4, (0.5, 2)) == (1, 2) and valid_factors(600, (2,)) == (1,)


def test_features_are_the_networks_own_averages_of_resized_tiles():
    random = np.random.default_rng(0)
    tiles = random.random((BATCH_SIZE + 3, 3, 16, 16), dtype=np.float32)
    found = features(fake(), tiles, 0.5)
    assert found["color"].shape == (len(tiles), 3) and found["color"].dtype == np.float16
    by_hand = resize(torch.from_numpy(tiles), 0.5).mean((2, 3))
    np.testing.assert_allclose(found["color"], by_hand, atol=1e-3)
    net = load("efficientnet-lite0")
    few = tiles[:2]
    deep = features(net, few, 2.0)
    maps = net.record(resize(torch.from_numpy(few), 2.0), ["blocks.9"])[1]["blocks.9"]
    np.testing.assert_allclose(deep["blocks.9"], maps.mean((2, 3)), rtol=2e-3, atol=2e-3)
    assert list(deep) == [layer.name for layer in net.network.layers]


class Large:
    """A network that needs at least 4 x 4 pixels and answers beyond 16 bits."""

    def walk(self, images):
        yield "color", 1e9 * torch.nn.functional.conv2d(images, torch.ones(3, 3, 4, 4))


def test_a_network_that_cannot_take_small_tiles_says_so():
    layers = fake().network.layers[:1]
    network = LoadedNetwork(_with(layers), False, "cpu", Large())
    with pytest.raises(FeaturesError, match="Fake cannot take tiles of 3 x 3 pixels"):
        features(network, np.ones((2, 3, 3, 3), dtype=np.float32))
    assert np.isfinite(features(network, np.ones((1, 3, 8, 8), np.float32))["color"]).all()


def _with(layers):
    from dataclasses import replace

    return replace(fake().network, layers=layers, classes=False)


def test_the_store_keeps_the_last_ones_up_to_its_size():
    made = []

    def make(name):
        made.append(name)
        return {"layer": np.zeros(100, dtype=np.float16)}

    store = FeatureCache(max_bytes=450)
    for name in ("a", "b", "a", "c", "a", "b"):
        store.get(name, lambda name=name: make(name))
    assert made == ["a", "b", "c", "b"]


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["efficientnet-lite0", "vgg16-hed"])
def test_untrained_networks_are_random_seeded_and_need_no_weights(slug):
    one, other = load_untrained(slug), load_untrained(slug, seed=1)
    image = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    first, second = (net.pooled(image).mean for net in (one, other))
    assert list(first) == [layer.name for layer in NETWORKS[slug].layers]
    deep = list(first)[len(first) // 2]
    assert np.isfinite(first[deep]).all() and first[deep].std() > 0
    assert not np.allclose(first[deep], second[deep])
    assert load_untrained(slug) is one


def test_a_networks_kin_are_three_different_ones():
    kind = with_controls("efficientnet-lite0")
    assert tuple(kind) == WEIGHTS and kind["shuffled"].shuffled
    image = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    answers = [kind[name].pooled(image).mean["blocks.4"] for name in WEIGHTS]
    for at in range(3):
        assert not np.allclose(answers[at], answers[at - 1], atol=0.01)
