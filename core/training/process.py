"""One training run in a process of its own, for a job's thread of :mod:`core.jobs.queue`.

The page stays usable, because the process is nice and has one thread; a stop comes through at once,
because the thread only waits; and whatever a run does to memory ends with its process. It ends with
this process too. :mod:`core.training.worker` is what it does, :mod:`core.training.messages` what it
sends.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..errors import UserError, report_fault
from ..jobs.queue import Cancelled
from ..jobs.worker_limits import TRAINING_LIMITS
from ..jobs.worker_process import WorkerEnded, WorkerFault, WorkerProcess
from . import messages, record
from .plan import Plan
from .trained import Checkpoint, TrainedNetwork, TrainingLogEntry

WORKER = "scalescope.core.training.worker"
POLL_S = 0.25  # between two looks whether somebody wants the job to stop
MAX_FRACTION = 0.99  # of the time, as long as there is no result
ENDED = (
    "The process that trained ended before it was done, perhaps for want of memory; try fewer "
    "filters or pictures a step."
)
ALLOCATOR = {
    # glibc's allocator gives large arrays back to the system and asks for them again in every step;
    # keeping them takes a third to a half off a step of the recipes with scale channels.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
}


@dataclass(frozen=True)
class TrainingProgress:
    """What a training has found: its ``log`` and, once stopped, ``checkpoint``, to go on from.

    ``fraction``: how much of the time that it takes in all is over, 0 to 1; ``left_s``: the seconds
    that are left from the last moment on, None while that is not known. Both count the tests at the
    end, and the time before a pause.
    """

    plan: Plan
    log: tuple[TrainingLogEntry, ...] = ()
    checkpoint: Checkpoint | None = None
    fraction: float = 0.0
    left_s: float | None = None


Report = Callable[[float, TrainingProgress], None]


def by_now(sofar: TrainingProgress, since_s: float) -> float:
    """The fraction done so many seconds after the last moment: the tests at the end say nothing."""
    if not sofar.left_s:
        return min(sofar.fraction, MAX_FRACTION)
    whole_s = sofar.left_s / (1 - sofar.fraction)
    return min(sofar.fraction + since_s / whole_s, MAX_FRACTION)


class _Training:
    """A training in a worker process, seen from here."""

    def __init__(self, worker: WorkerProcess, plan: Plan, checkpoint: Checkpoint | None) -> None:
        self._worker, self._heard_s = worker, time.monotonic()
        self._begun_with = checkpoint
        self.progress = TrainingProgress(plan, messages.log_of(checkpoint, plan), checkpoint)
        self.trained: TrainedNetwork | None = None

    def run(self, report: Report) -> None:
        """Train to the end, and report every message and every silence."""
        task = messages.task_message(self.progress.plan, self._begun_with)
        for message in self._worker.stream(task, POLL_S):
            if message is not None:
                self._take(message)
                self._heard_s = time.monotonic()
            if self.trained is None:
                since_s = time.monotonic() - self._heard_s
                report(by_now(self.progress, since_s), self.progress)

    def stop(self) -> TrainingProgress:
        """Stop, and return what can be taken up again."""
        has_begun = self.progress.left_s is not None
        if has_begun and self.progress.checkpoint is self._begun_with:
            try:
                for message in self._worker.stop():
                    self._take(message)
            except (UserError, WorkerEnded):
                pass
            except WorkerFault as fault:
                report_fault(fault)
        checkpoint = self.progress.checkpoint
        return replace(self.progress, log=messages.log_of(checkpoint, self.progress.plan))

    def _take(self, message: bytes) -> None:
        facts, arrays = messages.unpacked(message)
        progress = self.progress
        if "entry" in facts:
            entry = record.log_entry_from_json(facts["entry"], progress.plan)
            self.progress = replace(
                progress,
                log=(*progress.log, entry),
                fraction=facts["fraction"],
                left_s=facts["left_s"],
            )
        elif "checkpoint" in facts:
            checkpoint = Checkpoint(arrays, facts["checkpoint"])
            self.progress = replace(progress, checkpoint=checkpoint)
        else:
            self.trained = record.network_from_json(progress.plan, facts["trained"], arrays)


def train_in_subprocess(
    plan: Plan, report: Report, checkpoint: Checkpoint | None = None
) -> TrainedNetwork:
    """Train by ``plan``, or go on from ``checkpoint``, in a process of its own.

    ``report(fraction, progress)`` is called four times a second at least, and with every entry of
    the log. When it raises :class:`core.jobs.queue.Cancelled`, the worker makes a checkpoint and ends;
    what is reported last then holds it, and Cancelled is raised here too. Raises UserError for what
    cannot be trained and where the process ended, and
    :class:`core.jobs.worker_process.WorkerFault` for any other error in it.
    """
    with WorkerProcess(WORKER, TRAINING_LIMITS, environment=ALLOCATOR) as worker:
        training = _Training(worker, plan, checkpoint)
        try:
            training.run(report)
        except WorkerEnded:
            raise UserError(ENDED) from None
        except Cancelled:
            progress = training.stop()
            with contextlib.suppress(Cancelled):
                report(progress.fraction, progress)
            raise
    assert training.trained is not None
    return training.trained
