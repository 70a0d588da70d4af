"""Page filter: scale-tuning curves, the maps of the present scene, and a kernel editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from ....core import formatting
from ....core.errors import UserError
from ....core.evidence.finding import Finding
from ....core.experiments.filter import EXPERIMENT, sentences
from ....core.experiments.filter import cell as filter_cell
from ....core.experiments.filter.run import curves
from ....core.experiments.filter.scene import Scene, run_picture, run_scene
from ....core.experiments.filter.spec import SCENE, SIZES, Spec
from ....core.experiments.filter.tuning import TuningCurve
from ....core.experiments.filter.verdicts import size_verdict
from ... import cached, controls, session
from ...figures.filter import curves as filter_curves
from ...figures.filter import maps as figures
from ...live.chart import ChartCallbacks, live_chart
from ...markup import Html, join_html
from ...widgets.cell_inspector import CellInspector
from ...widgets.tables import table
from ...widgets.text import heading, note_html, paragraphs, show
from ...widgets.user_picture import (
    session_cached,
    user_picture,
    user_picture_fields,
    user_picture_note,
)
from ..page import Page
from . import kernel_editor

SLUG = "filter"
MAIN_FIELDS = ("size_px", "object", "filter", "second", "order", "depth", "pool")
ADVANCED_FIELDS = (
    "third",
    "fourth",
    "source",
    "kernel",
    "sizes_px",
    "reference_px",
    "pool_size",
    "pool_stride",
    "contrast_sign",
    "row_shift_px",
    "column_shift_px",
)
POOLING = {"depth": 2, "pool_size": 2, "pool_stride": 2}
PRESETS: dict[str, dict[str, Any]] = {
    "Average pooling": {**POOLING, "order": "pool-then-filter", "pool": "average"},
    "Pool after the filter": {**POOLING, "order": "filter-then-pool", "pool": "max"},
    "Three layers of one filter": {**POOLING, "order": "layers-of-filter", "pool": "max"},
    "Gratings": {
        "filter": "gabor",
        "second": "dog",
        "third": "none",
        "fourth": "none",
        "object": "grating",
        "size_px": 20.0,
        "source": "scene",
        "contrast_sign": "positive",
        "sizes_px": SIZES,
    },
    "Four filters": {
        "filter": "upper-left-corner",
        "second": "small-square",
        "third": "dog",
        "fourth": "blur",
    },
    "On a photograph": {"source": "chelsea"},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Preferred size and tuning width of every filter."""
    rows: list[tuple[str, ...]] = [("", "preferred, px", "octaves")]
    for name, curve in zip(spec.names, curves(spec), strict=True):
        rows.append((name, _preferred(curve), _octaves(curve, NOT_AVAILABLE)))
    return rows


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons = {}
    if "custom" not in spec.names:
        reasons["kernel"] = "Used where a filter is 'custom'; choose that, or paint one below."
    if spec.depth == 0:
        for name in ("order", "pool", "pool_size", "pool_stride"):
            reasons[name] = "There are no pooling layers: the depth is 0."
    own = user_picture(SLUG) is not None
    if own or spec.source != SCENE:
        names = ("row_shift_px", "column_shift_px")
        reasons |= dict.fromkeys(names, "The maps show a photograph.")
    if own:
        reasons["source"] = "Your own picture is on screen. Remove it to choose another."
    return reasons


def _scene(spec: Spec) -> Scene:
    """The scene of the maps, shared by all sessions unless the picture is a person's own."""
    own = user_picture(SLUG)
    if own is None:
        return run_scene(spec)
    scene: Scene = session_cached(SLUG, "scene", spec, lambda: run_picture(spec, own))
    return scene


def _preferred(curve: TuningCurve) -> str:
    if curve.preferred_px is None:
        return "none"
    flat = size_verdict("", curve).is_no
    return "any" if flat else formatting.significant_digits(curve.preferred_px)


def _octaves(curve: TuningCurve, unknown: str) -> str:
    width = curve.bandwidth_octaves
    return unknown if width is None else f"{width:.1f}"


