"""Scale channels: one network, asked on resized windows; jointly trained or not."""

import math

import pytest
import torch

from scalescope.core.training import pyramid
from scalescope.core.training.backbone import Backbone
from scalescope.core.training.canvas import paint
from scalescope.core.training.recipe import NetworkConfig
from scalescope.core.training.recipes import scale_channels, scale_channels_naive
from scalescope.core.training.recipes.scale_channels import FACTORS, SPAN, ScaleChannels

CONFIG = NetworkConfig(canvas_px=64, classes=10, width=6)
SIDE = round(64 * SPAN)


def objects(size, count=24, seed=0, side=6):
    """Blobs of their own shape in the middle of the canvas, ``size`` px across."""
    blobs = torch.rand(count, side, side, generator=torch.Generator().manual_seed(seed))
    middle = torch.full((count, 2), 32.0)
    return paint(blobs, torch.full((count,), float(size)), middle, 64)


def seeded(make):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        return make().eval()


def test_one_channel_is_the_plain_network_on_its_window():
    ours = seeded(lambda: ScaleChannels(CONFIG, (1.0,)))
    canvas = torch.zeros(1, 1, 64, 64)
    canvas[0, 0, 20:32, 40:44] = torch.rand(4)  # its middle is border 26 down, 42 across or near
    row, column = pyramid.brightest_place(canvas, SIDE)[0].tolist()
    wide = torch.nn.functional.pad(canvas, (SIDE // 2,) * 4)
    cut = wide[:, :, row : row + SIDE, column : column + SIDE]  # as many cells to each side of it
    assert row == 26 and abs(column - 42) <= 1
    assert torch.allclose(ours(canvas), ours.network(cut), atol=1e-5)
    shrunk = seeded(lambda: ScaleChannels(CONFIG, (0.5,)))
    block = paint(torch.ones(1, 6, 6), torch.tensor([20.0]), torch.full((1, 2), 32.0), 64)
    whole = shrunk.network(pyramid.resize_about_center(block, 0.5, SIDE))
    assert torch.allclose(shrunk(block), whole, atol=1e-5)


def test_each_channel_is_the_network_at_its_factor_and_the_largest_counts():
    ours = seeded(lambda: ScaleChannels(CONFIG))
    result = ours.channel_logits(objects(20))
    assert result.shape == (24, len(FACTORS), 10)
    for index, factor in enumerate(FACTORS):
        alone = ours.network(pyramid.view_window(objects(20), factor, SIDE))
        assert torch.allclose(result[:, index], alone, atol=1e-5)
    assert torch.equal(ours(objects(20)), torch.stack(list(result.unbind(1))).max(0).values)
    assert torch.equal(scale_channels.channel_logits(ours, objects(20)), result)


def test_no_number_is_learned_that_plain_has_not():
    ours, plain = ScaleChannels(CONFIG), Backbone(CONFIG)
    counted = [sum(one.numel() for one in net.parameters()) for net in (ours, plain)]
    assert counted[0] == counted[1]
    assert torch.equal(ours.maps(objects(9))[0], ours.network.maps(objects(9))[0])
    assert ours.first_filters().shape == (6, 3, 3)


def test_only_the_winning_channel_teaches_the_shared_weights():
    ours = seeded(lambda: ScaleChannels(CONFIG))
    picture = objects(20, count=1)
    winner = int(ours.channel_logits(picture)[0, :, 4].argmax())
    weights = list(ours.network.parameters())
    taught = torch.autograd.grad(ours(picture)[0, 4], weights, allow_unused=True)
    alone = ours.network(pyramid.view_window(picture, FACTORS[winner], SIDE))[0, 4]
    expected = torch.autograd.grad(alone, weights, allow_unused=True)
    for one, other in zip(taught, expected, strict=True):
        assert torch.allclose(one, other, atol=1e-5)


def test_the_next_channel_sees_a_thing_as_the_one_before_sees_the_larger_copy():
    """A copy that is larger by a step, in channel k, against the object itself in channel k + 1.

    Not quite alike: the pooling grid lies otherwise, by up to half a cell of the picture.
    """
    ours = seeded(lambda: ScaleChannels(CONFIG))
    small, large = (ours.channel_logits(objects(size)) for size in (16, 16 * scale_channels.STEP))
    moved = (large[:, :-1] - small[:, 1:])[:, 1:5].square().mean().item()
    unmoved = (large - small)[:, 1:5].square().mean().item()
    assert moved < 0.35 * unmoved, moved / unmoved


def test_logits_of_a_thing_and_of_its_larger_copy_agree_more_than_plains():
    """Untrained: the differences between objects are what a change is measured by."""

    def change(network):
        small, large = network(objects(16)), network(objects(32))
        return ((small - large).square().mean() / small.var(0).mean()).item()

    ours = seeded(lambda: ScaleChannels(CONFIG))
    assert change(ours) < 0.5 * change(ours.network)


def test_the_naive_one_is_plain_but_for_the_question():
    recipe = scale_channels_naive.RECIPE
    plain = seeded(lambda: recipe.build(CONFIG))
    assert type(plain) is Backbone and recipe.trained_as == "plain"
    wrapped = seeded(lambda: ScaleChannels(CONFIG))
    wrapped.network.load_state_dict(plain.state_dict())
    powers = wrapped(objects(20)).detach().exp()
    expected = powers / powers.sum(1, keepdim=True)
    assert torch.allclose(recipe.predict(plain, objects(20)), expected, atol=1e-6)
    assert torch.allclose(
        recipe.channel_logits(plain, objects(20)), wrapped.channel_logits(objects(20))
    )


def test_channels_go_by_half_octaves_over_two_octaves_on_either_side():
    octaves = [math.log2(factor) for factor in FACTORS]
    assert octaves == pytest.approx([k / 2 for k in range(-4, 5)])
    assert scale_channels.RECIPE.scales == scale_channels_naive.RECIPE.scales == FACTORS
