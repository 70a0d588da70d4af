"""The sections of the study: what is measured in each, in what words and charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from ....core.experiments.network.spec import WEIGHTS, SWEEP, Spec
from ....core.experiments.network.study import hypotheses as network_hypotheses
from ....core.experiments.network.study.hypotheses import Evidence
from ....core.experiments.network.study.measurements import per_background, trained_and_shuffled
from ....core.experiments.network.study.sentences import blurred, layered
from ....core.experiments.network.sweep_sentences import compared
from ....core.experiments.network.units import gratings as network_gratings
from ....core.experiments.network.units import kernel_copies, tuning
from ....core.experiments.network.units import partners as network_partners
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import MeasurementSequence
from ....core.networks.unit_responses import SHIFTS_PX, SIZES_PX, Responses, crops
from ....core.specs.measurement_key import measurement_key
from ...figures.network import study as layer_figures
from ...figures.network import sweep as curves
from ...figures.network import units as figures
from ...live.chart import live_chart
from ...widgets.text import heading, note, paragraphs
from .measurements import (
    SLUG,
    MeasurementPanel,
    details,
    gratings,
    kernels,
    of_network,
    partners,
    show,
    sweep,
    units,
)

Section = Callable[[Spec, Picture | None], None]


def _named(spec: Spec) -> str:
    return spec.net.title.split(",")[0]


def _grounds(spec: Spec, picture: Picture | None) -> None:
    if not spec.net.classes:
        note(f"{_named(spec)} has no classes, so it cannot say what it sees.")
        return
    parts = MeasurementSequence(*(sweep(one, alone=True) for one in per_background(spec)))

    def draw(results: tuple[Any, ...]) -> None:
        known = [one for one in results if one is not None]
        if known:
            said = compared(known) if parts.is_complete else ""
            live_chart(curves.grounds_figure(known, said), key=f"{SLUG}/grounds")

    method = f"{_named(spec)}, {spec.weights} weights. Band: {spec.shifts} one-pixel shifts."
    panel = MeasurementPanel(
        "grounds",
        measurement_key(spec, SWEEP),
        parts,
        "Measuring on every background",
        draw,
        method,
    )
    show(panel, picture)


def _detail(spec: Spec, picture: Picture | None) -> None:
    if not spec.net.classes:
        note(f"{_named(spec)} has no classes, so it cannot say what it sees.")
        return
    whole = replace(measurement_key(spec, SWEEP), detail_px=0)
    parts = MeasurementSequence(sweep(whole, alone=True), details(whole))

    def draw(results: tuple[Any, ...]) -> None:
        small, less = results
        if small is not None or less:
            said = blurred(small, less) if parts.is_complete else ""
            live_chart(curves.details_figure(small, less or (), said), key=f"{SLUG}/detail")

    method = f"{_named(spec)}, {spec.weights} weights. Band: {spec.shifts} one-pixel shifts."
    show(MeasurementPanel("detail", whole, parts, "Taking away detail", draw, method), picture)


def _layers(spec: Spec, picture: Picture | None) -> None:
    parts = MeasurementSequence(*(sweep(one) for one in trained_and_shuffled(spec)))
    shown = st.segmented_control(
        "Shown", list(layer_figures.MEASURES), default="corrected similarity", required=True,
        key=f"{SLUG}/study/measure", label_visibility="collapsed",
    )  # fmt: skip

    def draw(results: tuple[Any, ...]) -> None:
        known = [one for one in results if one is not None]
        if known:
            paragraphs(layered(*results))
            live_chart(layer_figures.layers_figure(known, str(shown)), key=f"{SLUG}/layers")
            live_chart(layer_figures.tolerance_figure(known), key=f"{SLUG}/tolerance")

    method = "Mean-pooled activations less those of the blank canvas; floor: other objects."
    panel = MeasurementPanel(
        "layers", trained_and_shuffled(spec)[0], parts, "Comparing layers", draw, method
    )
    show(panel, picture)


def _layer(spec: Spec, name: str, layers: list[str]) -> str:
    """The layer that a section shows, at first the page's own."""
    first = layers.index(spec.shown_layer) if spec.shown_layer in layers else 0
    chosen = st.selectbox(
        "Layer",
        layers,
        index=first,
        format_func=layer_figures.short,
        key=f"{SLUG}/study/{name}/{spec.network}",
        width=220,
    )
    return str(chosen)


def _tuned(layer: str, seen: Responses) -> tuning.Tuning:
    return tuning.tuning(layer, seen.sizes_px, seen.response[layer], seen.photographs)


def _enough(seen: Responses | None) -> bool:
    return seen is not None and len(set(seen.photographs)) >= tuning.LEAST_PHOTOGRAPHS


def _tunings(spec: Spec) -> network_hypotheses.Tunings | None:
    """Of every place, once both networks have seen all pictures."""
    trained, shuffled = (units(spec.network, weights) for weights in WEIGHTS)
    if not (trained.is_complete and shuffled.is_complete):
        return None

    def make() -> network_hypotheses.Tunings:
        ours, theirs = trained.result, shuffled.result
        return {name: (_tuned(name, ours), _tuned(name, theirs)) for name in ours.response}

    found: network_hypotheses.Tunings = of_network("tunings", spec.network, make)
    return found


