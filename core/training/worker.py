"""A training in a process of its own, which :mod:`core.training.process` starts and may end.

Run as a module with a folder (:mod:`core.training.worker_files`). It trains with one thread and gives
way to other processes. Every moment is a line of JSON on standard output. A word on
standard input lets it keep its state at the next moment and end; when standard input closes,
whoever started it is gone: it removes the folder and ends at once.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
from pathlib import Path
from typing import Any, NoReturn

from ..errors import UserError
from ..jobs.allocator import keep_freed
from . import record, worker_files

POLITENESS = 10  # added to its niceness


def _watch(folder: Path, wanted: threading.Event) -> None:
    """Hear what the starter says, until it is gone.

    Not through ``sys.stdin``, whose lock a waiting thread would hold when Python ends.
    """
    while os.read(0, 64):
        wanted.set()
    _end(folder)


def _end(folder: Path) -> NoReturn:
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(1)  # from a thread: the other one may be inside PyTorch


def _say(said: dict[str, Any]) -> None:
    print(json.dumps(said), flush=True)


def _train(folder: Path, stop_wanted: threading.Event) -> None:
    plan, checkpoint = worker_files.read_task(folder)
    from . import pace
    from .loop import Training

    training, moments = (
        Training(plan, checkpoint=checkpoint),
        [*worker_files.moments_of(checkpoint, plan)],
    )
    for moment in training.train():
        moments.append(moment)
        about = {
            "fraction": pace.fraction_done(plan, moments),
            "left_s": pace.remaining_s(plan, moments),
        }
        _say({"moment": record.log_entry_to_json(moment), **about})
        if stop_wanted.is_set():
            break
    worker_files.write_saved(folder, training.checkpoint())  # also for a stop within the tests
    if not stop_wanted.is_set():
        worker_files.write_trained(folder, training.finish())


def main(folder: Path) -> int:
    """Carry out the task in the folder; 0, or 1 where it was refused with one sentence."""
    keep_freed()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches it too; its starter decides
    if hasattr(os, "nice"):
        os.nice(POLITENESS)
    stop_wanted = threading.Event()
    threading.Thread(target=_watch, args=(folder, stop_wanted), daemon=True).start()
    try:
        _train(folder, stop_wanted)
    except UserError as error:
        _say({"error": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
