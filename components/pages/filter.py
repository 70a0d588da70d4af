"""Page filter: scale-tuning curves, the maps of the present scene, and a kernel editor."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ...core import formatting
from ...core.errors import UserError
from ...core.experiments.filter import EXPERIMENT, kernel_editor, pretrained_kernels, sentences
from ...core.experiments.filter import cell as filter_cell
from ...core.experiments.filter.run import curves
from ...core.experiments.filter.scene import Scene, run_picture, run_scene
from ...core.experiments.filter.spec import SCENE, Spec
from ...core.experiments.filter.tuning import TuningCurve
from .. import cached, controls, session
from ..figures.filter import curves as filter_curves
from ..figures.filter import maps as figures
from ..live.chart import ChartCallbacks, live_chart
from ..live.fold import live_fold
from ..widgets.cell_inspector import CellInspector
from ..widgets.tables import table
from ..widgets.text import heading, paragraphs
from ..widgets.user_picture import session_cached, user_picture, user_picture_fields
from .page import Page

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
PRESETS: dict[str, dict[str, Any]] = {
    "Average pooling": {"order": "pool-then-filter", "pool": "average", "depth": 2},
    "Pool after the filter": {"order": "filter-then-pool", "depth": 2},
    "Three layers of one filter": {"order": "layers-of-filter", "depth": 2},
    "Gratings": {"filter": "gabor", "second": "dog", "object": "grating", "size_px": 20.0},
    "Four filters": {"third": "dog", "fourth": "blur"},
    "On a photograph": {"source": "chelsea"},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Preferred size and tuning width of every filter."""
    rows: list[tuple[str, ...]] = [("", "preferred, px", "octaves")]
    for name, curve in zip(spec.names, curves(spec), strict=True):
        rows.append((name, _preferred(curve), _octaves(curve)))
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
    seen: Scene = session_cached(SLUG, "scene", spec, lambda: run_picture(spec, own))
    return seen


def _preferred(curve: TuningCurve) -> str:
    if curve.preferred_px is None:
        return "none"
    flat = curve.size_selectivity is not None and curve.size_selectivity <= sentences.FLAT_BELOW
    return "any" if flat else formatting.significant_digits(curve.preferred_px)


def _octaves(curve: TuningCurve) -> str:
    width = curve.bandwidth_octaves
    return NOT_IN_RANGE if width is None else f"{width:.1f}"


NOT_IN_RANGE = "not within the range"
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
    return name, _preferred(curve), _half_maximum(curve), _octaves(curve), matters


def _table(spec: Spec) -> str:
    rows = [_row(name, curve) for name, curve in zip(spec.names, curves(spec), strict=True)]
    return table(COLUMNS, rows) + (
        '<div class="scalescope-note">Half-maximum range: the sizes at which the median peak '
        "response is half its maximum, and the octaves between them (one octave is a factor of 2); "
        "'...' where the range of sizes ends before. Size selectivity: 1 - minimum / maximum of "
        "the median peak response from 2 px on; 0 is a flat curve.</div>"
    )


INSPECTOR = CellInspector(
    SLUG,
    filter_cell,
    part="filter/cell",
    hint=(
        "Point at a cell of any map to see its inputs; click to pin it, Esc to unpin. "
        "For example, the maximum of the first filter's map:<br>"
    ),
)


@st.fragment(key=INSPECTOR.part)
def _cell_panel() -> None:
    spec = session.current_spec(EXPERIMENT)
    st.html(INSPECTOR.html(_scene(spec), spec.pin))


def _changed(fields: dict[str, str]) -> None:
    session.update_and_publish(SLUG, **fields)
    st.rerun()


def _painted(spec: Spec, cell: tuple[int, int, int] | None) -> None:
    if cell is not None:
        weight = float(st.session_state.get("filter/brush", 1.0))
        _changed(kernel_editor.painted(spec, cell[1], cell[2], weight))


def _resized(spec: Spec) -> None:
    side = st.session_state["filter/side"]
    if side is not None:
        _changed(kernel_editor.with_side(spec, side))


def _edit(spec: Spec, name: str) -> None:
    _changed(kernel_editor.edited(spec, name))


def _editor(spec: Spec) -> None:
    kernel = kernel_editor.first_kernel(spec)
    heading("Paint a filter")
    paragraphs(
        "Click a cell to set it to the weight of the brush. Any change turns the first filter into "
        "'custom', starting from the present one, and the curves follow."
    )
    left, right = st.columns([0.46, 0.54])
    with left:
        live_chart(
            figures.kernel_figure(spec.filter, kernel),
            key="filter/weights",
            callbacks=ChartCallbacks(on_click=lambda cell: _painted(spec, cell)),
        )
    with right:
        low, high = -1000.0, 1000.0
        st.number_input("Brush: weight", low, high, 1.0, 0.25, key="filter/brush")
        sides = kernel.shape[0] if kernel.shape[0] == kernel.shape[1] else None
        st.session_state["filter/side"] = sides if sides in kernel_editor.SIDES else None
        st.segmented_control(
            "Kernel size",
            kernel_editor.SIDES,
            format_func=lambda side: f"{side} x {side}",
            key="filter/side",
            on_change=_resized,
            args=(spec,),
        )
        with st.container(horizontal=True):
            for name in kernel_editor.NAMES:
                st.button(name, on_click=_edit, args=(spec, name))


def _use_kernel(layer: str, cell: tuple[int, int, int] | None) -> None:
    unit = (
        None
        if cell is None
        else pretrained_kernels.unit_at(pretrained_kernels.banks()[layer], cell[1], cell[2])
    )
    if unit is None:
        return
    try:
        _changed(pretrained_kernels.kernel_fields(layer, unit))
    except UserError as error:
        session.state(SLUG).notes = [str(error)]
        st.rerun()


def _bank() -> None:
    """Show the kernels of a trained network; its weights are read when this is first unfolded."""
    box = live_fold("Use a filter of a trained network", key=f"{SLUG}/bank")
    if box is None:
        return
    with box:
        titles = pretrained_kernels.titles()
        layer = st.selectbox("Layer", list(titles), format_func=titles.get, key=f"{SLUG}/place")
        st.caption(
            "The depthwise kernels of EfficientNet-Lite0, each in its own color range (not "
            "comparable): blue is positive, red negative. Click one to use it, scaled to a "
            "maximum response of 1."
        )
        live_chart(
            figures.bank_figure(layer, pretrained_kernels.tiled(pretrained_kernels.banks()[layer])),
            key=f"{SLUG}/kernels",
            callbacks=ChartCallbacks(on_click=lambda cell: _use_kernel(layer, cell)),
        )


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


def details(spec: Spec) -> str:
    """Draw the table, a cell's arithmetic, the upload, the editor, pooling and growing filters."""
    st.html(_table(spec))
    _cell_panel()
    user_picture_fields(
        SLUG, f"It replaces the scene. The tuning curves stay those of a {spec.object}."
    )
    _editor(spec)
    _bank()
    result = cached.result(EXPERIMENT, spec)
    heading("Does pooling shift the preferred size?")
    paragraphs(sentences.describe_pooling(result))
    live_chart(filter_curves.levels_figure(result), key="filter/levels")
    heading("A filter that grows with the object")
    paragraphs(sentences.describe_growth(result))
    live_chart(filter_curves.growth_figure(result), key="filter/growth")
    return ""


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
