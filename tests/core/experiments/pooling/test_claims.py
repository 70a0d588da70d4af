"""'One 2x2 max pooling gives the same output for a 4x4 and a 2x2 square', read in its ways."""

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import torch

from scalescope.core.experiments.pooling.claims import claims
from scalescope.core.filters.receptive_field import POOLS
from tests.core.filters.oracle import WINDOWS, pooled

MIDDLE = 12  # a multiple of every stride, and far from the border of a canvas of 36 px


def counted(claim):
    return Fraction(claim.count_true, claim.count_total)


def test_the_readings_for_2x2_maximum():
    raw, once, twice, octave = claims("max", 2, 2)
    assert counted(raw) == Fraction(1, 16)
    assert counted(once) == 0 * Fraction(1, 4)
    assert counted(twice) == Fraction(1, 16) * Fraction(9, 16)
    assert counted(octave) == Fraction(1, 4)
    assert twice.fraction == pytest.approx(9 / 256)


def test_the_readings_are_worded_differently():
    readings = [claim.reading for claim in claims("max", 2, 2)]
    parts = ["Raw squares", "after one pooling layer", "after two pooling layers", "not pooled"]
    assert all(part in reading for part, reading in zip(parts, readings, strict=True))


def drawn(size, row, column):
    picture = torch.zeros(1, 36, 36)
    picture[:, MIDDLE + row : MIDDLE + row + size, MIDDLE + column : MIDDLE + column + size] = 1
    return picture


def trimmed(plane):
    plane = plane[0].numpy()
    rows, columns = np.nonzero(plane)
    return plane[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def outputs(size, kind, window, stride):
    """What one pooling makes of a square in the middle of a canvas, at every alignment."""
    offsets = product(range(stride), repeat=2)
    return [trimmed(pooled(drawn(size, *offset), kind, window, stride)) for offset in offsets]


def equal(first, second):
    return first.shape == second.shape and np.allclose(first, second, atol=1e-6)


@pytest.mark.parametrize(("window", "stride"), [pair for pair in WINDOWS if pair[0] >= pair[1]])
@pytest.mark.parametrize("kind", POOLS)
def test_the_raw_squares_by_brute_force(kind, window, stride):
    pairs = product(outputs(4, kind, window, stride), outputs(2, kind, window, stride))
    same = [equal(*pair) for pair in pairs]
    assert counted(claims(kind, window, stride)[0]) == Fraction(sum(same), len(same))


@pytest.mark.parametrize(("window", "stride"), [pair for pair in WINDOWS if pair[0] >= pair[1]])
@pytest.mark.parametrize("kind", POOLS)
def test_the_octave_by_brute_force(kind, window, stride):
    same = [equal(output, np.ones((2, 2))) for output in outputs(4, kind, window, stride)]
    assert counted(claims(kind, window, stride)[3]) == Fraction(sum(same), len(same))


def sharing(size, kind, window, stride, level):
    """In how many of all alignments some cell holds both corners after ``level`` pooling layers."""
    count = 0
    for row, column in product(range(stride**level), repeat=2):
        maps = torch.zeros(2, 60, 60)
        maps[0, row, column] = maps[1, row + size - 1, column + size - 1] = 1
        for _ in range(level):
            maps = pooled(maps, kind, window, stride)
        count += bool((maps > 0).all(0).any())
    return Fraction(count, stride ** (2 * level))


@pytest.mark.parametrize(("window", "stride"), WINDOWS)
@pytest.mark.parametrize("kind", ["max", "max-blur"])
def test_the_corners_by_brute_force(kind, window, stride):
    for level in (1, 2):
        both = [sharing(size, kind, window, stride, level) for size in (4, 2)]
        assert counted(claims(kind, window, stride)[level]) == both[0] * both[1]
