"""Verdicts on a measurement of transfer: which gains count, and whether a choice is recommended."""

from __future__ import annotations

from dataclasses import replace

from ...evidence.verdict import UNDECIDED, Basis, Estimate, Line, Verdict, judge, no_verdict
from .gains import Gain
from .result import Result
from .selection import Choice
from .spec import MIN_LANDSCAPES

MIN_TEST_TILES = 10  # per class and landscape; with fewer, nothing is recommended
GAIN_LINE = Line("the smallest gain in accuracy that counts", 1.0, "percentage points")

# Question by the gain that answers it; 'recommendation' needs several of them.
QUESTIONS = {
    "layer": "layer-gain",
    "resize": "resize-gain",
    "over_mean_color": "gain-over-mean-color",
    "over_shuffled": "gain-over-shuffled",
    "over_untrained": "gain-over-untrained",
    "resize_alone": "resize-alone-gain",
    "layer_alone": "layer-alone-gain",
}
RECOMMENDATION, FEW_LABELS, FINE_TUNING = "recommendation", "few-labels-gain", "fine-tuning-gain"

# Why a choice is not recommended although it beats the baseline, by the gain that is missing.
REQUIRED = {
    "over_mean_color": "The mean color of a tile alone may be as accurate.",
    "over_shuffled": (
        "The same network with shuffled weights may be as accurate there, so there is no evidence "
        "that training on photographs helps."
    ),
    "over_untrained": (
        "The same network before any training may be as accurate there, so there is no evidence "
        "that training on photographs helps."
    ),
}
SAME = "They are the same."
NOTHING_BETTER = (
    "On validation tiles no other layer and no factor was more accurate than the baseline, so "
    "there is nothing to compare it with."
)


def estimate(gain: Gain) -> Estimate:
    """A gain with the interval by which it is judged, in percentage points."""
    return Estimate(gain.points, gain.joint_low, gain.joint_high)


def basis(result: Result, choice: Choice, name: str = "") -> Basis:
    """What a gain rests on; those over random weights also rest on the draws of these."""
    return Basis(
        networks=1,
        control_draws=choice.control_draws if name in ("over_shuffled", "over_untrained") else 0,
        seeds=choice.landscapes if result.protocol.are_scenes else 0,
        tiles=choice.test_tiles,
    )


def too_little(result: Result, choice: Choice) -> str:
    """Why the tiles are too few for any answer, in one sentence; empty if they are not."""
    if choice.min_test_tiles < MIN_TEST_TILES:
        return (
            f"Only {choice.min_test_tiles} test tiles are in the smallest class; "
            f"an answer needs at least {MIN_TEST_TILES}."
        )
    if result.protocol.are_scenes and choice.landscapes < MIN_LANDSCAPES:
        measured = "1 landscape was" if choice.landscapes == 1 else f"{choice.landscapes} were"
        return f"Only {measured} measured; an answer needs at least {MIN_LANDSCAPES} landscapes."
    return ""


def undecided(verdict: Verdict, reason: str) -> Verdict:
    """Leave a question undecided for a further reason, one sentence; as it is for none."""
    return replace(verdict, verdict=UNDECIDED, reason=reason) if reason else verdict


def compares_nothing(result: Result, choice: Choice, name: str) -> bool:
    """Whether a gain compares a method with itself."""
    last = result.protocol.layers[-1]
    return {
        "layer": choice.layer == last,
        "resize": choice.factor == 1,
        "resize_alone": choice.best_factor_last_layer == 1,
        "layer_alone": choice.best_unresized_layer == last,
        "whole": choice.layer == last and choice.factor == 1,
    }.get(name, False)


def gain_verdict(result: Result, choice: Choice, name: str) -> Verdict:
    """Whether a gain of :data:`QUESTIONS` counts."""
    rests_on, question = basis(result, choice, name), QUESTIONS[name]
    if compares_nothing(result, choice, name):
        return no_verdict(question, GAIN_LINE, rests_on, SAME)
    found = judge(question, estimate(choice.gains[name]), GAIN_LINE, rests_on)
    return undecided(found, too_little(result, choice))


def recommendation(result: Result, choice: Choice) -> Verdict:
    """Whether the chosen layer and factor are recommended; ``extra`` names them.

    Yes if they gain over the last layer with unresized tiles, over the mean color, and over
    shuffled and untrained weights where there are such.
    """
    whole = "whole"
    rests_on = basis(result, choice, "over_shuffled" if "over_shuffled" in choice.gains else whole)
    if compares_nothing(result, choice, whole):
        verdict = no_verdict(RECOMMENDATION, GAIN_LINE, rests_on, NOTHING_BETTER)
    else:
        verdict = judge(RECOMMENDATION, estimate(choice.gains[whole]), GAIN_LINE, rests_on)
        verdict = undecided(
            verdict, too_little(result, choice) or _missing(result, choice, verdict)
        )
    return replace(verdict, extra={"layer": choice.layer, "resize": choice.factor})


def _missing(result: Result, choice: Choice, verdict: Verdict) -> str:
    """Why a gain over the baseline is not enough, in one sentence; empty if it is."""
    if not verdict.is_yes:
        return ""
    missing = (
        reason
        for name, reason in REQUIRED.items()
        if name in choice.gains and not gain_verdict(result, choice, name).is_yes
    )
    return next(missing, "")


def few_labels(result: Result) -> Verdict | None:
    """Whether the choice with the fewest labels beats the baseline with the most."""
    if result.choice is None or result.few_labels is None:
        return None
    rests_on = basis(result, result.choice)
    found = judge(FEW_LABELS, estimate(result.few_labels), GAIN_LINE, rests_on)
    return undecided(found, too_little(result, result.choice))
