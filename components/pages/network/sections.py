"""The sections of the study: the measurement of each, its sentences and its charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from ....core.experiments.network.spec import SWEEP, WEIGHTS, Spec
from ....core.experiments.network.study.measurements import per_background, trained_and_shuffled
from ....core.experiments.network.study.sentences import size_or_detail, tolerance_of_layers
from ....core.experiments.network.sweep_sentences import compare_sweeps
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
from ...widgets.text import note, paragraphs
from .conclusion import tests_of, tuning_of, tunings_of
from .measurements import (
    SLUG,
    MeasurementPanel,
    details,
    gratings,
    kernels,
    partners,
    show,
    sweep,
    units,
)

Section = Callable[[Spec, Picture | None], None]


def _name(spec: Spec) -> str:
    return spec.net.title.split(",")[0]


def _shifts_and_weights(spec: Spec) -> str:
    return f"{_name(spec)}, {spec.weights} weights. Band: {spec.shifts} one-pixel shifts."


def _measured(results: tuple[Any, ...]) -> list[Any]:
    """The results that there are so far."""
    return [result for result in results if result is not None]


def _lacks_classes(spec: Spec) -> bool:
    """Whether the network has no classes; a note then says so."""
    if not spec.net.classes:
        note(f"{_name(spec)} has no classes, so it predicts none.")
    return not spec.net.classes


def _backgrounds(spec: Spec, picture: Picture | None) -> None:
    if _lacks_classes(spec):
        return
    sequence = MeasurementSequence(*(sweep(key, object_only=True) for key in per_background(spec)))

    def draw(results: tuple[Any, ...]) -> None:
        known = _measured(results)
        if known:
            caption = compare_sweeps(known) if sequence.is_complete else ""
            live_chart(curves.backgrounds_figure(known, caption), key=f"{SLUG}/backgrounds")

    panel = MeasurementPanel(
        "backgrounds",
        measurement_key(spec, SWEEP),
        sequence,
        "Measuring on every background",
        draw,
        _shifts_and_weights(spec),
    )
    show(panel, picture)


def _detail(spec: Spec, picture: Picture | None) -> None:
    if _lacks_classes(spec):
        return
    full_detail = replace(measurement_key(spec, SWEEP), detail_px=0)
    sequence = MeasurementSequence(sweep(full_detail, object_only=True), details(full_detail))

    def draw(results: tuple[Any, ...]) -> None:
        small, reduced = results
        if small is not None or reduced:
            caption = size_or_detail(small, reduced) if sequence.is_complete else ""
            live_chart(curves.details_figure(small, reduced or (), caption), key=f"{SLUG}/detail")

    show(
        MeasurementPanel(
            "detail", full_detail, sequence, "Reducing the detail", draw, _shifts_and_weights(spec)
        ),
        picture,
    )


def _layers(spec: Spec, picture: Picture | None) -> None:
    sequence = MeasurementSequence(*(sweep(key) for key in trained_and_shuffled(spec)))
    shown = st.segmented_control(
        "Shown", list(layer_figures.MEASURES), default="corrected similarity", required=True,
        key=f"{SLUG}/study/measure", label_visibility="collapsed",
    )  # fmt: skip

    def draw(results: tuple[Any, ...]) -> None:
        known = _measured(results)
        if known:
            paragraphs(tolerance_of_layers(*results))
            live_chart(layer_figures.layers_figure(known, str(shown)), key=f"{SLUG}/layers")
            live_chart(layer_figures.tolerance_figure(known), key=f"{SLUG}/tolerance")

    method = (
        "Spatially averaged activations minus those of the blank canvas. Baseline: other objects."
    )
    panel = MeasurementPanel(
        "layers", trained_and_shuffled(spec)[0], sequence, "Comparing layers", draw, method
    )
    show(panel, picture)


def _layer(spec: Spec, name: str, layers: list[str]) -> str:
    """A control for the layer that a section shows, at first the page's own."""
    first = layers.index(spec.shown_layer) if spec.shown_layer in layers else 0
    chosen = st.selectbox(
        "Layer",
        layers,
        index=first,
        format_func=layer_figures.short_layer_name,
        key=f"{SLUG}/study/{name}/{spec.network}",
        width=220,
    )
    return str(chosen)


