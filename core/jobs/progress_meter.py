"""How far a command is and how long it will take, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from ..formatting import duration

ON_A_TERMINAL_S = 0.1
WHEN_ASKED_S = 1.0
NOW_AND_THEN_S = 30.0


class Meter:
    """Tells how much of ``total`` is done, at most every so many seconds.

    A terminal has one line that is written over; elsewhere each telling is a line of its own, every
    second when ``asked`` for, else now and then. ``done`` is what had been done before: the time
    left is reckoned from what is done since. ``total`` 1 stands for a fraction and is told in
    per cent alone.
    """

    def __init__(
        self,
        total: int = 1,
        *,
        done: int = 0,
        asked: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._before = total, done
        self._stream = sys.stderr if stream is None else stream
        self._clock, self._live = clock, self._stream.isatty()
        self._every = WHEN_ASKED_S if asked else NOW_AND_THEN_S
        if self._live:
            self._every = ON_A_TERMINAL_S
        self._start = self._told = clock()

    def tell(self, done: float) -> None:
        """``done`` of the total are done, parts of one included."""
        now = self._clock()
        if now - self._told < self._every:
            return
        self._told = now
        line = self._line(done, now - self._start)
        self._stream.write(f"\r{line}\x1b[K" if self._live else line + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Wipe the line off a terminal."""
        if self._live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, done: float, spent_s: float) -> str:
        count = f"{int(done)} of {self._total}, " if self._total > 1 else ""
        line = f"{count}{int(100 * done / self._total)} %"
        since = done - self._before
        if since <= 0:
            return line
        return f"{line}, {duration(spent_s * (self._total - done) / since)} left"
