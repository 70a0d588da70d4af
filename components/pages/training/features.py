"""The sections about trained networks, each computed when it is unfolded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core import formatting
from ....core.errors import UserError
from ....core.experiments.training import channels as channels_of
from ....core.experiments.training import features as inside
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import Spec
from ... import cached
from ...figures.training import features as figures
from ...figures.training import maps
from ...live.chart import live_chart
from ...live.fold import live_fold
from ...widgets.text import heading, note, paragraphs
from . import state
from .files import download
from .state import PLAIN, SLUG, name_of, session_state

if TYPE_CHECKING:
    from ....core.experiments.training.face_detector.measure import FaceResponses
    from ....core.training.trained import TrainedNetwork

SIZES_PX = (8.0, 16.0, 24.0, 34.0, 48.0)  # that the maps are shown at
UNITS = 4  # filters per stage whose maps are shown
OBJECTS = 10  # test objects to choose from
PRECOMPUTED = "precomputed: "  # before the titles of shared runs
CHANNELS = ("scale-channels", "scale-channels-naive")


@dataclass(frozen=True)
class Subject:
    """The run whose features are shown; ``key`` is empty for a session's own."""

    title: str
    result: Result
    key: str = ""

    @property
    def run(self) -> TrainedNetwork:
        """The network that is shown: the weakest seed, which shows what goes wrong."""
        return self.result.weakest

    def cached(self, name: str, compute: Callable[[], Any]) -> Any:
        """Give ``compute()``, cached for all sessions, or with the session."""
        if self.key:
            return cached.cached_value(f"{SLUG}/{name}", self.key, compute)
        known = st.session_state.setdefault(f"{SLUG}/inside", {})
        if name not in known or known[name][0] is not self.result:
            known[name] = (self.result, compute())
        return known[name][1]


def subjects(spec: Spec) -> list[Subject]:
    """List the precomputed run of the chosen method, then the session's own, the last first."""
    name, known = name_of(spec), state.precomputed_results()
    shared = [Subject(f"{PRECOMPUTED}{name}", known[name], name)] if name in known else []
    runs = session_state().runs[::-1]
    return shared + [Subject(run.title, run.result) for run in runs if run.result]


def selected(spec: Spec) -> Subject | None:
    """Give the run that was chosen, else the first; None without any."""
    choices = subjects(spec)
    title = st.session_state.get(f"{SLUG}/inside-of")
    chosen = [subject for subject in choices if subject.title == title]
    return next(iter([*chosen, *choices]), None)


def _select_run(spec: Spec) -> Subject | None:
    titles = [choice.title for choice in subjects(spec)]
    if not titles:
        return None
    left, right = st.columns([0.75, 0.25], vertical_alignment="bottom")
    left.selectbox("Training run", titles, key=f"{SLUG}/inside-of", width=420)
    subject = selected(spec)
    assert subject is not None
    with right:
        download(subject.result, subject.title, f"{SLUG}/save-inside")
    return subject


def _filters(subject: Subject, spec: Spec) -> None:
    kernels = subject.cached("filters", lambda: inside.first_filters(subject.run))
    live_chart(figures.filters_figure(kernels, subject.title), key=f"{SLUG}/filters")
    note(
        "Blue weights are positive, red negative; all filters share one color range. Seed "
        f"{subject.run.plan.seed}."
    )


def _maps(subject: Subject, spec: Spec) -> None:
    run, side = subject.run, subject.run.plan.canvas_px
    left, right = st.columns([0.6, 0.4], vertical_alignment="bottom")
    stage = left.segmented_control(
        "Stage", range(1, 5), default=1, required=True, key=f"{SLUG}/inside/stage"
    )
    object_index = int(
        right.number_input(
            "Test object", 0, min(OBJECTS, run.plan.test_objects) - 1, 0,
            key=f"{SLUG}/inside/object",
        )
    )  # fmt: skip
    sizes = [size for size in SIZES_PX if size <= side]
    shown = subject.cached(
        f"maps/{object_index}", lambda: inside.stage_maps(run, sizes, object_index)
    )
    index = int(stage or 1) - 1
    units = shown.strongest_filters(index, UNITS)
    live_chart(maps.maps_figure(shown, index, units), key=f"{SLUG}/maps")
    rows, columns = shown.maps[index].shape[2:]
    note(
        f"The {len(units)} of {shown.maps[index].shape[1]} filters with the highest activations. "
        f"Every map has {rows} x {columns} cells; all share one color range."
    )


def with_channels(spec: Spec, subject: Subject) -> dict[str, Subject]:
    """The runs with scale channels: the chosen one, and both precomputed ones."""
    known = state.precomputed_results()
    runs = {name: Subject(name, known[name], name) for name in CHANNELS if name in known}
    recipe = subject.result.spec.recipe
    if recipe in CHANNELS and not subject.key:
        runs[recipe] = subject
    return runs


Contributions = dict[str, inside.ChannelContributions]


