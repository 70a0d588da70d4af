"""The finished runs, shared by all, and the runs that a session has made or loaded.

A session's runs live in its state and nowhere else; they stay while the person visits other pages.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from ....core.errors import UserError
from ....core.experiments.training.result import Result
from ....core.experiments.training.spec import Spec, format_size_range
from ....core.jobs.queue import FAILED, Job
from ... import jobs

if TYPE_CHECKING:
    from ....core.experiments.training.subprocess_run import SeedsProgress
    from ....core.training.data import DataSource
    from ....core.training.recipe import Recipe

SLUG = "training"
PLAIN = "plain"
MOST_RUNS = 10  # of a session


@dataclass(eq=False)
class Run:
    """One training of a session's own.

    ``begun`` is the progress when its last job began; ``job`` is None for one that was
    loaded. ``compared`` tells whether it is drawn over the finished curves.
    """

    number: int
    begun: SeedsProgress
    job: Job | None = None
    compared: bool = True
    origin: str = ""

    @property
    def so_far(self) -> SeedsProgress:
        """How far it has come."""
        found: SeedsProgress | None = self.job.partial_result if self.job else None
        return found or self.begun

    @property
    def result(self) -> Result | None:
        """What it gave, once all seeds are trained."""
        return self.so_far.result

    @property
    def is_live(self) -> bool:
        """Whether it waits or trains."""
        return self.job is not None and self.job.is_live

    @property
    def error(self) -> str:
        """One sentence where it failed."""
        return self.job.error if self.job and self.job.state == FAILED else ""

    @property
    def title(self) -> str:
        """'run 2: zoom, 10 to 56 px'."""
        spec = self.begun.spec
        sizes = format_size_range(*spec.train_range_px)
        data = "" if spec.data == Spec().data else f", {spec.data}"
        place = "" if spec.position == Spec().position else f", {spec.position}"
        return f"run {self.number}: {spec.recipe}, {sizes}{data}{place}{self.origin}"


@dataclass(eq=False)
class Kept:
    """A session's runs in the order of their beginning; ``refused`` is one sentence, or empty.

    ``begun`` counts all that there ever were; ``loaded`` counts the files, so that their field gets
    a new key.
    """

    runs: list[Run]
    begun: int = 0
    loaded: int = 0
    refused: str = ""


def kept() -> Kept:
    """This session's."""
    found: Kept = st.session_state.setdefault("scalescope-training", Kept([]))
    return found


def precomputed_results() -> Mapping[str, Result]:
    """The repository's runs by name; empty while there are none, or one is of another version."""
    from ....core.experiments.training import precomputed
    from ....core.experiments.training.run_file import RunFileError

    try:
        return precomputed.precomputed_results()
    except RunFileError:
        logging.getLogger(__name__).exception("a finished run cannot be read")
        return {}


def name_of(spec: Spec) -> str:
    """The finished run that comes nearest to a spec: its recipe, trained as it is."""
    centered = f"{spec.recipe}-centered"
    return (
        centered
        if spec.position == "centered" and centered in precomputed_results()
        else spec.recipe
    )


def recipe_of(spec: Spec) -> Recipe:
    """The recipe that a spec names."""
    from ....core.training.recipes import recipe

    return recipe(spec.recipe)


def source_of(spec: Spec) -> DataSource:
    """Where the objects come from that a spec names."""
    from ....core.training.data import DATA

    return DATA[spec.data]


def guessing(data: str) -> float:
    """The accuracy of guessing."""
    return 1 / len(source_of(Spec(data=data)).classes)


def _begin(run: Run) -> None:
    """Give a run a place in the line; raises :class:`core.jobs.queue.QueueFull`."""
    from ....core.experiments.training.subprocess_run import train_seeds

    before = run.so_far
    work = partial(train_seeds, before)
    run.job = jobs.start(SLUG, f"run/{run.number}", run.number, work, jobs.TRAINING_QUEUE)
    run.begun = before


def begin(spec: Spec) -> None:
    """Train by a spec as soon as it is this session's turn; one that is refused is said."""
    from ....core.experiments.training.subprocess_run import SeedsProgress

    known = kept()
    run = Run(known.begun + 1, SeedsProgress(spec))
    known.refused = ""
    try:
        _begin(run)
    except UserError as error:
        known.refused = str(error)
        return
    known.begun += 1
    known.runs.append(run)


def go_on(run: Run) -> None:
    """Take up a run that was stopped."""
    known = kept()
    known.refused = ""
    try:
        _begin(run)
    except UserError as error:
        known.refused = str(error)


def stop(run: Run) -> None:
    """Ask a run to stop; what it has learned is kept."""
    if run.job is not None:
        run.job.queue.cancel(run.job)


def remove(run: Run) -> None:
    """Forget a run."""
    stop(run)
    kept().runs.remove(run)


def take(result: Result) -> Run:
    """Put a result that was loaded among the session's runs, and draw it."""
    from ....core.experiments.training.subprocess_run import SeedsProgress

    known = kept()
    known.begun += 1
    run = Run(known.begun, SeedsProgress(result.spec, result.runs), origin=" (loaded)")
    known.runs.append(run)
    return run
