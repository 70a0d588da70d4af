"""Page 2: squares of several sizes under pooling, and how much depends on their alignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from ...core import formatting
from ...core.evidence.finding import Finding
from ...core.experiments.pooling import EXPERIMENT, sentences
from ...core.experiments.pooling.result import Result, Square
from ...core.experiments.pooling.run import find_scene
from ...core.experiments.pooling.spec import Spec
from .. import cached, controls, session
from ..figures import pooling as figures
from ..live.chart import ChartCallbacks, live_chart
from ..markup import Html, bold, join_html
from ..widgets.tables import table
from ..widgets.text import heading, note_html, paragraphs, show
from .page import Page

SLUG = "pooling"
MAIN_FIELDS = ("sizes_px", "row", "column", "depth", "pool", "pool_size", "pool_stride")
ADVANCED_FIELDS = ("scene", "seed")
PRESETS: dict[str, dict[str, Any]] = {
    "Aligned with the cells": {"scene": "aligned", "row": 0, "column": 0},
    "Shift by one pixel": {"scene": "aligned", "row": 1, "column": 1},
    "Blur before subsampling": {"pool": "max-blur", "pool_size": 3, "pool_stride": 2},
    "Stride 1: no alignment effect": {"pool": "max", "pool_size": 2, "pool_stride": 1},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """Give the receptive field and stride of the last layer, and the number of alignments."""
    pooling = spec.pooling()
    return [
        ("receptive field in the ReLU map", f"{pooling.receptive_field(spec.depth)} px"),
        ("stride of the last layer", f"{pooling.alignments} px"),
        ("alignments", f"{pooling.alignments**2:,}"),
    ]


def slider_maxima(spec: Spec) -> dict[str, float]:
    """End the sliders before a whole cell, since moving by that changes nothing."""
    last = max(1, spec.pooling().alignments - 1)
    return {"row": last, "column": last}


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Give the reasons of the controls that have no effect now."""
    if spec.scene == "random":
        reason = "The scene is random: each square has its own offset."
        return {"row": reason, "column": reason}
    return {"seed": "The scene is aligned, so no seed is used."}


def draw(spec: Spec) -> None:
    """Draw the maps with their caption, and the table of cells."""
    result = cached.result(EXPERIMENT, spec)
    live_chart(
        figures.figure(result),
        key="pooling/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )
    show(_table(result))


def _cell(square: Square, level: int) -> str:
    first, second = square.cells[level]
    if square.merged[level]:
        return bold(f"{first[0]},{first[1]}")
    return f"{first[0]},{first[1]} | {second[0]},{second[1]}"


def _row(square: Square, levels: range) -> list[str]:
    merge = "none" if square.merge_level is None else str(square.merge_level)
    return [f"{square.size_px} px", merge, *(_cell(square, level) for level in levels)]


def _table(result: Result) -> Html:
    levels = range(result.spec.depth + 1)
    head = ["square", "first shared level", *(f"level {level}" for level in levels)]
    rows = [_row(square, levels) for square in result.squares]
    return join_html(
        table(head, rows, ()),
        note_html(
            "First shared level: the first at which one cell holds both corners (they merge). "
            "Levels: the cell (row,column) of the upper left | bottom right corner; bold where "
            "they share it."
        ),
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
        (
            claim.reading,
            f"{claim.count_true} of {claim.count_total}",
            formatting.percent(claim.fraction),
        )
        for claim in result.claims
    ]
    return table(("reading", "alignments where true", "fraction"), rows)


def details(spec: Spec) -> str:
    """Draw the probabilities over alignments; return the readings of a claim as HTML."""
    result = cached.result(EXPERIMENT, spec)
    heading("Probability over alignments")
    paragraphs(" ".join(sentences.describe_closed_form(spec)))
    live_chart(figures.alignment_figure(result), key="pooling/alignments")
    heading("Do all squares but the largest merge?")
    paragraphs(" ".join(sentences.describe_claim(result)))
    with st.container(horizontal=True):
        st.button("Draw a random scene", on_click=_draw_scene, args=(spec,))
        st.button("Find one where it holds", on_click=_find_scene, args=(spec, True))
        st.button("Find one where it fails", on_click=_find_scene, args=(spec, False))
    heading("Does one pooling layer give the same output for a 4x4 and a 2x2 square?")
    paragraphs(
        "The question can be read in several ways. Each is counted over every alignment, with the "
        "pooling chosen on this page."
    )
    return _claims(result)


def findings(spec: Spec) -> Sequence[Finding]:
    """Give what the page says, with how it is known."""
    return EXPERIMENT.findings(cached.result(EXPERIMENT, spec))


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
    findings=findings,
)
