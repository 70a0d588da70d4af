"""Steerable filters against NumPy's Hermite polynomials, and how equivariant they are."""

import math
from functools import partial
from itertools import pairwise

import numpy as np
import pytest
import torch
from numpy.polynomial import hermite_e
from torch.nn import functional

from scalescope.core.training.backbone import Backbone
from scalescope.core.training.columns import Columns
from scalescope.core.training.hermite import SteerableFilters, hermite_basis
from scalescope.core.training.pyramid import resize_about_center
from scalescope.core.training.recipe import NetworkConfig
from scalescope.core.training.recipes.steerable import SIDES, SIGMAS, STEP, build

CONFIG = NetworkConfig(canvas_px=64, classes=5, width=8)


def smooth(count=4, side=64, seed=0):
    """Noise without anything finer than about 4 px."""
    noise = torch.randn(count, 1, side, side, generator=torch.Generator().manual_seed(seed))
    bell = hermite_basis(2.0, 13)[0]
    return functional.conv2d(noise, bell[None, None] / bell.sum(), padding=6)


def test_functions_against_numpys_polynomials():
    sigma, side = 1.3, 7
    cells = np.arange(-3, 4) / sigma
    bell = np.exp(-(cells**2) / 2) / (sigma * math.sqrt(2 * math.pi))
    lines = [hermite_e.hermeval(cells, [0] * n + [1]) * bell for n in range(3)]
    result = hermite_basis(sigma, side).numpy()
    assert result.shape == (9, side, side)
    for n, down in enumerate(lines):
        for m, across in enumerate(lines):
            weight = math.sqrt(math.factorial(n) * math.factorial(m))
            np.testing.assert_allclose(
                result[3 * n + m], np.outer(down, across) / weight, atol=1e-6
            )


def test_twice_the_sigma_is_the_same_function_on_a_grid_twice_as_fine():
    assert torch.allclose(hermite_basis(2.4, 13)[:, ::2, ::2], hermite_basis(1.2, 7) / 4, atol=1e-7)


def test_kernels_are_the_sums_at_every_scale():
    filters = SteerableFilters(2, 3, SIGMAS, SIDES)
    for kernel, sigma, side in zip(filters(), SIGMAS, SIDES, strict=True):
        functions = hermite_basis(sigma, side)
        assert kernel.shape == (3, 2, side, side)
        for o in range(3):
            for i in range(2):
                terms = zip(filters.coefficients[o, i], functions, strict=True)
                expected = sum(number * one for number, one in terms)
                assert torch.allclose(kernel[o, i], expected, atol=1e-5)


def test_it_learns_as_many_numbers_as_the_plain_network():
    networks = build(CONFIG), Backbone(CONFIG)
    counted = [sum(one.numel() for one in network.parameters()) for network in networks]
    assert counted[0] == counted[1]


def test_at_one_scale_it_is_a_plain_network_with_these_kernels():
    """Three taps to a side hold nine functions, so any 3 x 3 filter can be had: plain's own."""
    plain = Backbone(CONFIG).eval()
    make = partial(SteerableFilters, sigmas=(1.0,), sides=(3,))
    ours = Columns(CONFIG, make, 1, "maximum").eval()
    functions = hermite_basis(1.0, 3).reshape(9, 9).double()
    for stage, theirs in zip(ours.stages, plain.stages, strict=True):
        wanted = theirs[0].weight.detach().flatten(2).double()
        numbers = torch.linalg.solve(functions.T, wanted.mT).mT.float()
        stage.filters.coefficients.data.copy_(numbers)
    ours.head.load_state_dict(plain.head.state_dict())
    assert torch.allclose(ours(smooth()), plain(smooth()), atol=1e-3)


def lifted(layers, pictures):
    """Maps by scale after two layers with ReLU and without pooling."""
    columns = [pictures] * len(SIGMAS)
    for filters in layers:
        columns = [
            functional.conv2d(maps, kernel, padding=kernel.shape[-1] // 2).relu()
            for maps, kernel in zip(columns, filters(), strict=True)
        ]
    return columns


def error(actual, expected):
    """``||R F(x) - F(R x)||**2 / ||R F(x)||**2`` away from the edge."""
    inside = (..., slice(20, -20), slice(20, -20))
    gone = (actual - expected)[inside].square().sum() / expected[inside].square().sum()
    return gone.item()


def test_a_thing_larger_by_a_step_gives_the_same_maps_one_scale_further_on():
    """Within a few percent; without going one scale on, the maps are others."""
    torch.manual_seed(0)
    layers = [SteerableFilters(1, 8, SIGMAS, SIDES), SteerableFilters(8, 8, SIGMAS, SIDES)]
    with torch.no_grad():
        for layer in layers:
            layer.coefficients[:, :, 0] = 0  # the Gaussian alone, which is nearly all brightness
        before = lifted(layers, smooth(side=96))
        after = lifted(layers, resize_about_center(smooth(side=96), STEP))
    for at in (0, 1):
        expected = resize_about_center(before[at], STEP)
        moved, unmoved = error(after[at + 1], expected), error(after[at], expected)
        assert moved < 0.05 and unmoved > 5 * moved, (moved, unmoved)


def test_the_features_are_the_largest_over_the_scales():
    network = build(CONFIG).eval()
    features = network.features(smooth())
    assert features.shape == (4, len(SIGMAS), 32)
    assert torch.allclose(network(smooth()), network.head(features.max(1).values), atol=1e-6)
    assert [one.shape[1] for one in network.maps(smooth())] == [8, 16, 32, 32]
    assert network.first_filters().shape == (8, SIDES[0], SIDES[0])
    assert [high / low for low, high in pairwise(SIGMAS)] == pytest.approx([STEP] * 2)
