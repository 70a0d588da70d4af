"""Page 2: squares of several sizes under pooling, and how much of what one sees is luck."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ...core import formatting
from ...core.experiments.pooling import EXPERIMENT, sentences
from ...core.experiments.pooling.result import Result, Square
from ...core.experiments.pooling.run import find_scene
from ...core.experiments.pooling.spec import Spec
from .. import cached, controls, session
from ..figures import pooling as figures
from ..live.chart import ChartCallbacks, live_chart
from ..widgets.tables import table
from ..widgets.text import heading, paragraphs
from .page import Page

SLUG = "pooling"
MAIN_FIELDS = ("sizes_px", "row", "column", "depth", "pool", "pool_size", "pool_stride")
ADVANCED_FIELDS = ("scene", "seed")
PRESETS: dict[str, dict[str, Any]] = {
    "A lucky scene": {"scene": "aligned", "row": 0, "column": 0},
    "One pixel further": {"scene": "aligned", "row": 1, "column": 1},
    "Blur before sub-sampling": {"pool": "max-blur", "pool_size": 3, "pool_stride": 2},
    "Stride 1: no luck": {"pool": "max", "pool_size": 2, "pool_stride": 1},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The deepest cells and how many alignments there are."""
    pooling = spec.pooling()
    return [
        ("a deepest cell sees", f"{pooling.reach(spec.depth)} px"),
        ("from one to the next", f"{pooling.alignments} px"),
        ("alignments", f"{pooling.alignments**2:,}"),
    ]


def slider_maxima(spec: Spec) -> dict[str, float]:
    """Moving by a whole cell changes nothing, so the sliders end before it."""
    last = max(1, spec.pooling().alignments - 1)
    return {"row": last, "column": last}


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    if spec.scene == "random":
        reason = "The scene is random: each square has its own offset."
        return {"row": reason, "column": reason}
    return {"seed": "The scene is aligned: nothing is drawn."}


def draw(spec: Spec) -> None:
    """The maps with their words, and the table of cells."""
    result = cached.result(EXPERIMENT, spec)
    live_chart(
        figures.figure(result),
        key="pooling/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )
    st.html(_table(result))


def _cell(square: Square, level: int) -> str:
    first, second = square.cells[level]
    if square.merged[level]:
        return f"<b>{first[0]},{first[1]}</b>"
    return f"{first[0]},{first[1]} | {second[0]},{second[1]}"


def _row(square: Square, levels: range) -> list[str]:
    merge = "none" if square.merge_level is None else str(square.merge_level)
    return [f"{square.size_px} px", merge, *(_cell(square, level) for level in levels)]


def _table(result: Result) -> str:
    levels = range(result.spec.depth + 1)
    head = ["square", "merge level", *(f"level {level}" for level in levels)]
    rows = [_row(one, levels) for one in result.squares]
    return table(head, rows, ()) + (
        '<div class="scalescope-note">The cell (row,column) of the upper left | bottom right '
        "corner; bold where one cell holds both.</div>"
    )


def _draw_scene(spec: Spec) -> None:
    session.update_and_publish(SLUG, scene="random", seed=(spec.seed + 1) % 1_000_000)
    st.rerun()


def _find_scene(spec: Spec, holds: bool) -> None:
    seed = find_scene(spec, holds)
    if seed is None:
        wanted = "holds" if holds else "fails"
        session.state(SLUG).notes = [
            f"Among 20,000 random scenes there was none where the claim {wanted} at this depth."
        ]
    else:
        session.update_and_publish(SLUG, scene="random", seed=seed)
    st.rerun()


def _claims(result: Result) -> str:
    rows = [
        (one.reading, f"{one.true} of {one.of}", formatting.percent(one.fraction))
        for one in result.claims
    ]
    return table(("reading", "alignments", "true in"), rows)


def details(spec: Spec) -> str:
    """Luck over all alignments, the claim about the largest, and the claim about one pooling."""
    result = cached.result(EXPERIMENT, spec)
    heading("Luck, measured")
    paragraphs(sentences.law(spec))
    live_chart(figures.luck_figure(result), key="pooling/luck")
    heading("All but the largest?")
    paragraphs(sentences.claim(result))
    with st.container(horizontal=True):
        st.button("Draw a random scene", on_click=_draw_scene, args=(spec,))
        st.button("Find one where it holds", on_click=_find_scene, args=(spec, True))
        st.button("Find one where it fails", on_click=_find_scene, args=(spec, False))
    heading("'One 2x2 max-pool gives the same output for a 4x4 and a 2x2 square'")
    paragraphs(
        "It can be read in three ways. Counted over every alignment, with the pooling on screen:"
    )
    return _claims(result)


PAGE = Page(
    experiment=EXPERIMENT,
    main_fields=MAIN_FIELDS,
    advanced_fields=ADVANCED_FIELDS,
    presets=PRESETS,
    readouts=readouts,
    disabled_reasons=disabled_reasons,
    slider_maxima=slider_maxima,
    draw=draw,
    details=details,
)