def _preferred(spec: Spec, picture: Picture | None) -> None:
    layer = _layer(spec, "preferred", [one.name for one in spec.net.layers])
    parts = MeasurementSequence(*(units(spec.network, weights) for weights in WEIGHTS))

    def draw(results: tuple[Any, ...]) -> None:
        known = [_tuned(layer, one) for one in results if _enough(one)]
        if not known:
            return
        if len(known) == 2:
            paragraphs(tuning.told(*known))
        live_chart(figures.tuning_figure(known), key=f"{SLUG}/tuning")
        live_chart(figures.histogram_figure(known), key=f"{SLUG}/preferred")
        every = _tunings(spec)
        if every:
            live_chart(figures.agreement_figure(every), key=f"{SLUG}/agreement")

    method = (
        f"{len(crops())} pieces of the bundled photographs at {len(SIZES_PX)} sizes and "
        f"{len(SHIFTS_PX)} shifts; a response is the maximum over positions."
    )
    show(MeasurementPanel("units", spec.network, parts, "Showing photographs", draw, method), None)


def _tests(spec: Spec) -> network_hypotheses.Tests | None:
    trained, shuffled = (partners(spec.network, weights) for weights in WEIGHTS)
    if not (trained.is_complete and shuffled.is_complete):
        return None
    return {name: (one, shuffled.result[name]) for name, one in trained.result.items()}


def _copied(spec: Spec, layer: str) -> None:
    tests = _tests(spec)
    if tests:
        paragraphs(network_partners.told(*tests[layer]))
        live_chart(figures.partners_figure(tests), key=f"{SLUG}/partners")


def _kernels(spec: Spec) -> None:
    measurement = kernels(spec.network)
    if not measurement.is_complete:
        return
    copies = measurement.result
    if not copies:
        note(
            f"{_named(spec)} has no depthwise kernels of {kernel_copies.SIDE} cells a side or "
            "more, so its kernels cannot be compared at another size."
        )
        return
    layer = _layer(spec, "kernels", list(copies))
    paragraphs(("The kernels themselves.", kernel_copies.told(copies[layer])))
    live_chart(figures.kernel_shares_figure(copies), key=f"{SLUG}/kernel-shares")
    live_chart(figures.kernel_pairs_figure(copies[layer]), key=f"{SLUG}/kernel-pairs")


def _filters(spec: Spec, picture: Picture | None) -> None:
    layer = _layer(spec, "partners", [one.name for one in spec.net.layers])
    network = spec.network
    parts = MeasurementSequence(
        *(units(network, weights) for weights in WEIGHTS),
        *(partners(network, weights) for weights in WEIGHTS),
        kernels(network),
    )

    def draw(results: tuple[Any, ...]) -> None:
        _copied(spec, layer)
        _kernels(spec)

    method = (
        "Is a unit at another size predicted better by itself or by its best other unit? The "
        "partner is chosen on half of the photographs and scored on the other half."
    )
    show(
        MeasurementPanel("filters", network, parts, "Looking for scaled copies", draw, method), None
    )


def _gratings(spec: Spec, picture: Picture | None) -> None:
    parts = MeasurementSequence(*(gratings(spec.network, weights) for weights in WEIGHTS))

    def draw(results: tuple[Any, ...]) -> None:
        known = [one for one in results if one is not None]
        if len(known) == 2:
            paragraphs(network_gratings.told(*known))
        if known:
            live_chart(figures.gratings_figure(known), key=f"{SLUG}/gratings")

    method = (
        "Gratings fill the whole canvas, so there is no outline and no background: 12 wavelengths, "
        "8 orientations, 4 phases."
    )
    show(MeasurementPanel("gratings", spec.network, parts, "Showing gratings", draw, method), None)


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Does the background matter?", _grounds),
    ("Really small, or only less detail?", _detail),
    ("What do the layers keep across sizes?", _layers),
    ("Which sizes do units prefer?", _preferred),
    ("Does it make separate filters for each size?", _filters),
    ("Which wavelengths do units prefer?", _gratings),
)


def _evidence(spec: Spec, picture: Picture | None) -> Evidence:
    """What is complete, of what is on screen."""
    sweeps = [sweep(one) for one in trained_and_shuffled(spec)]
    copies = kernels(spec.network)
    return Evidence(
        spec.net,
        (sweeps[0].result, sweeps[1].result) if all(one.is_complete for one in sweeps) else None,
        _tunings(spec),
        _tests(spec),
        copies.result if copies.is_complete else None,
    )


def hypotheses(spec: Spec, picture: Picture | None) -> None:
    """One computed sentence for each, true of what has been measured."""
    found = _evidence(spec, picture)
    heading("What this says of the hypotheses")
    said = (network_hypotheses.separates(found), network_hypotheses.generalises(found))
    parts = (one.partition(": ") for one in said)
    paragraphs(*((f"{name}:", rest) for name, _, rest in parts))
