"""The progress of a command, with the time left, on standard error."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from ..formatting import duration

# Seconds between two updates.
TERMINAL_S, VERBOSE_S, QUIET_S = 0.1, 1.0, 30.0


class ProgressMeter:
    """Write how much of ``total`` is done, at most once in so many seconds.

    On a terminal one line is overwritten. Elsewhere each update is a line of its own, every second
    if ``verbose``, else every half minute. ``done`` was done before, so that it does not count for
    the time left. A ``total`` of 1 stands for a fraction, which is written in percent alone.
    """

    def __init__(
        self,
        total: int = 1,
        *,
        done: int = 0,
        verbose: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total, self._before = total, done
        self._stream = sys.stderr if stream is None else stream
        self._clock, self._live = clock, self._stream.isatty()
        self._every = VERBOSE_S if verbose else QUIET_S
        if self._live:
            self._every = TERMINAL_S
        self._start = self._updated = clock()

    def update(self, done: float) -> None:
        """Record that ``done`` of the total are done; a fraction of one counts."""
        now = self._clock()
        if now - self._updated < self._every:
            return
        self._updated = now
        line = self._line(done, now - self._start)
        self._stream.write(f"\r{line}\x1b[K" if self._live else line + "\n")
        self._stream.flush()

    def close(self) -> None:
        """Clear the line on a terminal."""
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
