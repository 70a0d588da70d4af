"""Verdicts on P-Net and one face: at which sizes a centered window exceeds MTCNN's threshold.

The value at a size is the mean probability over one-pixel shifts, its interval their range: where
the answer changes with the shift it is undecided.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ....evidence.ranges import TriedRange, ranges_where
from ....evidence.verdict import Basis, Estimate, Line, Verdict, judge
from ....formatting import pixels
from .measure import THRESHOLDS, FaceResponses, probability
from .pyramid import UNRESIZED

THRESHOLD = Line("MTCNN's threshold of the probability", THRESHOLDS[0])
FOREIGN_OCTAVES = 0.87  # so far from the window's size, centered faces were background in training

Numbers = NDArray[np.float64]


def _estimate(probabilities: Numbers) -> Estimate:
    """The mean over shifts, (shifts,), with their range."""
    low, high = float(probabilities.min()), float(probabilities.max())
    return Estimate(min(max(float(probabilities.mean()), low), high), low, high)


def _judge(question: str, probabilities: Numbers, subject: str, sizes: int) -> Verdict:
    basis = Basis(alignments=len(probabilities), pictures=1, sizes=sizes)
    return judge(question, _estimate(probabilities), THRESHOLD, basis, subject)


def detections(result: FaceResponses) -> list[Verdict]:
    """Judge for each size whether a window on the face exceeds the threshold at one scale."""
    return [
        _judge("face-detected", row, pixels(float(size)), 1)
        for size, row in zip(result.sizes_px, probability(result.one_scale), strict=True)
    ]


def detected_ranges(result: FaceResponses, answer: str) -> list[TriedRange]:
    """Find all ranges of sizes with one answer, with the highest mean probability in each."""
    answers = np.array([verdict.verdict for verdict in detections(result)])
    means = probability(result.one_scale).mean(axis=1)
    return ranges_where(answers == answer, result.sizes_px, means)


def detected_at_foreign_size(result: FaceResponses) -> Verdict:
    """Judge whether one scale detects the face at a size that was background in training.

    It is the size among those with the highest mean probability.
    """
    away = np.abs(np.log2(result.sizes_px / result.window_px[UNRESIZED]))
    foreign = np.flatnonzero(away >= FOREIGN_OCTAVES)
    probabilities = probability(result.one_scale)
    index = foreign[int(probabilities[foreign].mean(axis=1).argmax())]
    subject = f"one scale, at {pixels(float(result.sizes_px[index]))}"
    return _judge("face-detected-at-foreign-size", probabilities[index], subject, len(foreign))


def pyramid_detects_every_size(result: FaceResponses) -> Verdict:
    """Judge whether the pyramid detects the face at all sizes that were tried.

    The value is the lowest mean probability of all sizes, the interval that of all shifts.
    """
    probabilities = probability(result.pyramid)
    index = int(probabilities.mean(axis=1).argmin())
    verdict = _judge(
        "pyramid-detects-every-size", probabilities[index], "pyramid", len(probabilities)
    )
    estimate = verdict.estimate
    assert estimate is not None
    lowest = replace(estimate, low=float(probabilities.min()))
    return judge(verdict.question, lowest, THRESHOLD, verdict.rests_on, verdict.subject)
