"""A fair semaphore around every forward pass: one slot per core, first come, first served.

More forward passes than cores slow each other down, and without an order one session could starve.
A slot is held for one batch of a few pictures, so a slider waits for one batch of each earlier
caller, not for a whole sweep.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairSemaphore:
    """Admits at most ``slots`` threads at a time; the others wait in order of arrival."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many threads wait."""
        return len(self._queue)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold a slot for the duration of the block; it is released whatever the block raises."""
        turn = self._enqueue()
        turn.wait()
        try:
            yield
        finally:
            self._leave()

    def _enqueue(self) -> threading.Event:
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                self._queue.append(turn)
        return turn

    def _leave(self) -> None:
        with self._lock:
            if self._queue:
                self._queue.popleft().set()  # hands its slot on, so that nobody can overtake
            else:
                self._free += 1


FORWARD_SLOTS = FairSemaphore(os.cpu_count() or 1)
