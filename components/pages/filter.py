"""Page 3: scale-tuning curves, the present scene under every filter, and an editor of kernels."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ...core import formatting
from ...core.experiments.filter import cell as filter_cell
from ...core.experiments.filter import kernel_editor, pretrained_kernels, sentences
from ...core.experiments.filter.run import Result, curves
from ...core.experiments.filter.scene import Scene, look, look_at
from ...core.experiments.filter.spec import SCENE, Spec
from ...core.experiments.filter.tuning import Curve
from .. import cached, controls, session
from ..figures.filter import curves as filter_curves
from ..figures.filter import maps as figures
from ..live.chart import live_chart
from ..live.fold import live_fold
from ..widgets.cell_inspector import Cells
from ..widgets.tables import table
from ..widgets.text import heading, paragraphs
from ..widgets.user_picture import made, own_fields, own_picture

SLUG = "filter"
SLIDERS = ("size_px", "object", "filter", "second", "order", "depth", "pool")
MORE = (
    "third",
    "fourth",
    "source",
    "kernel",
    "sizes_px",
    "reference_px",
    "pool_size",
    "pool_stride",
    "contrast",
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
    """What every filter prefers, and how wide its tuning is."""
    rows: list[tuple[str, ...]] = [("", "prefers, px", "octaves")]
    for name, curve in zip(spec.names, curves(spec), strict=True):
        rows.append((name, _preferred(curve), _octaves(curve)))
    return rows


def ends(spec: Spec) -> dict[str, float]:
    """Every slider may run over its field's whole range."""
    return {}


