"""The page of scale space: keypoints, SIFT's beside them, and the CNN beside both."""

from __future__ import annotations

from collections.abc import Hashable
from functools import partial
from typing import Any

import streamlit as st

from ...core.experiments.scale_space import EXPERIMENT
from ...core.experiments.scale_space import sentences as story
from ...core.experiments.scale_space.repeatability import Again, beside_sift, repeatability
from ...core.experiments.scale_space.result import Result
from ...core.experiments.scale_space.run import run
from ...core.experiments.scale_space.size_law import curves, distances, law
from ...core.experiments.scale_space.spec import Spec
from ...core.experiments.scale_space.stack_floor import beside_stack, other_name
from ...core.scale_space.gaussian import DISC
from ...core.specs.measurement_key import measurement_key
from .. import cached, controls, jobs
from ..figures.scale_space import charts
from ..figures.scale_space import maps as figures
from ..live.chart import ChartCallbacks, live_chart
from ..live.fold import live_fold
from ..markup import Html, element
from ..widgets.tables import table
from ..widgets.text import note, note_html, paragraphs, show
from ..widgets.user_picture import (
    cached_for_picture,
    session_cached,
    user_picture,
    user_picture_fields,
    user_picture_id,
)
from .page import Page

SLUG = "scale-space"
MAIN_FIELDS = (
    "sigma_px",
    "source",
    "object",
    "radius_px",
    "far_ratio",
    "contrast",
    "pool",
    "depth",
)
ADVANCED_FIELDS = (
    "operator",
    "edge",
    "octaves",
    "intervals",
    "low_px",
    "most",
    "pool_size",
    "pool_stride",
    "background",
    "brightness",
    "contrast_sign",
    "noise",
    "seed",
    "canvas_px",
)
PRESETS: dict[str, dict[str, Any]] = {
    "Near and far": {"source": "near-far", "object": "cat", "far_ratio": 3.0, "sigma_px": 4.6},
    "A disc": {"source": "one-object", "object": "disc", "radius_px": 28.0, "sigma_px": 19.8},
    "A photograph": {"source": "chelsea", "sigma_px": 4.3},
}


def readouts(spec: Spec) -> list[tuple[str, ...]]:
    """The scale in other words, and the matching sigma of the deepest level."""
    stride = spec.pool_stride**spec.depth
    return [
        ("blob radius, px", f"{spec.sigma_px / DISC:.3g}"),
        ("scales searched, px", f"{spec.low_px:.3g} to {spec.low_px * 2**spec.octaves:.3g}"),
        ("a deepest cell every, px", f"{stride}"),
        ("its matching sigma, px", f"{1.6**0.5 * stride:.3g}"),
    ]


def slider_maxima(spec: Spec) -> dict[str, float]:
    """Scales beyond half the canvas show nothing but its borders."""
    return {"sigma_px": 32.0 if spec.canvas[0] <= 128 else 64.0}


def disabled_reasons(spec: Spec) -> dict[str, str]:
    """Controls that cannot act now."""
    reasons: dict[str, str] = {}
    own = user_picture(SLUG) is not None
    if not spec.is_scene or own:
        photographed = "The picture is a photograph."
        names = ("object", "radius_px", "far_ratio", "background", "brightness")
        reasons |= dict.fromkeys(names, photographed)
    elif spec.source != "near-far":
        reasons["far_ratio"] = "There is one object; choose the picture 'near-far'."
    if own:
        reasons["source"] = "Your own picture is on screen; forget it to choose another."
    if spec.noise == 0:
        reasons["seed"] = "There is no noise to draw."
    return reasons


def _result(spec: Spec) -> Result:
    own = user_picture(SLUG)
    if own is None:
        found: Result = cached.result(EXPERIMENT, measurement_key(spec))
        return found
    seen: Result = session_cached(
        SLUG, "result", measurement_key(spec), lambda: run(measurement_key(spec), picture=own)
    )
    return seen


def _dot(colour: str) -> Html:
    return element("span", "\N{LARGE CIRCLE}", style=f"color:{colour}")


KEY = note_html(
    _dot(figures.BRIGHT),
    " bright blob, ",
    _dot(figures.DARK),
    " dark blob; the radius is sqrt(2) sigma, that of the disc that answers most there. On the map: "
    "those within half an interval of the slider. 'Alike': correlation of a level with the scale "
    "space at its matching sigma.",
)


def draw(spec: Spec) -> None:
    """The chart with its words."""
    shown = figures.figure(_result(spec), spec)
    live_chart(
        shown,
        key="scale-space/chart",
        readouts=readouts(spec),
        callbacks=ChartCallbacks(on_move=controls.chart_move_handler(SLUG)),
    )