def _has_enough(responses: Responses | None) -> bool:
    count = 0 if responses is None else len(set(responses.photographs))
    return count >= tuning.MIN_PHOTOGRAPHS


def _preferred(spec: Spec, picture: Picture | None) -> None:
    layer = _layer(spec, "preferred", [layer.name for layer in spec.net.layers])
    sequence = MeasurementSequence(*(units(spec.network, weights) for weights in WEIGHTS))

    def draw(results: tuple[Any, ...]) -> None:
        known = [tuning_of(layer, result) for result in results if _has_enough(result)]
        if not known:
            return
        if len(known) == 2:
            paragraphs(tuning.describe(*known))
        live_chart(figures.tuning_figure(known), key=f"{SLUG}/tuning")
        live_chart(figures.histogram_figure(known), key=f"{SLUG}/preferred")
        tunings = tunings_of(spec)
        if tunings:
            live_chart(figures.agreement_figure(tunings), key=f"{SLUG}/agreement")

    method = (
        f"{len(crops())} crops of the bundled photographs at {len(SIZES_PX)} sizes and "
        f"{len(SHIFTS_PX)} shifts. A response is the maximum over positions."
    )
    show(
        MeasurementPanel("units", spec.network, sequence, "Showing photographs", draw, method), None
    )


def _copied_units(spec: Spec, layer: str) -> None:
    tests = tests_of(spec)
    if tests:
        paragraphs(network_partners.describe(*tests[layer]))
        live_chart(figures.partners_figure(tests), key=f"{SLUG}/partners")


def _copied_kernels(spec: Spec) -> None:
    measurement = kernels(spec.network)
    if not measurement.is_complete:
        return
    copies = measurement.result
    if not copies:
        side = f"{kernel_copies.SIDE} x {kernel_copies.SIDE}"
        note(
            f"{_name(spec)} has no depthwise kernels of {side} cells or more, so its kernels "
            "cannot be compared at another size."
        )
        return
    layer = _layer(spec, "kernels", list(copies))
    paragraphs(("The kernels:", kernel_copies.describe(copies[layer])))
    live_chart(figures.kernel_shares_figure(copies), key=f"{SLUG}/kernel-shares")
    live_chart(figures.kernel_pairs_figure(copies[layer]), key=f"{SLUG}/kernel-pairs")


def _filters(spec: Spec, picture: Picture | None) -> None:
    layer = _layer(spec, "partners", [layer.name for layer in spec.net.layers])
    network = spec.network
    sequence = MeasurementSequence(
        *(units(network, weights) for weights in WEIGHTS),
        *(partners(network, weights) for weights in WEIGHTS),
        kernels(network),
    )

    def draw(results: tuple[Any, ...]) -> None:
        _copied_units(spec, layer)
        _copied_kernels(spec)

    method = (
        "Is a unit's response to another size predicted better by itself or by its best other "
        "unit? That unit is chosen on half of the photographs and scored on the other half."
    )
    show(
        MeasurementPanel("filters", network, sequence, "Looking for scaled copies", draw, method),
        None,
    )


def _gratings(spec: Spec, picture: Picture | None) -> None:
    sequence = MeasurementSequence(*(gratings(spec.network, weights) for weights in WEIGHTS))

    def draw(results: tuple[Any, ...]) -> None:
        known = _measured(results)
        if len(known) == 2:
            paragraphs(network_gratings.describe(*known))
        if known:
            live_chart(figures.gratings_figure(known), key=f"{SLUG}/gratings")

    method = (
        "Gratings fill the canvas, so there is neither an outline nor a background: 12 "
        "wavelengths, 8 orientations, 4 phases."
    )
    show(
        MeasurementPanel("gratings", spec.network, sequence, "Showing gratings", draw, method), None
    )


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Does the background matter?", _backgrounds),
    ("Small size or low resolution?", _detail),
    ("What do the layers keep across sizes?", _layers),
    ("Which sizes do units prefer?", _preferred),
    ("Does the network learn separate filters for each size?", _filters),
    ("Which wavelengths do units prefer?", _gratings),
)
