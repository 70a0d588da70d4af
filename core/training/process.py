"""A training run in a process of its own, for the thread of a job (:mod:`core.jobs.queue`).

Pages stay usable, because the process has a low priority and one thread. The job's thread only
waits, so it can be canceled at once. Whatever a run does to memory ends with its process.
:mod:`core.training.worker` is what the process runs, :mod:`core.training.messages` what it sends.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..errors import UserError, report_fault
from ..jobs.queue import Canceled
from ..jobs.worker_limits import TRAINING_LIMITS
from ..jobs.worker_process import WorkerEnded, WorkerFault, WorkerProcess
from . import messages, record
from .plan import Plan
from .trained import Checkpoint, TrainedNetwork, TrainingLogEntry

WORKER = "scalescope.core.training.worker"
POLL_S = 0.25  # between two checks whether the job was canceled
MAX_FRACTION = 0.99  # of the time, as long as there is no result
ENDED = (
    "The training process ended early, perhaps because memory ran out; try fewer filters or a "
    "smaller batch."
)
ALLOCATOR = {
    # glibc's allocator gives large arrays back to the system and asks for them again in every step;
    # keeping them takes a third to a half off a step of the recipes with scale channels.
    "MALLOC_MMAP_MAX_": "0",
    "MALLOC_TRIM_THRESHOLD_": "100000000000",
}


@dataclass(frozen=True)
class TrainingProgress:
    """The progress of a training: its ``log`` and, once canceled, a ``checkpoint`` to resume from.

    ``fraction``: of the whole time, 0 to 1; ``left_s``: seconds left after the last entry of the
    log, None while unknown. Both include the tests at the end, and the time before a pause.
    """

    plan: Plan
    log: tuple[TrainingLogEntry, ...] = ()
    checkpoint: Checkpoint | None = None
    fraction: float = 0.0
    left_s: float | None = None


Report = Callable[[float, TrainingProgress], None]


def fraction_now(progress: TrainingProgress, since_s: float) -> float:
    """The fraction done ``since_s`` seconds after the last entry of the log.

    It also grows during the tests at the end, which send nothing, but never beyond
    :data:`MAX_FRACTION`.
    """
    if not progress.left_s:
        return min(progress.fraction, MAX_FRACTION)
    whole_s = progress.left_s / (1 - progress.fraction)
    return min(progress.fraction + since_s / whole_s, MAX_FRACTION)


class _Training:
    """A training in a worker process, from the side that started it."""

    def __init__(self, worker: WorkerProcess, plan: Plan, checkpoint: Checkpoint | None) -> None:
        self._worker, self._received_s = worker, time.monotonic()
        self._resumed_from = checkpoint
        self.progress = TrainingProgress(plan, messages.log_of(checkpoint, plan), checkpoint)
        self.trained: TrainedNetwork | None = None

    def run(self, report: Report) -> None:
        """Train to the end; report with every message, and while none comes."""
        task = messages.task_message(self.progress.plan, self._resumed_from)
        for message in self._worker.stream(task, POLL_S):
            if message is not None:
                self._take(message)
                self._received_s = time.monotonic()
            if self.trained is None:
                since_s = time.monotonic() - self._received_s
                report(fraction_now(self.progress, since_s), self.progress)

    def stop(self) -> TrainingProgress:
        """Stop, and return the progress that can be resumed."""
        has_begun = self.progress.left_s is not None
        if has_begun and self.progress.checkpoint is self._resumed_from:
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
    """Train by ``plan``, or resume from ``checkpoint``, in a process of its own.

    ``report(fraction, progress)`` is called at least four times a second, and with every entry of
    the log. When it raises :class:`core.jobs.queue.Canceled`, the process makes a checkpoint and
    ends; the last report then holds the checkpoint, and Canceled is raised here too.

    Raises UserError for what cannot be trained and where the process ended early, and
    :class:`core.jobs.worker_process.WorkerFault` for any other error in it.
    """
    with WorkerProcess(WORKER, TRAINING_LIMITS, environment=ALLOCATOR) as worker:
        training = _Training(worker, plan, checkpoint)
        try:
            training.run(report)
        except WorkerEnded:
            raise UserError(ENDED) from None
        except Canceled:
            progress = training.stop()
            with contextlib.suppress(Canceled):
                report(progress.fraction, progress)
            raise
    assert training.trained is not None
    return training.trained