def why_not(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons = {}
    if "custom" not in spec.names:
        reasons["kernel"] = "Choose a filter 'custom' to use it, or paint one below."
    if spec.depth == 0:
        for name in ("order", "pool", "pool_size", "pool_stride"):
            reasons[name] = "There are no pooling levels."
    own = own_picture(SLUG) is not None
    if own or spec.source != SCENE:
        names = ("row_shift_px", "column_shift_px")
        reasons |= dict.fromkeys(names, "The maps are those of a photograph.")
    if own:
        reasons["source"] = "Your own picture is on screen; forget it to choose another."
    return reasons


def _scene(spec: Spec) -> Scene:
    """What the maps are of: for all sessions, or for this one where the picture is its own."""
    own = own_picture(SLUG)
    if own is None:
        return look(spec)
    seen: Scene = made(SLUG, "scene", spec, lambda: look_at(spec, own))
    return seen


def _preferred(curve: Curve) -> str:
    if curve.preferred_px is None:
        return "none"
    flat = curve.size_matters is not None and curve.size_matters <= sentences.ALIKE
    return "any" if flat else formatting.significant_digits(curve.preferred_px)


def _octaves(curve: Curve) -> str:
    width = curve.bandwidth_octaves
    return "cut off" if width is None else f"{width:.1f}"


COLUMNS = ("filter", "prefers, px", "half height, px", "octaves", "size matters")


def _half_heights(curve: Curve) -> str:
    ends = [
        "cut off" if at is None else formatting.significant_digits(at)
        for at in curve.half_heights_px
    ]
    return "cut off" if ends == ["cut off"] * 2 else " to ".join(ends)


def _row(name: str, curve: Curve) -> tuple[str, ...]:
    index = curve.size_matters
    matters = "none" if index is None else f"{index:.2f}"
    return name, _preferred(curve), _half_heights(curve), _octaves(curve), matters


def _table(spec: Spec) -> str:
    rows = [_row(name, curve) for name, curve in zip(spec.names, curves(spec), strict=True)]
    return table(COLUMNS, rows) + (
        '<div class="scalescope-note">Octaves: between the sizes at half the highest median. Cut '
        "off: the range of sizes ends before. Size matters: 1 - smallest / largest median peak "
        "from 2 px on; 0 is a filter to which all sizes are alike.</div>"
    )


CELLS = Cells(
    SLUG,
    filter_cell,
    part="filter/cell",
    hint=(
        "Point at a cell of any map to see what it is made of; click to keep it, Esc to let go. "
        "For example, the strongest response of the first filter:<br>"
    ),
)


@st.fragment(key=CELLS.part)
def _cell_panel() -> None:
    spec: Spec = session.state(SLUG).spec
    st.html(CELLS.html(_scene(spec), spec.pin))


def _changed(fields: dict[str, str]) -> None:
    session.assign(SLUG, **fields)
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
    heading("Paint your own")
    paragraphs(
        "Click a cell to give it the weight of the brush. Any change turns the first filter into "
        "'custom', starting from the one chosen; the curves follow."
    )
    left, right = st.columns([0.46, 0.54])
    with left:
        live_chart(
            figures.kernel_figure(spec.filter, kernel),
            key="filter/weights",
            on_click=lambda cell: _painted(spec, cell),
        )
    with right:
        low, high = -1000.0, 1000.0
        st.number_input("Brush: weight to paint", low, high, 1.0, 0.25, key="filter/brush")
        sides = kernel.shape[0] if kernel.shape[0] == kernel.shape[1] else None
        st.session_state["filter/side"] = sides if sides in kernel_editor.SIDES else None
        st.segmented_control(
            "Size",
            kernel_editor.SIDES,
            format_func=lambda side: f"{side} x {side}",
            key="filter/side",
            on_change=_resized,
            args=(spec,),
        )
        with st.container(horizontal=True):
            for name in kernel_editor.NAMES:
                st.button(name, on_click=_edit, args=(spec, name))


def _taken(place: str, cell: tuple[int, int, int] | None) -> None:
    unit = (
        None
        if cell is None
        else pretrained_kernels.unit_at(pretrained_kernels.banks()[place], cell[1], cell[2])
    )
    if unit is None:
        return
    try:
        _changed(pretrained_kernels.taken(place, unit))
    except ValueError as error:
        session.state(SLUG).notes = [str(error)]
        st.rerun()


def _bank() -> None:
    """The kernels of a trained network; its weights are read when this is first unfolded."""
    box = live_fold("Take one from a trained network", key=f"{SLUG}/bank")
    if box is None:
        return
    with box:
        titles = pretrained_kernels.titles()
        place = st.selectbox("Layer", list(titles), format_func=titles.get, key=f"{SLUG}/place")
        st.caption(
            "The depthwise kernels of EfficientNet-Lite0, each in its own colour range (not "
            "comparable): blue is positive, red negative. Click one to take it, scaled to a "
            "strongest response of 1."
        )
        live_chart(
            figures.bank_figure(place, pretrained_kernels.tiled(pretrained_kernels.banks()[place])),
            key=f"{SLUG}/kernels",
            on_click=lambda cell: _taken(place, cell),
        )


def draw(spec: Spec) -> None:
    """The maps of the present scene and the tuning curves, with their words."""
    scene, known = _scene(spec), curves(spec)
    left, right = st.columns([0.46, 0.54])
    with left:
        live_chart(
            figures.figure(spec, scene),
            key="filter/chart",
            readouts=readouts(spec),
            on_move=controls.moving(SLUG),
            pinned=filter_cell.find(scene, spec.pin),
            on_click=CELLS.clicked,
            on_hover=CELLS.hovered,
        )
    with right:
        live_chart(filter_curves.curves_figure(spec, known), key="filter/curves")


def details(spec: Spec) -> str:
    """The numbers, a cell's arithmetic, one's own picture, the editor, levels, growing filters."""
    st.html(_table(spec))
    _cell_panel()
    own_fields(SLUG, f"It takes the place of the scene; the curves stay those of a {spec.object}.")
    _editor(spec)
    _bank()
    result: Result = cached.result(SLUG, spec)
    heading("Does pooling move it?")
    paragraphs(sentences.levels(result))
    live_chart(filter_curves.levels_figure(result), key="filter/levels")
    heading("A filter that grows with the object")
    paragraphs(sentences.growth(result))
    live_chart(filter_curves.growth_figure(result), key="filter/growth")
    return ""
