"""A stand-in for the process that trains, and what tests of the training page look at."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from html import unescape
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from scalescope.components import cached, jobs
from scalescope.components.pages.training import live
from scalescope.components.pages.training import state as training_state
from scalescope.core.experiments.training import subprocess_run, time_estimate
from scalescope.core.experiments.training.result import Result
from scalescope.core.experiments.training.run import run
from scalescope.core.experiments.training.spec import Spec
from scalescope.core.jobs.queue import Canceled, JobQueue
from scalescope.core.specs.spec import to_query
from scalescope.core.training.pace import Pace
from scalescope.core.training.process import TrainingProgress
from scalescope.core.training.trained import Checkpoint, TrainingLogEntry
from tests.components.pages.test_pages import chart, component
from tests.core.experiments.training.test_sentences import result
from tests.core.jobs.test_queue import SOON_S, until

FEW = {
    "steps": 2,
    "train_objects": 40,
    "test_objects": 20,
    "batch_size": 8,
    "width": 4,
    "seeds": (0,),
}
FEW |= {"test_px": (12.0, 24.0, 48.0)}
QUICK = {name: value for name, value in to_query(Spec(**FEW)).items() if name != "seeds"}
LINE = [[0.1, 0.4, 0.9, 0.3, 0.1]]


@cache
def small() -> dict[str, Result]:
    """Really trained, in two steps."""
    names = ("plain", "scale-channels", "scale-channels-naive")
    return {name: run(Spec(recipe=name, **FEW)) for name in names}


class Trainer:
    """In place of a process: two moments a seed, each as soon as it is let go."""

    def __init__(self) -> None:
        self.steps, self.resumed = threading.Semaphore(0), []

    def __call__(self, plan: Any, report: Any, checkpoint: Any = None) -> Any:
        self.resumed.append(checkpoint)
        sofar, line = TrainingProgress(plan), np.linspace(0.1, 0.7, len(plan.test_px))
        for step in (1, 2):
            while not self.steps.acquire(timeout=0.02):
                self.tell(report, sofar)
            moment = TrainingLogEntry(step, 2, 2.0 / step, line, float(step))
            sofar = TrainingProgress(plan, (*sofar.log, moment), checkpoint, step / 3, 3.0 - step)
            self.tell(report, sofar)
        return replace(run(Spec(**FEW)).runs[0], plan=plan)

    def tell(self, report: Any, sofar: TrainingProgress) -> None:
        try:
            report(sofar.fraction, sofar)
        except Canceled:
            stopped = replace(sofar, checkpoint=Checkpoint({}, {"seed": sofar.plan.seed}))
            try:
                report(stopped.fraction, stopped)
            finally:
                raise


@contextmanager
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Trainer]:
    """Queues, caches and finished runs of one test, and the stand-in."""
    made, queue = Trainer(), JobQueue(1, max_waiting=2, max_waiting_per_owner=1)
    monkeypatch.setattr(jobs, "MEASUREMENT_QUEUE", JobQueue(2))
    monkeypatch.setattr(jobs, "TRAINING_QUEUE", queue)
    monkeypatch.setattr(subprocess_run, "train_in_subprocess", made)
    monkeypatch.setattr(time_estimate, "measure_plan_pace", lambda plan: Pace(0.05, 0.0001))
    precomputed_results = {"zoom": result("zoom", LINE, train_px="10:56"), **small()}
    monkeypatch.setattr(training_state, "precomputed_results", lambda: precomputed_results)
    live.PACES.clear(), cached._value.clear()
    yield made
    made.steps.release(1000)
    queue.close()
    live.PACES.clear(), cached._value.clear()


def opened(
    open_page: Callable[..., AppTest], sections: tuple[int, ...] = (), **query: str
) -> AppTest:
    """The page after its time was taken, with some sections unfolded."""
    page = open_page("training", **query)
    for number in sections:
        page.session_state[f"training/inside/{number}"] = True
    for name, job in known(page).items():
        assert name != "pace" or job.ended.wait(SOON_S)
    return page.run()


def known_of(run: AppTest) -> list[str]:
    """The sentences of the fold 'How we know'."""
    html = json.loads(component(run, "live_notes").json)["known"]
    return [unescape(text) for text in re.findall(r"<h4>(.*?)</h4>", html)]


def labels(run: AppTest) -> list[str]:
    assert not run.exception
    return [button.label for button in run.button]


def press(run: AppTest, begins: str, at: int = 0) -> AppTest:
    buttons = [one for one in run.button if one.label.startswith(begins)]
    return buttons[at].click().run()


def bars(run: AppTest) -> list[str]:
    assert not run.exception
    return [bar.proto.text for bar in run.get("progress")]


def figures(run: AppTest) -> dict[str, dict[str, Any]]:
    assert not run.exception
    count = sum(
        element.proto.component_name.endswith("live_chart") for element in run.get("bidi_component")
    )
    charts = [chart(run, index) for index in range(count)]
    return {figure["layout"]["meta"]["name"]: figure for figure in charts}


def names(run: AppTest) -> set[str]:
    """What the first screen's lines are called."""
    data = figures(run)["training"]["data"]
    return {trace["name"] for trace in data if trace.get("showlegend", True)}


def known(run: AppTest) -> dict[str, jobs.Job]:
    """The session's jobs by name."""
    state = run.session_state
    actual = state["scalescope-jobs"] if "scalescope-jobs" in state else {}  # noqa: SIM401
    return {name: job for (_, name, _), job in actual.items()}


def jobs_of(run: AppTest) -> list[jobs.Job]:
    return [job for name, job in known(run).items() if name.startswith("run/")]


def until_bar(run: AppTest, text: str) -> None:
    until(lambda: any(text in bar for bar in bars(run.run())))


def done(page: Any, trainer: Trainer, **query: str) -> AppTest:
    """A page with one run that is done."""
    run = press(page(seeds="0", **QUICK, **query), "Train")
    trainer.steps.release(2)
    assert jobs_of(run)[-1].ended.wait(SOON_S)
    return run.run()
