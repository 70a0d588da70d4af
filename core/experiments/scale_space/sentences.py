"""Sentences on scale-space results, computed from their numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...scale_space.gaussian import SIGMA_PER_RADIUS
from .repeatability import Agreement, Repeatability
from .result import Result
from .size_law import DistanceComparison, SizeLaw, compare_distances
from .spec import Spec
from .stack import ORDERS, POOL_WINDOWS, LevelCorrelation

MATCH_FROM = 0.9  # from this correlation on, a level counts as matching the scale space
OBJECT_NOUNS = {"cat": "cat", "photo-cat": "cat", "square": "square", "disc": "disc"}


def two_decimals(value: float | None) -> str:
    """Give a correlation or a fraction with two decimals; 'none' where it is undefined."""
    return "none" if value is None else f"{value + 0.0:.2f}".replace("-0.00", "0.00")


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
        f"distance ratio of {spec.far_ratio:.3g}, an error of {abs(best.error_octaves):.2g} "
        f"octaves (median of all pairs: {comparison.median_error:.2g})."
    )


def _count(number: int) -> str:
    return f"{number} keypoint" if number == 1 else f"{number} keypoints"


def _pooling_layers(count: int, pool: str) -> str:
    return f"{count} {pool} pooling layer{'s' if count > 1 else ''}"


def _describe_last_level(result: Result) -> str:
    level, value = result.levels[-1], result.correlations[-1]
    if level.level == 0 or value is None:
        return ""
    verdict = "matches" if value >= MATCH_FROM else "does not match"
    return (
        f"After {_pooling_layers(level.level, result.spec.pool)}, the response of the CNN's filter "
        f"{verdict} this scale space: at the matching sigma of "
        f"{formatting.pixels(level.sigma_px)}, their correlation is {two_decimals(value)}."
    )


def describe(result: Result) -> str:
    """Describe the strongest keypoint, near and far, and the last level of the stack."""
    if not len(result.keypoints):
        sentences = ["No keypoint reaches the contrast threshold.", _describe_last_level(result)]
    else:
        distances = compare_distances(result)
        sentences = [
            _describe_strongest(result),
            _describe_distances(distances, result.spec) if distances else "",
            _describe_last_level(result),
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


def describe_size_laws(disc: SizeLaw, square: SizeLaw) -> str:
    """Give both measured ratios of sigma to size, and the disc's deviation from the closed form."""
    off = disc.sigma_per_radius / SIGMA_PER_RADIUS - 1
    return (
        "Measured: a disc of radius r has its strongest keypoint at sigma = "
        f"{disc.sigma_per_radius:.3f} r (closed form: r / sqrt(2) = {SIGMA_PER_RADIUS:.3f} r, "
        f"deviation {_deviation(off)}). A square of side s has it at sigma = "
        f"{square.sigma_per_radius / 2:.3f} s."
    )


def describe_agreement(agreement: Agreement) -> str:
    """Say how many of our keypoints match SIFT's, the other way round, and by chance."""
    ours, sift = len(agreement.ours), len(agreement.sift)
    if not sift or not ours:
        return f"Ours: {_count(ours)}. SIFT: {_count(sift)}. There is nothing to compare."
    matched, theirs = int(agreement.ours_matched.sum()), int(agreement.sift_matched.sum())
    return (
        f"Of SIFT's {_count(sift)}, {theirs} ({formatting.percent(theirs / sift)}) match one of "
        f"ours within 1 px and half an octave. Of our {ours}, {matched} "
        f"({formatting.percent(matched / ours)}) match one of SIFT's. The chance level, with "
        f"SIFT's keypoints shifted by half the picture, is {formatting.percent(agreement.chance)}."
    )


def _pooled_levels(
    rows: Sequence[LevelCorrelation], order: str, pool: str
) -> list[LevelCorrelation]:
    """The pooled levels of one stack whose correlation is defined."""
    return [
        row
        for row in rows
        if row.order == order and row.pool == pool and row.level and row.correlation is not None
    ]


def _correlations(rows: Sequence[LevelCorrelation], order: str) -> str:
    """The correlations of all levels: 'max 0.96, 0.89, 0.85; average 0.97, ...'."""
    parts = []
    for pool in POOL_WINDOWS:
        levels = _pooled_levels(rows, order, pool)
        parts.append(f"{pool} {', '.join(two_decimals(level.correlation) for level in levels)}")
    return "; ".join(parts)


