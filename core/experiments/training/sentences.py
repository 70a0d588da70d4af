"""What trained networks show, in sentences that are computed from their numbers.

:func:`claims` holds the finished runs against what they are expected to show. Each claim can come
out either way, and then says so. Accuracies are means over the seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ... import formatting
from .curve import Curve, Reach, between, reach, within
from .result import Result

FEW_POINTS = 0.05  # 'stays within five points'
WIDER_OCTAVES = 0.125  # from here on a tolerance counts as wider
CENTERED = "{}-centered"  # the finished run of a recipe that was trained in the canvas's middle


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
    """Accuracy over the seeds' mean: float64 (sizes,)."""
    found: Curve = result.accuracy.mean(axis=0)
    return found


def reach_of(result: Result) -> Reach:
    """Where the mean accuracy is at least half of its peak."""
    return reach(result.test_px, mean(result))


def accuracy_at(result: Result, px: float) -> float | None:
    """The mean accuracy at a size, between those tested; None beyond them."""
    return between(result.test_px, mean(result), px)


def _channels(result: Result) -> tuple[float, ...]:
    """The scale channels' factors; empty for a recipe without them."""
    from ...training.recipes import recipe

    return recipe(result.spec.recipe).scales


def channel_range_px(result: Result) -> tuple[float, float] | None:
    """The sizes that some channel brings to a size that was trained on; None without channels."""
    scales, (low, high) = _channels(result), result.train_range_px
    return (low / max(scales), high / min(scales)) if scales else None


def _ends(wide: Reach) -> str:
    """'from 15 px to 34 px, 1.2 octaves', with what the tested sizes cut off."""
    low = "the smallest size tested" if wide.is_cut_low else formatting.pixels(wide.low_px)
    high = "the largest size tested" if wide.is_cut_high else formatting.pixels(wide.high_px)
    more = "more than " if wide.is_cut else ""
    return f"from {low} to {high}, {more}{formatting.significant_digits(wide.octaves, 2)} octaves"


def _name(result: Result) -> str:
    return f"{result.spec.recipe}, trained at {result.label}"


def tolerance(result: Result) -> str:
    """The peak of the accuracy and how far it stays above half of that."""
    wide = reach_of(result)
    return (
        f"{_name(result)}: right for {formatting.percent(wide.peak)} at best, at "
        f"{formatting.pixels(wide.peak_px)}; at least half of that {_ends(wide)}."
    )


def luck(result: Result) -> str:
    """How far the seeds are apart, where they are most."""
    if len(result.runs) < 2:
        return "One seed only: other seeds may differ by several points."
    apart = np.ptp(result.accuracy, axis=0)
    at = int(apart.argmax())
    return (
        f"{len(result.runs)} seeds differ by up to {formatting.significant_digits(100 * apart[at], 2)} points, at "
        f"{formatting.pixels(result.test_px[at])}."
    )


def budget(result: Result) -> str:
    """What the training cost: numbers learned, pictures shown, seconds for a seed."""
    runs = result.runs
    seconds = float(np.mean([run.seconds for run in runs]))
    return (
        f"{runs[0].parameters:,} learned numbers, {runs[0].images:,} pictures in "
        f"{runs[0].plan.steps} steps, {formatting.significant_digits(seconds, 2)} s for a seed."
    )


def found(result: Result) -> list[str]:
    """What one recipe's runs show, the main sentence first."""
    return [tolerance(result), luck(result), budget(result)]


def _sides(result: Result) -> list[tuple[float, float]]:
    """(size, accuracy) one octave below and above what was trained on, where it was tested."""
    low, high = result.train_range_px
    pairs = [(px, accuracy_at(result, px)) for px in (low / 2, high * 2)]
    return [(px, value) for px, value in pairs if value is not None]


def one_size(result: Result) -> Claim | None:
    """Trained at one size, accuracy one octave away is below half of its peak."""
    sides, wide = _sides(result), reach_of(result)
    if not sides:
        return None
    told = formatting.join_with_and(
        [f"{formatting.percent(value)} at {formatting.pixels(px)}" for px, value in sides]
    )
    return Claim(
        "one-size",
        "Trained at one size, accuracy one octave away falls below half of its peak.",
        all(value < wide.peak / 2 for _, value in sides),
        f"{_name(result)}: {formatting.percent(wide.peak)} at best, at {formatting.pixels(wide.peak_px)}; one "
        f"octave away {told}. Half of the peak is {formatting.percent(wide.peak / 2)}.",
    )


def zoomed(result: Result) -> Claim | None:
    """With zoom augmentation, accuracy stays within five points over the trained range."""
    values = within(result.test_px, mean(result), *result.train_range_px)
    if not len(values):
        return None
    apart = float(np.ptp(values))
    return Claim(
        "zoom",
        "With zoom augmentation, accuracy stays within five points over the trained range.",
        apart <= FEW_POINTS,
        f"{_name(result)}: between {formatting.percent(values.min())} and {formatting.percent(values.max())} "
        f"over that range, {formatting.significant_digits(100 * apart, 2)} points apart.",
    )


