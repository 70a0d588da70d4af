"""H2, down-sampling generalizes over sizes: its verdicts, over all bundled objects.

They are about one network and these pictures only. Their sentences are in
:mod:`core.experiments.network.study.h2_sentences`.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from math import isfinite, isinf
from typing import Any

from ....evidence.intervals import coverage_of_range
from ....evidence.verdict import Basis, Estimate, Line, Verdict, judge, no_verdict
from ..tolerance.compare import (
    depth_correlations,
    effect,
    effect_with_shuffled_weights,
    gain_of_last_layer,
    gains_by_layer,
    last_layer,
    shuffled_last_layer,
)
from ..tolerance.table import Tolerances

LAST_LAYER = "last-layer-tolerance"
DOWN_SAMPLING = "downsampling-widens-tolerance"
DEPTH = "deeper-layers-tolerate-more"
MIN_GAIN = Line("the smallest difference of tolerance that counts", 0.1, "octaves")
TREND = Line("the rank correlation from which on tolerance counts as growing with depth", 0.7)
MIN_PICTURES = next(count for count in range(2, 20) if coverage_of_range(count) >= 0.95)

CUT_OFF = "Too many tolerances are cut off by the sizes tried, or undefined without activation."
NO_COPIES = "There is no network with shuffled weights to compare with."
FEW = "Too few pictures can be compared."


def _basis(table: Tolerances, pictures: int, copies: int) -> Basis:
    return Basis(
        pictures=pictures,
        alignments=table.protocol.shifts,
        sizes=len(table.protocol.sizes_px),
        networks=1,
        control_draws=copies,
    )


def _numbers(estimate: Estimate | None) -> dict[str, Any] | None:
    """An estimate as JSON values; None for an end that the range of sizes cuts off."""
    if estimate is None:
        return None
    ends = {name: end for name, end in asdict(estimate).items() if name != "limit"}
    known = {name: end if isfinite(end) else None for name, end in ends.items()}
    return {**known, "limit": estimate.limit or None}


def _decided(question: str, estimate: Estimate | None, basis: Basis, reason: str) -> Verdict:
    """Judge by :data:`MIN_GAIN`; without an estimate, ``reason`` says why."""
    if basis.pictures < MIN_PICTURES:
        return no_verdict(question, MIN_GAIN, basis, FEW)
    if estimate is None or (isinf(estimate.low) and isinf(estimate.high)):
        return no_verdict(question, MIN_GAIN, basis, reason)
    verdict = judge(question, estimate, MIN_GAIN, basis)
    return replace(verdict, extra={"limit": estimate.limit or None})


def not_measured(question: str, reason: str) -> Verdict:
    """Leave a question undecided where nothing was measured over all pictures."""
    line = TREND if question == DEPTH else MIN_GAIN
    return no_verdict(question, line, Basis(pictures=1, networks=1), reason)


def last_layer_verdict(table: Tolerances) -> Verdict:
    """Does the last layer tolerate more shrinking than with shuffled weights?

    Yes above :data:`MIN_GAIN`; the interval is over the pictures and the shuffled copies.
    """
    basis = _basis(table, len(table.trained), table.copies)
    reason = CUT_OFF if table.copies else NO_COPIES
    verdict = _decided(LAST_LAYER, gain_of_last_layer(table), basis, reason)
    octaves = {"trained": last_layer(table), "shuffled": shuffled_last_layer(table)}
    numbers = {name: _numbers(estimate) for name, estimate in octaves.items()}
    return replace(verdict, extra={**verdict.extra, "tolerance_octaves": numbers})


def down_sampling_verdict(table: Tolerances) -> Verdict:
    """Does the tolerance grow more where the network down-samples than elsewhere?

    Yes above :data:`MIN_GAIN`; the interval is over the pictures. The same with shuffled weights is
    given with it.
    """
    estimate, pictures = effect(table)
    basis = _basis(table, pictures, table.copies)
    verdict = _decided(DOWN_SAMPLING, estimate, basis, CUT_OFF)
    shuffled = _numbers(effect_with_shuffled_weights(table))
    return replace(verdict, extra={**verdict.extra, "shuffled": shuffled})


def depth_verdict(table: Tolerances) -> Verdict:
    """Do deeper layers tolerate more? Yes above :data:`TREND`."""
    estimate, pictures = depth_correlations(table)
    basis = _basis(table, pictures, 0)
    if estimate is None or pictures < MIN_PICTURES:
        return no_verdict(DEPTH, TREND, basis, FEW)
    return judge(DEPTH, estimate, TREND, basis)


def layer_verdicts(table: Tolerances) -> dict[str, Verdict]:
    """Does each layer tolerate more than with shuffled weights? For all layers at once."""
    basis = _basis(table, len(table.trained), table.copies)
    reason = CUT_OFF if table.copies else NO_COPIES
    return {
        name: _decided("layer-tolerance", estimate, basis, reason)
        for name, estimate in gains_by_layer(table).items()
    }
