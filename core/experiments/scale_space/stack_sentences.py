"""Sentences on stacks of pooling layers, from their verdicts over all objects and sizes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ... import formatting
from ...evidence.phrases import value_phrase
from ...evidence.verdict import NO, UNDECIDED, YES, Verdict
from .result import Result
from .spec import Spec
from .stack import MIN_LIT_CELLS, ORDERS, POOL_WINDOWS, LevelCorrelation
from .stack_evidence import LevelEvidence, stack_evidence
from .verdicts import own_scale_space_fits_better, stack_is_scale_space

PAGE_STRIDE = 2  # of the stacks of section 'Filter and pooling'
STEPS = dict(zip(ORDERS, ("Filter, then pool", "Pool, then filter"), strict=True))
ANSWERS = {
    YES: "matches {}",
    NO: "does not match {}",
    UNDECIDED: "whether it matches {} is undecided",
}


def two_decimals(value: float | None) -> str:
    """Give a correlation or a fraction with two decimals; 'none' where it is undefined."""
    return "none" if value is None else f"{value + 0.0:.2f}".replace("-0.00", "0.00")


def _pooling_layers(count: int, pool: str) -> str:
    return f"{count} {pool} pooling layer{'s' if count > 1 else ''}"


def describe_last_level(result: Result) -> str:
    """Give the correlation of the last level on the picture, or say that too few cells are lit."""
    level, value = result.levels[-1], result.correlations[-1]
    if level.level == 0 or value is None:
        return ""
    after = f"After {_pooling_layers(level.level, result.spec.pool)}"
    lit = result.lit_cells[-1]
    if lit < MIN_LIT_CELLS:
        cells = "only 1 cell is" if lit == 1 else f"only {lit} cells are"
        return (
            f"{after} {cells} lit in this picture, too few to compare with the scale space (at "
            f"least {MIN_LIT_CELLS})."
        )
    return (
        f"{after}, the response of the CNN's filter to this picture has a correlation of "
        f"{two_decimals(value)} with the scale space, at the matching sigma of "
        f"{formatting.pixels(level.sigma_px)}."
    )


def own_stack_verdict(spec: Spec) -> Verdict:
    """Judge the last level of the stack that the controls set, over all objects and sizes."""
    pool = (spec.pool, spec.pool_size, spec.pool_stride)
    return stack_is_scale_space(ORDERS[0], pool, [spec.depth])


def own_stack_sentence(spec: Spec, verdict: Verdict) -> str:
    """Say whether the response of the filter matches the scale space, and over what."""
    if spec.depth == 0:
        return "There are no pooling layers: level 0 is the scale space at the filter's own sigma."
    subject = "the response of the CNN's filter"
    after = f"after {_pooling_layers(spec.depth, spec.pool)}"
    if verdict.estimate is None:
        evidence = stack_evidence()
        return (
            f"Whether {subject} {after} matches the scale space is undecided: too few of "
            f"{len(evidence.objects)} objects of {evidence.sizes_px[0]} to "
            f"{evidence.sizes_px[-1]} px have {MIN_LIT_CELLS} lit cells there."
        )
    sizes = verdict.rests_on.sizes
    over = f"over {verdict.rests_on.pictures} objects and {sizes} size{'' if sizes == 1 else 's'}"
    known = f"the median correlation {over} is {value_phrase(verdict)}"
    line = two_decimals(verdict.line.value)
    if verdict.is_undecided:
        return (
            f"Whether {subject} {after} matches the scale space is undecided: {known}; the line "
            f"is {line}."
        )
    answer = "matches" if verdict.is_yes else "does not match"
    return f"A{after[1:]}, {subject} {answer} the scale space: {known}; the line is {line}."


def own_gain_verdict(spec: Spec) -> Verdict:
    """Judge whether that level fits its own scale space better than another object's."""
    pool = (spec.pool, spec.pool_size, spec.pool_stride)
    return own_scale_space_fits_better(ORDERS[0], pool, spec.depth)


