"""Page `transfer`: the measurement of the current settings, and the sections, drawn when opened."""

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
    "normalization matters') report gains of +11 and +32 points from resizing. Those are for their "
    "data sets and networks, not for these tiles."
)
TUNE = "tune"
START = {"measure": "Measure", TUNE: "Fine-tune"}
MAX_BLOCKS = 6  # that may be fine-tuned


def _partial(measurement: Measurement[Any, Any]) -> None:
    """Draw the result of the steps so far."""
    from ...figures.transfer import study as figures

    result = measurement.result
    if result is None:
        note("The first numbers appear when the tiles are drawn.")
        return
    caption = f"So far, at {significant_digits(result.protocol.tile_set.gsd_m)} m per pixel:"
    live_chart(figures.factors_figure(result, caption), key=f"{SLUG}/partial")


def _run(
    name: str, key: Key, measurement: Measurement[Any, Any], label: str, draw: Callable[[Any], None]
) -> bool:
    """Draw a job's progress, or the button that starts or resumes it; returns if it is live."""
    job = jobs.current(SLUG, name, key)
    if job is not None and job.is_live:
        jobs.panel(job, label, draw)
        return True
    if job is not None and job.error:
        st.error(job.error)
    if not measurement.is_complete:
        _start_button(name, key, measurement)
    return False


def _start(name: str, key: Key, measurement: Measurement[Any, Any]) -> None:
    queue = jobs.TRAINING_QUEUE if name == TUNE else jobs.MEASUREMENT_QUEUE
    try:
        job = jobs.start(SLUG, name, key, measurement.run, queue)
    except QueueFull as error:
        st.toast(str(error))
        return
    state.session_state().running[key] = job
    if job.partial_result is None:  # so that its panel appears at once and the page does not jump
        job.partial_result = measurement


def _start_button(name: str, key: Key, measurement: Measurement[Any, Any]) -> None:
    action = "Resume" if measurement.done else START[name]
    st.button(
        f"{action} (about {duration(measurement.seconds_left)})",
        key=f"{SLUG}/{name}/measure",
        on_click=_start,
        args=(name, key, measurement),
        help="Time on one core. You can stop it; what is measured so far is kept.",
    )
    if measurement.done:
        note(f"Stopped at {measurement.done:.0%}; the results so far are shown.")


def _describe_request(spec: Spec) -> str:
    """What the settings ask for, in one sentence."""
    user_tiles = state.session_state().tiles
    if user_tiles:
        tiles = f"your tiles at {significant_digits(user_tiles.gsd_m)} m"
    elif spec.data == SCENES:
        count = "1 landscape" if spec.landscapes == 1 else f"{spec.landscapes} landscapes"
        tiles = f"the scenes at {significant_digits(spec.gsd_m)} m on {count}"
    else:
        tiles = "tree crowns at 0.1 m"
    name = spec.net.title.split(",")[0]
    return f"Current settings: {tiles}, {name}, {spec.labels_per_class} labeled tiles per class."


def _is_precomputed(spec: Spec) -> bool:
    from ....core.experiments.transfer.precomputed import is_at_gsd

    result = state.nearest_precomputed(spec)
    return result is not None and is_at_gsd(result, spec)


def measure(spec: Spec) -> None:
    """Draw the measurement of the current settings, unless it is precomputed."""
    if state.missing_reason(spec) or _is_precomputed(spec):
        return
    heading("Measure these settings")
    paragraphs(_describe_request(spec))
    try:
        measurement = state.measurement(spec)
    except UserError as error:
        st.info(str(error))
        return
    _run("measure", state.measuring_key(spec), measurement, "Measuring", _partial)
    if measurement.is_complete:
        note("Measured: the chart above and the sections below show the result.")


