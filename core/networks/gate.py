"""The gate that every forward pass goes through: a seat for each core, first come, first served.

More forwards than cores at a time only slow each other down, and without an order one session could
be passed over again and again. A seat is held for one batch of a few pictures, so a slider that
moves waits for one batch of each who came before, not for a whole sweep.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class FairSemaphore:
    """At most ``slots`` threads at a time are inside; the others wait in the order they came."""

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._lock = threading.Lock()
        self._queue: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._queue)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Inside for as long as the block lasts; whatever it raises, the seat is free again."""
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
                self._queue.popleft().set()  # the seat goes from hand to hand: nobody can slip in
            else:
                self._free += 1


FORWARD_SLOTS = FairSemaphore(os.cpu_count() or 1)
