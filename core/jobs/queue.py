"""A fair queue of long work: a few jobs at once, round-robin over sessions, all can be canceled.

A job's work is a function ``work(report)``. It calls ``report(fraction, partial)`` now and then, in
its own thread; the call records the progress and the partial result, and raises :class:`Canceled`
once the job has been asked to end. What was recorded before stays with the job.
"""

from __future__ import annotations

import atexit
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from ..errors import UserError, error_sentence

WAITING, RUNNING, DONE, CANCELED, FAILED = (
    "waiting", "running", "done", "canceled", "failed",
)  # fmt: skip
PATIENCE_S = 10.0


class QueueFull(UserError):
    """As many jobs are waiting as may."""


class Canceled(Exception):
    """Raised by ``report`` inside the work of a job that should end."""


class Report(Protocol):
    """How work reports the ``fraction`` that is done, 0 to 1, and its ``partial`` result.

    None leaves the partial result as it was. Raises :class:`Canceled`.
    """

    def __call__(self, fraction: float, partial: Any = None) -> None: ...


Work = Callable[[Report], Any]


@dataclass(eq=False)
class Job:
    """One piece of long work of ``owner``, a session.

    ``state``: waiting, running, done, canceled or failed. ``fraction`` is done, 0 to 1;
    ``partial_result`` is the last one that was reported, in the end the result; ``error`` one
    sentence where it failed. ``queue`` is the queue that it is in. ``owner_is_connected`` may be
    called from any thread. The times are seconds of the queue's clock: of the start, of the last
    report, and when the session was last connected.
    """

    owner: str
    work: Work
    owner_is_connected: Callable[[], bool]
    queue: JobQueue
    state: str = WAITING
    fraction: float = 0.0
    partial_result: Any = None
    error: str = ""
    cancel_requested: bool = False
    started_s: float = 0.0
    reported_s: float = 0.0
    last_seen_s: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return not self.ended.is_set()


def _nothing(report: Report) -> None:
    """The work of a job that has ended, so that what its own held, perhaps a picture, is freed."""


class JobQueue:
    """A fair job queue: at most ``max_running`` jobs at once, each in a thread of its own.

    Sessions take turns: a session's next job waits behind those of sessions that have fewer
    running, and a session goes to the back when its last job ends. A job whose session has been
    disconnected for ``patience_s`` seconds is canceled. At most ``max_waiting`` jobs wait, and
    ``max_waiting_per_owner`` of one session; None is no limit.
    """

    def __init__(
        self,
        max_running: int,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        max_waiting: int | None = None,
        max_waiting_per_owner: int | None = None,
    ) -> None:
        self._max_running, self._patience_s, self._clock = max_running, patience_s, clock
        self._max_waiting, self._max_waiting_per_owner = max_waiting, max_waiting_per_owner
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._order: dict[str, int] = {}  # of the sessions that wait: the smallest is next
        self._count = itertools.count()
        atexit.register(self.close)

    def submit(
        self, owner: str, work: Work, owner_is_connected: Callable[[], bool] = lambda: True
    ) -> Job:
        """Add work of a session; it starts at once where fewer than ``max_running`` run.

        Raises :class:`QueueFull` where as many wait as may, in all or of this session.
        """
        job = Job(owner, work, owner_is_connected, self, last_seen_s=self._clock())
        with self._lock:
            self._refuse_when_full(owner)
            self._order.setdefault(owner, next(self._count))
            self._waiting.append(job)
            self._start_next()
        return job

    def _refuse_when_full(self, owner: str) -> None:
        if len(self._running) < self._max_running:
            return
        waiting, owners = len(self._waiting), sum(job.owner == owner for job in self._waiting)
        if self._max_waiting is not None and waiting >= self._max_waiting:
            raise QueueFull(f"{waiting} jobs are already waiting, the maximum; try again later.")
        if self._max_waiting_per_owner is not None and owners >= self._max_waiting_per_owner:
            raise QueueFull(f"{owners} of your jobs are already waiting, the maximum.")

    def cancel(self, job: Job) -> None:
        """Ask a job to end: one that waits ends now, one that runs at its next report."""
        job.cancel_requested = True
        with self._lock:
            if job in self._waiting:
                self._remove_waiting(job)
                self._end(job, CANCELED)

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Cancel every job and wait until the running ones have ended, ``patience_s`` at most.

        Called when Python ends too: it may abort where a thread is still inside PyTorch then.
        """
        with self._lock:
            jobs = [*self._waiting, *self._running]
        for job in jobs:
            self.cancel(job)
        until = time.monotonic() + patience_s
        for job in jobs:
            job.ended.wait(max(0.0, until - time.monotonic()))

    def position(self, job: Job) -> int | None:
        """1 for the job that starts next; None for one that does not wait."""
        job.last_seen_s = self._clock()
        with self._lock:
            waiting = self._waiting_in_order()
        return waiting.index(job) + 1 if job in waiting else None

    def seconds_left(self, job: Job) -> float | None:
        """Seconds that the rest takes at the rate so far; None while that is unknown."""
        if job.state != RUNNING or job.fraction <= 0:
            return None
        taken = job.reported_s - job.started_s
        since = self._clock() - job.reported_s
        return max(0.0, taken * (1 - job.fraction) / job.fraction - since)

    def _waiting_in_order(self) -> list[Job]:
        """The jobs that wait, in the order in which they will start if nobody else comes."""
        ahead = Counter(job.owner for job in self._running)
        ranked = []
        for job in self._waiting:
            ranked.append(((ahead[job.owner], self._order[job.owner]), job))
            ahead[job.owner] += 1
        return [job for _, job in sorted(ranked, key=lambda rank_and_job: rank_and_job[0])]

    def _start_next(self) -> None:
        while self._waiting and len(self._running) < self._max_running:
            job = self._waiting_in_order()[0]
            self._remove_waiting(job)
            if self._is_gone(job):
                self._end(job, CANCELED)
                continue
            job.state, job.started_s = RUNNING, self._clock()
            self._running.append(job)
            threading.Thread(target=self._run, args=(job,), daemon=True, name="job").start()

    def _remove_waiting(self, job: Job) -> None:
        """Take a job out of those that wait."""
        self._waiting.remove(job)
        if not any(other.owner == job.owner for other in self._waiting):
            self._order.pop(job.owner)

    def _end(self, job: Job, state: str) -> None:
        job.state, job.work = state, _nothing
        job.ended.set()

    def _is_gone(self, job: Job) -> bool:
        now = self._clock()
        if job.owner_is_connected():
            job.last_seen_s = now
        return now - job.last_seen_s > self._patience_s

    def _report(self, job: Job, fraction: float, partial: Any) -> None:
        job.reported_s = self._clock()
        if partial is not None:
            job.partial_result = partial
        job.fraction = min(max(fraction, 0.0), 1.0)
        if job.cancel_requested or self._is_gone(job):
            raise Canceled

    def _run(self, job: Job) -> None:
        state = FAILED
        try:
            job.partial_result = job.work(
                lambda fraction, partial=None: self._report(job, fraction, partial)
            )
            state, job.fraction = DONE, 1.0
        except Canceled:
            state = CANCELED
        except Exception as error:
            job.error = error_sentence(error)
        with self._lock:
            self._running.remove(job)
            if job.owner in self._order:
                self._order[job.owner] = next(self._count)
            self._end(job, state)
            self._start_next()
