"""The bounds of every worker process: time, memory, bytes, files."""

from __future__ import annotations

import math
import sys
from dataclasses import dataclass

MB, NO_LIMIT = 2**20, sys.maxsize


@dataclass(frozen=True)
class WorkerLimits:
    """What a worker process may use; by default there is no bound.

    ``reply_s``: seconds until a reply is complete; then the process is ended.
    ``computing_s``: seconds of computing in the process's whole life.
    ``memory_bytes``: bytes of address space.
    ``request_bytes``, ``reply_bytes``: the longest message to the process and from it.
    ``stop_s``: seconds until a process that was asked to stop is ended.
    ``may_write_files``: if not, it can write no file and no memory image, and its standard error
    is dropped.
    ``niceness``: added to that of the process that starts it.

    The operating system holds the process to its computing, memory and files where it can; the
    process that started it to the rest.
    """

    reply_s: float = math.inf
    computing_s: int = NO_LIMIT
    memory_bytes: int = NO_LIMIT
    request_bytes: int = NO_LIMIT
    reply_bytes: int = NO_LIMIT
    stop_s: float = 0.0
    may_write_files: bool = True
    niceness: int = 0


# One picture from a person for each process; the largest that is allowed takes 1000 MB.
PICTURE_LIMITS = WorkerLimits(
    reply_s=10.0,
    computing_s=11,
    memory_bytes=1536 * MB,
    request_bytes=20 * MB,
    reply_bytes=13 * MB,  # 3 bands of 1024 px a side, float32
    may_write_files=False,
)
# Many tiles for each process; the first reply includes the process's start.
TILE_LIMITS = WorkerLimits(
    reply_s=15.0,
    memory_bytes=2048 * MB,
    request_bytes=64 * MB,
    reply_bytes=1 * MB,  # 3 bands of 256 px a side, float32, and a mask
    may_write_files=False,
)
# The queue of jobs waits for 10 s when Python ends, so a training must have stopped by then.
TRAINING_LIMITS = WorkerLimits(stop_s=8.0, niceness=10)
FINETUNING_LIMITS = WorkerLimits(niceness=10)