def _right_channel(result: Result) -> float | None:
    """How often, over the channel range, the channel wins that brings an object nearest to the
    trained size; None where that is not known."""
    winners = [run.winners for run in result.runs if run.winners is not None]
    bounds, scales = channel_range_px(result), np.array(_channels(result))
    if not winners or bounds is None:
        return None
    middle = np.sqrt(np.prod(result.train_range_px))
    brought = np.abs(np.log2(result.test_px[:, None] * scales / middle))
    inside = (result.test_px >= bounds[0]) & (result.test_px <= bounds[1])
    shares = np.mean(winners, axis=0)[np.arange(len(brought)), brought.argmin(axis=1)]
    return float(shares[inside].mean()) if inside.any() else None


def channels(result: Result, holds: bool) -> Claim | None:
    """Whether scale channels stay above half of their peak over their range, in every seed, or,
    with ``holds`` False, that they do not: what only luck brings, a recipe does not."""
    bounds = channel_range_px(result)
    lines = [within(result.test_px, one, *(bounds or (np.inf, 0.0))) for one in result.accuracy]
    if bounds is None or not len(lines[0]):
        return None
    worst = [float(line.min()) for line in lines]
    stays = all(low >= one.max() / 2 for low, one in zip(worst, result.accuracy, strict=True))
    wide, right = reach_of(result), _right_channel(result)
    why = (
        f" The channel that brings an object to the trained size wins for {formatting.percent(right)}."
        if right is not None
        else ""
    )
    kind = "Jointly trained scale channels" if holds else "Channels around a net of one size"
    verb = "stay" if holds else "do not all stay"
    return Claim(
        result.spec.recipe,
        f"{kind} {verb} above half of their peak over the channels' range, in every seed.",
        stays == holds,
        f"{_name(result)}, with channels for {formatting.pixels(bounds[0])} to {formatting.pixels(bounds[1])}: "
        f"{formatting.percent(wide.peak)} at best; at worst, over the part of that range that was "
        f"tested, by seeds {formatting.join_with_and([formatting.percent(low) for low in worst])}.{why}",
    )


def _steadiness(result: Result) -> Curve:
    """Shift consistency at the trained size, or the middle of the range, per seed."""
    middle = float(np.sqrt(np.prod(result.train_range_px)))
    px = float(np.clip(middle, result.test_px[0], result.test_px[-1]))
    return np.array([between(result.test_px, one, px) for one in result.consistency])


def steadier(plain: Result, blur: Result) -> Claim:
    """Blur-pooling raises shift consistency, when trained on centered objects: in every seed."""
    before, after = _steadiness(plain), _steadiness(blur)
    return Claim(
        "blur-shift",
        "Blur-pooling raises shift consistency when trained on centered objects.",
        bool(after.min() > before.max()),
        f"Trained centered at {blur.label}, both positions are called the same in "
        f"{formatting.percent(after.mean())} of the pairs with blur-pooling and "
        f"{formatting.percent(before.mean())} with plain pooling; by seeds, at least "
        f"{formatting.percent(after.min())} against at most {formatting.percent(before.max())}.",
    )


def not_wider(plain: Result, blur: Result) -> Claim:
    """Blur-pooling does not widen the tolerance of size, by an eighth of an octave or more."""
    wide = [reach_of(one) for one in (plain, blur)]
    gain = wide[1].octaves - wide[0].octaves
    return Claim(
        "blur-size",
        "Blur-pooling does not widen the tolerance of size.",
        gain < WIDER_OCTAVES,
        f"At least half of its peak: blur-pooling {_ends(wide[1])}; plain {_ends(wide[0])}. That "
        f"is {formatting.significant_digits(abs(gain), 2)} octaves {'more' if gain > 0 else 'less'}; an eighth of "
        f"an octave more would count as wider.",
    )


def claims(results: Mapping[str, Result]) -> list[Claim]:
    """What is expected of the finished runs, by their names, where there are the runs for it."""
    said: list[Claim | None] = []
    if "plain" in results:
        said.append(one_size(results["plain"]))
    if "zoom" in results:
        said.append(zoomed(results["zoom"]))
    for name, holds in (("scale-channels", True), ("scale-channels-naive", False)):
        if name in results:
            said.append(channels(results[name], holds))
    pairs: Sequence[str] = [CENTERED.format(name) for name in ("plain", "blur")]
    if all(name in results for name in pairs):
        said.append(steadier(results[pairs[0]], results[pairs[1]]))
    if "plain" in results and "blur" in results:
        said.append(not_wider(results["plain"], results["blur"]))
    return [one for one in said if one is not None]
