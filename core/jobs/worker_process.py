"""A worker process, from the side that starts it; :mod:`core.jobs.worker_main` is its own side.

A worker serves one module of this package. It is held to the module's limits, and ends with this
process, whose end of the pipe closes then.
"""

from __future__ import annotations

import contextlib
import math
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Self

from ..errors import UserError
from ..paths import import_folder
from .worker_limits import WorkerLimits
from .worker_messages import (
    END,
    FAULT,
    REFUSAL,
    REQUEST,
    STOP,
    VALUE,
    Message,
    read_message,
    write_message,
)

ENVIRONMENT = {  # threads and heaps of their own would count as memory
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    "MALLOC_ARENA_MAX": "1",
}


class WorkerEnded(Exception):
    """The process ended before its reply: by a limit, a signal, or for want of memory."""


class WorkerFault(RuntimeError):
    """An unexpected error in the process; its text is the traceback there, for the log alone."""


class WorkerProcess:
    """``with WorkerProcess(module, limits) as worker: worker.request(body)``. For one thread.

    ``module`` is a dotted name; what it must define is said in :mod:`core.jobs.worker_main`.
    ``argument`` goes to it; ``environment`` is added to this process's own. Raises OSError where no
    process can be started.
    """

    def __init__(
        self,
        module: str,
        limits: WorkerLimits,
        argument: str = "",
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._limits = limits
        self._process = subprocess.Popen(
            [sys.executable, "-B", "-m", "scalescope.core.jobs.worker_main", module, argument],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=None if limits.may_write_files else subprocess.DEVNULL,
            cwd=import_folder(),
            env={**os.environ, **ENVIRONMENT, **(environment or {})},
        )
        self._messages: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True, name="worker")
        self._listener.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def request(self, body: bytes) -> bytes:
        """Send a request that has one value as its reply, and return that.

        Raises :class:`UserError` with the worker's sentence, :class:`WorkerFault`, and
        :class:`WorkerEnded`, also where the limit on time has ended the process.
        """
        with self._time_limit(self._limits.reply_s):
            self._send(REQUEST, body)
            (value,) = (value for value in self._series(None) if value is not None)
        return value

    def stream(self, body: bytes, poll_s: float) -> Iterator[bytes | None]:
        """Send a request, and yield the values of its reply as they come.

        None is yielded whenever nothing has come for ``poll_s`` seconds. Raises as :meth:`request`.
        """
        self._send(REQUEST, body)
        yield from self._series(poll_s)

    def stop(self) -> Iterator[bytes]:
        """Ask for an early end of the present reply, and yield the values that still come.

        The process is ended after ``limits.stop_s`` seconds. Raises as :meth:`request`.
        """
        with self._time_limit(self._limits.stop_s):
            self._send(STOP)
            yield from (value for value in self._series(None) if value is not None)

    def close(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            with contextlib.suppress(OSError):
                pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        message: Message | None = (END, b"")
        while message is not None:
            message = read_message(self._process.stdout, self._limits.reply_bytes)
            self._messages.put(message)

    @contextlib.contextmanager
    def _time_limit(self, seconds: float) -> Iterator[None]:
        if seconds == math.inf:
            yield
            return
        watch = threading.Timer(seconds, self._process.kill)
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _send(self, kind: bytes, body: bytes = b"") -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it has ended; what it sent before says why
            write_message(self._process.stdin, kind, body)

    def _series(self, poll_s: float | None) -> Iterator[bytes | None]:
        while True:
            try:
                message = self._messages.get(timeout=poll_s)
            except queue.Empty:
                yield None
                continue
            if message is None:
                self._messages.put(None)  # for whoever asks again
                raise WorkerEnded
            kind, body = message
            if kind == END:
                return
            if kind == REFUSAL:
                raise UserError(body.decode(errors="replace"))
            if kind == FAULT:
                raise WorkerFault(body.decode(errors="replace"))
            if kind != VALUE:
                raise WorkerEnded
            yield body
