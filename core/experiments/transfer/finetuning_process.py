"""Fine-tuning in a process of its own, so that the pages and other sessions stay usable.

The process is this module, run as one. It takes one step for every byte that it is sent, so that a
stop leaves it where it is, and ends when its input closes: with the steps, or with whoever wanted
them. What passes between the two is pickled, which is safe since both ends are ours.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import IO, TYPE_CHECKING, Any

from ...errors import UserError
from ...jobs.allocator import keep_freed
from ...paths import import_folder
from ...training.process import ENVIRONMENT
from ...training.worker import POLITENESS

if TYPE_CHECKING:
    from .finetuning import Tuned
    from .result import Result

NEXT = b"n"
ENDED = "The process that fine-tuned ended before it was done, perhaps for want of memory."


def tuned_apart(result: Result, blocks: int) -> Iterator[Tuned]:
    """The steps of :func:`core.experiments.transfer.finetuning.steps`, taken in another process.

    It is ended when the iterator is closed or forgotten. Raises UserError for what
    cannot be tuned, and RuntimeError where the process has a fault.
    """
    from .finetuning import Tuned

    with _worker() as (asked, said):
        word = pickle.dumps((result, blocks)) + NEXT
        while (step := _next(asked, said, word)) is not None:
            yield Tuned(result.setting, **step)
            word = NEXT


@contextmanager
def _worker() -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    with subprocess.Popen(
        [sys.executable, "-B", "-m", "scalescope.core.experiments.transfer.finetuning_process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=import_folder(),
        env={**os.environ, **ENVIRONMENT},
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        try:
            yield process.stdin, process.stdout
        finally:
            process.kill()


def _next(asked: IO[bytes], said: IO[bytes], word: bytes) -> dict[str, Any] | None:
    """The next step's values, asked for with ``word``; None after the last one."""
    try:
        asked.write(word)
        asked.flush()
        found = pickle.load(said)
    except (EOFError, OSError):
        raise UserError(ENDED) from None
    if isinstance(found, Exception):
        raise found
    step: dict[str, Any] | None = found
    return step


def _steps(task: tuple[Result, int]) -> Iterator[dict[str, Any] | None]:
    from .finetuning import steps

    for step in steps(*task):
        values = {one.name: getattr(step, one.name) for one in fields(step)}
        del values["setting"]  # the other end has it
        yield values
    yield None


def _answer(asked: IO[bytes], said: IO[bytes]) -> None:
    steps = _steps(pickle.load(asked))
    while asked.read(1) == NEXT:
        try:
            step: Any = next(steps)
        except UserError as error:
            step = UserError(str(error))
        except Exception:
            step = RuntimeError(traceback.format_exc())
        pickle.dump(step, said)
        said.flush()


def main() -> None:
    """Take steps as they are wanted; see above."""
    keep_freed()
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    _answer(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