NOT_IN_RANGE = "not within the range"
NOT_AVAILABLE = "n/a"  # the same in the sidebar, where there is no room
COLUMNS = (
    "filter",
    "preferred size, px",
    "half-maximum range, px",
    "octaves",
    "size selectivity",
)


def _half_maximum(curve: TuningCurve) -> str:
    ends = [
        "..." if size is None else formatting.significant_digits(size)
        for size in curve.half_maximum_px
    ]
    return NOT_IN_RANGE if ends == ["..."] * 2 else " to ".join(ends)


def _row(name: str, curve: TuningCurve) -> tuple[str, ...]:
    index = curve.size_selectivity
    matters = "none" if index is None else f"{index:.2f}"
    return name, _preferred(curve), _half_maximum(curve), _octaves(curve, NOT_IN_RANGE), matters


def _table(spec: Spec) -> Html:
    rows = [_row(name, curve) for name, curve in zip(spec.names, curves(spec), strict=True)]
    return join_html(
        table(COLUMNS, rows),
        note_html(
            "Half-maximum range: the sizes at which the median peak response is half its maximum, "
            "and the octaves between them (one octave is a factor of 2); '...' where the curve "
            "does not fall to half within the sizes measured. Size selectivity: 1 - minimum / "
            "maximum of the median peak response from 2 px on; 0 is a flat curve."
        ),
    )


INSPECTOR = CellInspector(
    SLUG,
    filter_cell,
    part="filter/cell",
    hint=(
        "Point at a cell of any map to see its inputs; click to pin it, Esc to unpin. "
        "Shown now: the peak response of the first filter."
    ),
)


@st.fragment(key=INSPECTOR.part)
def _cell_panel() -> None:
    spec = session.current_spec(EXPERIMENT)
    show(INSPECTOR.html(_scene(spec), spec.pin))


def draw(spec: Spec) -> None:
    """Draw the maps of the present scene and the tuning curves."""
    scene, known = _scene(spec), curves(spec)
    left, right = st.columns([0.46, 0.54])
    with left:
        live_chart(
            figures.figure(spec, scene),
            key="filter/chart",
            readouts=readouts(spec),
            pinned=filter_cell.find(scene, spec.pin),
            callbacks=ChartCallbacks(
                on_move=controls.chart_move_handler(SLUG),
                on_click=INSPECTOR.clicked,
                on_hover=INSPECTOR.hovered,
            ),
        )
    with right:
        live_chart(filter_curves.curves_figure(spec, known), key="filter/curves")


def _picture_fields(spec: Spec) -> None:
    user_picture_fields(
        SLUG, f"It replaces the scene. The tuning curves stay those of a {spec.object}."
    )


def details(spec: Spec) -> str:
    """Draw the table, a cell's arithmetic, the upload, the editor, pooling and growing filters."""
    try:
        user_picture_note(SLUG, _scene(spec).picture.shape)
    except UserError:  # the picture is too elongated, as stands where it would be drawn
        _picture_fields(spec)
        return ""
    show(_table(spec))
    _cell_panel()
    _picture_fields(spec)
    kernel_editor.draw_editor(spec)
    kernel_editor.draw_bank()
    result = cached.result(EXPERIMENT, spec)
    heading("Does pooling shift the preferred size?")
    paragraphs(sentences.describe_pooling(result))
    live_chart(filter_curves.levels_figure(result), key="filter/levels")
    heading("A filter that grows with the object")
    paragraphs(" ".join(sentences.describe_growth(result)))
    live_chart(filter_curves.growth_figure(result), key="filter/growth")
    return ""


def _findings(spec: Spec) -> Sequence[Finding]:
    """What is said of the result; of the person's own picture, its peaks."""
    try:
        scene = _scene(spec)
    except UserError:  # as in details, nothing is said of what cannot be drawn
        return ()
    return EXPERIMENT.findings(replace(cached.result(EXPERIMENT, spec), scene=scene))


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
