"""Sentences about a training, made from its numbers and from its verdicts.

An accuracy without an interval is a mean over the seeds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ... import formatting
from ...evidence.intervals import hull
from ...evidence.phrases import basis_phrase, quantity
from ...evidence.verdict import Estimate, Verdict
from . import channels, limits, verdicts
from .curve import HalfMaximumRange
from .result import Result


def name_of(result: Result) -> str:
    """Name a training: its recipe, and whether its objects were centered."""
    return result.spec.recipe + (", centered" if result.spec.position == "centered" else "")


def _trained(result: Result) -> str:
    """'Trained at 24 px, plain', the beginning of a sentence."""
    return f"Trained at {result.label}, {name_of(result)}"


def spread(estimate: Estimate, unit: str = "%") -> str:
    """Write an interval: '19 % to 35 %'; of another unit than percent without it."""
    limits_ = (estimate.low, estimate.high)
    if unit == "%":
        return " to ".join(quantity(limit, unit) for limit in limits_)
    return " to ".join(formatting.significant_digits(limit) for limit in limits_)


def ends(half: HalfMaximumRange) -> str:
    """'from 15 px to 34 px', with what the tested sizes cut off."""
    low = "the smallest size tested" if half.is_cut_low else formatting.pixels(half.low_px)
    high = "the largest size tested" if half.is_cut_high else formatting.pixels(half.high_px)
    return f"from {low} to {high}"


def octaves_phrase(result: Result) -> str:
    """'1.4 octaves, 1.2 to 1.6'; 'more than 3 octaves' where the tested sizes cut it off.

    The mean over seeds may hide a seed with a narrower range: its lower limit is then said.
    """
    half = limits.half_range(result)
    width = hull(half.octaves, [limits.octaves(result).all])
    low, value, high = (
        formatting.significant_digits(number, 2) for number in (width.low, width.value, width.high)
    )
    if not half.is_cut:
        return f"{value} octaves, {low} to {high}"
    least = "" if low == value else f", at the lower limit {low}"
    return f"more than {value} octaves{least}"


def tolerance(result: Result) -> str:
    """Say how high the accuracy is and over which sizes it stays above half of that."""
    half = limits.half_range(result)
    highest = hull(half.peak, [limits.peak(result).all])
    return (
        f"{_trained(result)} has its highest test accuracy at {formatting.pixels(half.peak_px)}: "
        f"{formatting.percent(half.peak)} ({spread(highest)}). "
        f"The mean over seeds is at least half of that {ends(half)} ({octaves_phrase(result)})."
    )


def seed_spread(result: Result) -> str:
    """Say how much the seeds differ where they differ most, and the error of the test set."""
    low, high = limits.curve_limits(result.accuracy, result.test_objects)
    error = 100 * float((high - low).max()) / 2
    alone = (
        f"The test set of {result.test_objects} objects leaves up to "
        f"{formatting.significant_digits(error, 2)} points either way."
    )
    if len(result.runs) < 2:
        return f"One seed only: other seeds may differ by several percentage points. {alone}"
    differences = np.ptp(result.accuracy, axis=0)
    index = int(differences.argmax())
    return (
        f"Spread over {len(result.runs)} seeds: up to "
        f"{formatting.significant_digits(100 * differences[index], 2)} percentage points (at "
        f"{formatting.pixels(result.test_px[index])}). {alone}"
    )


def budget(result: Result) -> str:
    """Say what the training cost: parameters, training images, seconds per seed."""
    runs = result.runs
    seconds = float(np.mean([run.seconds for run in runs]))
    return (
        f"{runs[0].parameters:,} parameters, {runs[0].images:,} training images in "
        f"{runs[0].plan.steps} steps, {formatting.significant_digits(seconds, 2)} s per seed."
    )


def describe(result: Result) -> list[str]:
    """Say what one recipe's runs show, the main sentence first."""
    return [tolerance(result), seed_spread(result), budget(result)]


