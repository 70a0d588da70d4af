"""Sentences about trained networks, computed from their numbers.

:func:`claims` compares the precomputed runs with what is expected of them. Each claim can come out
either way, and then says so. Accuracies are means over the seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ... import formatting
from .curve import Curve, HalfMaximumRange, half_maximum_range, interpolate, values_in_range
from .result import Result

ZOOM_TOLERANCE = 0.05  # 'varies by at most five percentage points'
WIDER_BY_OCTAVES = 0.125  # from here on a range of sizes counts as wider
CENTERED = "{}-centered"  # the precomputed run of a recipe that was trained at the canvas's center


@dataclass(frozen=True)
class Claim:
    """What is expected, whether it ``holds``, and a sentence with the numbers."""

    name: str
    expected: str
    holds: bool
    sentence: str

    @property
    def verdict(self) -> str:
        """'holds' or 'does not hold'."""
        return "holds" if self.holds else "does not hold"


def mean(result: Result) -> Curve:
    """Average the accuracy over seeds: float64 (sizes,) in [0, 1]."""
    curve: Curve = result.accuracy.mean(axis=0)
    return curve


def half_range(result: Result) -> HalfMaximumRange:
    """Find where the mean accuracy is at least half of its maximum."""
    return half_maximum_range(result.test_px, mean(result))


def accuracy_at(result: Result, px: float) -> float | None:
    """Interpolate the mean accuracy at a size; None outside the tested sizes."""
    return interpolate(result.test_px, mean(result), px)


def channel_scales(result: Result) -> tuple[float, ...]:
    """Give the scale channels' factors; empty for a recipe without them."""
    from ...training.recipes import recipe

    return recipe(result.spec.recipe).scales


def channel_range_px(result: Result) -> tuple[float, float] | None:
    """Give the sizes that some channel resizes to a trained size; None without channels."""
    scales, (low, high) = channel_scales(result), result.train_range_px
    return (low / max(scales), high / min(scales)) if scales else None


def _ends(half: HalfMaximumRange) -> str:
    """'from 15 px to 34 px (1.2 octaves)', with what the tested sizes cut off."""
    low = "the smallest size tested" if half.is_cut_low else formatting.pixels(half.low_px)
    high = "the largest size tested" if half.is_cut_high else formatting.pixels(half.high_px)
    more = "more than " if half.is_cut else ""
    octaves = formatting.significant_digits(half.octaves, 2)
    return f"from {low} to {high} ({more}{octaves} octaves)"


def _name(result: Result) -> str:
    """'Trained at 24 px, plain', the beginning of a sentence."""
    return f"Trained at {result.label}, {result.spec.recipe}"


def tolerance(result: Result) -> str:
    """Say how high the accuracy is and over which sizes it stays above half of that."""
    half = half_range(result)
    return (
        f"{_name(result)} has its highest test accuracy at {formatting.pixels(half.peak_px)}: "
        f"{formatting.percent(half.peak)}. "
        f"Accuracy is at least half of its maximum {_ends(half)}."
    )


