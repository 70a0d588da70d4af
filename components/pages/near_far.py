"""Page 1: the scene, the maps of every level, and the comparison of the two objects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import streamlit as st

from ...core import formatting
from ...core.experiments.near_far import EXPERIMENT, cell, sentences
from ...core.experiments.near_far.result import Level, Result
from ...core.experiments.near_far.spec import Spec
from ...core.experiments.near_far.walk import distances, walk
from ...core.specs.measurement_key import measurement_key
from .. import cached, controls, session
from ..figures import near_far as figures
from ..live.chart import ChartCallbacks, live_chart
from ..markup import Html, join_html
from ..widgets.cell_inspector import CellInspector
from ..widgets.tables import table
from ..widgets.text import note_html
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
        "far_m": 21.0,
        "depth": 3,
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


INSPECTOR = CellInspector(SLUG, cell, part=controls.details_key(SLUG), hint=HINT)


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
    return (
        level.name,
        f"{level.geometry.shape[0]} x {level.geometry.shape[1]}",
        f"{max(level.geometry.size)} px: {sentences.receptive_field_phrase(result, level)}",
        f"{level.peak[0]:.3f}",
        f"{level.peak[1]:.3f}",
        formatting.cosine(level.similarity),
        formatting.cosine(level.baseline),
        sentences.verdict(level),
    )


def _alignment_note(result: Result) -> str:
    """Explain the verdict 'alignment-dependent' where it occurs."""
    occurs = any(not all(level.same_after_shift) for level in result.levels)
    return " Alignment-dependent: gone after shifting the image by 1 px." if occurs else ""


def _levels_table(result: Result) -> Html:
    rows = [_level_row(result, level) for level in result.levels]
    return join_html(
        table(COLUMNS, rows, text_columns=TEXT_COLUMNS),
        note_html(
            "Near, far: peak response to each object, alone on the background. Similarity: cosine "
            "of the 3 x 3 activations around the two peaks. Baseline: the same with a "
            f"{sentences.baseline_name(result)} in place of the far object. Equal: a cosine of at "
            f"least 0.99 and peaks within 5 %.{_alignment_note(result)}"
        ),
    )


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
    """Explain one cell, and give the table of levels; HTML."""
    result = cached.result(EXPERIMENT, spec)
    return join_html(INSPECTOR.html(result, spec.pin), _levels_table(result))


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    draw=draw,
    details=details,
)
