"""The measurement of what the controls ask for, and the sections, each drawn when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core.errors import UserError
from ....core.experiments.transfer.spec import SCENES, Spec
from ....core.formatting import duration, significant_digits
from ....core.jobs.queue import QueueFull
from ... import jobs
from ...live.chart import live_chart
from ...live.fold import live_folds
from ...widgets.text import heading, note, paragraphs
from . import state, text
from .state import SLUG, Key

if TYPE_CHECKING:
    from ....core.experiments.transfer.result import Result
    from ....core.jobs.measurement import Measurement

CORLEY = (
    "Corley et al. 2023 ('Revisiting pre-trained remote sensing model benchmarks: resizing and "
    "normalization matters') print +11 and +32 points for resizing; that is for their data sets "
    "and networks, not for these tiles."
)
TUNE = "tune"
BEGIN = {"measure": "Measure", TUNE: "Fine-tune"}
LARGEST = 6  # blocks that may be fine-tuned


def _partial(measurement: Measurement[Any, Any]) -> None:
    """The result of the steps so far."""
    from ...figures.transfer import study as figures

    result = measurement.result
    if result is None:
        note("The first numbers come when the tiles are drawn.")
        return
    caption = f"So far, at {significant_digits(result.protocol.tile_set.gsd_m)} m per pixel:"
    live_chart(figures.factors_figure(result, caption), key=f"{SLUG}/partial")


def _run(
    name: str, key: Key, measurement: Measurement[Any, Any], label: str, draw: Callable[[Any], None]
) -> bool:
    """A job's progress, or the button that begins it or goes on; whether the job lives."""
    job = jobs.current(SLUG, name, key)
    if job is not None and job.is_live:
        jobs.panel(job, label, draw)
        return True
    if job is not None and job.error:
        st.error(job.error)
    if not measurement.is_complete:
        _ask(name, key, measurement)
    return False


def _start(name: str, key: Key, measurement: Measurement[Any, Any]) -> None:
    queue = jobs.TRAINING_QUEUE if name == TUNE else jobs.MEASUREMENT_QUEUE
    try:
        job = jobs.start(SLUG, name, key, measurement.run, queue)
    except QueueFull as error:
        st.toast(str(error))
        return
    state.session_state().running[key] = job
    if job.partial_result is None:  # so that its place is there at once and nothing jumps
        job.partial_result = measurement


def _ask(name: str, key: Key, measurement: Measurement[Any, Any]) -> None:
    st.button(
        f"{'Resume' if measurement.done else BEGIN[name]} (about {duration(measurement.seconds_left)})",
        key=f"{SLUG}/{name}/measure",
        on_click=_start,
        args=(name, key, measurement),
        help="On one core; it can be stopped, and what was found is kept.",
    )
    if measurement.done:
        note(f"Stopped at {measurement.done:.0%}; what was found is shown.")


def _wanted(spec: Spec) -> str:
    """What the controls ask for, in words."""
    user_tiles = state.session_state().tiles
    tiles = f"your tiles at {significant_digits(user_tiles.gsd_m)} m" if user_tiles else ""
    if not tiles:
        scenes = spec.data == SCENES
        tiles = (
            f"the scenes at {significant_digits(spec.gsd_m)} m"
            if scenes
            else "tree crowns at 0.1 m"
        )
    name = spec.net.title.split(",")[0]
    return f"By the controls: {tiles}, {name}, {spec.labels_per_class} labelled tiles per class."


def _is_measured(spec: Spec) -> bool:
    """Whether what is set is finished already."""
    from ....core.experiments.transfer.precomputed import is_at_gsd

    result = state.nearest_precomputed(spec)
    return result is not None and is_at_gsd(result, spec)


def measure(spec: Spec) -> None:
    """Measure what the controls ask for, where nobody has; with its time, a stop, and partly."""
    if state.missing_reason(spec) or _is_measured(spec):
        return
    heading("Measure this")
    paragraphs(_wanted(spec))
    try:
        measurement = state.measurement(spec)
    except UserError as error:
        st.info(str(error))
        return
    _run("measure", state.measuring_key(spec), measurement, "Measuring", _partial)
    if measurement.is_complete:
        note("Measured: the picture above and the sections below show it.")


