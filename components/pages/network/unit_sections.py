"""The sections of the study that are about single units and kernels (H1)."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ....core.experiments.network.spec import WEIGHTS, Spec
from ....core.experiments.network.study import h1
from ....core.experiments.network.units import (
    agreement,
    grating_study,
    kernel_copies,
    kernel_standing,
    tuning,
)
from ....core.experiments.network.units import partners as network_partners
from ....core.experiments.network.units.kernel_copies import Copies
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import MeasurementSequence
from ....core.networks.unit_responses import SHIFTS_PX, SIZES_PX, Responses, crops
from ...figures.network import units as figures
from ...figures.network.study import short_layer_name
from ...live.chart import live_chart
from ...widgets.text import note, paragraphs
from .conclusion import evidence_of, tuning_of
from .measurements import SLUG, MeasurementPanel, gratings, kernels, show, unit_study, units


def _layer(spec: Spec, name: str, layers: list[str]) -> str:
    """A control for the layer that a section shows, at first the page's own."""
    first = layers.index(spec.shown_layer) if spec.shown_layer in layers else 0
    chosen = st.selectbox(
        "Layer",
        layers,
        index=first,
        format_func=short_layer_name,
        key=f"{SLUG}/study/{name}/{spec.network}",
        width=220,
    )
    return str(chosen)


def _has_enough(responses: Responses | None) -> bool:
    count = 0 if responses is None else len(set(responses.photographs))
    return count >= tuning.MIN_PHOTOGRAPHS


def _carried_over(spec: Spec, layer: str) -> str:
    """Whether the preferred sizes of a layer carry over; empty where that was not measured."""
    study = evidence_of(spec).study
    return "" if study is None else agreement.describe(agreement.verdicts(study.agreements)[layer])


def preferred(spec: Spec, picture: Picture | None) -> None:
    """Which sizes do units prefer?"""
    layer = _layer(spec, "preferred", [layer.name for layer in spec.net.layers])
    sequence = MeasurementSequence(*(units(spec.network, weights) for weights in WEIGHTS))

    def draw(results: tuple[Any, ...]) -> None:
        known = [tuning_of(layer, result) for result in results if _has_enough(result)]
        if known:
            paragraphs(tuning.describe(known[0], _carried_over(spec, layer)))
            live_chart(figures.tuning_figure(known), key=f"{SLUG}/tuning")
            live_chart(figures.histogram_figure(known), key=f"{SLUG}/preferred")
        study = evidence_of(spec).study
        if study is not None:
            live_chart(figures.agreement_figure(study.agreements), key=f"{SLUG}/agreement")

    method = (
        f"{len(crops())} crops of the bundled photographs at {len(SIZES_PX)} sizes and "
        f"{len(SHIFTS_PX)} shifts. A response is the maximum over positions. The largest object "
        "lies 21 px from the border, to which deep layers respond as well."
    )
    show(
        MeasurementPanel("units", spec.network, sequence, "Showing photographs", draw, method), None
    )


def _copied_units(spec: Spec, layer: str) -> None:
    evidence = evidence_of(spec)
    if evidence.study is None or evidence.copies is None:
        paragraphs(h1.answer(evidence))
        return
    test = evidence.study.partners[layer]
    paragraphs(
        h1.answer(evidence), h1.beyond_chance(evidence.copies), network_partners.describe(test)
    )
    live_chart(figures.partners_figure(evidence.copies), key=f"{SLUG}/partners")


def _copied_kernels(spec: Spec, found: dict[str, Copies]) -> None:
    if not found:
        side = f"{kernel_copies.SIDE} x {kernel_copies.SIDE}"
        note(
            f"{h1.network_name(spec.net)} has no depthwise kernels of {side} cells or more, so its "
            "kernels cannot be compared at another size."
        )
        return
    layer = _layer(spec, "kernels", list(found))
    shares = [copies.shares for copies in found.values()]
    standing = kernel_standing.standings(shares).get(layer, kernel_standing.CHANCE)
    paragraphs(("The kernels:", kernel_copies.describe(found[layer], standing)))
    live_chart(figures.kernel_shares_figure(shares), key=f"{SLUG}/kernel-shares")
    live_chart(figures.kernel_pairs_figure(found[layer]), key=f"{SLUG}/kernel-pairs")


def filters(spec: Spec, picture: Picture | None) -> None:
    """Does the network learn separate filters for each size?"""
    layer = _layer(spec, "partners", [layer.name for layer in spec.net.layers])
    network = spec.network
    sequence = MeasurementSequence(
        *(units(network, weights) for weights in WEIGHTS), unit_study(network)
    )
    method = (
        "Is a unit's response to another size predicted better by itself or by its best other "
        "unit? That unit is chosen on half of the photographs and scored on the other half."
    )
    panel = MeasurementPanel(
        "filters",
        network,
        sequence,
        "Looking for scaled copies",
        lambda results: _copied_units(spec, layer),
        method,
    )
    show(panel, None)

    def draw(results: tuple[Any, ...]) -> None:
        (found,) = results
        if measured.is_complete:
            _copied_kernels(spec, found)

    measured = kernels(network)
    show(
        MeasurementPanel(
            "kernels", network, MeasurementSequence(measured), "Comparing kernels", draw
        ),
        None,
    )


def wavelengths(spec: Spec, picture: Picture | None) -> None:
    """Which wavelengths do units prefer?"""

    def draw(results: tuple[Any, ...]) -> None:
        study = evidence_of(spec).waves
        if study is not None:
            found = [grating_study.describe(study, group) for group in study.groups]
            paragraphs(*found, grating_study.describe_middle(study))
            live_chart(figures.gratings_figure(study), key=f"{SLUG}/gratings")

    method = (
        "Gratings fill the canvas: 12 wavelengths, 8 orientations, 4 phases. What counts is the "
        "middle of each map, away from the outline that the canvas has where it ends."
    )
    sequence = MeasurementSequence(gratings(spec.network))
    show(
        MeasurementPanel("gratings", spec.network, sequence, "Showing gratings", draw, method), None
    )
