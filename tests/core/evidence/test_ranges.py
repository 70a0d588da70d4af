"""Ranges of sizes above a line: every size that qualifies is in one, and no other."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.evidence.ranges import ranges_phrase, ranges_where


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20), st.floats(0, 1))
def test_ranges_hold_exactly_the_sizes_above_the_line(values, line):
    curve, sizes = np.array(values), np.arange(1.0, len(values) + 1)
    ranges = ranges_where(curve > line, sizes, curve)
    for size, value in zip(sizes, curve, strict=True):
        assert (value > line) == any(one.low_px <= size <= one.high_px for one in ranges)
    for one, other in itertools.pairwise(ranges):
        assert other.low_px - one.high_px > 1  # something below the line lies between
    for one in ranges:
        inside = (sizes >= one.low_px) & (sizes <= one.high_px)
        assert one.peak == curve[inside].max() and curve[sizes == one.peak_px] == one.peak
        assert one.open_below == (one.low_px == 1)
        assert one.open_above == (one.high_px == len(values))


def test_a_second_hump_is_printed():
    sizes = np.array([6.0, 12.0, 20.0, 24.0, 28.0, 40.0, 96.0])
    curve = np.array([0.7, 1.0, 0.9, 0.5, 0.65, 0.61, 0.1])
    ranges = ranges_where(curve > 0.6, sizes, curve)
    assert ranges_phrase(ranges, 7) == "from 6 px to 20 px and from 28 px to 40 px"
    assert [one.peak for one in ranges] == [1.0, 0.65]
    assert ranges_phrase(ranges_where(curve == 0.1, sizes, curve), 7) == "at 96 px"
    assert ranges_phrase([], 7) == "at none of the 7 sizes"
