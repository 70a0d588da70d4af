"""The sizes that layers respond to: ranges and best sizes against brute force, and what is kept."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.aerial.layer_sizes import (
    CUT_OFF,
    RANGE_LEVEL,
    WIDE,
    best_size,
    measured_networks,
    ranges_of,
    response_at,
)
from scalescope.core.experiments.calculator.layer_tuning import SIZES_PX
from scalescope.core.imaging.subjects import SUBJECTS
from scalescope.core.networks import NETWORKS
from scripts.measure_layers import SEEDS

CURVES = st.lists(st.floats(0.05, 1), min_size=len(SIZES_PX), max_size=len(SIZES_PX))


def interpolated(sizes, curve, points):
    """The curve at any size, by NumPy."""
    return np.interp(np.log2(points), np.log2(sizes), curve)


@given(CURVES, st.floats(SIZES_PX[0], SIZES_PX[-1]))
def test_the_response_between_tested_sizes_is_linear_in_octaves(curve, size):
    expected = interpolated(SIZES_PX, curve, size)
    assert float(response_at(SIZES_PX, np.array(curve), size)) == pytest.approx(expected)


@given(CURVES)
def test_ranges_hold_all_sizes_within_a_tenth_of_the_maximum_and_no_other(curve):
    points = np.exp2(np.linspace(3, 8, 2001))
    inside = interpolated(SIZES_PX, curve, points) >= RANGE_LEVEL * max(curve)
    ranges = ranges_of(SIZES_PX, curve)
    held = np.array([any(one.low_px <= size <= one.high_px for one in ranges) for size in points])
    edges = np.array([limit for one in ranges for limit in (one.low_px, one.high_px)])
    clear = np.abs(np.log2(points)[:, None] - np.log2(edges)).min(axis=1) > 1e-6
    np.testing.assert_array_equal(held[clear], inside[clear])
    assert all(one.open_below == (one.low_px == SIZES_PX[0]) for one in ranges)
    assert all(one.open_above == (one.high_px == SIZES_PX[-1]) for one in ranges)


@pytest.mark.parametrize("width", (0.5, 0.8, 1.2))
def test_the_range_of_a_bell_is_where_a_bell_falls_to_nine_tenths(width):
    """exp(-u**2 / 2 w**2) = .9 at u = w * sqrt(2 ln(1 / .9)); here on a fine grid of sizes."""
    sizes = np.exp2(np.arange(2, 9, 0.01)).tolist()
    curve = (0.7 * np.exp(-((np.log2(sizes) - 5.5) ** 2) / (2 * width**2))).tolist()
    (bell,) = ranges_of(sizes, curve)
    assert bell.octaves == pytest.approx(2 * width * math.sqrt(2 * math.log(1 / 0.9)), abs=0.02)
    size, reason = best_size(sizes, curve)
    assert math.log2(size) == pytest.approx(5.5, abs=0.01) and reason == ""


def test_a_range_that_is_cut_off_has_no_best_size():
    assert best_size((16, 32, 64), (0.2, 0.5, 1.0)) == (None, CUT_OFF)
    assert best_size((16, 32, 64, 128), (0.95, 0.3, 1.0, 0.3)) == (None, CUT_OFF)  # a second hump
    assert best_size((16, 32, 64), (0.95, 1, 0.97)) == (None, CUT_OFF)


def test_a_wide_range_has_no_best_size():
    assert best_size((8, 16, 32, 64, 128, 256), (0.1, 1, 1, 1, 1, 0.1)) == (None, WIDE)


def test_two_humps_are_two_ranges_and_the_higher_one_has_the_best_size():
    ranges = ranges_of((1, 2, 4, 8, 16), (0.1, 0.95, 0.5, 1.0, 0.1))
    assert [one.low_px < 2 < one.high_px for one in ranges] == [True, False]
    size, _ = best_size((1, 2, 4, 8, 16), (0.1, 0.95, 0.5, 1.0, 0.1))
    assert size == ranges[1].center_px


def test_the_measured_layers_are_those_of_the_table():
    for slug, network in measured_networks().items():
        table = NETWORKS[slug]
        assert (network.title, network.input_px) == (table.title, table.input_px)
        assert [layer.name for layer in network.layers] == [layer.name for layer in table.layers]
        assert [layer.title for layer in network.layers] == [layer.title for layer in table.layers]
        assert network.sizes_px == pytest.approx(SIZES_PX, abs=1e-3)
        assert network.pictures == tuple(SUBJECTS)


def test_every_picture_and_every_seed_has_a_curve():
    for network in measured_networks().values():
        for layer in network.layers:
            assert layer.pictures.shape == (len(SUBJECTS), len(SIZES_PX))
            assert layer.shuffled.shape == (len(SEEDS), len(SIZES_PX))
            assert layer.pictures.min() >= 0 and 0 < layer.curve.max() <= 1
            assert len(layer.shuffled_best_px) == len(layer.shuffled)


@pytest.mark.parametrize(
    ("network", "names"),
    [
        ("mobilenet-v2", ("blocks.13", "blocks.14", "blocks.15")),
        ("vgg16-hed", ("conv5_1",)),
    ],
)
def test_no_jump_at_181_px_is_left_of_the_border(network, names):
    """On the canvas of 224 px it was 31 to 40 %: border cells."""
    for name in names:
        layer = measured_networks()[network].layer(name)
        at_128, at_181 = (float(response_at(layer.sizes_px, layer.curve, s)) for s in (128, 181))
        assert at_181 / at_128 < 1.1
