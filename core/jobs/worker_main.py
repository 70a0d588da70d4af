"""A worker process, from its own side; :mod:`core.jobs.worker_process` starts it and may end it.

Run as a module with the name of the module to serve, and an argument for that. The served module
defines ``LIMITS``, a :class:`core.jobs.worker_limits.WorkerLimits`, and ``worker(argument)``, which
gives a :data:`Handler`. A :class:`core.errors.UserError` of the handler is sent as its sentence,
any other error as its traceback; where memory runs out the process ends without a message.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator
from typing import IO

from ..errors import UserError
from .worker_limits import NO_LIMIT, WorkerLimits
from .worker_messages import END, FAULT, REFUSAL, STOP, VALUE, read_message, write_message

Handler = Callable[[bytes, threading.Event], Iterable[bytes]]
"""Takes a request and an event that asks for an early end, and yields the values of the reply."""

STACK_BYTES = 2**20  # of the listening thread, since it counts as memory


def confine(limits: WorkerLimits) -> None:
    """Hold this process to its limits, where the operating system can."""
    if hasattr(os, "nice"):
        os.nice(limits.niceness)
    with contextlib.suppress(ImportError):  # there is no such module on Windows
        import resource

        bounds = {resource.RLIMIT_AS: limits.memory_bytes, resource.RLIMIT_CPU: limits.computing_s}
        if not limits.may_write_files:
            bounds |= {resource.RLIMIT_CORE: 0, resource.RLIMIT_FSIZE: 0}
        for what, bound in bounds.items():
            if bound < NO_LIMIT:
                with contextlib.suppress(ValueError, OSError):  # a system without this limit
                    resource.setrlimit(what, (bound, bound))


def own_output() -> IO[bytes]:
    """The pipe for replies; whatever else prints, goes to standard error from now on."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


class _Requests:
    """What the starter sends. When its end of the pipe closes, this process ends at once."""

    def __init__(self, max_bytes: int) -> None:
        self.stop_requested = threading.Event()
        self._bodies: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._max_bytes = max_bytes
        threading.stack_size(STACK_BYTES)
        threading.Thread(target=self._listen, daemon=True, name="requests").start()
        threading.stack_size(0)

    def next(self) -> bytes:
        return self._bodies.get()

    def _listen(self) -> None:
        while (message := read_message(sys.stdin.buffer, self._max_bytes)) is not None:
            kind, body = message
            if kind == STOP:
                self.stop_requested.set()
            else:
                self._bodies.put(body)
        os._exit(1)  # from a thread: the other one may be inside PyTorch


def _serve(name: str, argument: str, replies: IO[bytes]) -> None:
    served = importlib.import_module(name)
    limits: WorkerLimits = served.LIMITS
    confine(limits)
    handler: Handler = served.worker(argument)
    requests = _Requests(limits.request_bytes)
    while True:
        answer(handler, requests.next(), requests.stop_requested, replies)


def answer(handler: Handler, request: bytes, stop: threading.Event, replies: IO[bytes]) -> None:
    """Send the whole reply to one request. Raises MemoryError, and OSError where nobody reads."""
    with _errors_sent(replies):
        for value in handler(request, stop):
            write_message(replies, VALUE, value)
        write_message(replies, END)


@contextlib.contextmanager
def _errors_sent(replies: IO[bytes]) -> Iterator[None]:
    try:
        yield
    except UserError as error:
        write_message(replies, REFUSAL, str(error).encode())
    except MemoryError:
        raise
    except Exception:
        write_message(replies, FAULT, traceback.format_exc().encode())


def main(name: str, argument: str) -> None:
    """Serve a module until the starter is gone; an error before that ends the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; its starter decides
    replies = own_output()
    with _errors_sent(replies):
        _serve(name, argument, replies)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    finally:
        os._exit(1)  # a thread still waits for requests, so Python could not end in good order
