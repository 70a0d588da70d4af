"""Numbers in words."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scalescope.core import formatting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "1 s"), (1.6, "2 s"), (14, "15 s"), (61, "60 s"), (89, "90 s"), (90, "2 minutes"),
        (182, "3 minutes"), (200, "3 minutes"), (5390, "90 minutes"), (7500, "2.1 hours"),
        (9000, "2.5 hours"), (0.4, "1 s"), (59.6, "60 s"),
    ],
)  # fmt: skip
def test_a_duration_in_words(seconds: float, text: str) -> None:
    assert formatting.duration(seconds) == text


@given(st.floats(0.01, 100), st.floats(0.01, 100))
def test_all_of_something_is_at_least_all_of_it(part, whole):
    ratio = part / whole
    assume(abs(ratio - 1) > 1e-6)  # the same to rounding
    assert (formatting.fraction_phrase(part, whole) == "all of") == (1 < ratio < 1.5)


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (3, 8, "a third of"),
        (1, 2, "half of"),
        (2, 3, "two thirds of"),
        (9, 10, "nine tenths of"),
        (85, 100, "nine tenths of"),
        (99, 100, "nearly all of"),
        (1, 1, "all of"),
        (12, 10, "all of"),
        (5, 2, "2.5 times"),
        (64, 8, "8 times"),
        (1, 50, "2 % of"),
        (130, 1, "130 times"),
    ],
)
def test_fraction_phrases(part, whole, text):
    assert formatting.fraction_phrase(part, whole) == text


@pytest.mark.parametrize(
    ("pixels", "text"),
    [(40, "40 px"), (6.4, "6.4 px"), (0.45, "0.45 px"), (12.34, "12.3 px"), (2560, "2560 px")],
)
def test_lengths_in_pixels(pixels, text):
    assert formatting.pixels(pixels) == text


def test_names_joined_with_and():
    lists = [formatting.join_with_and(list(names)) for names in ("", "a", "ab", "abc")]
    assert lists == ["", "a", "a and b", "a, b and c"]