def _layers(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import sentences
    from ...figures.transfer import study as figures

    live_chart(
        figures.layers_figure(result, sentences.describe_controls(result)), key=f"{SLUG}/layers"
    )
    said = sentences.describe_layers(result)
    if said:
        paragraphs(said)
    live_chart(figures.gsds_figure(result), key=f"{SLUG}/gsds")


def _factors(spec: Spec, result: Result) -> None:
    from ....core.aerial.probing.features import MAX_SIDE_PX, MIN_SIDE_PX
    from ....core.experiments.transfer import sentences
    from ...figures.transfer import study as figures

    live_chart(
        figures.factors_figure(result, sentences.describe_resizing(result)), key=f"{SLUG}/factors"
    )
    live_chart(figures.resizing_figure(result), key=f"{SLUG}/resizing")
    gaps = f"Gaps: a tile would have fewer than {MIN_SIDE_PX} or more than {MAX_SIDE_PX} px."
    note(f"{gaps} {CORLEY}")


def _labels(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import sentences
    from ...figures.transfer import study as figures

    if not result.by_label_count:
        note("Not measured yet.")
        return
    live_chart(
        figures.counts_figure(result, sentences.describe_label_counts(result)), key=f"{SLUG}/labels"
    )


def _across(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import sentences
    from ...figures.transfer import study as figures

    if not result.layer:
        note("Not measured yet.")
        return
    paragraphs(sentences.describe_cross_resolution(result))
    live_chart(figures.across_figure(result), key=f"{SLUG}/across")
    octaves = significant_digits(result.protocol.spec.zoom_octaves)
    note(
        f"Probes of {sentences.title_of(result, result.layer)}. Zoomed: every training tile also "
        f"enlarged and reduced by up to {octaves} octaves. Resized to match: used on tiles brought "
        "to the metres per pixel of the training; gaps where no factor that was tried does so."
    )


def _tuned(measurement: Measurement[Any, Any]) -> None:
    from ....core.experiments.transfer.finetuning import describe
    from ...figures.transfer import study as figures

    found = measurement.result
    if found is None or not found.losses:
        note("The tiles are being drawn.")
        return
    said = describe(found) or "Frozen and fine-tuned are compared when a training set is done."
    live_chart(figures.tuning_figure(found.losses, said), key=f"{SLUG}/tuned")


def _tuning(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer.measurement import tuning

    if result.choice is None:
        note("First all factors must be measured.")
        return
    blocks = st.slider("Blocks to fine-tune, the last", 1, LARGEST, 2, key=f"{SLUG}/blocks")
    gsd_m = result.protocol.tile_set.gsd_m
    key = (*state.measured_key(spec), "tuned", gsd_m, blocks)
    try:
        measurement = state.cached_measurement(key, lambda: tuning(result, blocks))
    except UserError as error:
        st.info(str(error))
        return
    if not _run(TUNE, key, measurement, "Fine-tuning", _tuned) and measurement.result is not None:
        _tuned(measurement)


Section = Callable[[Spec, "Result"], None]
SECTIONS: tuple[tuple[str, Section], ...] = (
    ("Which layer transfers best?", _layers),
    ("Which resize factor?", _factors),
    ("How many labels?", _labels),
    ("Train here, use there", _across),
    ("Fine-tune the last blocks, or keep the features frozen?", _tuning),
)


def _about(result: Result) -> str:
    one = result.protocol
    return (
        f"{one.network.title.split(',')[0]}, {one.tile_set.source}, asked about "
        f"{significant_digits(one.tile_set.gsd_m)} m per pixel; {one.labels_per_class} labelled tiles per class, "
        f"{one.spec.training_sets} training sets. Bands: 95 %, over training sets and tiles."
    )


def draw(spec: Spec) -> None:
    """The sections, of the session's own result or of the finished one."""
    result = state.on_screen(spec)
    if result is None:
        return

    @st.fragment(key=f"{SLUG}/study")
    def study() -> None:
        heading("What was measured")
        note(_about(result))
        live_folds(SECTIONS, spec, result, key=f"{SLUG}/study")

    study()
    known = text.sources(spec)
    for sentence in result.protocol.tile_set.notes:
        if sentence not in known:
            note(sentence)
