"""Training inside the worker process; :mod:`core.training.process` starts it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from ..jobs.allocator import keep_freed
from ..jobs.worker_limits import TRAINING_LIMITS
from ..jobs.worker_main import Handler
from . import messages

LIMITS = TRAINING_LIMITS


def train(task: bytes, stop: threading.Event) -> Iterator[bytes]:
    """Carry out a task; yield each entry of the log, a checkpoint, and the trained network.

    A stop leads to the checkpoint at the next entry, and the network is left out.
    """
    from . import pace
    from .loop import Training

    plan, checkpoint = messages.read_task(task)
    training, log = Training(plan, checkpoint=checkpoint), [*messages.log_of(checkpoint, plan)]
    for entry in training.train():
        log.append(entry)
        fraction, left_s = pace.fraction_done(plan, log), pace.remaining_s(plan, log)
        yield messages.progress_message(entry, fraction, left_s)
        if stop.is_set():
            break
    yield messages.checkpoint_message(training.checkpoint())  # also for a stop within the tests
    if not stop.is_set():
        yield messages.trained_message(training.finish())


def worker(argument: str) -> Handler:
    """See :mod:`core.jobs.worker_main`; there is no argument."""
    keep_freed()
    return train