def seed_spread(result: Result) -> str:
    """Say how much the seeds differ, at the size where they differ most."""
    if len(result.runs) < 2:
        return "One seed only: other seeds may differ by several percentage points."
    spread = np.ptp(result.accuracy, axis=0)
    index = int(spread.argmax())
    return (
        f"Spread over {len(result.runs)} seeds: up to "
        f"{formatting.significant_digits(100 * spread[index], 2)} percentage points (at "
        f"{formatting.pixels(result.test_px[index])})."
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


def _an_octave_away(result: Result) -> list[tuple[float, float]]:
    """(size, accuracy) one octave below and above what was trained on, where it was tested."""
    low, high = result.train_range_px
    pairs = [(px, accuracy_at(result, px)) for px in (low / 2, high * 2)]
    return [(px, value) for px, value in pairs if value is not None]


def one_size_claim(result: Result) -> Claim | None:
    """Trained at one size, accuracy one octave away is below half of its maximum."""
    away, half = _an_octave_away(result), half_range(result)
    if not away:
        return None
    values = formatting.join_with_and(
        [f"{formatting.percent(value)} at {formatting.pixels(px)}" for px, value in away]
    )
    return Claim(
        "one-size",
        "After training at one size, accuracy one octave away is below half of its maximum.",
        all(value < half.peak / 2 for _, value in away),
        f"{_name(result)} has its highest accuracy at {formatting.pixels(half.peak_px)}: "
        f"{formatting.percent(half.peak)}. One octave away: {values}. "
        f"Half of the maximum is {formatting.percent(half.peak / 2)}.",
    )


def zoom_claim(result: Result) -> Claim | None:
    """With zoom augmentation, accuracy varies by at most five points over the trained range."""
    values = values_in_range(result.test_px, mean(result), *result.train_range_px)
    if not len(values):
        return None
    spread = float(np.ptp(values))
    return Claim(
        "zoom",
        "With zoom augmentation, accuracy varies by at most five percentage points over the "
        "trained range.",
        spread <= ZOOM_TOLERANCE,
        f"{_name(result)} has an accuracy between {formatting.percent(values.min())} and "
        f"{formatting.percent(values.max())} over that range, a difference of "
        f"{formatting.significant_digits(100 * spread, 2)} percentage points.",
    )


def _nearest_channel_wins(result: Result) -> float | None:
    """How often, over the channel range, the channel wins that resizes an object nearest to the
    trained size; None where that is not known."""
    winners = [run.winners for run in result.runs if run.winners is not None]
    bounds, scales = channel_range_px(result), np.array(channel_scales(result))
    if not winners or bounds is None:
        return None
    middle = np.sqrt(np.prod(result.train_range_px))
    octaves = np.abs(np.log2(result.test_px[:, None] * scales / middle))
    inside = (result.test_px >= bounds[0]) & (result.test_px <= bounds[1])
    fractions = np.mean(winners, axis=0)[np.arange(len(octaves)), octaves.argmin(axis=1)]
    return float(fractions[inside].mean()) if inside.any() else None


def channels_claim(result: Result, holds: bool) -> Claim | None:
    """Scale channels stay above half of their maximum over their range, in every seed.

    With ``holds`` False the claim is that they do not: what one seed alone reaches, the recipe
    does not.
    """
    bounds = channel_range_px(result)
    ends = bounds or (np.inf, 0.0)
    lines = [values_in_range(result.test_px, line, *ends) for line in result.accuracy]
    if bounds is None or not len(lines[0]):
        return None
    lowest = [float(line.min()) for line in lines]
    stays = all(low >= line.max() / 2 for low, line in zip(lowest, result.accuracy, strict=True))
    expected = (
        "Jointly trained scale channels stay above half of their maximum over the channels' range "
        "of sizes, in every seed."
        if holds
        else "Without joint training, scale channels fall below half of their maximum within the "
        "channels' range of sizes, in at least one seed."
    )
    return Claim(result.spec.recipe, expected, stays == holds, _channels(result, bounds, lowest))


def _channels(result: Result, bounds: tuple[float, float], lowest: Sequence[float]) -> str:
    """The numbers of :func:`channels_claim`."""
    wins = _nearest_channel_wins(result)
    by_seed = formatting.join_with_and([formatting.percent(low) for low in lowest])
    why = (
        " The channel that resizes an object closest to the trained size has the largest logit "
        f"for {formatting.percent(wins)} of the objects."
        if wins is not None
        else ""
    )
    return (
        f"{_name(result)} has channels for {formatting.pixels(bounds[0])} to "
        f"{formatting.pixels(bounds[1])}. The highest mean accuracy is "
        f"{formatting.percent(half_range(result).peak)}. The lowest in the tested part of that "
        f"range is, by seed, {by_seed}.{why}"
    )


def _consistency_at_training(result: Result) -> Curve:
    """Shift consistency at the trained size, or the middle of the range, per seed."""
    middle = float(np.sqrt(np.prod(result.train_range_px)))
    px = float(np.clip(middle, result.test_px[0], result.test_px[-1]))
    return np.array([interpolate(result.test_px, line, px) for line in result.consistency])


def shift_claim(plain: Result, blur: Result) -> Claim:
    """Blur pooling raises shift consistency, when trained on centered objects: in every seed."""
    before, after = _consistency_at_training(plain), _consistency_at_training(blur)
    return Claim(
        "blur-shift",
        "Blur pooling raises shift consistency when training uses centered objects only.",
        bool(after.min() > before.max()),
        f"Trained on centered objects at {blur.label}, the same class is predicted at both "
        f"positions in {formatting.percent(after.mean())} of the pairs with blur pooling and "
        f"{formatting.percent(before.mean())} with max pooling. By seed: at least "
        f"{formatting.percent(after.min())} against at most {formatting.percent(before.max())}.",
    )


def tolerance_claim(plain: Result, blur: Result) -> Claim:
    """Blur pooling does not widen the range of sizes, by an eighth of an octave or more."""
    halves = [half_range(plain), half_range(blur)]
    gain = halves[1].octaves - halves[0].octaves
    return Claim(
        "blur-size",
        "Blur pooling does not widen the range of sizes that is recognized.",
        gain < WIDER_BY_OCTAVES,
        f"Accuracy is at least half of its maximum {_ends(halves[1])} with blur pooling, and "
        f"{_ends(halves[0])} with max pooling. That is "
        f"{formatting.significant_digits(abs(gain), 2)} octaves {'more' if gain > 0 else 'less'}; "
        f"{WIDER_BY_OCTAVES:g} octaves more would count as wider.",
    )


def claims(results: Mapping[str, Result]) -> list[Claim]:
    """Check what is expected of the precomputed runs, by name, where there are runs for it."""
    checked: list[Claim | None] = []
    if "plain" in results:
        checked.append(one_size_claim(results["plain"]))
    if "zoom" in results:
        checked.append(zoom_claim(results["zoom"]))
    for name, holds in (("scale-channels", True), ("scale-channels-naive", False)):
        if name in results:
            checked.append(channels_claim(results[name], holds))
    pair: Sequence[str] = [CENTERED.format(name) for name in ("plain", "blur")]
    if all(name in results for name in pair):
        checked.append(shift_claim(results[pair[0]], results[pair[1]]))
    if "plain" in results and "blur" in results:
        checked.append(tolerance_claim(results["plain"], results["blur"]))
    return [claim for claim in checked if claim is not None]
