"""Verdicts on scale-space results: what a value is compared with, and over what it was measured.

A stack is judged over all objects and sizes, see :mod:`.stack_study`. What concerns the keypoints
of one picture is said of that picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from ...evidence.intervals import hull, median_and_range, median_interval, share_interval
from ...evidence.verdict import (
    UNDECIDED,
    Basis,
    Estimate,
    Line,
    Verdict,
    judge,
    no_verdict,
)
from .repeatability import CHANGES, Agreement, Repeatability
from .repeats import Repeats
from .result import Result
from .size_law import DistanceComparison, SizeLaw, compare_distances
from .stack import MIN_LIT_CELLS
from .stack_evidence import MIN_OBJECTS, LevelEvidence, stack_evidence

MATCH = Line("the smallest correlation that counts as a match", 0.9, origin=1.0)
GAIN = Line("the smallest gain in correlation over another object that counts", 0.1)
NO_DEPARTURE = Line("the largest departure that counts as none", 0.1, "octaves")
HALF = Line("half of the keypoints", 0.5, "%")

TOO_FEW = (
    f"Fewer than {MIN_OBJECTS} objects have {MIN_LIT_CELLS} lit cells after that many pooling "
    "layers."
)
NO_POOLING = "There is no pooling layer."
ONE_DRAW = "The noise was drawn once, and another random seed may change the answer."

Estimator = Callable[[Result], Estimate | None]


def _lowest(estimates: Sequence[Estimate]) -> Estimate:
    """The smallest of several medians, with the interval of that smallest one."""
    parts = ((each.value, each.low, each.high) for each in estimates)
    return Estimate(*(min(limits) for limits in zip(*parts, strict=True)))


def _subject(order: str, pool: tuple[str, int, int], levels: Sequence[int]) -> str:
    """Name a stack and its levels: one in a list, or all in a range."""
    which = f"levels 1 to {max(levels, default=0)}" if isinstance(levels, range) else "level "
    which += "" if isinstance(levels, range) else str(levels[0])
    return f"{order}, {pool[0]} pooling, window {pool[1]}, stride {pool[2]}, {which}"


def stack_is_scale_space(order: str, pool: tuple[str, int, int], levels: Sequence[int]) -> Verdict:
    """Judge whether a stack matches the scale space at all of some levels.

    ``pool``: the kind, window and stride of its pooling layers. The value is the lowest median
    correlation of these levels; those at which too few objects count are left out.
    """
    evidence = stack_evidence()
    question, subject = "stack-is-scale-space", _subject(order, pool, levels)
    measured = [
        level for level in evidence.of(order, *pool) if level.level in levels and level.counts
    ]
    if not measured:
        reason = TOO_FEW if any(levels) else NO_POOLING
        return no_verdict(question, MATCH, Basis(), reason, subject)
    verdict = judge(
        question,
        _lowest([level.correlation for level in measured]),
        MATCH,
        Basis(
            alignments=evidence.shifts,
            pictures=min(level.objects for level in measured),
            sizes=min(level.sizes for level in measured),
        ),
        subject,
        [_lowest(list(shift)) for shift in zip(*(one.shifted for one in measured), strict=True)],
    )
    return replace(verdict, extra={"levels": [_level_json(level) for level in measured]})


def own_scale_space_fits_better(order: str, pool: tuple[str, int, int], level: int) -> Verdict:
    """Judge whether a level correlates more with its own scale space than with another object's.

    The value is the difference of both correlations, object by object.
    """
    evidence = stack_evidence()
    question, subject = "own-scale-space-fits-better", _subject(order, pool, [level])
    rows = [row for row in evidence.of(order, *pool) if row.level == level and row.counts]
    if not rows:
        reason = TOO_FEW if level else NO_POOLING
        return no_verdict(question, GAIN, Basis(), reason, subject)
    (row,) = rows
    basis = Basis(alignments=evidence.shifts, pictures=row.objects, sizes=row.sizes)
    return judge(question, row.gain, GAIN, basis, subject)


def _level_json(level: LevelEvidence) -> dict[str, float]:
    return {
        "level": level.level,
        "pictures": level.pictures,
        "correlation": level.correlation.value,
        "low": level.correlation.low,
        "high": level.correlation.high,
        "baseline": level.baseline.value,
        "gain": level.gain.value,
        "gain_low": level.gain.low,
        "gain_high": level.gain.high,
    }


def sigma_departs_from_size(law: SizeLaw) -> Verdict:
    """Judge whether sigma departs from one ratio to an object's radius, over the sizes tried."""
    departures = np.abs(law.departures_octaves)
    return judge(
        "sigma-departs-from-size",
        median_and_range(departures),
        NO_DEPARTURE,
        Basis(alignments=law.alignments, pictures=1, sizes=departures.size // law.alignments),
        subject=law.object,
    )


def _over_repeats(
    question: str, line: Line, repeats: Repeats, estimator: Estimator, reason: str
) -> Verdict:
    """Judge a value of the picture, over random seeds of its noise and a shift by one pixel."""
    basis = Basis(pictures=1, seeds=len(repeats.seeds) if repeats.seeds else 0)
    first = estimator(repeats.result)
    known = [estimate for estimate in map(estimator, repeats.seeds) if estimate is not None]
    if first is None:
        return no_verdict(question, line, basis, reason)
    shifted = estimator(repeats.shifted)
    variants = [] if shifted is None else [shifted]
    verdict = judge(question, hull(first.value, [first, *known]), line, basis, variants=variants)
    return drawn_once(verdict) if repeats.drawn_once else verdict


def drawn_once(verdict: Verdict) -> Verdict:
    """Leave a verdict undecided that hangs on one draw of the noise."""
    return replace(verdict, verdict=UNDECIDED, reason=ONE_DRAW)


def _share_found(comparison: DistanceComparison | None) -> Estimate | None:
    if comparison is None or not comparison.detectable:
        return None
    return share_interval(len(comparison.pairs), comparison.detectable)


def _departure(comparison: DistanceComparison | None) -> Estimate | None:
    if comparison is None or len(comparison.pairs) < MIN_OBJECTS:
        return None
    return median_interval(np.array([abs(pair.error_octaves) for pair in comparison.pairs]))


def nothing_to_compare(result: Result) -> str:
    """Say why the keypoints of two objects cannot be compared; empty where they can."""
    comparison = compare_distances(result)
    if comparison is None:
        return "There is one object."
    if result.spec.far_ratio == 1:
        return "Both objects have the same size."
    if not comparison.near:
        return "The near object has no keypoint."
    if not comparison.detectable:
        return "On the far object, every keypoint would be below the smallest sigma."
    return ""


def keypoints_found_at_distance(repeats: Repeats) -> Verdict:
    """Judge whether more than half of the near object's keypoints are detected on the far one."""
    reason = nothing_to_compare(repeats.result)

    def estimator(result: Result) -> Estimate | None:
        return None if reason else _share_found(compare_distances(result))

    return _over_repeats("keypoints-found-at-distance", HALF, repeats, estimator, reason)


def sigma_departs_from_distance(repeats: Repeats) -> Verdict:
    """Judge whether sigma departs from the ratio of distances, of the keypoints on both objects."""
    reason = nothing_to_compare(repeats.result)

    def estimator(result: Result) -> Estimate | None:
        return None if reason else _departure(compare_distances(result))

    few = f"Fewer than {MIN_OBJECTS} keypoints are detected on both objects."
    nothing = reason or few
    return _over_repeats("sigma-departs-from-distance", NO_DEPARTURE, repeats, estimator, nothing)


def keypoints_match_sift(repeats: Repeats, compare: Callable[[Result], Agreement]) -> Verdict:
    """Judge whether more than half of SIFT's keypoints have a match among ours."""

    def estimator(result: Result) -> Estimate | None:
        flags = compare(result).sift_matched
        return share_interval(int(flags.sum()), len(flags)) if len(flags) else None

    reason = "SIFT detects no keypoint."
    verdict = _over_repeats("keypoints-match-sift", HALF, repeats, estimator, reason)
    return replace(verdict, extra={"chance": compare(repeats.result).chance})


def keypoints_repeat(rows: Sequence[Repeatability], detector: str, noise: float) -> Verdict:
    """Judge whether a detector repeats more than half of its keypoints after the changes.

    A keypoint takes part in every change, so the interval is that of as many keypoints as the
    change with most of them has, not that of all pairs of a keypoint and a change.
    """
    of_detector = [row for row in rows if row.detector == detector and row.detectable]
    basis = Basis(pictures=1, alignments=len(CHANGES))
    if not of_detector:
        reason = "No keypoint is detectable after a change."
        return no_verdict("keypoints-repeat", HALF, basis, reason, detector)
    detectable = sum(row.detectable for row in of_detector)
    share = sum(row.repeated for row in of_detector) / detectable
    count = max(row.detectable for row in of_detector)
    estimate = share_interval(share * count, count)
    verdict = judge("keypoints-repeat", estimate, HALF, basis, detector)
    chance = sum(row.chance * row.detectable for row in of_detector) / detectable
    verdict = replace(verdict, extra={"chance": chance})
    return drawn_once(verdict) if noise else verdict
