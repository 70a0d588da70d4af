"""Sentences about P-Net and the astronaut's face, computed from what was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from .measure import THRESHOLDS, Alarms, Faces, probability
from .pyramid import ONE

INPUT = (
    "P-Net takes upright pictures in red, green and blue as (levels - 127.5) / 128, levels from 0 "
    "to 255. The code that its weights were converted from exchanges rows and columns first; here "
    "the kernels have been exchanged instead."
)

TRAINED = (
    "In its training a window was a face if it had more than 0.65 of its union with one in common, "
    "which centered faces have to within 0.31 octaves of its size, and none below 0.3, from 0.87 "
    "octaves on."
)


def odds(log_odds: float) -> str:
    """A probability in words, never 0 or 1: '0.77', '0.99996'."""
    value = float(probability(log_odds))
    count = 2
    while float(f"{value:.{count}f}") in (0.0, 1.0) and count < 12:
        count += 1
    return f"{value:.{count}f}"


def _means(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean probability over shifts, (sizes,)."""
    means: NDArray[np.float64] = probability(log_odds).mean(axis=1)
    return means


def _window(result: Faces) -> str:
    return formatting.pixels(float(result.window_px[ONE]))


def peak_px(result: Faces) -> float:
    """The size at which one scale is surest of the face."""
    return float(result.sizes_px[result.one_scale.mean(axis=1).argmax()])


def held_px(result: Faces) -> tuple[float, float]:
    """The run of sizes around the peak at which one scale's p stays at or above MTCNN's 0.6."""
    above = _means(result.one_scale) >= THRESHOLDS[0]
    first = last = int(result.one_scale.mean(axis=1).argmax())
    while first > 0 and above[first - 1]:
        first -= 1
    while last < len(above) - 1 and above[last + 1]:
        last += 1
    return float(result.sizes_px[first]), float(result.sizes_px[last])


def one_scale(result: Faces) -> str:
    """Where one scale is surest, and what is left at both ends."""
    means, at = result.one_scale.mean(axis=1), result.one_scale.mean(axis=1).argmax()
    low, high = held_px(result)
    ends = _means(result.one_scale)
    return (
        f"At one scale P-Net is surest of the face at {formatting.pixels(peak_px(result))} "
        f"(p = {odds(means[at])}); its window has {_window(result)}. From {formatting.pixels(low)} "
        f"to {formatting.pixels(high)} its mean p stays above {THRESHOLDS[0]:g}, where MTCNN draws the "
        f"line; at {formatting.pixels(result.sizes_px[0])} it is {ends[0]:.2f}, at "
        f"{formatting.pixels(result.sizes_px[-1])} {ends[-1]:.2f}."
    )


def anywhere(result: Faces) -> str:
    """What the maximum over the whole picture would have said instead."""
    found = _means(result.anywhere)
    at = int(found.argmin())
    return (
        f"Its highest p anywhere in the picture has a mean of at least {found[at]:.2f} "
        f"({formatting.pixels(result.sizes_px[at])}): at every size something in it passes for a face of "
        f"{_window(result)}, so a high maximum does not say that the face was seen at its size."
    )


def pyramid(result: Faces) -> str:
    """How sure the pyramid is at every size, and whether the level that answers fits it."""
    windows = result.window_px[result.level]
    away = np.abs(np.log2(windows / result.sizes_px[:, None]))
    means = _means(result.pyramid)
    return (
        f"Over the pyramid the mean p is {means.min():.3f} or more at all "
        f"{len(means)} sizes. The level that answers has windows of the face's size to within "
        f"{away.max():.2f} octaves, and the box drawn there covers the face's with "
        f"{result.overlap.mean():.2f} of their union."
    )


def above(one: Alarms) -> tuple[int, int]:
    """How many windows of all sizes reach MTCNN's threshold: at one scale and in the pyramid."""
    first, every = (float(seen.share[:, 0] @ seen.windows) for seen in (one.one_scale, one.pyramid))
    return round(first), round(every)


def _cost_of(one: Alarms) -> str:
    first, every = above(one)
    highest = odds(one.one_scale.highest.max()), odds(one.pyramid.highest.max())
    return (
        f"on {one.title} {first:,} and {every:,} windows (highest p {highest[0]} and {highest[1]})"
    )


def alarms(result: Faces) -> str:
    """False alarms at MTCNN's threshold, at one scale and over the pyramid."""
    pairs = [(one.one_scale.windows.sum(), one.pyramid.windows.sum()) for one in result.others]
    first, every = (sum(counts) for counts in zip(*pairs, strict=True))
    return (
        f"The pyramid looks through {every / first:.1f} times as many windows. Of those "
        f"without a face p is {THRESHOLDS[0]:g} or more, at one scale and over the pyramid, "
        f"{formatting.join_with_and([_cost_of(one) for one in result.others])}."
    )


def _fraction_of(one: Alarms) -> str:
    totals = (one.one_scale.windows.sum(), one.pyramid.windows.sum())
    first, every = (count / float(of) for count, of in zip(above(one), totals, strict=True))
    enlarged = int((one.level < ONE).sum())
    return (
        f"on {one.title} {formatting.percent(first)} and {formatting.percent(every)} (the highest from an "
        f"enlarged level at {enlarged} of {len(one.level)} sizes)"
    )


def fractions(result: Faces) -> str:
    """Whether a window of the pyramid is more often wrong, and whether enlarging does it."""
    return (
        "Of their windows these are, at one scale and over the pyramid, "
        f"{formatting.join_with_and([_fraction_of(one) for one in result.others])}."
    )


def cleared(result: Faces) -> tuple[int, int]:
    """At how many sizes the face, at its worst shift, is above every false alarm of all sizes."""
    limits = (
        max(one.one_scale.highest.max() for one in result.others),
        max(one.pyramid.highest.max() for one in result.others),
    )
    worst = (result.one_scale.min(axis=1), result.pyramid.min(axis=1))
    first, every = (int((line > limit).sum()) for line, limit in zip(worst, limits, strict=True))
    return first, every


def cost(result: Faces) -> str:
    """Whether the pyramid's gain outweighs its false alarms, with a threshold that lets none by."""
    first, every = cleared(result)
    return (
        f"A threshold that lets none of these false alarms by would still find the face at {first} "
        f"of {len(result.sizes_px)} sizes at one scale, and at {every} over the pyramid."
    )
