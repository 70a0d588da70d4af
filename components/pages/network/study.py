"""The study below the page's first screen: the curve over all sizes, and the sections."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from ....core.experiments.network.spec import SWEEP, Spec
from ....core.imaging.subjects import Picture
from ....core.jobs.measurement import MeasurementSequence
from ....core.specs.measurement_key import measurement_key
from ...figures.network import sweep as figures
from ...live.chart import live_chart
from ...live.fold import live_folds
from ...widgets.text import heading, note
from . import sections
from .conclusion import conclusion
from .measurements import SLUG, MeasurementPanel, show, sweep

OTHER_WEIGHTS = {"trained": "shuffled", "shuffled": "trained"}
NO_CLASSES = "has no classes, so it predicts none. The similarity of its layers is below."


def size_curve(spec: Spec, picture: Picture | None) -> None:
    """The probability of the correct class at every apparent size, near and far marked."""
    if spec.net.missing_reason():
        return
    if not spec.net.classes:
        note(f"{spec.net.title.split(',')[0]} {NO_CLASSES}")
        return
    is_compared = bool(st.session_state.get(f"{SLUG}/compared"))
    parts = [sweep(spec, object_only=True)]
    if is_compared:
        parts.append(sweep(replace(spec, weights=OTHER_WEIGHTS[spec.weights]), object_only=True))

    def draw(results: tuple[Any, ...]) -> None:
        live_chart(figures.size_curve_figure(spec, *results), key=f"{SLUG}/size-curve")

    key = (measurement_key(spec, SWEEP), is_compared)
    method = f"Line: mean over {spec.shifts} one-pixel shifts of the object. Band: all of them."
    show(
        MeasurementPanel(
            "size-curve", key, MeasurementSequence(*parts), "Measuring every size", draw, method
        ),
        picture,
    )
    st.toggle(f"Compare with {OTHER_WEIGHTS[spec.weights]} weights", key=f"{SLUG}/compared")


def draw(spec: Spec, picture: Picture | None) -> None:
    """The sections, each measured when it is opened, and a verdict per hypothesis."""
    if spec.net.missing_reason():
        return

    @st.fragment(key=f"{SLUG}/study")
    def study() -> None:
        heading("Measure this network")
        live_folds(sections.SECTIONS, spec, picture, key=f"{SLUG}/study")
        conclusion(spec, picture)

    study()