def contributions(runs: dict[str, Subject]) -> tuple[Contributions, dict[str, float]]:
    """What each channel predicts, and the middle of the training sizes, by the runs' titles."""
    channels: Contributions = {}
    trained_px: dict[str, float] = {}
    for other in runs.values():
        measured = other.cached("channels", partial(inside.channel_contributions, other.run))
        if measured is not None:
            channels[other.title] = measured
            trained_px[other.title] = channels_of.trained_px(other.result)
    return channels, trained_px


def channel_sentences(channels: Contributions, trained_px: dict[str, float]) -> list[str]:
    """Say what the channels of each run do."""
    return [
        inside.describe(measured, trained_px[name], name) for name, measured in channels.items()
    ]


def _channels(subject: Subject, spec: Spec) -> None:
    if subject.result.spec.recipe not in CHANNELS:
        note(
            f"{subject.result.spec.recipe} has no scale channels; methods with scale channels are "
            "shown instead."
        )
    runs = with_channels(spec, subject)
    with st.spinner("Running every scale channel at every size"):
        channels, trained_px = contributions(runs)
    if not channels:
        note("There is no run with scale channels yet; train one above.")
        return
    paragraphs(*channel_sentences(channels, trained_px))
    measure = st.segmented_control(
        "Measure", list(figures.CHANNEL_MEASURES), default="wins", required=True,
        key=f"{SLUG}/inside/measure", label_visibility="collapsed",
    )  # fmt: skip
    live_chart(figures.channels_figure(channels, str(measure), trained_px), key=f"{SLUG}/channels")
    seeds = formatting.join_with_and(
        [f"{other.run.plan.seed} of {name}" for name, other in runs.items()]
    )
    note(
        "Circles: the channel that resizes an object of that size nearest to the trained size. One "
        f"network each, the weakest seed whose weights were saved (seed {seeds}), on its first "
        f"{inside.MAX_OBJECTS} test objects; other seeds differ."
    )


def _shift(subject: Subject, spec: Spec) -> None:
    known = state.precomputed_results()
    shown = {subject.title.removeprefix(PRECOMPUTED): subject.result}
    names = [PLAIN, "blur", *(f"{name}-centered" for name in (PLAIN, "blur"))]
    shown |= {name: known[name] for name in names if name in known}
    live_chart(figures.shift_figure(shown), key=f"{SLUG}/steady")
    note(
        "Left: shift consistency (Zhang 2019), how often the same class is predicted at two random "
        "positions up to 8 px off center. Right: the mean change in the probability of the correct "
        "class for a shift of one pixel. Line: mean over seeds. Band: from the lowest to the "
        f"highest 95 % limit of any seed, over {subject.result.shift_objects} test objects."
    )


def face_responses() -> FaceResponses | str:
    """What was measured of P-Net; one sentence where it is not installed."""
    from ....core.experiments.training.face_detector.measure import measure
    from ....core.networks import NetworkMissing

    try:
        with st.spinner("Running the proposal network on faces"):
            responses: FaceResponses = cached.cached_value(f"{SLUG}/faces", "astronaut", measure)
    except NetworkMissing as error:
        return str(error)
    return responses


def _faces(subject: Subject | None, spec: Spec) -> None:
    from ....core.experiments.training.face_detector import sentences
    from ...figures.training import face_detector as faces

    responses = face_responses()
    if isinstance(responses, str):
        note(responses)
        return
    live_chart(faces.face_figure(responses), key=f"{SLUG}/faces")
    live_chart(faces.level_figure(responses), key=f"{SLUG}/faces-level")
    live_chart(faces.false_alarms_figure(responses), key=f"{SLUG}/faces-alarms")
    live_chart(faces.false_alarm_rate_figure(responses), key=f"{SLUG}/faces-share")
    note(f"One face, in one photograph. {sentences.TRAINED} {sentences.INPUT}")


SECTIONS: tuple[tuple[str, Callable[[Subject, Spec], None]], ...] = (
    ("First-layer filters", _filters),
    ("Feature maps of one object at several sizes", _maps),
    ("Which scale channel wins at which size?", _channels),
    ("Shift by one pixel", _shift),
)
CHANNEL_SECTION = 2  # its place among them
FACE_SECTION = "A published network with an image pyramid: MTCNN's proposal network"


def _section(number: int, title: str, show: Callable[[Any, Spec], None], *arguments: Any) -> None:
    box = live_fold(title, key=f"{SLUG}/inside/{number}")
    if box is None:
        return
    with box:
        try:
            show(*arguments)
        except UserError as error:  # data that are missing here
            note(str(error))


def draw(spec: Spec) -> None:
    """Draw the sections as a fragment of the page."""

    @st.fragment(key=f"{SLUG}/features")
    def sections() -> None:
        heading("Inside the network")
        subject = _select_run(spec)
        if subject is None:
            note("There is no trained network to show yet.")
        else:
            for number, (title, show) in enumerate(SECTIONS):
                _section(number, title, show, subject, spec)
        _section(len(SECTIONS), FACE_SECTION, _faces, subject, spec)

    sections()
