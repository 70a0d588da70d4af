"""Long work in turns: a few jobs at a time, sessions one after the other, and all can be stopped.

A job's work is a function ``work(report)``. It calls ``report(fraction, partial)`` now and then, in
its own thread; the call notes how far the work has come and what it has found so far, and raises
:class:`Stopped` once somebody has asked it to stop. What was noted before stays with the job.
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

WAITING, RUNNING, DONE, STOPPED, FAILED = "waiting", "running", "done", "stopped", "failed"
PATIENCE_S = 10.0


class Full(UserError):
    """The line is as long as it may be: one sentence."""


class Stopped(Exception):
    """Raised by ``report`` inside a job's work that should end."""


class Report(Protocol):
    """How work says that a ``fraction`` of it, 0 to 1, is done, and what it has found so far."""

    def __call__(self, fraction: float, partial: Any = None) -> None: ...


Work = Callable[[Report], Any]


@dataclass(eq=False)
class Job:
    """One piece of long work of ``owner``, a session.

    ``state``: waiting, running, done, stopped or failed. ``fraction`` is done, 0 to 1; ``found`` is
    the last partial result, in the end the result; ``error`` one sentence where it failed.
    ``turns`` is the queue that it is in. ``is_there`` tells whether the session is still there,
    from any thread. The times are seconds of the queue's clock: of the start, of the last report
    and of the last sign of the session.
    """

    owner: str
    work: Work
    is_there: Callable[[], bool]
    turns: Turns
    state: str = WAITING
    fraction: float = 0.0
    found: Any = None
    error: str = ""
    stop_wanted: bool = False
    started_s: float = 0.0
    reported_s: float = 0.0
    seen_s: float = 0.0
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def is_live(self) -> bool:
        """Whether it waits or runs."""
        return not self.ended.is_set()


def _nothing(report: Report) -> None:
    """The work of a job that has ended: what that held, a picture perhaps, is let go."""


class Turns:
    """A queue for all sessions: at most ``most`` jobs run at a time, each in a thread of its own.

    First come, first served by session: a session's next job waits behind those of sessions that
    have fewer running, and at the end of its last one a session goes to the back. A job whose
    session has not been there for ``patience_s`` seconds ends. At most ``line`` jobs wait, and
    ``own`` of one session; None is no bound.
    """

    def __init__(
        self,
        most: int,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.monotonic,
        line: int | None = None,
        own: int | None = None,
    ) -> None:
        self._most, self._patience_s, self._clock = most, patience_s, clock
        self._longest, self._most_own = line, own
        self._lock = threading.Lock()
        self._waiting: list[Job] = []
        self._running: list[Job] = []
        self._since: dict[str, int] = {}  # sessions that wait: the order in which they began to
        self._count = itertools.count()
        atexit.register(self.close)

    def submit(self, owner: str, work: Work, is_there: Callable[[], bool] = lambda: True) -> Job:
        """Put work at its place in the line; it starts at once where there is a free seat.

        Raises :class:`Full` where as many wait as may, in all or of this session.
        """
        job = Job(owner, work, is_there, self, seen_s=self._clock())
        with self._lock:
            self._refuse_when_full(owner)
            self._since.setdefault(owner, next(self._count))
            self._waiting.append(job)
            self._fill_seats()
        return job

    def _refuse_when_full(self, owner: str) -> None:
        if len(self._running) < self._most:
            return
        waiting, own = len(self._waiting), sum(job.owner == owner for job in self._waiting)
        if self._longest is not None and waiting >= self._longest:
            raise Full(f"{waiting} are waiting already, the most there may; try again later.")
        if self._most_own is not None and own >= self._most_own:
            raise Full(f"{own} of yours are waiting already, the most there may.")

    def stop(self, job: Job) -> None:
        """Ask a job to end: one that waits ends now, one that runs at its next report."""
        job.stop_wanted = True
        with self._lock:
            if job in self._waiting:
                self._take(job)
                self._end(job, STOPPED)

    def close(self, patience_s: float = PATIENCE_S) -> None:
        """Stop every job and wait until the running ones have ended, ``patience_s`` at most.

        Called when Python ends too: it may abort where a thread is still inside PyTorch then.
        """
        with self._lock:
            jobs = [*self._waiting, *self._running]
        for job in jobs:
            self.stop(job)
        until = time.monotonic() + patience_s
        for job in jobs:
            job.ended.wait(max(0.0, until - time.monotonic()))

    def place(self, job: Job) -> int | None:
        """1 for the job that starts next; None for one that does not wait."""
        job.seen_s = self._clock()
        with self._lock:
            line = self._line()
        return line.index(job) + 1 if job in line else None

    def seconds_left(self, job: Job) -> float | None:
        """As long as the rest takes at the speed so far; None while that cannot be told."""
        if job.state != RUNNING or job.fraction <= 0:
            return None
        taken = job.reported_s - job.started_s
        since = self._clock() - job.reported_s
        return max(0.0, taken * (1 - job.fraction) / job.fraction - since)

    def _line(self) -> list[Job]:
        """The jobs that wait, in the order in which they will start if nobody else comes."""
        before = Counter(job.owner for job in self._running)
        ranked = []
        for job in self._waiting:
            ranked.append(((before[job.owner], self._since[job.owner]), job))
            before[job.owner] += 1
        return [job for _, job in sorted(ranked, key=lambda one: one[0])]

    def _fill_seats(self) -> None:
        while self._waiting and len(self._running) < self._most:
            job = self._line()[0]
            self._take(job)
            if self._is_gone(job):
                self._end(job, STOPPED)
                continue
            job.state, job.started_s = RUNNING, self._clock()
            self._running.append(job)
            threading.Thread(target=self._run, args=(job,), daemon=True, name="job").start()

    def _take(self, job: Job) -> None:
        """Out of the line."""
        self._waiting.remove(job)
        if not any(other.owner == job.owner for other in self._waiting):
            self._since.pop(job.owner)

    def _end(self, job: Job, state: str) -> None:
        job.state, job.work = state, _nothing
        job.ended.set()

    def _is_gone(self, job: Job) -> bool:
        now = self._clock()
        if job.is_there():
            job.seen_s = now
        return now - job.seen_s > self._patience_s

    def _report(self, job: Job, fraction: float, partial: Any) -> None:
        job.reported_s = self._clock()
        if partial is not None:
            job.found = partial
        job.fraction = min(max(fraction, 0.0), 1.0)
        if job.stop_wanted or self._is_gone(job):
            raise Stopped

    def _run(self, job: Job) -> None:
        state = FAILED
        try:
            job.found = job.work(
                lambda fraction, partial=None: self._report(job, fraction, partial)
            )
            state, job.fraction = DONE, 1.0
        except Stopped:
            state = STOPPED
        except Exception as error:
            job.error = error_sentence(error)
        with self._lock:
            self._running.remove(job)
            if job.owner in self._since:
                self._since[job.owner] = next(self._count)
            self._end(job, state)
            self._fill_seats()
