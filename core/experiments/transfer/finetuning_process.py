"""Fine-tuning in a subprocess, so that the pages and other sessions stay responsive.

The subprocess takes one step per request, so that it can be stopped after any. Messages are
pickled, which is safe because both ends are ours.
"""

from __future__ import annotations

import pickle
import threading
from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from ...errors import UserError
from ...jobs.allocator import keep_freed
from ...jobs.worker_limits import FINETUNING_LIMITS
from ...jobs.worker_main import Handler
from ...jobs.worker_process import WorkerEnded, WorkerProcess
from ...training.process import ALLOCATOR

if TYPE_CHECKING:
    from .finetuning import FinetuneResult
    from .result import Result

LIMITS = FINETUNING_LIMITS
NEXT = b""  # requests the next step; the first request is the task
ENDED = "The fine-tuning process ended early, perhaps because memory ran out."


def finetune_in_subprocess(result: Result, blocks: int) -> Iterator[FinetuneResult]:
    """Run the steps of :func:`core.experiments.transfer.finetuning.steps` in a subprocess.

    The subprocess ends when the iterator is closed or garbage-collected. Raises UserError for what
    cannot be fine-tuned and if the subprocess ends early, and
    :class:`core.jobs.worker_process.WorkerFault` for any other error in it.
    """
    from .finetuning import FinetuneResult

    with WorkerProcess(__name__, LIMITS, environment=ALLOCATOR) as worker:
        request = pickle.dumps((result, blocks))
        try:
            while (step := pickle.loads(worker.request(request))) is not None:
                yield FinetuneResult(result, **step)
                request = NEXT
        except WorkerEnded:
            raise UserError(ENDED) from None


def _steps(task: bytes) -> Iterator[dict[str, Any] | None]:
    """The values of each step, then None."""
    from .finetuning import steps

    for step in steps(*pickle.loads(task)):
        values = {field.name: getattr(step, field.name) for field in fields(step)}
        del values["result"]  # the other end has it
        yield values
    yield None


def worker(argument: str) -> Handler:
    """See :mod:`core.jobs.worker_main`; there is no argument."""
    keep_freed()
    running: list[Iterator[dict[str, Any] | None]] = []

    def handle(request: bytes, stop: threading.Event) -> Iterator[bytes]:
        if request != NEXT:
            running[:] = [_steps(request)]
        yield pickle.dumps(next(running[0]))

    return handle
