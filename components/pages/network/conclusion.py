"""The conclusion of the study: what its measurements so far say about the hypotheses."""

from __future__ import annotations

from ....core.experiments.network.spec import WEIGHTS, Spec
from ....core.experiments.network.study.h1 import Evidence, Tests, Tunings, h1_verdict
from ....core.experiments.network.study.h2 import Sweeps, h2_verdict
from ....core.experiments.network.study.measurements import trained_and_shuffled
from ....core.experiments.network.units import tuning
from ....core.imaging.subjects import Picture
from ....core.networks.unit_responses import Responses
from ...widgets.text import heading, paragraphs
from .measurements import kernels, of_network, partners, sweep, units


def tuning_of(layer: str, responses: Responses) -> tuning.Tuning:
    """The size tuning of a layer's units."""
    maps = responses.response[layer]
    return tuning.tuning(layer, responses.sizes_px, maps, responses.photographs)


def tunings_of(spec: Spec) -> Tunings | None:
    """The size tuning of every layer, once all units of both networks are measured."""
    trained, shuffled = (units(spec.network, weights).final_result for weights in WEIGHTS)
    if trained is None or shuffled is None:
        return None

    def make() -> Tunings:
        layers = trained.response
        return {name: (tuning_of(name, trained), tuning_of(name, shuffled)) for name in layers}

    return of_network("tunings", spec.network, make)


def tests_of(spec: Spec) -> Tests | None:
    """The partner tests of every layer, once those of both networks are complete."""
    trained, shuffled = (partners(spec.network, weights).final_result for weights in WEIGHTS)
    if trained is None or shuffled is None:
        return None
    return {name: (test, shuffled[name]) for name, test in trained.items()}


def evidence_of(spec: Spec) -> Evidence:
    """The complete measurements about H1."""
    return Evidence(spec.net, tunings_of(spec), tests_of(spec), kernels(spec.network).final_result)


def sweeps_of(spec: Spec) -> Sweeps | None:
    """The complete sweeps with trained and with shuffled weights."""
    trained, shuffled = (sweep(key).final_result for key in trained_and_shuffled(spec))
    return None if trained is None or shuffled is None else (trained, shuffled)


def conclusion(spec: Spec, picture: Picture | None) -> None:
    """What the measurements so far say about each hypothesis."""
    verdicts = h1_verdict(evidence_of(spec)), h2_verdict(spec.net, sweeps_of(spec))
    heading("Conclusion: separate filters per size? Does down-sampling generalize?")
    parts = (verdict.partition(": ") for verdict in verdicts)
    paragraphs(*((f"{name}:", rest) for name, _, rest in parts))
