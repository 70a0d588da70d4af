"""The sentences about trained networks: each claim can come out either way, by hand-made curves."""

import numpy as np
import pytest

from scalescope.core.experiments.training import sentences
from scalescope.core.experiments.training.curve import (
    half_maximum_range,
    interpolate,
    values_in_range,
)
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.training.recipes import recipe
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
FLAT = result("plain", [[0.9, 0.9, 1.0, 0.9, 0.9]] * 2)


def only(claims):
    (claim,) = claims
    return claim


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


def test_one_size_falls_an_octave_away_or_does_not():
    claim = only(sentences.claims({"plain": NARROW}))
    assert (claim.name, claim.verdict) == ("one-size", "holds")
    assert claim.sentence == (
        "Trained at 24 px, plain has its highest accuracy at 24 px: 95 %. One octave away: "
        "15 % at 12 px and 10 % at 48 px. Half of the maximum is 48 %."
    )
    claim = only(sentences.claims({"plain": FLAT}))
    assert claim.verdict == "does not hold" and "90 % at 12 px" in claim.sentence
    one_sided = result("plain", [[0.1, 0.1, 1.0, 0.6, 0.1]])
    assert only(sentences.claims({"plain": one_sided})).verdict == "does not hold"


@pytest.mark.parametrize(
    ("line", "verdict", "points"),
    [
        ([0.1, 0.96, 0.99, 0.97, 0.96], "holds", "3 percentage points"),
        ([0.96, 0.96, 0.99, 0.93, 0.9], "does not hold", "6 percentage points"),
    ],
)
def test_zoom_stays_within_five_points_over_the_trained_range_or_does_not(line, verdict, points):
    claim = only(sentences.claims({"zoom": result("zoom", [line, line], train_px="12:48")}))
    assert (claim.name, claim.verdict) == ("zoom", verdict)
    assert (
        f"Trained at 12 to 48 px, zoom has an accuracy between {min(line[1:4]):.0%}".replace(
            "%", " %"
        )
        in claim.sentence
    )
    assert points in claim.sentence


def test_the_ends_of_the_range_count_between_the_sizes_tested():
    """At 30 px, between 24 and 48, a curve that falls has fallen already."""
    line = [0.9, 0.9, 0.9, 0.1, 0.1]
    claim = only(sentences.claims({"zoom": result("zoom", [line], train_px="12:30")}))
    fallen = 0.9 - 0.8 * np.log2(30 / 24)
    assert claim.verdict == "does not hold" and f"{100 * fallen:.0f} %" in claim.sentence


def test_scale_channels_hold_and_the_naive_ones_do_not_or_the_other_way_round():
    holding, falling = [0.7, 0.9, 1.0, 0.9, 0.7], [0.1, 0.1, 1.0, 0.9, 0.1]
    names = ("scale-channels", "scale-channels-naive")
    as_expected = {
        name: result(name, [line]) for name, line in zip(names, (holding, falling), strict=True)
    }
    assert [one.verdict for one in sentences.claims(as_expected)] == ["holds", "holds"]
    other = {
        name: result(name, [line]) for name, line in zip(names, (falling, holding), strict=True)
    }
    assert [one.verdict for one in sentences.claims(other)] == ["does not hold", "does not hold"]
    assert "The lowest in the tested part of that range is, by seed, 70 %" in (
        sentences.claims(other)[1].sentence
    )


def test_channels_that_hold_in_one_seed_and_not_in_another_do_not_hold():
    lines = [[0.9, 0.9, 1.0, 0.9, 0.9], [0.9, 0.7, 1.0, 0.7, 0.4]]
    (claim,) = sentences.claims({"scale-channels": result("scale-channels", lines)})
    assert claim.verdict == "does not hold" and "by seed, 90 % and 40 %" in claim.sentence


def test_the_channels_range_is_what_they_bring_to_the_trained_size():
    one = result("scale-channels", [[0.9] * 5])
    scales = recipe("scale-channels").scales
    assert sentences.channel_range_px(one) == (24 / max(scales), 24 / min(scales))
    assert sentences.channel_range_px(NARROW) is None


def test_it_is_told_how_often_the_right_channel_wins():
    """Of a network whose channels win at random, as often as one channel of so many does."""
    count = len(recipe("scale-channels").scales)
    even = np.full((len(SIZES), count), 1 / count)
    claim = only(
        sentences.claims({"scale-channels": result("scale-channels", [[0.9] * 5], winners=even)})
    )
    assert f"has the largest logit for {100 / count:.2g} %" in claim.sentence


def centered(plain, blur):
    """Finished runs in the canvas's middle with these shift consistencies by seed."""
    lines = [[0.1, 0.1, 1.0, 0.1, 0.1]] * 3
    fields = {"position": "centered"}
    return {
        "plain-centered": result("plain", lines, plain, **fields),
        "blur-centered": result("blur", lines, blur, **fields),
    }


def test_blur_pooling_is_steadier_in_every_seed_or_not():
    claim = only(sentences.claims(centered([0.7, 0.8, 0.81], [0.9, 0.95, 0.99])))
    assert (claim.name, claim.verdict) == ("blur-shift", "holds")
    assert "95 % of the pairs with blur pooling and 77 % with max pooling" in claim.sentence
    assert "at least 90 % against at most 81 %" in claim.sentence
    claim = only(sentences.claims(centered([0.7, 0.8, 0.91], [0.9, 0.95, 0.99])))
    assert claim.verdict == "does not hold"


def test_blur_pooling_is_no_wider_or_it_is():
    same = {"plain": NARROW, "blur": result("blur", NARROW.accuracy)}
    claim = sentences.claims(same)[-1]
    assert (claim.name, claim.verdict) == ("blur-size", "holds")
    wider = {"plain": NARROW, "blur": result("blur", [[0.1, 0.4, 1.0, 0.4, 0.1]])}
    claim = sentences.claims(wider)[-1]
    assert claim.verdict == "does not hold" and "octaves more" in claim.sentence


def test_claims_are_made_only_where_there_are_the_runs_for_them():
    assert sentences.claims({}) == []
    assert sentences.claims({"blur": FLAT}) == []


def test_what_one_recipe_shows_is_told_with_its_luck_and_its_budget():
    tolerance, seed_spread, budget = sentences.describe(NARROW)
    assert tolerance.startswith(
        "Trained at 24 px, plain has its highest test accuracy at 24 px: 95 %. Accuracy is at "
        "least half of its maximum"
    )
    assert seed_spread == "Spread over 2 seeds: up to 10 percentage points (at 12 px)."
    assert budget == (
        f"61,050 parameters, 19,200 training images in {Spec().steps} steps, 20 s per seed."
    )
    assert "from the smallest size tested to the largest size tested" in sentences.describe(FLAT)[0]
    assert sentences.describe(result("plain", [[0.5] * 5]))[1].startswith("One seed only")
