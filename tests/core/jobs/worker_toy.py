"""A module for worker processes that does what each request says, harmful things included."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from scalescope.core.errors import UserError
from scalescope.core.jobs.worker_limits import WorkerLimits
from scalescope.core.jobs.worker_main import Handler
from tests.core.test_errors import misfit

TOY = __name__
LIMITS = WorkerLimits(memory_bytes=4 * 2**30, request_bytes=1000, may_write_files=False)


def _end(word: str) -> None:
    """Ways to end that no error handler sees."""
    kind, _, number = word.partition(" ")
    if kind == "exit":
        os._exit(int(number))
    elif kind == "signal":
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), int(number))
    elif kind == "half":
        for descriptor in range(3, 32):  # the pipe for replies is one of them
            with contextlib.suppress(OSError):
                os.write(descriptor, b"v\x10\0\0\0\0\0\0\0half")
        os._exit(0)


def _refuse() -> str:
    raise UserError("depth: '9' is not allowed; give at most 3.")


def _write(path: str) -> str:
    Path(path).write_bytes(b"bytes")
    return "written"


def _print() -> str:
    print("this is no message", flush=True)
    return "printed"


def _sleep() -> str:
    time.sleep(60)
    return "slept"


def _facts() -> str:
    threads, flags = os.environ["OMP_NUM_THREADS"], sys.flags
    return f"{os.getpid()} {os.nice(0)} {threads} {flags.dont_write_bytecode}"


def _count(stop: threading.Event) -> Iterator[str]:
    for number in range(10**6):
        yield str(number)
        if stop.wait(0.01):
            yield "stopped"
            return


def _values(word: str, argument: str, stop: threading.Event) -> Iterator[str]:
    if word == "count":
        yield from _count(stop)
        return
    deeds: dict[str, Callable[[], str]] = {
        "argument": lambda: argument,
        "nothing to see": _refuse,
        "misfit": lambda: str(misfit()),
        "memory": lambda: str(len(bytearray(2**40))),
        "write": lambda: _write(argument),
        "long": lambda: "x" * 5000,
        "print": _print,
        "sleep": _sleep,
        "facts": _facts,
    }
    yield deeds.get(word, lambda: word)()


def worker(argument: str) -> Handler:
    """See :mod:`core.jobs.worker_main`."""
    if argument == "misfit":
        misfit()

    def handle(request: bytes, stop: threading.Event) -> Iterator[bytes]:
        _end(request.decode())
        for value in _values(request.decode(), argument, stop):
            yield value.encode()

    return handle
