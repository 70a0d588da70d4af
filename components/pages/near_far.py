"""Page 1: the scene, the maps of every level, and the comparison of the two objects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from ...core import formatting
from ...core.evidence.finding import Finding
from ...core.experiments.near_far import EXPERIMENT, cell, sentences
from ...core.experiments.near_far.result import Level, Result
from ...core.experiments.near_far.spec import Spec
from ...core.experiments.near_far.walk import distances, walk
from ...core.filters.similarity import SAME_COSINE, SAME_PEAK
from ...core.specs.measurement_key import measurement_key
from .. import cached, controls, session
from ..figures import near_far as figures
from ..figures import near_far_band as band_figure
from ..live.chart import ChartCallbacks, live_chart
from ..markup import Html, join_html
from ..widgets.cell_inspector import CellInspector
from ..widgets.tables import table
from ..widgets.text import note_html, show
from .page import Page

SLUG = "near-far"
MAIN_FIELDS = (
    "object_size_m",
    "near_m",
    "far_m",
    "focal_px",
    "depth",
    "object",
    "filter",
    "background",
)
ADVANCED_FIELDS = (
    "kernel",
    "pool",
    "pool_size",
    "pool_stride",
    "padding",
    "stride",
    "dilation",
    "brightness",
    "contrast_sign",
    "noise",
    "seed",
    "row_shift_px",
    "column_shift_px",
    "canvas_px",
)
PRESETS = {
    "A size-selective filter": {
        "filter": "small-square",
        "object": "square",
        "object_size_m": 0.4,
        "near_m": 1.6,
        "far_m": 21.0,
        "focal_px": 160.0,
        "depth": 3,
        "background": "black",
        "contrast_sign": "positive",
        "brightness": 1.0,
        "noise": 0.0,
        "stride": 1,
        "dilation": 1,
        "row_shift_px": 0.0,
        "column_shift_px": 0.0,
    },
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Give the apparent sizes, their ratio in octaves, and the ground sample distances."""
    return [
        ("", "near", "far"),
        ("apparent size, px", *map(formatting.significant_digits, spec.apparent_px)),
        ("size ratio, octaves", "", f"{spec.octaves:.2f}"),
        ("GSD, m per pixel", *map(formatting.significant_digits, spec.gsd_m)),
    ]


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Give the reasons of the controls that have no effect now."""
    reasons = {}
    if spec.filter != "custom":
        reasons["kernel"] = "Choose the filter 'custom' to use this kernel."
    if spec.noise == 0:
        reasons["seed"] = "The noise is 0, so no seed is used."
    return reasons


HINT = (
    "Point at a cell of any map to see its receptive field and its inputs; click to pin it, Esc to "
    "unpin. Shown now: the peak response of the convolution."
)


INSPECTOR = CellInspector(SLUG, cell, part="near-far/cell", hint=HINT)


def _play() -> None:
    st.session_state["near-far/frames-wanted"] = True
    st.rerun(controls.picture_key(SLUG))


def _stopped(spec: Spec, index: int) -> None:
    path = distances(spec)
    session.update_and_publish(SLUG, far_m=round(path[min(index, len(path) - 1)], 3))
    st.rerun()


def _walk_key(spec: Spec) -> str:
    """Frames depend on everything but the far distance, unless that is the farthest of them."""
    return repr(measurement_key(replace(spec, far_m=max(distances(spec)))))


def _frames(result: Result) -> dict[str, Any] | None:
    if not st.session_state.pop("near-far/frames-wanted", False):
        return None
    return figures.frames(result, walk(result.spec), _walk_key(result.spec))


COLUMNS = (
    "level",
    "shape",
    "receptive field",
    "near",
    "far",
    "similarity",
    "baseline",
    "equal?",
)
TEXT_COLUMNS = (0, 2, 7)


def _level_row(result: Result, level: Level) -> tuple[str, ...]:
    field = sentences.receptive_field_px(level.geometry)
    return (
        level.name,
        f"{level.geometry.shape[0]} x {level.geometry.shape[1]}",
        f"{field}: {sentences.receptive_field_phrase(result, level)}",
        f"{level.peak[0]:.3f}",
        f"{level.peak[1]:.3f}",
        formatting.cosine(level.similarity),
        formatting.cosine(level.baseline),
        sentences.equality(result, level),
    )


def _levels_table(result: Result) -> Html:
    rows = [_level_row(result, level) for level in result.levels]
    return join_html(
        table(COLUMNS, rows, text_columns=TEXT_COLUMNS),
        note_html(
            "Receptive field: its height by its width, where they differ. Near, far: peak response "
            "to each object, alone on the background, as the scene "
            "stands. Similarity: cosine of the 3 x 3 activations around the two peaks. Baseline: "
            f"the same with a {sentences.baseline_name(result)} in place of the far object. Equal: "
            f"a cosine of at least {SAME_COSINE:g} and peaks within {SAME_PEAK:.0%}, in how many "
            "of the views tried (the scene as it stands, and moved by parts of a pixel and by a "
            "pixel). Undecided: in some of them only, or within a tenth of the line."
        ),
    )


@st.fragment(key=INSPECTOR.part)
def _cell_panel() -> None:
    spec = session.current_spec(EXPERIMENT)
    show(INSPECTOR.html(cached.result(EXPERIMENT, spec), spec.pin))


def _band(result: Result) -> None:
    response = band_figure.measured(result)
    if response is not None:
        live_chart(band_figure.figure(result, response), key="near-far/band")


def draw(spec: Spec) -> None:
    """Draw the chart with its caption and its player."""
    result = cached.result(EXPERIMENT, spec)
    live_chart(
        figures.figure(result, _walk_key(spec)),
        key="near-far/chart",
        readouts=readouts(spec),
        pinned=cell.find(result, spec.pin),
        frames=_frames(result),
        callbacks=ChartCallbacks(
            on_move=controls.chart_move_handler(SLUG),
            on_click=INSPECTOR.clicked,
            on_hover=INSPECTOR.hovered,
            on_play=_play,
            on_frame=lambda index: _stopped(spec, index),
        ),
    )


def details(spec: Spec) -> str:
    """Explain one cell, draw the responses over all alignments, and give the table of levels."""
    result = cached.result(EXPERIMENT, spec)
    _cell_panel()
    _band(result)
    return _levels_table(result)


def _findings(spec: Spec) -> Sequence[Finding]:
    return EXPERIMENT.findings(cached.result(EXPERIMENT, spec))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
    findings=_findings,
)
