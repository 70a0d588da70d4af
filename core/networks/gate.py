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


class Gate:
    """At most ``seats`` threads at a time are inside; the others wait in the order they came."""

    def __init__(self, seats: int) -> None:
        self._free = seats
        self._lock = threading.Lock()
        self._line: deque[threading.Event] = deque()

    @property
    def waiting(self) -> int:
        """How many are in line."""
        return len(self._line)

    @contextmanager
    def seat(self) -> Iterator[None]:
        """Inside for as long as the block lasts; whatever it raises, the seat is free again."""
        turn = self._queue()
        turn.wait()
        try:
            yield
        finally:
            self._leave()

    def _queue(self) -> threading.Event:
        turn = threading.Event()
        with self._lock:
            if self._free:
                self._free -= 1
                turn.set()
            else:
                self._line.append(turn)
        return turn

    def _leave(self) -> None:
        with self._lock:
            if self._line:
                self._line.popleft().set()  # the seat goes from hand to hand: nobody can slip in
            else:
                self._free += 1


FORWARDS = Gate(os.cpu_count() or 1)
