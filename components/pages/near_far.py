"""Page 1: the scene, the ladder of maps, and what each level keeps of the two objects."""

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
from ..widgets.cell_inspector import CellInspector
from ..widgets.tables import table
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
    "A filter that cares about size": {
        "filter": "small-square",
        "object": "square",
        "far_m": 21.0,
        "depth": 3,
    },
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Apparent sizes, ground sample distances and the octaves between them."""
    near_px, far_px = spec.apparent_px
    near_gsd, far_gsd = spec.gsd_m
    return [
        ("", "near", "far"),
        (
            "apparent size, px",
            f"{formatting.significant_digits(near_px)}",
            f"{formatting.significant_digits(far_px)}",
        ),
        (
            "ground sample, m/px",
            f"{formatting.significant_digits(near_gsd)}",
            f"{formatting.significant_digits(far_gsd)}",
        ),
        ("octaves between them", "", f"{spec.octaves:.2f}"),
    ]


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons = {}
    if spec.filter != "custom":
        reasons["kernel"] = "Choose the filter 'custom' to use it."
    if spec.noise == 0:
        reasons["seed"] = "There is no noise to draw."
    return reasons


HINT = (
    "Point at a cell of any map to see what it sees of the scene and what it is made of; click to "
    "keep it, Esc to let go. For example, the strongest response of all:<br>"
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


COLUMNS = ("level", "shape", "a cell sees", "near", "far", "similarity", "floor", "same?")
WORDS = (0, 2, 7)


def _ladder_row(result: Result, level: Level) -> tuple[str, ...]:
    return (
        f"{level.level} {level.name}",
        f"{level.geometry.shape[0]} x {level.geometry.shape[1]}",
        f"{max(level.geometry.size)} px: {sentences.sees(result, level)}",
        f"{level.peak[0]:.3f}",
        f"{level.peak[1]:.3f}",
        sentences.alike(level.similarity),
        sentences.alike(level.floor),
        sentences.verdict(level),
    )


def _ladder_table(result: Result) -> str:
    rows = [_ladder_row(result, level) for level in result.levels]
    return table(COLUMNS, rows, text_columns=WORDS) + (
        '<div class="scalescope-note">Near, far: the peak response to each. Similarity: cosine of '
        "the 3 x 3 cells around the two peaks, each object alone on the background. Floor: the "
        f"same with a {sentences.other_name(result)} in the far one's place. Same: cosine "
        "from 0.99 on and peaks within 5 %. Luck: undone when the scene moves by one pixel.</div>"
    )


def draw(spec: Spec) -> None:
    """The chart with its words and its player."""
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
    """The arithmetic of a cell, and the table of levels."""
    result = cached.result(EXPERIMENT, spec)
    return INSPECTOR.html(result, spec.pin) + _ladder_table(result)


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
