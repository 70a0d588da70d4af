"""What is asked of a near-far result, decided over all alignments that were measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...evidence.intervals import median_and_range
from ...evidence.verdict import Basis, Line, Verdict, judge, no_verdict
from ...filters.similarity import SAME_COSINE, SAME_PEAK, differences
from ..size_dependence import LINE as SIZE_LINE
from ..size_dependence import QUESTION as SIZE_QUESTION
from ..size_dependence import depends_on_size
from .result import Level, Result, Values
from .scene import NOISE_SEEDS, SHIFTS

EQUAL, OTHER = "near-and-far-equal", "other-object-gives-the-same"
EQUAL_LINE = Line(
    f"the agreement of activations with a cosine of {SAME_COSINE} or peaks "
    f"{SAME_PEAK * 100:g} % apart; 2 is identical",
    1.0,
)
ROUNDING = 1e-9
OTHER_LINE = Line("the smallest cosine at which a map hardly tells two objects apart", 0.9, "", 1.0)


def size_verdict(result: Result) -> Verdict:
    """Whether the filter's response depends on size, from the near to the far object."""
    name, measured = result.spec.filter, result.size_response
    if measured is None:
        return no_verdict(SIZE_QUESTION, SIZE_LINE, Basis(), result.not_compared, name)
    return depends_on_size(
        measured.sizes_px, measured.peaks, name, measured.hidden, measured.noise_draws
    )


def _basis(result: Result) -> Basis:
    return Basis(alignments=len(SHIFTS), sizes=2, seeds=NOISE_SEEDS if result.spec.noise else 0)


def _not_compared(result: Result) -> str:
    """Say why the activations around the two peaks cannot be compared; empty where they can."""
    measured = result.size_response
    if measured is not None and any(measured.hidden):
        return "There is nothing to compare: the background alone gives as large a peak."
    return result.not_compared


def agreements(level: Level) -> Values:
    """How close the two are in every view, float64 (views,): 2 identical, equal from 1 on."""
    return 2 - differences(level.views.similarity, level.views.peaks)


def equality_verdict(result: Result, level: Level) -> Verdict:
    """Whether the activations around the two peaks are equal at one level."""
    values = agreements(level)
    views, missing = len(values), int(np.isnan(values).sum())
    reason = _not_compared(result)
    if not reason and missing:
        reason = (
            f"There is nothing to compare: in {missing} of {views} views this map responds to "
            "neither object."
        )
    if reason:
        return no_verdict(EQUAL, EQUAL_LINE, _basis(result), reason, level.name)
    verdict = judge(EQUAL, median_and_range(values), EQUAL_LINE, _basis(result), level.name)
    equal, reason = int((values >= 1 - ROUNDING).sum()), verdict.reason
    if verdict.is_undecided and 0 < equal < views:
        reason = f"They are equal in {equal} of {views} views."
    return replace(verdict, reason=reason, extra={"equal_views": equal, "views": views})


def merge_level(result: Result) -> int | None:
    """Find the first level from which on the two are equal at every level, in every view."""
    merged = None
    for level in reversed(result.levels):
        if not equality_verdict(result, level).is_yes:
            break
        merged = level.level
    return merged


def other_object_verdict(result: Result, level: Level) -> Verdict:
    """Whether a different object in the far one's place gives much the same activations."""
    values, basis = level.views.baseline, _basis(result)
    reason = _not_compared(result)
    if reason or np.isnan(values).any():
        reason = reason or "There is nothing to compare: one object has no response."
        return no_verdict(OTHER, OTHER_LINE, basis, reason, level.name)
    return judge(OTHER, median_and_range(values), OTHER_LINE, basis, level.name)
