"""Sentences about P-Net and the astronaut's face, computed from what was measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from .measure import THRESHOLDS, FaceResponses, FalseAlarms, probability
from .pyramid import UNRESIZED

INPUT = (
    "P-Net takes upright RGB images as (levels - 127.5) / 128, with levels from 0 to 255. The code "
    "from which its weights were converted transposes the image first; here the kernels were "
    "transposed instead."
)

TRAINED = (
    "In its training, a window counted as a face if its intersection over union (IoU) with one was "
    "above 0.65; centered faces reach this within 0.31 octaves of the window's size. Below 0.3, "
    "from 0.87 octaves on, it counted as background."
)


def odds(log_odds: float) -> str:
    """Format the probability of log-odds, never as 0 or 1: '0.77', '0.99996'."""
    value = float(probability(log_odds))
    count = 2
    while float(f"{value:.{count}f}") in (0.0, 1.0) and count < 12:
        count += 1
    return f"{value:.{count}f}"


def _means(log_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean probability over shifts, (sizes,)."""
    means: NDArray[np.float64] = probability(log_odds).mean(axis=1)
    return means


def _window(result: FaceResponses) -> str:
    return formatting.pixels(float(result.window_px[UNRESIZED]))


def peak_px(result: FaceResponses) -> float:
    """Find the face size with the highest response at one scale, px."""
    return float(result.sizes_px[result.one_scale.mean(axis=1).argmax()])


def detected_range_px(result: FaceResponses) -> tuple[float, float]:
    """Find the sizes around the peak where one scale's mean p is at least MTCNN's threshold."""
    detected = _means(result.one_scale) >= THRESHOLDS[0]
    first = last = int(result.one_scale.mean(axis=1).argmax())
    while first > 0 and detected[first - 1]:
        first -= 1
    while last < len(detected) - 1 and detected[last + 1]:
        last += 1
    return float(result.sizes_px[first]), float(result.sizes_px[last])


def one_scale(result: FaceResponses) -> str:
    """Say where one scale responds most, and what is left at both ends."""
    log_odds = result.one_scale.mean(axis=1)
    low, high = detected_range_px(result)
    means = _means(result.one_scale)
    return (
        f"At one scale, P-Net responds most to the face at {formatting.pixels(peak_px(result))} "
        f"(p = {odds(log_odds.max())}); its window is {_window(result)} wide. From "
        f"{formatting.pixels(low)} to {formatting.pixels(high)} its mean p is at least "
        f"{THRESHOLDS[0]:g}, MTCNN's threshold. At {formatting.pixels(result.sizes_px[0])} the "
        f"mean p is {means[0]:.2f}, at {formatting.pixels(result.sizes_px[-1])} {means[-1]:.2f}."
    )


def anywhere(result: FaceResponses) -> str:
    """Say what the maximum over the whole picture would have given instead."""
    means = _means(result.anywhere)
    index = int(means.argmin())
    return (
        f"The highest p anywhere in the picture has a mean of at least {means[index]:.2f} (at "
        f"{formatting.pixels(result.sizes_px[index])}). At every size, some part of the picture "
        f"passes for a face of {_window(result)}. So a high maximum alone does not show that the "
        "face was detected at its size."
    )


def pyramid(result: FaceResponses) -> str:
    """Say how high p is over the pyramid, and whether the level with the maximum fits the face."""
    windows = result.window_px[result.level]
    away = np.abs(np.log2(windows / result.sizes_px[:, None]))
    means = _means(result.pyramid)
    return (
        f"Over the pyramid the mean p is at least {means.min():.3f} at all {len(means)} sizes. "
        f"The windows of the level with the maximum are within {away.max():.2f} octaves of the "
        f"face's size. The box predicted there has a mean IoU of {result.overlap.mean():.2f} with "
        f"the face's."
    )


def windows_above_threshold(picture: FalseAlarms) -> tuple[int, int]:
    """Count the windows at MTCNN's threshold or above: at one scale, and over the pyramid."""
    at_one_scale, over_pyramid = (
        float(scores.share[:, 0] @ scores.windows)
        for scores in (picture.one_scale, picture.pyramid)
    )
    return round(at_one_scale), round(over_pyramid)


def _count_of(picture: FalseAlarms) -> str:
    at_one_scale, over_pyramid = windows_above_threshold(picture)
    highest = odds(picture.one_scale.highest.max()), odds(picture.pyramid.highest.max())
    return (
        f"{picture.title}, {at_one_scale:,} and {over_pyramid:,} windows (highest p "
        f"{highest[0]} and {highest[1]})"
    )


def false_alarms(result: FaceResponses) -> str:
    """Count the false alarms at MTCNN's threshold, at one scale and over the pyramid."""
    pairs = [
        (picture.one_scale.windows.sum(), picture.pyramid.windows.sum())
        for picture in result.others
    ]
    at_one_scale, over_pyramid = (sum(counts) for counts in zip(*pairs, strict=True))
    return (
        f"The pyramid has {over_pyramid / at_one_scale:.1f} times as many windows. False alarms "
        f"(p of {THRESHOLDS[0]:g} or more without a face), at one scale and over the pyramid: "
        f"{'; '.join(_count_of(picture) for picture in result.others)}."
    )


def _fraction_of(picture: FalseAlarms) -> str:
    totals = (picture.one_scale.windows.sum(), picture.pyramid.windows.sum())
    at_one_scale, over_pyramid = (
        count / float(total)
        for count, total in zip(windows_above_threshold(picture), totals, strict=True)
    )
    enlarged = int((picture.level < UNRESIZED).sum())
    return (
        f"{picture.title}, {formatting.percent(at_one_scale)} and "
        f"{formatting.percent(over_pyramid)} (the highest from an enlarged level at {enlarged} of "
        f"{len(picture.level)} sizes)"
    )


def fractions(result: FaceResponses) -> str:
    """Say whether a window of the pyramid is more often wrong, and whether enlarging causes it."""
    return (
        "False alarms as a fraction of all windows, at one scale and over the pyramid: "
        f"{'; '.join(_fraction_of(picture) for picture in result.others)}."
    )


def sizes_above_false_alarms(result: FaceResponses) -> tuple[int, int]:
    """Count the sizes at which the face, at its worst shift, exceeds every false alarm."""
    limits = (
        max(picture.one_scale.highest.max() for picture in result.others),
        max(picture.pyramid.highest.max() for picture in result.others),
    )
    worst = (result.one_scale.min(axis=1), result.pyramid.min(axis=1))
    at_one_scale, over_pyramid = (
        int((line > limit).sum()) for line, limit in zip(worst, limits, strict=True)
    )
    return at_one_scale, over_pyramid


def cost(result: FaceResponses) -> str:
    """Say whether the pyramid still detects more with a threshold above all false alarms."""
    at_one_scale, over_pyramid = sizes_above_false_alarms(result)
    return (
        f"A threshold above all of these false alarms would still detect the face at "
        f"{at_one_scale} of {len(result.sizes_px)} sizes at one scale, and at {over_pyramid} over "
        f"the pyramid."
    )
