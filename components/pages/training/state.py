"""The precomputed runs, shared by all, and the runs that a session has trained or loaded.

A session's runs are kept in its state only; they stay while other pages are visited.
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
MAX_RUNS = 10  # of a session


@dataclass(eq=False)
class Run:
    """One training run of a session.

    ``start_progress`` is the progress when its last job began; ``job`` is None for a run that was
    loaded. ``compared`` tells whether it is drawn over the precomputed curves.
    """

    number: int
    start_progress: SeedsProgress
    job: Job | None = None
    compared: bool = True
    origin: str = ""

    @property
    def progress(self) -> SeedsProgress:
        """The progress now."""
        known: SeedsProgress | None = self.job.partial_result if self.job else None
        return known or self.start_progress

    @property
    def result(self) -> Result | None:
        """The result, once all seeds are trained."""
        return self.progress.result

    @property
    def is_live(self) -> bool:
        """Whether it waits or trains."""
        return self.job is not None and self.job.is_live

    @property
    def error(self) -> str:
        """One sentence if it failed, else empty."""
        return self.job.error if self.job and self.job.state == FAILED else ""

    @property
    def title(self) -> str:
        """'run 2: zoom, 10 to 56 px'."""
        spec = self.start_progress.spec
        sizes = format_size_range(*spec.train_range_px)
        data = "" if spec.data == Spec().data else f", {spec.data}"
        place = "" if spec.position == Spec().position else f", {spec.position}"
        return f"run {self.number}: {spec.recipe}, {sizes}{data}{place}{self.origin}"


@dataclass(eq=False)
class SessionState:
    """A session's runs in the order in which they began; ``refusal`` is one sentence, or empty.

    ``run_count`` counts all runs, also those removed; ``load_count`` counts the loaded files, so
    that the upload field gets a new key.
    """

    runs: list[Run]
    run_count: int = 0
    load_count: int = 0
    refusal: str = ""


def session_state() -> SessionState:
    """Give the runs of this session."""
    known: SessionState = st.session_state.setdefault("scalescope-training", SessionState([]))
    return known


def precomputed_results() -> Mapping[str, Result]:
    """Give the repository's runs by name; empty if there are none or one has another format."""
    from ....core.experiments.training import precomputed
    from ....core.experiments.training.run_file import RunFileError

    try:
        return precomputed.precomputed_results()
    except RunFileError:
        logging.getLogger(__name__).exception("a precomputed run cannot be read")
        return {}


def name_of(spec: Spec) -> str:
    """Name the precomputed run nearest to a spec: that of its recipe and position."""
    centered = f"{spec.recipe}-centered"
    return (
        centered
        if spec.position == "centered" and centered in precomputed_results()
        else spec.recipe
    )


def recipe_of(spec: Spec) -> Recipe:
    """Give the recipe that a spec names."""
    from ....core.training.recipes import recipe

    return recipe(spec.recipe)


def source_of(spec: Spec) -> DataSource:
    """Give the data set that a spec names."""
    from ....core.training.data import DATA

    return DATA[spec.data]


def chance_level(data: str) -> float:
    """Give the accuracy of random guessing, in (0, 1]."""
    return 1 / len(source_of(Spec(data=data)).classes)


def _submit(run: Run) -> None:
    """Queue a run; raises :class:`core.jobs.queue.QueueFull`."""
    from ....core.experiments.training.subprocess_run import train_seeds

    before = run.progress
    work = partial(train_seeds, before)
    run.job = jobs.start(SLUG, f"run/{run.number}", run.number, work, jobs.TRAINING_QUEUE)
    run.start_progress = before


def start_run(spec: Spec) -> None:
    """Queue a new run; a refusal is kept to be shown."""
    from ....core.experiments.training.subprocess_run import SeedsProgress

    known = session_state()
    run = Run(known.run_count + 1, SeedsProgress(spec))
    known.refusal = ""
    try:
        _submit(run)
    except UserError as error:
        known.refusal = str(error)
        return
    known.run_count += 1
    known.runs.append(run)


def resume(run: Run) -> None:
    """Resume a run that was stopped; a refusal is kept to be shown."""
    known = session_state()
    known.refusal = ""
    try:
        _submit(run)
    except UserError as error:
        known.refusal = str(error)


def stop(run: Run) -> None:
    """Ask a run to stop; its checkpoint is kept."""
    if run.job is not None:
        run.job.queue.cancel(run.job)


def remove(run: Run) -> None:
    """Stop and remove a run."""
    stop(run)
    session_state().runs.remove(run)


def add_result(result: Result) -> Run:
    """Add a loaded result to the session's runs, drawn in the chart."""
    from ....core.experiments.training.subprocess_run import SeedsProgress

    known = session_state()
    known.run_count += 1
    run = Run(known.run_count, SeedsProgress(result.spec, result.runs), origin=" (loaded)")
    known.runs.append(run)
    return run
