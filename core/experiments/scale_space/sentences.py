"""Sentences on scale-space results, computed from their numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...evidence.phrases import value_phrase
from ...evidence.verdict import NO, UNDECIDED, YES, Verdict
from ...scale_space.gaussian import SIGMA_PER_RADIUS
from .repeatability import Agreement
from .result import Result
from .size_law import MIN_RADIUS_PX, DistanceComparison, SizeLaw, compare_distances
from .spec import Spec
from .stack_sentences import describe_last_level

FOLLOWS = {
    NO: "follows its size",
    YES: "does not follow its size",
    UNDECIDED: "may or may not follow its size",
}
MATCHED = {
    YES: "Most of SIFT's keypoints match one of ours",
    NO: "Less than half of SIFT's keypoints match one of ours",
    UNDECIDED: "Whether most of SIFT's keypoints match one of ours is undecided",
}
REPEATS = {
    YES: "repeats most of its keypoints",
    NO: "repeats less than half of its keypoints",
    UNDECIDED: "may or may not repeat most of its keypoints",
}
OBJECT_NOUNS = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


def _deviation(fraction: float) -> str:
    return f"{100 * fraction:+.1f} %"


def _describe_strongest(result: Result) -> str:
    sigma = float(result.keypoints.sigmas[0])
    radius = sigma / SIGMA_PER_RADIUS
    sentence = (
        f"The strongest keypoint has sigma {sigma:.3g} px, which corresponds to a blob of radius "
        f"{radius:.3g} px."
    )
    if len(result.objects) == 1 and result.spec.object == "disc":
        true_radius = result.spec.radius_px
        off = radius / true_radius - 1
        return f"{sentence} The disc has radius {true_radius:.3g} px ({_deviation(off)})."
    return sentence


def _describe_distances(comparison: DistanceComparison, spec: Spec) -> str:
    noun = OBJECT_NOUNS[spec.object]
    if not comparison.near:
        return f"The near {noun} has no keypoint."
    start = f"The near {noun} has {_count(comparison.near)}."
    if not comparison.detectable:
        return f"{start} On the far one, all of them would be below the smallest sigma."
    sentence = (
        f"{start} On the far one, {comparison.detectable} of them would reach the smallest sigma; "
        f"{len(comparison.pairs)} are detected."
    )
    if comparison.median_error is None:
        return sentence
    best = comparison.pairs[0]
    return (
        f"{sentence} The strongest of these has sigma {best.near_px:.3g} px near and "
        f"{best.far_px:.3g} px far. The ratio of the two is {best.near_px / best.far_px:.3g} for a "
        f"distance ratio of {spec.far_ratio:.3g}, an error of "
        f"{formatting.significant_digits(abs(best.error_octaves), 2)} octaves "
        f"(median of all pairs: {formatting.significant_digits(comparison.median_error, 2)})."
    )


def _count(number: int) -> str:
    return f"{number} keypoint" if number == 1 else f"{number} keypoints"


def describe(result: Result) -> str:
    """Describe the strongest keypoint, near and far, and the last level of the stack."""
    if not len(result.keypoints):
        sentences = ["No keypoint reaches the contrast threshold.", describe_last_level(result)]
    else:
        distances = compare_distances(result)
        sentences = [
            _describe_strongest(result),
            _describe_distances(distances, result.spec) if distances else "",
            describe_last_level(result),
        ]
    return " ".join(filter(None, sentences))


def describe_scale(result: Result, spec: Spec) -> str:
    """Say which blobs the slider's sigma corresponds to, and how many keypoints are near it."""
    count = int(is_near_scale(result.keypoints.sigmas, spec).sum())
    verb = "lies" if count == 1 else "lie"
    return (
        f"Sigma {formatting.pixels(spec.sigma_px)} corresponds to blobs of radius "
        f"{formatting.pixels(spec.sigma_px / SIGMA_PER_RADIUS)}; {count} of "
        f"{_count(len(result.keypoints))} {verb} within half a scale step of it."
    )


def is_near_scale(sigmas: NDArray[np.float64], spec: Spec) -> NDArray[np.bool_]:
    """Say which (n,) sigmas, px, lie within half a scale step of the slider's: bool (n,)."""
    return np.asarray(np.abs(np.log2(sigmas / spec.sigma_px)) <= 0.5 / spec.intervals)


def describe_size_law(law: SizeLaw, verdict: Verdict) -> str:
    """Say whether sigma follows the size of an object, with the ratio that was measured."""
    radii = [radius for radius in law.radii_px if radius >= MIN_RADIUS_PX]
    tried = f"{len(radii)} radii from {formatting.pixels(radii[0])} to "
    tried += formatting.pixels(radii[-1])
    is_disc = law.object == "disc"
    size, unit = ("radius r", "r") if is_disc else ("side s", "s")
    ratio = law.sigma_per_radius * (1 if is_disc else 0.5)
    closed = f"; closed form r / sqrt(2) = {SIGMA_PER_RADIUS:.3f} r" if is_disc else ""
    return (
        f"The strongest keypoint of a {law.object} of {size} {FOLLOWS[verdict.verdict]}: sigma = "
        f"{ratio:.3f} {unit}{closed}. Departure over {tried}: {value_phrase(verdict)}."
    )


def describe_found(verdict: Verdict) -> str:
    """Say whether most keypoints of the near object are detected on the far one."""
    if verdict.estimate is None:
        return f"Whether keypoints are found again at a distance is undecided. {verdict.reason}"
    share = value_phrase(verdict)
    if verdict.is_undecided:
        return (
            "Whether most of the near object's keypoints are detected on the far one is undecided: "
            f"{share} are. {verdict.reason}"
        )
    most = "Most" if verdict.is_yes else "Less than half"
    return f"{most} of the near object's keypoints are detected on the far one: {share}."


def describe_departure(verdict: Verdict) -> str:
    """Say whether the sigmas on both objects stand in the ratio of their distances."""
    if verdict.estimate is None:
        return f"Whether sigma follows distance is undecided. {verdict.reason}"
    departure = f"their median departure is {value_phrase(verdict)}"
    if verdict.is_undecided:
        return f"Whether sigma follows distance is undecided: {departure}. {verdict.reason}"
    answer = "do not follow" if verdict.is_yes else "follow"
    return f"The sigmas of the keypoints on both objects {answer} the distances: {departure}."


def describe_agreement(agreement: Agreement, verdict: Verdict) -> str:
    """Say how many of our keypoints match SIFT's, the other way round, and by chance."""
    ours, sift = len(agreement.ours), len(agreement.sift)
    if not sift or not ours:
        return f"Ours: {_count(ours)}. SIFT: {_count(sift)}. There is nothing to compare."
    matched, theirs = int(agreement.ours_matched.sum()), int(agreement.sift_matched.sum())
    return (
        f"{MATCHED[verdict.verdict]} in this picture: {theirs} of {sift}, {value_phrase(verdict)}, "
        f"within 1 px and half an octave. Of our {ours}, {matched} "
        f"({formatting.percent(matched / ours)}) match one of SIFT's. The chance level, with "
        f"SIFT's keypoints shifted by half the picture, is {formatting.percent(agreement.chance)}."
    )


def describe_repeatability(detector: str, verdict: Verdict) -> str:
    """Say whether a detector repeats most of its keypoints after the changes of the picture."""
    if verdict.estimate is None:
        return f"{detector}: undecided. {verdict.reason}"
    chance = formatting.percent(verdict.extra["chance"])
    numbers = f"{value_phrase(verdict)}, by chance {chance}"
    return f"{detector} {REPEATS[verdict.verdict]}: {numbers}."