def _describe_best_sigma(rows: Sequence[LevelCorrelation]) -> str:
    """Where the last max-pooled level correlates most with the scale space, and where it should."""
    levels = _pooled_levels(rows, ORDERS[0], "max")
    known = [level for level in levels if level.best_sigma_px is not None]
    if not known:
        return ""
    last = known[-1]
    return (
        f" After {_pooling_layers(last.level, 'max')} the matching sigma is "
        f"{formatting.pixels(last.sigma_px)}; the correlation is highest at "
        f"{formatting.pixels(last.best_sigma_px or 0)}."
    )


def _match_verdict(rows: Sequence[LevelCorrelation], order: str) -> str:
    matching = []
    for pool in POOL_WINDOWS:
        levels = _pooled_levels(rows, order, pool)
        if levels and min(level.correlation or 0 for level in levels) >= MATCH_FROM:
            matching.append(pool)
    if len(matching) == len(POOL_WINDOWS):
        return "matches the scale space with every kind of pooling"
    if not matching:
        return "does not match the scale space"
    names = formatting.join_with_and(matching)
    return f"matches the scale space with {names} pooling only"


def describe_stack(rows: Sequence[LevelCorrelation]) -> list[tuple[str, str]]:
    """Say for both orders whether the stack matches the scale space, and how much it aliases.

    Of each pair, the first text is the verdict.
    """
    if not any(row.level for row in rows):
        text = "Level 0 is the scale space at the filter's own sigma."
        return [("There are no pooling layers.", text)]
    if all(row.correlation is None for row in rows):
        return [("There is no correlation.", "The picture, or its response, is flat.")]
    filter_first, pool_first = ORDERS
    pairs = [
        (
            f"Filter, then pool: {_match_verdict(rows, filter_first)}.",
            "Correlation with the scale space at the matching sigma, level by level: "
            f"{_correlations(rows, filter_first)}.{_describe_best_sigma(rows)}",
        ),
        (
            f"Pool, then filter: {_match_verdict(rows, pool_first)}.",
            f"Correlation: {_correlations(rows, pool_first)}. A later layer with the same filter "
            "responds at a larger sigma. It matches the scale space as far as its pooling acts "
            "as a blur.",
        ),
        ("Aliasing.", describe_aliasing(rows)),
    ]
    return [(verdict, text) for verdict, text in pairs if text]


def describe_aliasing(rows: Sequence[LevelCorrelation]) -> str:
    """Say how much more a shift by one pixel changes each stack than the scale space."""
    parts = []
    for pool in POOL_WINDOWS:
        levels = _pooled_levels(rows, ORDERS[0], pool)
        extra = [
            level.shift_change - (level.reference_change or 0)
            for level in levels
            if level.shift_change is not None
        ]
        if extra:
            parts.append(f"{pool} {100 * float(np.mean(extra)):+.0f}")
    if not parts:
        return ""
    return (
        "Change of the pooled maps after a shift by 1 px, minus that of the scale space at the "
        f"same cells, in percentage points (mean over levels): {'; '.join(parts)}."
        f"{_describe_blur_gain(rows)}"
    )


def _describe_blur_gain(rows: Sequence[LevelCorrelation]) -> str:
    """How much correlation blur pooling gains over max pooling before the filter."""
    stacks = (_pooled_levels(rows, ORDERS[1], pool) for pool in ("max", "blur"))
    gains = [
        (blurred.correlation or 0) - (plain.correlation or 0)
        for plain, blurred in zip(*stacks, strict=False)
    ]
    if not gains:
        return ""
    return (
        " Before the filter, max pooling instead of blur pooling lowers the correlation by up to "
        f"{max(gains):.2f}."
    )


def describe_repeatability(rows: Sequence[Repeatability]) -> str:
    """Give the repeatability of each detector over all changes."""
    parts = []
    for name in dict.fromkeys(row.detector for row in rows):
        of_detector = [row for row in rows if row.detector == name]
        detectable = sum(row.detectable for row in of_detector)
        repeated = sum(row.repeated for row in of_detector)
        if detectable:
            parts.append(f"{name} {formatting.percent(repeated / detectable)}")
    return f"Repeatability over all four changes: {'; '.join(parts)}." if parts else ""
