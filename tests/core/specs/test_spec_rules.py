"""The grammar of number lists, and the rules between fields."""

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.specs.field_types import parse_numbers
from scalescope.core.specs.spec import SpecError, from_query, from_text

NEAR_FAR = EXPERIMENTS["near-far"].spec
POOLING = EXPERIMENTS["pooling"].spec


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("2,4,8", (2, 4, 8)),
        ("5", (5,)),
        (" 2 , 4.5", (2, 4.5)),
        ("2:8:2", (2, 4, 6, 8)),
        ("2:7:2", (2, 4, 6)),
        ("8:2:-3", (8, 5, 2)),
        ("3:3:1", (3,)),
        ("0:0.7:0.1", (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)),
        ("2:32:log5", (2, 4, 8, 16, 32)),
        ("32:2:log5", (32, 16, 8, 4, 2)),
        ("0.3:7:log2", (0.3, 7)),
    ],
)
def test_lists_of_numbers(text, values):
    assert parse_numbers(text) == values


@given(st.integers(-500, 500), st.integers(0, 200), st.integers(1, 20), st.sampled_from([1, 10]))
def test_a_step_that_lands_on_the_stop_includes_it(start, count, step, tenth):
    stop = start + count * step
    text = f"{start / tenth}:{stop / tenth}:{step / tenth}"
    exact = [Fraction(start + index * step, tenth) for index in range(count + 1)]
    assert parse_numbers(text) == tuple(map(float, exact))


@given(st.floats(0.01, 100), st.floats(0.01, 100), st.integers(2, 50))
def test_log_spacing_is_even_in_octaves_and_includes_both_ends(start, stop, count):
    values = parse_numbers(f"{start!r}:{stop!r}:log{count}")
    assert (len(values), values[0], values[-1]) == (count, start, stop)
    step = math.log2(stop / start) / (count - 1)
    octaves = [math.log2(b / a) for a, b in pairwise(values)]
    assert octaves == pytest.approx([step] * (count - 1), abs=1e-9)


@pytest.mark.parametrize(
    "text",
    ["", "2,,4", "a", "2:8", "2:8:2:2", "2:8:0", "8:2:1", "1:1e9:1", "1:inf:1", "nan:2:1",
     "0:8:log3", "-2:8:log3", "2:8:log1", "2:8:log", "2:8:log2.5", "2:8:log99999"],
)  # fmt: skip
def test_lists_that_are_refused(text):
    with pytest.raises(ValueError):
        parse_numbers(text)


def test_whole_numbers_are_read_from_every_form():
    read = [from_text(POOLING, {"sizes_px": text}).sizes_px for text in ("2,4,8", "2:8:log3")]
    assert read == [(2, 4, 8), (2, 4, 8)]
    assert all(isinstance(size, int) for size in read[1])


# A 2x2/2 pooling halves: 64 rows leave 6 levels, 32 leave 5; a stride of 4 leaves 3.
TOO_DEEP = [
    (NEAR_FAR, {}, "7", 6),
    (NEAR_FAR, {"canvas_px": "32"}, "6", 5),
    (NEAR_FAR, {"stride": "4"}, "5", 4),
    (NEAR_FAR, {"pool_size": "4", "pool_stride": "4"}, "4", 3),
    (POOLING, {"pool_stride": "4"}, "4", 3),
    (POOLING, {"pool_stride": "3"}, "5", 4),
]


@pytest.mark.parametrize(("kind", "others", "depth", "most"), TOO_DEEP)
def test_too_deep_is_refused_when_given_and_says_the_most(kind, others, depth, most):
    with pytest.raises(SpecError, match=f"^depth: '{depth}' is not allowed; give at most {most} "):
        from_text(kind, {**others, "depth": depth})
    assert from_text(kind, {**others, "depth": str(most)}).depth == most


@pytest.mark.parametrize(("kind", "others", "depth", "most"), TOO_DEEP)
def test_too_deep_is_lowered_in_a_link_and_said(kind, others, depth, most):
    spec, said = from_query(kind, {**others, "depth": depth})
    assert (spec.depth, len(said)) == (most, 1)
    assert said[0].startswith(f"depth: {depth} was lowered to {most}, the maximum ")


def test_a_default_depth_that_does_not_fit_is_lowered():
    assert from_text(NEAR_FAR, {"canvas_px": "32"}).depth == 5
    assert from_text(POOLING, {"pool_stride": "4"}).depth == 3


WIDE = {"filter": "custom", "kernel": ";".join([",".join("1" * 9)] * 9), "padding": "valid",
        "canvas_px": "32"}  # fmt: skip


def test_a_kernel_that_leaves_nothing_is_refused():
    # Nine taps 4 px apart reach over 33 px; 3 px apart over 25.
    with pytest.raises(SpecError, match=r"^dilation: '4' is not allowed"):
        from_text(NEAR_FAR, {**WIDE, "dilation": "4"})
    assert from_text(NEAR_FAR, {**WIDE, "dilation": "3"}).dilation == 3


def test_a_link_whose_kernel_leaves_nothing_loses_the_dilation_only():
    spec, said = from_query(NEAR_FAR, {**WIDE, "dilation": "4", "depth": "2"})
    assert spec == from_text(NEAR_FAR, {**WIDE, "depth": "2"})
    assert len(said) == 1 and said[0].startswith("dilation: ")


def test_several_faults_in_a_link_give_one_sentence_each():
    query = {"near_m": "x", "color": "red", "pool": "median", "depth": "8", "focal_px": "100"}
    spec, said = from_query(NEAR_FAR, query)
    assert spec == NEAR_FAR(focal_px=100.0)
    assert [sentence.split(":")[0] for sentence in said] == ["near_m", "color", "pool", "depth"]
