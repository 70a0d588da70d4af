"""'Look inside': the sections below the training page, each computed when it is opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from ....core import formatting
from ....core.errors import UserError
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
from .state import PLAIN, SLUG, kept, name_of

if TYPE_CHECKING:
    from ....core.training.trained import TrainedNetwork

SIZES_PX = (8.0, 16.0, 24.0, 34.0, 48.0)  # that the maps are shown at
UNITS = 4  # filters of a stage whose maps are shown
THINGS = 10  # test objects to choose from
CHANNELS = ("scale-channels", "scale-channels-naive")


@dataclass(frozen=True)
class Subject:
    """The run that is looked into; ``key`` is empty for one that is not shared between sessions."""

    title: str
    result: Result
    key: str = ""

    @property
    def run(self) -> TrainedNetwork:
        """The seed that is looked into: the weakest, which shows what goes wrong."""
        return self.result.weakest

    def derived(self, name: str, compute: Callable[[], Any]) -> Any:
        """What ``compute()`` makes of it: kept for all sessions, or with the session."""
        if self.key:
            return cached.cached_value(f"{SLUG}/{name}", self.key, compute)
        known = st.session_state.setdefault(f"{SLUG}/inside", {})
        if name not in known or known[name][0] is not self.result:
            known[name] = (self.result, compute())
        return known[name][1]


def subjects(spec: Spec) -> list[Subject]:
    """The finished run of the chosen recipe, then the session's own, the last first."""
    name, known = name_of(spec), state.precomputed_results()
    found = [Subject(f"finished: {name}", known[name], name)] if name in known else []
    own = [run for run in kept().runs if run.result is not None]
    return found + [Subject(run.title, run.result) for run in own[::-1] if run.result]


def _chosen(spec: Spec) -> Subject | None:
    every = subjects(spec)
    if not every:
        return None
    titles = [one.title for one in every]
    left, right = st.columns([0.75, 0.25], vertical_alignment="bottom")
    title = left.selectbox("Run to look into", titles, key=f"{SLUG}/inside-of", width=420)
    subject = every[titles.index(title) if title in titles else 0]
    with right:
        download(subject.result, subject.title, f"{SLUG}/save-inside")
    return subject


def _filters(subject: Subject, spec: Spec) -> None:
    kernels = subject.derived("filters", lambda: inside.first_filters(subject.run))
    live_chart(figures.filters_figure(kernels, subject.title), key=f"{SLUG}/filters")
    note(
        "Blue weights are positive, red negative, in one range for all; seed "
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
            "Unseen object, number", 0, min(THINGS, run.plan.test_objects) - 1, 0,
            key=f"{SLUG}/inside/object",
        )
    )  # fmt: skip
    sizes = [size for size in SIZES_PX if size <= side]
    found = subject.derived(
        f"maps/{object_index}", lambda: inside.stage_maps(run, sizes, object_index)
    )
    at = int(stage or 1) - 1
    units = found.strongest_filters(at, UNITS)
    live_chart(maps.maps_figure(found, at, units), key=f"{SLUG}/maps")
    rows, columns = found.maps[at].shape[2:]
    note(
        f"The {len(units)} of {found.maps[at].shape[1]} filters with the highest answers; every "
        f"map has {rows} x {columns} cells, and all share one range."
    )


def _voiced(spec: Spec, subject: Subject) -> dict[str, Subject]:
    """What has channels: the chosen run, and the finished joint and naive ones."""
    known = state.precomputed_results()
    found = {name: Subject(name, known[name], name) for name in CHANNELS if name in known}
    recipe = subject.result.spec.recipe
    if recipe in CHANNELS and not subject.key:
        found[recipe] = subject
    return found


def _channels(subject: Subject, spec: Spec) -> None:
    if subject.result.spec.recipe not in CHANNELS:
        note(f"{subject.result.spec.recipe} has no scale channels; these are the recipes with.")
    channel_contributions: dict[str, Any] = {}
    middles: dict[str, float] = {}
    asked = _voiced(spec, subject)
    with st.spinner("Asking every channel about every size"):
        for one in asked.values():
            run = one.run
            heard = one.derived("voices", partial(inside.channel_contributions, run))
            if heard is not None:
                voices[one.title] = heard
                low, high = one.result.train_range_px
                middles[one.title] = (low * high) ** 0.5
    if not voices:
        note("There is no run with scale channels here yet; train one above.")
        return
    said = [inside.describe(heard, middles[name], name) for name, heard in voices.items()]
    paragraphs(*said)
    measure = st.segmented_control(
        "Shown", list(figures.CHANNEL_MEASURES), default="wins", required=True,
        key=f"{SLUG}/inside/voice", label_visibility="collapsed",
    )  # fmt: skip
    live_chart(figures.channels_figure(voices, str(measure), middles), key=f"{SLUG}/channels")
    seeds = formatting.join_with_and(
        [f"{one.run.plan.seed} of {name}" for name, one in asked.items()]
    )
    note(
        "Circles: the channel that brings an object of that size nearest to the trained size. Of the "
        f"seeds whose weights were kept, the weakest: {seeds}."
    )


def _steady(subject: Subject, spec: Spec) -> None:
    known = state.precomputed_results()
    shown = {subject.title.removeprefix("finished: "): subject.result}
    names = [PLAIN, "blur", *(f"{name}-centered" for name in (PLAIN, "blur"))]
    shown |= {name: known[name] for name in names if name in known}
    live_chart(figures.steady_figure(shown), key=f"{SLUG}/steady")
    note(
        "Left: of two random places up to 8 px aside, how often both are called the same (Zhang "
        "2019). Right: how much the probability of the right class changes with one pixel."
    )


def _faces(subject: Subject | None, spec: Spec) -> None:
    from ....core.experiments.training.face_detector import sentences as story
    from ....core.experiments.training.face_detector.measure import measure
    from ....core.networks import NetworkMissing
    from ...figures.training import face_detector as faces

    try:
        with st.spinner("Showing faces to the proposal network"):
            found = cached.cached_value(f"{SLUG}/faces", "astronaut", measure)
    except NetworkMissing as error:
        note(str(error))
        return
    live_chart(faces.face_figure(found), key=f"{SLUG}/faces")
    live_chart(faces.level_figure(found), key=f"{SLUG}/faces-level")
    live_chart(faces.alarms_figure(found), key=f"{SLUG}/faces-alarms")
    live_chart(faces.share_figure(found), key=f"{SLUG}/faces-share")
    note(f"{story.TRAINED} {story.INPUT}")


SECTIONS: tuple[tuple[str, Callable[[Subject, Spec], None]], ...] = (
    ("The filters of the first layer", _filters),
    ("Maps of one object, near and far", _maps),
    ("Which scale channel answers at which size?", _channels),
    ("One pixel to the side", _steady),
)
FACES = "A real one: MTCNN's proposal network, on faces"


def _section(number: int, title: str, show: Callable[[Any, Spec], None], *about: Any) -> None:
    box = live_fold(title, key=f"{SLUG}/inside/{number}")
    if box is None:
        return
    with box:
        try:
            show(*about)
        except UserError as error:  # data that are missing here
            note(str(error))


def draw(spec: Spec) -> None:
    """The sections, in a part of the page of their own."""

    @st.fragment(key=f"{SLUG}/look-inside")
    def sections() -> None:
        heading("Look inside")
        subject = _chosen(spec)
        if subject is None:
            note("There is nothing trained to look into yet.")
        else:
            for number, (title, show) in enumerate(SECTIONS):
                _section(number, title, show, subject, spec)
        _section(len(SECTIONS), FACES, _faces, subject, spec)

    sections()