def _layers(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import accuracy_sentences as sentences
    from ...figures.transfer import study as figures

    caption = sentences.describe_controls(result)
    live_chart(figures.layers_figure(result, caption), key=f"{SLUG}/layers")
    best = sentences.describe_layers(result)
    if best:
        paragraphs(best)
    live_chart(figures.gsds_figure(result), key=f"{SLUG}/gsds")


def _factors(spec: Spec, result: Result) -> None:
    from ....core.aerial.probing.features import MAX_SIDE_PX, MIN_SIDE_PX
    from ....core.experiments.transfer import sentences
    from ...figures.transfer import study as figures

    caption = " ".join(filter(None, sentences.describe_parts(result)))
    live_chart(figures.factors_figure(result, caption), key=f"{SLUG}/factors")
    live_chart(figures.resizing_figure(result), key=f"{SLUG}/resizing")
    sides = f"fewer than {MIN_SIDE_PX} or more than {MAX_SIDE_PX} px"
    gaps = f"Gaps: tiles would have {sides} on each side."
    note(f"{gaps} {CORLEY}")


def _labels(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import accuracy_sentences, sentences
    from ...figures.transfer import study as figures

    if not result.by_label_count:
        note("Not measured yet.")
        return
    accuracy = accuracy_sentences.describe_label_counts(result)
    caption = " ".join(filter(None, (accuracy, sentences.describe_few_labels(result))))
    live_chart(figures.counts_figure(result, caption), key=f"{SLUG}/labels")


def _across(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer import accuracy_sentences as sentences
    from ...figures.transfer import study as figures

    if not result.layer:
        note("Not measured yet.")
        return
    paragraphs(sentences.describe_cross_resolution(result))
    live_chart(figures.across_figure(result), key=f"{SLUG}/across")
    octaves = significant_digits(result.protocol.spec.zoom_octaves)
    note(
        f"Probes of {sentences.title_of(result, result.layer)}. Trained on zoomed tiles: every "
        f"training tile is also enlarged and reduced by up to {octaves} octaves. Resized to match: "
        "test tiles are resized to the meters per pixel of training; gaps where no measured factor "
        "does this."
    )


def _tuned(measurement: Measurement[Any, Any]) -> None:
    from ....core.experiments.transfer.finetuning import describe
    from ...figures.transfer import study as figures

    result = measurement.result
    if result is None or not result.losses:
        note("The tiles are being drawn.")
        return
    caption = describe(result) or "The comparison appears when one training set is finished."
    live_chart(figures.tuning_figure(result.losses, caption), key=f"{SLUG}/tuned")


def _tuning(spec: Spec, result: Result) -> None:
    from ....core.experiments.transfer.measurement import tuning

    if result.choice is None:
        note("All resize factors must be measured first.")
        return
    blocks = st.slider("Number of last blocks to fine-tune", 1, MAX_BLOCKS, 2, key=f"{SLUG}/blocks")
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
    ("Which layers transfer?", _layers),
    ("Which resize factor?", _factors),
    ("How many labels?", _labels),
    ("Train at one GSD, test at another", _across),
    ("Fine-tune the last blocks, or freeze all features?", _tuning),
)


def _describe_protocol(result: Result) -> str:
    from ....core.experiments.transfer import accuracy_sentences as sentences

    protocol = result.protocol
    network, tiles = protocol.network.title.split(",")[0], protocol.tile_set
    limits, gsd_m = sentences.describe_limits(result), significant_digits(tiles.gsd_m)
    return f"{network}; {tiles.source}, {gsd_m} m per pixel. {limits}".strip()


def draw(spec: Spec) -> None:
    """Draw the sections, of the session's result or of the precomputed one."""
    result = state.visible_result(spec)
    if result is None:
        return

    @st.fragment(key=f"{SLUG}/study")
    def study() -> None:
        heading("Results")
        note(_describe_protocol(result))
        live_folds(SECTIONS, spec, result, key=f"{SLUG}/study")

    study()
    sources = text.sources(spec)
    for sentence in result.protocol.tile_set.notes:
        if sentence not in sources:
            note(sentence)
