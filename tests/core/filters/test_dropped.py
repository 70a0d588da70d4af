"""Rows and columns that pooling leaves out, against windows that are counted one by one."""

import numpy as np
import pytest
import torch
from hypothesis import example, given
from hypothesis import strategies as st

from scalescope.core.filters import stack
from scalescope.core.filters.dropped import describe_dropped, dropped_cells, unreached
from scalescope.core.filters.receptive_field import POOLS, Layout


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9))
@example(6, 2, 3)
@example(5, 3, 2)
def test_unreached_cells_are_those_of_no_window(cells, window, stride):
    reached = np.zeros(cells, dtype=bool)
    for start in range(0, cells - window + 1, stride):
        reached[start : start + window] = True
    last = np.flatnonzero(reached).max(initial=-1)
    at_end, between = unreached(cells, window, stride)
    assert at_end == cells - 1 - last
    assert between == (~reached[: last + 1]).sum()


@pytest.mark.parametrize("kind", POOLS)
@given(st.integers(6, 14), st.integers(6, 14), st.integers(1, 5), st.integers(1, 4))
def test_what_is_dropped_changes_no_pooled_value(kind, rows, columns, size, stride):
    """A picture with one row or column lit is pooled to nothing exactly where that is dropped."""
    layout = Layout(1, 1, pool=kind, pool_size=size, pool_stride=stride, depth=1)
    lost = []
    for axis, side in enumerate((rows, columns)):
        pictures = torch.zeros(side, 1, rows, columns)
        for index in range(side):
            pictures.select(axis + 2, index)[index] = 1
        window = 2 * size - 1 if kind == "max-blur" else size
        if min(rows, columns) < window:
            lost.append(side)
            continue
        pooled = stack.pool(pictures, kind, size, stride)
        lost.append(int((pooled.flatten(1).abs().amax(1) == 0).sum()))
    found = dropped_cells(layout, (rows, columns))
    if min(rows, columns) < (2 * size - 1 if kind == "max-blur" else size):
        assert found[0].has_no_window
    else:
        assert (found[0].total if found else (0, 0)) == tuple(lost)


@pytest.mark.parametrize(
    ("size", "stride", "canvas", "said"),
    [
        (2, 2, (4, 8), ""),
        (
            2,
            2,
            (6, 9),
            "Pooling layer 1: of a map of 6 x 9 cells, no window reaches 1 column at the end. "
            "Pooling layer 2: of a map of 3 x 4 cells, no window reaches 1 row at the end.",
        ),
        (
            3,
            2,
            (8, 9),
            "Pooling layer 1: of a map of 8 x 9 cells, no window reaches 1 row at the end. "
            "Pooling layer 2: of a map of 3 x 4 cells, no window reaches 1 column at the end.",
        ),
        (
            1,
            3,
            (7, 8),
            "Pooling layer 1: of a map of 7 x 8 cells, no window reaches 4 rows and 4 columns "
            "between windows and 1 column at the end. Pooling layer 2: of a map of 3 x 3 cells, "
            "no window reaches 2 rows and 2 columns at the end.",
        ),
        (
            5,
            2,
            (5, 6),
            "Pooling layer 1: of a map of 5 x 6 cells, no window reaches 1 column at the end. "
            "Pooling layer 2: of a map of 1 x 1 cells, no window fits into it.",
        ),
    ],
)
def test_the_sentence_says_how_many_and_where(size, stride, canvas, said):
    layout = Layout(1, 1, pool_size=size, pool_stride=stride, depth=2)
    assert describe_dropped(dropped_cells(layout, canvas)) == said
