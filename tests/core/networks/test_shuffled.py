"""The control twin: the same weights in other places, and activations of the same range."""

import copy
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from scalescope.core.imaging.decode import sample
from scalescope.core.networks import CAT_CLASSES, NETWORKS, load
from scalescope.core.networks.loading import build_trained
from scalescope.core.networks.mobile import ConvBlock
from scalescope.core.networks.shuffled import (
    CROPS,
    TRUNK_CROPS,
    TRUNK_SIDE_PX,
    random_crops,
    shuffled_copy,
)
from scalescope.core.networks.weights import read_weights

pytestmark = pytest.mark.slow  # each shuffles whole networks


@cache
def made(slug):
    module = build_trained(NETWORKS[slug], read_weights(NETWORKS[slug]))
    return module, shuffled_copy(module)


@pytest.fixture(scope="module", params=NETWORKS)
def pair(request):
    """A trained module as published, and its twin."""
    return made(request.param)


def layers(module):
    return [one for one in module.modules() if isinstance(one, nn.Conv2d | nn.Linear)]


def filters(weight):
    """Every filter with mean 0 and spread 1, in double precision; some are zero throughout."""
    rows = weight.detach().double().flatten(1)
    return (rows - rows.mean(1, keepdim=True)) / rows.std(1, keepdim=True).clamp(min=1e-12)


def test_every_layer_keeps_its_weights_in_another_order(pair):
    module, shuffled = pair
    for ours, theirs in zip(layers(shuffled), layers(module), strict=True):
        assert not torch.equal(ours.weight, theirs.weight)
        if hasattr(module, "blocks"):
            assert torch.equal(ours.weight.flatten().sort()[0], theirs.weight.flatten().sort()[0])


def test_the_order_keeps_nothing_of_the_trained_one(pair):
    """They correlate as chance has it: within 6 / sqrt(n), each filter's own spread taken out."""
    module, shuffled = pair
    for ours, theirs in zip(layers(shuffled), layers(module), strict=True):
        if ours.weight.numel() > 5000:
            own, other = (filters(layer.weight) for layer in (ours, theirs))
            assert abs(float((own * other).mean())) < 6 / own.numel() ** 0.5


def test_the_same_seed_gives_the_same_twin_and_another_another():
    module, shuffled = made("mobilenet-v2")
    first, again, second = (
        net.state_dict()
        for net in (shuffled, shuffled_copy(module, seed=0), shuffled_copy(module, seed=1))
    )
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not torch.equal(first["stem.convolution.weight"], second["stem.convolution.weight"])
    state = read_weights(NETWORKS["mobilenet-v2"])  # and the trained one is left as it was
    assert all(torch.equal(module.state_dict()[name], values) for name, values in state.items())
    assert not module.training and not shuffled.training


def test_statistics_are_those_of_the_crops():
    """At the stem, before which nothing is normalized: mean and variance of its convolution."""
    _, shuffled = made("efficientnet-lite0")
    images = (random_crops(CROPS, 0).double() * 255 - 127) / 128
    weight = shuffled.stem.convolution.weight.detach().double()
    answers = functional.conv2d(functional.pad(images, [0, 1, 0, 1]), weight, stride=2)
    halves = answers.view(2, -1, *answers.shape[1:])
    norm = shuffled.stem.norm
    assert norm.running_mean.numpy() == pytest.approx(answers.mean((0, 2, 3)).numpy(), abs=1e-4)
    expected = torch.stack([half.var((0, 2, 3)) for half in halves]).mean(0)
    assert norm.running_var.numpy() == pytest.approx(expected.numpy(), rel=1e-3)


@pytest.mark.parametrize("slug", ["efficientnet-lite0", "mobilenet-v2"])
def test_activations_are_normalized_on_other_crops_too(slug):
    """Typical channel before its gain and shift: mean near 0, spread near 1, at every depth."""
    shuffled, results = copy.deepcopy(made(slug)[1]), {}

    def keep(name):
        def hook(norm, inputs, _):
            spread = (norm.running_var + norm.eps).sqrt()[:, None, None]
            results[name] = (inputs[0] - norm.running_mean[:, None, None]) / spread

        return hook

    for name, unit in shuffled.named_modules():
        if isinstance(unit, ConvBlock):
            unit.norm.register_forward_hook(keep(name))
    with torch.inference_mode():
        shuffled(random_crops(8, seed=5))
    assert len(results) > 40
    for name, values in results.items():
        assert abs(float(values.mean((0, 2, 3)).median())) < 0.5, name
        assert 0.5 < float(values.std((0, 2, 3)).median()) < 2, name


def test_the_trunk_has_the_trained_means_and_spreads():
    module, shuffled = made("vgg16-hed")
    images = random_crops(TRUNK_CROPS, 0, TRUNK_SIDE_PX)

    def answers(trunk):
        results = []
        hooks = [
            layer.register_forward_hook(lambda _, __, answer: results.append(answer.clone()))
            for layer in layers(trunk)
        ]
        with torch.inference_mode():
            for _ in trunk.walk(images):
                pass
        for hook in hooks:
            hook.remove()
        return results

    for ours, theirs in zip(answers(shuffled), answers(module), strict=True):
        for statistic in (torch.mean, torch.std):
            mine, other = (statistic(one, (0, 2, 3)).numpy() for one in (ours, theirs))
            assert mine == pytest.approx(other, rel=0.02, abs=0.02 * float(np.abs(other).max()))


@pytest.mark.parametrize("slug", ["efficientnet-lite0", "mobilenet-v2"])
def test_the_twin_knows_no_cat(slug):
    center_box = torch.tensor(sample("chelsea")[None, :, :, 75:375])
    loaded = load(slug, shuffled=True)
    assert loaded.shuffled and loaded is load(slug, True) and loaded is not load(slug)
    result = loaded.pooled(functional.interpolate(center_box, (224, 224), mode="area"))
    assert result.probabilities[0, list(CAT_CLASSES)].sum() < 0.05


def test_crops_are_random_pieces_of_the_photographs():
    result = random_crops(12, 3)
    assert result.shape == (12, 3, 224, 224) and result.dtype == torch.float32
    assert float(result.min()) >= 0 and float(result.max()) <= 1
    assert torch.equal(result, random_crops(12, 3)) and not torch.equal(result, random_crops(12, 4))
    assert not torch.equal(result[0], result[10])  # the first photograph twice, at other places
