"""The page of pretrained networks: one object near and far, and the feature maps of a layer."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from ....core import formatting
from ....core.experiments.network import EXPERIMENT, view_sentences
from ....core.experiments.network.spec import Spec
from ....core.imaging.decode import SAMPLES
from ....core.networks import NetworkMissing
from ....core.networks.notation import AUTO
from ... import controls, session
from ...figures.network import views as figures
from ...live.box import live_box
from ...live.chart import ChartCallbacks, live_chart
from ...live.fold import live_fold
from ...markup import element
from ...widgets.tables import table
from ...widgets.text import note_html, show, to_html
from ...widgets.user_picture import user_picture, user_picture_fields, user_picture_note
from ..page import Page
from . import findings, layer_browser, state, study

SLUG = "network"
MAIN_FIELDS = (
    "near_px",
    "far_px",
    "detail_px",
    "resize_mode",
    "background",
    "image",
    "network",
    "weights",
)
ADVANCED_FIELDS = (
    "layer",
    "box",
    "classes",
    "resampling",
    "row_shift_px",
    "column_shift_px",
    "sizes_px",
    "shifts",
    "seed",
)
PRESETS: dict[str, dict[str, Any]] = {
    "Same detail, two sizes": {"near_px": 181.0, "far_px": 24.0, "detail_px": 24},
    "On white": {"background": "white"},
    "MobileNetV2": {"network": "mobilenet-v2", "layer": "auto"},
    "Shuffled weights": {"weights": "shuffled"},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Both sizes in pixels, in cells of the layer, and the octaves between them."""
    stride = spec.net.layer(spec.shown_layer).stride_px
    near, far = spec.near_px, spec.far_px
    return [
        ("", "near", "far"),
        (
            "apparent size, px",
            formatting.significant_digits(near),
            formatting.significant_digits(far),
        ),
        (
            f"cells of {spec.shown_layer}",
            formatting.significant_digits(near / stride, 2),
            formatting.significant_digits(far / stride, 2),
        ),
        ("size ratio, octaves", "", f"{math.log2(near / far):.2f}"),
    ]


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that have no effect now, each with the reason."""
    reasons = {}
    if spec.background != "texture":
        reasons["seed"] = "Only the background 'texture' uses a seed."
    if not spec.net.classes:
        reasons["classes"] = f"{spec.net.title} has no classes."
    if user_picture(SLUG) is not None:
        reasons["image"] = "Your own picture is shown; forget it to choose another."
    return reasons


def _clicked(units: list[int], cell: tuple[int, int, int] | None) -> None:
    """Show the card of the unit whose map on the first screen was clicked."""
    if cell is not None and cell[0] > 0:
        layer_browser.choose(units[(cell[0] - 1) % len(units)])


def draw(spec: Spec) -> None:
    """The two pictures, the predictions and the units that change most with size."""
    try:
        shown, changes = state.view_pair(spec), state.size_sensitivity(spec)
    except NetworkMissing as error:
        st.info(f"{error} Until then, choose another network.")
        return
    units = changes.order[: figures.UNITS].tolist()
    span = (float(changes.value_range[0, units].min()), float(changes.value_range[1, units].max()))
    figure = figures.figure(shown, units, state.palette(spec), span)
    live_chart(
        figure,
        key="network/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(
            on_move=controls.chart_move_handler(SLUG), on_click=lambda cell: _clicked(units, cell)
        ),
    )


def _comparisons(spec: Spec) -> None:
    """The control, and the effect of the background at both sizes."""
    shown, pairs = state.view_pair(spec), findings.on_backgrounds(spec)
    paragraphs_html = to_html(
        view_sentences.compare_weights(shown, findings.with_other_weights(spec)),
        view_sentences.compare_backgrounds(shown, pairs),
    )
    numbers = table(("background", "p near", "p far"), view_sentences.background_rows(pairs))
    show(element("div", element("div", paragraphs_html), numbers, style_class="scalescope-beside"))


def _on_box(box: tuple[float, float, float, float]) -> None:
    session.update_and_publish(SLUG, box=",".join(f"{edge:g}" for edge in box))
    st.rerun()


def _box_field(spec: Spec) -> None:
    """The photograph with the box of the object on it."""
    fold = live_fold("Which part of the picture is the object?", key=f"{SLUG}/where")
    if fold is None:
        return
    from ....core.imaging.palette import encode_jpeg

    subject = spec.subject(user_picture(SLUG))
    with fold:
        st.caption(
            "Drag the box or its corners, or draw a new box. On the keyboard, arrow keys move it, "
            "and Shift with an arrow key resizes it. Its numbers are under More."
        )
        live_box(
            encode_jpeg(subject.picture),
            spec.box_percent(user_picture(SLUG) is not None),
            key="network/box",
            label="Box of the object",
            on_box=_on_box,
        )
        st.button(
            "Reset the box",
            on_click=lambda: session.update_and_publish(SLUG, box=AUTO),
            disabled=spec.box == AUTO,
        )


def _sources(spec: Spec) -> str:
    """The sources of the photograph and the weights, with their licenses."""
    weights = f"Weights: {spec.net.title} from {spec.net.package}, {spec.net.license}."
    if user_picture(SLUG) is not None:
        return weights
    sample = SAMPLES[spec.sample.photograph]
    return f"Photograph: {sample.title}, {sample.license}. {weights}"


def details(spec: Spec) -> str:
    """All sizes, the control, the picture and its box, the browser of the layer and the study."""
    if spec.net.missing_reason():
        return ""
    picture = user_picture(SLUG)
    user_picture_note(SLUG)
    study.size_curve(spec, picture)
    if spec.net.classes:
        _comparisons(spec)
    user_picture_fields(SLUG)
    _box_field(spec)
    layer_browser.draw(spec)
    study.draw(spec, picture)
    return note_html(_sources(spec))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
    findings=findings.findings,
)
