"""The editor of the first filter's kernel, and the kernels of a trained network to start from."""

from __future__ import annotations

import streamlit as st

from ....core.errors import UserError
from ....core.experiments.filter import EXPERIMENT, kernel_editor, pretrained_kernels
from ....core.experiments.filter.spec import Spec
from ... import session
from ...figures.filter import kernels as figures
from ...live.chart import ChartCallbacks, live_chart
from ...live.fold import live_fold
from ...widgets.text import heading, paragraphs


def _apply(fields: dict[str, str]) -> None:
    session.update_and_publish(EXPERIMENT.slug, **fields)
    st.rerun()


def _on_paint(spec: Spec, cell: tuple[int, int, int] | None) -> None:
    if cell is not None:
        weight = float(st.session_state.get("filter/brush", 1.0))
        _apply(kernel_editor.painted(spec, cell[1], cell[2], weight))


def _on_size(spec: Spec) -> None:
    side = st.session_state["filter/side"]
    if side is not None:
        _apply(kernel_editor.with_side(spec, side))


def _on_edit(spec: Spec, name: str) -> None:
    _apply(kernel_editor.edited(spec, name))


def draw_editor(spec: Spec) -> None:
    """Draw the kernel of the first filter as cells to paint, with brush, size and edits."""
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
            callbacks=ChartCallbacks(on_click=lambda cell: _on_paint(spec, cell)),
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
            on_change=_on_size,
            args=(spec,),
        )
        with st.container(horizontal=True):
            for name in kernel_editor.NAMES:
                st.button(name, on_click=_on_edit, args=(spec, name))


def _use_kernel(layer: str, cell: tuple[int, int, int] | None) -> None:
    if cell is None:
        return
    unit = pretrained_kernels.unit_at(pretrained_kernels.banks()[layer], cell[1], cell[2])
    if unit is None:
        return
    try:
        _apply(pretrained_kernels.kernel_fields(layer, unit))
    except UserError as error:
        session.state(EXPERIMENT.slug).notes = [str(error)]
        st.rerun()


def draw_bank() -> None:
    """Show the kernels of a trained network; its weights are read when this is first unfolded."""
    box = live_fold("Use a filter of a trained network", key="filter/bank")
    if box is None:
        return
    with box:
        titles = pretrained_kernels.titles()
        layer = st.selectbox(
            "Layer", list(titles), format_func=titles.__getitem__, key="filter/layer"
        )
        st.caption(
            "The depthwise kernels of EfficientNet-Lite0, each in its own color range (not "
            "comparable): blue is positive, red negative. Click one to use it, scaled to a "
            "maximum response of 1."
        )
        live_chart(
            figures.bank_figure(layer, pretrained_kernels.tiled(pretrained_kernels.banks()[layer])),
            key="filter/kernels",
            callbacks=ChartCallbacks(on_click=lambda cell: _use_kernel(layer, cell)),
        )
