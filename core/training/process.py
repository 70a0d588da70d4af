"""One training run in a process of its own, for a job's thread of :mod:`core.jobs.queue`.

The page stays usable, because the process is nice and has one thread; a stop comes through at once,
because the thread only waits; and whatever a run does to memory ends with its process. It ends with
this process too: its standard input closes then.

Lines of JSON come from the worker while it trains (:mod:`core.training.worker`), arrays come
through a temporary folder, which is removed at the end.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ..errors import UserError
from ..jobs.queue import Stopped
from ..paths import import_folder
from . import record, worker_files
from .plan import Plan
from .trained import Checkpoint, TrainedNetwork, TrainingLogEntry

LISTEN_S = 0.25  # between two looks whether somebody wants the job to stop
PATIENCE_S = 8.0  # until a worker that is to stop has kept its state; core.jobs.queue waits for 10
MOST_SHARE = 0.99  # of the time, as long as there is no result
ENDED = (
    "The process that trained ended before it was done, perhaps for want of memory; try fewer "
    "filters or pictures a step."
)
ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
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


class _Worker:
    """The process, and the lines that came from it."""

    def __init__(self, folder: Path) -> None:
        with (folder / worker_files.LOG).open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-B", "-m", "scalescope.core.training.worker", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=import_folder(),
                env={**os.environ, **ENVIRONMENT},
            )
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True, name="training").start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def next(self) -> dict[str, Any] | None:
        """What it said next; empty where it said nothing for a while, None when it has ended."""
        try:
            line = self._lines.get(timeout=LISTEN_S)
        except queue.Empty:
            return {}
        if line is None:
            return None
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self) -> None:
        """Ask it to keep its state, and wait until it has ended, or has not for too long."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended already
            self._process.stdin.write(b"stop\n")
            self._process.stdin.flush()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE_S)

    def status(self) -> int:
        """The exit status of a worker whose lines have ended."""
        return self._process.wait()

    def end(self) -> None:
        """End it, whatever it does."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()


def _heard(sofar: TrainingProgress, said: dict[str, Any]) -> TrainingProgress:
    if "error" in said:
        raise UserError(said["error"])
    if "moment" not in said:
        return sofar
    moment = record.log_entry_from_json(said["moment"], sofar.plan)
    about = {"fraction": said["fraction"], "left_s": said["left_s"]}
    return replace(sofar, log=(*sofar.log, moment), **about)


def by_now(sofar: TrainingProgress, since_s: float) -> float:
    """The fraction done so many seconds after the last moment: the tests at the end say nothing."""
    if not sofar.left_s:
        return min(sofar.fraction, MOST_SHARE)
    whole_s = sofar.left_s / (1 - sofar.fraction)
    return min(sofar.fraction + since_s / whole_s, MOST_SHARE)


def _result(folder: Path, plan: Plan, status: int) -> TrainedNetwork:
    found = worker_files.read_trained(folder, plan)
    if found is not None:
        return found
    if status < 0:  # a signal ended it
        raise UserError(ENDED)
    raise RuntimeError((folder / worker_files.LOG).read_text(errors="replace"))


def train_apart(plan: Plan, report: Report, checkpoint: Checkpoint | None = None) -> TrainedNetwork:
    """Train by ``plan``, or go on from ``checkpoint``, in a process of its own.

    ``report(fraction, sofar)`` is called four times a second at least, and with every moment. When
    it raises :class:`core.jobs.queue.Stopped`, the worker keeps its state and ends; what is reported
    last then holds it, and Stopped is raised here too. Raises UserError for what
    cannot be trained, and RuntimeError with the worker's traceback where that has a fault.
    """
    with TemporaryDirectory(prefix="scalescope-training-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        worker_files.write_task(folder, plan, checkpoint)
        sofar = TrainingProgress(
            plan, log=worker_files.moments_of(checkpoint, plan), checkpoint=checkpoint
        )
        worker = _Worker(folder)
        try:
            heard_s = time.monotonic()
            while (said := worker.next()) is not None:
                sofar = _heard(sofar, said)
                heard_s = time.monotonic() if said else heard_s
                report(by_now(sofar, time.monotonic() - heard_s), sofar)
            return _result(folder, plan, worker.status())
        except Stopped:
            if sofar.left_s is not None:  # else it has done nothing yet
                worker.stop()
            _report_state(report, sofar, worker_files.read_saved(folder) or checkpoint)
            raise
        finally:
            worker.end()


def _report_state(report: Report, sofar: TrainingProgress, checkpoint: Checkpoint | None) -> None:
    """The last report of a training that was stopped: all that was done before can be taken up."""
    kept = replace(
        sofar, log=worker_files.moments_of(checkpoint, sofar.plan), checkpoint=checkpoint
    )
    with contextlib.suppress(Stopped):
        report(kept.fraction, kept)
