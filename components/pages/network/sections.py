"""The sections of the study: the measurement of each, its sentences and its charts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import streamlit as st

from ....core.experiments.network.recognition import compare_sweeps
from ....core.experiments.network.spec import SWEEP, WEIGHTS, Spec
from ....core.experiments.network.study.h2_sentences import tolerance_paragraph
from ....core.experiments.network.study.measurements import per_background, trained_and_shuffled
from ....core.experiments.network.study.sentences import layers_of_picture, size_or_detail
from ....core.experiments.network.tolerance.measure import over_pictures
from ....core.experiments.network.tolerance.table import Tolerances
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import MeasurementSequence
from ....core.specs.measurement_key import measurement_key
from ...figures.network import study as layer_figures
from ...figures.network import sweep as curves
from ...figures.network.tolerance import curve_on_screen, tolerance_figure
from ...live.chart import live_chart
from ...widgets.text import note, paragraphs
from . import unit_sections
from .measurements import (
    SLUG,
    MeasurementPanel,
    details,
    show,
    sweep,
    tolerances,
    tolerances_known,
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


def _over_pictures(spec: Spec, picture: Picture | None) -> None:
    """The tolerance of every layer over all bundled pictures, the one on screen among them."""
    on_screen = sweep(replace(spec, weights=WEIGHTS[0])).result

    def draw(table: Tolerances | None) -> None:
        if table is not None:
            paragraphs(tolerance_paragraph(table))
            shown = curve_on_screen(spec, table, picture, on_screen)
            live_chart(tolerance_figure(table, shown), key=f"{SLUG}/tolerance")

    known = tolerances_known(spec)
    if known is not None:
        draw(known)
        return
    sequence = MeasurementSequence(tolerances(spec))
    panel = MeasurementPanel(
        "tolerances",
        over_pictures(spec),
        sequence,
        "Measuring over all pictures",
        lambda results: draw(results[0]),
        "Over all bundled pictures, at these settings:",
    )
    show(panel, None)


def _layers(spec: Spec, picture: Picture | None) -> None:
    _over_pictures(spec, picture)
    sequence = MeasurementSequence(*(sweep(key) for key in trained_and_shuffled(spec)))
    shown = st.segmented_control(
        "Shown", list(layer_figures.MEASURES), default="corrected similarity", required=True,
        key=f"{SLUG}/study/measure", label_visibility="collapsed",
    )  # fmt: skip

    def draw(results: tuple[Any, ...]) -> None:
        known = _measured(results)
        if known:
            paragraphs(layers_of_picture(known[0]))
            live_chart(layer_figures.layers_figure(known, str(shown)), key=f"{SLUG}/layers")

    method = (
        "The picture on screen. Spatially averaged activations minus those of the blank canvas. "
        "Baseline: other objects."
    )
    panel = MeasurementPanel(
        "layers", trained_and_shuffled(spec)[0], sequence, "Comparing layers", draw, method
    )
    show(panel, picture)


SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Does the background matter?", _backgrounds),
    ("Small size or low resolution?", _detail),
    ("What do the layers keep across sizes?", _layers),
    ("Which sizes do units prefer?", unit_sections.preferred),
    ("Does the network learn separate filters for each size?", unit_sections.filters),
    ("Which wavelengths do units prefer?", unit_sections.wavelengths),
)
