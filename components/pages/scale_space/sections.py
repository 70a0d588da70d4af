"""The sections of page scale-space; only the one that is chosen is computed and drawn."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import streamlit as st

from ....core.experiments.scale_space import EXPERIMENT, sentences
from ....core.experiments.scale_space.repeatability import (
    Repeatability,
    compare_with_sift,
    measure_repeatability,
)
from ....core.experiments.scale_space.result import Result
from ....core.experiments.scale_space.size_law import (
    compare_distances,
    measure_size_law,
    response_curves,
)
from ....core.experiments.scale_space.spec import Spec
from ....core.experiments.scale_space.stack import LevelCorrelation
from ....core.experiments.scale_space.stack_baseline import baseline_name, compare_with_stack
from ....core.specs.measurement_key import measurement_key
from ... import cached, jobs
from ...figures.scale_space import charts, maps
from ...live.chart import live_chart
from ...live.fold import live_fold
from ...markup import Html, element
from ...widgets.tables import table
from ...widgets.text import note, paragraphs, show
from ...widgets.user_picture import cached_for_picture, user_picture_id

SLUG = EXPERIMENT.slug
TEXT_COLUMNS = (0, 1)


def dot(color: str) -> Html:
    """Return a colored circle, as in a legend."""
    return element("span", "\N{LARGE CIRCLE}", style=f"color:{color}")


def _sizes(result: Result, spec: Spec) -> None:
    laws = [
        cached.cached_value(
            f"{SLUG}/law/{name}",
            (spec.operator, spec.intervals),
            partial(measure_size_law, name, spec.operator, spec.intervals),
        )
        for name in ("disc", "square")
    ]
    paragraphs(sentences.describe_size_laws(*laws))
    left, right = st.columns(2)
    with left:
        live_chart(charts.size_law_figure(laws), key="scale-space/laws")
    with right:
        live_chart(charts.curves_figure(response_curves(result)), key="scale-space/curves")
    distances = compare_distances(result)
    if distances and distances.pairs:
        rows = [
            (f"{pair.near_px:.2f}", f"{pair.far_px:.2f}", f"{pair.error_octaves:+.3f}")
            for pair in distances.pairs
        ]
        show(table(("near sigma, px", "far sigma, px", "error, octaves"), rows, ()))


def _sift(result: Result, spec: Spec) -> None:
    agreement = cached_for_picture(
        SLUG, "sift", measurement_key(spec), lambda _: compare_with_sift(result)
    )
    paragraphs(
        sentences.describe_agreement(agreement),
        "This is scikit-image's SIFT with the same thresholds and three scale steps per octave. "
        "It upsamples the picture by 2 first.",
    )
    live_chart(maps.sift_figure(result, agreement), key="scale-space/sift")
    note(
        dot(maps.BRIGHT),
        " has a match on the other side, ",
        dot(maps.DARK),
        f" has none. At most {maps.MAX_CIRCLES} keypoints are drawn on each side.",
    )


STACK_COLUMNS = (
    "order",
    "pooling",
    "level",
    "cells",
    "sigma, px",
    "correlation",
    "baseline",
    "best sigma, px",
    "1 px shift",
    "scale space",
)


def _stack(result: Result, spec: Spec) -> None:
    levels = cached_for_picture(
        SLUG, "stack", measurement_key(spec), lambda _: compare_with_stack(result)
    )
    paragraphs(*sentences.describe_stack(levels))
    left, right = st.columns(2)
    with left:
        live_chart(
            charts.correlation_figure(levels, baseline_name(result)), key="scale-space/correlation"
        )
    with right:
        live_chart(charts.shift_figure(levels), key="scale-space/shift")
    numbers = live_fold("Numbers of every level", key=f"{SLUG}/numbers")
    if numbers is not None:
        numbers.html(table(STACK_COLUMNS, [_stack_row(level) for level in levels], TEXT_COLUMNS))
    note(
        "Windows: 2 x 2 for max and average pooling, 5 x 5 (binomial) for blur pooling, all with "
        "stride 2 and a ReLU after the filter. Matching sigma: 1.26 px times the stride. A level "
        f"matches from a correlation of {sentences.MATCH_FROM} on. Best sigma: where the "
        "correlation is highest. Baseline: the same stack against the scale space of another "
        "photograph. 1 px shift: the norm of the change that it causes, as a fraction of the "
        "norm of the map; in the last column, of the scale space at the same cells."
    )


def _stack_row(level: LevelCorrelation) -> tuple[str, ...]:
    best = "none" if level.best_sigma_px is None else f"{level.best_sigma_px:.3g}"
    return (
        level.order,
        level.pool,
        str(level.level),
        str(level.cells),
        f"{level.sigma_px:.3g}",
        sentences.two_decimals(level.correlation),
        sentences.two_decimals(level.baseline),
        best,
        sentences.two_decimals(level.shift_change),
        sentences.two_decimals(level.reference_change),
    )


REPEATABILITY_COLUMNS = (
    "detector",
    "change",
    "keypoints",
    "detectable",
    "repeated",
    "repeatability",
    "chance level",
)


def _repeatability_row(row: Repeatability) -> tuple[str, ...]:
    counts = (str(row.total), str(row.detectable), str(row.repeated))
    fractions = (sentences.two_decimals(row.fraction), sentences.two_decimals(row.chance))
    return (row.detector, row.change, *counts, *fractions)


def _draw_repeatability(rows: tuple[Repeatability, ...]) -> None:
    paragraphs(sentences.describe_repeatability(rows))
    live_chart(charts.repeatability_figure(rows), key="scale-space/repeatability")
    show(table(REPEATABILITY_COLUMNS, [_repeatability_row(row) for row in rows], TEXT_COLUMNS))


def _start(result: Result, key: Hashable) -> None:
    jobs.start(SLUG, "repeatability", key, lambda report: measure_repeatability(result, report))


def _repeatability(result: Result, spec: Spec) -> None:
    paragraphs(
        "The picture is shifted by 1 px, or downscaled by 1 to 3 octaves (means over blocks). A "
        "keypoint is repeated if one is detected within half an octave and within 1 px, or within "
        "half its sigma where that is more. The stack's keypoints are its strongest cells."
    )
    key = (measurement_key(spec), user_picture_id(SLUG))
    job = jobs.current(SLUG, "repeatability", key)
    st.button(
        "Measure repeatability",
        on_click=_start,
        args=(result, key),
        disabled=job is not None and job.is_live,
    )
    if job is not None:
        jobs.panel(job, "Detecting keypoints after each change", _draw_repeatability)


SECTIONS = {
    "Object size": _sizes,
    "SIFT": _sift,
    "Filter and pooling": _stack,
    "Repeatability": _repeatability,
}


def draw_chosen(result: Result, spec: Spec) -> None:
    """Draw the choice of a section, and the one that is chosen."""
    names = list(SECTIONS)
    chosen = st.segmented_control(  # with st.tabs every repaint takes a fifth longer
        "Section",
        names,
        default=names[0],
        required=True,
        key=f"{SLUG}/section",
        label_visibility="collapsed",
    )
    SECTIONS[chosen or names[0]](result, spec)