def _sizes(result: Result, spec: Spec) -> None:
    laws = [
        cached.cached_value(
            f"{SLUG}/law/{name}",
            (spec.operator, spec.intervals),
            partial(law, name, spec.operator, spec.intervals),
        )
        for name in ("disc", "square")
    ]
    paragraphs(story.sizes(*laws))
    left, right = st.columns(2)
    with left:
        live_chart(charts.law_figure(laws), key="scale-space/laws")
    with right:
        live_chart(charts.curves_figure(curves(result)), key="scale-space/curves")
    apart = distances(result)
    if apart and apart.pairs:
        rows = [
            (f"{pair.near_px:.2f}", f"{pair.far_px:.2f}", f"{pair.error_octaves:+.3f}")
            for pair in apart.pairs
        ]
        show(table(("near sigma, px", "far sigma, px", "error, octaves"), rows, ()))


def _beside_sift(result: Result, spec: Spec) -> None:
    found = cached_for_picture(SLUG, "sift", measurement_key(spec), lambda _: beside_sift(result))
    paragraphs(
        f"{story.agreement(found)} SIFT is scikit-image's, with the same thresholds and three "
        "intervals to the octave; it doubles the picture first."
    )
    live_chart(figures.sift_figure(result, found), key="scale-space/sift")
    note(
        _dot(figures.BRIGHT),
        " on both sides, ",
        _dot(figures.DARK),
        f" on one only; at most {figures.MOST_CIRCLES} are drawn on each.",
    )


WORDS = (0, 1)  # columns
LEVEL_HEAD = (
    "order",
    "pooling",
    "level",
    "cells",
    "sigma, px",
    "alike",
    "floor",
    "most alike at, px",
    "1 px shift",
    "scale space",
)


def _beside_stack(result: Result, spec: Spec) -> None:
    found = cached_for_picture(SLUG, "stack", measurement_key(spec), lambda _: beside_stack(result))
    paragraphs(*story.beside(found))
    left, right = st.columns(2)
    with left:
        live_chart(charts.likeness_figure(found, other_name(result)), key="scale-space/likeness")
    with right:
        live_chart(charts.shift_figure(found), key="scale-space/shift")
    numbers = live_fold("Every level in numbers", key=f"{SLUG}/numbers")
    if numbers is not None:
        numbers.html(table(LEVEL_HEAD, [_level_row(one) for one in found], WORDS))
    note(
        "Windows: max and average 2 x 2, blur 5 x 5 (binomial), all "
        "with stride 2; after a ReLU. Sigma: 1.26 px times the cells' distance. Floor: the same "
        "stack against the scale space of another photograph. Shift: the change of the map as a "
        "fraction of it."
    )


def _level_row(one: Any) -> tuple[str, ...]:
    best = "none" if one.best_sigma_px is None else f"{one.best_sigma_px:.3g}"
    return (
        one.order,
        one.pool,
        str(one.level),
        str(one.cells),
        f"{one.sigma_px:.3g}",
        story.number(one.like),
        story.number(one.floor),
        best,
        story.number(one.change),
        story.number(one.fair_change),
    )


def _again_row(one: Again) -> tuple[str, ...]:
    counts = (str(one.all), str(one.could), str(one.found))
    return (one.detector, one.change, *counts, *map(story.number, (one.fraction, one.chance)))


def _again(rows: tuple[Again, ...]) -> None:
    paragraphs(story.repeated(rows))
    live_chart(charts.again_figure(rows), key="scale-space/again")
    head = ("detector", "change", "all", "could be", "found", "fraction", "by chance")
    show(table(head, [_again_row(one) for one in rows], WORDS))


def _measure(result: Result, key: Hashable) -> None:
    jobs.start(SLUG, "again", key, lambda report: repeatability(result, report))


def _repeat(result: Result, spec: Spec) -> None:
    paragraphs(
        "The picture is moved by a pixel or shrunk by 1 to 3 octaves (means over blocks). Which "
        "keypoints are found again, within half an octave and a pixel, or half a sigma where that "
        "is more? The stack's keypoints are its strongest cells."
    )
    key = (measurement_key(spec), user_picture_id(SLUG))
    job = jobs.current(SLUG, "again", key)
    st.button(
        "Measure how many are found again",
        on_click=_measure,
        args=(result, key),
        disabled=job is not None and job.is_live,
    )
    if job is not None:
        jobs.panel(job, "Looking for the keypoints again", _again)


SECTIONS = {
    "Is its size the thing's size?": _sizes,
    "Beside SIFT": _beside_sift,
    "Beside the CNN": _beside_stack,
    "Found again?": _repeat,
}


def details(spec: Spec) -> str:
    """The key, one's own picture, and the sections; only the open one is computed and drawn."""
    show(KEY)
    user_picture_fields(SLUG)
    result = _result(spec)
    first, *_ = names = list(SECTIONS)
    chosen = st.segmented_control(  # with st.tabs every repaint takes a fifth longer
        "Section",
        names,
        default=first,
        required=True,
        key=f"{SLUG}/section",
        label_visibility="collapsed",
    )
    SECTIONS[chosen or first](result, spec)
    return ""


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
