"""Whether a filter's response to an object depends on its size: one rule for every experiment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..evidence.verdict import Basis, Estimate, Line, Verdict, judge, no_verdict
from ..filters.alignments import Band, Values
from ..filters.size_loss import MIN_OCTAVES, is_counted, loss_over, span_octaves

QUESTION = "response-depends-on-size"
LINE = Line("the largest loss of peak response over sizes that counts as none", 0.1, "%")
DEFINITION = (
    "The peak response to the object alone is measured at every alignment to the grid. Loss: "
    "1 - minimum / maximum over the sizes from 2 px on, of the median over alignments; its range: "
    "the same at every rank, from the weakest alignment to the best."
)
NO_RESPONSE = "There is nothing to compare: the filter does not respond at any of these sizes."
RARE = "There is nothing to compare: the filter responds at fewer than half of the alignments."
HIDDEN = "There is nothing to compare: the background alone gives as large a response."
REFERENCE = "Doksum 1974, Annals of Statistics 2(2): distributions compared at equal quantiles"


def nothing_to_compare(sizes_px: Values) -> str:
    """Say why sizes, float64 (sizes,), cannot be compared; empty where they can."""
    counted = is_counted(sizes_px)
    if counted.sum() < 2 and not counted.all():
        return "There are too few sizes to compare: an object has a shape only from 2 px on."
    if span_octaves(sizes_px[counted]) < MIN_OCTAVES:
        return "There is nothing to compare: the sizes are about the same."
    return ""


def depends_on_size(
    sizes_px: Values,
    peaks: Band,
    subject: str = "",
    hidden: Sequence[bool] = (),
    seeds: int = 0,
) -> Verdict:
    """Judge whether the peak responses ``peaks`` to float64 (sizes,) depend on size.

    ``subject``: the name of the filter; ``hidden``: at which sizes the background responds as much
    as the object, whose own response may then be anything down to zero; ``seeds``: of the noise.
    """
    reason = nothing_to_compare(sizes_px)
    if reason:
        return no_verdict(QUESTION, LINE, Basis(), reason, subject)
    counted = is_counted(sizes_px)
    compared = peaks.select(counted)
    basis = Basis(alignments=peaks.alignments, sizes=int(counted.sum()), seeds=seeds)
    loss = loss_over(compared)
    if loss is None:
        reason = RARE if compared.high.max() > 0 else NO_RESPONSE
        return no_verdict(QUESTION, LINE, basis, reason, subject)
    is_hidden = np.array(hidden, dtype=bool)[counted] if hidden else np.zeros(counted.sum(), bool)
    if is_hidden[int(compared.median.argmax())]:
        return no_verdict(QUESTION, LINE, basis, HIDDEN, subject)
    high = 1.0 if is_hidden.any() else loss.high
    return judge(QUESTION, Estimate(loss.value, loss.low, high), LINE, basis, subject)
