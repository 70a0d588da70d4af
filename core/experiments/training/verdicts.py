"""The answers that a training gives, each with the line that it is judged by.

All of them rest on the test objects of each seed, and on the seeds; with fewer than
:data:`MIN_SEEDS` they are undecided, because another seed may give another answer.
"""

from __future__ import annotations

from dataclasses import replace

from ... import formatting
from ...evidence.verdict import (
    NO,
    UNDECIDED,
    YES,
    Basis,
    Line,
    Verdict,
    decide,
    judge,
    no_verdict,
)
from . import channels, limits
from .limits import OverSeeds
from .result import Result

MIN_SEEDS = 3

SMALLER = "accuracy-holds-one-octave-smaller"
LARGER = "accuracy-holds-one-octave-larger"
VARIES = "accuracy-varies-over-trained-range"
CHANNEL_RANGE = "accuracy-holds-over-channel-range"
RIGHT_CHANNEL = "right-channel-wins"
FOLLOWS = "winning-channel-follows-size"
BETTER = "better-than-plain"
BLUR_SHIFT = "blur-raises-shift-consistency"
BLUR_SIZE = "blur-widens-range-of-sizes"

POINTS = "percentage points"
HALF_ACCURACY = Line("half of the highest accuracy", 0.5, "%")
VARIATION = Line("the largest variation that counts as none", 5.0, POINTS)
HALF_OF_OBJECTS = Line("half of the objects", 0.5, "%")
HALF_THE_SIZE = Line("half of the change in size", 0.5, "octaves per octave")
NO_DIFFERENCE = Line("no difference", 0.0, POINTS)
WIDER = Line("the smallest gain that counts as wider", 0.125, "octaves")


def basis(*results: Result, pictures: int = 0, sizes: int = 0) -> Basis:
    """Say what a verdict rests on: the test objects of each seed, and the seeds of all recipes."""
    pictures = pictures or min(result.test_objects for result in results)
    return Basis(pictures=pictures, sizes=sizes, seeds=min(len(result.runs) for result in results))


def _seeds_differ(measured: OverSeeds, line: Line, seeds: int) -> str:
    """Say how many seeds lie on either side of a line, where they do; else empty."""
    answers = [decide(each, line)[0] for each in measured.by_seed]
    above, below = answers.count(YES), answers.count(NO)
    if not above or not below:
        return ""
    counted = "seeds" if len(answers) == seeds else "pairs of seeds"
    return (
        f"It depends on the seed: of {len(answers)} {counted}, {above} "
        f"{'lies' if above == 1 else 'lie'} above the line and {below} below."
    )


def judge_seeds(
    question: str,
    measured: OverSeeds,
    line: Line,
    rests_on: Basis,
    subject: str,
) -> Verdict:
    """Judge a number of all seeds; undecided with fewer than :data:`MIN_SEEDS`.

    ``by_seed`` beside the answer: the value of each seed, where not pairs of seeds were compared.
    """
    verdict = judge(question, measured.all, line, rests_on, subject)
    if len(measured.by_seed) == rests_on.seeds:
        by_seed = [each.value for each in measured.by_seed]
        verdict = replace(verdict, extra={"by_seed": by_seed})
    if rests_on.seeds < MIN_SEEDS:
        few = "One seed" if rests_on.seeds == 1 else f"{rests_on.seeds} seeds"
        reason = f"{few} only: another seed may give another answer."
        return replace(verdict, verdict=UNDECIDED, reason=reason)
    if verdict.is_undecided:
        return replace(
            verdict, reason=_seeds_differ(measured, line, rests_on.seeds) or verdict.reason
        )
    return verdict


def not_learned(result: Result) -> str:
    """Say why nothing can be compared with half of the highest accuracy, or nothing if it can.

    Where that is not above chance, guessing alone would keep it at every size.
    """
    chance, lowest = (
        result.chance_level,
        min(limits.peak(result).by_seed, key=lambda each: each.low),
    )
    if lowest.low / 2 > chance:
        return ""
    return (
        f"Half of the highest accuracy, {formatting.percent(lowest.value / 2)}, is not clearly "
        f"above chance, {formatting.percent(chance)}."
    )


def _judged(
    question: str, measured: OverSeeds | None, line: Line, result: Result, sizes: int = 0
) -> Verdict:
    """Judge what needs a network that has learned something, and sizes that were tested."""
    rests_on, subject = basis(result, sizes=sizes), result.spec.recipe
    reason = not_learned(result)
    if measured is None or reason:
        reason = reason or "No such size was tested."
        return no_verdict(question, line, rests_on, reason, subject)
    return judge_seeds(question, measured, line, rests_on, subject)


def _relative(result: Result, low_px: float, high_px: float) -> OverSeeds | None:
    return None if not_learned(result) else limits.relative_accuracy(result, low_px, high_px)


def octaves_away_px(result: Result) -> tuple[float, float]:
    """Give the size one octave below the smallest training size, and above the largest."""
    low, high = result.train_range_px
    return low / 2, high * 2


def octave_verdicts(result: Result) -> tuple[Verdict, Verdict]:
    """Does accuracy stay above half of its maximum one octave below, and above, the training?"""
    smaller, larger = (
        _judged(question, _relative(result, px, px), HALF_ACCURACY, result)
        for question, px in zip((SMALLER, LARGER), octaves_away_px(result), strict=True)
    )
    return smaller, larger


def variation_verdict(result: Result) -> Verdict:
    """Does accuracy vary over the range of training sizes?"""
    measured = limits.variation(result, *result.train_range_px)
    return _judged(VARIES, measured, VARIATION, result)


def channel_verdicts(result: Result) -> tuple[Verdict, Verdict, Verdict]:
    """Does accuracy hold over the channels' range, does the nearest channel win, and any follow?

    For a result with scale channels only.
    """
    bounds, count = channels.channel_range_px(result), int(channels.sizes_in_range(result).sum())
    kept = _relative(result, *bounds) if bounds else None
    nearest, follows = channels.nearest_channel_wins(result), channels.winner_follows_size(result)
    return (
        _judged(CHANNEL_RANGE, kept, HALF_ACCURACY, result, count),
        _judged(RIGHT_CHANNEL, nearest, HALF_OF_OBJECTS, result, count),
        _judged(FOLLOWS, follows, HALF_THE_SIZE, result, count),
    )


def verdicts(result: Result) -> list[Verdict]:
    """Give all answers of one result, in the order of the page."""
    given: list[Verdict] = [*octave_verdicts(result)]
    low, high = result.train_range_px
    if low < high:
        given.append(variation_verdict(result))
    if channels.channel_scales(result):
        given += channel_verdicts(result)
    return given
