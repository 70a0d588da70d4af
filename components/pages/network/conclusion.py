"""The conclusion of the study: what its measurements so far say about the hypotheses."""

from __future__ import annotations

from dataclasses import replace

from ....core.experiments.network.spec import Spec
from ....core.experiments.network.study.h1 import H1, Evidence, conclude, precomputed_evidence
from ....core.experiments.network.study.h2_sentences import h2_paragraph
from ....core.experiments.network.tolerance.run import SETTINGS, USER_PICTURE
from ....core.experiments.network.tolerance.table import Tolerances
from ....core.experiments.network.units import tuning
from ....core.imaging.subjects import Picture
from ....core.networks.unit_responses import Responses
from ...widgets.text import heading, paragraphs
from .measurements import gratings, tolerances_known, unit_study


def tuning_of(layer: str, responses: Responses) -> tuning.Tuning:
    """The size tuning of a layer's units."""
    maps = responses.response[layer]
    return tuning.tuning(layer, responses.sizes_px, maps, responses.photographs)


def evidence_of(spec: Spec) -> Evidence:
    """What is known of the network's units: measured here, or precomputed."""
    known = precomputed_evidence(spec.net).measured
    units = unit_study(spec.network).final_result
    waves = gratings(spec.network).final_result
    return Evidence(
        spec.net, replace(known, units=units or known.units, gratings=waves or known.gratings)
    )


def tolerances_of(spec: Spec, picture: Picture | None) -> tuple[Tolerances | None, str]:
    """The tolerances over all pictures, and why there are none."""
    if picture is not None:
        return None, USER_PICTURE
    return tolerances_known(spec), SETTINGS


def conclusion(spec: Spec, picture: Picture | None) -> None:
    """What the measurements so far say about each hypothesis."""
    verdicts = (
        f"{H1}: {conclude(evidence_of(spec))}",
        h2_paragraph(spec.net, *tolerances_of(spec, picture)),
    )
    heading("Conclusion: separate filters per size? Does down-sampling generalize?")
    parts = (verdict.partition(": ") for verdict in verdicts)
    paragraphs(*((f"{name}:", rest) for name, _, rest in parts))
