"""Locally scale-invariant convolution: a plain one at one factor, a maximum over aligned ones."""

import numpy as np
import pytest
import torch
from scipy.signal import correlate2d

from scalescope.core.training.backbone import Backbone
from scalescope.core.training.recipe import NetworkConfig
from scalescope.core.training.recipes.locally_invariant import (
    FACTORS,
    LocallyInvariant,
    LocallyInvariantConvolution,
    resize_bilinear,
)

CONFIG = NetworkConfig(canvas_px=32, classes=5, width=4)


def pictures(count=3, channels=1, side=32, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, channels, side, side, generator=generator)


def bilinear(cells, side):
    """Linear interpolation edge to edge, the outermost cells going on: (side, cells)."""
    weights = np.zeros((side, cells))
    for k in range(side):
        place = min(max((k + 0.5) * cells / side - 0.5, 0), cells - 1)
        low = int(place)
        weights[k, low] += 1 - (place - low)
        weights[k, min(low + 1, cells - 1)] += place - low
    return weights


def answered(plane, kernel):
    """Cross-correlation with zeros beyond the edge."""
    return correlate2d(plane, kernel, mode="same")


def test_at_one_factor_it_is_the_plain_network():
    plain, ours = Backbone(CONFIG), LocallyInvariant(CONFIG, (1.0,))
    ours.load_state_dict(plain.state_dict())
    for mode in (True, False):
        result, expected = ours.train(mode)(pictures()), plain.train(mode)(pictures())
        assert torch.allclose(result, expected, atol=1e-6)


def test_no_number_is_learned_that_plain_has_not():
    plain, ours = Backbone(CONFIG).state_dict(), LocallyInvariant(CONFIG).state_dict()
    assert {name: one.shape for name, one in ours.items()} == {
        name: one.shape for name, one in plain.items()
    }


def test_each_place_has_the_largest_answer_of_the_aligned_factors():
    """By SciPy's correlation and interpolation written out."""
    layer = LocallyInvariantConvolution(2, 3)
    maps = pictures(1, 2, 16)
    with torch.no_grad():
        result = layer(maps)[0].numpy()
    answers = []
    for factor in FACTORS:
        side = round(16 * factor)
        there, back = bilinear(16, side), bilinear(side, 16)
        kernels = layer.weight.detach().double().numpy()
        shrunk = [there @ one @ there.T for one in maps[0].double().numpy()]
        sums = [sum(map(answered, shrunk, kernel)) for kernel in kernels]
        answers.append([back @ one @ back.T for one in sums])
    np.testing.assert_allclose(result, np.max(answers, axis=0), atol=1e-5)


def test_a_larger_copy_is_answered_as_the_thing_itself_at_another_factor():
    """At the factor that undoes the enlargement, and enlarged; a plain layer's answer is another.

    Equivariance error ``||R F(x) - F(R x)||**2 / ||R F(x)||**2`` in the interior.
    """
    torch.manual_seed(0)
    layer = LocallyInvariantConvolution(1, 16)
    layer.weight.data -= layer.weight.data.mean((2, 3), keepdim=True)  # or brightness is all
    smooth = torch.nn.functional.avg_pool2d(pictures(4, side=68), 5, 1)
    large = resize_bilinear(smooth, 102, 102)  # 1.59 times
    inside = (..., slice(9, 93), slice(9, 93))
    with torch.no_grad():
        expected = resize_bilinear(layer.at_factor(smooth, 1.0), 102, 102)[inside]
        errors = [
            float((layer.at_factor(large, factor)[inside] - expected).square().sum())
            / float(expected.square().sum())
            for factor in (FACTORS[0], 1.0)
        ]
    assert errors[0] < 0.1 and errors[1] > 3 * errors[0], errors


def test_one_set_of_filters_learns_from_every_factor():
    layer = LocallyInvariantConvolution(1, 4)
    parts = [
        torch.autograd.grad(layer.at_factor(pictures(), factor).square().sum(), layer.weight)[0]
        for factor in FACTORS
    ]
    total = sum(layer.at_factor(pictures(), factor).square().sum() for factor in FACTORS)
    together = torch.autograd.grad(total, layer.weight)[0]
    assert all(float(part.abs().max()) > 0 for part in parts)
    assert torch.allclose(together, sum(parts), rtol=1e-4)


@pytest.mark.parametrize("side", [16, 48])
def test_maps_have_the_plain_networks_shapes(side):
    network = LocallyInvariant(CONFIG)
    shapes = [tuple(one.shape[1:]) for one in network.maps(pictures(2, side=side))]
    widths = enumerate((4, 8, 16, 16), 1)
    assert shapes == [(width, side // 2**k, side // 2**k) for k, width in widths]
    assert network.first_filters().shape == (4, 3, 3)
