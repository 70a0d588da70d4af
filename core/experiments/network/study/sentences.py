"""Sentences on the study's comparisons: detail with apparent size, and the layers of one sweep."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .... import formatting
from ....evidence.finding import Finding
from ....evidence.phrases import interval_phrase, line_phrase
from ....evidence.verdict import (
    UNDECIDED,
    YES,
    Basis,
    Estimate,
    Line,
    Verdict,
    judge,
    no_verdict,
)
from ..recognition import (
    RECOGNIZED,
    network_name,
    object_name,
    recognized_sizes,
    sizes_where,
    verdicts,
)
from ..sweep import Result
from ..sweep_sentences import describe_tolerance
from ..tolerance.compare import Limits
from .measurements import DETAIL_SHOWN_PX

Numbers = NDArray[np.float64]

SIZE_COSTS_MORE, DETAIL_COSTS_MORE = "size-costs-more-than-detail", "detail-costs-more-than-size"
STEP = Line("a step of the standard sweep, the smallest difference that counts", 0.25, "octaves")
NOT_RECOGNIZED = "The object is not recognized at the largest size that was tried."
DEFINITION = (
    "For each one-pixel shift, the smallest apparent size and the least detail from which on the "
    "probability is at least one half, as a ratio in octaves. A size that was recognized down to "
    "the smallest that was tried is a limit."
)


def _min_recognized(sizes_px: Sequence[float], probability: Numbers) -> Limits | None:
    """Log2 of the size from which on each shift is recognized, (shifts,).

    ``probability``: (sizes, shifts), sizes ascending. None where a shift is not recognized at the
    largest size; no lower limit where it is recognized at the smallest.
    """
    low, high = [], []
    for column in probability.T:
        lost = np.flatnonzero(column < RECOGNIZED.value)
        first = int(lost[-1]) + 1 if len(lost) else 0
        if first == len(sizes_px):
            return None
        high.append(np.log2(sizes_px[first]))
        low.append(high[-1] if first else -np.inf)
    return Limits(np.array(low), np.array(high))


def _detail_probability(detail: Sequence[Result]) -> tuple[list[float], Numbers]:
    """The amounts of detail in px, and the probability (amounts, shifts)."""
    known = [(one.setting.spec.detail_px, one.probability) for one in detail]
    rows = [probability[0] for _, probability in known if probability is not None]
    return [float(amount) for amount, _ in known], np.stack(rows)


def _mirrored(estimate: Estimate) -> Estimate:
    limit = {"at least": "at most", "at most": "at least"}.get(estimate.limit, "")
    return Estimate(-estimate.value, -estimate.high, -estimate.low, limit)


def size_or_detail_verdicts(small: Result, detail: Sequence[Result]) -> tuple[Verdict, Verdict]:
    """Does a small apparent size cost more than lost detail, and does lost detail cost more?

    For a network with classes. The interval is the range over the one-pixel shifts.
    """
    assert small.probability is not None
    amounts, reduced = _detail_probability(detail)
    shifts = small.probability.shape[1]
    basis = Basis(alignments=shifts, pictures=1, sizes=len(small.sizes_px), networks=1)
    small_px = _min_recognized(small.sizes_px.tolist(), small.probability)
    enough_px = _min_recognized(amounts, reduced)
    octaves = small_px - enough_px if small_px and enough_px else None
    estimate = octaves.range() if octaves else None
    if estimate is None:
        reason = "Both are recognized at the smallest size tried." if octaves else NOT_RECOGNIZED
        first, second = (
            no_verdict(question, STEP, basis, reason)
            for question in (SIZE_COSTS_MORE, DETAIL_COSTS_MORE)
        )
        return first, second
    return (
        judge(SIZE_COSTS_MORE, estimate, STEP, basis),
        judge(DETAIL_COSTS_MORE, _mirrored(estimate), STEP, basis),
    )


def _answer(size: Verdict, detail: Verdict) -> str:
    if size.estimate is None or detail.estimate is None:
        return f"What costs more is undecided. {size.reason}"
    by_size, by_detail = (
        interval_phrase(estimate, STEP.unit) for estimate in (size.estimate, detail.estimate)
    )
    over = f"over {size.rests_on.alignments} shifts of this one picture"
    if size.is_yes:
        return f"A small apparent size costs more than as little detail, by {by_size} {over}."
    if detail.is_yes:
        return (
            f"Little detail shown large costs more than a small apparent size, by {by_detail} "
            f"{over}."
        )
    if size.is_no and detail.is_no:
        return (
            "Both cost the same: the apparent size makes no difference beyond the detail that is "
            f"lost with it, {by_size} {over}."
        )
    return (
        f"What costs more is undecided: the difference is {by_size} {over}, and the line is "
        f"{STEP.value:g} octaves."
    )


def size_or_detail(small: Result, detail: Sequence[Result]) -> str:
    """Say whether an object is missed for its apparent size or for lack of detail.

    ``small``: the sweep of apparent sizes; ``detail``: sweeps at one size, each with less
    detail, by the amount of detail, ascending. Empty for a network without classes.
    """
    if small.probability is None or not detail:
        return ""
    amounts, reduced = _detail_probability(detail)
    answers = verdicts(reduced, amounts)
    undecided = ""
    if any(verdict.is_undecided for verdict in answers):
        undecided = f" (undecided {sizes_where(answers, amounts, UNDECIDED)})"
    return (
        f"{network_name(small)} recognizes {object_name(small)} (p at least 0.5) "
        f"{recognized_sizes(small)} when its apparent size is reduced. When only its detail is "
        f"reduced and it is shown at {formatting.pixels(DETAIL_SHOWN_PX)}, it is recognized "
        f"{sizes_where(answers, amounts, YES)}{undecided}. "
        f"{_answer(*size_or_detail_verdicts(small, detail))}"
    )


def size_or_detail_findings(small: Result, detail: Sequence[Result]) -> list[Finding]:
    """What is said of apparent size and detail; empty for a network without classes."""
    sentence = size_or_detail(small, detail)
    if not sentence:
        return []
    size, other = size_or_detail_verdicts(small, detail)
    numbers = f"The opposite question: {other.verdict}. Recognized: {line_phrase(RECOGNIZED)}."
    return [Finding(sentence, DEFINITION, size, numbers)]


def layers_of_picture(sweep: Result | None) -> str:
    """Say how far the object on screen may shrink in each layer; it is one picture."""
    if sweep is None:
        return ""
    return describe_tolerance(sweep) if sweep.complete else "The sweep is not finished."
