"""Sentences about P-Net and the astronaut's face, computed from what was measured."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....evidence.ranges import TriedRange
from ....evidence.verdict import UNDECIDED, YES
from .measure import THRESHOLDS, FaceResponses, FalseAlarms, log_odds, probability
from .pyramid import UNRESIZED
from .verdicts import THRESHOLD, detected_ranges

INPUT = (
    "P-Net takes upright RGB images as (levels - 127.5) / 128, with levels from 0 to 255. The code "
    "from which its weights were converted transposes the image first; here the kernels were "
    "transposed instead."
)

DEFINITION = (
    "MTCNN's P-Net on one photograph, reduced until the face has each of 17 sizes and shifted by "
    "one pixel along each axis; p is the highest probability among the windows within 3 px of the "
    "face's center. False alarms: windows of pictures without a face, reduced as much."
)
REFERENCE = (
    "Zhang, Zhang, Li, Qiao: Joint Face Detection and Alignment Using Multitask Cascaded "
    "Convolutional Networks. 2016, arXiv 1604.02878"
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


def _ranges_phrase(ranges: Sequence[TriedRange]) -> str:
    """'from 7.13 px to 20.2 px (mean p up to 0.99999, at 12 px)', for each range."""
    parts = [
        f"{each.phrase} (mean p"
        + (" " if each.low_px == each.high_px else " up to ")
        + _mean(each.peak)
        + (")" if each.low_px == each.high_px else f", at {formatting.pixels(each.peak_px)})")
        for each in ranges
    ]
    return formatting.join_with_and(parts)


def _mean(value: float) -> str:
    return odds(log_odds(value)) if 0 < value < 1 else f"{value:.2f}"


def one_scale(result: FaceResponses) -> str:
    """Say where one scale responds most, and at which sizes it detects the face."""
    count, sizes = result.one_scale.shape[1], len(result.sizes_px)
    detected, undecided = (detected_ranges(result, answer) for answer in (YES, UNDECIDED))
    where = _ranges_phrase(detected) or f"at none of the {sizes} sizes"
    sentence = (
        f"At one scale, P-Net responds most to this face at {formatting.pixels(peak_px(result))}; "
        f"its window is {_window(result)} wide. At each of {count} one-pixel shifts, a window "
        f"centered on the face exceeds MTCNN's threshold, a p of {THRESHOLD.value:g}, {where}."
    )
    if not undecided:
        return sentence
    return f"{sentence} It is undecided, since shifts differ, {_ranges_phrase(undecided)}."


def anywhere(result: FaceResponses) -> str:
    """Say what the maximum over the whole picture would have given instead."""
    passes = int((_means(result.anywhere) >= THRESHOLDS[0]).sum())
    return (
        f"At {_of(passes, len(result.sizes_px))} sizes, some window anywhere in the picture passes "
        f"for a face of {_window(result)}. So a high maximum does not show that this face was "
        "detected."
        if passes
        else f"At no size does any window in the picture pass for a face of {_window(result)}."
    )


def _of(count: int, whole: int) -> str:
    """'all 17', '3 of 17', 'none of 17'."""
    return f"all {whole}" if count == whole else f"{count or 'none'} of {whole}"


def pyramid(result: FaceResponses) -> str:
    """Say how high p is over the pyramid, and whether the level with the maximum fits the face."""
    windows = result.window_px[result.level]
    away = float(np.abs(np.log2(windows / result.sizes_px[:, None])).max())
    detected = int((probability(result.pyramid).min(axis=1) > THRESHOLD.value).sum())
    return (
        "Over the pyramid one exceeds it, at each shift, at "
        f"{_of(detected, len(result.sizes_px))} sizes. The level that responds most has windows of "
        "the face's size, to within "
        f"{formatting.significant_digits(away, 2)} octaves. The box predicted there has a mean IoU "
        f"of {result.overlap.mean():.2f} with the face's."
    )


def windows_above_threshold(picture: FalseAlarms) -> tuple[int, int]:
    """Count the windows at MTCNN's threshold or above: at one scale, and over the pyramid."""
    at_one_scale, over_pyramid = (
        float(scores.share[:, 0] @ scores.windows)
        for scores in (picture.one_scale, picture.pyramid)
    )
    return round(at_one_scale), round(over_pyramid)


def _windows(result: FaceResponses) -> tuple[int, int]:
    """How many windows there are at one scale, and over the pyramid, in all pictures."""
    return (
        sum(int(picture.one_scale.windows.sum()) for picture in result.others),
        sum(int(picture.pyramid.windows.sum()) for picture in result.others),
    )


def _count_of(picture: FalseAlarms) -> str:
    at_one_scale, over_pyramid = windows_above_threshold(picture)
    before, after = (f"{count:,}" if count else "none" for count in (at_one_scale, over_pyramid))
    return f"{picture.title}, {before} and {after}"


def false_alarms(result: FaceResponses) -> str:
    """Count the false alarms at MTCNN's threshold, at one scale and over the pyramid."""
    at_one_scale, over_pyramid = _windows(result)
    return (
        f"The pyramid has {over_pyramid / at_one_scale:.1f} times as many windows. Windows that "
        f"pass for a face where there is none, at one scale and over the pyramid: "
        f"{'; '.join(_count_of(picture) for picture in result.others)}."
    )


def rates(picture: FalseAlarms) -> tuple[float, float]:
    """Give the false alarms as a fraction of windows: at one scale, and over the pyramid."""
    at_one_scale, over_pyramid = windows_above_threshold(picture)
    return (
        at_one_scale / float(picture.one_scale.windows.sum()),
        over_pyramid / float(picture.pyramid.windows.sum()),
    )


def _rate(fraction: float) -> str:
    return formatting.percent(fraction) if fraction else "none"


def fractions(result: FaceResponses) -> str:
    """Say in which pictures a window of the pyramid is more often wrong than one of one scale."""
    by_word: dict[str, list[str]] = {}
    for picture in result.others:
        before, after = rates(picture)
        word = "more" if after > before else "less" if after < before else "as"
        text = f"{picture.title} ({_rate(before)} at one scale, {_rate(after)} over the pyramid)"
        by_word.setdefault(word, []).append(text)
    parts = [
        f"{word} often in {formatting.join_with_and(titles)}" for word, titles in by_word.items()
    ]
    return f"A window of the pyramid is a false alarm {'; '.join(parts)}."


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
        "A threshold above all of these false alarms would still detect the face at "
        f"{_of(at_one_scale, len(result.sizes_px))} sizes at one scale, and at "
        f"{_of(over_pyramid, len(result.sizes_px))} over the pyramid."
    )


def describe(result: FaceResponses) -> list[str]:
    """Say all that is said of P-Net, in the order of the page."""
    told = (one_scale, pyramid, anywhere, false_alarms, cost, fractions)
    return [tell(result) for tell in told]
