"""Verdicts on squares under pooling: exact shares, and sentences that are made from them."""

from itertools import product

import pytest
from hypothesis import given, settings

from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.pooling.findings import findings
from scalescope.core.experiments.pooling.run import run
from scalescope.core.experiments.pooling.sentences import (
    describe,
    describe_alignment,
    describe_claim,
    warnings,
)
from scalescope.core.experiments.pooling.spec import Spec
from scalescope.core.experiments.pooling.verdicts import (
    all_but_largest_share_a_cell,
    corners_share_a_cell,
)
from tests.core.random_specs import specs

LINE, MARGIN = 0.5, 0.05


def answer_for(share):
    """The rule once more: a tenth more or less of the line must give the same answer."""
    if share > LINE + MARGIN:
        return "yes"
    return "no" if share < LINE - MARGIN else "undecided"


@pytest.mark.parametrize("size", [2, 3, 4, 6, 12])
def test_a_verdict_is_the_share_of_all_alignments(size):
    """Counted by the law of XOR: pixels p and p + D share a cell of 2**d px."""
    depth = 4
    result = run(Spec(sizes_px=(size,), depth=depth))
    for level in range(depth + 1):
        counted = sum(
            all(p // 2**level == (p + size - 1) // 2**level for p in place)
            for place in product(range(2**depth), repeat=2)
        )
        verdict = corners_share_a_cell(result, result.squares[0], level)
        share = counted / 4**depth
        assert verdict.estimate.value == verdict.estimate.low == verdict.estimate.high
        assert verdict.estimate.value == pytest.approx(share)
        assert verdict.verdict == answer_for(share)
        assert verdict.rests_on.alignments == 4**depth


def test_a_share_at_the_line_is_undecided():
    # D = 5 with 16 px: (11 / 16) ** 2 = 0.473, within a tenth of one half.
    result = run(Spec(sizes_px=(6,), depth=4))
    verdict = corners_share_a_cell(result, result.squares[0], 4)
    assert verdict.verdict == "undecided" and verdict.estimate.value == pytest.approx(
        0.473, abs=1e-3
    )
    assert any("too near to the line of 50 %" in finding.sentence for finding in findings(result))


def test_a_level_that_is_reached_earlier_elsewhere_is_not_called_the_same():
    """Windows of 3, stride 2: at D = 2 half of the alignments share a cell one level earlier."""
    late = run(Spec(sizes_px=(3,), row=1, column=1, depth=2, pool_size=3))
    assert late.squares[0].merge_level == 2
    assert late.squares[0].alignment_fraction == (0, 0.25, 1)
    assert describe_alignment(late) == [
        "At every alignment, each square that has merged here shares a cell of that level; at some "
        "alignments it does so earlier."
    ]
    always = run(Spec(sizes_px=(2,), depth=1, pool_size=3))
    assert "merges at the same level as here" in describe_alignment(always)[0]


def test_a_share_of_nothing_has_words_of_its_own():
    text = " ".join(describe_claim(run(Spec(sizes_px=(2, 3), depth=0))))
    assert "it is true at no combination of alignments." in text and "0 %" not in text


def test_a_share_over_several_squares_is_one_of_combinations():
    """Shares multiply, so one in 1,024 alignments of a square is not the smallest share."""
    text = " ".join(describe_claim(run(Spec(sizes_px=(2, 4, 8), depth=5))))
    assert "% of all combinations of 1,024 alignments each" in text


def test_where_a_closed_form_ends_it_was_compared_before():
    result = run(Spec(sizes_px=(2, 4), depth=2, pool_size=2, pool_stride=3))
    (said,) = [each for each in findings(result) if "For these levels there is" in each.sentence]
    assert said.numbers.startswith("The closed form was compared with the count")
    assert " at 4 pairs" in said.numbers  # both squares at levels 0 and 1


def test_rows_that_no_window_reaches_are_said_for_every_window_and_stride():
    assert warnings(run(Spec())) == ""
    gaps = warnings(run(Spec(sizes_px=(2, 4), depth=1, pool_size=2, pool_stride=3)))
    assert "between windows" in gaps and "Pooling layer 1" in gaps
    assert "at the end" in warnings(run(Spec(sizes_px=(2, 4), depth=2, pool_size=3)))


@settings(max_examples=25)
@given(specs(Spec))
def test_sentences_say_what_their_verdicts_say(spec):
    result = run(spec)
    alignments = spec.pooling().alignments ** 2
    for finding in findings(result):
        verdict = finding.verdict
        if verdict is None:
            assert finding.numbers
            continue
        value = verdict.estimate.value
        assert value == verdict.estimate.low == verdict.estimate.high
        assert verdict.verdict == answer_for(value)
        if verdict.question == "corners-share-a-cell":
            assert verdict.rests_on.alignments == alignments
            if "At every alignment" not in finding.sentence:
                assert ("which is most of them" in finding.sentence) == (
                    verdict.is_yes and value < 1
                )
                assert ("to be decided" in finding.sentence) == verdict.is_undecided
        assert " 0 %" not in finding.sentence and "100 %" not in finding.sentence
    numbers = EXPERIMENTS["pooling"].summary(result)
    assert {one["question"] for one in numbers["verdicts"]} >= {"corners-share-a-cell"}


@settings(max_examples=25)
@given(specs(Spec))
def test_what_holds_at_every_alignment_holds_one_pixel_further(spec):
    """A sentence of every alignment is the same after a shift of the scene by one pixel."""
    first = run(Spec(**{**vars(spec), "scene": "aligned", "row": 3, "column": 5}))
    moved = run(Spec(**{**vars(spec), "scene": "aligned", "row": 4, "column": 5}))
    for one, other in zip(first.squares, moved.squares, strict=True):
        level = spec.depth
        verdicts = [
            corners_share_a_cell(result, square, level)
            for result, square in ((first, one), (moved, other))
        ]
        assert verdicts[0] == verdicts[1]
    if "same level as here" in " ".join(describe(first)):
        levels = [[square.merge_level for square in result.squares] for result in (first, moved)]
        assert all(one == other for one, other in zip(*levels, strict=True) if one is not None)
    if len(spec.sizes_px) > 1:
        pair = [all_but_largest_share_a_cell(result, spec.depth) for result in (first, moved)]
        assert pair[0] == pair[1]
