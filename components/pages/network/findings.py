"""What the page says of what is on screen, each sentence with how it is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ....core.evidence.finding import Finding
from ....core.experiments.network import view_sentences
from ....core.experiments.network.spec import WEIGHTS, Spec
from ....core.experiments.network.views import ViewPair
from ....core.imaging.subjects import BACKGROUNDS
from ...widgets.user_picture import user_picture
from . import state
from .measurements import SLUG, details, sweep


def _with_classes(spec: Spec) -> Spec:
    """The spec with its correct classes written out, so that comparisons use the same ones."""
    shown = state.view_pair(spec)
    if not shown.assumed:
        return spec
    return replace(spec, classes=",".join(str(number) for number in shown.classes))


def with_other_weights(spec: Spec) -> ViewPair:
    """The predictions of the control, or of the trained network where that is the control."""
    other = next(weights for weights in WEIGHTS if weights != spec.weights)
    return state.predictions("weights", replace(_with_classes(spec), weights=other))


def on_backgrounds(spec: Spec) -> list[ViewPair]:
    """The predictions on every background."""
    shown, fixed = state.view_pair(spec), _with_classes(spec)
    return [
        shown
        if name == spec.background
        else state.predictions(name, replace(fixed, background=name))
        for name in BACKGROUNDS
    ]


def _view_findings(spec: Spec) -> Sequence[Finding]:
    shown = state.view_pair(spec)
    if not spec.net.classes:
        return view_sentences.findings(shown)
    return view_sentences.findings(shown, with_other_weights(spec), on_backgrounds(spec))


def _sweep_findings(spec: Spec) -> list[Finding]:
    """What is said of the sweeps that are complete."""
    from ....core.experiments.network import sweep_sentences
    from ....core.experiments.network.study.sentences import size_or_detail_findings

    whole, alone = sweep(spec).final_result, sweep(spec, object_only=True).final_result
    result = whole or alone
    found = sweep_sentences.findings(result) if result is not None else []
    full_detail = replace(spec, detail_px=0)
    small = sweep(full_detail, object_only=True).final_result
    reduced = details(full_detail).final_result
    if small is not None and reduced:
        found += size_or_detail_findings(small, reduced)
    return found


def findings(spec: Spec) -> Sequence[Finding]:
    """What the page says now; nothing where the network is missing."""
    if spec.net.missing_reason():
        return ()
    from ....core.experiments.network.findings import tolerance_findings
    from ....core.experiments.network.study import h1
    from .conclusion import evidence_of, tolerances_of

    return [
        *_view_findings(spec),
        *_sweep_findings(spec),
        *tolerance_findings(spec, *tolerances_of(spec, user_picture(SLUG))),
        *h1.findings(evidence_of(spec)),
    ]
