"""Which stored values are shown black and white; NumPy's own percentiles are the oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from scalescope.core.imaging import stretch
from scalescope.core.imaging.stretch import AUTO, PERCENTILES, STRETCHES, TYPE, VALUES

KINDS = ("u1", "u2", "u4", "i1", "i2", "i4", "f4", "f8")


def finite(kind):
    numbers = st.floats(allow_nan=False, allow_infinity=False, width=8 * np.dtype(kind).itemsize)
    elements = numbers if kind.startswith("f") else None
    return arrays(np.dtype(kind), st.integers(1, 60), elements=elements)


ANY = st.sampled_from(KINDS).flatmap(finite)


def shown(values, choice, bits=None):
    bits = bits or 8 * values.dtype.itemsize
    span = stretch.span_of(values, stretch.type_range(values.dtype, bits, values), choice, bits)
    return span, stretch.to_levels(values, span)


@given(ANY, st.sampled_from([AUTO, *STRETCHES]))
def test_any_values_become_levels_in_their_order(values, choice):
    span, levels = shown(values, choice)
    assert levels.dtype == np.float32 and levels.shape == values.shape
    assert (levels >= 0).all() and (levels <= 1).all()
    assert (np.diff(levels[np.argsort(values, kind="stable")]) >= 0).all()
    assert span.low <= span.high and span.stretch in STRETCHES
    sentence = stretch.describe(span, values, "16-bit")
    assert sentence.endswith(".") and "nan" not in sentence and "inf" not in sentence


@given(st.sampled_from(KINDS), st.integers(0, 100), st.sampled_from([AUTO, *STRETCHES]))
def test_a_constant_picture_stays_constant(kind, value, choice):
    span, levels = shown(np.full(9, value, kind), choice)
    assert np.ptp(levels) == 0
    if span.stretch == VALUES:
        assert levels[0] == 0.5
    else:
        assert (span.stretch, levels[0]) == (
            TYPE,
            pytest.approx((value - span.low) / (span.high - span.low), abs=1e-6),
        )


@pytest.mark.parametrize("kind", ["u2", "i2", "f4"])
def test_percentiles_are_numpys(kind):
    values = np.random.default_rng(3).normal(1000, 200, 5000).astype(kind)
    span, levels = shown(values, AUTO)
    low, high = np.percentile(values.astype(float), [2, 98])
    assert (span.low, span.high, span.stretch) == (low, high, PERCENTILES)
    expected = np.clip((values.astype(float) - low) / (high - low), 0, 1)
    np.testing.assert_allclose(levels, expected, atol=1e-6)


def test_the_other_choices_take_all_values_and_the_whole_type():
    values = np.array([100, 1000, 4000], "u2")
    np.testing.assert_allclose(shown(values, VALUES)[1], [0, 900 / 3900, 1], atol=1e-6)
    np.testing.assert_allclose(shown(values, TYPE)[1], values / 65535, atol=1e-6)
    np.testing.assert_allclose(shown(values, TYPE, bits=12)[1], np.minimum(values / 4095, 1))
    signed = np.array([-32768, 0, 32767], "i2")
    np.testing.assert_allclose(shown(signed, TYPE)[1], [0, 32768 / 65535, 1], atol=1e-6)


@pytest.mark.parametrize(
    ("values", "bits", "expected"),
    [
        (np.arange(0, 65536, 7, "u2"), 16, TYPE),  # a photograph
        (np.arange(0, 30000, 7, "u2"), 16, PERCENTILES),
        (np.arange(0, 3000, 7, "u2"), 12, TYPE),
        (np.arange(0, 3000, 7, "u2"), 16, PERCENTILES),
        (np.arange(0, 50, 1, "u1"), 8, TYPE),  # levels already
        (np.linspace(0, 1, 99, dtype="f4"), 32, TYPE),
        (np.linspace(0, 0.2, 99, dtype="f4"), 32, PERCENTILES),
        (np.linspace(0, 255, 99, dtype="f4"), 32, PERCENTILES),
        (np.linspace(-1, 1, 99, dtype="f4"), 32, PERCENTILES),
        (np.arange(-99, 99, 1, "i2"), 16, PERCENTILES),
    ],
)
def test_only_a_range_that_is_used_stays_as_it_is(values, bits, expected):
    assert shown(values, AUTO, bits)[0].stretch == expected


def test_few_bright_pixels_hide_nothing():
    """More than 98 % zeros: the percentiles are equal, so all values serve."""
    values = np.zeros(1000, "u2")
    values[:5] = 900
    span, levels = shown(values, PERCENTILES)
    assert (span.low, span.high, span.stretch) == (0, 900, VALUES) and levels[0] == 1


def test_a_float_without_a_range_has_no_whole_type():
    assert shown(np.linspace(0, 300, 9), TYPE)[0].stretch == VALUES


def test_the_sentence_has_the_numbers():
    values = np.linspace(0, 2983, 500).astype("u2")
    span, _ = shown(values, AUTO)
    assert stretch.describe(span, values, "16-bit") == (
        "16-bit values 0 to 2983, shown from 58.88 (black) to 2923 (white): percentiles 2 and 98."
    )


def test_a_large_picture_is_sampled_evenly_and_without_what_has_no_value():
    values = np.arange(3 * 3000 * 2000, dtype="u4").reshape(3, 3000, 2000)
    valid = np.ones((3000, 2000), np.bool_)
    valid[:1500] = False
    taken = stretch.sampled(values, valid)
    assert 0.4 * stretch.SAMPLED / 2 < taken.size <= 1.01 * stretch.SAMPLED / 2
    assert np.percentile(taken, 50) == pytest.approx(np.percentile(values[:, 1500:], 50), rel=0.01)
    few = values[:, :4, :5]
    np.testing.assert_array_equal(stretch.sampled(few, np.ones((4, 5), np.bool_)), few.ravel())
