"""Verdicts on scale-space results: what they rest on, and sentences that are made from them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from scalescope.core.evidence.verdict import decide
from scalescope.core.experiments import EXPERIMENTS
from scalescope.core.experiments.scale_space import (
    sentences,
    stack_sentences,
    stack_study,
    verdicts,
)
from scalescope.core.experiments.scale_space.findings import (
    distance_findings,
    findings,
    own_stack_findings,
    stack_findings,
)
from scalescope.core.experiments.scale_space.repeatability import Repeatability
from scalescope.core.experiments.scale_space.repeats import SEEDS, repeat
from scalescope.core.experiments.scale_space.run import run
from scalescope.core.experiments.scale_space.size_law import compare_distances, measure_size_law
from scalescope.core.experiments.scale_space.spec import Spec
from scalescope.core.experiments.scale_space.stack import (
    MIN_LIT_CELLS,
    ORDERS,
    POOL_WINDOWS,
    correlations_of,
    stack_levels,
)
from scalescope.core.experiments.scale_space.stack_evidence import MIN_OBJECTS, stack_evidence
from scalescope.core.filters.receptive_field import POOLS, Layout
from scalescope.core.scale_space.gaussian import scale_space_of
from tests.core.random_specs import specs

MAX = ("max", 2, 2)
STACKS = st.tuples(
    st.sampled_from(ORDERS),
    st.tuples(st.sampled_from(POOLS), st.integers(1, 5), st.integers(1, 4)),
    st.integers(0, 6),
)


def test_the_answer_is_of_all_objects_and_not_of_the_picture():
    """The pictures change the correlation on screen, and never the answer."""
    correlations, answers = set(), set()
    for name in ("cat", "disc", "square", "photo-cat"):
        spec = Spec(object=name, depth=2)
        correlations.add(round(run(spec).correlations[-1], 2))
        answers.add(own_stack_findings(spec)[0].sentence)
    assert len(correlations) > 1 and len(answers) == 1


@settings(max_examples=60)
@given(STACKS)
def test_verdicts_of_stacks_are_well_formed(stack):
    order, pool, depth = stack
    verdict = verdicts.stack_is_scale_space(order, pool, range(1, depth + 1))
    levels = verdict.extra.get("levels", [])
    assert [level["level"] for level in levels] == sorted({level["level"] for level in levels})
    if verdict.estimate is None:
        assert verdict.is_undecided and verdict.reason and not levels
        return
    assert all(1 <= level["level"] <= depth for level in levels)
    assert verdict.estimate.value == min(level["correlation"] for level in levels)
    assert verdict.estimate.low == min(level["low"] for level in levels)
    assert verdict.rests_on.pictures >= MIN_OBJECTS and verdict.rests_on.alignments == 4
    if verdict.is_yes:  # a match at all levels is one at each
        each = [verdicts.stack_is_scale_space(order, pool, [one["level"]]) for one in levels]
        assert all(one.is_yes for one in each)


def test_a_shift_by_one_pixel_never_turns_an_answer():
    for key, rows in stack_evidence().levels.items():
        order, kind, window, stride = key.split(", ")
        pool = (kind, int(window.split()[1]), int(stride.split()[1]))
        for level in stack_evidence().of(order, *pool):
            verdict = verdicts.stack_is_scale_space(order, pool, [level.level])
            answers = {decide(one, verdicts.MATCH)[0] for one in level.shifted}
            if not verdict.is_undecided:
                assert answers <= {verdict.verdict, "undecided"} and level.counts
        assert len(rows) <= 6


def test_a_stack_that_pools_nothing_is_the_scale_space_and_one_without_layers_has_no_answer():
    assert verdicts.stack_is_scale_space(ORDERS[0], ("max", 1, 1), range(1, 7)).is_yes
    nothing = verdicts.stack_is_scale_space(ORDERS[0], MAX, [0])
    assert nothing.is_undecided and nothing.reason == verdicts.NO_POOLING
    assert "no pooling layers" in own_stack_findings(Spec(depth=0))[0].sentence


def test_a_blur_before_the_filter_is_a_scale_space_and_the_filter_before_pooling_is_none():
    first, last = (stack_sentences.page_stacks(order, 3) for order in ORDERS)
    assert all(verdict.is_no for verdict in first.values())
    assert last["average"].is_yes and last["blur"].is_yes and last["max"].is_no
    text = stack_sentences.stack_sentence(ORDERS[1], last)
    assert text == (
        "Pool, then filter: matches the scale space with average and blur pooling; does not match "
        "it with max pooling."
    )


def test_deep_levels_fit_another_object_as_well_and_shallow_ones_do_not():
    shallow, deep = (
        verdicts.own_scale_space_fits_better(ORDERS[0], MAX, level) for level in (1, 6)
    )
    assert shallow.is_yes and not deep.is_yes
    text = stack_sentences.own_gain_sentence(shallow)
    assert text.startswith("It fits its own scale space better") and "the line is 0.1" in text


def test_the_measurement_is_that_of_a_single_picture_and_counts_it():
    """The summary of one level from correlations that are drawn, against NumPy."""
    own = np.random.default_rng(3).random((8, 5, 4))
    own[0], own[1, :3] = np.nan, np.nan
    level, objects, pictures, sizes, median, *_ = stack_study.summarize_level(own, own / 2, 3)
    assert (level, objects, pictures, sizes) == (3, 7, 32, 5)
    each = [np.nanmedian(one) for one in own[1:]]
    assert median[0] == pytest.approx(np.median(each), abs=1e-4)
    assert stack_study.summarize_level(own * np.nan, own, 3) is None


@pytest.mark.parametrize(("order", "kind"), [(ORDERS[0], "max"), (ORDERS[1], "blur")])
def test_a_studied_picture_has_the_correlations_of_the_page(order, kind):
    """Without mirrored margins: the borders of these pictures are background."""
    layout = Layout(9, 9, pool=kind, pool_size=3, pool_stride=2, depth=2)
    found = stack_study.study_picture("cat", "disc", 48, layout, order)
    for number, shift in enumerate(stack_study.SHIFTS):
        picture = np.roll(stack_study.draw_object("cat", 48), shift, axis=(0, 1))
        levels = stack_levels(picture, layout, order)
        expected, _ = correlations_of(levels, scale_space_of(picture))
        assert found[:2, 0, number] == pytest.approx(expected[1:], abs=2e-3)


def test_too_few_lit_cells_are_no_correlation():
    result = run(Spec(radius_px=3, depth=6, canvas_px=256))
    assert result.lit_cells[-1] < MIN_LIT_CELLS
    text = sentences.describe(result)
    assert "too few to compare" in text and "correlation of" not in text
    assert stack_sentences.describe_last_level(replace(result, lit_cells=(99,) * 7)) != text


def test_sigma_follows_the_size_of_a_disc_within_the_line():
    law = measure_size_law("disc", "laplacian", 3)
    verdict = verdicts.sigma_departs_from_size(law)
    ratios = np.array(law.sigmas_px + law.shifted_sigmas_px) / np.array(law.radii_px * 2)
    large = np.array(law.radii_px * 2) >= 3
    departures = np.abs(np.log2(ratios[large] * np.sqrt(2)))
    assert verdict.estimate.value == pytest.approx(np.median(departures))
    assert verdict.estimate.high == pytest.approx(departures.max()) and verdict.is_no
    assert verdict.rests_on.sizes == 6 and verdict.rests_on.alignments == 2
    assert "follows its size" in sentences.describe_size_law(law, verdict)
    bent = replace(law, sigmas_px=tuple(2 * sigma for sigma in law.sigmas_px))
    assert verdicts.sigma_departs_from_size(bent).is_undecided


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"far_ratio": 1}, "Both objects have the same size."),
        ({"brightness": 0}, "The near object has no keypoint."),
        ({"object": "disc", "radius_px": 8, "far_ratio": 16}, "below the smallest sigma"),
    ],
)
def test_with_nothing_to_compare_there_is_no_answer_but_a_reason(changed, reason):
    found = distance_findings(repeat(run(Spec(source="near-far", **changed))))
    assert [one.verdict.verdict for one in found] == ["undecided"] * 2
    assert all(reason in one.sentence and one.verdict.estimate is None for one in found)
    assert distance_findings(repeat(run(Spec()))) == []


def test_shares_have_the_interval_of_scipy():
    result = run(Spec(source="near-far"))
    comparison = compare_distances(result)
    (found, _) = distance_findings(repeat(result))
    exact = stats.binomtest(len(comparison.pairs), comparison.detectable)
    limits = exact.proportion_ci(method="wilson")
    assert found.verdict.estimate.low == pytest.approx(limits.low, abs=1e-6)
    assert found.verdict.estimate.high == pytest.approx(limits.high, abs=1e-6)


def test_noise_is_drawn_again_and_its_spread_is_in_the_interval():
    spec = Spec(source="near-far", noise=0.2, contrast_threshold=0.05)
    repeats = repeat(run(spec))
    assert len(repeats.seeds) == SEEDS
    assert len({len(one.keypoints) for one in repeats.seeds}) > 1
    verdict = verdicts.keypoints_found_at_distance(repeats)
    shares = [
        len(one.pairs) / one.detectable for one in map(compare_distances, repeats.seeds) if one
    ]
    assert verdict.estimate.low <= min(shares) and max(shares) <= verdict.estimate.high
    assert verdict.rests_on.seeds == SEEDS
    assert repeat(run(replace(spec, noise=0))).seeds == ()


def test_noise_that_cannot_be_drawn_again_leaves_it_undecided():
    rows = [Repeatability("ours", "any", 200, 200, 190, 0.0)]
    assert verdicts.keypoints_repeat(rows, "ours", 0).is_yes
    noisy = verdicts.keypoints_repeat(rows, "ours", 0.1)
    assert noisy.is_undecided and noisy.reason == verdicts.ONE_DRAW
    own = run(Spec(noise=0.1), picture=np.random.default_rng(1).random((3, 64, 64), np.float32))
    assert repeat(own).drawn_once


def test_keypoints_that_cannot_be_detected_leave_no_share():
    verdict = verdicts.keypoints_repeat([Repeatability("x", "y", 3, 0, 0, 0.0)], "x", 0)
    assert verdict.estimate is None and "undecided" in sentences.describe_repeatability(
        "x", verdict
    )


@settings(max_examples=12)
@given(specs(Spec))
def test_sentences_say_what_their_verdicts_say(spec):
    result = run(spec)
    for finding in findings(result):
        assert finding.sentence and finding.definition
        assert "nan" not in finding.sentence and "None" not in finding.sentence
        verdict = finding.verdict
        if verdict is None:
            assert finding.numbers
            continue
        assert verdict.verdict in ("yes", "no", "undecided")
        words = "undecided" in finding.sentence or "may or may not" in finding.sentence
        nothing = "nothing to compare" in finding.sentence or "no pooling" in finding.sentence
        assert nothing or words == verdict.is_undecided
        if verdict.estimate is not None:
            assert decide(verdict.estimate, verdict.line)[0] == verdict.verdict or words
    named = {one["question"] for one in EXPERIMENTS["scale-space"].summary(result)["verdicts"]}
    assert named >= {"stack-is-scale-space", "sigma-departs-from-size", "keypoints-match-sift"}


def test_every_stack_of_the_page_has_a_finding():
    found = stack_findings(4)
    assert len(found) == len(ORDERS) * len(POOL_WINDOWS)
    assert all("pictures" in one.numbers or one.verdict.estimate is None for one in found)


def test_a_picture_without_noise_has_no_seed_of_it_and_no_number_an_exponent():
    quiet, noisy = (
        findings(run(Spec(source="near-far", far_ratio=1, noise=noise)))[0] for noise in (0, 0.1)
    )
    assert "seed" not in quiet.numbers and "one random seed of its noise" in noisy.numbers
    assert "median of all pairs: 0." in quiet.sentence and "e-0" not in quiet.sentence
