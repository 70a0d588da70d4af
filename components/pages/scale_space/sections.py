"""The sections of page scale-space; only the one that is chosen is computed and drawn."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial

import streamlit as st

from ....core.evidence.finding import Finding
from ....core.evidence.phrases import interval_phrase
from ....core.experiments.scale_space import EXPERIMENT, findings, stack_sentences
from ....core.experiments.scale_space.repeatability import (
    Agreement,
    Repeatability,
    compare_with_sift,
    measure_repeatability,
)
from ....core.experiments.scale_space.repeats import Repeats, repeat
from ....core.experiments.scale_space.result import Result
from ....core.experiments.scale_space.size_law import (
    SizeLaw,
    compare_distances,
    response_curves,
)
from ....core.experiments.scale_space.spec import Spec
from ....core.experiments.scale_space.stack import ORDERS, POOL_WINDOWS, LevelCorrelation
from ....core.experiments.scale_space.stack_baseline import baseline_name, compare_with_stack
from ....core.experiments.scale_space.stack_sentences import two_decimals
from ....core.experiments.scale_space.verdicts import MATCH
from ....core.jobs.queue import Job
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


def repeats_of(result: Result, spec: Spec) -> Repeats:
    """The result once more, as often as its verdicts need."""
    return cached_for_picture(SLUG, "repeats", measurement_key(spec), lambda _: repeat(result))


def _laws(spec: Spec) -> list[SizeLaw]:
    key = (spec.operator, spec.intervals)
    return cached.cached_value(f"{SLUG}/laws", key, partial(findings.size_laws, spec))


def _size_findings(result: Result, spec: Spec) -> list[Finding]:
    distances = findings.distance_findings(repeats_of(result, spec))
    return [*distances, *findings.law_findings(_laws(spec))]


def _sizes(result: Result, spec: Spec) -> None:
    paragraphs(*(finding.sentence for finding in _size_findings(result, spec)))
    left, right = st.columns(2)
    with left:
        live_chart(charts.size_law_figure(_laws(spec)), key="scale-space/laws")
    with right:
        live_chart(charts.curves_figure(response_curves(result)), key="scale-space/curves")
    distances = compare_distances(result)
    if distances and distances.pairs:
        rows = [
            (f"{pair.near_px:.2f}", f"{pair.far_px:.2f}", f"{pair.error_octaves:+.3f}")
            for pair in distances.pairs
        ]
        show(table(("near sigma, px", "far sigma, px", "error, octaves"), rows, ()))


def _agreement(result: Result, spec: Spec) -> Agreement:
    key = measurement_key(spec)
    return cached_for_picture(SLUG, "sift", key, lambda _: compare_with_sift(result))


def _sift_findings(result: Result, spec: Spec) -> list[Finding]:
    agreement, repeats = _agreement(result, spec), repeats_of(result, spec)

    def compute(_: object) -> list[Finding]:
        return [findings.sift_finding(repeats, agreement)]

    return cached_for_picture(SLUG, "sift-findings", measurement_key(spec), compute)


def _sift(result: Result, spec: Spec) -> None:
    paragraphs(
        *(finding.sentence for finding in _sift_findings(result, spec)),
        "This is scikit-image's SIFT with the same thresholds and three scale steps per octave. "
        "It upsamples the picture by 2 first.",
    )
    live_chart(maps.sift_figure(result, _agreement(result, spec)), key="scale-space/sift")
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
    "median correlation",
    "pictures",
    "this picture",
    "lit cells",
    "baseline",
    "best sigma, px",
    "1 px shift",
    "scale space",
)


def _stack_findings(result: Result, spec: Spec) -> list[Finding]:
    return findings.stack_findings(spec.depth)


def _stack(result: Result, spec: Spec) -> None:
    levels = cached_for_picture(
        SLUG, "stack", measurement_key(spec), lambda _: compare_with_stack(result)
    )
    paragraphs(
        *stack_sentences.describe_stacks(spec.depth), stack_sentences.describe_picture(levels)
    )
    left, right = st.columns(2)
    with left:
        figure = charts.correlation_figure(levels, baseline_name(result), _medians(spec))
        live_chart(figure, key="scale-space/correlation")
    with right:
        live_chart(charts.shift_figure(levels), key="scale-space/shift")
    numbers = live_fold("Numbers of every level", key=f"{SLUG}/numbers")
    if numbers is not None:
        medians = _medians(spec)
        rows = [_stack_row(level, medians) for level in levels]
        numbers.html(table(STACK_COLUMNS, rows, TEXT_COLUMNS))
    note(
        "Windows: 2 x 2 for max and average pooling, 5 x 5 (binomial) for blur pooling, all with "
        "stride 2 and a ReLU after the filter. Matching sigma: 1.26 px times the stride. Lines: "
        "the median over objects, with its interval; markers: the picture on screen. A level "
        f"matches from a correlation of {MATCH.value:g} on. Best sigma: where the correlation is "
        "highest. Baseline: the same stack against the scale space of another photograph. 1 px "
        "shift: the norm of the change that it causes, as a fraction of the norm of the map; in "
        "the last column, of the scale space at the same cells."
    )


def _medians(spec: Spec) -> charts.Medians:
    return {
        (order, pool): stack_sentences.page_medians(order, pool, spec.depth)
        for order in ORDERS
        for pool in POOL_WINDOWS
    }


def _stack_row(level: LevelCorrelation, medians: charts.Medians) -> tuple[str, ...]:
    best = "none" if level.best_sigma_px is None else f"{level.best_sigma_px:.3g}"
    measured = next(
        (row for row in medians[level.order, level.pool] if row.level == level.level), None
    )
    return (
        level.order,
        level.pool,
        str(level.level),
        str(level.cells),
        f"{level.sigma_px:.3g}",
        interval_phrase(measured.correlation, "") if measured else "not measured",
        str(measured.pictures) if measured else "0",
        two_decimals(level.correlation),
        str(level.lit_cells),
        two_decimals(level.baseline),
        best,
        two_decimals(level.shift_change),
        two_decimals(level.reference_change),
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
    fractions = (two_decimals(row.fraction), two_decimals(row.chance))
    return (row.detector, row.change, *counts, *fractions)


def _draw_repeatability(spec: Spec, rows: tuple[Repeatability, ...]) -> None:
    sentences = [finding.sentence for finding in findings.repeatability_findings(rows, spec)]
    paragraphs(f"Repeatability over all four changes: {' '.join(sentences)}")
    live_chart(charts.repeatability_figure(rows), key="scale-space/repeatability")
    show(table(REPEATABILITY_COLUMNS, [_repeatability_row(row) for row in rows], TEXT_COLUMNS))


def _job(spec: Spec) -> Job | None:
    key = (measurement_key(spec), user_picture_id(SLUG))
    return jobs.current(SLUG, "repeatability", key)


def _repeatability_findings(result: Result, spec: Spec) -> list[Finding]:
    job = _job(spec)
    rows = None if job is None else job.partial_result
    return findings.repeatability_findings(rows, spec) if rows else []


def _start(result: Result, key: Hashable) -> None:
    jobs.start(SLUG, "repeatability", key, lambda report: measure_repeatability(result, report))


def _repeatability(result: Result, spec: Spec) -> None:
    paragraphs(
        "The picture is shifted by 1 px, or downscaled by 1 to 3 octaves (means over blocks). A "
        "keypoint is repeated if one is detected within half an octave and within 1 px, or within "
        "half its sigma where that is more. The stack's keypoints are its strongest cells."
    )
    key = (measurement_key(spec), user_picture_id(SLUG))
    job = _job(spec)
    st.button(
        "Measure repeatability",
        on_click=_start,
        args=(result, key),
        disabled=job is not None and job.is_live,
    )
    if job is not None:
        draw = partial(_draw_repeatability, spec)
        jobs.panel(job, "Detecting keypoints after each change", draw)


SECTIONS = {
    "Object size": (_sizes, _size_findings),
    "SIFT": (_sift, _sift_findings),
    "Filter and pooling": (_stack, _stack_findings),
    "Repeatability": (_repeatability, _repeatability_findings),
}
KEY = f"{SLUG}/section"


def chosen_findings(result: Result, spec: Spec) -> list[Finding]:
    """Give what the section that is chosen says, with how it is known."""
    chosen = st.session_state.get(KEY) or next(iter(SECTIONS))
    return SECTIONS[chosen][1](result, spec)


def draw_chosen(result: Result, spec: Spec) -> None:
    """Draw the choice of a section, and the one that is chosen."""
    names = list(SECTIONS)
    chosen = st.segmented_control(  # with st.tabs every repaint takes a fifth longer
        "Section",
        names,
        default=names[0],
        required=True,
        key=KEY,
        label_visibility="collapsed",
    )
    SECTIONS[chosen or names[0]][0](result, spec)
