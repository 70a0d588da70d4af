"""Verdicts: the rule, by brute force over lines and intervals."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scalescope.core.evidence.verdict import (
    NO,
    UNDECIDED,
    YES,
    Basis,
    Estimate,
    Line,
    decide,
    judge,
    no_verdict,
)

NUMBERS = st.floats(-100, 100, allow_nan=False)
ESTIMATES = st.lists(NUMBERS, min_size=3, max_size=3).map(
    lambda three: Estimate(sorted(three)[1], min(three), max(three))
)
LOSS = Line("the largest loss that counts as none", 0.1, "%")


@given(ESTIMATES, NUMBERS)
def test_an_answer_is_the_same_for_every_line_up_to_a_tenth_away(estimate, line):
    verdict, reason = decide(estimate, Line("a line", line))
    lines = [line * (0.9 + 0.2 * step / 40) for step in range(41)]
    if verdict == YES:
        assert all(estimate.low > nearby for nearby in lines)
    elif verdict == NO:
        assert all(estimate.high < nearby for nearby in lines)
    assert bool(reason) == (verdict == UNDECIDED)


@given(ESTIMATES, NUMBERS)
def test_an_interval_that_includes_the_line_is_undecided(estimate, line):
    assume(estimate.low <= line <= estimate.high)
    assert decide(estimate, Line("a line", line))[0] == UNDECIDED


@given(ESTIMATES, NUMBERS)
def test_an_interval_clear_of_all_nearby_lines_has_an_answer(estimate, line):
    margin = 0.1001 * abs(line)
    assume(estimate.low > line + margin or estimate.high < line - margin)
    assert decide(estimate, Line("a line", line))[0] == (YES if estimate.low > line else NO)


def test_a_tenth_of_a_cosine_is_counted_from_one():
    line = Line("a cosine from which maps count as equal", 0.99, origin=1)
    assert line.margin == pytest.approx(0.001)
    assert decide(Estimate(0.995, 0.992, 1), line)[0] == YES
    assert decide(Estimate(0.995, 0.9905, 1), line)[0] == UNDECIDED
    assert decide(Estimate(0.98, 0.9, 0.9885), line)[0] == NO


def test_a_variant_with_another_answer_leaves_the_question_undecided():
    low, high = Estimate(0.01, 0, 0.02), Estimate(0.5, 0.4, 0.6)
    assert decide(low, LOSS, [low, low])[0] == NO
    assert decide(low, LOSS, [low, high]) == (
        UNDECIDED,
        "The answer is another one after a shift by one pixel.",
    )


INFINITE = float("inf")


@pytest.mark.parametrize(
    "limits",
    [(0.5, 0.6, 0.7), (float("nan"), 0, 1), (INFINITE, 0, INFINITE), (0.5, float("nan"), 1)],
)
def test_an_estimate_is_finite_and_within_its_interval(limits):
    with pytest.raises(ValueError, match="an estimate"):
        Estimate(*limits)


def test_an_end_that_is_not_known_is_on_neither_side_of_a_line():
    assert decide(Estimate(0.5, 0.4, INFINITE, "at least"), LOSS)[0] == YES
    assert decide(Estimate(0.01, 0.0, INFINITE, "at least"), LOSS)[0] == UNDECIDED
    assert decide(Estimate(0.01, -INFINITE, 0.02), LOSS)[0] == NO
    numbers = judge("a", Estimate(0.5, 0.4, INFINITE, "at least"), LOSS, Basis()).to_json()
    assert (numbers["low"], numbers["high"]) == (0.4, None)


def test_a_verdict_has_its_promised_keys():
    rests_on = Basis(alignments=64, pictures=1)
    verdict = judge("response-depends-on-size", Estimate(0.3, 0.2, 0.4), LOSS, rests_on, "dog")
    numbers = json.loads(json.dumps(verdict.to_json()))
    assert numbers["question"] == "response-depends-on-size"
    assert (numbers["verdict"], numbers["subject"], numbers["reason"]) == ("yes", "dog", "")
    assert [numbers[key] for key in ("value", "low", "high", "line")] == [0.3, 0.2, 0.4, 0.1]
    assert numbers["rests_on"]["alignments"] == 64


def test_without_anything_to_compare_there_are_no_numbers_but_a_reason():
    verdict = no_verdict("response-depends-on-size", LOSS, Basis(), "The object is below 2 px.")
    numbers = verdict.to_json()
    assert verdict.is_undecided and numbers["reason"] == "The object is below 2 px."
    assert [numbers[key] for key in ("value", "low", "high")] == [None] * 3
