"""The sentences about trained networks, of hand-made curves."""

import numpy as np
import pytest

from scalescope.core.experiments.training import comparison_sentences, sentences, verdicts
from scalescope.core.experiments.training.comparisons import better_verdict
from scalescope.core.experiments.training.curve import (
    half_maximum_range,
    interpolate,
    values_in_range,
)
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.training.trained import TrainedNetwork

SIZES = (6.0, 12.0, 24.0, 48.0, 60.0)


def result(name, accuracy, consistency=0.9, winners=None, **fields):
    """Runs whose accuracies by seed are given, (seeds, sizes)."""
    lines = np.array(accuracy, dtype=float)
    spec = Spec(recipe=name, test_px=SIZES, seeds=tuple(range(len(lines))), **fields)
    steady = np.broadcast_to(np.array(consistency, dtype=float).reshape(-1, 1), lines.shape)
    runs = [
        TrainedNetwork(
            plan=plan,
            test_px=np.array(SIZES),
            accuracy=line,
            log=(),
            parameters=61_050,
            images=19_200,
            seconds=20.0 + plan.seed,
            consistency=even,
            change=line,
            winners=winners,
            weights={},
        )
        for plan, line, even in zip(spec.plans(), lines, steady, strict=True)
    ]
    return Result(spec, tuple(runs))


NARROW = result("plain", [[0.1, 0.2, 1.0, 0.1, 0.1], [0.1, 0.1, 0.9, 0.1, 0.1]])
NARROW_3 = result("plain", [[0.1, 0.2, 1.0, 0.1, 0.1], [0.1, 0.1, 0.9, 0.1, 0.1]] * 2)
FLAT = result("plain", [[0.9, 0.9, 1.0, 0.9, 0.9]] * 2)


def test_values_between_sizes_lie_on_lines_over_octaves():
    sizes, values = np.array([8.0, 16.0, 64.0]), np.array([0.0, 1.0, 0.0])
    assert interpolate(sizes, values, 8 * 2**0.25) == pytest.approx(0.25)
    assert interpolate(sizes, values, 32) == pytest.approx(0.5)
    assert interpolate(sizes, values, 7.9) is None and interpolate(sizes, values, 64.1) is None
    assert values_in_range(sizes, values, 4, 32) == pytest.approx([0, 1, 0.5])
    assert values_in_range(sizes, values, 20, 30) == pytest.approx(
        1 - np.log2([20 / 16, 30 / 16]) / 2
    )
    assert values_in_range(sizes, values, 65, 70).size == 0


def test_the_reach_is_where_a_curve_is_above_half_of_its_peak():
    sizes = np.array([4.0, 8.0, 16.0, 32.0, 64.0])
    actual = half_maximum_range(sizes, np.array([0.9, 0.2, 1.0, 0.6, 0.2]))
    assert (actual.peak, actual.peak_px, actual.is_cut) == (1.0, 16, False)
    assert actual.low_px == pytest.approx(8 * 2 ** (0.3 / 0.8))
    assert actual.high_px == pytest.approx(32 * 2 ** (0.1 / 0.4))
    assert actual.octaves == pytest.approx(1 - 0.3 / 0.8 + 1 + 0.1 / 0.4)
    flat = half_maximum_range(sizes, np.full(5, 0.8))
    assert (flat.low_px, flat.high_px) == (4, 64) and flat.is_cut_low and flat.is_cut_high


def test_what_one_recipe_shows_is_told_with_its_luck_and_its_budget():
    tolerance, seed_spread, budget = sentences.describe(NARROW)
    assert tolerance.startswith(
        "Trained at 24 px, plain has its highest test accuracy at 24 px: 95 % (87 % to 100 %). "
        "The mean over seeds is at least half of that from 15.9 px to 35.4 px (1.2 octaves, 1 to "
        "1.2)."
    )
    assert seed_spread == (
        "Spread over 2 seeds: up to 10 percentage points (at 12 px). The test set of 400 objects "
        "leaves up to 3.9 points either way."
    )
    assert budget == (
        f"61,050 parameters, 19,200 training images in {Spec().steps} steps, 20 s per seed."
    )
    assert sentences.tolerance(FLAT).endswith(
        "from the smallest size tested to the largest size tested (more than 3.3 octaves)."
    )
    one_falls = result("plain", [[0.9, 0.9, 1.0, 0.9, 0.9]] * 2 + [[0.1, 0.1, 1.0, 0.1, 0.1]])
    assert "(more than 3.3 octaves, at the lower limit 1.1)" in sentences.tolerance(one_falls)
    assert sentences.describe(result("plain", [[0.5] * 5]))[1].startswith("One seed only")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([0.1, 0.1, 1.0, 0.1, 0.1], "keeps 10 % of its highest accuracy (7.4 % to 13 % over 400"),
        ([0.1, 0.9, 1.0, 0.9, 0.1], "random seeds), more than half."),
        ([0.1, 0.5, 1.0, 0.5, 0.1], "Undecided whether this is half or more: the interval crosses"),
        ([0.1, 0.1, 0.1, 0.1, 0.1], "Undecided whether plain keeps half of its highest accuracy"),
    ],
)
def test_an_octave_away_is_more_or_less_than_half_or_undecided(line, said):
    of_all = result("plain", [line] * 3)
    told = [sentences.sentence(each, of_all) for each in verdicts.octave_verdicts(of_all)]
    assert all(said in text for text in told)
    assert "at 12 px" in told[0] and "at 48 px" in told[1]


def test_one_seed_and_seeds_that_differ_are_undecided_with_the_reason():
    one = result("plain", [[0.1, 0.9, 1.0, 0.9, 0.1]])
    (smaller, _) = verdicts.octave_verdicts(one)
    assert sentences.sentence(smaller, one).endswith(
        "Undecided whether this is half or more: one seed only: another seed may give another "
        "answer."
    )
    lines = [[0.1, 0.9, 1.0, 0.9, 0.1]] * 2 + [[0.1, 0.1, 1.0, 0.9, 0.1]]
    split = result("plain", lines)
    (smaller, larger) = verdicts.octave_verdicts(split)
    assert sentences.sentence(smaller, split).endswith(
        "it depends on the seed: of 3 seeds, 2 lie above the line and 1 below."
    )
    assert larger.is_yes


def test_what_was_not_tested_is_said_so():
    wide = result("zoom", [[0.9] * 5] * 3, train_px="10:40")
    text = sentences.sentence(verdicts.octave_verdicts(wide)[0], wide)
    assert text == (
        "Undecided whether zoom keeps half of its highest accuracy one octave smaller, at 5 px: no "
        "such size was tested."
    )


def test_recipes_are_compared_with_plain_in_every_pair_of_seeds():
    better, plain = result("zoom", [[0.9] * 5] * 3, train_px="12:48"), NARROW_3
    verdict = better_verdict(better, plain, 12.0)
    assert comparison_sentences.better(verdict, better, 12.0).startswith(
        "At 12 px, zoom is 75 percentage points more accurate than plain (difference "
    )
    assert verdict.is_yes and better_verdict(plain, better, 12.0).is_no
    equal = better_verdict(plain, plain, 12.0)
    assert "Undecided whether it is more accurate" in comparison_sentences.better(
        equal, plain, 12.0
    )
    assert not better_verdict(better, plain, 5.0).estimate