def own_gain_sentence(verdict: Verdict) -> str:
    """Say whether it fits better than the scale space of another object of the same size."""
    gain = f"the gain in correlation is {value_phrase(verdict)}"
    line = f"the line is {verdict.line.value:g}"
    if verdict.is_undecided:
        return (
            "Whether it fits its own scale space better than another object's is undecided: "
            f"{gain}; {line}."
        )
    answer = "fits" if verdict.is_yes else "does not fit"
    return f"It {answer} its own scale space better than another object's: {gain}; {line}."


def page_stacks(order: str, depth: int) -> dict[str, Verdict]:
    """Judge the stacks of one order with max, average and blur pooling, at all levels."""
    levels = range(1, depth + 1)
    return {
        pool: stack_is_scale_space(order, (pool, size, PAGE_STRIDE), levels)
        for pool, size in POOL_WINDOWS.items()
    }


def page_medians(order: str, pool: str, depth: int) -> list[LevelEvidence]:
    """List the measured levels of one of these stacks, over all objects and sizes."""
    rows = stack_evidence().of(order, pool, POOL_WINDOWS[pool], PAGE_STRIDE)
    return [row for row in rows if row.counts and row.level <= depth]


def answers_phrase(verdicts: dict[str, Verdict]) -> str:
    """'matches the scale space with blur pooling, does not match it with max pooling'."""
    parts: list[str] = []
    for answer, words in ANSWERS.items():
        pools = [pool for pool, verdict in verdicts.items() if verdict.verdict == answer]
        if pools:
            whom = "it" if parts else "the scale space"
            parts.append(f"{words.format(whom)} with {formatting.join_with_and(pools)} pooling")
    return "; ".join(parts)


def stack_sentence(order: str, verdicts: dict[str, Verdict]) -> str:
    """Say with which pooling one order of layers matches the scale space at every level."""
    return f"{STEPS[order]}: {answers_phrase(verdicts)}."


def medians_phrase(verdicts: dict[str, Verdict]) -> str:
    """The median correlations by level: 'max 0.77, 0.48; average 0.76, 0.46'."""
    return "; ".join(
        f"{pool} {', '.join(two_decimals(level['correlation']) for level in levels)}"
        for pool, verdict in verdicts.items()
        if (levels := verdict.extra.get("levels"))
    )


def describe_stacks(depth: int) -> list[tuple[str, str]]:
    """Say for both orders whether the stack matches the scale space.

    Of each pair, the first text is the answer.
    """
    if not depth:
        text = "Level 0 is the scale space at the filter's own sigma."
        return [("There are no pooling layers.", text)]
    evidence, pairs = stack_evidence(), []
    for order in ORDERS:
        verdicts = page_stacks(order, depth)
        pairs.append(
            (
                stack_sentence(order, verdicts),
                "Median correlation with the scale space, level by level: "
                f"{medians_phrase(verdicts)} (up to {len(evidence.objects)} objects and "
                f"{len(evidence.sizes_px)} sizes).",
            )
        )
    return pairs


def _pooled_levels(
    rows: Sequence[LevelCorrelation], order: str, pool: str
) -> list[LevelCorrelation]:
    """The pooled levels of one stack whose correlation is defined."""
    return [
        row
        for row in rows
        if row.order == order and row.pool == pool and row.level and row.correlation is not None
    ]


def _describe_best_sigma(rows: Sequence[LevelCorrelation]) -> str:
    """Where the last max-pooled level correlates most with the scale space, and where it should."""
    levels = _pooled_levels(rows, ORDERS[0], "max")
    known = [level for level in levels if level.best_sigma_px is not None]
    if not known:
        return ""
    last = known[-1]
    return (
        f"In this picture, after {_pooling_layers(last.level, 'max')} the matching sigma is "
        f"{formatting.pixels(last.sigma_px)}; the correlation is highest at "
        f"{formatting.pixels(last.best_sigma_px or 0)}."
    )


def describe_picture(rows: Sequence[LevelCorrelation]) -> str:
    """Say of the picture where the correlation is highest, and how much the stacks alias."""
    if all(row.correlation is None for row in rows):
        return "The picture, or its response, is flat: it has no correlation."
    return " ".join(filter(None, (_describe_best_sigma(rows), describe_aliasing(rows))))


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
        "Change of its pooled maps after a shift by 1 px, minus that of the scale space at the "
        f"same cells, in percentage points (mean over levels): {'; '.join(parts)}."
    )
