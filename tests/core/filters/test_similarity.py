from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scalescope.core.filters.receptive_field import PIXEL, Geometry
from scalescope.core.filters.similarity import (
    cells_that_see,
    cosine,
    cosines,
    differences,
    neighborhoods,
    peaks,
)

PLANES = arrays(np.float32, (3, 4), elements=st.integers(-9, 9).map(float))
SIDES = st.tuples(st.integers(0, 8), st.integers(0, 8))
QUARTERS = st.integers(-30, 100).map(lambda quarters: quarters / 4)


def test_cosine_of_known_angles():
    assert cosine(np.array([[1, 0]]), np.array([[0, 5]])) == 0
    assert cosine(np.array([[1, 0]]), np.array([[2, 2]])) == pytest.approx(np.cos(np.pi / 4))
    assert cosine(np.array([[1, 0]]), np.array([[-3, 0]])) == -1


@given(PLANES, PLANES)
def test_cosine_is_the_product_over_the_lengths(first, second):
    lengths = np.linalg.norm(first) * np.linalg.norm(second)
    if lengths == 0:
        assert cosine(first, second) is None
    else:
        assert cosine(first, second) == pytest.approx((first * second).sum() / lengths, abs=1e-6)
        assert -1 <= cosine(first, second) <= 1


@given(PLANES.filter(np.any), st.floats(0.01, 1000))
def test_cosine_ignores_strength(plane, factor):
    assert cosine(plane, plane * np.float32(factor)) == pytest.approx(1)
    assert cosine(plane, plane) <= 1


@settings(max_examples=400)
@given(
    st.builds(
        Geometry,
        shape=SIDES,
        start=st.tuples(st.integers(-5, 2), st.integers(-5, 2)),
        stride=st.tuples(st.integers(1, 5), st.integers(1, 5)),
        offsets=st.tuples(st.integers(1, 9).map(range), st.integers(1, 9).map(range)),
    ),
    st.tuples(QUARTERS, QUARTERS),
    st.tuples(st.integers(1, 40), st.integers(1, 40)),
)
def test_the_cells_that_see_a_box_by_trying_all(level, corner, quarters):
    box = (*corner, corner[0] + quarters[0] / 4, corner[1] + quarters[1] / 4)

    def touches(axis, at):
        low = level.start[axis] + at * level.stride[axis]
        return low < box[axis + 2] and box[axis] < low + level.size[axis]

    brute = [cell for cell in product(*map(range, level.shape)) if all(map(touches, (0, 1), cell))]
    block = cells_that_see(level, box)
    listed = product(*(range(side)[part] for side, part in zip(level.shape, block, strict=True)))
    assert list(listed) == brute


PIXELS = Geometry((5, 6), (0, 0), (1, 1), PIXEL)


def test_the_peak_is_found_among_the_cells_that_see_the_box_only():
    values = np.arange(30, dtype=np.float32).reshape(5, 6)
    values[0, 0] = 99
    maps = np.stack([values, -values])

    def found(*boxes):
        tops, cells = peaks(maps, PIXELS, np.array(boxes, dtype=np.float64))
        assert tops.tolist() == [maps[index][tuple(cell)] for index, cell in enumerate(cells)]
        return cells.tolist()

    assert found((0, 0, 5, 6), (0, 0, 5, 6)) == [[0, 0], [0, 1]]
    assert found((1, 2, 4, 5), (1, 2, 4, 5)) == [[3, 4], [1, 2]]
    assert found((1, 2, 4, 5), (0, 0, 5, 6)) == [[3, 4], [0, 1]], "every map has a box of its own"


def test_of_peaks_that_differ_by_rounding_the_first_counts():
    maps = np.array([[[0, 1, 0, 1 + 1e-6]], [[0, 1, 0, 1.001]]], dtype=np.float32)
    row = Geometry((1, 4), (0, 0), (1, 1), PIXEL)
    assert peaks(maps, row, np.array([[0, 0, 1, 4.0]] * 2))[1].tolist() == [[0, 1], [0, 3]]


def test_a_box_that_no_cell_sees_has_no_peak_and_nothing_around():
    maps = np.ones((2, 5, 6), dtype=np.float32)
    values, cells = peaks(maps, PIXELS, np.array([[9.0, 0, 12, 6], [0, 0, 5, 6]]))
    assert values.tolist() == [0, 1]
    assert [around.any() for around in neighborhoods(maps, cells)] == [False, True]


@pytest.mark.parametrize("reach", [1, 2])
def test_neighborhoods_are_zero_beyond_the_edge(reach):
    values = np.random.default_rng(0).random((4, 5)).astype(np.float32)
    padded = np.pad(values, reach)
    cells = np.array(list(product(range(4), range(5))))
    result = neighborhoods(np.repeat(values[None], len(cells), axis=0), cells, reach)
    for (row, column), around in zip(cells, result, strict=True):
        expected = padded[row : row + 2 * reach + 1, column : column + 2 * reach + 1]
        np.testing.assert_array_equal(around, expected)


def test_a_neighborhood_may_be_larger_than_the_map():
    (around,) = neighborhoods(np.full((1, 1, 1), 7, dtype=np.float32), np.array([[0, 0]]))
    assert around.tolist() == [[0, 0, 0], [0, 7, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("similarity", "peaks", "same"),
    [
        (1.0, (2.0, 2.0), True),
        (0.99, (1.0, 0.96), True),
        (0.98, (1.0, 1.0), False),
        (1.0, (1.0, 0.94), False),
        (1.0, (0.94, 1.0), False),
        (1.0, (10.0, 9.6), True),
        (1.0, (0.10, 0.06), False),
        (None, (1.0, 1.0), False),
    ],
)
def test_the_same_means_alike_in_pattern_and_in_strength(similarity, peaks, same):
    cosine_of = np.array([np.nan if similarity is None else similarity])
    difference = differences(cosine_of, np.array(peaks)[:, None])
    assert bool(difference[0] <= 1 + 1e-12) is same


def test_where_neither_responds_there_is_no_difference():
    assert np.isnan(differences(np.array([np.nan]), np.zeros((2, 1)))).all()


@given(PLANES, PLANES)
def test_cosines_of_pairs_are_those_of_one_pair_at_a_time(first, second):
    pairs = cosines(np.stack([first, second]), np.stack([second, second]))
    expected = [cosine(first, second), cosine(second, second)]
    for value, alone in zip(pairs, expected, strict=True):
        assert np.isnan(value) if alone is None else value == pytest.approx(alone, abs=1e-12)