@dataclass(frozen=True)
class Wording:
    """A verdict in words.

    ``measured``: a clause with ``{value}`` and ``{spread}``; ``yes`` and ``no`` are added to it.
    ``doubt``: a clause after 'whether' where the numbers stand before it, ``question`` where there
    are none.
    """

    measured: str
    yes: str
    no: str
    doubt: str
    question: str

    def sentence(self, verdict: Verdict) -> str:
        """Say the answer with its numbers, or why there is none."""
        reason = f"{verdict.reason[:1].lower()}{verdict.reason[1:]}"
        if verdict.estimate is None:
            return f"Undecided whether {self.question}: {reason}"
        numbers = f"{spread(verdict.estimate, verdict.line.unit)} over "
        numbers += basis_phrase(verdict.rests_on)
        value = _amount(verdict.estimate.value, verdict.line.unit)
        measured = self.measured.format(value=value, spread=numbers)
        if verdict.is_undecided:
            return f"{measured}. Undecided whether {self.doubt}: {reason}"
        return f"{measured}, {self.yes if verdict.is_yes else self.no}."


def _amount(value: float, unit: str) -> str:
    """Write a value; no percentage of nothing."""
    return "none" if unit == "%" and value == 0 else quantity(value, unit)


def half_wording(measured: str, question: str) -> Wording:
    """Word what is judged by a half."""
    return Wording(measured, "more than half", "less than half", "this is half or more", question)


def _octave_wording(result: Result, side: int) -> Wording:
    """Of one octave smaller (0) or larger (1)."""
    word = ("smaller", "larger")[side]
    px = formatting.pixels(verdicts.octaves_away_px(result)[side])
    return half_wording(
        f"One octave {word}, at {px}, {name_of(result)} keeps {{value}} of its highest accuracy "
        "({spread})",
        f"{name_of(result)} keeps half of its highest accuracy one octave {word}, at {px}",
    )


def _variation_wording(result: Result) -> Wording:
    low, high = (formatting.pixels(px) for px in result.train_range_px)
    most = quantity(verdicts.VARIATION.value, verdicts.POINTS)
    return Wording(
        f"From {low} to {high}, the accuracy of {name_of(result)} varies by {{value}} ({{spread}})",
        f"more than {most}",
        f"less than {most}",
        f"this is more than {most}",
        f"the accuracy of {name_of(result)} varies over its training sizes by more than {most}",
    )


def _range_wording(result: Result) -> Wording:
    tested = result.test_px[channels.sizes_in_range(result)]
    if not len(tested):
        low, high = (formatting.pixels(px) for px in channels.channel_range_px(result) or (0, 0))
        where = f"from {low} to {high}, the range of its channels"
    else:
        first, last = (formatting.pixels(float(px)) for px in tested[[0, -1]])
        where = f"from {first} to {last}, the tested part of its channels' range"
    return half_wording(
        f"{where[0].upper()}{where[1:]}, {name_of(result)} keeps at least {{value}} of its highest "
        "accuracy ({spread})",
        f"{name_of(result)} keeps half of its highest accuracy {where}",
    )


def _nearest_wording(result: Result) -> Wording:
    count, px = len(channels.channel_scales(result)), formatting.pixels(channels.trained_px(result))
    nearest = f"the channel that resizes an object nearest to the trained size, {px},"
    chance = formatting.percent(1 / count)
    return half_wording(
        f"In {name_of(result)}, {nearest} has the largest logit for {{value}} of the objects "
        f"({{spread}}; one of {count} channels at random: {chance})",
        f"in {name_of(result)} {nearest} wins for half of the objects",
    )


def _follows_wording(result: Result) -> Wording:
    return half_wording(
        f"In {name_of(result)}, the factor of the winning channel falls by {{value}} of the "
        "object's size ({spread})",
        f"in {name_of(result)} the winning channel follows the object's size",
    )


def sentence(verdict: Verdict, result: Result) -> str:
    """Say a verdict of :func:`.verdicts.verdicts` of that result."""
    wordings = {
        verdicts.SMALLER: lambda: _octave_wording(result, 0),
        verdicts.LARGER: lambda: _octave_wording(result, 1),
        verdicts.VARIES: lambda: _variation_wording(result),
        verdicts.CHANNEL_RANGE: lambda: _range_wording(result),
        verdicts.RIGHT_CHANNEL: lambda: _nearest_wording(result),
        verdicts.FOLLOWS: lambda: _follows_wording(result),
    }
    return wordings[verdict.question]().sentence(verdict)
