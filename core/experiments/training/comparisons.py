"""The answers of two recipes beside each other: every seed of one with every seed of the other."""

from __future__ import annotations

import numpy as np

from ...evidence.intervals import difference
from ...evidence.verdict import Verdict, no_verdict
from . import limits, verdicts
from .channels import trained_px
from .curve import interpolate
from .limits import OverSeeds, over_seeds
from .result import Result


def better_verdict(result: Result, plain: Result, px: float) -> Verdict:
    """Is a recipe more accurate than plain at a size?"""
    by_seed = [
        [interpolate(run.test_px, run.accuracy, px) for run in each.runs]
        for each in (result, plain)
    ]
    own, others = ([value for value in values if value is not None] for values in by_seed)
    subject = f"{result.spec.recipe} at {px:g} px"
    rests_on, line = verdicts.basis(result, plain), verdicts.NO_DIFFERENCE
    if not all(limits.is_tested(each, px, px) for each in (result, plain)):
        return no_verdict(verdicts.BETTER, line, rests_on, "This size was not tested.", subject)
    objects = (result.test_objects, plain.test_objects)
    measured = limits.difference_of_means(own, others, objects)
    return verdicts.judge_seeds(verdicts.BETTER, measured, line, rests_on, subject)


def consistency_at_training(result: Result) -> list[float]:
    """Give each seed's shift consistency at the trained size, or the middle of the range."""
    px = float(np.clip(trained_px(result), result.test_px[0], result.test_px[-1]))
    values = (interpolate(result.test_px, line, px) for line in result.consistency)
    return [value for value in values if value is not None]


def shift_verdict(plain: Result, blur: Result) -> Verdict:
    """Does blur pooling raise shift consistency?"""
    objects = (blur.shift_objects, plain.shift_objects)
    measured = limits.difference_of_means(
        consistency_at_training(blur), consistency_at_training(plain), objects
    )
    rests_on = verdicts.basis(plain, blur, pictures=min(objects))
    line, subject = verdicts.NO_DIFFERENCE, blur.spec.recipe
    return verdicts.judge_seeds(verdicts.BLUR_SHIFT, measured, line, rests_on, subject)


def size_verdict(plain: Result, blur: Result) -> Verdict:
    """Does blur pooling widen the range of sizes over which accuracy is half of its maximum?"""
    rests_on, line, subject = verdicts.basis(plain, blur), verdicts.WIDER, blur.spec.recipe
    reason = verdicts.not_learned(plain) or verdicts.not_learned(blur)
    if not reason and any(limits.half_range(each).is_cut for each in (plain, blur)):
        reason = "The range extends beyond the sizes that were tested."
    if reason:
        return no_verdict(verdicts.BLUR_SIZE, line, rests_on, reason, subject)
    measured = _gain(limits.octaves(plain), limits.octaves(blur))
    return verdicts.judge_seeds(verdicts.BLUR_SIZE, measured, line, rests_on, subject)


def _gain(before: OverSeeds, after: OverSeeds) -> OverSeeds:
    return over_seeds(difference(one, other) for one in after.by_seed for other in before.by_seed)
