"""The arithmetic behind a cell must give the value that the map has."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments.near_far.cell import (
    explain,
    find,
    map_geometry,
    map_names,
    map_values,
    strongest,
)
from scalescope.core.experiments.near_far.run import run
from scalescope.core.experiments.near_far.spec import Spec
from scalescope.core.filters.receptive_field import POOLS
from tests.core.filters.oracle import pooled

NOISY = {"background": "texture", "noise": 0.2, "canvas_px": 48, "depth": 2}
KERNEL = "1,-2,3,0.5;-1,2,0,1"
RESULTS = {
    **{pool: run(Spec(pool=pool, pool_size=3, pool_stride=2, **NOISY)) for pool in POOLS},
    "dilated": run(Spec(filter="custom", kernel=KERNEL, dilation=3, stride=2, **NOISY)),
    "valid": run(Spec(filter="gabor", padding="valid", stride=3, pool_size=1, **NOISY)),
    "negative": run(Spec(contrast_sign="negative", pool="l2", pool_stride=3, **NOISY)),
}


def recalculated(result, index, explained):
    """What the words and numbers of an explanation come to."""
    values = explained.values.astype(np.float64)
    if index == 0:
        return values.item()
    if index == 1:
        return (values * explained.weights).sum()
    if index == 2:
        return max(0.0, values.item())
    return pooled(torch.from_numpy(values), result.spec.pool, result.spec.pool_size, 1).item()


@pytest.mark.parametrize("name", RESULTS)
@given(st.data())
def test_the_arithmetic_gives_the_value(name, data):
    result = RESULTS[name]
    maps = map_values(result)
    index = data.draw(st.integers(0, len(maps) - 1))
    row, column = (data.draw(st.integers(0, side - 1)) for side in maps[index].shape)
    explained = explain(result, (index, row, column))
    assert (explained.row, explained.column, explained.map_name) == (
        row,
        column,
        map_names(result)[index],
    )
    assert explained.value == float(maps[index][row, column])
    assert recalculated(result, index, explained) == pytest.approx(explained.value, abs=1e-5)
    assert (explained.weights is not None) == (index == 1)


def test_maps_stand_in_the_order_of_the_page():
    result = RESULTS["max"]
    assert map_names(result) == ["scene", "convolution", "ReLU", "max pool 1", "max pool 2"]
    shapes = [values.shape for values in map_values(result)]
    assert shapes == [(48, 96), (48, 96), (48, 96), (23, 47), (11, 23)]
    assert shapes == [place.shape for place in map_geometry(result)]
    assert map_values(result)[0] is result.picture


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ((0, 5, 7), (5, 7, 6, 8)),
        ((1, 5, 7), (4, 6, 7, 9)),
        ((1, 0, 95), (0, 94, 2, 96)),
        ((2, 5, 7), (4, 6, 7, 9)),
        ((3, 0, 1), (0, 1, 4, 6)),
        ((4, 1, 2), (3, 7, 12, 16)),
    ],
)
def test_the_field_that_is_drawn_on_the_scene(cell, field):
    # 3x3, then 3x3/2 twice: windows of 3, 5 and 9 px, every 1, 2 and 4 px, from -1.
    assert explain(RESULTS["max"], cell).receptive_field == field


def test_windows_beyond_the_edge_are_shown_as_zero():
    explained = explain(RESULTS["max"], (1, 0, 95))
    assert not explained.values[0].any() and not explained.values[:, 2].any()
    assert explained.values[1:, :2].all()


@pytest.mark.parametrize(
    ("pin", "cell"),
    [
        ("", None),
        ("0,0,0", (0, 0, 0)),
        ("4,10,22", (4, 10, 22)),
        ("4,11,22", None),
        ("4,10,23", None),
        ("5,0,0", None),
        ("0,999,0", None),
    ],
)
def test_a_pin_names_a_cell_that_there_is(pin, cell):
    assert find(RESULTS["max"], pin) == cell


@pytest.mark.parametrize("name", RESULTS)
def test_the_strongest_cell_is_the_maximum_of_the_convolution(name):
    index, row, column = strongest(RESULTS[name])
    assert index == 1
    assert RESULTS[name].convolution[row, column] == RESULTS[name].convolution.max()
